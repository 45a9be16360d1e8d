//! What this crate says, in the three languages of the house.

use crate::lang::Lang;
use rihla_kernel::Code;

/// One sentence under a stable code. `{}` is the gap for a detail.
#[derive(Debug)]
pub struct Message {
    pub code: Code,
    pub status: u16,
    /// R4's word for it (<https://hl7.org/fhir/R4/valueset-issue-type.html>).
    pub issue: &'static str,
    pub fr: &'static str,
    pub ar: &'static str,
    pub en: &'static str,
}

impl Message {
    pub fn text(&self, lang: Lang, detail: &str) -> String {
        let text = match lang {
            Lang::French => self.fr,
            Lang::Arabic => self.ar,
            Lang::English => self.en,
        };
        text.replacen("{}", detail, 1)
    }
}

macro_rules! messages {
    ($($name:ident $status:literal $issue:literal $code:literal $fr:literal $ar:literal $en:literal;)*) => {
        $(pub static $name: Message = Message { code: $code, status: $status, issue: $issue, fr: $fr, ar: $ar, en: $en };)*
        /// Every message, for the tests that compare the languages.
        pub static ALL: &[&Message] = &[$(&$name),*];
    };
}

messages! {
    LOGIN 401 "login" "RH-API-LOGIN"
        "Un jeton d’accès valable est nécessaire ; /fhir/.well-known/smart-configuration dit où l’obtenir."
        "يلزم رمز وصول صالح؛ يبين ‎/fhir/.well-known/smart-configuration أين يُطلب."
        "A good access token is needed; /fhir/.well-known/smart-configuration says where to get one.";
    NOT_GRANTED 403 "forbidden" "RH-API-NOT-GRANTED"
        "Le programme n’a pas reçu le droit de faire cela avec « {} »."
        "لم يُمنح البرنامج حق القيام بذلك على «{}»."
        "The program was not granted this for \"{}\".";
    NO_SUCH_PATH 404 "not-found" "RH-API-NO-SUCH-PATH"
        "Cette adresse n’existe pas ici."
        "هذا العنوان غير موجود هنا."
        "There is nothing at this address.";
    UNKNOWN_TYPE 404 "not-supported" "RH-API-UNKNOWN-TYPE"
        "« {} » n’est pas un type de ressource FHIR R4."
        "«{}» ليس نوع مورد في FHIR R4."
        "\"{}\" is no FHIR R4 resource type.";
    UNKNOWN_OPERATION 404 "not-supported" "RH-API-UNKNOWN-OPERATION"
        "L’opération « {} » n’existe pas ici."
        "العملية «{}» غير متاحة هنا."
        "The operation \"{}\" does not exist here.";
    BAD_ID 400 "value" "RH-API-BAD-ID"
        "Un identifiant logique a 1 à 64 caractères parmi A–Z, a–z, 0–9, « - » et « . »."
        "يتكون المعرّف المنطقي من 1 إلى 64 حرفا من A–Z وa–z و0–9 و«-» و«.»."
        "A logical id has 1 to 64 characters out of A-Z, a-z, 0-9, \"-\" and \".\".";
    BAD_VERSION 400 "value" "RH-API-BAD-VERSION"
        "Un numéro de version est un entier à partir de 1."
        "رقم النسخة عدد صحيح يبدأ من 1."
        "A version is a whole number from 1.";
    METHOD 405 "not-supported" "RH-API-METHOD"
        "La méthode {} n’est pas possible à cette adresse."
        "الطريقة {} غير ممكنة على هذا العنوان."
        "The method {} is not possible at this address.";
    NO_PATCH 405 "not-supported" "RH-API-NO-PATCH"
        "PATCH n’est pas encore offert ; lisez la ressource puis remplacez-la par PUT avec If-Match."
        "‏PATCH غير متاح بعد؛ اقرأ المورد ثم استبدله بـ PUT مع If-Match."
        "PATCH is not offered yet; read the resource and replace it by PUT with If-Match.";
    NOT_ACCEPTABLE 406 "not-supported" "RH-API-NOT-ACCEPTABLE"
        "Les réponses existent en application/fhir+json et application/fhir+xml (FHIR 4.0), pas en « {} »."
        "الأجوبة متاحة بصيغة application/fhir+json وapplication/fhir+xml ‏(FHIR 4.0)، وليس «{}»."
        "Answers exist as application/fhir+json and application/fhir+xml (FHIR 4.0), not as \"{}\".";
    CONTENT_TYPE 415 "not-supported" "RH-API-CONTENT-TYPE"
        "Le corps doit être déclaré {}."
        "يجب التصريح بأن المحتوى {}."
        "The body must be declared as {}.";
    BODY_TOO_LARGE 413 "too-long" "RH-API-BODY-TOO-LARGE"
        "Le corps dépasse la limite de {} octets ; envoyez-le en plusieurs parties ou utilisez « rihla import »."
        "المحتوى يتجاوز الحد {} بايت؛ أرسله على أجزاء أو استعمل «rihla import»."
        "The body is over the limit of {} bytes; send it in parts or use \"rihla import\".";
    BODY_BROKEN 400 "incomplete" "RH-API-BODY-BROKEN"
        "Le corps s’est interrompu avant sa fin."
        "انقطع المحتوى قبل نهايته."
        "The body broke off before its end.";
    BODY_EMPTY 400 "required" "RH-API-BODY-EMPTY"
        "Une ressource est attendue, mais le corps est vide."
        "يُنتظر مورد لكن المحتوى فارغ."
        "A resource is expected, but the body is empty.";
    MALFORMED_JSON 400 "structure" "RH-API-MALFORMED-JSON"
        "Ce n’est pas du JSON : {}."
        "هذا ليس JSON: ‏{}."
        "This is no JSON: {}.";
    JSON_LIMIT 400 "too-costly" "RH-API-JSON-LIMIT"
        "Ce JSON est trop profond ou a trop de valeurs : {}."
        "هذا الـ JSON عميق جدا أو كثير القيم: ‏{}."
        "This JSON is nested too deeply or has too many values: {}.";
    MALFORMED_XML 400 "structure" "RH-API-MALFORMED-XML"
        "Ce n’est pas une ressource en XML : {}."
        "هذا ليس موردا بصيغة XML: ‏{}."
        "This is no resource in XML: {}.";
    NOT_A_RESOURCE 400 "structure" "RH-API-NOT-A-RESOURCE"
        "Le corps est lisible mais n’est pas une ressource FHIR : il faut un objet avec un « resourceType » connu."
        "المحتوى مقروء لكنه ليس مورد FHIR: يجب أن يكون كائنا له «resourceType» معروف."
        "The body is well-formed but no FHIR resource: it must be an object with a known \"resourceType\".";
    TYPE_MISMATCH 400 "invalid" "RH-API-TYPE-MISMATCH"
        "Le type de la ressource n’est pas celui de l’adresse ({})."
        "نوع المورد ليس نوع العنوان ({})."
        "The resource's type is not that of the address ({}).";
    ID_MISMATCH 400 "invalid" "RH-API-ID-MISMATCH"
        "La ressource doit porter l’id de l’adresse."
        "يجب أن يحمل المورد معرّف العنوان."
        "The resource must carry the id of the address.";
    BAD_CONDITION 400 "value" "RH-API-BAD-CONDITION"
        "L’en-tête {} n’est pas lisible ; une version s’écrit W/\"3\"."
        "تعذرت قراءة الترويسة {}؛ تُكتب النسخة هكذا W/\"3\"."
        "The header {} cannot be read; a version is written W/\"3\".";
    NO_CRITERIA 400 "required" "RH-API-NO-CRITERIA"
        "Une opération conditionnelle a besoin d’un critère de recherche dont chaque paramètre est connu."
        "تحتاج العملية المشروطة إلى معيار بحث كل معاملاته معروفة."
        "A conditional interaction needs search criteria, each of a known parameter.";
    MANY_MATCHES 412 "multiple-matches" "RH-API-MANY-MATCHES"
        "Le critère désigne plusieurs ressources ; rien n’a été fait."
        "المعيار يطابق عدة موارد؛ لم يتم أي شيء."
        "The criteria match several resources; nothing was done.";
    CHANGED 412 "conflict" "RH-API-CHANGED"
        "La ressource n’est plus à la version demandée."
        "المورد لم يعد على النسخة المطلوبة."
        "The resource is no longer at the version asked for.";
    BUNDLE_TYPE 400 "value" "RH-API-BUNDLE-TYPE"
        "Seul un Bundle de type « batch » ou « transaction » s’envoie à la racine."
        "لا يُرسل إلى الجذر إلا Bundle من نوع «batch» أو «transaction»."
        "Only a Bundle of type \"batch\" or \"transaction\" is sent to the root.";
    BUNDLE_ENTRY 400 "invalid" "RH-API-BUNDLE-ENTRY"
        "Cette entrée ne peut être exécutée : {}."
        "تعذر تنفيذ هذه الفقرة: ‏{}."
        "This entry cannot be carried out: {}.";
    BUNDLE_DUPLICATE 400 "duplicate" "RH-API-BUNDLE-DUPLICATE"
        "Deux entrées de la transaction parlent de la même ressource ou portent le même fullUrl."
        "فقرتان من المعاملة تخصان المورد نفسه أو تحملان fullUrl نفسه."
        "Two entries of the transaction speak of the same resource or carry the same fullUrl.";
    TOO_MANY_ENTRIES 413 "too-costly" "RH-API-TOO-MANY-ENTRIES"
        "Le Bundle a plus de {} entrées ; envoyez-le en plusieurs parties ou utilisez « rihla import »."
        "يحتوي الـ Bundle على أكثر من {} فقرة؛ أرسله على أجزاء أو استعمل «rihla import»."
        "The Bundle has more than {} entries; send it in parts or use \"rihla import\".";
    REFERENCE_UNRESOLVED 412 "not-found" "RH-API-REFERENCE-UNRESOLVED"
        "Une référence conditionnelle ne désigne aucune ressource."
        "مرجع مشروط لا يطابق أي مورد."
        "A conditional reference matches no resource.";
    REFERENCE_AMBIGUOUS 412 "multiple-matches" "RH-API-REFERENCE-AMBIGUOUS"
        "Une référence conditionnelle désigne plusieurs ressources."
        "مرجع مشروط يطابق عدة موارد."
        "A conditional reference matches several resources.";
    CONTENDED 409 "lock-error" "RH-API-CONTENDED"
        "D’autres écritures ont sans cesse changé la réponse à la condition ; réessayez."
        "كتابات أخرى تغير نتيجة الشرط باستمرار؛ أعد المحاولة."
        "Other writes kept changing what the condition answers; try again.";
    BAD_QUERY 400 "value" "RH-API-BAD-QUERY"
        "Le paramètre « {} » n’est pas lisible."
        "تعذرت قراءة المعامل «{}»."
        "The parameter \"{}\" cannot be read.";
    DEFECT 500 "exception" "RH-API-DEFECT"
        "Une erreur de notre côté a interrompu la demande ; rien n’en a été gardé qui n’ait été confirmé."
        "خطأ من جانبنا أوقف الطلب؛ لم يُحفظ منه ما لم يُؤكَّد."
        "A fault on our side interrupted the request; nothing of it was kept that was not confirmed.";
    DONE 200 "informational" "RH-API-DONE"
        "C’est fait."
        "تم."
        "Done.";
}

/// The words for the record's own codes, where a translation exists; its English sentence goes along as diagnostics.
pub fn of_fault(code: Code, lang: Lang) -> Option<&'static str> {
    let (_, fr, ar, en) = FAULTS.iter().find(|(known, ..)| *known == code)?;
    Some(match lang {
        Lang::French => fr,
        Lang::Arabic => ar,
        Lang::English => en,
    })
}

/// By code: French, Arabic, English.
#[rustfmt::skip]
static FAULTS: &[(Code, &str, &str, &str)] = &[
    ("RH-SEARCH-CURSOR", "Cette marque de page n’est pas de ce serveur ou appartient à une autre recherche ; suivez le lien « next » tel quel.",
        "علامة الصفحة هذه ليست من هذا الخادم أو تخص بحثا آخر؛ اتبع الرابط «next» كما هو.",
        "This page mark is not of this server or belongs to another search; follow the \"next\" link as it was given."),
    ("RH-SEARCH-EXPIRED", "Cette liste a été commencée il y a trop longtemps ; recommencez-la.",
        "بدأت هذه القائمة منذ وقت طويل؛ أعد البحث من البداية.",
        "This list was begun too long ago; start it again."),
    ("RH-SEARCH-INCLUDE-CUT", "Plus de ressources voisines qu’une page n’en contient : la suite a été omise. Demandez moins de résultats par page.",
        "الموارد المرافقة أكثر مما تسعه صفحة واحدة، فحُذف الباقي. اطلب نتائج أقل في الصفحة.",
        "More neighbouring resources than a page holds: the rest was left out. Ask for fewer matches a page."),
    ("RH-SEARCH-RIGHTS-CHANGED", "Vos droits ont changé depuis la première page ; recommencez la recherche.",
        "تغيرت صلاحياتك منذ الصفحة الأولى؛ أعد البحث.",
        "Your rights have changed since the first page; start the search again."),
    ("RH-SEARCH-TOO-WIDE", "Cette recherche est trop large ; ajoutez un critère.",
        "هذا البحث واسع جدا؛ أضف معيارا.",
        "This search is too wide; add a criterion."),
    ("RH-SEARCH-UNKNOWN", "Un paramètre de recherche n’a pas été utilisé : le résultat n’en tient pas compte.",
        "لم يُستعمل أحد معاملات البحث: النتيجة لا تأخذه بعين الاعتبار.",
        "A search parameter was not used: the result does not take it into account."),
    ("RH-SEARCH-VALUE", "La valeur d’un paramètre de recherche n’est pas utilisable.",
        "قيمة أحد معاملات البحث غير صالحة.",
        "The value of a search parameter cannot be used."),
    ("RH-STORE-CLAIMED", "Ce numéro appartient déjà à une autre ressource, ou cette place est prise, ou ce patient est déjà ailleurs.",
        "هذا الرقم يخص موردا آخر، أو هذا المكان مشغول، أو هذا المريض في مكان آخر.",
        "This number belongs to another resource already, or this place is taken, or this patient is elsewhere."),
    ("RH-STORE-DELETED", "La ressource a été supprimée ; ses versions antérieures restent lisibles.",
        "حُذف المورد؛ نسخه السابقة ما زالت مقروءة.",
        "The resource was deleted; its earlier versions can still be read."),
    ("RH-STORE-DISK-FULL", "Le disque est plein ; rien n’a été gardé. Libérez de la place puis réessayez.",
        "القرص ممتلئ؛ لم يُحفظ شيء. أفرغ مساحة ثم أعد المحاولة.",
        "The disk is full; nothing was kept. Free some space, then try again."),
    ("RH-STORE-IO", "Le disque n’a pas répondu ; rien n’a été gardé. Vérifiez-le puis réessayez.",
        "لم يستجب القرص؛ لم يُحفظ شيء. افحصه ثم أعد المحاولة.",
        "The disk did not take or give data; nothing was kept. Check it, then try again."),
    ("RH-STORE-NOT-FOUND", "Aucune ressource de ce nom, ou aucune que vous puissiez voir.",
        "لا يوجد مورد بهذا الاسم، أو لا يوجد ما يمكنك الاطلاع عليه.",
        "No such resource, or none that you may see."),
    ("RH-STORE-RACED", "Une autre écriture a été plus rapide ; relisez puis recommencez.",
        "سبقتك كتابة أخرى؛ أعد القراءة ثم المحاولة.",
        "Another change came first; look again and repeat."),
    ("RH-STORE-STOPPED", "Le serveur s’arrête ; relisez une fois qu’il fonctionne de nouveau.",
        "الخادم يتوقف؛ أعد القراءة حين يعود للعمل.",
        "The server is shutting down; read back once it runs."),
    ("RH-STORE-VERSION", "La ressource n’est plus à la version attendue ; relisez-la.",
        "المورد لم يعد على النسخة المتوقعة؛ أعد قراءته.",
        "The resource is no longer at the expected version; read it again."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_has_the_same_gap_in_each_language() {
        for message in ALL {
            let gaps = [message.fr, message.ar, message.en].map(|text| text.matches("{}").count());
            assert!(gaps.iter().all(|gap| *gap == gaps[0] && *gap <= 1), "{}", message.code);
            assert!(message.code.starts_with("RH-API-") && message.status < 600);
        }
        let mut codes: Vec<_> = ALL.iter().map(|message| message.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), ALL.len(), "a code has one meaning");
    }
}

//! What became of a row, and why: codes that stay, sentences in three languages. None names anybody.

use rihla_kernel::{Fault, Lang};

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Made,
    /// Somebody bears this number already: nothing was written.
    Known,
    /// Made, and it may be somebody who is here already.
    Likely,
    Rejected,
}

impl Outcome {
    pub fn code(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Known => "known",
            Self::Likely => "likely",
            Self::Rejected => "rejected",
        }
    }
}

/// Why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    pub code: &'static str,
    /// French, Arabic, English.
    texts: [&'static str; 3],
    /// The map's key that it is about.
    pub key: String,
    /// What the record said, where it was the record.
    said: String,
}

macro_rules! reasons {
    ($($name:ident $code:literal $fr:literal $ar:literal $en:literal;)*) => {
        $(pub fn $name() -> Reason {
            Reason { code: $code, texts: [$fr, $ar, $en], key: String::new(), said: String::new() }
        })*
        #[cfg(test)]
        pub const ALL: &[fn() -> Reason] = &[$($name),*];
    };
}

reasons! {
    made "RH-CSV-MADE" "Repris." "تم الإدراج." "Taken in.";
    likely "RH-CSV-LIKELY" "Repris ; c'est peut-être la personne de l'autre dossier. La paire attend dans la liste des doublons." "تم الإدراج؛ قد يكون هو الشخص نفسه في الملف الآخر. الزوج في لائحة التكرارات." "Taken in; this may be the person of the other record. The pair waits in the list of duplicates.";
    known_same "RH-CSV-SAME" "Cette ligne a déjà été reprise ; rien n'est changé." "سبق إدراج هذا السطر؛ لم يتغير شيء." "This row was taken in before; nothing is changed.";
    known_changed "RH-CSV-CHANGED" "Ce numéro a déjà été repris, avec un autre contenu ; rien n'est écrasé. Corrigez le dossier à la main s'il le faut." "سبق إدراج هذا الرقم بمحتوى آخر؛ لم يُكتب فوقه شيء. صححوا الملف يدويا عند الحاجة." "This number was taken in before with other content; nothing is overwritten. Correct the record by hand if it needs it.";
    known "RH-CSV-KNOWN" "Ce numéro est déjà dans le registre ; rien n'est écrasé." "هذا الرقم موجود في السجل؛ لم يُكتب فوقه شيء." "The record has this number already; nothing is overwritten.";
    known_own "RH-CSV-KNOWN-OWN" "Un autre numéro de la ligne, propre à l'hôpital, est déjà dans le registre ; rien n'est écrasé, et l'ancien numéro n'est pas ajouté : ajoutez-le au dossier." "رقم آخر في السطر خاص بالمستشفى موجود في السجل؛ لم يُكتب فوقه شيء ولم يُضف الرقم القديم: أضيفوه إلى الملف." "Another number of the row, the hospital's own, is in the record already; nothing is overwritten and the old number is not added: add it to the record.";
    other_person "RH-CSV-OTHER-PERSON" "Le numéro est connu, mais c'est une autre personne. Vérifiez le numéro." "الرقم معروف لكنه لشخص آخر. تحققوا من الرقم." "The number is known, and the person is another one. Check the number.";
    several "RH-CSV-SEVERAL" "Plusieurs dossiers portent ce numéro. Réglez-les d'abord dans la liste des doublons." "عدة ملفات تحمل هذا الرقم. عالجوها أولا في لائحة التكرارات." "Several records bear this number. Settle them in the list of duplicates first.";
    cells "RH-CSV-CELLS" "La ligne n'a pas autant de cellules que la première. Cherchez un séparateur ou un guillemet en trop." "عدد خانات السطر ليس كالسطر الأول. ابحثوا عن فاصل أو علامة اقتباس زائدة." "The row has not as many cells as the first one. Look for a separator or a quotation mark too many.";
    signs "RH-CSV-SIGNS" "La ligne a des octets que l'encodage annoncé n'a pas. Vérifiez encoding." "في السطر بايتات ليست في الترميز المعلن. تحققوا من encoding." "The row has bytes that the encoding does not have. Check encoding.";
    text "RH-CSV-TEXT" "Une cellule a des caractères de commande, ou plus de 2 000 caractères." "في إحدى الخانات رموز تحكم أو أكثر من 2000 حرف." "A cell has control characters, or more than 2,000 characters.";
    value "RH-CSV-VALUE" "La valeur n'est pas dans la table de la correspondance." "القيمة ليست في جدول المطابقة." "The value is not in the map's table.";
    number_missing "RH-CSV-NUMBER" "La ligne n'a pas de numéro de l'ancien système : elle ne serait pas retrouvée." "ليس للسطر رقم من النظام السابق: لن يُعثر عليه." "The row has no number of the system before: it would not be found again.";
    name_missing "RH-CSV-NAME" "La ligne n'a aucun nom." "ليس في السطر أي اسم." "The row has no name.";
    date "RH-CSV-DATE" "La date n'existe pas, ou n'est écrite dans aucun des formats de dates." "التاريخ غير موجود أو غير مكتوب بأي من الصيغ." "The date does not exist, or is written in none of the formats of dates.";
    future "RH-CSV-FUTURE" "La date est à venir." "التاريخ في المستقبل." "The date is to come.";
    about "RH-CSV-ABOUT" "L'écart de la naissance est un nombre d'années de 1 à 20, et demande une date." "هامش الميلاد عدد سنوات من 1 إلى 20 ويتطلب تاريخا." "How far the birth may be off is a number of years from 1 to 20, and needs a date.";
    order "RH-CSV-ORDER" "La fin est avant le début." "النهاية قبل البداية." "The end is before the begin.";
    patient_missing "RH-CSV-PATIENT" "Personne ne porte ce numéro de patient. Reprenez d'abord la liste des patients." "لا أحد يحمل رقم المريض هذا. أدرجوا لائحة المرضى أولا." "Nobody bears this patient number. Take in the list of patients first.";
    class_missing "RH-CSV-CLASS" "Le type du séjour manque." "نوع الإقامة ناقص." "The kind of the stay is missing.";
    unit "RH-CSV-UNIT" "L'unité ou la place n'existe pas dans cette maison, ou plusieurs portent ce nom." "الوحدة أو المكان غير موجود أو يحمل عدة أماكن هذا الاسم." "The house has no such unit or place, or several of this name.";
    place_missing "RH-CSV-WHERE" "Le séjour est en cours, et rien ne dit où est le patient." "الإقامة جارية ولا شيء يدل على مكان المريض." "The stay goes on, and nothing says where the patient is.";
    place_taken "RH-CSV-PLACE-TAKEN" "La place est occupée, gardée ou promise." "المكان مشغول أو محجوز." "The place is taken, kept or promised.";
    place_closed "RH-CSV-PLACE-CLOSED" "La place est hors service." "المكان خارج الخدمة." "The place is out of order or has no staff.";
    elsewhere "RH-CSV-ELSEWHERE" "Le patient est déjà couché à une autre place." "المريض موجود في مكان آخر." "The patient lies in another place already.";
    dead "RH-CSV-DEAD" "Le patient est enregistré comme décédé ; son séjour ne peut pas être en cours." "المريض مسجل كمتوفى؛ لا يمكن أن تكون إقامته جارية." "The patient is recorded as dead; their stay cannot go on.";
}

impl Reason {
    pub fn of(self, key: &str) -> Self {
        Self { key: key.to_owned(), ..self }
    }

    /// What the record says of something that it does not take. Its own sentences name nobody.
    pub fn fault(fault: &Fault) -> Self {
        let texts = ["Le registre a refusé la ligne.", "رفض السجل هذا السطر.", "The record refused the row."];
        Self { code: fault.code, texts, key: String::new(), said: fault.text.to_string() }
    }

    /// A sentence, with the map's key that it is about.
    pub fn sentence(&self, lang: Lang) -> String {
        let [french, arabic, english] = self.texts;
        let text = match lang {
            Lang::French => french,
            Lang::Arabic => arabic,
            Lang::English => english,
        };
        let mut out = if self.key.is_empty() { text.to_owned() } else { format!("{} : {text}", self.key) };
        if !self.said.is_empty() {
            out = format!("{out} {}", self.said);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_reason_has_a_code_of_its_own_and_a_sentence_in_each_language() {
        let codes: BTreeSet<&str> = ALL.iter().map(|make| make().code).collect();
        assert_eq!(codes.len(), ALL.len());
        for reason in ALL.iter().map(|make| make().of("begin")) {
            let sentences: BTreeSet<String> = [Lang::French, Lang::Arabic, Lang::English].map(|lang| reason.sentence(lang)).into();
            assert!(sentences.len() == 3 && sentences.iter().all(|text| text.starts_with("begin : ") && text.ends_with('.')), "{sentences:?}");
        }
    }
}

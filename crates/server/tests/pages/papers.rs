//! What is printed about a patient and a stay, through the screens: sheets, certificates, registers. The ids are those of
//! `modules/papers/spec.md`.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

use rihla_testkit::{Client, Reply, Screen, TestSite};

const MINUTE: u64 = 60_000;

fn location(id: &str, level: &str, above: &str) -> String {
    let physical = format!(r#""physicalType":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"{level}"}}]}}"#);
    let above = if above.is_empty() { String::new() } else { format!(r#","partOf":{{"reference":"Location/{above}"}}"#) };
    format!(r#"{{"resourceType":"Location","id":"{id}","name":"Nom-{id}","alias":["اسم {id}"],{physical}{above}}}"#)
}

fn amal(family: &str) -> String {
    format!(
        r#"{{"resourceType":"Patient","id":"amal","gender":"female","birthDate":"1984-05-02","identifier":[{{"system":"urn:rihla:ma:ipp:bsk","value":"00000017"}}],"name":[{{"family":"{family}","given":["Amal"]}},{{"family":"العلمي","given":["أمل"],"extension":[{{"url":"http://hl7.org/fhir/StructureDefinition/language","valueCode":"ar"}}]}}]}}"#
    )
}

/// A ward with two beds, and somebody.
async fn filled(site: &TestSite) -> Client {
    let mut client = site.client().await;
    for (id, level, above) in [("site", "si", ""), ("card", "wa", "site"), ("card-r", "ro", "card"), ("card-1", "bd", "card-r"), ("card-2", "bd", "card-r")] {
        assert_eq!(client.put(&format!("Location/{id}"), &location(id, level, above)).await.status, 201);
    }
    assert_eq!(client.put("Patient/amal", &amal("Alami")).await.status, 201);
    client.take_into_care("amal").await;
    client
}

/// Sends a form of the patient's page of admission; what went wrong, or nothing.
async fn act(screen: &mut Screen, patient: &str, act: &str, fields: &[(&str, &str)]) -> String {
    let page = screen.get(&format!("/patients/{patient}/admission")).await;
    let form = page.text().split(&format!("/admission/{act}\"")).nth(1).unwrap_or(page.text());
    let within = |text: &str, name: &str| text.split(&format!("name=\"{name}\" value=\"")).nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned);
    // A button that leads elsewhere stands after the fields of its form.
    let hidden = |name: &str| within(form, name).or_else(|| within(page.text(), name)).unwrap_or_default();
    let (stay, version, author) = (hidden("stay"), hidden("version"), page.hidden("_author"));
    let own = [("stay", stay.as_str()), ("version", version.as_str()), ("_author", author.as_str()), ("_patient", patient)];
    let fields: Vec<_> = own.into_iter().filter(|(_, value)| !value.is_empty()).chain(fields.iter().copied()).collect();
    let reply = screen.post(&format!("/patients/{patient}/admission/{act}"), &fields).await;
    assert_eq!(reply.status, 303, "{act}: {}", reply.text());
    reply.header("location").and_then(|to| to.split_once("wrong=")).map(|(_, code)| code.to_owned()).unwrap_or_default()
}

/// Admits amal; the id of her stay.
async fn admitted(site: &TestSite) -> String {
    let (mut physician, mut clerk) = (site.screen("physician").await, site.screen("registration-clerk").await);
    assert_eq!(act(&mut physician, "amal", "plan", &[("kind", "planned")]).await, "");
    assert_eq!(act(&mut clerk, "amal", "admit", &[("to", "card-1")]).await, "");
    let page = clerk.get("/patients/amal/admission").await;
    assert!(page.text().contains("href=\"/patients/amal/papers\""), "the stay leads to its papers");
    page.text().split("name=\"stay\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a stay").to_owned()
}

/// Follows the way to which a form led.
async fn followed(screen: &mut Screen, reply: &Reply) -> Reply {
    assert_eq!(reply.status, 303, "{}", reply.text());
    let to = reply.header("location").expect("a way").to_owned();
    let page = screen.get(&to).await;
    assert_eq!(page.status, 200, "{to}: {}", page.text());
    page
}

/// Prints what is on a page, and the page to which that led.
async fn printed(screen: &mut Screen, path: &str) -> Reply {
    let page = screen.get(path).await;
    assert_eq!(page.status, 200, "{path}: {}", page.text());
    let (act, rest) =
        page.text().split("action=\"").skip(1).filter_map(|rest| rest.split_once('"')).find(|(act, _)| act.ends_with("/print")).expect("a way to print");
    let hidden = |name: &str| rest.split(&format!("name=\"{name}\" value=\"")).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned();
    let names = ["stay", "lang", "document", "from", "to", "_author"];
    let fields: Vec<(&str, String)> = names.iter().map(|name| (*name, hidden(name))).filter(|(_, value)| !value.is_empty()).collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let reply = screen.post(act, &fields).await;
    followed(screen, &reply).await
}

/// The paper alone, without the screen around it.
fn paper(page: &Reply) -> String {
    let text = page.text();
    let from = text.find("<article class=\"paper").expect("a paper");
    text[from..].split("</article>").next().unwrap_or_default().to_owned()
}

/// PAP-1, PAP-2, PAP-8
#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_prints_a_sheet_twice_and_the_second_is_a_duplicate() {
    let site = TestSite::start().await;
    filled(&site).await;
    let stay = admitted(&site).await;
    let mut clerk = site.screen("registration-clerk").await;
    let list = clerk.get("/patients/amal/papers").await;
    let text = list.text();
    assert!(
        list.status == 200 && text.contains("Bulletin d’admission") && !text.contains("Billet de sortie") && !text.contains("Bulletin de séjour"),
        "{text}"
    );
    assert!(!text.contains("Certificat"), "a clerk is offered no certificate");
    let path = format!("/patients/amal/papers/admission-sheet?stay={stay}&lang=fr");
    let preview = paper(&clerk.get(&path).await);
    assert!(preview.contains("Aperçu") && preview.contains("ALAMI Amal") && preview.contains("العلمي") && preview.contains("00000017"), "{preview}");
    assert!(preview.contains("Nom-card") && preview.contains("Personne physician") && preview.contains("Modèle à valider"), "{preview}");
    assert!(!clerk.get("/patients/amal/papers").await.text().contains("imprimé"), "to look is not to print");
    let first = printed(&mut clerk, &path).await;
    assert!(first.text().contains("data-print-now") && first.text().contains("Ctrl-P"), "{}", first.text());
    let first = paper(&first);
    assert!(
        first.contains("Imprimé le") && first.contains("Personne registration-clerk") && !first.contains("duplicata") && !first.contains("Aperçu"),
        "{first}"
    );
    site.pass(MINUTE);
    let second = paper(&printed(&mut clerk, &path).await);
    assert!(second.contains("duplicata n° 1"), "{second}");
    let list = clerk.get("/patients/amal/papers").await;
    assert!(list.text().contains("imprimé 2 fois") && list.text().contains("Personne registration-clerk"), "{}", list.text());
    // What does not make sense yet cannot be had by its address.
    assert_eq!(clerk.get(&format!("/patients/amal/papers/exit-slip?stay={stay}")).await.status, 409);
    assert_eq!(clerk.get("/patients/amal/papers/admission-sheet?stay=other").await.status, 404);
    assert_eq!(clerk.get("/patients/amal/papers/admission-sheet").await.status, 400);
    site.stop().await;
}

/// PAP-1, PAP-9, PAP-10, PAP-11
#[tokio::test(flavor = "multi_thread")]
async fn the_exit_slip_has_its_number_and_the_register_of_leavers_shows_who_left() {
    let site = TestSite::start().await;
    filled(&site).await;
    let stay = admitted(&site).await;
    site.pass(10 * MINUTE);
    let (mut physician, mut clerk, mut nurse) = (site.screen("physician").await, site.screen("registration-clerk").await, site.screen("head-nurse").await);
    let register = "/registers/leavers?from=2026-01-15&lang=fr";
    assert!(clerk.get(register).await.text().contains("Aucune ligne"));
    assert_eq!(act(&mut physician, "amal", "decide", &[]).await, "");
    assert_eq!(act(&mut nurse, "amal", "depart", &[("how", "home")]).await, "");
    assert!(clerk.get("/patients/amal/papers").await.text().contains("quatre formalités"));
    for (number, proof, text) in [("1", "", ""), ("2", "receipt", "Q-17"), ("3", "", ""), ("4", "", "BS-2026-9")] {
        assert_eq!(act(&mut clerk, "amal", "step", &[("number", number), ("proof", proof), ("text", text)]).await, "");
    }
    let slip = paper(&clerk.get(&format!("/patients/amal/papers/exit-slip?stay={stay}&lang=fr")).await);
    assert!(slip.contains("paper a5") && slip.contains("BS-2026-9") && slip.contains("quittance Q-17") && slip.contains("à domicile"), "{slip}");
    let page = paper(&clerk.get(register).await);
    assert!(page.contains("ALAMI Amal") && page.contains("09:10") && page.contains("à domicile") && page.contains("<td class=\"num\">1</td>"), "{page}");
    let arabic = paper(&clerk.get("/registers/leavers?from=2026-01-15&lang=ar").await);
    assert!(
        arabic.contains("dir=\"rtl\"") && arabic.contains("سجل المغادرين") && arabic.contains("العلمي") && arabic.contains("<bdi dir=\"ltr\">00000017</bdi>"),
        "{arabic}"
    );
    let first = paper(&printed(&mut clerk, register).await);
    assert!(first.contains("Imprimé le") && !first.contains("duplicata"), "{first}");
    site.pass(MINUTE);
    assert!(paper(&printed(&mut clerk, register).await).contains("duplicata n° 1"));
    // She had not left: the line stays, struck through.
    assert_eq!(act(&mut nurse, "amal", "cancel", &[("movement", "departure"), ("text", "mauvais lit")]).await, "");
    let mended = paper(&clerk.get(register).await);
    assert!(mended.contains("<s>09:10</s>") && mended.contains("annulé ou corrigé"), "{mended}");
    // A month, and no more.
    assert!(clerk.get("/registers/entries?from=2026-01-01&to=2026-01-31").await.text().contains("ALAMI Amal"));
    assert!(clerk.get("/registers/entries?from=2026-01-01&to=2026-02-01").await.text().contains("un mois au plus"));
    assert!(!clerk.get("/registers/births?from=2026-01-15").await.text().contains("ALAMI"));
    assert_eq!(clerk.get("/registers/marriages").await.status, 404);
    site.stop().await;
}

const INJURY: &str = "/patients/amal/papers/injury?lang=fr";

/// What a physician says of an injury, with the fields of the form's own.
fn said<'f>(own: &'f [(&'static str, String)], days: &'f str) -> Vec<(&'f str, &'f str)> {
    let told = [
        ("_patient", "amal"),
        ("lang", "fr"),
        ("ask-examined", "2026-01-15T08:40"),
        ("ask-told", "Coup de poing reçu le matin.\n\nChute ensuite <sur> le sol."),
        ("ask-findings", "Ecchymose de 3 cm"),
        ("ask-days", days),
        ("ask-from", "2026-01-15"),
    ];
    own.iter().map(|(name, value)| (*name, value.as_str())).chain(told).collect()
}

/// The text of a certificate, without who and when.
fn text(page: &Reply) -> String {
    paper(page).split("paper-text").nth(1).and_then(|rest| rest.split("paper-signatures").next()).expect("a text").to_owned()
}

/// PAP-6, PAP-7
#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_a_physician_certifies_and_what_is_wrong_is_said_beside_it() {
    const CERTIFY: &str = "/patients/amal/papers/injury/certify";
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let (mut physician, mut clerk, mut midwife) = (site.screen("physician").await, site.screen("registration-clerk").await, site.screen("midwife").await);
    for screen in [&mut clerk, &mut midwife] {
        assert_eq!(screen.get(INJURY).await.status, 403);
    }
    let page = physician.get(INJURY).await;
    assert!(page.text().contains("[Constatations de l’examen]") && page.text().contains("Aperçu"), "{}", page.text());
    let mut own = ["_author", "_id", "_stay"].map(|name| (name, page.hidden(name)));
    let wrong = physician.post(CERTIFY, &said(&own, "beaucoup")).await;
    assert!(wrong.status == 200 && wrong.text().contains("un nombre de jours") && wrong.text().contains("Ecchymose de 3 cm"), "{}", wrong.text());
    assert_eq!(clerk.post(CERTIFY, &said(&own, "21")).await.status, 409, "another person's form");
    let mark = clerk.get("/patients/amal/papers").await;
    own[0].1 = mark.text().split("data-who=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a mark").to_owned();
    assert_eq!(clerk.post(CERTIFY, &said(&own, "21")).await.status, 403);
    assert_eq!(client.get("DocumentReference?patient=amal").await.count("entry"), 0);
    site.stop().await;
}

/// PAP-5
#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_kept_and_printed_again_word_for_word() {
    const CERTIFY: &str = "/patients/amal/papers/injury/certify";
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let (mut physician, mut clerk) = (site.screen("physician").await, site.screen("registration-clerk").await);
    let page = physician.get(INJURY).await;
    let own = ["_author", "_id", "_stay"].map(|name| (name, page.hidden(name)));
    let reply = physician.post(CERTIFY, &said(&own, "21")).await;
    let made = followed(&mut physician, &reply).await;
    // Sent twice, written once.
    assert_eq!(physician.post(CERTIFY, &said(&own, "21")).await.status, 303);
    assert_eq!(client.get("DocumentReference?patient=amal").await.count("entry"), 1);
    let before = text(&made);
    let parts = [
        "ALAMI Amal",
        "15 janv. 2026, 08:40",
        "Coup de poing reçu le matin.",
        "&#60;sur&#62; le sol.",
        "Ecchymose de 3 cm",
        "21 jour(s)",
        "Personne physician",
    ];
    assert_eq!(parts.iter().find(|part| !before.contains(**part)), None, "{before}");
    let id = reply.header("location").and_then(|to| to.split("document=").nth(1)).expect("an id").to_owned();
    let stored = client.get(&format!("DocumentReference/{id}")).await;
    assert_eq!((stored.at("type.coding.0.code").as_deref(), stored.at("content.0.attachment.language").as_deref()), (Some("injury"), Some("fr")));
    // She takes another name; what was certified stays as it was.
    assert_eq!(client.put("Patient/amal", &amal("Bennani")).await.status, 200);
    site.pass(MINUTE);
    let again = printed(&mut physician, &format!("{INJURY}&document={id}")).await;
    assert!(paper(&again).contains("BENNANI Amal") && !paper(&again).contains("duplicata"), "{}", paper(&again));
    assert_eq!(text(&again), before);
    let again = printed(&mut physician, &format!("{INJURY}&document={id}")).await;
    assert!(paper(&again).contains("duplicata n° 1"));
    let list = physician.get("/patients/amal/papers").await;
    assert!(list.text().contains(&id) && list.text().contains("imprimé 2 fois"), "{}", list.text());
    assert!(!clerk.get("/patients/amal/papers").await.text().contains(&id));
    assert_eq!(clerk.get(&format!("{INJURY}&document={id}")).await.status, 403);
    site.stop().await;
}

/// PAP-13
#[tokio::test(flavor = "multi_thread")]
async fn who_certified_takes_a_certificate_back_and_it_stays_struck_through() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    site.account("other", &[("physician", None)], "").await;
    let (mut physician, mut other) = (site.screen("physician").await, site.stranger().await);
    other.sign_in("other", rihla_testkit::PASSWORD).await;
    let page = physician.get(INJURY).await;
    let own = ["_author", "_id", "_stay"].map(|name| (name, page.hidden(name)));
    let reply = physician.post("/patients/amal/papers/injury/certify", &said(&own, "21")).await;
    let id = reply.header("location").and_then(|to| to.split("document=").nth(1)).expect("an id").to_owned();
    let (path, strike) = (format!("{INJURY}&document={id}"), "/patients/amal/papers/injury/strike");
    let fields = |author: String, why: &'static str| [("_author", author), ("_patient", "amal".into()), ("document", id.clone()), ("why", why.into())];
    async fn send(screen: &mut Screen, path: &str, fields: [(&str, String); 4]) -> Reply {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        screen.post(path, &fields).await
    }
    let page = other.get(&path).await;
    assert!(!page.text().contains(strike), "it is not theirs to take back");
    assert_eq!(send(&mut other, strike, fields(page.hidden("_author"), "pas le mien")).await.status, 403);
    let page = physician.get(&path).await;
    assert!(page.text().contains(strike));
    assert_eq!(send(&mut physician, strike, fields(page.hidden("_author"), " ")).await.status, 400);
    assert!(!physician.get(&path).await.text().contains("paper-void"), "a reason is asked for");
    assert_eq!(send(&mut physician, strike, fields(page.hidden("_author"), "mauvais patient")).await.status, 303);
    let again = printed(&mut physician, &path).await;
    assert!(paper(&again).contains("Annulé") && paper(&again).contains("mauvais patient"), "{}", paper(&again));
    assert!(paper(&again).contains("Ecchymose de 3 cm"), "what was certified is kept");
    let list = physician.get("/patients/amal/papers").await;
    assert!(list.text().contains("annulé le") && list.text().contains("<s>"), "{}", list.text());
    let kept = client.get(&format!("DocumentReference/{id}")).await;
    assert_eq!((kept.at("status").as_deref(), kept.at("docStatus").as_deref()), (Some("entered-in-error"), Some("entered-in-error")));
    assert_eq!(send(&mut physician, strike, fields(page.hidden("_author"), "encore une fois")).await.status, 303, "once is enough");
    assert!(physician.get(&path).await.text().contains("mauvais patient"));
    site.stop().await;
}

/// PAP-14
#[tokio::test(flavor = "multi_thread")]
async fn who_arrived_dead_stands_in_the_register_of_deaths_and_is_struck_when_the_statement_is() {
    const PAPER: &str = "/patients/amal/papers/arrived-dead";
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let (mut physician, mut clerk) = (site.screen("physician").await, site.screen("registration-clerk").await);
    let register = "/registers/deaths?from=2026-01-15&to=2026-01-15";
    assert!(!clerk.get(register).await.text().contains("ALAMI"));
    let page = physician.get(PAPER).await;
    let own = ["_author", "_id", "_stay"].map(|name| (name, page.hidden(name)));
    let asked = [("_patient", "amal"), ("lang", "fr"), ("ask-arrived", "2026-01-15T08:00"), ("ask-brought", "la protection civile"), ("ask-obstacle", "non")];
    let fields: Vec<(&str, &str)> = own.iter().map(|(name, value)| (*name, value.as_str())).chain(asked).collect();
    let reply = physician.post(&format!("{PAPER}/certify"), &fields).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    assert!(client.get("Patient/amal").await.at("deceasedDateTime").is_some());
    let line = clerk.get(register).await;
    assert!(line.text().contains("ALAMI Amal") && line.text().contains("arrivé mort") && !line.text().contains("protection civile"), "{}", line.text());

    let id = reply.header("location").and_then(|to| to.split("document=").nth(1)).expect("an id").to_owned();
    let mark = physician.get(&format!("{PAPER}?document={id}")).await.hidden("_author");
    let fields = [("_author", mark.as_str()), ("_patient", "amal"), ("document", &id), ("why", "mauvaise personne")];
    assert_eq!(physician.post(&format!("{PAPER}/strike"), &fields).await.status, 303);
    assert_eq!(client.get("Patient/amal").await.at("deceasedDateTime"), None, "she may be admitted again");
    let line = clerk.get(register).await;
    assert!(line.text().contains("struck") && line.text().contains("mauvaise personne"), "{}", line.text());
    site.stop().await;
}

/// PAP-3, PAP-4
#[tokio::test(flavor = "multi_thread")]
async fn an_arabic_paper_runs_from_right_to_left_whatever_the_screens_language() {
    let site = TestSite::start().await;
    filled(&site).await;
    let stay = admitted(&site).await;
    let mut clerk = site.screen("registration-clerk").await;
    let page = clerk.get(&format!("/patients/amal/papers/admission-sheet?stay={stay}&lang=ar")).await;
    assert!(page.text().contains("<html lang=\"fr\" dir=\"ltr\""), "the screen stays French");
    let sheet = paper(&page);
    assert!(sheet.contains("lang=\"ar\" dir=\"rtl\"") && sheet.contains("ورقة القبول") && sheet.contains("العلمي") && sheet.contains("اسم "), "{sheet}");
    assert!(sheet.contains("<bdi dir=\"ltr\">00000017</bdi>") && sheet.contains("<bdi dir=\"ltr\">card-1</bdi>"), "{sheet}");
    let mut arabic = site.screen("registration-clerk").await.speaking("ar");
    let french = paper(&arabic.get(&format!("/patients/amal/papers/admission-sheet?stay={stay}&lang=fr")).await);
    assert!(french.contains("lang=\"fr\" dir=\"ltr\"") && french.contains("Bulletin d’admission"), "{french}");
    site.stop().await;
}

/// PAP-1, PAP-6
#[tokio::test(flavor = "multi_thread")]
async fn a_midwife_certifies_the_birth_of_a_newborn_and_nothing_else() {
    let site = TestSite::start().await;
    filled(&site).await;
    let (mut midwife, mut clerk) = (site.screen("midwife").await, site.screen("registration-clerk").await);
    assert_eq!(act(&mut midwife, "amal", "plan", &[("kind", "newborn")]).await, "");
    assert_eq!(act(&mut clerk, "amal", "admit", &[("to", "card-2")]).await, "");
    let list = midwife.get("/patients/amal/papers").await;
    assert!(list.text().contains("Avis de naissance") && !list.text().contains("Certificat"), "{}", list.text());
    let path = list.text().split("href=\"").filter_map(|rest| rest.split('"').next()).find(|to| to.contains("/birth?")).expect("a way").replace("&#38;", "&");
    let page = midwife.get(&path).await;
    let hidden = ["_author", "_id", "_stay"].map(|name| (name, page.hidden(name)));
    let mut fields = vec![("_patient", "amal"), ("lang", "fr"), ("ask-moment", "2026-01-15T07:40"), ("ask-mother", "Zahra Alami")];
    fields.extend(hidden.iter().map(|(name, value)| (*name, value.as_str())));
    let reply = midwife.post("/patients/amal/papers/birth/certify", &fields).await;
    let made = followed(&mut midwife, &reply).await;
    assert!(paper(&made).contains("07:40") && paper(&made).contains("Zahra Alami"), "{}", paper(&made));
    assert!(clerk.get("/registers/births?from=2026-01-15").await.text().contains("ALAMI Amal"));
    // A manager may open the registers, and is shown no stay.
    let page = site.screen("manager").await.get("/registers/entries?from=2026-01-15").await;
    assert!(page.status == 200 && !page.text().contains("ALAMI"), "{}", page.text());
    site.stop().await;
}

/// PAP-4, PAP-10
#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_a_death_and_an_admission_that_was_none_leave_what_they_have_to() {
    let site = TestSite::start().await;
    filled(&site).await;
    let stay = admitted(&site).await;
    site.pass(10 * MINUTE);
    let (mut physician, mut clerk) = (site.screen("physician").await, site.screen("registration-clerk").await);
    let form = physician.get(&format!("/patients/amal/papers/transfer?stay={stay}&lang=fr")).await;
    assert!(form.text().contains("Extrême urgence") && form.text().contains("Consentement"), "{}", form.text());
    // The death notice comes with the death, and the papers of somebody who is here go.
    assert!(!physician.get("/patients/amal/papers").await.text().contains("Avis de décès"));
    assert_eq!(act(&mut physician, "amal", "death", &[]).await, "");
    let list = physician.get("/patients/amal/papers").await;
    assert!(list.text().contains("Avis de décès") && !list.text().contains("Certificat d’hospitalisation"), "{}", list.text());
    let register = paper(&clerk.get("/registers/deaths?from=2026-01-15").await);
    assert!(register.contains("ALAMI Amal") && register.contains("09:10") && !register.contains("struck"), "{register}");
    let mut resident = site.screen("resident").await;
    assert_eq!(act(&mut physician, "amal", "death-undo", &[]).await, "");
    assert_eq!(act(&mut resident, "amal", "death-undo", &[]).await, "");
    assert!(paper(&clerk.get("/registers/deaths?from=2026-01-15").await).contains("<s>09:10</s>"));
    // She was never admitted: the entry stays, struck through, with the reason.
    assert_eq!(act(&mut clerk, "amal", "cancel", &[("movement", "m1"), ("text", "mauvaise personne")]).await, "");
    let entries = paper(&clerk.get("/registers/entries?from=2026-01-15").await);
    assert!(entries.contains("<s>09:00</s>") && entries.contains("mauvaise personne"), "{entries}");
    assert_eq!(clerk.get(&format!("/patients/amal/papers/admission-sheet?stay={stay}")).await.status, 404, "there is no such stay");
    site.stop().await;
}

/// PAP-7
#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_is_kept_as_a_draft_until_it_is_certified() {
    const PATH: &str = "/patients/amal/papers/sick-leave?lang=fr";
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut physician = site.screen("physician").await;
    let page = physician.get(PATH).await;
    let own = ["_author", "_id", "_stay", "_form"].map(|name| (name, page.hidden(name)));
    let mut fields: Vec<(&str, &str)> = own.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.extend([("_patient", "amal"), ("_path", "/patients/amal/papers/sick-leave"), ("lang", "fr"), ("ask-days", "7"), ("ask-remark", "Sorties libres")]);
    assert_eq!(physician.post("/drafts", &fields).await.status, 303);
    let back = physician.get(PATH).await;
    assert!(back.text().contains("Brouillon retrouvé") && back.text().contains("value=\"Sorties libres\""), "{}", back.text());
    let mut resident = site.screen("resident").await;
    assert!(!resident.get(PATH).await.text().contains("Sorties libres"), "another person's draft");
    fields.push(("ask-from", "2026-01-16"));
    let reply = physician.post("/patients/amal/papers/sick-leave/certify", &fields).await;
    let made = followed(&mut physician, &reply).await;
    assert!(text(&made).contains("16 janvier 2026") && text(&made).contains("Sorties libres"), "{}", paper(&made));
    assert!(!physician.get(PATH).await.text().contains("Sorties libres"), "what was certified is no draft");
    // Of a patient of others, whoever works by care says first why they look.
    assert_eq!(client.put("Patient/badr", &amal("Badr").replace("amal", "badr").replace("00000017", "00000018")).await.status, 201);
    for path in ["/patients/badr/papers", "/patients/badr/papers/sick-leave?lang=fr"] {
        let reply = physician.get(path).await;
        assert!(reply.header("location").is_some_and(|to| to.starts_with("/patients/badr/glass")), "{path}: {}", reply.status);
    }
    site.stop().await;
}

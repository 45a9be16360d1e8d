//! What somebody certified: written once as a DocumentReference, and read word for word.

use crate::compose::{Word, kept, paragraphs};
use crate::facts::Facts;
use crate::form::Typed;
use crate::of::Of;
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_fhir::base64::{decode, encode_into};
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_kernel::{Fault, FaultKind, Lang};
use rihla_packs::PaperRegister;
use rihla_store::Stored;
use rihla_web::{Change, Desk, DraftKey, Refusal, go, look, percent, quoted, written};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The system of papers by their codes in the pack.
const SYSTEM: &str = "urn:rihla:paper";
/// The account that certified (`valueString`): a name is not one person's alone.
const ACCOUNT: &str = "urn:rihla:extension:certified-by";
/// That and why its author took it back: `at` (`valueDateTime`), `why` (`valueString`).
const STRUCK: &str = "urn:rihla:extension:certificate-struck";
/// Characters of a reason.
const REASON: std::ops::RangeInclusive<usize> = 5..=300;
/// Certificates of a patient that are listed.
const READ: &str = "100";

/// A certificate that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    pub id: String,
    /// The code of the paper.
    pub paper: String,
    /// As FHIR has it.
    pub date: String,
    pub author: String,
    /// The id of the stay that it is of.
    pub stay: Option<String>,
    pub lang: Lang,
    pub text: String,
    /// When it was taken back, and why.
    pub struck: Option<(String, String)>,
    /// The account that certified, and the Practitioner behind it.
    account: String,
    practitioner: String,
}

impl Certificate {
    /// Whether somebody is who certified.
    pub fn is_of(&self, desk: &Desk) -> bool {
        match self.account.as_str() {
            "" => !self.practitioner.is_empty() && desk.person.practitioner.as_deref() == Some(self.practitioner.as_str()),
            account => account == desk.person.actor().id(),
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Strike {
    #[serde(rename = "_author")]
    author: String,
    #[serde(rename = "_patient")]
    patient: String,
    stay: String,
    document: String,
    why: String,
}

/// `POST /patients/{patient}/papers/{paper}/strike`: its author takes it back. It is kept, struck through.
pub async fn strike(desk: Desk, Path((patient, paper)): Path<(String, String)>, Form(sent): Form<Strike>) -> Result<Response, Refusal> {
    desk.same_author(&sent.author)?;
    if sent.patient != patient {
        return Err(other_patient());
    }
    let mut of = Of::open(desk, &patient, &paper, &sent.stay, "")?;
    let stored = of.desk.read("DocumentReference", &sent.document)?;
    let found = of_stored(&stored, &patient).filter(|one| one.paper == of.paper.code).ok_or_else(Refusal::not_found)?;
    if !found.is_of(&of.desk) {
        return Err(Fault::new(FaultKind::Forbidden, "RH-PAPERS-STRIKE", "Only who certified takes a certificate back.").into());
    }
    let why = sent.why.trim();
    if found.struck.is_none() && !REASON.contains(&why.chars().count()) {
        return Err(Refusal::invalid("RH-PAPERS-WHY", "Say in one sentence why it is taken back, in 5 to 300 characters."));
    }
    if found.struck.is_none() {
        let error = || Some(r#""entered-in-error""#.to_owned());
        let struck = format!(
            r#"{{"url":"{STRUCK}","extension":[{{"url":"at","valueDateTime":{}}},{{"url":"why","valueString":{}}}]}}"#,
            quoted(&of.desk.instant()),
            quoted(why)
        );
        let extensions = |document: Value<'_>| document.all("extension").into_iter().map(written).chain([struck.clone()]).collect::<Vec<_>>().join(",");
        let extensions = look(&stored, extensions).unwrap_or_default();
        let members = vec![("status", error()), ("docStatus", error()), ("extension", Some(format!("[{extensions}]")))];
        let change = Change { ty: "DocumentReference", id: stored.id.to_text(), version: stored.vid, members };
        of.desk.write_all(&[], vec![change], Vec::new()).await?;
        if of.paper.register == Some(PaperRegister::Deaths) {
            say_death(&of.desk, &patient, Some(&found.date), None).await?;
        }
    }
    of.lang = found.lang;
    Ok(go(&of.path(of.lang, &format!("&document={}", percent(&sent.document))), &[]))
}

/// What a statement of death, or its being taken back, changes of the patient: nobody who is dead is admitted. What somebody
/// else said of their death stays.
async fn say_death(desk: &Desk, patient: &str, written: Option<&str>, said: Option<&str>) -> Result<(), Refusal> {
    let stored = desk.read("Patient", patient)?;
    let (known, dead) = look(&stored, |one| (one.text("deceasedDateTime").map(|at| at.into_owned()), one.text("deceasedBoolean").as_deref() == Some("true")))
        .ok_or_else(Refusal::not_found)?;
    if known.as_deref() != written || dead {
        return Ok(());
    }
    let members = vec![("deceasedDateTime", said.map(quoted))];
    desk.write_all(&[], vec![Change { ty: "Patient", id: stored.id.to_text(), version: stored.vid, members }], Vec::new()).await
}

/// A statement by which somebody stands in a register, as far as the register tells it.
pub struct Stated {
    pub id: String,
    pub patient: String,
    /// As FHIR has it.
    pub date: String,
    /// Why it was taken back, if it was.
    pub struck: Option<String>,
}

/// Statements of such papers from one day to another, whoever may read what they say: that they were made, and of whom.
pub fn stated(desk: &Desk, register: PaperRegister, (from, to): (&str, &str)) -> Result<(Vec<Stated>, bool), Refusal> {
    let kinds = desk.house.pack().papers.list.iter().filter(|paper| paper.register == Some(register));
    let kinds = kinds.map(|paper| format!("{SYSTEM}|{}", paper.code)).collect::<Vec<_>>().join(",");
    if kinds.is_empty() {
        return Ok((Vec::new(), false));
    }
    let found = desk.search_as_node("DocumentReference", &[("type", &kinds), ("date", from), ("date", to), ("_sort", "date"), ("_count", "500")])?;
    let one = |stored: &Stored| {
        let patient = look(stored, |document| document.reference("subject.reference", "Patient").map(|id| id.into_owned())).flatten()?;
        let read = of_stored(stored, &patient)?;
        Some(Stated { id: read.id, patient, date: read.date, struck: read.struck.map(|(_, why)| why) })
    };
    Ok((found.matches.iter().filter_map(one).collect(), found.next.is_some()))
}

fn other_patient() -> Refusal {
    Refusal::invalid("RH-PAPERS-OTHER-PATIENT", "The form was filled in on another patient's page.")
}

/// `POST /patients/{patient}/papers/{paper}/certify`
pub async fn write(desk: Desk, Path((patient, paper)): Path<(String, String)>, Form(fields): Form<BTreeMap<String, String>>) -> Result<Response, Refusal> {
    let typed = Typed::of(fields);
    desk.same_author(typed.hidden("_author"))?;
    if typed.hidden("_patient") != patient {
        return Err(other_patient());
    }
    let of = Of::open(desk, &patient, &paper, typed.hidden("_stay"), typed.hidden("lang"))?;
    if !of.paper.is_certificate() {
        return Err(Refusal::not_found());
    }
    of.suits()?;
    let faults = typed.faults(&of.paper);
    if !faults.is_empty() {
        return crate::paper::form(&of, &typed, &faults, None);
    }
    let facts = Facts::read(&of.desk, &patient, of.told.as_ref(), of.lang)?;
    let text = text(&of, &facts, |ask| match typed.words(ask, facts.voice()) {
        said if said.is_empty() => Word::LeftOut,
        said => Word::Said(said),
    });
    let id = typed.hidden("_id");
    let now = of.desk.instant();
    of.desk.create_as(id, &document(&of, &facts, &text, &now), vec![of.desk.without_draft(&key(&of))]).await?;
    if of.paper.register == Some(PaperRegister::Deaths) {
        say_death(&of.desk, &patient, None, Some(&now)).await?;
    }
    Ok(go(&of.path(of.lang, &format!("&document={}", percent(id))), &[]))
}

/// The draft of a form.
pub fn key(of: &Of) -> DraftKey<'_> {
    DraftKey { form: &of.form, patient: &of.banner.id, stay: of.stay() }
}

/// The whole text of a paper, with `asked` for what somebody has to say.
pub fn text(of: &Of, facts: &Facts<'_>, asked: impl Fn(&rihla_packs::PaperAsk) -> Word) -> String {
    let word = |name: &str| match of.paper.asks.iter().find(|ask| ask.code == name) {
        Some(ask) => asked(ask),
        None => facts.value(name).map_or(Word::Unknown, Word::Said),
    };
    let words = of.paper.text.get(of.lang.tag()).map(|text| paragraphs(text, word)).unwrap_or_default();
    kept(&facts.desk.named(&of.paper.names), &words)
}

fn document(of: &Of, facts: &Facts<'_>, text: &str, now: &str) -> String {
    let mut data = Vec::new();
    encode_into(text.as_bytes(), &mut data);
    let patient = quoted(&format!("Patient/{}", of.banner.id));
    let title = quoted(&facts.desk.named(&of.paper.names));
    let encounter = |stay: &str| format!(r#","context":{{"encounter":[{{"reference":{}}}]}}"#, quoted(&format!("Encounter/{stay}")));
    let context = Some(of.stay()).filter(|stay| !stay.is_empty()).map(encounter).unwrap_or_default();
    format!(
        r#"{{"resourceType":"DocumentReference","extension":[{{"url":"{ACCOUNT}","valueString":{account}}}],"status":"current","docStatus":"final","type":{{"coding":[{{"system":"{SYSTEM}","code":{code}}}],"text":{title}}},"subject":{{"reference":{patient}}},"date":{date},"author":[{author}],"content":[{{"attachment":{{"contentType":"text/plain; charset=utf-8","language":"{lang}","data":"{data}","title":{title},"creation":{date}}}}}]{context}}}"#,
        account = quoted(of.desk.person.actor().id()),
        code = quoted(&of.paper.code),
        date = quoted(now),
        author = of.desk.author_reference(),
        lang = of.lang.tag(),
        data = String::from_utf8_lossy(&data),
    )
}

/// A certificate by its id, of this paper and this patient.
pub fn read(of: &Of, id: &str) -> Result<Certificate, Refusal> {
    let stored = of.desk.read("DocumentReference", id)?;
    of_stored(&stored, &of.banner.id).filter(|one| one.paper == of.paper.code).ok_or_else(Refusal::not_found)
}

/// The certificates of a patient, the newest first; whether there are more.
pub fn all(desk: &Desk, patient: &str) -> Result<(Vec<Certificate>, bool), Refusal> {
    if !desk.shows("DocumentReference") {
        return Ok((Vec::new(), false));
    }
    let kinds = desk.house.pack().papers.list.iter().filter(|paper| paper.is_certificate() && crate::of::may(desk, paper));
    let kinds = kinds.map(|paper| format!("{SYSTEM}|{}", paper.code)).collect::<Vec<_>>().join(",");
    if kinds.is_empty() {
        return Ok((Vec::new(), false));
    }
    let found = desk.search("DocumentReference", &[("patient", patient), ("type", &kinds), ("_sort", "-date"), ("_count", READ)])?;
    Ok((found.matches.iter().filter_map(|stored| of_stored(stored, patient)).collect(), found.next.is_some()))
}

fn of_stored(stored: &Stored, patient: &str) -> Option<Certificate> {
    look(stored, |document| of_document(document, patient)).flatten()
}

/// What was entered in error is no certificate, unless its author took it back: that is kept and says so.
fn of_document(document: Value<'_>, patient: &str) -> Option<Certificate> {
    let own = |path: &str| document.text(path).unwrap_or_default().into_owned();
    let codings = document.all("type.coding");
    let paper = codings.iter().find(|coding| coding.text("system").as_deref() == Some(SYSTEM))?.text("code")?.into_owned();
    let is_whose = document.reference("subject.reference", "Patient").as_deref() == Some(patient);
    let struck = document.extensions("", STRUCK).first().map(|one| {
        let said = |name: &str, value: &str| one.extensions("", name).first().and_then(|part| part.text(value)).unwrap_or_default().into_owned();
        (said("at", "valueDateTime"), said("why", "valueString"))
    });
    let is_error = own("status") == "entered-in-error" || own("docStatus") == "entered-in-error";
    if !is_whose || (is_error && struck.is_none()) {
        return None;
    }
    Some(Certificate {
        id: own("id"),
        paper,
        date: own("date"),
        author: own("author.display"),
        stay: document.reference("context.encounter.reference", "Encounter").map(|id| id.into_owned()),
        lang: Lang::from_tag(&own("content.attachment.language")).unwrap_or_default(),
        text: String::from_utf8(decode(&own("content.attachment.data"))?).ok()?,
        struck,
        account: document.extensions("", ACCOUNT).first().and_then(|one| one.text("valueString")).unwrap_or_default().into_owned(),
        practitioner: document.reference("author.reference", "Practitioner").map(|id| id.into_owned()).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_fhir::json::{Limits, parse};

    #[test]
    fn a_certificate_is_read_of_its_patient_alone_and_not_if_it_was_an_error() {
        let json = r#"{"resourceType":"DocumentReference","id":"d","status":"current","type":{"coding":[{"system":"urn:rihla:paper","code":"injury"}]},"subject":{"reference":"Patient/p"},"date":"2026-01-15T08:00:00Z","author":[{"display":"Dr A"}],"content":[{"attachment":{"language":"ar","data":"w6k="}}],"context":{"encounter":[{"reference":"Encounter/s"}]}}"#;
        let of = |json: &str, patient: &str| {
            let doc = parse(json.as_bytes(), &Limits::default()).expect("json");
            of_document(doc.root(), patient)
        };
        let found = of(json, "p").expect("a certificate");
        assert_eq!(
            (found.paper.as_str(), found.author.as_str(), found.stay.as_deref(), found.lang, found.text.as_str()),
            ("injury", "Dr A", Some("s"), Lang::Arabic, "é")
        );
        assert_eq!(of(json, "q"), None);
        let error = json.replace("current", "entered-in-error");
        assert_eq!(of(&error, "p"), None);
        let why = r#""extension":[{"url":"urn:rihla:extension:certificate-struck","extension":[{"url":"at","valueDateTime":"2026-01-16"},{"url":"why","valueString":"x"}]}],"status""#;
        let struck = of(&error.replace(r#""status""#, why), "p").and_then(|one| one.struck);
        assert_eq!(struck, Some(("2026-01-16".to_owned(), "x".to_owned())), "its author took it back: it is kept");
        assert_eq!(of(&json.replace("urn:rihla:paper", "urn:other"), "p"), None, "a document of somebody else");
    }
}

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
use rihla_kernel::Lang;
use rihla_store::Stored;
use rihla_web::{Desk, DraftKey, Refusal, go, look, percent, quoted};
use std::collections::BTreeMap;

/// The system of papers by their codes in the pack.
const SYSTEM: &str = "urn:rihla:paper";
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
}

/// `POST /patients/{patient}/papers/{paper}/certify`
pub async fn write(desk: Desk, Path((patient, paper)): Path<(String, String)>, Form(fields): Form<BTreeMap<String, String>>) -> Result<Response, Refusal> {
    let typed = Typed::of(fields);
    desk.same_author(typed.hidden("_author"))?;
    if typed.hidden("_patient") != patient {
        return Err(Refusal::invalid("RH-PAPERS-OTHER-PATIENT", "The form was filled in on another patient's page."));
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
    of.desk.create_as(id, &document(&of, &facts, &text), vec![of.desk.without_draft(&key(&of))]).await?;
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

fn document(of: &Of, facts: &Facts<'_>, text: &str) -> String {
    let mut data = Vec::new();
    encode_into(text.as_bytes(), &mut data);
    let patient = quoted(&format!("Patient/{}", of.banner.id));
    let title = quoted(&facts.desk.named(&of.paper.names));
    let encounter = |stay: &str| format!(r#","context":{{"encounter":[{{"reference":{}}}]}}"#, quoted(&format!("Encounter/{stay}")));
    let context = Some(of.stay()).filter(|stay| !stay.is_empty()).map(encounter).unwrap_or_default();
    format!(
        r#"{{"resourceType":"DocumentReference","status":"current","docStatus":"final","type":{{"coding":[{{"system":"{SYSTEM}","code":{code}}}],"text":{title}}},"subject":{{"reference":{patient}}},"date":{date},"author":[{author}],"content":[{{"attachment":{{"contentType":"text/plain; charset=utf-8","language":"{lang}","data":"{data}","title":{title},"creation":{date}}}}}]{context}}}"#,
        code = quoted(&of.paper.code),
        date = quoted(&of.desk.instant()),
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

/// What was entered in error is no certificate.
fn of_document(document: Value<'_>, patient: &str) -> Option<Certificate> {
    let own = |path: &str| document.text(path).unwrap_or_default().into_owned();
    let codings = document.all("type.coding");
    let paper = codings.iter().find(|coding| coding.text("system").as_deref() == Some(SYSTEM))?.text("code")?.into_owned();
    let is_whose = document.reference("subject.reference", "Patient").as_deref() == Some(patient);
    if !is_whose || own("status") == "entered-in-error" || own("docStatus") == "entered-in-error" {
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
        assert_eq!(of(&json.replace("current", "entered-in-error"), "p"), None);
        assert_eq!(of(&json.replace("urn:rihla:paper", "urn:other"), "p"), None, "a document of somebody else");
    }
}

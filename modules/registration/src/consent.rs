//! What a patient answered to one question of the pack, as the record keeps it (<https://hl7.org/fhir/R4/consent.html>).
//!
//! A refusal is `rejected` and bears no `provision`: it shuts the record to nobody who takes care, unless the pack's row
//! says that it does. An answer that another took the place of, or that was withdrawn, is `inactive` and stays.

use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_packs::ConsentKind;
use rihla_web::{quoted, written};

/// Marks what is asked here among all consents of a record: the desks see and write these and no others.
pub const ASKED: &str = "urn:rihla:consent";
const SCOPE: &str = "http://terminology.hl7.org/CodeSystem/consentscope";
/// Given or refused (`valueCode`): what may shut a record stands in `provision`, which the desks are not shown.
const ANSWER: &str = "urn:rihla:extension:consent-answer";
/// On paper, signed, or by word of mouth (`valueCode`).
const WAY: &str = "urn:rihla:extension:consent-way";
/// Who was there and saw it (`valueString`).
const WITNESS: &str = "urn:rihla:extension:consent-witness";
/// Who asked (`valueReference`).
const TAKEN_BY: &str = "urn:rihla:extension:consent-taken-by";
/// Since when it does not hold any more because somebody took it back (`valueDateTime`), and who (`valueReference`).
const WITHDRAWN: &str = "urn:rihla:extension:consent-withdrawn";
const WITHDRAWN_BY: &str = "urn:rihla:extension:consent-withdrawn-by";

/// How an answer was given.
pub const WAYS: [&str; 2] = ["paper", "word"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Given,
    Refused,
    Withdrawn,
    /// A later answer took its place.
    Over,
}

/// An answer, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub code: String,
    /// Of the words that were shown.
    pub words: String,
    pub state: State,
    /// As recorded: a day or a moment.
    pub at: String,
    /// A reference: the patient, or who answered for them.
    pub by: String,
    pub way: String,
    pub witness: String,
    /// Since when it is withdrawn.
    pub withdrawn: String,
}

impl Answer {
    /// None: it is no answer to a question that the pack asks.
    pub fn read(consent: Value<'_>, system: &str) -> Option<Self> {
        let codings: Vec<Value<'_>> = consent.all("category.coding");
        let bears = |coding: &&Value<'_>, system: &str| coding.text("system").as_deref() == Some(system);
        codings.iter().find(|coding| bears(coding, ASKED))?;
        let coding = codings.iter().find(|coding| bears(coding, system))?;
        let said = |url: &str, value: &str| consent.extensions("", url).first().and_then(|one| one.text(value)).unwrap_or_default().into_owned();
        let own = |path: &str| consent.text(path).unwrap_or_default().into_owned();
        let withdrawn = said(WITHDRAWN, "valueDateTime");
        let state = match (own("status").as_str(), said(ANSWER, "valueCode").as_str()) {
            ("rejected", _) | ("active", "refused") => State::Refused,
            ("active", _) => State::Given,
            _ if !withdrawn.is_empty() => State::Withdrawn,
            _ => State::Over,
        };
        Some(Self {
            code: coding.text("code")?.into_owned(),
            words: coding.text("version").unwrap_or_default().into_owned(),
            state,
            at: own("dateTime"),
            by: own("performer.reference"),
            way: said(WAY, "valueCode"),
            witness: said(WITNESS, "valueString"),
            withdrawn,
        })
    }

    /// Whether it holds, as a consent or as a refusal.
    pub fn holds(&self) -> bool {
        matches!(self.state, State::Given | State::Refused)
    }
}

/// An answer, to be written.
pub struct Given<'g> {
    pub id: &'g str,
    pub patient: &'g str,
    pub kind: &'g ConsentKind,
    /// The system of the pack's codes.
    pub system: &'g str,
    pub given: bool,
    /// A day or a moment, as FHIR writes it.
    pub at: &'g str,
    /// A reference.
    pub by: &'g str,
    pub way: &'g str,
    pub witness: &'g str,
    /// Who asked, as a Reference.
    pub taken_by: &'g str,
}

impl Given<'_> {
    pub fn json(&self) -> String {
        let patient = quoted(&format!("Patient/{}", self.patient));
        let answer = if self.given { "given" } else { "refused" };
        let mut extensions = vec![format!(r#"{{"url":"{ANSWER}","valueCode":"{answer}"}}"#)];
        extensions.push(format!(r#"{{"url":"{WAY}","valueCode":{}}}"#, quoted(self.way)));
        extensions.extend((!self.witness.is_empty()).then(|| format!(r#"{{"url":"{WITNESS}","valueString":{}}}"#, quoted(self.witness))));
        extensions.push(format!(r#"{{"url":"{TAKEN_BY}","valueReference":{}}}"#, self.taken_by));
        let shuts = !self.given && self.kind.hides;
        let status = if self.given || shuts { "active" } else { "rejected" };
        let provision = if shuts { r#","provision":{"type":"deny"}"# } else { "" };
        format!(
            r#"{{"resourceType":"Consent","id":{},"extension":[{}],"status":"{status}","scope":{{"coding":[{{"system":"{SCOPE}","code":{}}}]}},"category":[{{"coding":[{{"system":"{ASKED}","code":"asked"}},{{"system":{},"version":{},"code":{}}}]}}],"patient":{{"reference":{patient}}},"dateTime":{},"performer":[{{"reference":{}}}],"policyRule":{{"text":{}}}{provision}}}"#,
            quoted(self.id),
            extensions.join(","),
            quoted(&self.kind.scope),
            quoted(self.system),
            quoted(&self.kind.version),
            quoted(&self.kind.code),
            quoted(self.at),
            quoted(self.by),
            quoted(&self.kind.provenance.source),
        )
    }
}

/// The members of a Consent that say that it does not hold any more; `withdrawn`: since when, and who took it back.
pub fn over(consent: Value<'_>, withdrawn: Option<(&str, &str)>) -> Vec<(&'static str, Option<String>)> {
    let mut out = vec![("status", Some(r#""inactive""#.to_owned()))];
    if let Some((at, by)) = withdrawn {
        let said = [
            format!(r#"{{"url":"{WITHDRAWN}","valueDateTime":{}}}"#, quoted(at)),
            format!(r#"{{"url":"{WITHDRAWN_BY}","valueReference":{{"reference":{}}}}}"#, quoted(by)),
        ];
        let all: Vec<String> = consent.all("extension").into_iter().map(written).chain(said).collect();
        out.push(("extension", Some(format!("[{}]", all.join(",")))));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_fhir::json::{Limits, parse};
    use rihla_packs::Pack;

    fn made(hides: bool, given: bool) -> String {
        let pack = Pack::built_in("ma").expect("there").expect("sound");
        let kind = ConsentKind { hides, ..pack.consents.kind("sharing").expect("asked").clone() };
        Given {
            id: "c",
            patient: "p",
            kind: &kind,
            system: "urn:x",
            given,
            at: "2026-01-15",
            by: "RelatedPerson/m",
            way: "word",
            witness: "A. Idrissi",
            taken_by: r#"{"display":"x"}"#,
        }
        .json()
    }

    fn read(json: &str) -> Answer {
        let doc = parse(json.as_bytes(), &Limits::default()).expect("JSON");
        Answer::read(doc.root(), "urn:x").expect("an answer")
    }

    #[test]
    fn con_3_a_refusal_denies_only_where_the_pack_says_so() {
        let refused = made(false, false);
        assert!(refused.contains(r#""status":"rejected""#) && !refused.contains("provision"), "{refused}");
        assert_eq!(read(&refused).state, State::Refused);
        let shut = made(true, false);
        assert!(shut.contains(r#""status":"active""#) && shut.contains(r#""provision":{"type":"deny"}"#), "{shut}");
        assert_eq!(read(&shut).state, State::Refused);
        assert!(!made(true, true).contains("provision"), "what is given shuts nothing");
    }

    #[test]
    fn an_answer_reads_as_it_was_given() {
        let answer = read(&made(false, true));
        assert_eq!((answer.code.as_str(), answer.words.as_str(), answer.state, answer.at.as_str()), ("sharing", "1", State::Given, "2026-01-15"));
        assert_eq!((answer.by.as_str(), answer.way.as_str(), answer.witness.as_str()), ("RelatedPerson/m", "word", "A. Idrissi"));
        let other = r#"{"resourceType":"Consent","status":"active","category":[{"coding":[{"system":"urn:x","code":"sharing"}]}]}"#;
        let doc = parse(other.as_bytes(), &Limits::default()).expect("JSON");
        assert_eq!(Answer::read(doc.root(), "urn:x"), None, "not asked at a desk");
    }

    #[test]
    fn what_is_withdrawn_keeps_what_was_said() {
        let given = made(false, true);
        let doc = parse(given.as_bytes(), &Limits::default()).expect("JSON");
        let members = over(doc.root(), Some(("2026-02-01", "Patient/p")));
        let extensions = members.iter().find(|(name, _)| *name == "extension").and_then(|(_, json)| json.clone()).expect("said");
        assert!(extensions.contains("consent-witness") && extensions.contains("2026-02-01"), "{extensions}");
        assert_eq!(over(doc.root(), None), vec![("status", Some(r#""inactive""#.to_owned()))]);
    }
}

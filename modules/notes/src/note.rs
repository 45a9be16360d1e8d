//! A note as it stands in the record.

use rihla_fhir::json::Value;
use rihla_fhir::view::{Concept, Look};
use rihla_kernel::Lang;
use rihla_store::Stored;
use rihla_web::{Struck, look, narrative, quoted, written};

/// The system of kinds of notes by their codes in the pack.
pub const KIND: &str = "urn:rihla:note";
/// The system of their sections.
const SECTION: &str = "urn:rihla:note-section";
/// Whose account wrote it: a name alone does not tell two people apart.
const WRITTEN_BY: &str = "urn:rihla:extension:written-by";
/// A correction of what was signed: why, when, by whom.
const CORRECTION: &str = "urn:rihla:extension:correction";

/// How a note stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// A second signature is awaited.
    Waits,
    Final,
    Struck,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Of the pack; empty for one that another system wrote.
    pub code: String,
    pub title: String,
    pub text: String,
}

/// Why, when and by whom words were changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    pub why: String,
    pub at: String,
    pub by: String,
}

/// A note. Instants are as FHIR writes them.
#[derive(Clone, Debug)]
pub struct Note {
    pub id: String,
    pub patient: String,
    pub version: u32,
    /// The code of the pack; empty for a document of another system.
    pub kind: String,
    pub title: String,
    pub state: State,
    /// When it was written.
    pub date: String,
    /// When what it tells was, where that was earlier.
    pub of: Option<String>,
    pub author: String,
    /// The mark of the account that wrote it; empty if none of this house did.
    pub by: String,
    pub stay: Option<String>,
    /// Who signed it too, and when.
    pub signed: Option<(String, String)>,
    pub sections: Vec<Section>,
    pub corrections: Vec<Correction>,
    pub struck: Option<Struck>,
}

impl Note {
    /// None: it is of another patient, or was deleted.
    pub fn read(stored: &Stored, patient: &str, lang: Lang) -> Option<Self> {
        Self::any(stored, lang).filter(|note| note.patient == patient)
    }

    /// Of a search for one patient, which finds what is of records that were merged into theirs as well.
    pub fn any(stored: &Stored, lang: Lang) -> Option<Self> {
        look(stored, |value| Self::of(value, stored, lang)).flatten()
    }

    fn of(value: Value<'_>, stored: &Stored, lang: Lang) -> Option<Self> {
        let own = |path: &str| value.text(path).unwrap_or_default().into_owned();
        let patient = value.reference("subject.reference", "Patient")?.into_owned();
        let kind = coded(value, "type", KIND);
        let said = |path: &str| Concept::at(value, path).and_then(|concept| concept.words(lang)).map(|words| words.into_owned());
        let state = match own("status").as_str() {
            "entered-in-error" => State::Struck,
            "preliminary" => State::Waits,
            _ => State::Final,
        };
        let title = Some(own("title")).filter(|title| !title.is_empty()).or_else(|| said("type")).unwrap_or_default();
        let by = value.extensions("", WRITTEN_BY).first().and_then(|one| one.text("valueString")).unwrap_or_default().into_owned();
        let signed = value.all("attester").into_iter().rfind(|one| one.text("mode").as_deref() == Some("legal"));
        let signed = signed.map(|one| (one.text("party.display").unwrap_or_default().into_owned(), one.text("time").unwrap_or_default().into_owned()));
        Some(Self {
            id: stored.id.to_text(),
            patient,
            version: stored.vid,
            kind,
            title,
            state,
            date: own("date"),
            of: value.text("event.period.start").map(|at| at.into_owned()),
            author: own("author.display"),
            by,
            stay: value.reference("encounter.reference", "Encounter").map(|id| id.into_owned()),
            // What was signed and then corrected waits for a new signature.
            signed: signed.filter(|_| state != State::Waits),
            sections: sections(value),
            corrections: value.extensions("", CORRECTION).into_iter().map(correction).collect(),
            struck: Struck::of(value),
        })
    }
}

/// The code of a concept in a system of the house; empty for none.
fn coded(value: Value<'_>, path: &str, system: &str) -> String {
    let codings = value.all(&format!("{path}.coding"));
    let own = codings.iter().find(|coding| coding.text("system").as_deref() == Some(system)).and_then(|coding| coding.text("code"));
    own.unwrap_or_default().into_owned()
}

fn sections(value: Value<'_>) -> Vec<Section> {
    let mut out = Vec::new();
    gather(value, 0, &mut out);
    out
}

/// Sections within sections come after the one that holds them.
fn gather(value: Value<'_>, depth: u8, out: &mut Vec<Section>) {
    if depth > 4 {
        return;
    }
    for section in value.all("section") {
        let text = section.text("text.div").map(|div| narrative::text(&div)).unwrap_or_default();
        let title = section.text("title").unwrap_or_default().into_owned();
        out.push(Section { code: coded(section, "code", SECTION), title, text });
        gather(section, depth + 1, out);
    }
}

fn correction(said: Value<'_>) -> Correction {
    let part = |url: &str, path: &str| said.extensions("", url).first().and_then(|part| part.text(path)).unwrap_or_default().into_owned();
    Correction { why: part("reason", "valueString"), at: part("at", "valueDateTime"), by: part("by", "valueReference.display") }
}

/// What a new note is made of.
pub struct New<'n> {
    pub kind: &'n rihla_packs::Note,
    pub title: &'n str,
    pub patient: &'n str,
    pub stay: &'n str,
    /// An instant as FHIR writes it.
    pub now: &'n str,
    /// When what it tells was, if it was earlier.
    pub of: Option<&'n str>,
    /// A Reference as JSON.
    pub author: &'n str,
    /// The mark of the account.
    pub by: &'n str,
    /// Whether a second signature is awaited.
    pub waits: bool,
}

impl New<'_> {
    /// The Composition with these sections; those that say nothing are left out.
    pub fn json(&self, sections: &[Section]) -> String {
        let Self { kind, now, author, .. } = self;
        let status = if self.waits { "preliminary" } else { "final" };
        let encounter =
            if self.stay.is_empty() { String::new() } else { format!(r#","encounter":{{"reference":{}}}"#, quoted(&format!("Encounter/{}", self.stay))) };
        let event = self.of.map(|of| format!(r#","event":[{{"period":{{"start":{},"end":{}}}}}]"#, quoted(of), quoted(of))).unwrap_or_default();
        format!(
            r#"{{"resourceType":"Composition","extension":[{{"url":"{WRITTEN_BY}","valueString":{by}}}],"status":"{status}","type":{{"coding":[{{"system":"http://loinc.org","code":{loinc}}},{{"system":"{KIND}","code":{code}}}],"text":{title}}},"subject":{{"reference":{patient}}}{encounter},"date":{date},"author":[{author}],"title":{title},"attester":[{{"mode":"professional","time":{date},"party":{author}}}]{event},"section":{sections}}}"#,
            by = quoted(self.by),
            loinc = quoted(&kind.loinc),
            code = quoted(&kind.code),
            title = quoted(self.title),
            patient = quoted(&format!("Patient/{}", self.patient)),
            date = quoted(now),
            sections = json_of(sections),
        )
    }
}

/// Sections as JSON.
pub fn json_of(sections: &[Section]) -> String {
    let one = |section: &Section| {
        let code = if section.code.is_empty() {
            String::new()
        } else {
            format!(r#","code":{{"coding":[{{"system":"{SECTION}","code":{}}}]}}"#, quoted(&section.code))
        };
        format!(r#"{{"title":{}{code},"text":{{"status":"additional","div":{}}}}}"#, quoted(&section.title), quoted(&narrative::div(&section.text)))
    };
    let said = sections.iter().filter(|section| !section.text.is_empty()).map(one);
    format!("[{}]", said.collect::<Vec<_>>().join(","))
}

/// The extension that says why words were changed, behind those that are there.
pub fn with_correction(value: Value<'_>, why: &str, at: &str, by: &str) -> String {
    let said = format!(
        r#"{{"url":"{CORRECTION}","extension":[{{"url":"reason","valueString":{}}},{{"url":"at","valueDateTime":{}}},{{"url":"by","valueReference":{by}}}]}}"#,
        quoted(why),
        quoted(at)
    );
    appended(value, "extension", said)
}

/// A list of a resource with one more item, as JSON.
pub fn appended(value: Value<'_>, list: &str, item: String) -> String {
    let mut all: Vec<String> = value.get(list).map(|known| known.items().map(written).collect()).unwrap_or_default();
    all.push(item);
    format!("[{}]", all.join(","))
}

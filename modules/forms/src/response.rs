//! A form that was filled in, as it stands in the record: a QuestionnaireResponse.

use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_store::Stored;
use rihla_web::{Struck, look, quoted, written};

/// Whose account filled it in: a name alone does not tell two people apart.
const WRITTEN_BY: &str = "urn:rihla:extension:written-by";
/// A correction of what was completed: why, when, by whom.
const CORRECTION: &str = "urn:rihla:extension:correction";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Begun,
    Done,
    Amended,
    Struck,
}

/// Why, when and by whom answers were changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    pub why: String,
    pub at: String,
    pub by: String,
}

/// Instants are as FHIR writes them.
#[derive(Clone, Debug)]
pub struct Filled {
    pub id: String,
    pub patient: String,
    pub version: u32,
    pub canonical: String,
    pub state: State,
    pub authored: String,
    pub author: String,
    /// The mark of the account that filled it in; empty if none of this house did.
    pub by: String,
    pub stay: Option<String>,
    pub corrections: Vec<Correction>,
    pub struck: Option<Struck>,
    /// The resource as it is stored.
    pub stored: Stored,
}

impl Filled {
    /// None: it is of another patient, or was deleted.
    pub fn read(stored: &Stored, patient: &str) -> Option<Self> {
        Self::any(stored).filter(|filled| filled.patient == patient)
    }

    /// Of a search for one patient, which finds what is of records that were merged into theirs as well.
    pub fn any(stored: &Stored) -> Option<Self> {
        look(stored, |value| Self::of(value, stored)).flatten()
    }

    fn of(value: Value<'_>, stored: &Stored) -> Option<Self> {
        let own = |path: &str| value.text(path).unwrap_or_default().into_owned();
        let patient = value.reference("subject.reference", "Patient")?.into_owned();
        let state = match own("status").as_str() {
            "entered-in-error" => State::Struck,
            "in-progress" | "stopped" => State::Begun,
            "amended" => State::Amended,
            _ => State::Done,
        };
        let by = value.extensions("", WRITTEN_BY).first().and_then(|one| one.text("valueString")).unwrap_or_default().into_owned();
        let correction = |one: &Value<'_>| {
            let part = |url: &str, path: &str| one.extensions("", url).first().and_then(|part| part.text(path)).unwrap_or_default().into_owned();
            Correction { why: part("reason", "valueString"), at: part("at", "valueDateTime"), by: part("by", "valueReference.display") }
        };
        Some(Self {
            id: stored.id.to_text(),
            patient,
            version: stored.vid,
            canonical: own("questionnaire"),
            state,
            authored: own("authored"),
            author: own("author.display"),
            by,
            stay: value.reference("encounter.reference", "Encounter").map(|id| id.into_owned()),
            corrections: value.extensions("", CORRECTION).iter().map(correction).collect(),
            struck: Struck::of(value),
            stored: stored.clone(),
        })
    }
}

impl Filled {
    /// Whether it has a status and answers as `rihla_questionnaire::items` writes them.
    pub fn is(&self, status: &str, items: &str) -> bool {
        let same = |value: Value<'_>| value.text("status").as_deref() == Some(status) && value.get("item").map_or_else(|| "[]".to_owned(), written) == items;
        look(&self.stored, same) == Some(true)
    }
}

/// What a new response is written from.
pub struct New<'n> {
    pub canonical: &'n str,
    pub status: &'n str,
    pub patient: &'n str,
    /// The id of a stay, or empty.
    pub stay: &'n str,
    pub now: &'n str,
    /// A Reference as JSON.
    pub author: &'n str,
    pub by: &'n str,
    /// As `rihla_questionnaire::items` writes them.
    pub items: &'n str,
}

impl New<'_> {
    pub fn json(&self) -> String {
        let encounter =
            if self.stay.is_empty() { String::new() } else { format!(r#","encounter":{{"reference":{}}}"#, quoted(&format!("Encounter/{}", self.stay))) };
        // An empty list is no JSON of FHIR.
        let items = if self.items == "[]" { String::new() } else { format!(r#","item":{}"#, self.items) };
        format!(
            r#"{{"resourceType":"QuestionnaireResponse","extension":[{{"url":"{WRITTEN_BY}","valueString":{}}}],"questionnaire":{},"status":"{}","subject":{{"reference":{}}}{encounter},"authored":{},"author":{}{items}}}"#,
            quoted(self.by),
            quoted(self.canonical),
            self.status,
            quoted(&format!("Patient/{}", self.patient)),
            quoted(self.now),
            self.author,
        )
    }
}

/// The extensions with one more that says why answers were changed.
pub fn with_correction(value: Value<'_>, why: &str, at: &str, by: &str) -> String {
    let mut all: Vec<String> = value.get("extension").map(|known| known.items().map(written).collect()).unwrap_or_default();
    all.push(format!(
        r#"{{"url":"{CORRECTION}","extension":[{{"url":"reason","valueString":{}}},{{"url":"at","valueDateTime":{}}},{{"url":"by","valueReference":{by}}}]}}"#,
        quoted(why),
        quoted(at)
    ));
    format!("[{}]", all.join(","))
}

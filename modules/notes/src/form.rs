//! What is typed into a note: its sections, and since when what it tells is so.

use crate::note::{Note, Section};
use crate::whose::Whose;
use jiff::civil::DateTime;
use rihla_kernel::Instant;
use rihla_packs::Note as Kind;
use rihla_web::{Draft, Refusal};
use std::collections::BTreeMap;

/// Before the codes of sections, so that none is taken for a field of the form itself.
const HEAD: &str = "s-";
/// The longest text of a section, in letters.
const LONGEST: usize = 20_000;
/// The longest reason.
pub const REASON: usize = 300;
/// What is told as having been so much earlier has both times, in milliseconds.
const LATE: i64 = 10 * 60 * 1000;

/// The fields of a form by their names.
#[derive(Clone, Debug, Default)]
pub struct Typed(BTreeMap<String, String>);

/// A section as the page asks for it.
pub struct Field {
    pub id: String,
    pub label: String,
    pub hint: String,
    pub rows: u8,
    pub required: bool,
    pub value: String,
    pub longest: usize,
    pub wrong: Option<String>,
    /// What somebody else wrote there meanwhile, where it is not the same.
    pub theirs: Option<String>,
}

impl Typed {
    pub fn of(fields: BTreeMap<String, String>) -> Self {
        Self(fields)
    }

    pub fn of_draft(kind: &Kind, draft: &Draft) -> Self {
        let names = kind.sections.iter().map(|section| format!("{HEAD}{}", section.code)).chain(["at", "reason"].map(str::to_owned));
        Self(names.map(|name| (name.clone(), draft.field(&name).to_owned())).collect())
    }

    /// The words of a note that is corrected.
    pub fn of_note(note: &Note) -> Self {
        Self(note.sections.iter().map(|section| (format!("{HEAD}{}", section.code), section.text.clone())).collect())
    }

    pub fn begun(kind: &Kind, known: impl Fn(rihla_packs::Prefill) -> Result<String, Refusal>) -> Result<Self, Refusal> {
        let mut fields = BTreeMap::new();
        for section in &kind.sections {
            if let Some(prefill) = section.prefill {
                fields.insert(format!("{HEAD}{}", section.code), known(prefill)?);
            }
        }
        Ok(Self(fields))
    }

    pub fn field(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// The text of a section: lines end as on this side, and nothing stands around it.
    fn said(&self, code: &str) -> String {
        self.field(&format!("{HEAD}{code}")).replace("\r\n", "\n").trim().to_owned()
    }

    pub fn reason(&self) -> String {
        self.field("reason").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// What is wrong, by the name of the field, with the key of its words.
    pub fn faults(&self, kind: &Kind, corrects: bool) -> Vec<(String, &'static str)> {
        let mut faults = Vec::new();
        for section in &kind.sections {
            let said = self.said(&section.code);
            let name = format!("{HEAD}{}", section.code);
            if said.is_empty() && section.required {
                faults.push((name, rihla_web::key!("notes-wrong-missing")));
            } else if said.chars().count() > LONGEST {
                faults.push((name, rihla_web::key!("notes-wrong-long")));
            }
        }
        if kind.sections.iter().all(|section| self.said(&section.code).is_empty()) && faults.is_empty() {
            let first = kind.sections.first().map_or("", |section| section.code.as_str());
            faults.push((format!("{HEAD}{first}"), rihla_web::key!("notes-wrong-empty")));
        }
        if corrects && (self.reason().is_empty() || self.reason().chars().count() > REASON) {
            faults.push(("reason".to_owned(), rihla_web::key!("notes-wrong-reason")));
        }
        faults
    }

    /// When what is told was: the time that was typed, in the site's zone. `Err`: the key of what is wrong with it. None: it
    /// is of now.
    pub fn earlier(&self, whose: &Whose) -> Result<Option<Instant>, &'static str> {
        let typed = self.field("at").trim();
        if typed.is_empty() {
            return Ok(None);
        }
        let civil: DateTime = typed.parse().map_err(|_| rihla_web::key!("notes-wrong-time"))?;
        let at = civil.to_zoned(whose.voice().zone().clone()).map_err(|_| rihla_web::key!("notes-wrong-time"))?;
        let (at, now) = (Instant(at.timestamp().as_millisecond()), whose.voice().now());
        if at.0 > now.0 {
            return Err(rihla_web::key!("notes-wrong-future"));
        }
        Ok((now.0 - at.0 >= LATE).then_some(at))
    }

    /// The sections with their titles, in the order of the pack.
    pub fn sections(&self, whose: &Whose, kind: &Kind) -> Vec<Section> {
        let section = |section: &rihla_packs::NoteSection| Section {
            code: section.code.clone(),
            title: whose.desk.named(&section.names).into_owned(),
            text: self.said(&section.code),
        };
        kind.sections.iter().map(section).collect()
    }

    /// The fields of the page.
    pub fn fields(&self, whose: &Whose, kind: &Kind, faults: &[(String, &'static str)], theirs: Option<&Note>) -> Vec<Field> {
        let field = |section: &rihla_packs::NoteSection| {
            let id = format!("{HEAD}{}", section.code);
            let value = self.field(&id).to_owned();
            let wrong = faults.iter().find(|(name, _)| *name == id).map(|(_, key)| whose.voice().t(key));
            let other = theirs.map(|note| note.sections.iter().find(|other| other.code == section.code).map(|other| other.text.clone()).unwrap_or_default());
            let other = other.filter(|other| *other != self.said(&section.code));
            let hint = section.hint.as_ref().map(|hint| whose.desk.named(hint).into_owned()).unwrap_or_default();
            let label = whose.desk.named(&section.names).into_owned();
            Field { id, label, hint, rows: section.rows, required: section.required, value, longest: LONGEST, wrong, theirs: other }
        };
        kind.sections.iter().map(field).collect()
    }
}

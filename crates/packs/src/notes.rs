//! What is written about a patient: which notes and letters there are, who writes them, whose are signed by a second
//! person, and their sections.

use crate::build::{code, names, provenance, texts};
use crate::read::{Problem, Section};
use crate::{Names, Provenance, Roles};
use std::collections::HashSet;
use toml::Value;

/// The notes and letters of a country's hospitals, in the order in which they are offered.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    pub list: Vec<Note>,
    /// What is brought on paper or as a file.
    pub documents: Vec<DocumentKind>,
}

/// A kind of paper or file.
#[derive(Clone, Debug)]
pub struct DocumentKind {
    pub code: String,
    pub names: Names,
    /// The kind by which other systems know it (<https://loinc.org>).
    pub loinc: String,
}

#[derive(Clone, Debug)]
pub struct Note {
    pub code: String,
    pub names: Names,
    /// The kind of document by which other systems know it (<https://loinc.org>).
    pub loinc: String,
    /// The roles that write it.
    pub writers: Vec<String>,
    /// Those of them whose note is preliminary until one of `cosigners` has signed it too.
    pub cosigned: Vec<String>,
    pub cosigners: Vec<String>,
    pub sections: Vec<NoteSection>,
    pub provenance: Provenance,
}

#[derive(Clone, Debug)]
pub struct NoteSection {
    pub code: String,
    pub names: Names,
    /// What belongs here, for whoever writes it the first time.
    pub hint: Option<Names>,
    /// Lines of the field.
    pub rows: u8,
    pub required: bool,
    /// What the record already knows of it.
    pub prefill: Option<Prefill>,
}

/// What of the record a section begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefill {
    Allergies,
    Medicines,
    Problems,
}

const PREFILLS: [(&str, Prefill); 3] = [("allergies", Prefill::Allergies), ("medicines", Prefill::Medicines), ("problems", Prefill::Problems)];
/// The tallest field.
const TALLEST: i64 = 30;

impl Notes {
    pub fn document(&self, code: &str) -> Option<&DocumentKind> {
        self.documents.iter().find(|kind| kind.code == code)
    }

    pub fn note(&self, code: &str) -> Option<&Note> {
        self.list.iter().find(|note| note.code == code)
    }
}

impl Note {
    pub fn section(&self, code: &str) -> Option<&NoteSection> {
        self.sections.iter().find(|section| section.code == code)
    }

    pub fn is_written_by(&self, role: &str) -> bool {
        self.writers.iter().any(|writer| writer == role)
    }

    /// Whether what this role writes waits for a second signature.
    pub fn is_cosigned_of(&self, role: &str) -> bool {
        self.cosigned.iter().any(|writer| writer == role)
    }

    pub fn is_cosigned_by(&self, role: &str) -> bool {
        self.cosigners.iter().any(|signer| signer == role)
    }
}

pub(crate) fn read(mut root: Section<'_>, languages: &[String], roles: &Roles, out: &mut Vec<Problem>) -> Notes {
    let mut notes = Notes::default();
    let mut codes = HashSet::new();
    for mut section in root.list("note", out) {
        let found = note(&mut section, languages, roles, out);
        if found.as_ref().is_some_and(|note| !codes.insert(note.code.clone())) {
            section.fault("code", "another note has this code", out);
        }
        section.end(out);
        notes.list.extend(found);
    }
    let mut codes = HashSet::new();
    for mut row in root.list("document", out) {
        let code = code(&mut row, "code", out);
        if code.as_ref().is_some_and(|code| !codes.insert(code.clone())) {
            row.fault("code", "another kind of document has this code", out);
        }
        let names = names(&mut row, languages, out);
        let loinc = row.need("loinc", "a LOINC code such as 11503-0", loinc, out);
        row.end(out);
        if let (Some(code), Some(loinc)) = (code, loinc) {
            notes.documents.push(DocumentKind { code, names, loinc });
        }
    }
    root.end(out);
    notes
}

fn note(section: &mut Section<'_>, languages: &[String], roles: &Roles, out: &mut Vec<Problem>) -> Option<Note> {
    let code = code(section, "code", out);
    let names = names(section, languages, out);
    let loinc = section.need("loinc", "a LOINC code such as 11506-3", loinc, out);
    let writers = section.need("writers", "a list of roles", texts, out).unwrap_or_default();
    let cosigned = section.need("cosigned", "a list of roles, which may be empty", list, out).unwrap_or_default();
    let cosigners = section.need("cosigners", "a list of roles, which may be empty", list, out).unwrap_or_default();
    for (key, role) in
        [("writers", &writers), ("cosigned", &cosigned), ("cosigners", &cosigners)].into_iter().flat_map(|(key, list)| list.iter().map(move |role| (key, role)))
    {
        if roles.role(role).is_none() {
            section.fault(key, format!("{role} is no role of this pack"), out);
        }
    }
    if let Some(role) = cosigned.iter().find(|role| !writers.contains(role)) {
        section.fault("cosigned", format!("{role} does not write this note"), out);
    }
    if cosigned.is_empty() != cosigners.is_empty() {
        section.fault("cosigners", "who signs with whom: both lists have somebody, or neither", out);
    }
    let sections: Vec<NoteSection> = section.list("section", out).into_iter().filter_map(|row| part(row, languages, out)).collect();
    let mut codes = HashSet::new();
    if let Some(twice) = sections.iter().find(|part| !codes.insert(part.code.as_str())) {
        section.fault("section", format!("{} is given twice", twice.code), out);
    }
    if sections.is_empty() {
        section.fault("section", "a note has sections", out);
    }
    let provenance = provenance(section, out);
    Some(Note { code: code?, names, loinc: loinc?, writers, cosigned, cosigners, sections, provenance: provenance? })
}

fn part(mut row: Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Option<NoteSection> {
    let code = code(&mut row, "code", out);
    let names = names(&mut row, languages, out);
    let hint = row.may("hint", "a text by language", |value| hint(value, languages), out);
    let rows = row.need("rows", "a number of lines from 1 to 30", |value| value.as_integer().filter(|rows| (1..=TALLEST).contains(rows)), out);
    let required = row.may("required", "true or false", Value::as_bool, out).unwrap_or(false);
    let prefill = row.may("prefill", "allergies, medicines or problems", prefill, out);
    row.end(out);
    Some(NoteSection { code: code?, names, hint, rows: u8::try_from(rows?).ok()?, required, prefill })
}

fn hint(value: &Value, languages: &[String]) -> Option<Names> {
    let table = value.as_table()?;
    table.iter().map(|(language, text)| languages.contains(language).then(|| Some((language.clone(), text.as_str()?.to_owned())))?).collect()
}

fn prefill(value: &Value) -> Option<Prefill> {
    let text = value.as_str()?;
    PREFILLS.iter().find(|(code, _)| *code == text).map(|(_, found)| *found)
}

/// Digits, a hyphen, and the digit that checks them.
fn loinc(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    let (digits, check) = text.split_once('-')?;
    (!digits.is_empty() && digits.bytes().chain(check.bytes()).all(|sign| sign.is_ascii_digit()) && check.len() == 1).then(|| text.to_owned())
}

fn list(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Pack;
    use toml::Table;

    const NOTE: &str = r#"
document = [{ code = "letter", names = { fr = "Lettre" }, loinc = "51852-2" }]
[[note]]
code = "progress"
names = { fr = "Évolution" }
loinc = "11506-3"
writers = ["physician", "student"]
cosigned = ["student"]
cosigners = ["physician"]
section = [{ code = "course", names = { fr = "Évolution" }, rows = 5, required = true, prefill = "problems", hint = { fr = "Depuis hier" } }]
provenance = { source = "made up", validator = "" }
"#;

    fn faults(text: &str) -> Vec<String> {
        let roles = Pack::built_in_names().next().and_then(Pack::built_in).expect("a pack").expect("sound").roles;
        let table: Table = text.parse().expect("toml");
        let mut out = Vec::new();
        let notes = read(Section::root("notes.toml", &table), &["fr".to_owned()], &roles, &mut out);
        assert!(!out.is_empty() || notes.note("progress").is_some_and(|note| note.is_cosigned_of("student") && !note.is_cosigned_of("physician")));
        out.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_note_is_read_and_what_cannot_be_meant_is_told_by_its_key() {
        assert_eq!(faults(NOTE), [""; 0]);
        assert_eq!(
            faults(&NOTE.replace("\"physician\", \"student\"", "\"physician\", \"wizard\", \"student\"")),
            ["notes.toml: note[0].writers: wizard is no role of this pack"]
        );
        assert_eq!(faults(&NOTE.replace("cosigners = [\"physician\"]", "cosigners = []")).len(), 1, "nobody could sign it");
        assert_eq!(
            faults(&NOTE.replace("writers = [\"physician\", \"student\"]", "writers = [\"physician\"]")),
            ["notes.toml: note[0].cosigned: student does not write this note"]
        );
        assert!(faults(&NOTE.replace("11506-3", "progress")).first().is_some_and(|fault| fault.contains("LOINC")));
        assert!(faults(&NOTE.replace("problems", "dreams")).first().is_some_and(|fault| fault.contains("allergies, medicines or problems")));
        assert!(faults(&NOTE.replace("rows = 5", "rows = 0")).first().is_some_and(|fault| fault.contains("from 1 to 30")));
        assert!(!faults(&NOTE.replace("hint = { fr", "hint = { xx")).is_empty(), "no language of the pack");
        let (_, note) = NOTE.split_once("\n[[note]]").expect("a note");
        assert!(!faults(&format!("{NOTE}[[note]]{note}")).is_empty(), "two of one code");
    }
}

//! Notes that wait for a second signature, and the handovers of a shift.

use crate::asked::{all, instant};
use crate::clock::Span;
use crate::rows::{Group, Row};
use crate::ward::Ward;
use rihla_fhir::json::Value;
use rihla_fhir::view::{Concept, Look};
use rihla_kernel::Instant;
use rihla_store::Stored;
use rihla_store::body::instant_text;
use rihla_web::text::{Html, auto};
use rihla_web::{Desk, Refusal, look, percent};

/// The system of kinds of notes by their codes in the pack.
pub const KIND: &str = "urn:rihla:note";
/// The kind by which a shift is handed over.
const HANDOVER: &str = "handover";

/// Whether a patient was handed over to a shift.
pub struct Handover {
    /// By whom it was written, with a way to it; none: there is none.
    pub note: Option<(Html, String)>,
    /// Who signed it too; none: that is awaited.
    pub signed: Option<Html>,
    /// Where it is written, for whoever writes such.
    pub write: Option<String>,
}

/// The handovers of a ward, one for each patient, and to which shift they are.
pub struct Handovers {
    pub list: Vec<Handover>,
    /// They are to the next shift.
    pub next: bool,
}

struct Note {
    person: usize,
    patient: String,
    id: String,
    kind: String,
    title: String,
    at: Instant,
    author: String,
    signed: Option<String>,
}

impl Note {
    fn path(&self) -> String {
        format!("/patients/{}/notes/{}", percent(&self.patient), percent(&self.id))
    }
}

fn note(desk: &Desk, ward: &Ward, stored: &Stored) -> Option<Note> {
    look(stored, |value| read(desk, ward, value, stored)).flatten()
}

fn read(desk: &Desk, ward: &Ward, value: Value<'_>, stored: &Stored) -> Option<Note> {
    let own = |path: &str| value.text(path).unwrap_or_default().into_owned();
    let (person, one) = ward.whose(value, "subject.reference")?;
    let status = own("status");
    if status == "entered-in-error" {
        return None;
    }
    let signed = value.all("attester").into_iter().rfind(|one| one.text("mode").as_deref() == Some("legal"));
    let waits = status == "preliminary";
    Some(Note {
        person,
        patient: one.id.clone(),
        id: stored.id.to_text(),
        kind: Concept::at(value, "type").and_then(|kind| kind.code(KIND)).unwrap_or_default().into_owned(),
        title: own("title"),
        at: instant(&own("date"), &desk.voice)?,
        author: own("author.display"),
        // What was signed and then corrected waits for a new signature.
        signed: signed.filter(|_| !waits).map(|one| one.text("party.display").unwrap_or_default().into_owned()),
    })
}

/// What waits for a second signature that this role may give.
pub fn rows(desk: &Desk, ward: &Ward, out: &mut Vec<Row>) -> Result<bool, Refusal> {
    let role = &desk.person.role.code;
    let signs = desk.house.pack().notes.list.iter().filter(|kind| desk.person.may("notes.sign") && kind.is_cosigned_by(role));
    let kinds = signs.map(|kind| format!("{KIND}|{}", kind.code)).collect::<Vec<_>>().join(",");
    if kinds.is_empty() {
        return Ok(false);
    }
    let (found, cut) = all(desk, "Composition", &[("patient", &ward.ids()), ("status", "preliminary"), ("type", &kinds)])?;
    for note in found.iter().filter_map(|stored| note(desk, ward, stored)) {
        let words = desk.house.pack().notes.note(&note.kind).map_or_else(|| note.title.clone(), |kind| desk.named(&kind.names).into_owned());
        let mut detail = auto(words);
        detail.push_text(" · ");
        detail.push(&auto(&note.author));
        out.push(Row::new(Group::Late, note.person, "file-text", desk.voice.t("shift-sign"), note.path()).at(note.at).detail(detail));
    }
    Ok(cut)
}

/// The handovers of the shift, or once it is time for that, to the next one. None: the pack has no such notes.
pub fn handovers(desk: &Desk, ward: &Ward, span: &Span<'_>) -> Result<Option<Handovers>, Refusal> {
    let Some(kind) = desk.house.pack().notes.note(HANDOVER) else { return Ok(None) };
    let next = desk.voice.now() >= span.handover;
    let from = format!("ge{}", instant_text(if next { span.handover } else { span.taken }));
    let kinds = format!("{KIND}|{HANDOVER}");
    let (found, _) = all(desk, "Composition", &[("patient", &ward.ids()), ("type", &kinds), ("date", &from)])?;
    let mut notes: Vec<Note> = found.iter().filter_map(|stored| note(desk, ward, stored)).collect();
    notes.sort_by_key(|note| std::cmp::Reverse(note.at));
    let writes = desk.person.may("notes.write") && kind.is_written_by(&desk.person.role.code);
    let of = |(at, person): (usize, &crate::ward::Person)| {
        let note = notes.iter().find(|note| note.person == at);
        Handover {
            note: note.map(|note| (auto(&note.author), note.path())),
            signed: note.and_then(|note| note.signed.as_ref()).map(auto),
            write: writes.then(|| format!("/patients/{}/notes/new/{HANDOVER}", percent(&person.id))),
        }
    };
    Ok(Some(Handovers { list: ward.people.iter().enumerate().map(of).collect(), next }))
}

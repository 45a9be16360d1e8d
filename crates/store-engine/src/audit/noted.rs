//! What waits for its place in the chain.

use rihla_store::backend::AccessNote;
use rihla_store::trail::{Access, Entry, EventNote, What};

#[derive(Clone, Debug)]
pub enum Note {
    Access(AccessNote),
    Event(EventNote),
}

/// A note, and when it was made.
#[derive(Clone, Debug)]
pub struct Noted {
    pub note: Note,
    pub millis: i64,
}

impl Noted {
    /// As an entry, whose actor and origin have these numbers.
    pub fn entry(&self, actor: u32, origin: u32) -> Entry {
        match &self.note {
            Note::Access(note) => {
                let access = Access { action: note.action, ty: note.ty, res: note.res, row: 0, shown: note.shown, patients: note.patients.clone() };
                Entry { purpose: note.purpose as u8, actor, origin, millis: self.millis, denied: note.denied, what: What::Access(access) }
            }
            Note::Event(note) => {
                let what = What::Event { kind: note.kind, patient: note.patient, subject: note.subject.clone(), detail: note.detail.clone() };
                Entry { purpose: note.purpose as u8, actor, origin, millis: self.millis, denied: note.denied, what }
            }
        }
    }
}

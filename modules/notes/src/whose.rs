//! Whose notes are read or written, by whom.

use crate::note::{Note, State};
use crate::{READ, SIGN, WRITE};
use axum::response::Response;
use rihla_packs::Note as Kind;
use rihla_web::text::Voice;
use rihla_web::{BANNER, Banner, Desk, Page, Refusal, percent};

/// Where the notes of a record are.
pub fn path_of(patient: &str) -> String {
    format!("/patients/{}/notes", percent(patient))
}

/// A patient's notes, open for somebody who may read them.
pub struct Whose {
    pub desk: Desk,
    pub banner: Banner,
}

impl Whose {
    pub fn open(desk: Desk, patient: &str) -> Result<Self, Refusal> {
        let (desk, banner) = desk.open(patient, READ)?;
        Ok(Self { desk, banner })
    }

    pub fn voice(&self) -> &Voice {
        &self.desk.voice
    }

    pub fn id(&self) -> &str {
        &self.banner.id
    }

    /// Below this patient's notes.
    pub fn path(&self, below: &str) -> String {
        let all = path_of(self.id());
        if below.is_empty() { all } else { format!("{all}/{below}") }
    }

    /// The kinds that this person writes.
    pub fn kinds(&self) -> impl Iterator<Item = &Kind> {
        let role = &self.desk.person.role.code;
        let may = self.desk.person.may(WRITE.0);
        self.desk.house.pack().notes.list.iter().filter(move |kind| may && kind.is_written_by(role))
    }

    /// A note of this patient.
    pub fn note(&self, id: &str) -> Result<Note, Refusal> {
        let stored = self.desk.read("Composition", id)?;
        Note::read(&stored, self.id(), self.voice().lang()).ok_or_else(Refusal::not_found)
    }

    pub fn kind_of(&self, note: &Note) -> Option<&Kind> {
        self.desk.house.pack().notes.note(&note.kind)
    }

    fn is_own(&self, note: &Note) -> bool {
        !note.by.is_empty() && note.by == self.desk.person.mark()
    }

    /// Whether this person may put a second signature on a note.
    pub fn may_sign(&self, note: &Note) -> bool {
        let role = &self.desk.person.role.code;
        let signs = || self.kind_of(note).is_some_and(|kind| kind.is_cosigned_by(role));
        note.state == State::Waits && self.desk.person.may(SIGN.0) && signs() && !self.is_own(note)
    }

    /// Whether this person may change its words: who wrote it, and who is to sign it. What was written under supervision is
    /// the signer's once it is signed.
    pub fn may_correct(&self, note: &Note) -> bool {
        let role = &self.desk.person.role.code;
        let own = || self.is_own(note) && self.kinds().any(|kind| kind.code == note.kind && (note.state == State::Waits || !kind.is_cosigned_of(role)));
        note.state != State::Struck && (self.may_sign(note) || own() || self.signed_it(note))
    }

    fn signed_it(&self, note: &Note) -> bool {
        let role = &self.desk.person.role.code;
        note.signed.is_some() && self.desk.person.may(SIGN.0) && self.kind_of(note).is_some_and(|kind| kind.is_cosigned_by(role))
    }

    /// Whether this person may strike it through: not who writes under supervision.
    pub fn may_strike(&self, note: &Note) -> bool {
        let role = &self.desk.person.role.code;
        self.may_correct(note) && self.kind_of(note).is_some_and(|kind| !kind.is_cosigned_of(role))
    }

    /// The frame around a page.
    pub fn page(&self, title: String, body: String) -> Result<Response, Refusal> {
        self.page_in("notes", title, body)
    }

    /// The same under another tab of the patient's.
    pub fn page_in(&self, tab: &'static str, title: String, body: String) -> Result<Response, Refusal> {
        let live = BANNER.into_iter().map(|part| (part, self.banner.id.clone())).collect();
        self.desk.page(Page { title, nav: "/patients", patient: Some(&self.banner), tab: Some(tab), live, body, ..Page::default() })
    }
}

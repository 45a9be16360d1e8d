//! Whose forms are read or filled in, by whom.

use crate::response::{Filled, State};
use crate::{FILL, READ};
use axum::response::Response;
use rihla_web::text::Voice;
use rihla_web::{BANNER, Banner, Desk, Page, Refusal, percent};

/// Where the forms of a record are.
pub fn path_of(patient: &str) -> String {
    format!("/patients/{}/forms", percent(patient))
}

/// A patient's forms, open for somebody who may read them.
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

    /// Below this patient's forms.
    pub fn path(&self, below: &str) -> String {
        let all = path_of(self.id());
        if below.is_empty() { all } else { format!("{all}/{below}") }
    }

    /// A response of this patient.
    pub fn filled(&self, id: &str) -> Result<Filled, Refusal> {
        let stored = self.desk.read("QuestionnaireResponse", id)?;
        Filled::read(&stored, self.id()).ok_or_else(Refusal::not_found)
    }

    /// Whether this person may go on with it, correct it and strike it through: who filled it in.
    pub fn may_change(&self, filled: &Filled) -> bool {
        let own = !filled.by.is_empty() && filled.by == self.desk.person.mark();
        filled.state != State::Struck && self.desk.person.may(FILL.0) && own
    }

    /// The frame around a page.
    pub fn page(&self, title: String, body: String) -> Result<Response, Refusal> {
        let live = BANNER.into_iter().map(|part| (part, self.banner.id.clone())).collect();
        self.desk.page(Page { title, nav: "/patients", patient: Some(&self.banner), tab: Some("forms"), live, body, ..Page::default() })
    }
}

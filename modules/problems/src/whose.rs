//! Whose problems or allergies are written, by whom.

use axum::response::Response;
use rihla_kernel::Permission;
use rihla_web::text::Voice;
use rihla_web::{BANNER, Banner, Desk, Page, Refusal, percent};

/// The system of agents by their codes in the pack.
pub const AGENT: &str = "urn:rihla:allergen";
/// The system of reactions.
pub const REACTION: &str = "urn:rihla:reaction";
/// The list of diagnoses (<https://hl7.org/fhir/R4/icd.html>).
pub const DIAGNOSES: &str = "http://hl7.org/fhir/sid/icd-10";
/// The longest remark.
pub const NOTE: usize = 500;

/// A patient's page, open for somebody who may write on it.
pub struct Whose {
    pub desk: Desk,
    pub banner: Banner,
}

impl Whose {
    pub fn open(desk: Desk, patient: &str, permission: Permission) -> Result<Self, Refusal> {
        let (desk, banner) = desk.open(patient, permission)?;
        Ok(Self { desk, banner })
    }

    /// The same for a form that was sent in.
    pub fn sent(desk: Desk, patient: &str, permission: Permission, of: &str, author: &str) -> Result<Self, Refusal> {
        desk.own_form(author, of, patient)?;
        Self::open(desk, patient, permission)
    }

    pub fn voice(&self) -> &Voice {
        &self.desk.voice
    }

    pub fn id(&self) -> &str {
        &self.banner.id
    }

    /// Below this patient.
    pub fn path(&self, below: &str) -> String {
        format!("/patients/{}/{below}", percent(self.id()))
    }

    pub fn page(&self, title: String, body: String) -> Result<Response, Refusal> {
        let live = BANNER.into_iter().map(|part| (part, self.banner.id.clone())).collect();
        self.desk.page(Page { title, nav: "/patients", patient: Some(&self.banner), tab: Some("problems"), live, body, ..Page::default() })
    }
}

/// One line of what was typed.
pub fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

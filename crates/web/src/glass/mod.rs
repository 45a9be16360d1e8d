//! Breaking the glass: the record of a patient who is in nobody's care is opened for a while, by whoever says why; and the
//! list of those who did, for who answers for secrecy.

mod list;
mod open;

pub(crate) use list::unseen;

use crate::desk::Desk;
use crate::house::House;
use crate::refuse::Refusal;
use crate::screens::Nav;
use axum::Router;
use axum::routing::{get, post};
use rihla_kernel::Permission;
use rihla_rights::Glass;

/// Looking over who opened a record without being in charge of the patient.
pub const REVIEW: Permission = Permission("privacy.review");

const LIST: &str = "/glasses";

/// The shell's own entry of the rail for who reviews.
pub(crate) const NAV: &[Nav] = &[Nav { path: LIST, label: crate::key!("web-glasses"), icon: "lock-open", permission: REVIEW }];

pub(crate) fn routes() -> Router<House> {
    Router::new()
        .route("/patients/{patient}/glass", get(open::show).post(open::break_it))
        .route("/patients/{patient}/glass/end", post(open::end))
        .route(LIST, get(list::show))
        .route("/glasses/seen", post(list::seen))
}

/// The page on which the glass of a patient may be broken.
pub(crate) fn path(patient: &str) -> String {
    format!("/patients/{patient}/glass")
}

pub(crate) fn end_path(patient: &str) -> String {
    format!("/patients/{patient}/glass/end")
}

impl Desk {
    /// The glass that this person broke for a patient, while it holds.
    pub(crate) fn glass_on(&self, patient: &str) -> Result<Option<Glass>, Refusal> {
        let broken = self.house.rights().glasses(self.person.actor().id())?;
        Ok(broken.into_iter().find(|glass| glass.patient == patient))
    }

    /// Sends whoever has no patient in their care to the page on which they may say why they need the record.
    pub fn must_reach(&self, patient: &str) -> Result<(), Refusal> {
        if self.record.reaches(patient)? {
            return Ok(());
        }
        if !self.house.rights().is_known(patient)? {
            return Err(Refusal::not_found());
        }
        Err(Refusal::glass(patient, &self.browser.path))
    }
}

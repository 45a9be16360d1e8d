//! Admission: see `spec.md` for who uses it and what it has to do.

mod admit;
mod belongings;
mod death;
mod exit;
mod form;
mod kind;
mod lines;
mod mend;
mod moves;
mod page;
mod plan;
mod written;

use axum::Router;
use axum::routing::{get, post};
use rihla_kernel::{Module, Permission};
use rihla_web::text::Catalogue;
use rihla_web::{House, Part, Screens, Tab};

/// Seeing a patient's stay with its movements.
pub const SEE: Permission = Permission("admission.see");
/// Ordering an admission.
pub const ORDER: Permission = Permission("admission.order");
/// Ordering the admission of a newborn or for a birth.
pub const BIRTH: Permission = Permission("admission.birth");
/// Preparing stays, admitting, and the administrative exit.
pub const DESK: Permission = Permission("admission.desk");
/// Receiving, transferring, leave and return, departure, belongings.
pub const MOVE: Permission = Permission("admission.move");
/// Deciding that a patient may go; death.
pub const DECIDE: Permission = Permission("admission.decide");
/// Cancelling and correcting movements.
pub const MEND: Permission = Permission("admission.mend");

/// What the platform is told of this workflow.
pub const MODULE: Module = Module { id: "admission", permissions: &[SEE, ORDER, BIRTH, DESK, MOVE, DECIDE, MEND] };

/// The part of the page that follows the record.
const STAY: &str = "admission-movements";

/// Its screens. A stay is reached through a patient or a board, so the rail has no entry for it.
pub static SCREENS: Screens = Screens {
    module: &MODULE,
    words: Catalogue {
        module: "admission",
        texts: [include_str!("../locales/fr/admission.ftl"), include_str!("../locales/ar/admission.ftl"), include_str!("../locales/en/admission.ftl")],
    },
    nav: &[],
    routes,
    tabs: &[Tab { path: "admission", label: rihla_web::key!("admission-tab"), rank: 60, shown: |desk| desk.person.may(SEE.0) && desk.shows("Encounter") }],
    commands: None,
    parts: &[Part { name: STAY, permission: Some(SEE), watches: &["Encounter"], render: lines::part }],
};

fn routes() -> Router<House> {
    let path = |act: &str| format!("/patients/{{patient}}/admission/{act}");
    Router::new()
        .route("/patients/{patient}/admission", get(page::show))
        .route(&path("plan"), post(plan::plan))
        .route(&path("order"), post(plan::order))
        .route(&path("unplan"), post(plan::unplan))
        .route(&path("admit"), post(admit::admit))
        .route(&path("transfer"), post(moves::transfer))
        .route(&path("swap"), post(moves::swap))
        .route(&path("leave"), post(moves::leave))
        .route(&path("back"), post(moves::back))
        .route(&path("expect"), post(moves::expect))
        .route(&path("decide"), post(exit::decide))
        .route(&path("undecide"), post(exit::undecide))
        .route(&path("depart"), post(exit::depart))
        .route(&path("step"), post(exit::step))
        .route(&path("belongings"), post(belongings::list))
        .route(&path("belongings-sign"), post(belongings::sign))
        .route(&path("death"), post(death::died))
        .route(&path("death-undo"), post(death::undo))
        .route(&path("cancel"), post(mend::cancel))
        .route(&path("correct"), post(mend::correct))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_carry_the_modules_name() {
        assert!(MODULE.permissions.iter().all(|permission| permission.0.starts_with("admission.")));
    }
}

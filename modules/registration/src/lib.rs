//! Registration: see `spec.md` for who uses it and what it has to do.

mod band;
mod check;
mod consent;
mod consent_form;
mod consents;
mod correct;
mod cover;
mod duplicates;
mod likely;
mod merge;
mod moving;
mod moving_one;
mod newborn;
mod people;
mod person;
mod photo;
mod picture;
mod register;
mod relation;
mod typed;

pub use correct::asked_traits;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use rihla_kernel::{Module, Permission};
use rihla_web::text::Catalogue;
use rihla_web::{House, Nav, Screens, Tab};

/// Writing down a new patient.
pub const REGISTER: Permission = Permission("registration.register");
/// Deciding whether records are one person's.
pub const IDENTITY: Permission = Permission("registration.identity");

/// What the platform is told of this workflow.
pub const MODULE: Module = Module { id: "registration", permissions: &[REGISTER, IDENTITY] };

/// Its screens.
pub static SCREENS: Screens = Screens {
    module: &MODULE,
    words: Catalogue {
        module: "registration",
        texts: [include_str!("../locales/fr/registration.ftl"), include_str!("../locales/ar/registration.ftl"), include_str!("../locales/en/registration.ftl")],
    },
    nav: &[
        Nav { path: "/patients/new", label: rihla_web::key!("registration-new"), icon: "user-plus", permission: REGISTER },
        Nav { path: "/duplicates", label: rihla_web::key!("registration-duplicates"), icon: "users", permission: IDENTITY },
    ],
    routes,
    tabs: &[
        Tab { path: "correct", label: rihla_web::key!("registration-correct"), rank: 62, shown: |desk| desk.person.may(REGISTER.0) },
        Tab { path: "people", label: rihla_web::key!("registration-around"), rank: 65, shown: |desk| desk.person.may(REGISTER.0) },
        Tab { path: "consents", label: rihla_web::key!("registration-consents"), rank: 66, shown: |desk| desk.person.may(REGISTER.0) },
        Tab { path: "merge", label: rihla_web::key!("registration-tab-merge"), rank: 102, shown: |desk| desk.person.may(IDENTITY.0) },
        Tab { path: "move", label: rihla_web::key!("registration-tab-move"), rank: 104, shown: |desk| desk.person.may(IDENTITY.0) },
    ],
    commands: None,
    parts: &[],
};

fn routes() -> Router<House> {
    Router::new()
        .route("/patients/new", get(register::show).post(register::create))
        .route("/patients/new/likely", post(register::likely))
        .route("/duplicates", get(duplicates::show))
        .route("/duplicates/apart", post(duplicates::apart))
        .route("/duplicates/one", post(duplicates::one))
        .route("/patients/{patient}/correct", get(correct::show).post(correct::correct))
        .route("/patients/{patient}/people", get(people::show))
        .route("/patients/{patient}/consents", get(consents::show).post(consents::answer))
        .route("/patients/{patient}/consents/withdraw", post(consents::withdraw))
        .route("/patients/{patient}/consents/form", get(consent_form::show))
        .route("/patients/{patient}/photo", post(photo::change).layer(DefaultBodyLimit::max(photo::FORM)))
        .route("/patients/{patient}/cover", post(cover::add))
        .route("/patients/{patient}/relations", post(relation::add))
        .route("/patients/{patient}/newborn", get(newborn::show).post(newborn::create))
        .route("/patients/{patient}/merge", get(merge::show).post(merge::merge))
        .route("/patients/{patient}/part", post(merge::part))
        .route("/patients/{patient}/move", get(moving::show).post(moving::act))
        .route("/patients/{patient}/move/one", get(moving_one::show).post(moving_one::act))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_carry_the_modules_name() {
        assert!(MODULE.permissions.iter().all(|permission| permission.0.starts_with("registration.")));
    }
}

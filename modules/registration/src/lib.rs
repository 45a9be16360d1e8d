//! Registration: see `spec.md` for who uses it and what it has to do.

mod check;
mod correct;
mod cover;
mod duplicates;
mod likely;
mod merge;
mod moving;
mod newborn;
mod people;
mod person;
mod register;
mod relation;
mod typed;

use axum::Router;
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
        .route("/patients/{patient}/correct", get(correct::show).post(correct::correct))
        .route("/patients/{patient}/people", get(people::show))
        .route("/patients/{patient}/cover", post(cover::add))
        .route("/patients/{patient}/relations", post(relation::add))
        .route("/patients/{patient}/newborn", get(newborn::show).post(newborn::create))
        .route("/patients/{patient}/merge", get(merge::show).post(merge::merge))
        .route("/patients/{patient}/part", post(merge::part))
        .route("/patients/{patient}/move", get(moving::show).post(moving::act))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_carry_the_modules_name() {
        assert!(MODULE.permissions.iter().all(|permission| permission.0.starts_with("registration.")));
    }
}

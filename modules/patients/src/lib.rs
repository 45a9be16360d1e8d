//! Patients: see `spec.md` for who uses it and what it has to do.

mod care;
mod find;
mod person;

use axum::Router;
use axum::routing::{get, post};
use rihla_kernel::{Module, Permission};
use rihla_web::text::Catalogue;
use rihla_web::{CLINICAL, House, Nav, Screens, Tab};

/// Finding people.
pub const FIND: Permission = Permission("patients.find");

/// What the platform is told of this workflow.
pub const MODULE: Module = Module { id: "patients", permissions: &[FIND] };

/// Its screens.
pub static SCREENS: Screens = Screens {
    module: &MODULE,
    words: Catalogue {
        module: "patients",
        texts: [include_str!("../locales/fr/patients.ftl"), include_str!("../locales/ar/patients.ftl"), include_str!("../locales/en/patients.ftl")],
    },
    nav: &[
        Nav { path: "/patients", label: rihla_web::key!("patients-find"), icon: "search", permission: FIND },
        Nav { path: "/patients/mine", label: rihla_web::key!("patients-mine"), icon: "users", permission: FIND },
    ],
    routes,
    tabs: &[Tab { path: "", label: rihla_web::key!("patients-identity"), rank: 0, shown: |desk| desk.person.may(FIND.0) && !desk.person.may(CLINICAL.0) }],
    commands: Some(find::commands),
    parts: &[],
};

fn routes() -> Router<House> {
    Router::new()
        .route("/patients", get(find::show))
        .route("/patients/find", post(find::find))
        .route("/patients/mine", get(care::show))
        .route("/patients/{patient}", get(find::open))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_carry_the_modules_name() {
        assert!(MODULE.permissions.iter().all(|permission| permission.0.starts_with("patients.")));
    }
}

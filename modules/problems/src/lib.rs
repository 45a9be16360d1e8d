//! Problems and allergies: see `spec.md` for who uses it and what it has to do.

mod allergy;
mod find;
mod none_known;
mod one;
mod problem;
mod since;
mod stay;
mod whose;

use axum::Router;
use axum::routing::{get, post};
use rihla_kernel::{Module, Permission};
use rihla_web::text::Catalogue;
use rihla_web::{House, Screens};

/// Problems and diagnoses.
pub const WRITE: Permission = Permission("problems.write");
/// Allergies, and that none is known.
pub const ALLERGIES: Permission = Permission("problems.allergies");

/// What the platform is told of this workflow.
pub const MODULE: Module = Module { id: "problems", permissions: &[WRITE, ALLERGIES] };

/// Its screens: reached from the lists of the chart.
pub static SCREENS: Screens = Screens {
    module: &MODULE,
    words: Catalogue {
        module: "problems",
        texts: [include_str!("../locales/fr/problems.ftl"), include_str!("../locales/ar/problems.ftl"), include_str!("../locales/en/problems.ftl")],
    },
    nav: &[],
    routes,
    tabs: &[],
    commands: None,
    parts: &[],
};

fn routes() -> Router<House> {
    Router::new()
        .route("/patients/{patient}/problems/new", get(problem::show).post(problem::save))
        .route("/patients/{patient}/problems/codes", post(problem::codes))
        .route("/patients/{patient}/problems/{condition}", get(one::problem))
        .route("/patients/{patient}/problems/{condition}/{act}", post(one::problem_act))
        .route("/patients/{patient}/allergies/new", get(allergy::show).post(allergy::save))
        .route("/patients/{patient}/allergies/agents", post(allergy::agents))
        .route("/patients/{patient}/allergies/none", post(none_known::say))
        .route("/patients/{patient}/allergies/{allergy}", get(one::allergy))
        .route("/patients/{patient}/allergies/{allergy}/{act}", post(one::allergy_act))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_carry_the_modules_name() {
        assert!(MODULE.permissions.iter().all(|permission| permission.0.starts_with("problems.")));
    }
}

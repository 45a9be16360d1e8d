//! Chart: see `spec.md` for who uses it and what it has to do.

mod acts;
mod alerts;
mod care;
mod chart;
mod course;
mod days;
mod documents;
mod medicines;
mod observation;
mod problems;
mod raw;
mod results;
mod rows;
mod stays;
mod synthesis;
mod trend;

use axum::Router;
use axum::routing::{get, post};
use rihla_kernel::{Module, Permission};
use rihla_web::text::Catalogue;
use rihla_web::{House, Screens};

/// Seeing the clinical pages.
pub const READ: Permission = Permission("chart.read");
/// Adding and ending alerts.
pub const ALERT: Permission = Permission("chart.alert");
/// Seeing resources as they are stored.
pub const RAW: Permission = Permission("chart.raw");

/// What the platform is told of this workflow.
pub const MODULE: Module = Module { id: "chart", permissions: &[READ, ALERT, RAW] };

/// Its screens. A chart is reached through a patient, so the rail has no entry for it.
pub static SCREENS: Screens = Screens {
    module: &MODULE,
    words: Catalogue {
        module: "chart",
        texts: [include_str!("../locales/fr/chart.ftl"), include_str!("../locales/ar/chart.ftl"), include_str!("../locales/en/chart.ftl")],
    },
    nav: &[],
    routes,
    tabs: chart::TABS,
    commands: None,
    parts: synthesis::PARTS,
};

fn routes() -> Router<House> {
    Router::new()
        .route("/patients/{patient}/chart", get(synthesis::show))
        .route("/patients/{patient}/problems", get(problems::show))
        .route("/patients/{patient}/medicines", get(medicines::show))
        .route("/patients/{patient}/results", get(results::show))
        .route("/patients/{patient}/results/trend", get(trend::show))
        .route("/patients/{patient}/days", get(days::show))
        .route("/patients/{patient}/stays", get(stays::list))
        .route("/patients/{patient}/stays/{stay}", get(stays::show))
        .route("/patients/{patient}/documents", get(documents::list))
        .route("/patients/{patient}/documents/{ty}/{document}/{part}", get(documents::content))
        .route("/patients/{patient}/photo", get(documents::photo))
        .route("/patients/{patient}/care", get(care::show))
        .route("/patients/{patient}/alerts", get(alerts::show).post(alerts::add))
        .route("/patients/{patient}/alerts/{alert}/end", post(alerts::end))
        .route("/patients/{patient}/raw", get(raw::list))
        .route("/patients/{patient}/raw/{ty}/{id}", get(raw::show))
        .route("/patients/{patient}/raw/{ty}/{id}/compare", get(raw::compare))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_carry_the_modules_name() {
        assert!(MODULE.permissions.iter().all(|permission| permission.0.starts_with("chart.")));
    }
}

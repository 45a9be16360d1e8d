//! Wristbands and labels: see `spec.md` for who uses it and what it has to do.

mod choice;
mod deliver;
mod design;
mod page;
mod pairs;
mod print;
mod printers;
mod sheet;
mod station;
mod unknown;
mod wearer;

pub use printers::{Printer, Printers, Sending, Unprinted, Wire};
pub use rihla_labels::Dpi;

use axum::Router;
use axum::routing::{get, post};
use rihla_kernel::{Module, Permission};
use rihla_web::text::Catalogue;
use rihla_web::{House, Nav, Screens, Tab};

/// Printing wristbands and labels, and choosing printers.
pub const PRINT: Permission = Permission("bands.print");

/// What the platform is told of this workflow.
pub const MODULE: Module = Module { id: "bands", permissions: &[PRINT] };

/// Where a workstation chooses its printers.
const PRINTERS: &str = "/printers";

/// Its screens. Bands are reached through a patient, so the rail has an entry for printers alone.
pub static SCREENS: Screens = Screens {
    module: &MODULE,
    words: Catalogue {
        module: "bands",
        texts: [include_str!("../locales/fr/bands.ftl"), include_str!("../locales/ar/bands.ftl"), include_str!("../locales/en/bands.ftl")],
    },
    nav: &[Nav { path: PRINTERS, label: rihla_web::key!("bands-rail"), icon: "printer", permission: PRINT }],
    routes,
    tabs: &[Tab { path: "bands", label: rihla_web::key!("bands-title"), rank: 69, shown: |desk| desk.person.may(PRINT.0) }],
    commands: None,
    parts: &[],
};

fn routes() -> Router<House> {
    Router::new()
        .route("/patients/{patient}/bands", get(page::show))
        .route("/patients/{patient}/bands/print", post(print::print))
        .route("/patients/{patient}/bands/pair", post(print::pair))
        .route("/patients/{patient}/bands/sheet", get(sheet::patient))
        .route("/bands/unknown", get(unknown::show).post(unknown::print))
        .route("/bands/unknown/sheet", get(sheet::unknown))
        .route("/bands/sheet.css", get(sheet::style))
        .route(PRINTERS, get(station::show))
        .route("/printers/choose", post(station::choose))
        .route("/printers/test", post(station::test))
        .route("/printers/again", post(station::again))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_carry_the_modules_name() {
        assert!(MODULE.permissions.iter().all(|permission| permission.0.starts_with("bands.")));
    }
}

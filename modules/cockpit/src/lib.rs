//! The cockpit: see `spec.md` for who uses it and what it has to do.

mod csv;
mod draw;
mod index;
mod one;
mod overview;
mod report;
mod said;
mod span;

use axum::Router;
use axum::routing::get;
use rihla_kernel::{Module, Permission};
use rihla_web::text::Catalogue;
use rihla_web::{House, Nav, Screens};

/// Seeing the figures of one's own unit.
pub const SEE: Permission = Permission("cockpit.see");
/// Seeing those of the whole house, and the index.
pub const HOUSE: Permission = Permission("cockpit.house");
/// Taking figures out as a table.
pub const EXPORT: Permission = Permission("cockpit.export");

/// What the platform is told of this workflow.
pub const MODULE: Module = Module { id: "cockpit", permissions: &[SEE, HOUSE, EXPORT] };

/// Its screens.
pub static SCREENS: Screens = Screens {
    module: &MODULE,
    words: Catalogue {
        module: "cockpit",
        texts: [include_str!("../locales/fr/cockpit.ftl"), include_str!("../locales/ar/cockpit.ftl"), include_str!("../locales/en/cockpit.ftl")],
    },
    nav: &[Nav { path: "/cockpit", label: rihla_web::key!("cockpit-title"), icon: "activity", permission: SEE }],
    routes,
    tabs: &[],
    commands: None,
    parts: &[],
};

fn routes() -> Router<House> {
    Router::new()
        .route("/cockpit", get(overview::show))
        .route("/cockpit/csv", get(csv::all))
        .route("/cockpit/index", get(index::show))
        .route("/cockpit/report", get(report::show))
        .route("/cockpit/{indicator}", get(one::show))
        .route("/cockpit/{indicator}/csv", get(csv::one))
}

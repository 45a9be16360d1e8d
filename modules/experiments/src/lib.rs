//! Experiments on a simulated hospital: see `spec.md` for who uses them and what they have to do.

mod page;
mod room;
mod table;

use axum::Router;
use axum::routing::get;
use rihla_kernel::{Module, Permission};
use rihla_web::text::Catalogue;
use rihla_web::{House, Nav, Screens};

/// Asking the twin, and seeing what it says.
pub const SEE: Permission = Permission("experiments.see");

/// What the platform is told of this workflow.
pub const MODULE: Module = Module { id: "experiments", permissions: &[SEE] };

/// Its screens.
pub static SCREENS: Screens = Screens {
    module: &MODULE,
    words: Catalogue {
        module: "experiments",
        texts: [include_str!("../locales/fr/experiments.ftl"), include_str!("../locales/ar/experiments.ftl"), include_str!("../locales/en/experiments.ftl")],
    },
    nav: &[Nav { path: "/experiments", label: rihla_web::key!("experiments-title"), icon: "flask-conical", permission: SEE }],
    routes,
    tabs: &[],
    commands: None,
    parts: &[],
};

fn routes() -> Router<House> {
    Router::new().route("/experiments", get(page::show).post(page::run)).route("/experiments/csv", get(page::csv))
}

//! The page about downtime: see `spec.md` for who uses it and what it has to do.

mod board;
mod late;
mod page;

pub use board::{Board, Outcome, State};

use axum::Router;
use axum::routing::get;
use rihla_kernel::{Module, Permission};
use rihla_web::text::Catalogue;
use rihla_web::{House, Nav, Screens};

/// Seeing whether the paper is ready, and what was entered afterwards.
pub const SEE: Permission = Permission("downtime.see");

/// What the platform is told of this workflow.
pub const MODULE: Module = Module { id: "downtime", permissions: &[SEE] };

/// Its screens.
pub static SCREENS: Screens = Screens {
    module: &MODULE,
    words: Catalogue {
        module: "downtime",
        texts: [include_str!("../locales/fr/downtime.ftl"), include_str!("../locales/ar/downtime.ftl"), include_str!("../locales/en/downtime.ftl")],
    },
    nav: &[Nav { path: "/downtime", label: rihla_web::key!("downtime-title"), icon: "printer", permission: SEE }],
    routes,
    tabs: &[],
    commands: None,
    parts: &[],
};

fn routes() -> Router<House> {
    Router::new().route("/downtime", get(page::show))
}

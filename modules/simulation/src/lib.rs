//! Simulation: see `spec.md` for who uses it and what it has to do.

mod page;

use axum::Router;
use axum::routing::get;
use rihla_kernel::Module;
use rihla_living::{HospitalClock, Told};
use rihla_web::text::Catalogue;
use rihla_web::{House, Screens};
use std::sync::Arc;

/// What the platform is told of this workflow.
pub const MODULE: Module = Module { id: "simulation", permissions: &[] };

/// Its screens. Nothing in the rail: pages of a hospital that is played lead here themselves.
pub static SCREENS: Screens = Screens {
    module: &MODULE,
    words: Catalogue {
        module: "simulation",
        texts: [include_str!("../locales/fr/simulation.ftl"), include_str!("../locales/ar/simulation.ftl"), include_str!("../locales/en/simulation.ftl")],
    },
    nav: &[],
    routes,
    tabs: &[],
    commands: None,
    parts: &[],
};

/// What is played. The server lays it over the pages as an extension; where it does not, there is no page.
#[derive(Clone)]
pub struct Played {
    pub clock: Arc<HospitalClock>,
    pub told: Arc<Told>,
}

fn routes() -> Router<House> {
    Router::new().route("/simulation", get(page::show).post(page::set))
}

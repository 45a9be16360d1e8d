//! Forecasts of a site: see `spec.md` for who uses them and what they have to do.

mod learn;
mod page;

pub use learn::learn;

use axum::Router;
use axum::routing::{get, post};
use rihla_kernel::{Module, Permission};
use rihla_web::text::Catalogue;
use rihla_web::{House, Nav, Screens};

/// Seeing how forecasts were judged.
pub const SEE: Permission = Permission("forecast.see");
/// Turning them off and on.
pub const SWITCH: Permission = Permission("forecast.switch");

/// What the platform is told of this workflow.
pub const MODULE: Module = Module { id: "forecast", permissions: &[SEE, SWITCH] };

/// Its screens.
pub static SCREENS: Screens = Screens {
    module: &MODULE,
    words: Catalogue {
        module: "forecast",
        texts: [include_str!("../locales/fr/forecast.ftl"), include_str!("../locales/ar/forecast.ftl"), include_str!("../locales/en/forecast.ftl")],
    },
    nav: &[Nav { path: "/forecast", label: rihla_web::key!("forecast-title"), icon: "alarm-clock", permission: SEE }],
    routes,
    tabs: &[],
    commands: None,
    parts: &[],
};

fn routes() -> Router<House> {
    Router::new().route("/forecast", get(page::show)).route("/forecast/switch", post(page::switch))
}

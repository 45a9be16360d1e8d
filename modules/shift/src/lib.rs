//! The work of a shift: see `spec.md` for who uses it and what it has to do.

mod asked;
mod clock;
mod known;
mod list;
mod notes;
mod requests;
mod round;
mod rows;
mod signs;
mod stays;
mod ward;

use axum::Router;
use axum::routing::get;
use rihla_kernel::{Module, Permission};
use rihla_web::text::Catalogue;
use rihla_web::{House, Nav, Part, Screens};

/// The worklist and the round list of a ward.
pub const SEE: Permission = Permission("shift.see");

/// What the platform is told of this workflow.
pub const MODULE: Module = Module { id: "shift", permissions: &[SEE] };

/// The list of a ward, which follows the record.
const WARD: &str = "shift-ward";

/// Its screens.
pub static SCREENS: Screens = Screens {
    module: &MODULE,
    words: Catalogue {
        module: "shift",
        texts: [include_str!("../locales/fr/shift.ftl"), include_str!("../locales/ar/shift.ftl"), include_str!("../locales/en/shift.ftl")],
    },
    nav: &[Nav { path: "/shift", label: rihla_web::key!("shift-title"), icon: "clock", permission: SEE }],
    routes,
    tabs: &[],
    commands: None,
    parts: &[Part { name: WARD, permission: Some(SEE), watches: &["Encounter", "Observation", "Task", "ServiceRequest", "Composition"], render: list::part }],
};

fn routes() -> Router<House> {
    Router::new().route("/shift", get(list::show)).route("/shift/round", get(round::show))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_carry_the_modules_name() {
        assert!(MODULE.permissions.iter().all(|permission| permission.0.starts_with("shift.")));
    }
}

//! Signs: see `spec.md` for who uses it and what it has to do.

mod balance;
mod curves;
mod grid;
mod growth;
mod of;
mod preview;
mod save;
mod scale;
mod score;
mod score_list;
mod sets;
mod sheet;
mod strike;
mod table;
mod taken;
mod told;
mod typed;
mod value;
mod ward;
mod written;

use axum::Router;
use axum::routing::{get, post};
use rihla_kernel::{Module, Permission};
use rihla_web::text::Catalogue;
use rihla_web::{House, Nav, Part, Screens, Tab};

/// Seeing what was measured, and what scores say of it.
pub const READ: Permission = Permission("signs.read");
/// Writing down what was measured, correcting and striking it.
pub const WRITE: Permission = Permission("signs.write");
/// Setting the target of oxygen by which SpO₂ is read.
pub const TARGET: Permission = Permission("signs.target");

/// What the platform is told of this workflow.
pub const MODULE: Module = Module { id: "signs", permissions: &[READ, WRITE, TARGET] };

/// The last sets of a patient, which follow the record.
const SETS: &str = "signs-sets";
/// The list of a ward, which does too.
const WARD: &str = "signs-ward";

/// Its screens.
pub static SCREENS: Screens = Screens {
    module: &MODULE,
    words: Catalogue {
        module: "signs",
        texts: [include_str!("../locales/fr/signs.ftl"), include_str!("../locales/ar/signs.ftl"), include_str!("../locales/en/signs.ftl")],
    },
    nav: &[Nav { path: "/signs", label: rihla_web::key!("signs-title"), icon: "activity", permission: READ }],
    routes,
    tabs: &[Tab { path: "signs", label: rihla_web::key!("signs-tab"), rank: 5, shown: |desk| desk.person.may(READ.0) && desk.shows("Observation") }],
    commands: None,
    parts: &[
        Part { name: SETS, permission: Some(READ), watches: &["Observation"], render: table::part },
        Part { name: WARD, permission: Some(READ), watches: &["Observation", "Encounter"], render: ward::part },
    ],
};

fn routes() -> Router<House> {
    Router::new()
        .route("/signs", get(ward::show))
        .route("/patients/{patient}/signs", get(grid::show).post(save::save))
        .route("/patients/{patient}/signs/preview", post(preview::preview))
        .route("/patients/{patient}/balance", get(balance::show).post(balance::add))
        .route("/patients/{patient}/balance/{entry}/strike", post(balance::strike))
        .route("/patients/{patient}/growth", get(growth::show))
        .route("/patients/{patient}/scores", get(score_list::show))
        .route("/patients/{patient}/scores/{score}", get(score::show).post(score::save))
        .route("/patients/{patient}/scores/{score}/preview", post(score::preview))
        .route("/patients/{patient}/signs/target", post(scale::set))
        .route("/patients/{patient}/signs/{set}", get(grid::correct).post(save::replace))
        .route("/patients/{patient}/signs/{set}/strike", post(strike::strike))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_carry_the_modules_name() {
        assert!(MODULE.permissions.iter().all(|permission| permission.0.starts_with("signs.")));
    }
}

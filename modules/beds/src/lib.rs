//! Beds: see `spec.md` for who uses it and what it has to do.

mod board;
mod census;
mod group;
mod place;
mod promise;
mod transport;
mod waiting;
mod who;

use axum::Router;
use axum::routing::{get, post};
use rihla_clinical::Act;
use rihla_kernel::{Module, Permission};
use rihla_web::text::Catalogue;
use rihla_web::{Desk, House, Nav, Part, Screens};

/// Seeing the boards and the census.
pub const SEE: Permission = Permission("beds.see");
/// Saying that a place is dirty, being cleaned, clean.
pub const CLEAN: Permission = Permission("beds.clean");
/// Putting places in and out of use.
pub const SERVE: Permission = Permission("beds.serve");
/// Promising places to patients.
pub const RESERVE: Permission = Permission("beds.reserve");

/// Asking for a transport.
pub const TRANSPORT: Permission = Permission("beds.transport");
/// Carrying patients.
pub const CARRY: Permission = Permission("beds.carry");

/// What the platform is told of this workflow.
pub const MODULE: Module = Module { id: "beds", permissions: &[SEE, CLEAN, SERVE, RESERVE, TRANSPORT, CARRY] };

/// The part of a ward's board that follows the record.
const BOARD: &str = "beds-board";
/// The same of the whole house.
const GROUP: &str = "beds-group";

/// Its screens.
pub static SCREENS: Screens = Screens {
    module: &MODULE,
    words: Catalogue {
        module: "beds",
        texts: [include_str!("../locales/fr/beds.ftl"), include_str!("../locales/ar/beds.ftl"), include_str!("../locales/en/beds.ftl")],
    },
    nav: &[
        Nav { path: "/beds", label: rihla_web::key!("beds-title"), icon: "bed", permission: SEE },
        Nav { path: "/beds/transports", label: rihla_web::key!("beds-transports"), icon: "map-pin", permission: CARRY },
    ],
    routes,
    tabs: &[],
    commands: None,
    parts: &[
        Part { name: BOARD, permission: Some(SEE), watches: &["Encounter", "Location", "Patient"], render: board::part },
        Part { name: GROUP, permission: Some(SEE), watches: &["Encounter", "Location", "Patient"], render: |desk, _| group::part(desk) },
    ],
};

fn routes() -> Router<House> {
    Router::new()
        .route("/beds", get(group::show))
        .route("/beds/transports", get(transport::show).post(transport::ask))
        .route("/beds/transports/{task}/begin", post(transport::begin))
        .route("/beds/transports/{task}/end", post(transport::end))
        .route("/beds/{ward}", get(board::show))
        .route("/beds/{ward}/census", get(census::show))
        .route("/beds/{ward}/{place}/hygiene", post(place::hygiene))
        .route("/beds/{ward}/{place}/service", post(place::service))
        .route("/beds/promise/{stay}", get(promise::show).post(promise::promise))
}

/// Acting as whoever sits here, now.
fn act(desk: &Desk) -> Act<'_> {
    Act { record: &desk.record, now: desk.house.clock().now(), by: desk.author_reference() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_carry_the_modules_name() {
        assert!(MODULE.permissions.iter().all(|permission| permission.0.starts_with("beds.")));
    }
}

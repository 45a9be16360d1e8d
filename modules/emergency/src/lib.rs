//! Emergency: see `spec.md` for who uses it and what it has to do.

mod arrive;
mod board;
mod charge;
mod decide;
mod left;
mod level;
mod mass;
mod newcomer;
mod redirect;
mod row;
mod sent;
mod strike;
mod triage;
mod turn;
mod visit;

use axum::Router;
use axum::routing::{get, post};
use rihla_kernel::{Module, Permission};
use rihla_web::text::Catalogue;
use rihla_web::{House, Nav, Part, Screens};

/// Seeing the track board.
pub const SEE: Permission = Permission("emergency.see");
/// Writing down that somebody has come.
pub const ARRIVE: Permission = Permission("emergency.arrive");
/// Sorting, and saying that somebody left or is back.
pub const TRIAGE: Permission = Permission("emergency.triage");
/// Taking charge, and deciding.
pub const TREAT: Permission = Permission("emergency.treat");
/// Saying that an event brings many victims, and that it is over; and where victims were taken.
pub const MASS: Permission = Permission("emergency.mass");

/// What the platform is told of this workflow.
pub const MODULE: Module = Module { id: "emergency", permissions: &[SEE, ARRIVE, TRIAGE, TREAT, MASS] };

/// The board, which follows the record; and the same on a wall.
const BOARD: &str = "emergency-board";
const WALL: &str = "emergency-wall";
/// What is said of one event with many victims, and the list of its victims; both are about the event.
const EVENT: &str = "emergency-event";
const LIST: &str = "emergency-list";
/// What every page says while an event with many victims goes on; there is no patient in it.
const NOTICE: &str = "emergency-notice";
const WATCHES: &[&str] = &["Encounter", "Patient", "ServiceRequest"];

/// Its screens.
pub static SCREENS: Screens = Screens {
    module: &MODULE,
    words: Catalogue {
        module: "emergency",
        texts: [include_str!("../locales/fr/emergency.ftl"), include_str!("../locales/ar/emergency.ftl"), include_str!("../locales/en/emergency.ftl")],
    },
    nav: &[
        Nav { path: "/emergency", label: rihla_web::key!("emergency-title"), icon: "clock", permission: SEE },
        Nav { path: "/emergency/arrive", label: rihla_web::key!("emergency-arrive"), icon: "user-round-plus", permission: ARRIVE },
    ],
    routes,
    tabs: &[],
    commands: None,
    parts: &[
        Part { name: BOARD, permission: Some(SEE), watches: WATCHES, render: |desk, about| board::part(desk, about, false) },
        Part { name: WALL, permission: Some(SEE), watches: WATCHES, render: |desk, about| board::part(desk, about, true) },
        Part { name: EVENT, permission: Some(SEE), watches: &["Group"], render: mass::said },
        Part { name: LIST, permission: Some(SEE), watches: &["Encounter", "Patient"], render: mass::part },
        // Whoever writes arrivals down is told as well, and they need not see the board.
        Part { name: NOTICE, permission: None, watches: &["Group"], render: |desk, _| mass::notice(desk) },
    ],
};

fn routes() -> Router<House> {
    Router::new()
        .route("/emergency", get(board::show))
        .route("/emergency/wall", get(board::wall))
        .route("/emergency/arrive", get(arrive::show).post(arrive::arrive))
        .route("/emergency/arrive/find", post(arrive::find))
        .route("/emergency/mass", get(mass::index).post(mass::start))
        .route("/emergency/mass/{event}", get(mass::show).post(mass::arrive))
        .route("/emergency/mass/{event}/find", post(mass::find))
        .route("/emergency/mass/{event}/note", post(mass::note))
        .route("/emergency/mass/{event}/end", post(mass::end))
        .route("/emergency/{encounter}/triage", get(triage::show).post(triage::save))
        .route("/emergency/{encounter}/triage/{observation}/strike", post(strike::strike))
        .route("/emergency/{encounter}/charge", post(charge::charge))
        .route("/emergency/{encounter}/decide", post(decide::decide))
        .route("/emergency/{encounter}/redirect", get(redirect::show).post(redirect::redirect))
        .route("/emergency/{encounter}/left", post(left::left))
        .route("/emergency/{encounter}/back", post(left::back))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_carry_the_modules_name() {
        assert!(MODULE.permissions.iter().all(|permission| permission.0.starts_with("emergency.")));
    }
}

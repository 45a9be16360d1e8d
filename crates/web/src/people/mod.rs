//! Accounts as an administrator sees them: who has one, in which roles, in which state; and the shared stations.

mod acts;
mod edit;
mod form;
mod list;
mod one;
mod stations;

use crate::house::House;
use crate::screens::Nav;
use axum::Router;
use axum::routing::{get, post};
use rihla_identity::State;
use rihla_kernel::Permission;

/// Making, changing and closing accounts, and registering shared stations.
pub const ADMINISTER: Permission = Permission("accounts.administer");

const PEOPLE: &str = "/accounts";
const STATIONS: &str = "/stations";

/// The shell's own entries of the rail, after those of the modules.
pub(crate) const NAV: &[Nav] = &[
    Nav { path: PEOPLE, label: crate::key!("account-people"), icon: "users-round", permission: ADMINISTER },
    Nav { path: STATIONS, label: crate::key!("account-stations"), icon: "monitor", permission: ADMINISTER },
    Nav { path: crate::programs::PROGRAMS, label: crate::key!("program-list"), icon: "app-window", permission: ADMINISTER },
];

pub(crate) fn routes() -> Router<House> {
    Router::new()
        .route(PEOPLE, get(list::show).post(list::find))
        .route("/accounts/new", get(edit::new).post(edit::create))
        .route("/accounts/{id}", get(one::show))
        .route("/accounts/{id}/edit", get(edit::show).post(edit::change))
        .route("/accounts/{id}/move", post(acts::move_account))
        .route("/accounts/{id}/invite", post(acts::invite))
        .route("/accounts/{id}/badge", post(acts::badge))
        .route(STATIONS, get(stations::show).post(stations::register))
        .route("/stations/retire", post(stations::retire))
}

const STATES: [(State, &str, &str); 4] = [
    (State::Active, "active", crate::key!("account-state-active")),
    (State::Invited, "invited", crate::key!("account-state-invited")),
    (State::Suspended, "suspended", crate::key!("account-state-suspended")),
    (State::Closed, "closed", crate::key!("account-state-closed")),
];

/// The key of a state's words.
fn state_words(state: State) -> &'static str {
    STATES.iter().find(|(known, _, _)| *known == state).map_or("", |(_, _, words)| words)
}

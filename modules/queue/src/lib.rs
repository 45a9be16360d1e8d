//! Queue: see `spec.md` for who uses it and what it has to do.

mod acts;
mod appointment;
mod board;
mod card;
mod display;
mod hall;
mod kiosk;
mod soon;
mod ticket;

use axum::Router;
use axum::routing::{get, post};
use rihla_kernel::{Module, Permission};
use rihla_web::text::Catalogue;
use rihla_web::{House, Nav, Part, Screens};

/// Calling and serving at a desk, and giving tickets.
pub const SERVE: Permission = Permission("queue.serve");
/// Being a kiosk.
pub const KIOSK: Permission = Permission("queue.kiosk");
/// Being a display.
pub const DISPLAY: Permission = Permission("queue.display");

/// What the platform is told of this workflow.
pub const MODULE: Module = Module { id: "queue", permissions: &[SERVE, KIOSK, DISPLAY] };

/// A desk's page, and what hangs in the hall: both follow the record.
const BOARD: &str = "queue-board";
const CALLS: &str = "queue-calls";
const WATCHES: &[&str] = &["Task", "Location"];

/// Its screens.
pub static SCREENS: Screens = Screens {
    module: &MODULE,
    words: Catalogue {
        module: "queue",
        texts: [include_str!("../locales/fr/queue.ftl"), include_str!("../locales/ar/queue.ftl"), include_str!("../locales/en/queue.ftl")],
    },
    nav: &[
        Nav { path: "/queue", label: rihla_web::key!("queue-title"), icon: "users", permission: SERVE },
        Nav { path: "/queue/kiosk", label: rihla_web::key!("queue-kiosk"), icon: "scan-line", permission: KIOSK },
        Nav { path: "/queue/display", label: rihla_web::key!("queue-display"), icon: "monitor", permission: DISPLAY },
    ],
    routes,
    tabs: &[],
    commands: None,
    parts: &[
        Part { name: BOARD, permission: Some(SERVE), watches: WATCHES, render: board::part },
        Part { name: CALLS, permission: Some(DISPLAY), watches: WATCHES, render: display::part },
    ],
};

fn routes() -> Router<House> {
    Router::new()
        .route("/queue", get(board::show))
        .route("/queue/desk", post(board::choose))
        .route("/queue/call", post(acts::call))
        .route("/queue/pause", post(acts::pause))
        .route("/queue/issue", post(acts::issue))
        .route("/queue/tickets/{ticket}", get(ticket::show))
        .route("/queue/tickets/{ticket}/find", post(ticket::find))
        .route("/queue/tickets/{ticket}/tie", post(ticket::tie))
        .route("/queue/tickets/{ticket}/{act}", post(acts::act))
        .route("/queue/kiosk", get(kiosk::first))
        .route("/queue/kiosk/take", post(kiosk::take))
        .route("/queue/kiosk/check-in", post(kiosk::check_in))
        .route("/queue/kiosk/{service}", get(kiosk::service))
        .route("/queue/kiosk/ticket/{code}", get(kiosk::ticket))
        .route("/queue/display", get(display::show))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_carry_the_modules_name() {
        assert!(MODULE.permissions.iter().all(|permission| permission.0.starts_with("queue.")));
    }
}

//! Exchange console: see `spec.md` for who uses it and what it has to do.

mod acts;
mod console;
mod list;
mod message;
mod person;
mod words;

pub use console::{Channel, Console};

use axum::Router;
use axum::routing::{get, post};
use rihla_kernel::{Module, Permission};
use rihla_web::text::Catalogue;
use rihla_web::{House, Nav, Screens};

/// Seeing channels, and what messages say.
pub const READ: Permission = Permission("exchange-console.read");
/// Saying whose a message is, and sending one through again.
pub const DECIDE: Permission = Permission("exchange-console.decide");

/// What the platform is told of this workflow.
pub const MODULE: Module = Module { id: "exchange-console", permissions: &[READ, DECIDE] };

/// Where its pages are.
const ROOT: &str = "/exchange";

/// Its screens.
pub static SCREENS: Screens = Screens {
    module: &MODULE,
    words: Catalogue {
        module: "exchange-console",
        texts: [
            include_str!("../locales/fr/exchange-console.ftl"),
            include_str!("../locales/ar/exchange-console.ftl"),
            include_str!("../locales/en/exchange-console.ftl"),
        ],
    },
    nav: &[Nav { path: ROOT, label: rihla_web::key!("exchange-console-title"), icon: "plug", permission: READ }],
    routes,
    tabs: &[],
    commands: None,
    parts: &[],
};

fn routes() -> Router<House> {
    Router::new()
        .route("/exchange", get(list::channels))
        .route("/exchange/{way}/{channel}", get(list::messages).post(list::search))
        .route("/exchange/{way}/{channel}/{seq}", get(message::show))
        .route("/exchange/{way}/{channel}/{seq}/again", post(acts::again))
        .route("/exchange/{way}/{channel}/{seq}/decide", post(acts::decide))
        .route("/exchange/{way}/{channel}/{seq}/forget", post(acts::forget))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_carry_the_modules_name() {
        assert!(MODULE.permissions.iter().all(|permission| permission.0.starts_with("exchange-console.")));
    }
}

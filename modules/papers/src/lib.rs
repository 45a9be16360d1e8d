//! Papers: see `spec.md` for who uses it and what it has to do.

mod certificate;
mod compose;
mod facts;
mod form;
mod list;
mod of;
mod paper;
mod print;
mod registers;
mod stays;

use axum::Router;
use axum::routing::{get, post};
use rihla_kernel::{Module, Permission};
use rihla_web::text::Catalogue;
use rihla_web::{House, Nav, Screens, Tab};

/// Seeing which papers a patient has.
pub const SEE: Permission = Permission("papers.see");
/// The sheets of the desk.
pub const PRINT: Permission = Permission("papers.print");
/// What a physician answers for.
pub const CERTIFY: Permission = Permission("papers.certify");
/// Birth notices.
pub const BIRTH: Permission = Permission("papers.birth");
/// The registers.
pub const REGISTERS: Permission = Permission("papers.registers");

/// What the platform is told of this workflow.
pub const MODULE: Module = Module { id: "papers", permissions: &[SEE, PRINT, CERTIFY, BIRTH, REGISTERS] };

/// Its screens. Papers are reached through a patient; the registers through the rail.
pub static SCREENS: Screens = Screens {
    module: &MODULE,
    words: Catalogue {
        module: "papers",
        texts: [include_str!("../locales/fr/papers.ftl"), include_str!("../locales/ar/papers.ftl"), include_str!("../locales/en/papers.ftl")],
    },
    nav: &[Nav { path: "/registers", label: rihla_web::key!("papers-registers"), icon: "clipboard-list", permission: REGISTERS }],
    routes,
    tabs: &[Tab { path: "papers", label: rihla_web::key!("papers-title"), rank: 68, shown: |desk| desk.person.may(SEE.0) && desk.shows("Encounter") }],
    commands: None,
    parts: &[],
};

fn routes() -> Router<House> {
    Router::new()
        .route("/patients/{patient}/papers", get(list::show))
        .route("/patients/{patient}/papers/{paper}", get(paper::show))
        .route("/patients/{patient}/papers/{paper}/print", post(print::paper))
        .route("/patients/{patient}/papers/{paper}/certify", post(certificate::write))
        .route("/patients/{patient}/papers/{paper}/strike", post(certificate::strike))
        .route("/registers", get(registers::list))
        .route("/registers/{register}", get(registers::show))
        .route("/registers/{register}/print", post(print::register))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_carry_the_modules_name() {
        assert!(MODULE.permissions.iter().all(|permission| permission.0.starts_with("papers.")));
    }
}

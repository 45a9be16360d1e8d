//! Notes: see `spec.md` for who uses it and what it has to do.

mod correct;
mod document;
mod form;
mod list;
mod note;
mod one;
mod prefill;
mod sign;
mod strike;
mod whose;
mod write;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use rihla_kernel::{Module, Permission};
use rihla_web::text::Catalogue;
use rihla_web::{House, Nav, Screens, Tab};

/// Reading notes.
pub const READ: Permission = Permission("notes.read");
/// Writing those kinds that the pack gives to the role.
pub const WRITE: Permission = Permission("notes.write");
/// Signing what others wrote under supervision.
pub const SIGN: Permission = Permission("notes.sign");

/// Taking in papers that were scanned and files that were brought.
pub const DOCUMENTS: Permission = Permission("notes.documents");

/// What the platform is told of this workflow.
pub const MODULE: Module = Module { id: "notes", permissions: &[READ, WRITE, SIGN, DOCUMENTS] };

/// Its screens. Notes are reached through a patient; those that wait for a signature through the rail.
pub static SCREENS: Screens = Screens {
    module: &MODULE,
    words: Catalogue {
        module: "notes",
        texts: [include_str!("../locales/fr/notes.ftl"), include_str!("../locales/ar/notes.ftl"), include_str!("../locales/en/notes.ftl")],
    },
    nav: &[Nav { path: "/notes/unsigned", label: rihla_web::key!("notes-unsigned"), icon: "file-text", permission: SIGN }],
    routes,
    tabs: &[Tab { path: "notes", label: rihla_web::key!("notes-title"), rank: 5, shown: |desk| desk.person.may(READ.0) && desk.shows("Composition") }],
    commands: None,
    parts: &[],
};

fn routes() -> Router<House> {
    Router::new()
        .route("/notes/unsigned", get(sign::waiting))
        .route("/patients/{patient}/documents/new", get(document::show).post(document::save).layer(DefaultBodyLimit::max(document::FORM)))
        .route("/patients/{patient}/documents/{document}/strike", post(document::strike))
        .route("/patients/{patient}/notes", get(list::show))
        .route("/patients/{patient}/notes/new/{kind}", get(write::show).post(write::save))
        .route("/patients/{patient}/notes/{note}", get(one::show))
        .route("/patients/{patient}/notes/{note}/correct", get(correct::show).post(correct::save))
        .route("/patients/{patient}/notes/{note}/sign", post(sign::sign))
        .route("/patients/{patient}/notes/{note}/strike", post(strike::strike))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_carry_the_modules_name() {
        assert!(MODULE.permissions.iter().all(|permission| permission.0.starts_with("notes.")));
    }
}

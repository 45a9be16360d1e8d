//! Forms: see `spec.md` for who uses it and what it has to do.

mod bench;
mod correct;
mod derived;
mod edit;
mod exchange;
mod faults;
mod field;
mod fill;
mod known;
mod list;
mod one;
mod patient;
mod preview;
mod publish;
mod response;
mod sheet;
mod strike;
mod version;
mod versions;
mod whose;

use axum::Router;
use axum::routing::{get, post};
use rihla_kernel::{Module, Permission};
use rihla_web::text::Catalogue;
use rihla_web::{House, Nav, Screens, Tab};

/// Reading forms and what was answered.
pub const READ: Permission = Permission("forms.read");
/// Filling them in; correcting and striking through what one filled in.
pub const FILL: Permission = Permission("forms.fill");

/// Making the site's own forms: drafts, versions, taking them out of use.
pub const EDIT: Permission = Permission("forms.edit");

/// What the platform is told of this workflow.
pub const MODULE: Module = Module { id: "forms", permissions: &[READ, FILL, EDIT] };

/// Its screens.
pub static SCREENS: Screens = Screens {
    module: &MODULE,
    words: Catalogue {
        module: "forms",
        texts: [include_str!("../locales/fr/forms.ftl"), include_str!("../locales/ar/forms.ftl"), include_str!("../locales/en/forms.ftl")],
    },
    nav: &[Nav { path: "/forms", label: rihla_web::key!("forms-title"), icon: "clipboard-list", permission: READ }],
    routes,
    tabs: &[Tab {
        path: "forms",
        label: rihla_web::key!("forms-title"),
        rank: 6,
        shown: |desk| desk.person.may(READ.0) && desk.shows("QuestionnaireResponse"),
    }],
    commands: None,
    parts: &[],
};

fn routes() -> Router<House> {
    Router::new()
        .route("/forms", get(list::show))
        .route("/forms/new", get(edit::show_new).post(edit::save_new))
        .route("/forms/new/part", post(edit::part_new))
        .route("/forms/import", post(exchange::import))
        .route("/forms/{questionnaire}", get(versions::show))
        .route("/forms/{questionnaire}/edit", get(edit::show).post(edit::save))
        .route("/forms/{questionnaire}/edit/part", post(edit::part))
        .route("/forms/{questionnaire}/json", get(exchange::export))
        .route("/forms/{questionnaire}/publish", post(publish::publish))
        .route("/forms/{questionnaire}/retire", post(publish::retire))
        .route("/patients/{patient}/forms", get(patient::show))
        .route("/patients/{patient}/forms/new/{questionnaire}", get(fill::show).post(fill::save))
        .route("/patients/{patient}/forms/new/{questionnaire}/part", post(fill::part))
        .route("/patients/{patient}/forms/{response}", get(one::show))
        .route("/patients/{patient}/forms/{response}/correct", get(correct::show).post(correct::save))
        .route("/patients/{patient}/forms/{response}/correct/part", post(correct::part))
        .route("/patients/{patient}/forms/{response}/strike", post(strike::strike))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_carry_the_modules_name() {
        assert!(MODULE.permissions.iter().all(|permission| permission.0.starts_with("forms.")));
    }
}

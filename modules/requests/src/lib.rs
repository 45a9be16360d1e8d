//! Requests: see `spec.md` for who uses it and what it has to do.

mod again;
mod call;
mod carry;
mod form;
mod inbox;
mod list;
mod one;
mod order;
mod report;
mod request;
mod result;
mod units;
mod whose;
mod work;

pub use request::New;
pub use rihla_clinical::request::{Act, Move, Phase, Request, Side, Taken, Wanted};

use axum::Router;
use axum::routing::{get, post};
use rihla_kernel::{Module, Permission};
use rihla_web::text::Catalogue;
use rihla_web::{CLINICAL, House, Nav, Part, Screens, Tab};

/// Seeing requests and how they stand.
pub const SEE: Permission = Permission("requests.see");
/// Asking for what the pack gives to the role.
pub const ORDER: Permission = Permission("requests.order");
/// Doing what is asked, and reporting it.
pub const DO: Permission = Permission("requests.do");
/// Acknowledging results, and telling critical ones.
pub const ACKNOWLEDGE: Permission = Permission("requests.acknowledge");

/// Carrying patients, without being told whom or why.
pub const CARRY: Permission = Permission("requests.carry");

/// What the platform is told of this workflow.
pub const MODULE: Module = Module { id: "requests", permissions: &[SEE, ORDER, DO, ACKNOWLEDGE, CARRY] };

/// The part of a patient's page that follows the record.
const LIST: &str = "requests-list";
/// The same of the worklist.
const WORK: &str = "requests-work";
/// The same of results that nobody acknowledged.
const INBOX: &str = "requests-inbox";
/// The same of critical results that nobody was told of.
const CALLS: &str = "requests-calls";

/// The same of transports, for who carries.
const CARRIES: &str = "requests-carries";

/// Its screens.
pub static SCREENS: Screens = Screens {
    module: &MODULE,
    words: Catalogue {
        module: "requests",
        texts: [include_str!("../locales/fr/requests.ftl"), include_str!("../locales/ar/requests.ftl"), include_str!("../locales/en/requests.ftl")],
    },
    nav: &[
        Nav { path: "/requests", label: rihla_web::key!("requests-work"), icon: "clipboard-list", permission: DO },
        Nav { path: "/results/inbox", label: rihla_web::key!("requests-inbox"), icon: "flask-conical", permission: ACKNOWLEDGE },
        Nav { path: "/results/critical", label: rihla_web::key!("requests-calls"), icon: "phone", permission: DO },
        Nav { path: "/requests/carry", label: rihla_web::key!("requests-carry"), icon: "clipboard-list", permission: CARRY },
    ],
    routes,
    tabs: &[Tab { path: "requests", label: rihla_web::key!("requests-title"), rank: 4, shown: whose::sees }],
    commands: None,
    parts: &[
        Part { name: LIST, permission: Some(CLINICAL), watches: &["ServiceRequest", "Task"], render: list::part },
        Part { name: WORK, permission: Some(DO), watches: &["Task"], render: work::part },
        Part { name: INBOX, permission: Some(ACKNOWLEDGE), watches: &["Task"], render: inbox::part },
        Part { name: CALLS, permission: Some(DO), watches: &["Task"], render: call::part },
        Part { name: CARRIES, permission: Some(CARRY), watches: &["Task"], render: carry::part },
    ],
};

fn routes() -> Router<House> {
    Router::new()
        .route("/requests", get(work::show))
        .route("/requests/carry", get(carry::show))
        .route("/requests/carry/{request}/{step}", post(carry::step))
        .route("/results/inbox", get(inbox::show))
        .route("/results/inbox/{task}", post(inbox::acknowledge))
        .route("/results/critical", get(call::show))
        .route("/results/critical/{task}", post(call::tell))
        .route("/patients/{patient}/requests", get(list::show))
        .route("/patients/{patient}/requests/new", get(order::show).post(order::save))
        .route("/patients/{patient}/requests/find", post(order::find))
        .route("/patients/{patient}/requests/{request}", get(one::show))
        .route("/patients/{patient}/requests/{request}/result", get(result::show).post(result::save))
        .route("/patients/{patient}/requests/{request}/{step}", post(one::step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_carry_the_modules_name() {
        assert!(MODULE.permissions.iter().all(|permission| permission.0.starts_with("requests.")));
    }
}

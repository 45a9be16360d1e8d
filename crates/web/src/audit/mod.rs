//! Who looked at a record, and what somebody did, in plain words: for those who guard privacy, and for the patient who asks.

mod kin;
mod looked;
mod trail;
mod unusual;
mod words;

use crate::desk::Desk;
use crate::house::House;
use crate::refuse::Refusal;
use crate::screens::Nav;
use crate::tabs::Tab;
use axum::Router;
use axum::routing::get;
use rihla_kernel::{Permission, Purpose};

/// Reading the audit trail.
pub const READ: Permission = Permission("audit.read");

const TRAIL: &str = "/audit";

/// The shell's own entry of the rail.
pub(crate) const NAV: &[Nav] = &[Nav { path: TRAIL, label: crate::key!("audit-trail"), icon: "eye", permission: READ }];

/// Its page about one patient.
pub(crate) const TABS: &[Tab] = &[Tab { path: "looked", label: crate::key!("audit-tab"), rank: 110, shown: |desk| desk.person.may(READ.0) }];

pub(crate) fn routes() -> Router<House> {
    Router::new()
        .route(TRAIL, get(trail::show).post(trail::find))
        .route("/audit/unusual", get(unusual::show))
        .route("/patients/{patient}/looked", get(looked::show))
}

/// Guarding privacy is no treatment, and the trail says so.
fn opened(desk: Desk) -> Result<Desk, Refusal> {
    desk.require(READ)?;
    let record = desk.record.clone().for_purpose(Purpose::Operations);
    Ok(Desk { record, ..desk })
}

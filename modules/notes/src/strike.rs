//! Striking a note through that should not stand in this chart.

use crate::WRITE;
use crate::form::REASON;
use crate::whose::Whose;
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_kernel::FaultKind;
use rihla_web::{Desk, Reasoned, Refusal, go, percent};

/// `POST /patients/{patient}/notes/{note}/strike`
pub async fn strike(desk: Desk, Path((patient, note)): Path<(String, String)>, Form(striking): Form<Reasoned>) -> Result<Response, Refusal> {
    desk.require(WRITE)?;
    desk.own_form(&striking.author, &striking.patient, &patient)?;
    let whose = Whose::open(desk, &patient)?;
    let found = whose.note(&note)?;
    let here = whose.path(&percent(&note));
    let reason = striking.reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON {
        return Ok(go(&format!("{here}?wrong=RH-NOTES-REASON"), &[]));
    }
    if !whose.may_strike(&found) {
        return Ok(go(&format!("{here}?wrong=RH-NOTES-NOT-YOURS"), &[]));
    }
    match whose.desk.strike("Composition", &note, striking.version, reason, Vec::new()).await {
        Err(refusal) if refusal.fault().is_some_and(|fault| fault.kind == FaultKind::PreconditionFailed) => {
            Ok(go(&format!("{here}?wrong=RH-NOTES-CHANGED"), &[]))
        }
        decided => decided.map(|()| go(&here, &[])),
    }
}

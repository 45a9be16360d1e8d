//! Striking a form through that should not stand in this chart, with what came of it.

use crate::derived;
use crate::whose::Whose;
use crate::{FILL, fill::REASON};
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_kernel::FaultKind;
use rihla_web::{Desk, Reasoned, Refusal, go, percent};

/// `POST /patients/{patient}/forms/{response}/strike`. The Observations first: who is interrupted strikes again, and what is
/// struck already stays so.
pub async fn strike(desk: Desk, Path((patient, response)): Path<(String, String)>, Form(striking): Form<Reasoned>) -> Result<Response, Refusal> {
    desk.require(FILL)?;
    desk.own_form(&striking.author, &striking.patient, &patient)?;
    let whose = Whose::open(desk, &patient)?;
    let filled = whose.filled(&response)?;
    let here = whose.path(&percent(&response));
    let reason = striking.reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON {
        return Ok(go(&format!("{here}?wrong=RH-FORMS-REASON"), &[]));
    }
    if !whose.may_change(&filled) {
        return Ok(go(&format!("{here}?wrong=RH-FORMS-NOT-YOURS"), &[]));
    }
    if striking.version != filled.version {
        return Ok(go(&format!("{here}?wrong=RH-FORMS-CHANGED"), &[]));
    }
    for observation in derived::of_response(&whose, &response)? {
        whose.desk.strike("Observation", &observation.id.to_text(), observation.vid, reason, Vec::new()).await?;
    }
    match whose.desk.strike("QuestionnaireResponse", &response, striking.version, reason, Vec::new()).await {
        Err(refusal) if refusal.fault().is_some_and(|fault| fault.kind == FaultKind::PreconditionFailed) => {
            Ok(go(&format!("{here}?wrong=RH-FORMS-CHANGED"), &[]))
        }
        decided => decided.map(|()| go(&here, &[])),
    }
}

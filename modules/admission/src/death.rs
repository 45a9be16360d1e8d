//! Death, and that it was entered by error: the first person asks, another confirms.

use crate::DECIDE;
use crate::form::{Sent, Typed};
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_clinical::{Change, Stay, refusal};
use rihla_web::{Desk, Refusal};

/// `POST /patients/{patient}/admission/death`
pub async fn died(desk: Desk, Path(patient): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    let sent = Sent::new(&desk, &patient, &typed, &[DECIDE])?;
    let signed = match sent.at() {
        Ok(at) if at <= sent.act.now => sent.act.signed_at(at),
        Ok(_) => return sent.answer(Err(refusal::order())),
        Err(fault) => return sent.answer(Err(fault)),
    };
    sent.change_stay(Change { to: None, ..sent.change() }, move |stay: &mut Stay, _| stay.die(signed.clone())).await
}

/// `POST /patients/{patient}/admission/death-undo`
pub async fn undo(desk: Desk, Path(patient): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    let sent = Sent::new(&desk, &patient, &typed, &[DECIDE])?;
    let signed = sent.act.signed();
    sent.change_stay(Change { to: None, ..sent.change() }, move |stay: &mut Stay, _| stay.undo_death(signed.clone())).await
}

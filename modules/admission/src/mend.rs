//! Movements that were entered wrongly.

use crate::MEND;
use crate::form::{Sent, Typed};
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_clinical::{Change, Stay};
use rihla_web::{Desk, Refusal};

/// `POST /patients/{patient}/admission/cancel`
pub async fn cancel(desk: Desk, Path(patient): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    let sent = Sent::new(&desk, &patient, &typed, &[MEND])?;
    let (why, now, movement) = (sent.text(), sent.act.now, typed.movement.clone());
    if why.is_empty() {
        return Err(Refusal::invalid("RH-ADMISSION-WHY", "The form does not say why."));
    }
    sent.change_stay(Change { to: None, ..sent.change() }, move |stay: &mut Stay, _| stay.cancel(&movement, &why, now)).await
}

/// `POST /patients/{patient}/admission/correct`
pub async fn correct(desk: Desk, Path(patient): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    let sent = Sent::new(&desk, &patient, &typed, &[MEND])?;
    let (why, now, movement) = (sent.text(), sent.act.now, typed.movement.clone());
    if why.is_empty() || typed.at.is_empty() {
        return Err(Refusal::invalid("RH-ADMISSION-WHY", "The form does not say why, or when it was."));
    }
    match sent.at() {
        Ok(at) => sent.change_stay(Change { to: None, ..sent.change() }, move |stay: &mut Stay, _| stay.correct(&movement, at, &why, now)).await,
        Err(fault) => sent.answer(Err(fault)),
    }
}

//! The three times of an exit: the decision, the departure, and the four administrative steps.

use crate::form::{Sent, Typed};
use crate::{DECIDE, DESK, MOVE};
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_clinical::exit::DISPOSITIONS;
use rihla_clinical::{Change, Stay, refusal};
use rihla_web::{Desk, Refusal};

/// `POST /patients/{patient}/admission/decide`
pub async fn decide(desk: Desk, Path(patient): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    let sent = Sent::new(&desk, &patient, &typed, &[DECIDE])?;
    let signed = match sent.at() {
        Ok(at) if at <= sent.act.now => sent.act.signed_at(at),
        Ok(_) => return sent.answer(Err(refusal::order())),
        Err(fault) => return sent.answer(Err(fault)),
    };
    sent.change_stay(Change { to: None, ..sent.change() }, move |stay: &mut Stay, _| stay.decide(signed.clone())).await
}

/// `POST /patients/{patient}/admission/undecide`
pub async fn undecide(desk: Desk, Path(patient): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    let sent = Sent::new(&desk, &patient, &typed, &[DECIDE])?;
    sent.change_stay(Change { to: None, ..sent.change() }, |stay: &mut Stay, _| stay.undecide()).await
}

/// `POST /patients/{patient}/admission/depart`
pub async fn depart(desk: Desk, Path(patient): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    let sent = Sent::new(&desk, &patient, &typed, &[MOVE, DECIDE])?;
    let unknown = || Refusal::invalid("RH-ADMISSION-HOW", "The form does not say how the patient left.");
    let how = DISPOSITIONS.into_iter().find(|code| *code == typed.how).ok_or_else(unknown)?;
    let (at, now) = match sent.at() {
        Ok(at) => (at, sent.act.now),
        Err(fault) => return sent.answer(Err(fault)),
    };
    sent.change_stay(Change { to: None, ..sent.change() }, move |stay: &mut Stay, _| stay.depart(how, at, now)).await
}

/// `POST /patients/{patient}/admission/step`
pub async fn step(desk: Desk, Path(patient): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    let sent = Sent::new(&desk, &patient, &typed, &[DESK])?;
    let (signed, text) = (sent.act.signed(), sent.text());
    let (number, proof) = (typed.number, typed.proof.clone());
    sent.change_stay(Change { to: None, ..sent.change() }, move |stay: &mut Stay, _| stay.step(number, &proof, &text, signed.clone())).await
}

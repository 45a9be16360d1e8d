//! What the patient had with them, before two witnesses.

use crate::form::{Sent, Typed};
use crate::{DESK, MOVE};
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_clinical::{Change, Stay};
use rihla_web::{Desk, Refusal};

/// `POST /patients/{patient}/admission/belongings`
pub async fn list(desk: Desk, Path(patient): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    let sent = Sent::new(&desk, &patient, &typed, &[MOVE, DESK])?;
    let (signed, text) = (sent.act.signed(), sent.text());
    if text.is_empty() {
        return Err(Refusal::invalid("RH-ADMISSION-BELONGINGS", "The list of belongings is empty."));
    }
    sent.change_stay(Change { to: None, ..sent.change() }, move |stay: &mut Stay, _| stay.list_belongings(&text, signed.clone())).await
}

/// `POST /patients/{patient}/admission/belongings-sign`
pub async fn sign(desk: Desk, Path(patient): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    let sent = Sent::new(&desk, &patient, &typed, &[MOVE, DESK])?;
    let signed = sent.act.signed();
    sent.change_stay(Change { to: None, ..sent.change() }, move |stay: &mut Stay, _| stay.sign_belongings(signed.clone())).await
}

//! The score while somebody types: the same reckoning as on saving, and nothing is written.

use crate::WRITE;
use crate::of::Of;
use crate::taken;
use crate::told::{Around, part};
use crate::typed::Typed;
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_web::{Desk, Refusal};
use std::collections::BTreeMap;

/// `POST /patients/{patient}/signs/preview`
pub async fn preview(desk: Desk, Path(patient): Path<String>, Form(fields): Form<BTreeMap<String, String>>) -> Result<Response, Refusal> {
    let of = Of::open(desk, &patient, WRITE)?;
    let typed = Typed::of(fields);
    let voice = of.voice();
    let at = taken::read(typed.field("taken"), voice.now(), voice.zone()).unwrap_or(voice.now());
    let read = typed.read(&of.signs(), voice);
    let body = part(&of, &read.values, at, &Around::read(&of)?)?;
    Ok(of.desk.part(body))
}

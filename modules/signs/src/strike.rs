//! A set that was entered in error: struck with its reason, kept, and out of scores and curves.

use crate::WRITE;
use crate::of::Of;
use crate::sets;
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_web::{Desk, Refusal, Striking, go};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default, rename = "_patient")]
    patient: String,
    #[serde(default, rename = "_author")]
    author: String,
    #[serde(default)]
    reason: String,
}

/// `POST /patients/{patient}/signs/{set}/strike`
pub async fn strike(desk: Desk, Path((patient, set)): Path<(String, String)>, Form(asked): Form<Asked>) -> Result<Response, Refusal> {
    let of = Of::open(desk, &patient, WRITE)?;
    of.own_form(&asked.patient, &asked.author)?;
    let found = sets::one(&of.desk, of.id(), &set)?.ok_or_else(Refusal::not_found)?;
    if asked.reason.trim().is_empty() {
        return crate::grid::page_of(&of, &found, Some("signs-wrong-reason"));
    }
    of.desk.strike_all(&striking(&found), &[], &asked.reason, Vec::new()).await?;
    Ok(go(&of.path("signs"), &[]))
}

/// Every Observation of a set.
pub fn striking(set: &sets::Set) -> Vec<Striking<'_>> {
    set.resources.iter().map(|(id, version)| Striking { ty: "Observation", id, version: *version }).collect()
}

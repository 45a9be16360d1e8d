//! A triage that was entered in error: struck with its reason and kept; the visit has the level of the one before again.

use crate::TRIAGE;
use crate::sent::overtaken;
use crate::triage::{Past, pasts};
use crate::visit::Visit;
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_clinical::refusal;
use rihla_web::{Change, Desk, Reasoned, Refusal, Striking, go, percent};

/// `POST /emergency/{encounter}/triage/{observation}/strike`
pub async fn strike(desk: Desk, Path((encounter, observation)): Path<(String, String)>, Form(typed): Form<Reasoned>) -> Result<Response, Refusal> {
    desk.require(TRIAGE)?;
    let visit = Visit::open(&desk, &encounter)?;
    desk.own_form(&typed.author, &typed.patient, &visit.stay.patient)?;
    let pasts = pasts(&desk, &visit.stay.id, &visit.stay.patient)?;
    let one = pasts.iter().find(|past| past.id == observation).ok_or_else(Refusal::not_found)?;
    let before = pasts.iter().find(|past| past.id != one.id && past.struck.is_none());
    let before = match (before, crate::mass::category(&desk, &visit.stay)) {
        // A category of victims is a triage as well: the later of the two holds.
        (Some(past), Some((at, category))) => Some(if rihla_store::body::instant_text(at) > past.when { category } else { past.concept.clone() }),
        (past, category) => past.map(|past: &Past| past.concept.clone()).or_else(|| category.map(|(_, category)| category)),
    };
    let back = format!("/emergency/{}/triage", percent(&encounter));
    if typed.reason.trim().is_empty() {
        return Ok(go(&format!("{back}?wrong=RH-WEB-STRIKE-REASON"), &[]));
    }
    if one.struck.is_none() {
        let striking = Striking { ty: "Observation", id: &one.id, version: typed.version };
        let level = Change { ty: "Encounter", id: visit.stay.id.clone(), version: visit.stay.version, members: vec![("priority", before)] };
        match desk.strike_with(&[striking], &[], vec![level], &typed.reason, Vec::new()).await {
            Err(refusal) if overtaken(&refusal) => return Ok(go(&format!("{back}?wrong={}", refusal::state().code), &[])),
            done => done?,
        }
    }
    Ok(go(&back, &[]))
}

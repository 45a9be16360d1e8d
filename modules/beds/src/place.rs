//! What is done to a place: cleaned, put out of use, opened again.

use crate::census::instant;
use crate::{CLEAN, SERVE, act};
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_clinical::{Hygiene, Place, Service, refusal};
use rihla_kernel::Fault;
use rihla_web::{Desk, Refusal, go};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    to: String,
    /// When it was so, in the zone of the site; empty: now.
    #[serde(default)]
    at: String,
    #[serde(default, rename = "_author")]
    author: String,
}

/// `POST /beds/{ward}/{place}/hygiene`
pub async fn hygiene(desk: Desk, Path((ward, place)): Path<(String, String)>, Form(wanted): Form<Wanted>) -> Result<Response, Refusal> {
    desk.require(CLEAN)?;
    let to = match wanted.to.as_str() {
        "clean" => Hygiene::Clean,
        "dirty" => Hygiene::Dirty,
        "cleaning" => Hygiene::Cleaning,
        _ => return Err(unknown()),
    };
    let at = if wanted.at.trim().is_empty() { Some(desk.house.clock().now()) } else { instant(&desk, wanted.at.trim()) };
    let Some(at) = at else { return Ok(refused(&ward, &refusal::order())) };
    let how = |place: &Place| {
        // What is told from paper comes in its order: nothing is clean before it was dirty.
        if place.since.is_some_and(|since| at < since) { Err(refusal::order()) } else { Ok(place.with_hygiene(to, at)) }
    };
    change(&desk, &ward, &place, &wanted.author, &how).await
}

/// `POST /beds/{ward}/{place}/service`
pub async fn service(desk: Desk, Path((ward, place)): Path<(String, String)>, Form(wanted): Form<Wanted>) -> Result<Response, Refusal> {
    desk.require(SERVE)?;
    let to = match wanted.to.as_str() {
        "open" => Service::Open,
        "out-of-order" => Service::OutOfOrder,
        "unstaffed" => Service::Unstaffed,
        _ => return Err(unknown()),
    };
    change(&desk, &ward, &place, &wanted.author, &|place: &Place| Ok(place.with_service(to))).await
}

fn unknown() -> Refusal {
    Refusal::invalid("RH-BEDS-STATE", "The form does not say what the place is to be.")
}

/// Back to the board, with what was refused.
fn refused(ward: &str, fault: &Fault) -> Response {
    go(&format!("/beds/{}?wrong={}", rihla_web::percent(ward), fault.code), &[])
}

async fn change(desk: &Desk, ward: &str, place: &str, author: &str, how: &(dyn Fn(&Place) -> Result<String, Fault> + Sync)) -> Result<Response, Refusal> {
    desk.same_author(author)?;
    let only_places = |place: &Place| if place.is_place { how(place) } else { Err(refusal::no_place()) };
    match act(desk).change_place(place, only_places).await {
        Err(fault) if fault.code == "RH-STAY-ORDER" => return Ok(refused(ward, &fault)),
        done => done?,
    }
    Ok(go(&format!("/beds/{}#place-{}", rihla_web::percent(ward), rihla_web::percent(place)), &[]))
}

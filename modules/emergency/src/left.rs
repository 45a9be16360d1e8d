//! Whoever goes before anybody decided, and whoever comes back.

use crate::TREAT;
use crate::TRIAGE;
use crate::sent::{Typed, change};
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_web::{Desk, Refusal};

fn allowed(desk: &Desk) -> Result<(), Refusal> {
    if desk.person.may(TREAT.0) { Ok(()) } else { desk.require(TRIAGE) }
}

/// `POST /emergency/{encounter}/left`: `at` is when they were last seen.
pub async fn left(desk: Desk, Path(encounter): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    allowed(&desk)?;
    change(&desk, &encounter, &typed, |stay, signed, now| stay.left_unseen(signed, now)).await
}

/// `POST /emergency/{encounter}/back`
pub async fn back(desk: Desk, Path(encounter): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    allowed(&desk)?;
    change(&desk, &encounter, &typed, |stay, signed, now| stay.back_again(signed, now)).await
}

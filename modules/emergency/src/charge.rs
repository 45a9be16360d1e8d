//! The first medical contact: somebody takes charge.

use crate::TREAT;
use crate::sent::{Typed, change};
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_web::{Desk, Refusal};

/// `POST /emergency/{encounter}/charge`
pub async fn charge(desk: Desk, Path(encounter): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(TREAT)?;
    change(&desk, &encounter, &typed, |stay, signed, now| stay.take_charge(signed, now)).await
}

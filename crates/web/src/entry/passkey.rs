//! A passkey that signs in alone.

use super::sign_in::{door, refused_at};
use super::welcome;
use crate::cookies::Came;
use crate::desk::Visitor;
use crate::house::House;
use crate::refuse::Refusal;
use axum::extract::{Form, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use rihla_identity::{Assertion, Offer, Proven, Refusal as Refused};
use serde::Deserialize;

/// The domain that passkeys of this server are bound to: a page under another name cannot ask for them.
pub(crate) fn party(house: &House) -> Option<String> {
    house.identity().settings().relying_party.as_ref().map(|party| party.id.clone())
}

/// What a script asks the browser with: made when the button is pressed, since a challenge lasts for minutes only.
pub(crate) async fn offer(State(house): State<House>) -> Result<Response, Refusal> {
    Ok(options(&house.identity().offer_passkey()?))
}

pub(crate) fn options(offer: &Offer) -> Response {
    let body = format!(r#"{{"challenge":"{}","publicKey":{}}}"#, offer.challenge.as_str(), offer.options);
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], body).into_response()
}

#[derive(Deserialize)]
pub(crate) struct Answer {
    #[serde(default)]
    challenge: String,
    #[serde(default)]
    passkey: String,
    #[serde(default)]
    next: String,
}

pub(crate) async fn enter(visitor: Visitor, came: Came, Form(form): Form<Answer>) -> Result<Response, Refusal> {
    let refused = match prove(&visitor, &came, &form).await {
        Ok(proven) => match welcome(&visitor.house, &came, proven, &form.next).await? {
            Ok(response) => return Ok(response),
            Err(refused) => refused,
        },
        Err(refused) => refused,
    };
    refused_at(&visitor, door(&visitor, &came, &form.next).await?, &refused)
}

async fn prove(visitor: &Visitor, came: &Came, form: &Answer) -> Result<Proven, Refused> {
    let answer = Assertion::from_json(&form.passkey)?;
    visitor.house.identity().passkey(&form.challenge, &answer, &came.client).await
}

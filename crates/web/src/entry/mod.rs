//! Coming in: a password and a second factor, a passkey, a badge at a shared station, an invitation, the first start.

mod invitation;
mod passkey;
mod provider;
mod second;
mod setup;
mod sign_in;
mod station;
mod told;

pub(crate) use passkey::{options, party};
pub use provider::PROVIDER_BACK;
pub(crate) use provider::{begun, provider};
pub(crate) use setup::names;
pub(crate) use sign_in::welcome;
pub(crate) use told::{told, two_passwords};

use crate::desk::Visitor;
use crate::house::House;
use crate::page;
use crate::refuse::{Refusal, status};
use askama::Template;
use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use axum::routing::{get, post};

pub(crate) fn routes() -> Router<House> {
    Router::new()
        .route("/sign-in", get(sign_in::show).post(sign_in::enter))
        .route("/sign-in/second", get(second::show).post(second::enter))
        .route("/sign-in/passkey", post(passkey::enter))
        .route("/sign-in/passkey/offer", post(passkey::offer))
        .route("/sign-in/provider", get(provider::there))
        .route(PROVIDER_BACK, get(provider::back))
        .route("/sign-in/provider/ended", post(provider::ended))
        .route("/sign-in/badge", post(station::enter))
        .route("/sign-out", post(station::leave))
        .route("/lock", post(station::lock))
        .route("/here", post(station::here))
        .route("/invitation", get(invitation::show).post(invitation::accept))
        .route("/setup", get(setup::show).post(setup::make))
}

/// A page that was not gone on from: the same page with what went wrong, and when to come again.
fn stayed(visitor: &Visitor, refusal: Option<&rihla_identity::Refusal>, title: &str, body: &impl Template) -> Result<Response, Refusal> {
    let mut response = page::bare(visitor, title, &body.render()?);
    if let Some(refusal) = refusal {
        crate::refuse::note(&refusal.fault);
        *response.status_mut() = status(refusal.fault.kind);
        if let Some(seconds) = refusal.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
    }
    Ok(response)
}

/// The name of the hospital, above the doors.
fn site(visitor: &Visitor) -> String {
    let (house, lang) = (&visitor.house, visitor.voice.lang());
    house.pack().site(house.site()).map(|site| crate::desk::named(&site.names, lang).into_owned()).unwrap_or_default()
}

//! The second factor: an app's code, a recovery code, or a passkey.

use super::{passkey, stayed, told, welcome};
use crate::cookies::{Came, STEP};
use crate::desk::Visitor;
use crate::door::{go, local};
use crate::refuse::Refusal;
use crate::text::Voice;
use askama::Template;
use axum::extract::{Form, Query};
use axum::response::Response;
use rihla_identity::{Assertion, Refusal as Refused, Second};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "account/second.html")]
struct Page {
    voice: Voice,
    site: String,
    totp: bool,
    recovery: bool,
    /// What the browser asks a passkey with, as JSON.
    passkey: Option<String>,
    party: String,
    next: String,
    wrong: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    next: String,
}

pub(crate) async fn show(visitor: Visitor, came: Came, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    page(&visitor, &came, &asked.next, None)
}

fn page(visitor: &Visitor, came: &Came, next: &str, refused: Option<&Refused>) -> Result<Response, Refusal> {
    let identity = visitor.house.identity();
    // Without a password before it, or too long after one, it begins again.
    let Ok((ticket, ways)) = identity.second_ways(came.step.as_deref().unwrap_or("")) else {
        return Ok(go("/sign-in", &[visitor.house.no_cookie(STEP)]));
    };
    let voice = &visitor.voice;
    let page = Page {
        voice: voice.clone(),
        site: super::site(visitor),
        totp: ways.totp,
        recovery: ways.recovery > 0,
        passkey: identity.offer_second(&ticket, &ways).map(|offer| offer.options),
        party: passkey::party(&visitor.house).unwrap_or_default(),
        next: local(next).to_owned(),
        wrong: refused.map(|refused| told(voice, refused)),
    };
    stayed(visitor, refused, &voice.t("account-second"), &page)
}

#[derive(Deserialize)]
pub(crate) struct Proof {
    #[serde(default)]
    code: String,
    #[serde(default)]
    recovery: String,
    /// What the browser says of a passkey, as JSON.
    #[serde(default)]
    passkey: String,
    #[serde(default)]
    next: String,
}

pub(crate) async fn enter(visitor: Visitor, came: Came, Form(form): Form<Proof>) -> Result<Response, Refusal> {
    let refused = match prove(&visitor, &came, &form).await {
        Ok(proven) => match welcome(&visitor.house, &came, proven, &form.next).await? {
            Ok(response) => return Ok(response),
            Err(refused) => refused,
        },
        Err(refused) => refused,
    };
    page(&visitor, &came, &form.next, Some(&refused))
}

async fn prove(visitor: &Visitor, came: &Came, form: &Proof) -> Result<rihla_identity::Proven, Refused> {
    let ticket = came.step.as_deref().unwrap_or("");
    let answer = if form.passkey.is_empty() { None } else { Some(Assertion::from_json(&form.passkey)?) };
    let proof = match (&answer, form.recovery.trim()) {
        (Some(answer), _) => Second::Passkey(answer),
        (None, "") => Second::Code(&form.code),
        (None, recovery) => Second::Recovery(recovery),
    };
    visitor.house.identity().second(ticket, proof, &came.client).await
}

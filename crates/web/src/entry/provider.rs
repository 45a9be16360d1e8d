//! Signing in with an account at the hospital's identity provider: there, and back.

use super::sign_in::{door, going_on, refused_at};
use crate::cookies::{Came, PROVIDER};
use crate::desk::Visitor;
use crate::door::go;
use crate::house::House;
use crate::me::linked;
use crate::programs::away::on;
use crate::refuse::Refusal;
use axum::extract::{Form, Query, RawQuery, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rihla_identity::Refusal as Refused;
use rihla_oidc::{Back, Provider, Start, Wish};
use serde::Deserialize;

/// Where the provider sends people back.
pub const PROVIDER_BACK: &str = "/sign-in/provider/back";

#[derive(Deserialize)]
pub(crate) struct Going {
    #[serde(default)]
    next: String,
    #[serde(default)]
    again: String,
}

pub(crate) async fn there(visitor: Visitor, came: Came, Query(going): Query<Going>) -> Result<Response, Refusal> {
    let provider = provider(&visitor.house)?;
    // Whoever was at a shared station before may still be known to the provider.
    let anew = came.station.is_some() || !going.again.is_empty();
    match provider.begin(Wish { next: &going.next, anew, link: "" }).await {
        Ok(start) => Ok(go(&start.address, &[begun(&visitor.house, &start)])),
        Err(fault) => stayed_here(&visitor, &came, &going.next, fault.into()).await,
    }
}

/// What the browser keeps until it is back.
pub(crate) fn begun(house: &House, start: &Start) -> String {
    house.cookie(PROVIDER, &start.cookie, Some(start.lasts_s))
}

pub(crate) async fn back(visitor: Visitor, came: Came, RawQuery(query): RawQuery, Query(answer): Query<Vec<(String, String)>>) -> Result<Response, Refusal> {
    let query = query.unwrap_or_default();
    // Sent by another origin, a browser brings none of our cookies: a page of ours sends it on.
    if came.provider.is_none() && !answer.iter().any(|(name, _)| name == HERE) {
        return on(&visitor, &format!("{PROVIDER_BACK}?{query}&{HERE}=1"));
    }
    let mut response = match provider(&visitor.house)?.finish(came.provider.as_deref().unwrap_or(""), &answer).await {
        Ok(back) => arrived(&visitor, &came, back).await?,
        Err(fault) => stayed_here(&visitor, &came, "", fault.into()).await?,
    };
    // What was begun is over, however it ended.
    if let Ok(over) = HeaderValue::from_str(&visitor.house.no_cookie(PROVIDER)) {
        response.headers_mut().append(header::SET_COOKIE, over);
    }
    Ok(response)
}

/// Says that a page of ours sent the browser on.
const HERE: &str = "here";

async fn arrived(visitor: &Visitor, came: &Came, back: Back) -> Result<Response, Refusal> {
    if let Some(account) = &back.link {
        return linked(&visitor.house, came, account, &back.outside).await;
    }
    let refused = match visitor.house.identity().by_provider(&back.outside, &came.client).await {
        Ok(step) => match going_on(visitor, came, step, &back.next).await? {
            Ok(response) => return Ok(response),
            Err(refused) => refused,
        },
        Err(refused) => refused,
    };
    stayed_here(visitor, came, &back.next, refused).await
}

async fn stayed_here(visitor: &Visitor, came: &Came, next: &str, refused: Refused) -> Result<Response, Refusal> {
    refused_at(visitor, door(visitor, came, next).await?, &refused)
}

#[derive(Deserialize)]
pub(crate) struct Ended {
    #[serde(default)]
    logout_token: String,
}

/// The provider says, without a browser between, that somebody's sessions are over
/// (<https://openid.net/specs/openid-connect-backchannel-1_0.html#BCResponse>).
pub(crate) async fn ended(State(house): State<House>, Form(form): Form<Ended>) -> Result<Response, Refusal> {
    let provider = provider(&house)?;
    let done = match provider.ended(&form.logout_token).await {
        Ok(subject) => house.identity().ended_by_provider(&provider.settings().issuer, &subject).await,
        Err(fault) => Err(fault.into()),
    };
    let status = match done {
        Ok(()) => StatusCode::OK,
        Err(refused) => {
            crate::refuse::note(&refused.fault);
            StatusCode::BAD_REQUEST
        }
    };
    Ok((status, [(HeaderName::from_static("cache-control"), "no-store"), (header::CONTENT_TYPE, "application/json")], "{}").into_response())
}

/// There is none where none was named.
pub(crate) fn provider(house: &House) -> Result<&Provider, Refusal> {
    house.provider().ok_or_else(Refusal::not_found)
}

//! A screen that several people share: locked by a button or by itself, and opened by whoever comes with badge and PIN.

use super::sign_in::{Door, arrived, door, refused_at};
use crate::cookies::{Came, LAST, STEP};
use crate::desk::{Member, Visitor};
use crate::door::{go, local};
use crate::house::House;
use crate::page::bare;
use crate::refuse::{Refusal, percent};
use crate::session::{self, carry_on};
use askama::Template;
use axum::extract::{Form, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use rihla_identity::{Refusal as Refused, Use, Who};
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct Touch {
    #[serde(default)]
    badge: String,
    /// Where no badge is at hand.
    #[serde(default)]
    login: String,
    #[serde(default)]
    pin: String,
    #[serde(default)]
    next: String,
}

/// `POST /sign-in/badge`: a reader types a badge's number and Enter; the PIN may come with it or after it.
pub(crate) async fn enter(visitor: Visitor, came: Came, Form(form): Form<Touch>) -> Result<Response, Refusal> {
    let (house, badge, login) = (&visitor.house, form.badge.trim(), form.login.trim());
    let at_badge = |door: Door| Door { badge: badge.to_owned(), at_badge: !badge.is_empty(), ..door };
    if form.pin.is_empty() && !badge.is_empty() {
        // Without a script the reader's Enter has sent the form: the PIN is asked for now.
        let door = at_badge(door(&visitor, &came, &form.next).await?);
        return Ok(bare(&visitor, &visitor.voice.t("account-sign-in"), &door.render()?));
    }
    let who = if badge.is_empty() { Who::Login(login) } else { Who::Badge(badge) };
    match touch(house, &came, who, &form).await? {
        Ok(response) => Ok(response),
        Err(refused) => {
            let door = door(&visitor, &came, &form.next).await?;
            // Who typed wrongly begins with the badge again; a wait leaves it where it is.
            let door = if refused.retry_after_s.is_some() { at_badge(door) } else { door };
            refused_at(&visitor, door, &refused)
        }
    }
}

async fn touch(house: &House, came: &Came, who: Who<'_>, form: &Touch) -> Result<Result<Response, Refused>, Refusal> {
    let before = match &came.session {
        Some(token) => session::present(house, token, Use::Page).await?,
        None => None,
    };
    let station = came.station.as_deref().unwrap_or("");
    match house.identity().reenter(station, who, &form.pin, came.seat()).await {
        Ok(opened) => {
            carry_on(house, before.as_ref(), &opened.present).await?;
            Ok(Ok(arrived(house, came, &opened, &form.next)))
        }
        Err(refused) => Ok(Err(refused)),
    }
}

#[derive(Deserialize)]
pub(crate) struct Locking {
    #[serde(default)]
    next: String,
}

/// `POST /lock`: from now on only the door is shown, until somebody comes in.
pub(crate) async fn lock(State(house): State<House>, came: Came, Form(form): Form<Locking>) -> Result<Response, Refusal> {
    if let Some(token) = &came.session {
        house.identity().lock(token).await?;
    }
    let next = local(&form.next);
    Ok(go(&if next == "/" { "/sign-in".to_owned() } else { format!("/sign-in?next={}", percent(next)) }, &[]))
}

/// `POST /here`: somebody reads, scrolls or types. Looking at the session notes it.
pub(crate) async fn here(_: Member) -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// `POST /sign-out`.
pub(crate) async fn leave(State(house): State<House>, came: Came) -> Result<Response, Refusal> {
    if let Some(token) = &came.session {
        house.identity().leave(token).await?;
    }
    let mut response = go("/sign-in", &[house.no_cookie(session::COOKIE), house.no_cookie(LAST), house.no_cookie(STEP)]);
    // Whatever the browser kept of this server's pages goes too.
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(response)
}

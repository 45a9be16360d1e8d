//! The door: a name and a password, or who touches a shared station. A locked screen shows it too.

use super::{site, stayed, told};
use crate::cookies::{Came, DEVICES, LAST, LONG_S, STATION, STEP};
use crate::desk::Visitor;
use crate::door::{go, local};
use crate::house::House;
use crate::refuse::{Refusal, percent};
use crate::session::{self, carry_on, mark_of};
use crate::text::Voice;
use askama::Template;
use axum::extract::{Form, Query};
use axum::response::Response;
use rihla_identity::{Opened, Proven, Refusal as Refused, Step, Use};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "account/sign-in.html")]
pub(super) struct Door {
    pub voice: Voice,
    pub site: String,
    /// The shared station that this browser is.
    pub station: Option<String>,
    /// Whose screen this is, if somebody's: name and login.
    pub held: Option<(String, String)>,
    /// They have to prove once more who they are.
    pub again: bool,
    pub login: String,
    pub next: String,
    pub wrong: Option<String>,
    /// The badge that was read, where its PIN is still to be typed.
    pub badge: String,
    pub at_badge: bool,
    pub passkeys: Option<String>,
    /// The name of the identity provider where people have accounts as well.
    pub provider: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    next: String,
    #[serde(default)]
    again: String,
}

pub(crate) async fn show(visitor: Visitor, came: Came, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    let mut door = door(&visitor, &came, &asked.next).await?;
    // Whoever still works at this screen is asked for once more; at a locked one anybody may come.
    door.again = !asked.again.is_empty() && door.held.is_some();
    let title = visitor.voice.t(if door.again { crate::key!("account-again") } else { crate::key!("account-sign-in") });
    stayed(&visitor, None, &title, &door)
}

/// The door as a browser is shown it before anything was typed.
pub(super) async fn door(visitor: &Visitor, came: &Came, next: &str) -> Result<Door, Refusal> {
    let house = &visitor.house;
    let station = came.station.as_deref().map(|token| house.identity().station(token)).transpose()?.flatten();
    let held = match &came.session {
        Some(token) => session::present(house, token, Use::Page).await?,
        None => None,
    };
    let held = held.map(|present| (present.account.name(visitor.voice.tag()).to_owned(), present.account.login));
    Ok(Door {
        voice: visitor.voice.clone(),
        site: site(visitor),
        station: station.map(|station| station.name),
        login: held.as_ref().map_or_else(String::new, |(_, login)| login.clone()),
        held,
        again: false,
        next: local(next).to_owned(),
        wrong: None,
        badge: String::new(),
        at_badge: false,
        passkeys: super::passkey::party(house),
        provider: house.provider().map(|provider| provider.settings().name(visitor.voice.tag()).to_owned()),
    })
}

#[derive(Deserialize)]
pub(crate) struct Entering {
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

pub(crate) async fn enter(visitor: Visitor, came: Came, Form(form): Form<Entering>) -> Result<Response, Refusal> {
    let step = match visitor.house.identity().password(&form.login, &form.password, &came.client).await {
        Ok(step) => going_on(&visitor, &came, step, &form.next).await?,
        Err(refused) => Err(refused),
    };
    match step {
        Ok(response) => Ok(response),
        Err(refused) => {
            let door = Door { login: form.login, ..door(&visitor, &came, &form.next).await? };
            refused_at(&visitor, door, &refused)
        }
    }
}

/// The door with what went wrong.
pub(super) fn refused_at(visitor: &Visitor, door: Door, refused: &Refused) -> Result<Response, Refusal> {
    let door = Door { wrong: Some(told(&visitor.voice, refused)), ..door };
    stayed(visitor, Some(refused), &visitor.voice.t("account-sign-in"), &door)
}

/// In, or to the second factor.
pub(super) async fn going_on(visitor: &Visitor, came: &Came, step: Step, next: &str) -> Result<Result<Response, Refused>, Refusal> {
    match step {
        Step::In(proven) => welcome(&visitor.house, came, proven, next).await,
        Step::Second { ticket, .. } => {
            let to = format!("/sign-in/second?next={}", percent(local(next)));
            Ok(Ok(go(&to, &[visitor.house.cookie(STEP, ticket.as_str(), None)])))
        }
    }
}

/// Opens a session for somebody who proved who they are, and sends them where they were; the next person at the screen of
/// another begins at the front page.
pub(crate) async fn welcome(house: &House, came: &Came, proven: Proven, next: &str) -> Result<Result<Response, Refused>, Refusal> {
    let before = match &came.session {
        Some(token) => session::present(house, token, Use::Page).await?,
        None => None,
    };
    match house.identity().enter(proven, came.seat()).await {
        Ok(opened) => {
            carry_on(house, before.as_ref(), &opened.present).await?;
            Ok(Ok(arrived(house, came, &opened, next)))
        }
        Err(refused) => Ok(Err(refused)),
    }
}

/// The answer that brings a browser its session.
pub(super) fn arrived(house: &House, came: &Came, opened: &Opened, next: &str) -> Response {
    let mark = mark_of(opened.present.account.id);
    let theirs = came.last.as_ref().is_none_or(|last| *last == mark);
    let mut cookies = vec![house.cookie(session::COOKIE, opened.token.as_str(), None), house.cookie(LAST, &mark, Some(LONG_S)), house.no_cookie(STEP)];
    cookies.extend(opened.device.as_ref().map(|device| house.cookie(DEVICES, &came.devices_with(device.as_str()), Some(LONG_S))));
    // A station stays one for as long as it is used.
    cookies.extend(came.station.as_ref().map(|station| house.cookie(STATION, station, Some(LONG_S))));
    go(if theirs { local(next) } else { "/" }, &cookies)
}

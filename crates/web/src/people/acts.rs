//! Acts on one account: out of use and back, a way in for who has none, a badge.

use super::one::{account, page};
use super::{ADMINISTER, PEOPLE};
use crate::desk::Desk;
use crate::door::go;
use crate::page::Page;
use crate::refuse::Refusal;
use crate::text::Voice;
use askama::Template;
use axum::extract::{Form, Path};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use rihla_identity::{Account, By, Invitation, Move};
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct Act {
    #[serde(default, rename = "_author")]
    author: String,
    #[serde(default)]
    version: u64,
    /// `suspend`, `resume` or `close`.
    #[serde(default)]
    way: String,
    /// The person has lost their second factors.
    #[serde(default)]
    lost: String,
    #[serde(default)]
    badge: String,
    /// The badge is taken away.
    #[serde(default)]
    drop: String,
}

/// Whoever may administer, began this form themselves, and proved who they are within minutes.
fn may(desk: &Desk, id: &str, act: &Act) -> Result<(rihla_identity::Fresh, Account), Refusal> {
    desk.require(ADMINISTER)?;
    desk.same_author(&act.author)?;
    Ok((desk.fresh(&format!("{PEOPLE}/{id}"))?, account(desk, id)?))
}

pub(crate) async fn move_account(desk: Desk, Path(id): Path<String>, Form(act): Form<Act>) -> Result<Response, Refusal> {
    let (fresh, known) = may(&desk, &id, &act)?;
    let way = match act.way.as_str() {
        "suspend" => Move::Suspend,
        "resume" => Move::Resume,
        "close" => Move::Close,
        _ => return Err(Refusal::invalid("RH-WEB-MOVE", "The form does not say what shall be done with the account.")),
    };
    match desk.house.identity().move_account(By::Person(&fresh), known.id, act.version, way).await {
        Ok(_) => {
            // What the person let in ends with them.
            if act.way != "resume" {
                desk.house.smart().end_person(known.id).await?;
            }
            Ok(go(&format!("{PEOPLE}/{id}?done={}", act.way), &[]))
        }
        Err(refused) => page(&desk, &account(&desk, &id)?, None, Some(&refused)),
    }
}

pub(crate) async fn invite(desk: Desk, Path(id): Path<String>, headers: HeaderMap, Form(act): Form<Act>) -> Result<Response, Refusal> {
    let (fresh, known) = may(&desk, &id, &act)?;
    let lost = !act.lost.is_empty();
    match desk.house.identity().invite(By::Person(&fresh), known.id, lost).await {
        Ok(invitation) => handed(&desk, &headers, &known, &invitation, lost),
        Err(refused) => page(&desk, &known, None, Some(&refused)),
    }
}

pub(crate) async fn badge(desk: Desk, Path(id): Path<String>, Form(act): Form<Act>) -> Result<Response, Refusal> {
    let (fresh, known) = may(&desk, &id, &act)?;
    let number = act.drop.is_empty().then_some(act.badge.trim());
    match desk.house.identity().bind_badge(By::Person(&fresh), known.id, number).await {
        Ok(()) => Ok(go(&format!("{PEOPLE}/{id}?done=badge"), &[])),
        Err(refused) => page(&desk, &known, None, Some(&refused)),
    }
}

#[derive(Template)]
#[template(path = "account/handed.html")]
struct Handed {
    voice: Voice,
    id: String,
    name: String,
    login: String,
    link: String,
    code: String,
    ends: String,
    lost: bool,
}

/// The page that shows an invitation, once.
pub(super) fn handed(desk: &Desk, headers: &HeaderMap, account: &Account, invitation: &Invitation, lost: bool) -> Result<Response, Refusal> {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let scheme = if desk.house.is_secure() { "https" } else { "http" };
    let code = invitation.token.as_str();
    let body = Handed {
        voice: desk.voice.clone(),
        id: account.id.to_text(),
        name: account.name(desk.voice.tag()).to_owned(),
        login: account.login.clone(),
        link: format!("{scheme}://{host}/invitation?code={code}"),
        code: code.to_owned(),
        ends: desk.voice.date_time(invitation.ends),
        lost,
    };
    desk.page(Page { title: desk.voice.t("account-handed"), nav: PEOPLE, body: body.render()?, ..Page::default() })
}

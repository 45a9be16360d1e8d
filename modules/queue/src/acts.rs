//! What is done at a desk: calling, serving, passing on, pausing, giving a ticket. What is refused is said on the desk's page.

use crate::SERVE;
use crate::board::chosen;
use crate::hall::Hall;
use crate::soon::{telephone, tell};
use axum::extract::{Form, Path};
use axum::http::HeaderMap;
use axum::response::Response;
use rihla_clinical::queue::{Counter, New, Priority, refusal};
use rihla_kernel::{Fault, ServerId};
use rihla_web::{Desk, Left, Post, Refusal, go, percent};
use serde::Deserialize;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    #[serde(rename = "_author")]
    author: String,
    /// The id that a new ticket would be given.
    #[serde(rename = "_id")]
    id: String,
    /// The version that was on the page.
    version: u32,
    /// `desk ID` or `service CODE`.
    to: String,
    /// Why a desk is paused; empty: it is opened.
    pause: String,
    service: String,
    priority: String,
    phone: String,
}

/// Back to the desk, with what was refused.
fn answer(done: Result<String, Fault>) -> Result<Response, Refusal> {
    match done {
        Ok(to) => Ok(go(&to, &[])),
        Err(fault) if fault.code.starts_with("RH-QUEUE-") => Ok(go(&format!("/queue?wrong={}", fault.code), &[])),
        Err(fault) => Err(fault.into()),
    }
}

/// The desk of this workstation; without one it is asked for.
fn counter(hall: &Hall<'_>, headers: &HeaderMap) -> Result<Option<Counter>, Refusal> {
    chosen(hall, headers)
}

/// `POST /queue/call`: the next one.
pub async fn call(desk: Desk, post: Post, headers: HeaderMap, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(SERVE)?;
    desk.same_author(&typed.author)?;
    let hall = Hall::open(&desk)?;
    let Some(counter) = counter(&hall, &headers)? else { return Ok(go("/queue", &[])) };
    let called = hall.act().call_next(&counter, |code| hall.rank(code)).await;
    tell(&hall, &post).await;
    answer(called.map(|_| "/queue".to_owned()))
}

/// `POST /queue/pause`
pub async fn pause(desk: Desk, headers: HeaderMap, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(SERVE)?;
    desk.same_author(&typed.author)?;
    let hall = Hall::open(&desk)?;
    let Some(counter) = counter(&hall, &headers)? else { return Ok(go("/queue", &[])) };
    let code = hall.rules().pause(&typed.pause).map(|pause| pause.code.as_str());
    answer(hall.act().pause(&counter, code).await.map(|()| "/queue".to_owned()))
}

/// `POST /queue/issue`: a ticket from the hand of a clerk, who may say every priority.
pub async fn issue(desk: Desk, post: Post, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(SERVE)?;
    desk.same_author(&typed.author)?;
    if ServerId::parse(&typed.id).is_none() {
        return Err(Refusal::invalid("RH-WEB-FORM-ID", "The form does not say which ticket it gives."));
    }
    let hall = Hall::open(&desk)?;
    let held = hall.rules().priority(&typed.priority, hall.today);
    let priority = held.map(|(_, one)| Priority { code: one.code.clone(), by: "clerk".to_owned() });
    let number = telephone(&typed.phone).filter(|_| post.is_there());
    let marks = number.map(|number| Left { about: typed.id.clone(), at: hall.now, lang: hall.desk.voice.lang(), number }.mark());
    let code = desk.random_code();
    let new = New { id: &typed.id, code: &code, service: &typed.service, priority, patient: None, slot: None, focus: None };
    let issued = hall.act().issue(new, marks.into_iter().collect()).await;
    tell(&hall, &post).await;
    answer(issued.map(|ticket| format!("/queue/tickets/{}", percent(&ticket.id))))
}

/// `POST /queue/tickets/{ticket}/{act}`
pub async fn act(desk: Desk, post: Post, headers: HeaderMap, Path((id, act)): Path<(String, String)>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(SERVE)?;
    desk.same_author(&typed.author)?;
    let hall = Hall::open(&desk)?;
    let Some(counter) = counter(&hall, &headers)? else { return Ok(go("/queue", &[])) };
    let to = if act == "transfer" { Some(destination(&hall, &typed.to)) } else { None };
    let (here, rule, seen) = (counter.id.as_str(), hall.rules().no_show, typed.version);
    let steps = hall.act();
    let changed = steps.change(&id, seen, |ticket, signed| match (act.as_str(), to) {
        ("again", _) => ticket.call_again(here, signed),
        ("begin", _) => ticket.begin(here, signed),
        ("end", _) => ticket.end(here, signed),
        ("no-show", _) => ticket.no_show(here, rule, signed),
        ("back", _) => ticket.back(signed),
        ("gone", _) => ticket.gone(here, signed),
        ("transfer", Some(to)) => to.and_then(|(service, desk)| ticket.transfer(here, &service, desk.as_deref(), signed)),
        _ => Err(refusal::state()),
    });
    let changed = changed.await;
    tell(&hall, &post).await;
    answer(changed.map(|_| "/queue".to_owned()))
}

/// Where a ticket goes on to: the service, and the desk if it is for one alone.
fn destination(hall: &Hall<'_>, to: &str) -> Result<(String, Option<String>), Fault> {
    match to.split_once(' ') {
        Some(("service", code)) if hall.rules().service(code).is_some() => Ok((code.to_owned(), None)),
        Some(("desk", id)) => {
            let counter = hall.counters()?.into_iter().find(|counter| counter.id == id).ok_or_else(refusal::service)?;
            let service = counter.services.first().cloned().ok_or_else(refusal::service)?;
            Ok((service, Some(counter.id)))
        }
        _ => Err(refusal::service()),
    }
}

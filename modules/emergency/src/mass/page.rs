//! The page of an event: arrivals, the list by category, figures, and how the mode is begun and ended.

use super::arrive::{self, codes};
use super::event::{self, Event};
use super::report::{Row, rows};
use super::start;
use super::victim::{self, Victim};
use super::{categories, sorts};
use crate::board::{moment, span};
use crate::{ARRIVE, LIST, MASS, SEE};
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use rihla_web::text::{Html, Voice, listed};
use rihla_web::{ALL_PLACES, Desk, OF_PLACE, Page, Refusal, key};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    wrong: String,
}

type Faults = BTreeMap<&'static str, String>;

/// An event as it is listed.
struct Past {
    id: String,
    letter: String,
    name: String,
    when: String,
}

#[derive(Template)]
#[template(path = "emergency/mass.html")]
struct Body<'b> {
    voice: &'b Voice,
    author: String,
    event: Option<&'b Event>,
    begun: String,
    over: String,
    /// How long it went on.
    lasted: String,
    wrong: String,
    faults: Faults,
    starts: bool,
    start: &'b start::Typed,
    arrives: bool,
    victim: &'b arrive::Typed,
    categories: Vec<(String, String)>,
    /// The tag that this person wrote last. It is no part of what follows the record: others of their role are sent that.
    last: Option<Html>,
    list: String,
    pasts: Vec<Past>,
}

#[derive(Template)]
#[template(path = "emergency/victims.html")]
struct List<'l> {
    voice: &'l Voice,
    author: String,
    event: &'l Event,
    victims: Vec<Victim>,
    hidden: usize,
    rows: Vec<Row>,
    all: Row,
    ways: Vec<(String, String)>,
    categories: Vec<(String, String)>,
    notes: bool,
    /// When this was so.
    now: String,
    confirmed: bool,
}

/// `GET /emergency/mass`: the event that goes on, or how to begin one.
pub async fn index(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(SEE)?;
    let running = event::running(&desk)?;
    page(&desk, running.as_ref(), &start::Typed::default(), &arrive::Typed::default(), wrong(&desk.voice, &asked.wrong), Faults::new())
}

/// `GET /emergency/mass/{event}`
pub async fn show(desk: Desk, Path(event): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(SEE)?;
    let event = event::find(&desk, &event)?;
    page(&desk, Some(&event), &start::Typed::default(), &arrive::Typed::default(), wrong(&desk.voice, &asked.wrong), Faults::new())
}

/// The page with what is wrong about the beginning of an event.
pub fn refused(desk: &Desk, typed: &start::Typed, faults: Faults) -> Result<Response, Refusal> {
    let running = event::running(desk)?;
    page(desk, running.as_ref(), typed, &arrive::Typed::default(), String::new(), faults)
}

/// The page with what is wrong about a victim.
pub fn wrong_arrival(desk: &Desk, event: &Event, typed: &arrive::Typed, faults: Faults) -> Result<Response, Refusal> {
    page(desk, Some(event), &start::Typed::default(), typed, String::new(), faults)
}

fn wrong(voice: &Voice, code: &str) -> String {
    if codes().contains(&code) { format!("{} ({code})", voice.t(&listed(key!("emergency-refused-*"), code))) } else { String::new() }
}

fn page(desk: &Desk, event: Option<&Event>, start: &start::Typed, victim: &arrive::Typed, wrong: String, faults: Faults) -> Result<Response, Refusal> {
    let (mut start, mut victim) = (start.clone(), victim.clone());
    if start.id.is_empty() {
        start.id = desk.record.reserve(rihla_web::type_of("Group")?, None)?.to_text();
    }
    if victim.id.is_empty() {
        victim.id = desk.reserve_patient()?;
    }
    let voice = &desk.voice;
    let goes_on = event.is_some_and(|event| event.over.is_none());
    let past = |event: Event| Past { when: voice.date_time(event.begun.at), id: event.id, letter: event.letter, name: event.name };
    let pasts = event::all(desk)?.into_iter().filter(|past| past.over.is_some() && event.is_none_or(|event| event.id != past.id));
    let over = event.and_then(|event| event.over.as_ref());
    let victims = event.map(|event| victim::all(desk, event)).transpose()?;
    let own = |victim: &&Victim| goes_on && victim.account == desk.record.actor().id();
    let last = victims.iter().flat_map(|(victims, _)| victims).filter(own).max_by_key(|victim| victim.arrived).map(|victim| victim.tag.clone());
    let refused = !faults.is_empty();
    let body = Body {
        voice,
        author: desk.person.mark(),
        event,
        begun: event.map(|event| moment(voice, event.begun.at)).unwrap_or_default(),
        over: over.map(|over| moment(voice, over.at)).unwrap_or_default(),
        lasted: over.zip(event).map(|(over, event)| span(voice, &((over.at.0 - event.begun.at.0) / 60_000))).unwrap_or_default(),
        wrong,
        faults,
        starts: desk.person.may(MASS.0),
        start: &start,
        arrives: goes_on && desk.person.may(ARRIVE.0),
        victim: &victim,
        categories: offered(desk, true),
        last,
        list: event.zip(victims).map(|(event, victims)| list(desk, event, victims)).transpose()?.unwrap_or_default(),
        pasts: pasts.map(past).collect(),
    }
    .render()?;
    let live = if goes_on { vec![(LIST, format!("{OF_PLACE}{ALL_PLACES}"))] } else { Vec::new() };
    let mut response = desk.page(Page { title: voice.t("emergency-mass"), nav: "/emergency", live, body, ..Page::default() })?;
    if refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// Categories that this person may choose; of somebody who is here nobody says here that they died.
fn offered(desk: &Desk, dead: bool) -> Vec<(String, String)> {
    let categories = categories(desk).into_iter().filter(|category| dead || !category.dead);
    categories.map(|category| (category.code.clone(), format!("{} · {}", category.short, desk.named(&category.names)))).collect()
}

/// The part that follows the record: the list of the event that goes on.
pub fn part(desk: &Desk) -> Result<String, Refusal> {
    event::running(desk)?.map_or_else(|| Ok(String::new()), |event| list(desk, &event, victim::all(desk, &event)?))
}

fn list(desk: &Desk, event: &Event, (victims, hidden): (Vec<Victim>, usize)) -> Result<String, Refusal> {
    let mass = &desk.house.pack().triage.mass;
    let ways: Vec<(String, String)> = mass.ways.iter().map(|way| (way.code.clone(), desk.named(&way.names).into_owned())).collect();
    let codes: Vec<&str> = mass.ways.iter().map(|way| way.code.as_str()).collect();
    let (rows, all) = rows(&victims, &codes);
    let list = List {
        voice: &desk.voice,
        author: desk.person.mark(),
        event,
        hidden,
        rows,
        all,
        ways,
        categories: offered(desk, false),
        notes: (sorts(desk) || desk.person.may(MASS.0)) && victims.iter().any(|victim| victim.here),
        now: desk.voice.date_time(desk.voice.now()),
        confirmed: mass.provenance.as_ref().is_some_and(|provenance| provenance.validator.is_some()),
        victims,
    };
    Ok(list.render()?)
}

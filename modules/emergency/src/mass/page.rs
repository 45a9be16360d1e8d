//! The page of an event: arrivals, the list by category, figures, and how the mode is begun and ended.

use super::arrive::{self, codes};
use super::event::{self, Event};
use super::report::{Row, rows};
use super::victim::{self, Victim};
use super::{categories, note, notice, sorts, start, unsigned};
use crate::arrive::found;
use crate::board::{moment, span};
use crate::{ARRIVE, EVENT, LIST, MASS, SEE};
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use rihla_web::text::{Html, Voice, listed, ltr};
use rihla_web::{Desk, OF_HATCH, Page, Refusal, key};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    wrong: String,
}

/// In the place of an event, where none goes on.
const NONE: &str = "none";

type Faults = BTreeMap<&'static str, String>;

/// An event as it is listed.
struct Past {
    id: String,
    letter: String,
    name: String,
    when: String,
}

/// What was sent and refused: it stays in its form.
#[derive(Default)]
struct Sent {
    start: start::Typed,
    victim: arrive::Typed,
    note: note::Typed,
    wrong: String,
    faults: Faults,
}

#[derive(Template)]
#[template(path = "emergency/event.html")]
struct Said<'s> {
    voice: &'s Voice,
    /// Of the event that goes on, where this is another.
    notice: String,
    event: Option<&'s Event>,
    begun: String,
    over: String,
    /// How long it went on.
    lasted: String,
    /// It ended while somebody looked at it: the page itself is of before.
    stale: bool,
}

#[derive(Template)]
#[template(path = "emergency/mass.html")]
struct Body<'b> {
    voice: &'b Voice,
    author: String,
    event: Option<&'b Event>,
    said: String,
    wrong: String,
    faults: Faults,
    starts: bool,
    start: &'b start::Typed,
    arrives: bool,
    victim: &'b arrive::Typed,
    /// What was typed of a victim who came when it was over.
    late: Option<String>,
    categories: Vec<(String, String)>,
    /// People who bear what was looked for.
    found: String,
    /// Something is to be mended in the list, where the first key does not go.
    mends: bool,
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
    /// What was chosen, where that was refused.
    note: &'l note::Typed,
    /// When this was so.
    now: String,
    /// The source of categories that nobody confirmed.
    unsigned: Option<String>,
}

/// `GET /emergency/mass`: the event that goes on, or how to begin one.
pub async fn index(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(SEE)?;
    let running = event::running(&desk)?;
    page(&desk, running.as_ref(), Sent { wrong: wrong(&desk.voice, &asked.wrong), ..Sent::default() })
}

/// `GET /emergency/mass/{event}`
pub async fn show(desk: Desk, Path(event): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(SEE)?;
    let event = event::find(&desk, &event)?;
    page(&desk, Some(&event), Sent { wrong: wrong(&desk.voice, &asked.wrong), ..Sent::default() })
}

/// The page with what is wrong about the beginning of an event.
pub fn refused(desk: &Desk, typed: &start::Typed, faults: Faults) -> Result<Response, Refusal> {
    let running = event::running(desk)?;
    page(desk, running.as_ref(), Sent { start: typed.clone(), faults, ..Sent::default() })
}

/// The page with what is wrong about a victim.
pub fn wrong_arrival(desk: &Desk, event: &Event, typed: &arrive::Typed, faults: Faults) -> Result<Response, Refusal> {
    page(desk, Some(event), Sent { victim: typed.clone(), faults, ..Sent::default() })
}

/// The page with what was chosen in its list and why that was not written.
pub fn wrong_note(desk: &Desk, event: &Event, typed: &note::Typed, code: &str) -> Result<Response, Refusal> {
    let tag = match typed.chosen() {
        Some((id, _)) => victim::all(desk, event)?.0.into_iter().find(|victim| victim.id == id).map(|victim| format!("{} · ", victim.tag)),
        None => None,
    };
    let kept = desk.voice.t("emergency-victim-kept");
    let faults = [("went", format!("{}{} {kept}", tag.unwrap_or_default(), wrong(&desk.voice, code)))].into();
    page(desk, Some(event), Sent { note: typed.clone(), faults, ..Sent::default() })
}

fn wrong(voice: &Voice, code: &str) -> String {
    if codes().contains(&code) { format!("{} ({code})", voice.t(&listed(key!("emergency-refused-*"), code))) } else { String::new() }
}

fn page(desk: &Desk, event: Option<&Event>, mut sent: Sent) -> Result<Response, Refusal> {
    if sent.start.id.is_empty() {
        sent.start.id = desk.record.reserve(rihla_web::type_of("Group")?, None)?.to_text();
    }
    if sent.victim.id.is_empty() {
        sent.victim.id = desk.reserve_patient()?;
    }
    let voice = &desk.voice;
    let goes_on = event.is_some_and(|event| event.over.is_none());
    let past = |event: Event| Past { when: voice.date_time(event.begun.at), id: event.id, letter: event.letter, name: event.name };
    let pasts = event::all(desk)?.into_iter().filter(|past| past.over.is_some() && event.is_none_or(|event| event.id != past.id));
    let victims = event.map(|event| victim::all(desk, event)).transpose()?;
    let own = |victim: &&Victim| goes_on && victim.account == desk.record.actor().id();
    let last = victims.iter().flat_map(|(victims, _)| victims).filter(own).max_by_key(|victim| victim.arrived).map(|victim| ltr(victim.tag.as_str()));
    let (refused, mends) = (!sent.faults.is_empty(), sent.faults.contains_key("went"));
    let body = Body {
        voice,
        author: desk.person.mark(),
        event,
        said: said_of(desk, event, false)?,
        late: (event.is_some() && !goes_on && sent.faults.contains_key("form")).then(|| late(desk, &sent.victim)),
        wrong: sent.wrong,
        mends,
        faults: sent.faults,
        starts: desk.person.may(MASS.0),
        start: &sent.start,
        arrives: goes_on && desk.person.may(ARRIVE.0),
        victim: &sent.victim,
        categories: offered(desk, true),
        found: if goes_on { found(desk, &sent.victim.q, sent.victim.patient.as_deref())? } else { String::new() },
        last,
        list: event.zip(victims).map(|(event, victims)| list(desk, event, victims, &sent.note)).transpose()?.unwrap_or_default(),
        pasts: pasts.map(past).collect(),
    }
    .render()?;
    let about = format!("{OF_HATCH}{}", event.map_or(NONE, |event| event.id.as_str()));
    let mut live = vec![(EVENT, about.clone())];
    // Where a choice was refused it is of the list as it stands here: the next one would come without it.
    live.extend(event.filter(|_| !mends).map(|_| (LIST, about)));
    let mut response = desk.page(Page { title: voice.t("emergency-mass"), nav: "/emergency", live, body, ..Page::default() })?;
    if refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// What was typed of a victim, in words.
fn late(desk: &Desk, typed: &arrive::Typed) -> String {
    let category = categories(desk).into_iter().find(|known| known.code == typed.category).map(|known| desk.named(&known.names).into_owned());
    let sex = if matches!(typed.sex.as_str(), "male" | "female") { rihla_web::sex(Some(&typed.sex), &desk.voice) } else { String::new() };
    let all = [category.unwrap_or_default(), sex, typed.age.trim().to_owned(), typed.note.trim().to_owned()];
    all.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// The part that follows an event, about which `about` is: that it goes on, or that it is over; and whether another goes on.
pub fn said(desk: &Desk, about: &str) -> Result<String, Refusal> {
    let event = followed(desk, about)?;
    said_of(desk, event.as_ref(), true)
}

fn said_of(desk: &Desk, event: Option<&Event>, stale: bool) -> Result<String, Refusal> {
    let voice = &desk.voice;
    let over = event.and_then(|event| event.over.as_ref());
    let said = Said {
        voice,
        notice: if event.is_some() && over.is_none() { String::new() } else { notice(desk)? },
        event,
        begun: event.map(|event| moment(voice, event.begun.at)).unwrap_or_default(),
        over: over.map(|over| moment(voice, over.at)).unwrap_or_default(),
        lasted: over.zip(event).map(|(over, event)| span(voice, &((over.at.0 - event.begun.at.0) / 60_000))).unwrap_or_default(),
        stale: stale && over.is_some(),
    };
    Ok(said.render()?)
}

fn followed(desk: &Desk, about: &str) -> Result<Option<Event>, Refusal> {
    match about.strip_prefix(OF_HATCH) {
        Some(NONE) => Ok(None),
        id => event::find(desk, id.unwrap_or_default()).map(Some),
    }
}

/// Categories that this person may choose; of somebody who is here nobody says here that they died.
fn offered(desk: &Desk, dead: bool) -> Vec<(String, String)> {
    let categories = categories(desk).into_iter().filter(|category| dead || !category.dead);
    categories.map(|category| (category.code.clone(), format!("{} · {}", category.short, desk.named(&category.names)))).collect()
}

/// The part that follows the record: the list of one event, whether it goes on or not.
pub fn part(desk: &Desk, about: &str) -> Result<String, Refusal> {
    let list = |event: Event| list(desk, &event, victim::all(desk, &event)?, &note::Typed::default());
    followed(desk, about)?.map_or_else(|| Ok(String::new()), list)
}

fn list(desk: &Desk, event: &Event, (victims, hidden): (Vec<Victim>, usize), note: &note::Typed) -> Result<String, Refusal> {
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
        note,
        now: desk.voice.date_time(desk.voice.now()),
        unsigned: unsigned(desk),
        victims,
    };
    Ok(list.render()?)
}

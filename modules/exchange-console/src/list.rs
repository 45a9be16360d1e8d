//! The channels with their counts, and the messages of one. Neither shows what a message says of a patient.

use crate::console::{Channel, Given, all, one};
use crate::{READ, ROOT, words};
use askama::Template;
use axum::extract::{Form, Path, Query};
use axum::response::Response;
use rihla_exchange::queue::{Direction, Find, State};
use rihla_web::text::Voice;
use rihla_web::{Desk, Page, Refusal, key};
use serde::Deserialize;

/// Messages on a page.
const SHOWN: usize = 50;
const STATES: [State; 5] = [State::Parked, State::Dead, State::Waiting, State::Done, State::Discarded];

struct Line {
    name: String,
    path: String,
    way: String,
    address: String,
    waiting: usize,
    parked: usize,
    dead: usize,
}

#[derive(Template)]
#[template(path = "exchange-console/channels.html")]
struct Channels<'b> {
    voice: &'b Voice,
    lines: Vec<Line>,
}

fn way(desk: &Desk, channel: &Channel) -> String {
    desk.voice.t(match channel.direction {
        Direction::In => key!("exchange-console-in"),
        Direction::Out => key!("exchange-console-out"),
    })
}

/// `GET /exchange`
pub async fn channels(desk: Desk, given: Given) -> Result<Response, Refusal> {
    desk.require(READ)?;
    let line = |channel: &Channel| {
        let counts = channel.queue.counts();
        Line {
            name: channel.name.clone(),
            path: channel.path(),
            way: way(&desk, channel),
            address: channel.address.clone(),
            waiting: counts.waiting,
            parked: counts.parked,
            dead: counts.dead,
        }
    };
    let body = Channels { voice: &desk.voice, lines: all(&given).iter().map(line).collect() };
    desk.page(Page { title: desk.voice.t("exchange-console-title"), nav: ROOT, body: body.render()?, ..Page::default() })
}

/// What is looked for. Numbers of patients come in a form, never in an address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    state: String,
    control: String,
    number: String,
}

struct Row {
    path: String,
    when: String,
    event: String,
    control: String,
    sender: String,
    state: String,
    /// It waits for somebody.
    stands: bool,
    reason: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "exchange-console/messages.html")]
struct Messages<'b> {
    voice: &'b Voice,
    channel: &'b Channel,
    way: String,
    wanted: Wanted,
    states: Vec<(&'static str, String, bool)>,
    rows: Vec<Row>,
    more: bool,
}

/// `GET /exchange/{way}/{channel}?state=STATE`
pub async fn messages(desk: Desk, given: Given, Path((way, name)): Path<(String, String)>, Query(wanted): Query<Wanted>) -> Result<Response, Refusal> {
    let wanted = Wanted { state: wanted.state, ..Wanted::default() };
    page(&desk, one_for(&desk, &given, &way, &name)?, wanted)
}

/// `POST /exchange/{way}/{channel}`: the same, by control id or number.
pub async fn search(desk: Desk, given: Given, Path((way, name)): Path<(String, String)>, Form(wanted): Form<Wanted>) -> Result<Response, Refusal> {
    page(&desk, one_for(&desk, &given, &way, &name)?, wanted)
}

fn one_for<'c>(desk: &Desk, given: &'c Given, way: &str, name: &str) -> Result<&'c Channel, Refusal> {
    desk.require(READ)?;
    one(given, way, name)
}

fn page(desk: &Desk, channel: &Channel, wanted: Wanted) -> Result<Response, Refusal> {
    let state = STATES.into_iter().find(|state| state.name() == wanted.state);
    let find = Find { state, control_id: wanted.control.trim().to_owned(), number: wanted.number.trim().to_owned(), ..Find::default() };
    let (found, more) = channel.queue.find(&find, SHOWN)?;
    let row = |found: rihla_exchange::queue::Found| {
        let letter = found.letter;
        Row {
            path: format!("{}/{}", channel.path(), found.seq),
            when: desk.voice.date_time(found.seq.instant()),
            event: letter.new.event,
            control: letter.new.control_id,
            sender: letter.new.sender,
            state: desk.voice.t(words::state(letter.state)),
            stands: matches!(letter.state, State::Parked | State::Dead),
            reason: words::reason(&letter.code),
        }
    };
    let states = STATES.into_iter().map(|one| (one.name(), desk.voice.t(words::state(one)), Some(one) == state)).collect();
    let rows = found.into_iter().map(row).collect();
    let body = Messages { voice: &desk.voice, channel, way: way(desk, channel), wanted, states, rows, more };
    desk.page(Page { title: channel.name.clone(), nav: ROOT, body: body.render()?, ..Page::default() })
}

//! A desk's page: who is here, who is next and why, who waits. It follows the record.

use crate::hall::{Hall, said, spread, wrong};
use crate::{BOARD, SERVE};
use askama::Template;
use axum::extract::{Form, Query};
use axum::http::HeaderMap;
use axum::response::Response;
use rihla_clinical::queue::{Counter, Moment, State, Ticket, Turn, Why, in_order};
use rihla_fhir::view::{HumanName, Names, Script};
use rihla_web::text::{Html, Voice, auto, listed};
use rihla_web::{Desk, OF_HATCH, Page, Post, Refusal, go, key, look};
use serde::Deserialize;

/// Which desk a workstation is.
const COOKIE: &str = "rihla_queue_desk";
/// As long as browsers keep a cookie (RFC 6265bis, 5.5).
const KEPT_S: i64 = 400 * 24 * 60 * 60;
/// Those who wait, on one page.
const SHOWN: usize = 60;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    wrong: String,
    /// To choose another desk.
    choose: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Chosen {
    #[serde(rename = "_author")]
    author: String,
    desk: String,
}

pub type Choice = (String, String);

struct Line {
    id: String,
    version: u32,
    number: String,
    service: String,
    /// Who it is, for whom the person may see.
    name: Option<(String, Html)>,
    priority: String,
    why: String,
    overdue: bool,
    since: String,
    slot: String,
}

/// Who was called to the desk or is there.
struct Here {
    line: Line,
    serving: bool,
    calls: u16,
    /// Whether they may be noted as not come.
    may_miss: bool,
}

struct Tally {
    service: String,
    count: usize,
    wait: String,
}

#[derive(Template)]
#[template(path = "queue/board.html")]
struct Board<'b> {
    voice: &'b Voice,
    author: String,
    pause: Option<(String, String)>,
    here: Option<Here>,
    next: Option<Line>,
    lines: Vec<Line>,
    more: usize,
    missed: Vec<Line>,
    tallies: Vec<Tally>,
    to: Vec<Choice>,
    needed: u16,
}

#[derive(Template)]
#[template(path = "queue/page.html")]
struct Body<'b> {
    voice: &'b Voice,
    author: String,
    wrong: String,
    counter: Option<(String, String)>,
    paused: bool,
    counters: Vec<(String, String, String)>,
    pauses: Vec<Choice>,
    services: Vec<Choice>,
    priorities: Vec<Choice>,
    /// Nobody has confirmed one of them yet.
    unvalidated: bool,
    id: String,
    asks_number: bool,
    board: String,
}

/// The desk that this workstation chose, if it is still one.
pub fn chosen(hall: &Hall<'_>, headers: &HeaderMap) -> Result<Option<Counter>, Refusal> {
    let Some(id) = hall.desk.house.brought(headers, COOKIE) else { return Ok(None) };
    Ok(hall.counters()?.into_iter().find(|counter| counter.id == id))
}

/// `GET /queue`
pub async fn show(desk: Desk, post: Post, headers: HeaderMap, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(SERVE)?;
    let hall = Hall::open(&desk)?;
    let (voice, lang) = (&desk.voice, desk.voice.lang());
    let counter = chosen(&hall, &headers)?.filter(|_| asked.choose.is_empty());
    let about = counter.as_ref().map(|counter| format!("{OF_HATCH}{}", counter.id));
    let offers = |counter: &Counter| counter.services.iter().map(|service| hall.service(service, voice)).collect::<Vec<_>>().join(" · ");
    let rules = hall.rules();
    let body = Body {
        voice,
        author: desk.person.mark(),
        wrong: wrong(voice, &asked.wrong),
        counter: counter.as_ref().map(|counter| (Hall::named(counter, lang), offers(counter))),
        paused: counter.as_ref().is_some_and(|counter| counter.pause.is_some()),
        counters: hall.counters()?.iter().map(|counter| (counter.id.clone(), Hall::named(counter, lang), offers(counter))).collect(),
        pauses: rules.pauses.iter().map(|pause| (pause.code.clone(), said(&pause.names, lang))).collect(),
        services: rules.services.iter().map(|service| (service.code.clone(), said(&service.names, lang))).collect(),
        priorities: rules.held(hall.today).map(|(_, one)| (one.code.clone(), said(&one.names, lang))).collect(),
        unvalidated: rules.held(hall.today).any(|(_, one)| one.provenance.validator.is_none()),
        id: hall.reserve()?,
        asks_number: post.is_there(),
        board: about.as_deref().map(|about| part(&desk, about)).transpose()?.unwrap_or_default(),
    }
    .render()?;
    let live = about.map(|about| (BOARD, about)).into_iter().collect();
    desk.page(Page { title: voice.t("queue-title"), nav: "/queue", live, body, ..Page::default() })
}

/// `POST /queue/desk`: kept by the browser, for everybody who sits at it.
pub async fn choose(desk: Desk, Form(typed): Form<Chosen>) -> Result<Response, Refusal> {
    desk.require(SERVE)?;
    desk.same_author(&typed.author)?;
    let counters = Hall::open(&desk)?.counters()?;
    let counter = counters.iter().find(|counter| counter.id == typed.desk).ok_or_else(Refusal::not_found)?;
    Ok(go("/queue", &[desk.house.cookie(COOKIE, &counter.id, Some(KEPT_S))]))
}

/// The part that follows the record; `about` names the desk.
pub fn part(desk: &Desk, about: &str) -> Result<String, Refusal> {
    let hall = Hall::open(desk)?;
    let counters = hall.counters()?;
    let id = about.strip_prefix(OF_HATCH).unwrap_or(about);
    let counter = counters.iter().find(|counter| counter.id == id).ok_or_else(Refusal::not_found)?;
    let (voice, rules) = (&desk.voice, hall.rules());
    let open = hall.act().open()?;
    let order = in_order(&open, |ticket| counter.may_call(ticket), rules, |code| hall.rank(code), hall.now);
    let mut lines: Vec<Line> = order.iter().take(SHOWN).map(|turn| line(&hall, turn.ticket, Some(turn))).collect();
    let at_desk = |ticket: &&Ticket| matches!(ticket.state, State::Called | State::Serving) && ticket.desk.as_deref() == Some(id);
    let next = if lines.is_empty() { None } else { Some(lines.remove(0)) };
    let mut missed = hall.act().of_day(&[State::NoShow])?;
    missed.retain(|ticket| counter.serves(&ticket.service));
    let to = counters.iter().filter(|other| other.id != id).map(|other| (format!("desk {}", other.id), Hall::named(other, voice.lang())));
    let any = rules.services.iter().map(|one| (format!("service {}", one.code), voice.ta("queue-any-desk", &[("service", said(&one.names, voice.lang()))])));
    let board = Board {
        voice,
        author: desk.person.mark(),
        pause: counter.pause.as_ref().map(|pause| {
            let why = rules.pause(&pause.code).map(|known| said(&known.names, voice.lang())).unwrap_or_else(|| voice.t("queue-paused-elsewhere"));
            (why, pause.signed.as_ref().map(|signed| voice.ago(signed.at)).unwrap_or_default())
        }),
        here: open.iter().find(at_desk).map(|ticket| here(&hall, ticket)),
        next,
        more: order.len().saturating_sub(SHOWN),
        lines,
        missed: missed.iter().map(|ticket| line(&hall, ticket, None)).collect(),
        tallies: tallies(&hall, counter, &counters, &open)?,
        to: any.chain(to).collect(),
        needed: rules.no_show.calls,
    };
    Ok(board.render()?)
}

fn tallies(hall: &Hall<'_>, counter: &Counter, counters: &[Counter], open: &[Ticket]) -> Result<Vec<Tally>, Refusal> {
    let one = |service: &String| {
        let count = hall.waiting(open, service).len();
        let wait = hall.wait(open, counters, service, count)?.map(|range| spread(&hall.desk.voice, range)).unwrap_or_default();
        Ok(Tally { service: hall.service(service, &hall.desk.voice), count, wait })
    };
    counter.services.iter().map(one).collect()
}

fn here(hall: &Hall<'_>, ticket: &Ticket) -> Here {
    let rule = hall.rules().no_show;
    let calls = ticket.calls(rule.minutes);
    // That the last call was just now is said by whoever refuses it: no page comes anew for time alone.
    let may_miss = calls >= rule.calls;
    Here { line: line(hall, ticket, None), serving: ticket.state == State::Serving, calls, may_miss }
}

fn line(hall: &Hall<'_>, ticket: &Ticket, turn: Option<&Turn<'_>>) -> Line {
    let voice = &hall.desk.voice;
    let why = |why: Why| match why {
        Why::Always => "always",
        Why::Overdue => "overdue",
        Why::Priority => "priority",
        Why::Turn => "turn",
    };
    let since = match ticket.state {
        State::Called => ticket.last(Moment::Called),
        State::Serving => ticket.last(Moment::Begun),
        _ => None,
    };
    Line {
        id: ticket.id.clone(),
        version: ticket.version,
        number: ticket.number.clone(),
        service: hall.service(&ticket.service, voice),
        name: ticket.patient.as_deref().and_then(|patient| Some((patient.to_owned(), name(hall.desk, patient)?))),
        priority: hall.priority(ticket, voice),
        why: turn.map(|turn| voice.t(&listed(key!("queue-why-*"), why(turn.why)))).unwrap_or_default(),
        overdue: turn.is_some_and(|turn| turn.why == Why::Overdue),
        since: voice.ago(since.unwrap_or_else(|| ticket.issued())),
        slot: ticket.slot.map(|slot| voice.time(slot)).unwrap_or_default(),
    }
}

/// Who somebody is, if this person may see it.
pub fn name(desk: &Desk, patient: &str) -> Option<Html> {
    let stored = desk.read("Patient", patient).ok()?;
    look(&stored, |value| auto(Names::of(value).first(Script::of_lang(desk.voice.lang())).map(HumanName::formal).unwrap_or_default()))
}

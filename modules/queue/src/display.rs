//! What hangs in the hall: which number is called to which desk, and who is near. Numbers and desks, and no names.

use crate::hall::{Hall, said, spoken};
use crate::{CALLS, DISPLAY};
use askama::Template;
use axum::extract::Query;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use rihla_clinical::queue::{Moment, State};
use rihla_kernel::{Instant, Lang};
use rihla_packs::queue_words;
use rihla_web::text::Voice;
use rihla_web::{Desk, OF_HATCH, Page, Refusal};
use serde::Deserialize;

/// Of all services.
const ALL: &str = "all";
/// Numbers of a service that are next.
const NEAR: usize = 5;
/// The page comes anew after so many seconds, which tells the door that the display is in use.
const ANEW: &str = "300";
/// The languages in which a call is read aloud.
const ALOUD: [Lang; 2] = [Lang::French, Lang::Arabic];

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The code of one service; empty: all.
    service: String,
}

struct Call {
    /// Names the call: one more of the same number is read aloud too.
    id: String,
    number: String,
    /// French and Arabic.
    desks: [String; 2],
    aloud: [String; 2],
    serving: bool,
    at: Instant,
}

struct Near {
    names: [String; 2],
    numbers: Vec<String>,
}

#[derive(Template)]
#[template(path = "queue/calls.html")]
struct Calls<'c> {
    voice: &'c Voice,
    /// Who was called and has not come, the newest first.
    called: Vec<Call>,
    calls: Vec<Call>,
    near: Vec<Near>,
}

#[derive(Template)]
#[template(path = "queue/display.html")]
struct Body {
    site: [String; 2],
    calls: String,
}

/// `GET /queue/display`
pub async fn show(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(DISPLAY)?;
    let known = desk.house.pack().queue.service(&asked.service).map_or(ALL, |service| service.code.as_str());
    let about = format!("{OF_HATCH}{known}");
    let site = desk.house.pack().site(desk.house.site());
    let body = Body { site: ALOUD.map(|lang| site.map(|site| said(&site.names, lang)).unwrap_or_default()), calls: part(&desk, &about)? }.render()?;
    let mut response = desk.page(Page { title: desk.voice.t("queue-display"), stands: true, live: vec![(CALLS, about)], body, ..Page::default() })?;
    response.headers_mut().insert(HeaderName::from_static("refresh"), HeaderValue::from_static(ANEW));
    Ok(response)
}

/// The part that follows the record; `about` names the service.
pub fn part(desk: &Desk, about: &str) -> Result<String, Refusal> {
    let hall = Hall::open(desk)?;
    let wanted = about.strip_prefix(OF_HATCH).unwrap_or(about);
    let shows = |service: &str| wanted == ALL || service == wanted;
    let (open, counters, rules) = (hall.act().open()?, hall.counters()?, hall.rules());
    let call = |ticket: &rihla_clinical::queue::Ticket| {
        let serving = match ticket.state {
            State::Called => false,
            State::Serving => true,
            _ => return None,
        };
        let counter = counters.iter().find(|counter| ticket.desk.as_deref() == Some(&counter.id)).filter(|_| shows(&ticket.service))?;
        let desks = ALOUD.map(|lang| Hall::named(counter, lang));
        let words = |lang: Lang| queue_words(&said(&rules.words.call, lang), &spoken(&ticket.number), &Hall::named(counter, lang), 0);
        let at = ticket.last(Moment::Called)?;
        Some(Call { id: format!("{}-{}", ticket.number, at.0), number: ticket.number.clone(), desks, aloud: ALOUD.map(words), serving, at })
    };
    let mut calls: Vec<Call> = open.iter().filter_map(call).collect();
    // Who is called and has not come stands before those who are there.
    calls.sort_by_key(|call| (call.serving, std::cmp::Reverse(call.at)));
    calls.truncate(usize::from(rules.shown));
    let (called, calls) = calls.into_iter().partition(|call| !call.serving);
    let near = rules.services.iter().filter(|service| shows(&service.code)).filter_map(|service| {
        let numbers: Vec<String> = hall.waiting(&open, &service.code).into_iter().take(NEAR).map(|ticket| ticket.number.clone()).collect();
        (!numbers.is_empty()).then(|| Near { names: ALOUD.map(|lang| said(&service.names, lang)), numbers })
    });
    Ok(Calls { voice: &desk.voice, called, calls, near: near.collect() }.render()?)
}

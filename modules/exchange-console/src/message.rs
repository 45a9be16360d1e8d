//! One message, with what it says: the one page on which a patient's data of a message are shown.

use crate::console::{Channel, Given, one};
use crate::person::{Shown, bearing};
use crate::{DECIDE, READ, ROOT, words};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use rihla_exchange::datatype::identifier::Number;
use rihla_exchange::map::numbers;
use rihla_exchange::queue::{Letter, Seq, State};
use rihla_hl7v2::{Message, Segment, charset};
use rihla_web::text::{Html, Voice, ltr};
use rihla_web::{Desk, Page, Refusal};

/// Segments that are shown, and letters of a field: a scanned document is not read in a table.
const SEGMENTS: usize = 400;
const LETTERS: usize = 400;
/// Letters of a message that can be edited in a form.
const EDITED: usize = 256 << 10;

struct Row {
    segment: String,
    fields: Vec<Field>,
}

struct Field {
    /// `PID-5`.
    place: String,
    label: Option<&'static str>,
    value: String,
}

#[derive(Template)]
#[template(path = "exchange-console/message.html")]
struct Body<'b> {
    voice: &'b Voice,
    author: String,
    channel: &'b Channel,
    path: String,
    letter: &'b Letter,
    when: String,
    changed: String,
    state: String,
    reason: Option<&'static str>,
    parked: bool,
    /// It may be sent through again: it does not stand in the queue.
    again: bool,
    /// It was sent through again, or is a copy.
    copy_of: Option<Seq>,
    behind: usize,
    may: bool,
    rows: Vec<Row>,
    cut: bool,
    /// Whom it may be about.
    known: Vec<Shown>,
    /// Numbers of the message that the channel learned.
    learned: Vec<Learned>,
    /// One segment a line; empty if it cannot be edited here.
    text: String,
    wrong: String,
    /// What is wrong, in the exchange's own sentence.
    detail: String,
    typed: Typed,
}

/// A number that a person said is somebody's.
struct Learned {
    number: String,
    who: Option<Shown>,
    when: String,
    by: String,
}

impl Learned {
    fn sentence(&self, voice: &Voice) -> Html {
        let who = self.who.as_ref().map_or_else(|| ltr(&self.number), Shown::bdi);
        voice.th("exchange-console-learned", &[("who", who)])
    }

    /// Those of a message's numbers, each with whom it names.
    fn of(desk: &Desk, channel: &Channel, numbers: &[Number]) -> Result<Vec<Self>, Refusal> {
        let mut out: Vec<Self> = Vec::new();
        for number in numbers {
            let text = format!("{}|{}", number.system, number.value);
            let Some(learned) = channel.queue.learned(number)?.filter(|_| out.iter().all(|one| one.number != text)) else { continue };
            let when = learned.at.map(|at| desk.voice.date_time(at)).unwrap_or_default();
            out.push(Self { number: text, who: Shown::of(desk, &learned.patient), when, by: learned.by });
        }
        Ok(out)
    }
}

/// What was typed on the page, when something was wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    pub text: Option<String>,
    pub number: String,
    pub why: String,
    /// Who bears the number that was typed: to be looked at, and chosen.
    pub found: Vec<Shown>,
}

/// What is wrong with an act: words, and the exchange's sentence where there is one.
#[derive(Clone, Debug, Default)]
pub struct Wrong {
    pub key: &'static str,
    pub detail: String,
}

/// `GET /exchange/{way}/{channel}/{seq}`
pub async fn show(desk: Desk, given: Given, Path((way, name, seq)): Path<(String, String, String)>) -> Result<Response, Refusal> {
    desk.require(READ)?;
    page(&desk, one(&given, &way, &name)?, &seq, &Wrong::default(), Typed::default())
}

pub fn page(desk: &Desk, channel: &Channel, seq: &str, wrong: &Wrong, typed: Typed) -> Result<Response, Refusal> {
    let (seq, letter) = channel.letter(seq)?;
    let read = charset::decode(&letter.new.content, channel.charset).ok();
    let text = read.map(|(text, _)| text.into_owned()).unwrap_or_default();
    let message = Message::parse(&text, &channel.limits).ok();
    let (rows, cut) = message.as_ref().map(rows).unwrap_or_default();
    let mut known = match (&message, &channel.settings) {
        (Some(message), Some(settings)) => {
            let mut known: Vec<Shown> = Vec::new();
            for number in numbers(message, settings) {
                for one in bearing(desk, &format!("{}|{}", number.system, number.value))? {
                    if known.iter().all(|other| other.id != one.id) {
                        known.push(one);
                    }
                }
            }
            known
        }
        _ => Vec::new(),
    };
    for one in &typed.found {
        if known.iter().all(|other| other.id != one.id) {
            known.push(one.clone());
        }
    }
    let learned = match (&message, &channel.settings) {
        (Some(message), Some(settings)) => Learned::of(desk, channel, &numbers(message, settings))?,
        _ => Vec::new(),
    };
    let editable = channel.settings.is_some() && text.len() <= EDITED;
    let body = Body {
        voice: &desk.voice,
        author: desk.person.mark(),
        channel,
        path: format!("{}/{seq}", channel.path()),
        when: desk.voice.date_time(seq.instant()),
        changed: letter.changed.map(|at| desk.voice.date_time(at)).unwrap_or_default(),
        state: desk.voice.t(words::state(letter.state)),
        reason: words::reason(&letter.code),
        parked: letter.state == State::Parked,
        again: !matches!(letter.state, State::Waiting | State::Parked),
        copy_of: letter.copy_of,
        behind: channel.queue.behind(seq),
        may: desk.person.may(DECIDE.0),
        rows,
        cut,
        known,
        learned,
        text: if editable { typed.text.clone().unwrap_or_else(|| lines(&text)) } else { String::new() },
        wrong: if wrong.key.is_empty() { String::new() } else { desk.voice.t(wrong.key) },
        detail: wrong.detail.clone(),
        typed,
        letter: &letter,
    };
    let title = desk.voice.ta("exchange-console-message", &[("control", letter.new.control_id.as_str())]);
    let mut response = desk.page(Page { title, nav: ROOT, body: body.render()?, ..Page::default() })?;
    if !wrong.key.is_empty() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// One segment a line, as forms write lines.
fn lines(text: &str) -> String {
    text.split(['\r', '\n']).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

fn rows(message: &Message<'_>) -> (Vec<Row>, bool) {
    let fields = |segment: &Segment<'_>| {
        // The first two fields of MSH are the separators themselves.
        let first = if segment.name() == "MSH" { 3 } else { 1 };
        let of = |number: usize| {
            let value = segment.field(number);
            let parts: Vec<String> = value.repeats().map(readable).collect();
            let all = parts.join(" ; ");
            let place = format!("{}-{number}", segment.name());
            value.is_valued().then(|| Field { label: words::field(&place), place, value: cut(&all) })
        };
        (first..=segment.field_count()).filter_map(of).collect()
    };
    let rows = message.segments().take(SEGMENTS).map(|segment| Row { segment: segment.name().to_owned(), fields: fields(&segment) }).collect();
    (rows, message.len() > SEGMENTS)
}

/// Components that say something, their escapes undone.
fn readable(value: rihla_hl7v2::Value<'_>) -> String {
    let raw = value.raw();
    // A component has at least one letter and its separator, so there are no more of them than letters.
    let parts = (1..=raw.len().min(40)).filter_map(|number| value.component(number).some());
    parts.collect::<Vec<_>>().join(" · ")
}

fn cut(text: &str) -> String {
    let mut out: String = text.chars().take(LETTERS).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}

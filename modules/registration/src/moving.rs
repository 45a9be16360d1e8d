//! Moving a stay to the record of the person whose it is.

use crate::IDENTITY;
use crate::person::Shown;
use askama::Template;
use axum::extract::{Form, Path};
use axum::http::StatusCode;
use axum::response::Response;
use rihla_fhir::view::{Concept, Look};
use rihla_web::text::Voice;
use rihla_web::{Banner, Desk, Page, Refusal, Told, go, key, look};
use serde::Deserialize;

/// Stays in the list.
const SHOWN: &str = "50";
/// Characters of a reason.
pub const REASON: std::ops::RangeInclusive<usize> = 5..=300;

/// One stay, without what is wrong with the patient.
struct Stay {
    id: String,
    kind: String,
    when: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Act {
    #[serde(rename = "_author")]
    author: String,
    stay: String,
    /// A number of the person whose stay it is, as typed.
    number: String,
    /// Their record, once it was looked at.
    to: String,
    why: String,
}

#[derive(Template)]
#[template(path = "registration/moving.html")]
struct Body<'b> {
    voice: &'b Voice,
    author: String,
    from: Shown,
    stays: Vec<Stay>,
    to: Option<Shown>,
    count: usize,
    act: &'b Act,
    wrong: String,
    done: bool,
}

#[derive(Deserialize)]
pub struct Came {
    #[serde(default)]
    done: String,
}

/// `GET /patients/{patient}/move`
pub async fn show(desk: Desk, Path(patient): Path<String>, axum::extract::Query(came): axum::extract::Query<Came>) -> Result<Response, Refusal> {
    desk.require(IDENTITY)?;
    page(&desk, &patient, &Act::default(), "", !came.done.is_empty())
}

fn page(desk: &Desk, patient: &str, act: &Act, wrong: &str, done: bool) -> Result<Response, Refusal> {
    let banner = Banner::load(desk, patient)?;
    let from = Shown::of(desk, patient).ok_or_else(Refusal::not_found)?;
    let to = if act.to.is_empty() { None } else { Shown::of(desk, &act.to) };
    let count = if to.is_some() { desk.size_of_stay(patient, &act.stay)? } else { 0 };
    let wrong = if wrong.is_empty() { String::new() } else { desk.voice.t(wrong) };
    let refused = !wrong.is_empty();
    let body = Body { voice: &desk.voice, author: desk.person.mark(), from, stays: stays(desk, patient)?, to, count, act, wrong, done }.render()?;
    let mut response =
        desk.page(Page { title: desk.voice.t("registration-move"), nav: "/patients", patient: Some(&banner), tab: Some("move"), body, ..Page::default() })?;
    if refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn stays(desk: &Desk, patient: &str) -> Result<Vec<Stay>, Refusal> {
    let found = desk.search("Encounter", &[("subject", &format!("Patient/{patient}")), ("_sort", "-date"), ("_count", SHOWN)])?;
    let read = |stored: &rihla_store::Stored| {
        look(stored, |stay| {
            let kind = Concept::at(stay, "class").and_then(|class| class.words(desk.voice.lang())).map(|words| words.into_owned());
            let when = stay.text("period.start").map(|start| desk.voice.date(start.as_ref())).unwrap_or_default();
            Stay { id: stored.id.to_text(), kind: kind.or_else(|| stay.text("class.code").map(|code| code.into_owned())).unwrap_or_default(), when }
        })
    };
    Ok(found.matches.iter().filter_map(read).collect())
}

/// `POST /patients/{patient}/move`: first who it goes to is shown, then it goes.
pub async fn act(desk: Desk, Path(patient): Path<String>, Form(act): Form<Act>) -> Result<Response, Refusal> {
    desk.require(IDENTITY)?;
    desk.same_author(&act.author)?;
    if act.stay.is_empty() {
        return page(&desk, &patient, &Act { to: String::new(), ..act }, key!("registration-wrong-stay"), false);
    }
    if act.to.is_empty() {
        return match whose(&desk, &act.number)?.filter(|to| *to != patient) {
            Some(to) => page(&desk, &patient, &Act { to, ..act }, "", false),
            None => page(&desk, &patient, &act, key!("registration-wrong-number"), false),
        };
    }
    if !REASON.contains(&act.why.trim().chars().count()) {
        return page(&desk, &patient, &act, key!("registration-wrong-why"), false);
    }
    let (from, to) = (Shown::of(&desk, &patient), Shown::of(&desk, &act.to));
    let (from, to) = (from.ok_or_else(Refusal::not_found)?, to.ok_or_else(Refusal::not_found)?);
    let voice = desk.voice.in_lang(desk.house.lang());
    let (left, came) = (voice.ta("registration-left", &[("to", to.numbered().as_str())]), voice.ta("registration-came", &[("from", from.numbered().as_str())]));
    desk.move_stay(&act.stay, &patient, &act.to, &Told { why: act.why.trim(), left: &left, came: &came }).await?;
    Ok(go(&format!("/patients/{patient}/move?done=1"), &[]))
}

/// The one record that bears a number.
pub fn whose(desk: &Desk, number: &str) -> Result<Option<String>, Refusal> {
    let number = number.trim();
    if number.is_empty() {
        return Ok(None);
    }
    let found = desk.search("Patient", &[("identifier", &number.replace(['\\', ',', '|', '$'], "")), ("_count", "2")])?;
    Ok(match found.matches.as_slice() {
        [one] => Some(one.id.to_text()),
        _ => None,
    })
}

//! The page of a patient who is in somebody else's care.

use crate::desk::Desk;
use crate::door::{go, local};
use crate::page::Page;
use crate::patient::{BANNER, Banner, IDENTITY};
use crate::refuse::Refusal;
use crate::text::Voice;
use askama::Template;
use axum::extract::{Form, Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use rihla_kernel::{FaultKind, Lang};
use rihla_rights::Rights;
use serde::Deserialize;

/// Why, in a word: whoever hurries presses one. The last asks for a sentence.
const WHYS: [(&str, &str); 4] = [
    ("emergency", crate::key!("web-glass-emergency")),
    ("advice", crate::key!("web-glass-advice")),
    ("cover", crate::key!("web-glass-cover")),
    (OTHER, crate::key!("web-glass-other")),
];
const OTHER: &str = "other";
/// The longest sentence, with the word before it.
const LONGEST: usize = 400;

#[derive(Template)]
#[template(path = "web/glass.html")]
struct Closed<'c> {
    voice: &'c Voice,
    may: bool,
    action: String,
    author: String,
    next: String,
    whys: Vec<(&'static str, String)>,
    typed: &'c Typed,
    wrong: &'static str,
    longest: usize,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    next: String,
}

#[derive(Default, Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    why: String,
    #[serde(default)]
    more: String,
    #[serde(default)]
    next: String,
    #[serde(default, rename = "_author")]
    author: String,
}

/// `GET /patients/{patient}/glass`: for who has the patient in care the chart itself.
pub(crate) async fn show(desk: Desk, Path(patient): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(IDENTITY)?;
    if desk.record.reaches(&patient)? {
        return Ok(go(onward(&asked.next, &patient).as_str(), &[]));
    }
    page(&desk, &patient, &Typed { next: asked.next, ..Typed::default() }, "")
}

fn page(desk: &Desk, patient: &str, typed: &Typed, wrong: &'static str) -> Result<Response, Refusal> {
    let voice = &desk.voice;
    // Whoever is masked is not even named to who may not see them.
    let banner = match Banner::load(desk, patient) {
        Ok(banner) => Some(banner),
        Err(refusal) if refusal.is_not_found() && desk.house.rights().is_known(patient)? => None,
        Err(refusal) => return Err(refusal),
    };
    let body = Closed {
        voice,
        may: desk.house.rights().may_break(&desk.person.role.code),
        action: super::path(patient),
        author: desk.person.mark(),
        next: typed.next.clone(),
        whys: WHYS.iter().map(|(why, words)| (*why, voice.t(words))).collect(),
        typed,
        wrong,
        longest: LONGEST,
    };
    let live = banner.iter().flat_map(|banner| BANNER.map(|part| (part, banner.id.clone()))).collect();
    let page = Page { title: voice.t("web-glass"), nav: "/patients", patient: banner.as_ref(), live, body: body.render()?, ..Page::default() };
    let mut response = desk.page(page)?;
    if !wrong.is_empty() {
        *response.status_mut() = StatusCode::BAD_REQUEST;
    }
    Ok(response)
}

/// `POST /patients/{patient}/glass`
pub(crate) async fn break_it(desk: Desk, Path(patient): Path<String>, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(IDENTITY)?;
    desk.same_author(&typed.author)?;
    let Some((why, words)) = WHYS.iter().find(|(why, _)| *why == typed.why) else { return page(&desk, &patient, &typed, "web-glass-why-missing") };
    let more = typed.more.split_whitespace().collect::<Vec<_>>().join(" ");
    if *why == OTHER && more.is_empty() {
        return page(&desk, &patient, &typed, "web-glass-more-missing");
    }
    if more.chars().count() > LONGEST {
        return page(&desk, &patient, &typed, "web-glass-more-long");
    }
    // Those who review read one language.
    let word = desk.voice.in_lang(Lang::French).t(words);
    let reason = match (*why, more.as_str()) {
        (OTHER, more) => more.to_owned(),
        (_, "") => word,
        (_, more) => format!("{word} : {more}"),
    };
    let broken = match desk.house.rights().break_glass(&desk.house.who(&desk.person), &desk.person.name, &patient, &reason) {
        Err(fault) if fault.kind == FaultKind::Invalid => return page(&desk, &patient, &typed, "web-glass-more-missing"),
        decided => decided?,
    };
    desk.record_by_node(&patient, &broken.event, vec![broken.mark]).await?;
    Ok(go(onward(&typed.next, &patient).as_str(), &[]))
}

#[derive(Deserialize)]
pub(crate) struct Ending {
    #[serde(default, rename = "_author")]
    author: String,
}

/// `POST /patients/{patient}/glass/end`
pub(crate) async fn end(desk: Desk, Path(patient): Path<String>, Form(ending): Form<Ending>) -> Result<Response, Refusal> {
    desk.same_author(&ending.author)?;
    let mended = Rights::mend(desk.person.actor().id(), &patient);
    crate::desk::porter(&desk.house).commit_passing(vec![mended]).await?;
    Ok(go("/", &[]))
}

/// Where the person wanted to go; never back to this page.
fn onward(next: &str, patient: &str) -> String {
    match local(next) {
        "/" => format!("/patients/{patient}"),
        path if path.starts_with(&super::path(patient)) => format!("/patients/{patient}"),
        path => path.to_owned(),
    }
}

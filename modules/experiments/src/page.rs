//! The page: a form, and what was found of what it asks.

use crate::SEE;
use crate::room::{self, Ran};
use crate::table::Shown;
use askama::Template;
use axum::extract::{Form, Query};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use rihla_twin::hospital::ask::Asked;
use rihla_twin::hospital::{More, Policy};
use rihla_web::text::{Voice, listed};
use rihla_web::{Desk, Page, Refusal, go, percent};
use serde::Deserialize;

/// What a page may ask at most; a terminal may ask more.
const MOST_RUNS: u64 = 20;
const MOST_DAYS: usize = 28;
const MOST_MORE: usize = 20;

/// What a form or an address says: words, so that what is no number is said on the page.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    base: String,
    #[serde(default)]
    other: String,
    #[serde(default)]
    more: String,
    #[serde(default)]
    count: String,
    #[serde(default)]
    runs: String,
    #[serde(default)]
    days: String,
    #[serde(default)]
    busy: String,
    #[serde(default, rename = "_author")]
    author: String,
}

impl Typed {
    fn filled(mut self) -> Self {
        let usual = |text: &mut String, usual: &str| {
            if text.trim().is_empty() {
                usual.clone_into(text);
            }
        };
        usual(&mut self.base, "usual");
        usual(&mut self.other, "ours");
        usual(&mut self.count, "1");
        usual(&mut self.runs, "10");
        usual(&mut self.days, "14");
        self
    }

    /// What is asked, or the key of what is wrong with it.
    fn asked(&self) -> Result<Asked, &'static str> {
        let number = |text: &str| text.trim().parse::<usize>().unwrap_or(0);
        let (runs, days, count) = (number(&self.runs), number(&self.days), number(&self.count));
        if !(2..=MOST_RUNS as usize).contains(&runs) || !(1..=MOST_DAYS).contains(&days) || !(1..=MOST_MORE).contains(&count) {
            return Err(rihla_web::key!("experiments-wrong-bounds"));
        }
        let more = if self.more.is_empty() { String::new() } else { format!("{}+{count}", self.more) };
        let asked = Asked { base: self.base.clone(), other: self.other.clone(), more, runs: runs as u64, days, ..Asked::default() };
        match asked.check() {
            Ok(()) => Ok(asked),
            Err(_) if self.base == self.other => Err(rihla_web::key!("experiments-wrong-same")),
            Err(_) => Err(rihla_web::key!("experiments-wrong-choice")),
        }
    }

    fn query(&self) -> String {
        let fields = [("base", &self.base), ("other", &self.other), ("more", &self.more), ("count", &self.count), ("runs", &self.runs), ("days", &self.days)];
        fields.map(|(name, value)| format!("{name}={}", percent(value))).join("&")
    }
}

struct Choice {
    code: &'static str,
    words: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "experiments/page.html")]
struct Body<'b> {
    voice: &'b Voice,
    author: String,
    typed: &'b Typed,
    bases: Vec<Choice>,
    others: Vec<Choice>,
    mores: Vec<Choice>,
    wrong: Option<&'static str>,
    busy: bool,
    command: String,
    csv: String,
    title: String,
    shown: Option<Shown>,
    assumed: String,
    most: (String, String, String),
}

/// `GET /experiments?base=usual&other=ours&more=triage&count=1&runs=10&days=14`
pub async fn show(desk: Desk, Query(typed): Query<Typed>) -> Result<Response, Refusal> {
    desk.require(SEE)?;
    let asks = !typed.other.is_empty();
    let typed = typed.filled();
    let asked = typed.asked();
    let found = asked.as_ref().ok().filter(|_| asks).and_then(room::kept);
    let voice = &desk.voice;
    let policies = |chosen: &str| {
        let choice = |code: &'static str| Choice { code, words: voice.t(&listed(rihla_web::key!("experiments-policy-*"), code)), chosen: code == chosen };
        Policy::NAMES.into_iter().map(choice).collect::<Vec<_>>()
    };
    let more =
        |(code, _): (&'static str, More)| Choice { code, words: voice.t(&listed(rihla_web::key!("experiments-more-*"), code)), chosen: code == typed.more };
    let figures = rihla_twin::hospital::Figures::own().map(|figures| figures.assumptions()).unwrap_or_default();
    let body = Body {
        author: desk.person.mark(),
        bases: policies(&typed.base),
        others: policies(&typed.other),
        mores: More::ALL.into_iter().map(more).collect(),
        wrong: asked.as_ref().err().copied().filter(|_| asks),
        busy: !typed.busy.is_empty() && found.is_none(),
        command: asked.as_ref().map(Asked::command).unwrap_or_default(),
        csv: format!("/experiments/csv?{}", typed.query()),
        title: title(voice, &typed),
        shown: found.map(|found| Shown::of(voice, &found)),
        assumed: voice.ta("experiments-assumed", &[("some", figures.0.to_string()), ("all", figures.1.to_string())]),
        most: (MOST_RUNS.to_string(), MOST_DAYS.to_string(), MOST_MORE.to_string()),
        typed: &typed,
        voice,
    }
    .render()?;
    desk.page(Page { title: voice.t("experiments-title"), nav: "/experiments", body, ..Page::default() })
}

/// The other side in words.
fn title(voice: &Voice, typed: &Typed) -> String {
    let policy = |code: &str| voice.t(&listed(rihla_web::key!("experiments-policy-*"), code));
    if !Policy::NAMES.contains(&typed.base.as_str()) || !Policy::NAMES.contains(&typed.other.as_str()) {
        return String::new();
    }
    let versus = voice.ta("experiments-versus", &[("other", policy(&typed.other)), ("base", policy(&typed.base))]);
    let known = More::ALL.iter().any(|(code, _)| *code == typed.more);
    if known { format!("{versus} · {} +{}", voice.t(&listed(rihla_web::key!("experiments-more-*"), &typed.more)), typed.count) } else { versus }
}

/// `POST /experiments`: runs it, then shows it.
pub async fn run(desk: Desk, Form(typed): Form<Typed>) -> Result<Response, Refusal> {
    desk.require(SEE)?;
    desk.same_author(&typed.author)?;
    let typed = typed.filled();
    let there = format!("/experiments?{}", typed.query());
    let Ok(asked) = typed.asked() else { return Ok(go(&there, &[])) };
    match room::run(asked).await {
        Ran::Done => Ok(go(&format!("{there}#found"), &[])),
        Ran::Busy => Ok(go(&format!("{there}&busy=1"), &[])),
    }
}

/// `GET /experiments/csv`, of what was run before; else back to the page.
pub async fn csv(desk: Desk, Query(typed): Query<Typed>) -> Result<Response, Refusal> {
    desk.require(SEE)?;
    let typed = typed.filled();
    let found = typed.asked().ok().and_then(|asked| Some((room::kept(&asked)?, asked)));
    let Some((found, asked)) = found else { return Ok(go(&format!("/experiments?{}", typed.query()), &[])) };
    let mut response = found.to_csv(&asked).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"simulation.csv\""));
    Ok(response)
}

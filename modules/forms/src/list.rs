//! The forms of the site, by their state, with what is wrong with those that cannot be filled in.

use crate::READ;
use crate::sheet::{self, Sheet};
use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use rihla_web::text::{Html, Voice, auto, ltr};
use rihla_web::{Desk, Page, Refusal, escaped, percent};
use serde::Deserialize;

/// Forms on a page.
const PAGE: &str = "50";
/// Faults of one form that are told.
const TOLD: usize = 10;
const STATES: [&str; 3] = ["active", "draft", "retired"];

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    q: String,
    status: String,
    more: String,
}

struct Row {
    title: Html,
    about: Html,
    version: Html,
    state: String,
    questions: usize,
    /// In the words of who mends forms.
    faults: Vec<Html>,
    more: usize,
}

struct Way {
    words: String,
    path: String,
    here: bool,
}

#[derive(Template)]
#[template(path = "forms/list.html")]
struct Body<'b> {
    voice: &'b Voice,
    q: String,
    status: String,
    states: Vec<Way>,
    rows: Vec<Row>,
    more: Option<String>,
    none: String,
}

/// `GET /forms?q=…&status=…`
pub async fn show(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(READ)?;
    let status = STATES.into_iter().find(|state| *state == asked.status).unwrap_or("active");
    let (mut rows, mut next) = (Vec::new(), None);
    if desk.shows("Questionnaire") {
        let title = escaped(asked.q.trim());
        let mut wanted = vec![("status", status), ("_sort", "title"), ("_count", PAGE)];
        if !title.is_empty() {
            wanted.push(("title:contains", &title));
        }
        if !asked.more.is_empty() {
            wanted.push(("_cursor", &asked.more));
        }
        let found = desk.search("Questionnaire", &wanted)?;
        rows = found.matches.iter().filter_map(|stored| row(&desk, stored).transpose()).collect::<Result<_, _>>()?;
        next = found.next;
    }
    let voice = &desk.voice;
    let path = |status: &str| format!("/forms?status={status}&q={}", percent(asked.q.trim()));
    let way = |state: &'static str| Way { words: state_words(voice, state), path: path(state), here: state == status };
    let body = Body {
        voice,
        q: asked.q.clone(),
        status: status.to_owned(),
        states: STATES.map(way).into(),
        rows,
        more: next.map(|cursor| format!("{}&more={}", path(status), percent(&cursor))),
        none: voice.t(desk.none_of(&["Questionnaire"], "forms-none")),
    }
    .render()?;
    desk.page(Page { title: voice.t("forms-title"), nav: "/forms", body, ..Page::default() })
}

fn state_words(voice: &Voice, state: &str) -> String {
    match state {
        "active" => voice.t("forms-state-active"),
        "draft" => voice.t("forms-state-draft"),
        _ => voice.t("forms-state-retired"),
    }
}

fn row(desk: &Desk, stored: &rihla_store::Stored) -> Result<Option<Row>, Refusal> {
    let Some(sheet) = Sheet::of(stored) else { return Ok(None) };
    let lang = desk.voice.lang();
    let read = sheet::form(desk, stored)?;
    let questions = read.as_ref().map_or(0, |form| form.items.iter().filter(|item| item.kind.asks()).count());
    let faults = read.err().unwrap_or_default();
    Ok(Some(Row {
        title: auto(sheet.words(lang)),
        about: auto(sheet.about.of(lang)),
        version: ltr(&sheet.version),
        state: state_words(&desk.voice, &sheet.status),
        questions,
        more: faults.len().saturating_sub(TOLD),
        faults: faults.iter().take(TOLD).map(ltr).collect(),
    }))
}

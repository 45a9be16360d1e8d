//! The forms of the site, by their state, with what is wrong with those that cannot be filled in.

use crate::faults::{Told, told};
use crate::sheet::{self, Sheet};
use crate::{EDIT, READ};
use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use rihla_questionnaire::edit::Work;
use rihla_web::text::{Html, Voice, auto, listed, ltr};
use rihla_web::{Desk, Page, Refusal, escaped, look, percent};
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
    path: String,
    title: Html,
    about: Html,
    version: Html,
    state: String,
    questions: usize,
    users: String,
    faults: Vec<Told>,
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
    edits: bool,
    author: String,
    refused: Option<(String, Vec<Html>, Option<String>)>,
}

/// Why a file was not taken over.
pub struct Refused {
    pub code: &'static str,
    /// What is wrong with it, place by place.
    pub told: Vec<String>,
    /// What stands in its way.
    pub path: Option<String>,
}

impl Refused {
    pub fn plain(code: &'static str) -> Self {
        Self { code, told: Vec::new(), path: None }
    }
}

/// `GET /forms?q=…&status=…`
pub async fn show(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    page(desk, &asked, None)
}

/// The list with why a file was not taken over.
pub fn refused(desk: Desk, refused: Refused) -> Result<Response, Refusal> {
    page(desk, &Asked { status: "draft".to_owned(), ..Asked::default() }, Some(refused))
}

fn page(desk: Desk, asked: &Asked, refused: Option<Refused>) -> Result<Response, Refusal> {
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
        edits: desk.person.may(EDIT.0),
        author: desk.person.mark(),
        refused: refused.map(|refused| {
            let words = voice.t(&listed(rihla_web::key!("forms-refused-*"), refused.code));
            (words, refused.told.iter().map(ltr).collect(), refused.path)
        }),
    }
    .render()?;
    desk.page(Page { title: voice.t("forms-title"), nav: "/forms", body, ..Page::default() })
}

pub fn state_words(voice: &Voice, state: &str) -> String {
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
    let work = if faults.is_empty() { Work::default() } else { look(stored, Work::of).unwrap_or_default() };
    let role = |code: &String| desk.house.pack().roles.role(code).map_or_else(|| code.clone(), |role| desk.named(&role.names).into_owned());
    Ok(Some(Row {
        path: format!("/forms/{}", percent(&sheet.id)),
        users: sheet.users.iter().map(role).collect::<Vec<_>>().join(" · "),
        title: auto(sheet.words(lang)),
        about: auto(sheet.about.of(lang)),
        version: ltr(&sheet.version),
        state: state_words(&desk.voice, &sheet.status),
        questions,
        more: faults.len().saturating_sub(TOLD),
        faults: told(&faults, &work, &desk.voice).into_iter().take(TOLD).collect(),
    }))
}

//! Everybody who has an account, by what is looked for.

use super::{ADMINISTER, PEOPLE, STATES, state_words};
use crate::desk::Desk;
use crate::door::go;
use crate::me::role_at;
use crate::page::Page;
use crate::refuse::Refusal;
use crate::text::Voice;
use askama::Template;
use axum::extract::{Form, Query};
use axum::response::Response;
use rihla_fhirpath::normalize;
use rihla_identity::{Account, State};
use serde::Deserialize;

/// Rows that a page shows.
const SHOWN: usize = 200;

struct Row {
    id: String,
    name: String,
    other: String,
    login: String,
    roles: Vec<String>,
    state: String,
    active: bool,
    demo: bool,
}

#[derive(Template)]
#[template(path = "account/people.html")]
struct List {
    voice: Voice,
    q: String,
    states: Vec<(&'static str, String, bool)>,
    rows: Vec<Row>,
    more: usize,
    all: usize,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    list: String,
}

#[derive(Deserialize)]
pub(crate) struct Question {
    #[serde(default)]
    q: String,
    #[serde(default)]
    state: String,
}

/// Names of people are kept out of addresses: a list has a name of its own.
pub(crate) async fn find(desk: Desk, Form(question): Form<Question>) -> Result<Response, Refusal> {
    desk.require(ADMINISTER)?;
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let list = desk
        .keep(&format!("accounts {} {}", STATES.iter().find(|(_, tag, _)| *tag == question.state).map_or("any", |(_, tag, _)| tag), plain(&question.q)), "")
        .await?;
    Ok(go(&format!("{PEOPLE}?list={list}"), &[]))
}

pub(crate) async fn show(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(ADMINISTER)?;
    let question = desk.kept(&asked.list)?.unwrap_or_default();
    let mut words = question.splitn(3, ' ').skip(1);
    let (state, q) = (words.next().unwrap_or("any").to_owned(), words.next().unwrap_or("").to_owned());
    let wanted = STATES.iter().find(|(_, tag, _)| *tag == state).map(|(state, _, _)| *state);
    let accounts = desk.house.identity().accounts()?;
    let all = accounts.len();
    let mut found: Vec<Account> = accounts.into_iter().filter(|account| fits(account, wanted, &q)).collect();
    let lang = desk.voice.tag();
    found.sort_by(|a, b| a.name(lang).cmp(b.name(lang)));
    let more = found.len().saturating_sub(SHOWN);
    let rows = found.iter().take(SHOWN).map(|account| row(&desk, account)).collect();
    let states = STATES.iter().map(|(_, tag, words)| (*tag, desk.voice.t(words), *tag == state)).collect();
    let body = List { voice: desk.voice.clone(), q, states, rows, more, all }.render()?;
    desk.page(Page { title: desk.voice.t("account-people"), nav: PEOPLE, body, ..Page::default() })
}

/// Whether every word that was typed begins a word of the names or the login. Closed accounts are shown to who asks for them.
fn fits(account: &Account, wanted: Option<State>, q: &str) -> bool {
    let state = wanted.map_or(account.state() != State::Closed, |wanted| account.state() == wanted);
    let text = account.names.iter().map(|name| name.text.as_str()).chain([account.login.as_str()]).collect::<Vec<_>>().join(" ");
    let text = normalize(&text);
    let known: Vec<&str> = text.split([' ', '.', '-', '_', '\'']).collect();
    state && normalize(q).split_whitespace().all(|word| known.iter().any(|known| known.starts_with(word)) || account.login.starts_with(word))
}

fn row(desk: &Desk, account: &Account) -> Row {
    let name = account.name(desk.voice.tag()).to_owned();
    Row {
        id: account.id.to_text(),
        other: account.names.iter().map(|other| other.text.clone()).find(|other| *other != name).unwrap_or_default(),
        name,
        login: account.login.clone(),
        roles: account.grants.iter().map(|grant| role_at(&desk.house, &desk.voice, &grant.role, grant.unit.as_deref())).collect(),
        state: desk.voice.t(state_words(account.state())),
        active: account.state() == State::Active,
        demo: account.demo,
    }
}

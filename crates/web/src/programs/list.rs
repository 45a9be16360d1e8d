//! All programs, as an administrator sees them: those that wait first.

use super::PROGRAMS;
use crate::desk::Desk;
use crate::key;
use crate::page::Page;
use crate::people::ADMINISTER;
use crate::refuse::Refusal;
use crate::text::Voice;
use askama::Template;
use axum::response::Response;
use rihla_smart::{Client, Kind, State};

pub(super) struct Row {
    id: String,
    name: String,
    kind: String,
    since: String,
}

struct Part {
    title: String,
    waits: bool,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "programs/list.html")]
struct List {
    voice: Voice,
    parts: Vec<Part>,
}

const PARTS: [(State, &str); 3] =
    [(State::Asked, key!("program-waiting")), (State::Approved, key!("program-let-in")), (State::Suspended, key!("program-put-out"))];

/// The words of a state.
pub(super) fn state_words(state: State) -> &'static str {
    match state {
        State::Asked => key!("program-state-asked"),
        State::Approved => key!("program-state-approved"),
        State::Suspended => key!("program-state-suspended"),
    }
}

pub(super) fn kind_words(kind: &Kind) -> &'static str {
    match kind {
        Kind::Public => key!("program-public"),
        Kind::Secret(_) => key!("program-secret"),
        Kind::Keys(_) => key!("program-keys"),
        Kind::Backend(_) => key!("program-backend"),
    }
}

/// `GET /programs`
pub(super) async fn show(desk: Desk) -> Result<Response, Refusal> {
    desk.require(ADMINISTER)?;
    let voice = &desk.voice;
    let mut known = desk.house.smart().clients()?;
    known.sort_by(|a, b| a.name.cmp(&b.name));
    let row = |client: &Client| Row {
        id: client.id.clone(),
        name: client.name.clone(),
        kind: voice.t(kind_words(&client.kind)),
        since: voice.date_time(client.since()),
    };
    let of = |state: State| known.iter().filter(|client| client.state() == state).map(row).collect::<Vec<_>>();
    let parts = PARTS.map(|(state, title)| Part { title: voice.t(title), waits: state == State::Asked, rows: of(state) });
    let body = List { voice: voice.clone(), parts: parts.into_iter().filter(|part| !part.rows.is_empty()).collect() }.render()?;
    desk.page(Page { title: voice.t("program-list"), nav: PROGRAMS, body, ..Page::default() })
}

//! "Who looked at this record": one line a visit, by day, newest first; it prints on the hospital's paper for who asks.

use super::words::{Line, People, line};
use crate::desk::Desk;
use crate::page::Page;
use crate::patient::{BANNER, Banner};
use crate::refuse::Refusal;
use crate::text::Voice;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use rihla_audit::{event_id, place_of_id, visits};
use rihla_kernel::ActorKind;
use rihla_store::trail::{Seen, TrailPlace, TrailQuestion};
use serde::Deserialize;

/// Entries of people and programs on a page: some months of a record that is much looked at.
const SHOWN: usize = 2_000;
/// Entries read for it. What the node itself did, as an import, is counted and passed over.
const READ_AT_ONCE: usize = 2_000;
const READ_AT_MOST: usize = 50_000;

struct Day {
    date: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "audit/looked.html")]
struct Looked {
    voice: Voice,
    days: Vec<Day>,
    visits: usize,
    /// Entries of the program's own work, which showed nobody anything.
    own: usize,
    printed: String,
    older: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    before: String,
}

pub(crate) async fn show(desk: Desk, Path(patient): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    let desk = super::opened(desk)?;
    let banner = Banner::load(&desk, &patient)?;
    let Found { theirs, own, next } = find(&desk, &patient, place_of_id(&asked.before))?;
    let mut people = People::default();
    let mut days: Vec<Day> = Vec::new();
    let all = visits(&theirs);
    for visit in &all {
        let date = desk.voice.long_date(visit.to);
        let line = line(&desk, &mut people, visit)?;
        match days.last_mut().filter(|day| day.date == date) {
            Some(day) => day.lines.push(line),
            None => days.push(Day { date, lines: vec![line] }),
        }
    }
    let older = next.map(|next| format!("/patients/{}/looked?before={}", banner.id, event_id(next)));
    let printed = desk.voice.date_time(desk.voice.now());
    let body = Looked { voice: desk.voice.clone(), days, visits: all.len(), own, printed, older }.render()?;
    let live = BANNER.map(|part| (part, banner.id.clone())).to_vec();
    desk.page(Page { title: desk.voice.t("audit-looked"), nav: super::TRAIL, patient: Some(&banner), tab: Some("looked"), live, body, ..Page::default() })
}

/// What is shown, how much of the node's own was passed over, and where to go on.
struct Found {
    theirs: Vec<Seen>,
    own: usize,
    next: Option<TrailPlace>,
}

fn find(desk: &Desk, patient: &str, before: Option<TrailPlace>) -> Result<Found, Refusal> {
    let mut found = Found { theirs: Vec::new(), own: 0, next: before };
    loop {
        let question = TrailQuestion { before: found.next, ..TrailQuestion::all(READ_AT_ONCE) };
        let page = desk.record.trail(Some(patient), &question)?.ok_or_else(Refusal::not_found)?;
        let (own, theirs): (Vec<_>, Vec<_>) = page.entries.into_iter().partition(|seen| seen.actor.kind() == ActorKind::Node);
        found.own += own.len();
        found.theirs.extend(theirs);
        found.next = page.next;
        if found.next.is_none() || found.theirs.len() >= SHOWN || found.own + found.theirs.len() >= READ_AT_MOST {
            return Ok(found);
        }
    }
}

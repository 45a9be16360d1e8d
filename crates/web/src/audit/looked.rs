//! "Who looked at this record": one line a visit, by day, newest first; it prints on the hospital's paper for who asks.

use super::READ;
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
use rihla_store::trail::{SeenWhat, TrailQuestion};
use serde::Deserialize;

/// Entries read for a page: some months of a record that is much looked at.
const ENTRIES: usize = 5_000;

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
    desk.require(READ)?;
    let banner = Banner::load(&desk, &patient)?;
    let question = TrailQuestion { before: place_of_id(&asked.before), ..TrailQuestion::all(ENTRIES) };
    let page = desk.record.trail(Some(&patient), &question)?.ok_or_else(Refusal::not_found)?;
    let (own, theirs): (Vec<_>, Vec<_>) = page.entries.into_iter().partition(|seen| {
        let reading_the_trail = matches!(&seen.what, SeenWhat::Event { kind: rihla_store::trail::EventKind::TrailRead, .. });
        seen.actor.kind() == ActorKind::Node && !reading_the_trail
    });
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
    let older = page.next.map(|next| format!("/patients/{}/looked?before={}", banner.id, event_id(next)));
    let printed = desk.voice.date_time(desk.voice.now());
    let body = Looked { voice: desk.voice.clone(), days, visits: all.len(), own: own.len(), printed, older }.render()?;
    let live = BANNER.map(|part| (part, banner.id.clone())).to_vec();
    desk.page(Page { title: desk.voice.t("audit-looked"), nav: super::TRAIL, patient: Some(&banner), live, body, ..Page::default() })
}

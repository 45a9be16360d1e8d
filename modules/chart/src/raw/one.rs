//! One resource as it is stored, and its versions.

use super::pretty;
use crate::RAW;
use crate::chart::{Chart, Content};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use rihla_store::{HistoryOf, HistoryQuery};
use rihla_web::text::Voice;
use rihla_web::{Desk, Refusal, is_about, type_of};
use serde::Deserialize;

/// Versions on the page.
const VERSIONS: usize = 50;

#[derive(Deserialize)]
pub struct Asked {
    /// A version; the newest unless said.
    #[serde(default)]
    version: u32,
}

struct Version {
    number: u32,
    when: String,
    deleted: bool,
    here: bool,
    before: Option<u32>,
}

#[derive(Template)]
#[template(path = "chart/raw-one.html")]
struct One<'o> {
    voice: &'o Voice,
    name: String,
    base: String,
    list: String,
    source: String,
    versions: Vec<Version>,
    cut: bool,
}

/// `GET /patients/{patient}/raw/{ty}/{id}`
pub async fn show(desk: Desk, Path((patient, ty, id)): Path<(String, String, String)>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(RAW)?;
    let chart = Chart::open(desk, &patient)?;
    let (record, voice) = (&chart.desk.record, chart.voice());
    let number = type_of(&ty).map_err(|_| Refusal::not_found())?;
    let history = record.history(&HistoryQuery { of: HistoryOf::Instance(number, id.clone()), since: None, at: None, count: VERSIONS, cursor: None })?;
    let wanted = if asked.version == 0 { history.entries.iter().find(|version| !version.deleted).map(|version| version.vid) } else { Some(asked.version) };
    let stored = record.vread(number, &id, wanted.ok_or_else(Refusal::not_found)?)?;
    if !is_about(&chart.desk, &stored, chart.id()) {
        return Err(Refusal::not_found());
    }
    let version = |(nth, one): (usize, &rihla_store::Stored)| Version {
        number: one.vid,
        when: voice.date_time(one.last_updated),
        deleted: one.deleted,
        here: one.vid == stored.vid,
        before: history.entries.get(nth + 1).filter(|before| !before.deleted && !one.deleted).map(|before| before.vid),
    };
    let versions = history.entries.iter().enumerate().map(version).collect();
    let name = format!("{ty}/{id}");
    let base = chart.path(&format!("raw/{name}"));
    let body = One { voice, name: name.clone(), base, list: chart.path("raw"), source: pretty(&stored), versions, cut: history.next.is_some() }.render()?;
    chart.page("raw", Content { title: Some(name), body, ..Content::default() })
}

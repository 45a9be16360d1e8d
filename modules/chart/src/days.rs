//! Results by day: what came on each day, newest first.

use crate::chart::{Chart, Content};
use crate::observation::Observation;
use crate::results::trend_of;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use rihla_web::text::{Html, Voice};
use rihla_web::{Desk, Refusal, percent};
use serde::Deserialize;

/// Results of one page.
const RESULTS: &str = "150";

#[derive(Deserialize)]
pub struct Asked {
    /// Where the list goes on.
    #[serde(default)]
    older: String,
}

struct Line {
    time: String,
    name: String,
    path: String,
    value: Html,
    range: Html,
    in_error: bool,
}

struct Day {
    date: String,
    ago: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "chart/days.html")]
struct Days<'d> {
    voice: &'d Voice,
    days: Vec<Day>,
    older: Option<String>,
    newest: Option<String>,
}

/// `GET /patients/{patient}/days`
pub async fn show(desk: Desk, Path(patient): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    let chart = Chart::open(desk, &patient)?;
    let voice = chart.voice();
    let mut parameters = vec![("patient", chart.id()), ("_sort", "-date"), ("_count", RESULTS)];
    if !asked.older.is_empty() {
        parameters.push(("_cursor", &asked.older));
    }
    let page = chart.desk.search("Observation", &parameters)?;
    let mut days: Vec<Day> = Vec::new();
    for one in page.matches.iter().filter_map(|stored| Observation::of(stored, voice.lang())) {
        let date = voice.long_date(one.when.as_str());
        let line = line(&one, &chart)?;
        match days.last_mut().filter(|day| day.date == date) {
            Some(day) => day.lines.push(line),
            None => days.push(Day { date, ago: voice.ago(one.when.as_str()), lines: vec![line] }),
        }
    }
    let here = chart.path("days");
    let older = page.next.map(|cursor| format!("{here}?older={}", percent(&cursor)));
    let body = Days { voice, days, older, newest: (!asked.older.is_empty()).then_some(here) }.render()?;
    chart.page("days", Content { body, ..Content::default() })
}

fn line(one: &Observation, chart: &Chart) -> Result<Line, Refusal> {
    let voice = chart.voice();
    Ok(Line {
        time: voice.time(one.when.as_str()),
        name: one.name.clone(),
        path: trend_of(chart.id(), &one.code),
        value: one.value(voice)?,
        range: one.range(voice),
        in_error: !one.counts(),
    })
}

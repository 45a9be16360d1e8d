//! One result over time: a chart with its reference range, and the same numbers as a table.

use crate::chart::{Chart, Content, Tab};
use crate::observation::Observation;
use crate::results::percent;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use rihla_fhir::view::Quantity;
use rihla_web::text::{Html, Voice};
use rihla_web::{Desk, Refusal, quoted};
use serde::Deserialize;

/// Points of one page.
const POINTS: &str = "200";

#[derive(Deserialize)]
pub struct Asked {
    code: String,
    /// Where the list goes on.
    #[serde(default)]
    older: String,
}

struct Line {
    when: String,
    value: Html,
    range: Html,
    note: String,
}

#[derive(Template)]
#[template(path = "chart/trend.html")]
struct Trend<'t> {
    voice: &'t Voice,
    title: String,
    unit: String,
    /// What the chart draws; empty if there is nothing to draw.
    drawn: String,
    lines: Vec<Line>,
    back: String,
    older: Option<String>,
    newest: Option<String>,
}

/// `GET /patients/{patient}/results/trend?code=SYSTEM|CODE`
pub async fn show(desk: Desk, Path(patient): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    let chart = Chart::open(desk, &patient)?;
    let voice = chart.voice();
    let mut parameters = vec![("patient", chart.id()), ("code", asked.code.as_str()), ("_sort", "-date"), ("_count", POINTS)];
    if !asked.older.is_empty() {
        parameters.push(("_cursor", &asked.older));
    }
    let page = chart.desk.search("Observation", &parameters)?;
    let found: Vec<Observation> = page.matches.iter().filter_map(|stored| Observation::of(stored, voice.lang())).collect();
    let title = found.first().map_or_else(|| voice.t("chart-tab-results"), |one| one.name.clone());
    let lines = found.iter().map(|one| line(one, voice)).collect::<Result<_, Refusal>>()?;
    let here = chart.path(&format!("results/trend?code={}", percent(&asked.code)));
    let drawn = drawing(&found, voice);
    let body = Trend {
        voice,
        title: title.clone(),
        unit: found.first().map(|one| one.unit().to_owned()).unwrap_or_default(),
        drawn,
        lines,
        back: chart.path("results"),
        older: page.next.map(|cursor| format!("{here}&older={}", percent(&cursor))),
        newest: (!asked.older.is_empty()).then_some(here),
    }
    .render()?;
    chart.page(Tab::Results, Content { title: Some(title), body, charts: true, ..Content::default() })
}

fn line(one: &Observation, voice: &Voice) -> Result<Line, Refusal> {
    Ok(Line { when: voice.date_time(one.when.as_str()), value: one.value(voice)?, range: one.range(voice), note: one.note.clone() })
}

/// The points as the script takes them, oldest first. What was entered in error is not drawn.
fn drawing(found: &[Observation], voice: &Voice) -> String {
    let shown: Vec<(i64, Vec<(String, f64)>)> = found
        .iter()
        .rev()
        .filter(|one| !one.in_error)
        .filter_map(|one| Some((one.seconds(voice)?, one.numbers())))
        .filter(|(_, numbers)| !numbers.is_empty())
        .collect();
    if shown.len() < 2 {
        return String::new();
    }
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in shown.iter().flat_map(|(_, numbers)| numbers) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let times: Vec<String> = shown.iter().map(|(time, _)| time.to_string()).collect();
    let line = |wanted: &&str| {
        let value =
            |numbers: &[(String, f64)]| numbers.iter().find(|(name, _)| name == wanted).map_or_else(|| "null".to_owned(), |(_, number)| number.to_string());
        let values: Vec<String> = shown.iter().map(|(_, numbers)| value(numbers)).collect();
        format!(r#"{{"label":{},"values":[{}]}}"#, quoted(wanted), values.join(","))
    };
    let lines: Vec<String> = names.iter().map(line).collect();
    let range = found.iter().find_map(|one| one.range.as_ref());
    let end = |end: Option<&Quantity>| end.and_then(Quantity::number).map_or_else(|| "null".to_owned(), |number| number.to_string());
    let (low, high) = (end(range.and_then(|range| range.low.as_ref())), end(range.and_then(|range| range.high.as_ref())));
    let zone = voice.zone().iana_name().unwrap_or("UTC");
    format!(r#"{{"zone":{},"low":{low},"high":{high},"times":[{}],"lines":[{}]}}"#, quoted(zone), times.join(","), lines.join(","))
}

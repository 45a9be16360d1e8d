//! One result over time: a chart with its reference range, and the same numbers as a table.

use crate::chart::{Chart, Content};
use crate::course::Course;
use crate::observation::Observation;
use crate::results::trend_of;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use rihla_web::text::{Html, Voice};
use rihla_web::{Desk, Refusal, escaped, percent, quoted};
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
    /// Lines of the table that are not drawn, or not in all their parts.
    left_out: usize,
    lines: Vec<Line>,
    back: String,
    older: Option<String>,
    newest: Option<String>,
}

/// `GET /patients/{patient}/results/trend?code=SYSTEM|CODE`
pub async fn show(desk: Desk, Path(patient): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    let chart = Chart::open(desk, &patient)?;
    let voice = chart.voice();
    let code = token(&asked.code).ok_or_else(Refusal::not_found)?;
    let mut parameters = vec![("patient", chart.id()), ("code", code.as_str()), ("_sort", "-date"), ("_count", POINTS)];
    if !asked.older.is_empty() {
        parameters.push(("_cursor", &asked.older));
    }
    let page = chart.desk.search("Observation", &parameters)?;
    let found: Vec<Observation> = page.matches.iter().filter_map(|stored| Observation::of(stored, voice.lang())).collect();
    let title = found.first().map_or_else(|| voice.t("chart-tab-results"), |one| one.name.clone());
    let lines = found.iter().map(|one| line(one, voice)).collect::<Result<_, Refusal>>()?;
    let here = trend_of(chart.id(), &asked.code);
    let course = Course::of(&found, voice);
    let drawn = drawing(&course, voice);
    let left_out = if drawn.is_empty() { 0 } else { course.left_out };
    let body = Trend {
        voice,
        title: title.clone(),
        unit: course.unit.to_owned(),
        drawn,
        left_out,
        lines,
        back: chart.path("results"),
        older: page.next.map(|cursor| format!("{here}&older={}", percent(&cursor))),
        newest: (!asked.older.is_empty()).then_some(here),
    }
    .render()?;
    chart.page("results", Content { title: Some(title), body, charts: true, ..Content::default() })
}

fn line(one: &Observation, voice: &Voice) -> Result<Line, Refusal> {
    Ok(Line { when: voice.date_time(one.when.as_str()), value: one.value(voice)?, range: one.range(voice), note: one.note.clone() })
}

/// The code as a search takes it: what stands in either half is no sign of the search.
fn token(code: &str) -> Option<String> {
    let (system, code) = code.split_once('|').map_or((None, code), |(system, code)| (Some(system), code));
    let code = Some(code).filter(|code| !code.is_empty()).map(escaped)?;
    Some(system.map_or_else(|| code.clone(), |system| format!("{}|{code}", escaped(system))))
}

/// The points as the script takes them, oldest first; empty where there is no line to draw.
fn drawing(course: &Course<'_>, voice: &Voice) -> String {
    if course.moments.len() < 2 {
        return String::new();
    }
    let number = |value: Option<f64>| value.map_or_else(|| "null".to_owned(), |value| value.to_string());
    let times: Vec<String> = course.moments.iter().map(|(time, _)| time.to_string()).collect();
    let line = |(at, (_, label)): (usize, &(&str, &str))| {
        let values: Vec<String> = course.moments.iter().map(|(_, values)| number(values.get(at).copied().flatten())).collect();
        format!(r#"{{"label":{},"values":[{}]}}"#, quoted(label), values.join(","))
    };
    let lines: Vec<String> = course.lines.iter().enumerate().map(line).collect();
    let (low, high) = (number(course.band.0), number(course.band.1));
    let zone = voice.zone().iana_name().unwrap_or("UTC");
    format!(r#"{{"zone":{},"low":{low},"high":{high},"times":[{}],"lines":[{}]}}"#, quoted(zone), times.join(","), lines.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_asked_for_as_it_is() {
        assert_eq!(token("http://loinc.org|8867-4").as_deref(), Some("http://loinc.org|8867-4"));
        assert_eq!(token("urn:lab,a|K|1$,x").as_deref(), Some(r"urn:lab\,a|K\|1\$\,x"));
        assert_eq!((token("|c").as_deref(), token("c").as_deref()), (Some("|c"), Some("c")));
        assert_eq!((token("http://loinc.org|"), token("")), (None, None));
    }
}

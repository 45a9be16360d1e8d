//! Results: the last of each, with where it comes from and where it goes.

use crate::chart::{Chart, Content};
use crate::course::Course;
use crate::observation::{Category, Observation};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use rihla_web::text::{Html, Voice};
use rihla_web::{Desk, Refusal, percent, type_of};

/// Points of the little line beside a value.
const POINTS: usize = 12;

/// One line of the table.
pub struct Line {
    pub name: String,
    /// The trend of this code.
    pub path: String,
    pub value: Html,
    pub range: Html,
    pub when: String,
    pub ago: String,
    pub spark: String,
    pub category: Category,
    pub flagged: bool,
}

struct Group {
    title: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "chart/results.html")]
struct Results<'r> {
    voice: &'r Voice,
    groups: Vec<Group>,
    cut: bool,
    days: String,
}

/// `GET /patients/{patient}/results`
pub async fn show(desk: Desk, Path(patient): Path<String>) -> Result<Response, Refusal> {
    let chart = Chart::open(desk, &patient)?;
    let (lines, cut) = last(&chart.desk, chart.id())?;
    let mut groups: Vec<Group> = Vec::new();
    let mut lines: Vec<Line> = lines;
    lines.sort_by_key(|line| line.category);
    for line in lines {
        let title = chart.voice().t(line.category.key());
        match groups.last_mut().filter(|group| group.title == title) {
            Some(group) => group.lines.push(line),
            None => groups.push(Group { title, lines: vec![line] }),
        }
    }
    let body = Results { voice: chart.voice(), groups, cut, days: chart.path("days") }.render()?;
    chart.page("results", Content { body, ..Content::default() })
}

/// The last of each code with its course, newest first, and whether some were left out.
pub fn last(desk: &Desk, patient: &str) -> Result<(Vec<Line>, bool), Refusal> {
    let latest = desk.record.latest_by_code(patient, type_of("Observation")?, "code", POINTS)?;
    let mut lines = Vec::with_capacity(latest.groups.len());
    for group in &latest.groups {
        let course: Vec<Observation> =
            group.newest.iter().filter_map(|stored| Observation::of(stored, desk.voice.lang())).filter(Observation::counts).collect();
        if let Some(newest) = course.first() {
            lines.push(line(newest, &course, desk, patient)?);
        }
    }
    Ok((lines, !latest.warnings.is_empty()))
}

fn line(newest: &Observation, course: &[Observation], desk: &Desk, patient: &str) -> Result<Line, Refusal> {
    let voice = &desk.voice;
    Ok(Line {
        name: newest.name.clone(),
        path: trend_of(patient, &newest.code),
        value: newest.value(voice)?,
        range: newest.range(voice),
        when: voice.date_time(newest.when.as_str()),
        ago: voice.ago(newest.when.as_str()),
        spark: spark(course, voice),
        category: newest.category,
        flagged: newest.is_flagged(),
    })
}

/// Where the trend of a code is; nowhere for what has none.
pub fn trend_of(patient: &str, code: &str) -> String {
    if code.is_empty() { String::new() } else { format!("/patients/{patient}/results/trend?code={}", percent(code)) }
}

/// A little line of the last values; the table behind it says them in words.
fn spark(course: &[Observation], voice: &Voice) -> String {
    let course = Course::of(course, voice);
    let points = course.first();
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return String::new() };
    if points.len() < 2 || first.0 == last.0 {
        return String::new();
    }
    let (low, high) = course.band;
    let least = points.iter().map(|point| point.1).chain(low).fold(f64::INFINITY, f64::min);
    let most = points.iter().map(|point| point.1).chain(high).fold(f64::NEG_INFINITY, f64::max);
    let height = if most > least { most - least } else { 1.0 };
    let across = |time: i64| (time - first.0) as f64 / (last.0 - first.0) as f64 * 100.0;
    let down = |value: f64| 22.0 - (value - least) / height * 20.0;
    let band = match (low, high) {
        (None, None) => String::new(),
        _ => {
            let (top, foot) = (high.map_or(2.0, down), low.map_or(22.0, down));
            format!(r#"<rect x="0" y="{top:.1}" width="100" height="{:.1}"/>"#, (foot - top).max(0.0))
        }
    };
    let line: String = points.iter().map(|(time, value)| format!("{:.1},{:.1} ", across(*time), down(*value))).collect();
    format!(
        r#"<svg class="spark" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">{band}<polyline points="{}"/><circle cx="100" cy="{:.1}" r="2"/></svg>"#,
        line.trim_end(),
        down(last.1)
    )
}

//! One figure: what it is made of, week by week, by unit, and down to the events.

use crate::span::{Asked, Looked, day_of, question, sites, today, unit, weeks};
use crate::{EXPORT, SEE, draw, said};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use rihla_indicators::control::{Signal, chart};
use rihla_indicators::figure::{Event, Figure, Kind, Outcome, by_unit, events, figure, series};
use rihla_kernel::Instant;
use rihla_web::text::Voice;
use rihla_web::{Desk, Page, Refusal};
use std::collections::BTreeMap;

/// Weeks of the chart, and events that are listed.
const WEEKS: i64 = 26;
const LISTED: usize = 200;

struct Row {
    when: String,
    unit: String,
    took: String,
    /// Where whoever looks may go.
    path: String,
}

struct Week {
    from: String,
    value: Option<String>,
    signal: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "cockpit/one.html")]
struct Body<'b> {
    voice: &'b Voice,
    world: Option<String>,
    code: String,
    name: String,
    formula: String,
    source: String,
    unit: String,
    when: String,
    query: String,
    month: String,
    complete: bool,
    sites: Vec<(String, String, bool)>,
    kept: String,
    export: bool,
    value: Option<String>,
    p90: Option<String>,
    numerator: String,
    denominator: String,
    missing: u64,
    missing_rate: String,
    pending: u64,
    threshold: Option<(String, bool)>,
    unvalidated: bool,
    drawn: String,
    limits: Option<[String; 3]>,
    weeks: Vec<Week>,
    units: Vec<(String, Option<String>, i64)>,
    rows: Vec<Row>,
    more: usize,
}

/// `GET /cockpit/{indicator}?month=2026-01`
pub async fn show(desk: Desk, Path(code): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(SEE)?;
    let unit = unit(&desk, &asked)?;
    let words = desk.house.pack().indicators.get(&code).cloned().ok_or_else(Refusal::not_found)?;
    let looked = Looked::of(&asked, today(&desk));
    let voice = &desk.voice;
    let (sites, kept) = (sites(&desk, &asked)?, asked.kept());
    let asked = question(&desk, looked.period(voice.zone()), unit);
    let bounds = weeks(looked.last().tomorrow().unwrap_or(looked.first).min(today(&desk)), WEEKS, voice.zone());
    let ((found, weekly, units, mut listed), complete) = desk.figures(|facts| {
        let listed = events(facts, &code, asked.period, unit).into_iter().map(|event| (event, facts.get(event.key).map_or(0, |fact| fact.patient())));
        (figure(facts, &code, &asked), series(facts, &code, &bounds, &asked), by_unit(facts, &code, &asked), listed.collect::<Vec<_>>())
    })?;
    desk.keep_figures().await;
    let total = listed.len();
    listed.sort_by_key(|(event, _)| std::cmp::Reverse((event.at, event.key)));
    listed.truncate(LISTED);
    let keys: Vec<u32> = units.iter().map(|(key, _)| *key).chain(listed.iter().map(|(event, _)| event.unit)).collect();
    let hospitals = said::hospitals(&desk, unit, &keys)?;
    let (numerator, denominator) = found.as_ref().map(|figure| said::parts(voice, &code, figure)).unwrap_or_default();
    let kind = found.as_ref().map_or(Kind::Share, |figure| figure.kind);
    let (weeks, drawn, limits) = weekly_of(voice, kind, if found.is_some() { &weekly } else { &[] }, &bounds, &desk.named(&words.names));
    let body = Body {
        world: said::world(&desk),
        name: desk.named(&words.names).into_owned(),
        formula: desk.named(&words.formula).into_owned(),
        source: words.source.clone(),
        unit: said::unit(&desk, unit),
        when: said::days(voice, looked.first, looked.last()),
        query: looked.query(),
        month: looked.month(),
        complete,
        sites,
        kept,
        export: desk.person.may(EXPORT.0),
        value: found.as_ref().and_then(|figure| said::said(voice, figure)),
        p90: found.as_ref().and_then(|figure| said::value(voice, kind, figure.p90.map(|ms| ms as f64 / 60_000.0))),
        missing: found.as_ref().map_or(0, |figure| figure.missing),
        missing_rate: found.as_ref().and_then(Figure::missing_rate).map(|rate| said::share(voice, rate)).unwrap_or_default(),
        pending: found.as_ref().map_or(0, |figure| figure.pending),
        threshold: found.as_ref().and_then(|figure| Some((said::threshold(voice, &words, kind)?, said::passed(&words, figure)?))),
        unvalidated: words.threshold.is_some() && said::unvalidated(&desk),
        units: units.iter().map(|(key, figure)| (said::placed(&desk, &hospitals, *key), said::said(voice, figure), figure.denominator)).collect(),
        rows: listed.iter().map(|(event, patient)| row(&desk, &code, event, *patient, &hospitals)).collect::<Result<_, _>>()?,
        more: total.saturating_sub(LISTED),
        voice,
        code,
        numerator,
        denominator,
        drawn,
        limits,
        weeks,
    }
    .render()?;
    desk.page(Page { title: desk.named(&words.names).into_owned(), nav: "/cockpit", body, ..Page::default() })
}

fn weekly_of(voice: &Voice, kind: Kind, weekly: &[Figure], bounds: &[i64], name: &str) -> (Vec<Week>, String, Option<[String; 3]>) {
    let values: Vec<Option<f64>> = weekly.iter().map(Figure::value).collect();
    let with: Vec<(usize, f64)> = values.iter().enumerate().filter_map(|(at, value)| Some((at, (*value)?))).collect();
    let made = chart(&with.iter().map(|(_, value)| *value).collect::<Vec<_>>());
    let signal_at = |week: usize| {
        let at = with.iter().position(|(own, _)| *own == week)?;
        made.as_ref()?.signals.iter().find_map(|signal| match signal {
            Signal::Above(point) if *point == at => Some(rihla_web::key!("cockpit-signal-above")),
            Signal::Below(point) if *point == at => Some(rihla_web::key!("cockpit-signal-below")),
            Signal::Run(point) if *point == at => Some(rihla_web::key!("cockpit-signal-run")),
            _ => None,
        })
    };
    let weeks = weekly.iter().enumerate().map(|(at, figure)| Week {
        from: voice.date(day_of(bounds.get(at).copied().unwrap_or(0), voice.zone()).to_string().as_str()),
        value: said::said(voice, figure),
        signal: signal_at(at),
    });
    let told = |value: f64| said::value(voice, kind, Some(value)).unwrap_or_default();
    let limits = made.as_ref().map(|made| [told(made.lower), told(made.centre), told(made.upper)]);
    let label = voice.ta("cockpit-chart-said", &[("name", name)]);
    let drawn = if with.len() > 1 { draw::line(&values, made.as_ref(), &label, voice.lang().right_to_left()) } else { String::new() };
    (weeks.collect(), drawn, limits)
}

/// An event without a name: who may be shown the patient's stays goes there from it.
fn row(desk: &Desk, code: &str, event: &Event, patient: u32, hospitals: &BTreeMap<u32, u32>) -> Result<Row, Refusal> {
    let voice = &desk.voice;
    let beds = matches!(code, "b1" | "b2" | "b3" | "b4" | "b6");
    let took = match event.outcome {
        // Whether somebody left unseen, or was present, is all that there is.
        _ if code == "e6" => String::new(),
        Outcome::Took(_) if code == "e4" => voice.t("cockpit-left"),
        Outcome::Pending if code == "e4" => voice.t("cockpit-stayed"),
        Outcome::Took(ms) if beds => said::value(voice, Kind::Days, Some(ms as f64 / rihla_indicators::figure::DAY_MS as f64)).unwrap_or_default(),
        Outcome::Took(ms) => said::value(voice, Kind::Wait, Some(ms as f64 / 60_000.0)).unwrap_or_default(),
        Outcome::Missing => voice.t("cockpit-missing-time"),
        Outcome::Pending => voice.t("cockpit-goes-on"),
    };
    let seen = match desk.behind(patient)? {
        Some((_, id)) if patient > 0 && desk.person.may("chart.read") && desk.record.reaches(&id)? => format!("/patients/{id}/stays"),
        _ => String::new(),
    };
    let unit = if event.unit > 0 { said::placed(desk, hospitals, event.unit) } else { voice.t("cockpit-unit-unknown") };
    Ok(Row { when: voice.date_time(Instant(event.at)), unit, took, path: seen })
}

//! All figures of a month or a quarter, beside the one before and the baseline.

use crate::span::{Asked, Looked, question, sites, today, unit};
use crate::{EXPORT, HOUSE, SEE, draw, said};
use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use rihla_indicators::figure::{CODES, Figure, Period, Unit, figure, series};
use rihla_packs::IndicatorWords;
use rihla_web::text::Voice;
use rihla_web::{Desk, Page, Refusal};

/// Months drawn.
const DRAWN: i64 = 6;

/// A figure as a line.
pub struct Line {
    pub code: String,
    pub name: String,
    pub now: Option<String>,
    pub before: Option<String>,
    pub base: Option<String>,
    pub trend: Option<&'static str>,
    /// The threshold is passed, where there is one.
    pub passed: Option<bool>,
    pub threshold: String,
    pub events: String,
    pub missing: String,
    pub drawn: String,
}

#[derive(Template)]
#[template(path = "cockpit/overview.html")]
struct Body<'b> {
    voice: &'b Voice,
    world: Option<String>,
    unit: String,
    when: String,
    month: String,
    query: String,
    before: String,
    complete: bool,
    sites: Vec<(String, String, bool)>,
    kept: String,
    house: bool,
    export: bool,
    baseline: String,
    unvalidated: bool,
    lines: Vec<Line>,
}

/// What the figures of a line are made of.
pub struct Found {
    pub now: Figure,
    pub before: Option<Figure>,
    pub base: Option<Figure>,
    pub months: Vec<Figure>,
}

/// `GET /cockpit?month=2026-01`
pub async fn show(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(SEE)?;
    let (looked, unit) = (Looked::of(&asked, today(&desk)), unit(&desk, &asked)?);
    let (found, complete) = found(&desk, looked, unit)?;
    let (sites, kept) = (sites(&desk, &asked)?, asked.kept());
    desk.keep_figures().await;
    let lines = desk.house.pack().indicators.list.iter().map(|words| line(&desk, words, found.iter().find(|(code, _)| *code == words.code))).collect();
    let baseline = desk.house.pack().indicators.index.baseline;
    let body = Body {
        voice: &desk.voice,
        world: said::world(&desk),
        unit: said::unit(&desk, unit),
        when: said::days(&desk.voice, looked.first, looked.last()),
        month: looked.month(),
        query: looked.query(),
        before: looked.before(1).query(),
        complete,
        sites,
        kept,
        house: desk.person.may(HOUSE.0),
        export: desk.person.may(EXPORT.0),
        baseline: baseline.map(|(from, until)| said::days(&desk.voice, from, until)).unwrap_or_default(),
        unvalidated: said::unvalidated(&desk),
        lines,
    }
    .render()?;
    desk.page(Page { title: desk.voice.t("cockpit-title"), nav: "/cockpit", body, ..Page::default() })
}

/// Codes with what was found.
pub type All = Vec<(&'static str, Found)>;

/// All figures of a time, and whether the record was read to its end.
pub fn found(desk: &Desk, looked: Looked, unit: Unit) -> Result<(All, bool), Refusal> {
    let zone = desk.voice.zone();
    let asked = question(desk, looked.period(zone), unit);
    let base = desk
        .house
        .pack()
        .indicators
        .index
        .baseline
        .map(|(from, until)| Period { from: crate::span::midnight(from, zone), to: crate::span::midnight(until.tomorrow().unwrap_or(until), zone) });
    let mut bounds: Vec<i64> = (0..DRAWN).rev().map(|back| looked.before(back).period(zone).from).collect();
    bounds.push(asked.period.to);
    desk.figures(|facts| {
        let one = |code: &'static str| {
            let of = |period: Period| figure(facts, code, &rihla_indicators::figure::Question { period, ..asked });
            Some((
                code,
                Found {
                    now: of(asked.period)?,
                    before: of(looked.before(1).period(zone)),
                    base: base.and_then(of),
                    months: series(facts, code, &bounds, &asked),
                },
            ))
        };
        CODES.into_iter().filter_map(one).collect()
    })
}

fn line(desk: &Desk, words: &IndicatorWords, found: Option<&(&'static str, Found)>) -> Line {
    let voice = &desk.voice;
    let name = desk.named(&words.names).into_owned();
    let mut out = Line {
        code: words.code.clone(),
        now: None,
        before: None,
        base: None,
        trend: None,
        passed: None,
        threshold: String::new(),
        events: String::new(),
        missing: String::new(),
        drawn: String::new(),
        name,
    };
    let Some((code, found)) = found else { return out };
    let figure = &found.now;
    out.now = said::said(voice, figure);
    out.before = found.before.as_ref().and_then(|figure| said::said(voice, figure));
    out.base = found.base.as_ref().and_then(|figure| said::said(voice, figure));
    out.trend = said::trend(words, figure.value(), found.before.as_ref().and_then(Figure::value));
    out.passed = said::passed(words, figure);
    out.threshold = said::threshold(voice, words, figure.kind).unwrap_or_default();
    let (numerator, denominator) = said::parts(voice, code, figure);
    out.events = if figure.kind == rihla_indicators::figure::Kind::Wait { denominator } else { format!("{numerator} / {denominator}") };
    out.missing = figure.missing_rate().map(|rate| said::share(voice, rate)).unwrap_or_default();
    let values: Vec<Option<f64>> = found.months.iter().map(Figure::value).collect();
    if values.iter().flatten().count() > 1 {
        let spoken: Vec<String> = values.iter().map(|value| said::value(voice, figure.kind, *value).unwrap_or_else(|| voice.t("cockpit-none"))).collect();
        let label = voice.ta("cockpit-drawn", &[("name", out.name.clone()), ("values", spoken.join(" · "))]);
        out.drawn = draw::line(&values, None, &label, voice.lang().right_to_left());
    }
    out
}

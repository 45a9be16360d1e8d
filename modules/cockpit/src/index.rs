//! The index: what it is made of, what is not there, and what the gate says.

use crate::span::{Asked, Looked, midnight, question, today, weeks};
use crate::{HOUSE, said};
use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use jiff::civil::Date;
use rihla_indicators::figure::{Figure, Question, Unit, series};
use rihla_indicators::index::{Component, Index, WEEKS, index};
use rihla_packs::Better;
use rihla_web::text::Voice;
use rihla_web::{Desk, Page, Refusal};

struct Part {
    name: String,
    /// The published weight.
    weight: String,
    /// Its weight among those that have input, and its ratio.
    counted: Option<(String, String)>,
    why: &'static str,
}

#[derive(Template)]
#[template(path = "cockpit/index.html")]
struct Body<'b> {
    voice: &'b Voice,
    world: Option<String>,
    when: String,
    query: String,
    month: String,
    /// The index is one of the whole house.
    none: Vec<(String, String, bool)>,
    published: String,
    baseline: String,
    complete: bool,
    /// Value, lower and upper bound.
    index: Option<[String; 3]>,
    covered: String,
    parts: Vec<Part>,
    gate: Vec<(String, &'static str)>,
}

/// `GET /cockpit/index?quarter=2026-3`
pub async fn show(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(HOUSE)?;
    let (voice, rules) = (&desk.voice, &desk.house.pack().indicators.index);
    let looked = Looked::of(&asked, today(&desk));
    let (components, complete) = components(&desk, looked)?;
    let seed = looked.period(voice.zone()).from as u64;
    let made = rules.baseline.and_then(|_| index(&components, rules.replicates, seed));
    let number = |value: f64| voice.number(&format!("{value:.1}"));
    let part = |component: &Component| part(&desk, component, made.as_ref(), rules.baseline.is_some());
    let body = Body {
        world: said::world(&desk),
        when: said::days(voice, looked.first, looked.last()),
        query: looked.query(),
        month: looked.month(),
        none: Vec::new(),
        published: rules.published.map(|day| voice.date(day.to_string().as_str())).unwrap_or_default(),
        baseline: rules.baseline.map(|(from, until)| said::days(voice, from, until)).unwrap_or_default(),
        complete,
        index: made.as_ref().map(|made| [number(made.value), number(made.low), number(made.high)]),
        covered: said::share(voice, made.as_ref().map_or(0, |made| made.covered.max(0) as u64)),
        parts: components.iter().map(part).collect(),
        gate: rules.gate.iter().map(|item| (desk.named(&item.names).into_owned(), gate_said(&desk, item.of.as_deref()))).collect(),
        voice,
    }
    .render()?;
    desk.page(Page { title: voice.t("cockpit-index"), nav: "/cockpit", body, ..Page::default() })
}

fn gate_said(desk: &Desk, of: Option<&str>) -> &'static str {
    match of {
        None => rihla_web::key!("cockpit-gate-no-input"),
        Some(_) if desk.house.pack().indicators.index.baseline.is_none() => rihla_web::key!("cockpit-gate-no-baseline"),
        Some(_) => rihla_web::key!("cockpit-gate-look"),
    }
}

fn part(desk: &Desk, component: &Component, made: Option<&Index>, frozen: bool) -> Part {
    let voice = &desk.voice;
    let found = made.and_then(|made| made.parts.iter().find(|(code, _, _)| *code == component.code));
    let known = desk.house.pack().indicators.get(&component.code);
    let why = match (known, frozen) {
        (None, _) => rihla_web::key!("cockpit-part-not-measured"),
        (Some(_), _) if component.code == "a1" => rihla_web::key!("cockpit-part-not-measured"),
        (Some(_), false) => rihla_web::key!("cockpit-part-no-baseline"),
        (Some(_), true) => rihla_web::key!("cockpit-part-few-weeks"),
    };
    Part {
        name: known.map_or_else(|| component.code.to_uppercase(), |words| desk.named(&words.names).into_owned()),
        weight: said::share(voice, component.weight.max(0) as u64),
        counted: found.map(|(_, ratio, share)| (said::share(voice, (*share).max(0) as u64), voice.number(&format!("{ratio:.2}")))),
        why,
    }
}

/// Weekly values of the whole house, of the baseline and of the period.
fn components(desk: &Desk, looked: Looked) -> Result<(Vec<Component>, bool), Refusal> {
    let (zone, rules) = (desk.voice.zone(), &desk.house.pack().indicators);
    let whole = |from: Date, until: Date| {
        let bounds = weeks(until, (until - from).get_days().into(), zone);
        // Only weeks that lie wholly within.
        let begin = midnight(from, zone);
        bounds.into_iter().filter(|at| *at >= begin).collect::<Vec<i64>>()
    };
    let until = looked.last().tomorrow().unwrap_or(looked.first).min(today(desk));
    let now = whole(looked.first, until);
    let base = rules.index.baseline.map(|(from, until)| whole(from, until.tomorrow().unwrap_or(until))).unwrap_or_default();
    let asked = question(desk, looked.period(zone), Unit::House);
    desk.figures(|facts| {
        let values = |code: &str, bounds: &[i64]| {
            let asked = Question { ..asked };
            let figures = if bounds.len() > WEEKS { series(facts, code, bounds, &asked) } else { Vec::new() };
            figures.iter().filter_map(Figure::value).collect::<Vec<f64>>()
        };
        let component = |(code, weight): &(String, i64)| Component {
            code: code.clone(),
            weight: *weight,
            less_is_better: rules.get(code).is_none_or(|words| words.better != Better::More),
            base: values(code, &base),
            now: values(code, &now),
        };
        rules.index.components.iter().map(component).collect()
    })
}

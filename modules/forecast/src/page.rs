//! How good the forecasts are, and the switch.

use crate::{SEE, SWITCH};
use askama::Template;
use axum::extract::Form;
use axum::response::Response;
use rihla_forecast::{Kind, Predictor, Verdict};
use rihla_kernel::Instant;
use rihla_web::text::Voice;
use rihla_web::{Desk, Page, Refusal, go};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Switched {
    #[serde(default)]
    off: String,
    #[serde(default, rename = "_author")]
    author: String,
}

struct Line {
    what: String,
    shown: bool,
    why: String,
    counts: String,
    period: String,
    /// Coverage, interval score, distance from the middle: ours, then the naive forecast's.
    rows: Vec<(String, String, String)>,
    quarters: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "forecast/page.html")]
struct Body<'b> {
    voice: &'b Voice,
    author: String,
    may_switch: bool,
    off: bool,
    trained: bool,
    made: String,
    lines: Vec<Line>,
}

/// `GET /forecast`
pub async fn show(desk: Desk) -> Result<Response, Refusal> {
    desk.require(SEE)?;
    let kept = desk.forecasts()?;
    let (voice, trained) = (&desk.voice, kept.is_some());
    let kept = kept.unwrap_or_default();
    let body = Body {
        author: desk.person.mark(),
        may_switch: desk.person.may(SWITCH.0),
        off: kept.off,
        trained,
        made: voice.date_time(Instant(kept.made)),
        lines: kept.predictors.iter().map(|one| line(voice, one, kept.off)).collect(),
        voice,
    }
    .render()?;
    desk.page(Page { title: voice.t("forecast-title"), nav: "/forecast", body, ..Page::default() })
}

fn line(voice: &Voice, one: &Predictor, off: bool) -> Line {
    let share = |value: f64| voice.number(&format!("{:.1}", 100.0 * value)) + "\u{a0}%";
    let minutes = |value: f64| voice.number(&format!("{value:.1}")) + "\u{a0}min";
    let why = match one.judged.map(|judged| judged.verdict) {
        _ if off => rihla_web::key!("forecast-why-off"),
        None => rihla_web::key!("forecast-why-none"),
        Some(Verdict::Beats) => rihla_web::key!("forecast-why-beats"),
        Some(Verdict::TooFew) => rihla_web::key!("forecast-why-few"),
        Some(Verdict::Coverage) => rihla_web::key!("forecast-why-coverage"),
        Some(Verdict::Score) => rihla_web::key!("forecast-why-score"),
    };
    let rows = one.judged.map(|judged| {
        let (ours, naive) = (judged.ours, judged.naive);
        vec![
            (voice.t("forecast-coverage"), share(ours.coverage), share(naive.coverage)),
            (voice.t("forecast-score"), minutes(ours.interval), minutes(naive.interval)),
            (voice.t("forecast-distance"), minutes(ours.distance), minutes(naive.distance)),
        ]
    });
    let date = |at: i64| voice.date_time(Instant(at));
    let period = |[from, cut, until]: [i64; 3]| voice.ta("forecast-period", &[("from", date(from)), ("cut", date(cut)), ("until", date(until))]);
    Line {
        period: one.period.map(period).unwrap_or_default(),
        what: voice.t(match one.kind {
            Kind::DoctorWait => rihla_web::key!("forecast-doctor-wait"),
            Kind::Stay => rihla_web::key!("forecast-stay"),
        }),
        shown: one.beats() && !off,
        why: voice.t(why),
        counts: voice.ta("forecast-counts", &[("before", one.before.to_string()), ("after", one.after.to_string())]),
        rows: rows.unwrap_or_default(),
        quarters: one.quarters.iter().map(|(n, part)| (n.to_string(), share(*part))).collect(),
    }
}

/// `POST /forecast/switch`
pub async fn switch(desk: Desk, Form(switched): Form<Switched>) -> Result<Response, Refusal> {
    desk.require(SWITCH)?;
    desk.same_author(&switched.author)?;
    desk.switch_forecasts(switched.off == "1").await?;
    Ok(go("/forecast", &[]))
}

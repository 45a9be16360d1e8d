//! The activity of the house by unit, for a month or a quarter, on paper.

use crate::span::{Asked, Looked, question, sites, today, unit};
use crate::{SEE, said};
use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use rihla_indicators::Facts;
use rihla_indicators::figure::{Activity, DAY_MS, Question, Unit, activity, figure};
use rihla_kernel::Instant;
use rihla_web::text::Voice;
use rihla_web::{Desk, Page, Refusal};

/// Figures of beds in the order of the columns.
const BEDS: [&str; 4] = ["b4", "b1", "b3", "b2"];

pub struct Line {
    pub unit: String,
    /// Beds, open days, days, admissions, leavers, deaths, then [`BEDS`].
    pub cells: Vec<String>,
}

#[derive(Template)]
#[template(path = "cockpit/report.html")]
struct Body<'b> {
    voice: &'b Voice,
    world: Option<String>,
    site: String,
    when: String,
    month: String,
    query: String,
    complete: bool,
    sites: Vec<(String, String, bool)>,
    kept: String,
    printed: String,
    lines: Vec<Line>,
    whole: Option<Line>,
    emergency: Vec<(String, Option<String>)>,
    visits: String,
}

impl Body<'_> {
    /// The head of a column, for a telephone on which rows are stacked.
    fn column(&self, at: &usize) -> String {
        let keys = ["cockpit-beds", "cockpit-open-days", "cockpit-bed-days", "cockpit-admissions", "cockpit-leavers", "cockpit-deaths"];
        let known = keys.get(*at).map(|key| self.voice.t(key));
        known.or_else(|| ["DMS", "TOM", "TROT", "IROT"].get(at.checked_sub(keys.len())?).map(|name| (*name).to_owned())).unwrap_or_default()
    }
}

type Row = (u32, Activity, Vec<Option<String>>);

/// `GET /cockpit/report?quarter=2026-1`
pub async fn show(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(SEE)?;
    let (looked, unit, voice) = (Looked::of(&asked, today(&desk)), unit(&desk, &asked)?, &desk.voice);
    let (sites, kept) = (sites(&desk, &asked)?, asked.kept());
    let asked = question(&desk, looked.period(voice.zone()), unit);
    let days = (asked.period.to.min(asked.now) - asked.period.from).max(1);
    let ((rows, whole, emergency, visits), complete) = desk.figures(|facts| {
        let wards = facts.places.iter().filter(|(key, place)| place.ward && !place.emergency && unit.has(facts, **key));
        let rows: Vec<Row> =
            wards.map(|(key, _)| (*key, of(voice, facts, &Question { unit: Unit::Ward(*key), ..asked }))).map(|(key, (one, beds))| (key, one, beds)).collect();
        let emergency = ["e1", "e2", "e3", "e4", "e5", "e6"].map(|code| (code, figure(facts, code, &asked).and_then(|figure| said::said(voice, &figure))));
        let visits = figure(facts, "e4", &asked).map_or(0, |figure| figure.denominator);
        (rows, of(voice, facts, &asked), emergency, visits)
    })?;
    desk.keep_figures().await;
    let hospitals = said::hospitals(&desk, unit, &rows.iter().map(|(key, _, _)| *key).collect::<Vec<_>>())?;
    let line = |unit: String, one: &Activity, beds: &[Option<String>]| Line { unit, cells: cells(voice, one, beds, days) };
    let body = Body {
        world: said::world(&desk),
        site: said::unit(&desk, unit),
        when: said::days(voice, looked.first, looked.last()),
        month: looked.month(),
        query: looked.query(),
        complete,
        sites,
        kept,
        printed: voice.date_time(Instant(asked.now)),
        lines: rows.iter().map(|(key, one, beds)| line(said::placed(&desk, &hospitals, *key), one, beds)).collect(),
        whole: (!matches!(unit, Unit::Ward(_))).then(|| line(voice.t("cockpit-total"), &whole.0, &whole.1)),
        emergency: emergency
            .into_iter()
            .map(|(code, value)| (desk.house.pack().indicators.get(code).map(|words| desk.named(&words.names).into_owned()).unwrap_or_default(), value))
            .collect(),
        visits: voice.number(&visits.to_string()),
        voice,
    }
    .render()?;
    desk.page(Page { title: voice.t("cockpit-report"), nav: "/cockpit", body, ..Page::default() })
}

fn of(voice: &Voice, facts: &Facts, asked: &Question) -> (Activity, Vec<Option<String>>) {
    let beds = BEDS.map(|code| figure(facts, code, asked).and_then(|figure| said::said(voice, &figure)));
    (activity(facts, asked), beds.to_vec())
}

fn cells(voice: &Voice, one: &Activity, beds: &[Option<String>], days: i64) -> Vec<String> {
    let decimal = |ms: i64, by: i64| voice.number(&format!("{:.1}", ms as f64 / by as f64));
    let count = |number: u64| voice.number(&number.to_string());
    let own =
        [decimal(one.open, days), decimal(one.open, DAY_MS), decimal(one.present, DAY_MS), count(one.admissions), count(one.discharges), count(one.deaths)];
    own.into_iter().chain(beds.iter().map(|cell| cell.clone().unwrap_or_else(|| voice.t("cockpit-none")))).collect()
}

//! Who lay in a ward at a minute of the past, read off the stays.

use crate::SEE;
use crate::who::{Who, name_of};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use rihla_clinical::{House, Kind, stays_at};
use rihla_kernel::Instant;
use rihla_web::text::{Dated, Moment, Voice};
use rihla_web::{Desk, Page, Refusal};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    at: String,
}

struct Line {
    place: String,
    who: Who,
    kept: bool,
}

#[derive(Template)]
#[template(path = "beds/census.html")]
struct Body<'b> {
    voice: &'b Voice,
    ward: &'b str,
    name: String,
    at: String,
    when: String,
    wrong: bool,
    lines: Vec<Line>,
    present: usize,
}

/// `GET /beds/{ward}/census?at=2026-01-15T08:00`
pub async fn show(desk: Desk, Path(ward): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(SEE)?;
    let name = name_of(&desk, &ward);
    if name.is_empty() {
        return Err(Refusal::not_found());
    }
    let at = instant(&desk, &asked.at);
    let lines = match at {
        Some(at) => lines(&desk, &ward, at)?,
        None => Vec::new(),
    };
    let body = Body {
        voice: &desk.voice,
        ward: &ward,
        name,
        when: at.map(|at| desk.voice.date_time(at)).unwrap_or_default(),
        wrong: at.is_none() && !asked.at.is_empty(),
        present: lines.iter().filter(|line| !line.kept).count(),
        lines,
        at: asked.at,
    }
    .render()?;
    desk.page(Page { title: desk.voice.t("beds-census"), nav: "/beds", body, ..Page::default() })
}

/// A minute as it is typed, in the zone of the site; not one to come.
pub fn instant(desk: &Desk, text: &str) -> Option<Instant> {
    let text = if text.len() == "2026-01-15T08:00".len() { format!("{text}:00") } else { text.to_owned() };
    let Moment::Full(at) = text.as_str().moment(desk.voice.zone()) else { return None };
    Some(Instant(at.timestamp().as_millisecond())).filter(|at| *at <= desk.voice.now())
}

fn lines(desk: &Desk, ward: &str, at: Instant) -> Result<Vec<Line>, Refusal> {
    let house = House::read(&desk.record)?;
    let places = house.places_of(ward);
    let ids: Vec<&str> = places.iter().map(|place| place.id.as_str()).collect();
    let mut out = Vec::new();
    for stay in stays_at(&desk.record, &ids, at)? {
        for entry in stay.movements.iter().filter(|entry| entry.covers(at) && entry.kind != Kind::Reservation && ids.contains(&entry.spot.location.as_str())) {
            let kept = !entry.kind.is_presence();
            let place = name_of(desk, &entry.spot.location);
            out.extend(Who::of(desk, &stay, entry, ward, false).map(|who| Line { place, who, kept }));
        }
    }
    out.sort_by(|a, b| a.place.cmp(&b.place));
    Ok(out)
}

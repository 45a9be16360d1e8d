//! All wards with how many of their places are how.

use crate::board::Counts;
use crate::waiting::{Waiting, waiting};
use crate::who::named;
use crate::{GROUP, RESERVE, SEE};
use askama::Template;
use axum::response::Response;
use rihla_clinical::{House, Seen};
use rihla_web::text::Voice;
use rihla_web::{ALL_PLACES, Desk, OF_PLACE, Page, Refusal};
use std::collections::HashMap;

struct Line {
    id: String,
    name: String,
    site: String,
    counts: Counts,
    /// Of a hundred slots so many are occupied or kept.
    percent: usize,
}

#[derive(Template)]
#[template(path = "beds/group.html")]
struct Body<'b> {
    voice: &'b Voice,
    group: String,
}

#[derive(Template)]
#[template(path = "beds/wards.html")]
struct Wards<'w> {
    voice: &'w Voice,
    lines: Vec<Line>,
    waiting: Vec<Waiting>,
    reserves: bool,
}

/// `GET /beds`
pub async fn show(desk: Desk) -> Result<Response, Refusal> {
    desk.require(SEE)?;
    let body = Body { voice: &desk.voice, group: part(&desk)? }.render()?;
    desk.page(Page { title: desk.voice.t("beds-title"), nav: "/beds", live: vec![(GROUP, format!("{OF_PLACE}{ALL_PLACES}"))], body, ..Page::default() })
}

/// The part that follows the record.
pub fn part(desk: &Desk) -> Result<String, Refusal> {
    let house = House::read(&desk.record)?;
    let seen = house.seen(&desk.record, None)?;
    let mut of_ward: HashMap<&str, Vec<&Seen>> = HashMap::new();
    for one in &seen {
        of_ward.entry(house.ward_of(&one.place.id).map_or("", |ward| &ward.id)).or_default().push(one);
    }
    let mut lines = Vec::new();
    for ward in house.wards() {
        let Some(own) = of_ward.get(ward.id.as_str()) else { continue };
        let counts = Counts::of(own.iter().copied());
        let above = ward.above.as_deref().and_then(|id| house.get(id));
        lines.push(Line {
            id: ward.id.clone(),
            name: named(desk, &ward.name, &ward.aliases),
            site: above.map(|site| named(desk, &site.name, &site.aliases)).unwrap_or_default(),
            percent: (counts.occupied + counts.kept) * 100 / counts.slots.max(1),
            counts,
        });
    }
    let waiting = waiting(desk)?;
    Ok(Wards { voice: &desk.voice, lines, waiting, reserves: desk.person.may(RESERVE.0) }.render()?)
}

//! The round list of a ward, on screen and on paper.

use crate::SEE;
use crate::known::{Known, read};
use crate::ward::{Choice, Person, Ward, choices, name_of};
use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use jiff::Timestamp;
use rihla_clinical::House;
use rihla_kernel::Instant;
pub use rihla_web::Allergies;
use rihla_web::text::{Html, Voice};
use rihla_web::{Desk, Page, Refusal, percent};
use serde::Deserialize;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    ward: String,
}

/// A patient of the list.
struct Line {
    place: String,
    name: Html,
    number: Option<Html>,
    age: String,
    sex: String,
    path: String,
    /// Since when, and the day of the stay; the day of arrival is day 0.
    since: String,
    day: Option<usize>,
    known: Known,
}

#[derive(Template)]
#[template(path = "shift/round.html")]
struct Body<'b> {
    voice: &'b Voice,
    wards: Vec<Choice>,
    /// The ward that is shown; none: it is to be chosen.
    ward: Option<String>,
    back: String,
    lines: Vec<Line>,
    unseen: usize,
    cut: bool,
    hidden: String,
    printed: String,
}

/// `GET /shift/round?ward=…`
pub async fn show(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(SEE)?;
    let house = House::read(&desk.record)?;
    let (wards, ward) = choices(&desk, &house, &asked.ward, "/shift/round");
    let (mut lines, mut unseen, mut cut) = (Vec::new(), 0, false);
    if let Some(ward) = &ward {
        let people = Ward::read(&desk, &house, &ward.id)?;
        let (known, more) = read(&desk, &people)?;
        (unseen, cut) = (people.unseen, more);
        lines = people.people.iter().zip(known).map(|(person, known)| line(&desk, person, known)).collect();
    }
    let voice = &desk.voice;
    let role = desk.named(&desk.person.role.names).into_owned();
    let body = Body {
        voice,
        wards,
        back: format!("/shift?ward={}", ward.as_ref().map(|ward| percent(&ward.id)).unwrap_or_default()),
        ward: ward.map(|ward| name_of(&desk, &ward)),
        lines,
        unseen,
        cut,
        hidden: desk.not_all_shown(&["Condition", "AllergyIntolerance", "Flag", "Observation", "ServiceRequest", "Composition"])?.unwrap_or_default(),
        printed: voice.ta("shift-printed", &[("by", desk.person.name.clone()), ("role", role), ("at", voice.date_time(voice.now()))]),
    }
    .render()?;
    desk.page(Page { title: voice.t("shift-round"), nav: "/shift", body, ..Page::default() })
}

fn line(desk: &Desk, person: &Person, known: Known) -> Line {
    let voice = &desk.voice;
    Line {
        place: person.place.clone(),
        name: person.name.clone(),
        number: person.number.clone(),
        age: person.age.clone(),
        sex: person.sex.clone(),
        path: format!("/patients/{}/chart", percent(&person.id)),
        since: person.stay.from.map(|from| voice.date(from)).unwrap_or_default(),
        day: person.stay.from.and_then(|from| days(from, voice)),
        known,
    }
}

/// Days of the calendar since somebody came.
fn days(from: Instant, voice: &Voice) -> Option<usize> {
    let day = |at: Instant| Some(Timestamp::from_millisecond(at.0).ok()?.to_zoned(voice.zone().clone()).date());
    usize::try_from(day(voice.now())?.duration_since(day(from)?).as_hours() / 24).ok()
}

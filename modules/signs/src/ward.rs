//! A ward's patients with their last set, what the score said and when the next is due: who waits too long comes first.

use crate::sets::{CATEGORIES, Set, grouped};
use crate::told::{icon, level, named, watched};
use crate::{READ, WARD};
use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use rihla_clinical::{House, Status, Stay, stays_in};
use rihla_fhir::view::{Names, Script};
use rihla_kernel::{Fault, Instant};
use rihla_scores::Score;
use rihla_store::Stored;
use rihla_web::text::{Html, Voice, auto, ltr, marked};
use rihla_web::{Desk, Icon, OF_PLACE, Page, Refusal, look};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Patients of one page.
const PAGE: usize = 30;
/// Patients of a ward that are looked at.
const MOST: usize = 240;
/// Sets of so many hours are read: who was not measured since is late whatever was said then.
const HOURS: i64 = 24;
/// Observations of one question, and questions of one page.
const READ_AT_ONCE: &str = "1000";
const QUESTIONS: usize = 8;
const MINUTE: i64 = 60_000;

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct Asked {
    ward: String,
    page: usize,
}

/// One patient of the list.
struct Line {
    place: String,
    name: Html,
    number: Option<Html>,
    path: String,
    /// When the last set was measured, and how long ago.
    at: String,
    ago: String,
    values: Vec<(String, Html)>,
    total: Option<i32>,
    level: String,
    words: String,
    icon: Icon<'static>,
    due: String,
    late: bool,
    /// By which the list is sorted.
    order: (u8, i64, String),
}

struct Choice {
    path: String,
    name: String,
    /// What the ward is part of, where there are several.
    site: String,
    here: bool,
}

#[derive(Template)]
#[template(path = "signs/ward.html")]
struct Body<'b> {
    voice: &'b Voice,
    wards: Vec<Choice>,
    list: String,
}

#[derive(Template)]
#[template(path = "signs/ward-list.html")]
struct List<'l> {
    voice: &'l Voice,
    score: String,
    lines: Vec<Line>,
    /// Patients of the whole ward, and those of them who are late.
    all: usize,
    late: usize,
    before: Option<String>,
    after: Option<String>,
}

/// `GET /signs?ward=…`
pub async fn show(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(READ)?;
    let house = House::read(&desk.record)?;
    let known: Vec<&rihla_clinical::Place> = house.wards().filter(|ward| !house.places_of(&ward.id).is_empty()).collect();
    // Whoever works in one ward begins there.
    let own = Some(asked.ward.clone()).filter(|ward| !ward.is_empty()).or_else(|| desk.person.unit.clone()).unwrap_or_default();
    let ward = known.iter().find(|ward| ward.id == own).or(known.first().filter(|_| known.len() == 1));
    let mut above: Vec<Option<&str>> = known.iter().map(|ward| ward.above.as_deref()).collect();
    above.dedup();
    let site = |one: &rihla_clinical::Place| {
        let above = one.above.as_deref().filter(|_| above.len() > 1).and_then(|id| house.get(id));
        above.map(|above| called(&desk, &above.name, &above.aliases)).unwrap_or_default()
    };
    let choice = |one: &&rihla_clinical::Place| Choice {
        path: format!("/signs?ward={}", rihla_web::percent(&one.id)),
        name: called(&desk, &one.name, &one.aliases),
        site: site(one),
        here: ward.is_some_and(|ward| ward.id == one.id),
    };
    let about = ward.map(|ward| if asked.page == 0 { ward.id.clone() } else { format!("{}--{}", ward.id, asked.page) });
    let list = about.as_deref().map(|about| part(&desk, about)).transpose()?.unwrap_or_default();
    let body = Body { voice: &desk.voice, wards: known.iter().map(choice).collect(), list }.render()?;
    let live = about.map(|about| (WARD, format!("{OF_PLACE}{about}"))).into_iter().collect();
    desk.page(Page { title: desk.voice.t("signs-title"), nav: "/signs", live, body, ..Page::default() })
}

/// The part that follows the record; `about` names the ward, and the page after two hyphens.
pub fn part(desk: &Desk, about: &str) -> Result<String, Refusal> {
    let about = about.strip_prefix(OF_PLACE).unwrap_or(about);
    let (ward, page) = about.rsplit_once("--").and_then(|(ward, page)| Some((ward, page.parse().ok()?))).unwrap_or((about, 0_usize));
    let mut lines = lines(desk, ward)?;
    lines.sort_by(|one, other| one.order.cmp(&other.order));
    let (all, late) = (lines.len(), lines.iter().filter(|line| line.late).count());
    let at = |page: usize| format!("/signs?ward={}&page={page}", rihla_web::percent(ward));
    let list = List {
        voice: &desk.voice,
        score: watched(desk).map(|score| named(&score.names, desk.voice.lang()).to_owned()).unwrap_or_default(),
        lines: lines.into_iter().skip(page.saturating_mul(PAGE)).take(PAGE).collect(),
        all,
        late,
        before: page.checked_sub(1).map(at),
        after: (page.saturating_add(1).saturating_mul(PAGE) < all).then(|| at(page + 1)),
    };
    Ok(list.render()?)
}

fn lines(desk: &Desk, ward: &str) -> Result<Vec<Line>, Refusal> {
    if !desk.shows("Encounter") || !desk.shows("Observation") {
        return Ok(Vec::new());
    }
    let house = House::of_ward(&desk.record, ward)?;
    let places: Vec<&str> = house.places_of(ward).into_iter().map(|place| place.id.as_str()).collect();
    let mut here: BTreeMap<String, String> = BTreeMap::new();
    for stay in stays_in(&desk.record, &places)?.iter().take(MOST) {
        if let Some(place) = lies(stay, &places) {
            let place = house.get(place);
            here.insert(stay.patient.clone(), place.map(|place| called(desk, &place.name, &place.aliases)).unwrap_or_default());
        }
    }
    let ids: Vec<&str> = here.keys().map(String::as_str).collect();
    let people = people(desk, &ids)?;
    let mut sets: BTreeMap<String, Vec<Set>> = BTreeMap::new();
    for (patient, set) in grouped(desk, &recent(desk, &ids)?) {
        if !set.in_error {
            sets.entry(patient).or_default().push(set);
        }
    }
    let score = watched(desk);
    Ok(people.iter().filter_map(|stored| line(desk, stored, &here, &sets, score)).collect())
}

/// Where somebody of a stay lies now, among some places.
fn lies<'p>(stay: &Stay, places: &[&'p str]) -> Option<&'p str> {
    let now = stay.movements.iter().find(|one| one.cancelled.is_none() && one.status == Status::Active)?;
    places.iter().find(|place| **place == now.spot.location).copied()
}

fn people(desk: &Desk, ids: &[&str]) -> Result<Vec<Stored>, Refusal> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let count = MOST.to_string();
    Ok(desk.search("Patient", &[("_id", &ids.join(",")), ("_count", &count)])?.matches)
}

/// What was measured of all of them in the last hours: few questions for a whole ward.
fn recent(desk: &Desk, ids: &[&str]) -> Result<Vec<Stored>, Refusal> {
    let mut out = Vec::new();
    if ids.is_empty() {
        return Ok(out);
    }
    let since = Instant(desk.voice.now().0 - HOURS * 60 * MINUTE);
    let since = format!("ge{}", crate::taken::fhir(since, desk.voice.zone()));
    let all = ids.join(",");
    let mut cursor: Option<String> = None;
    for _ in 0..QUESTIONS {
        let mut parameters = vec![("patient", all.as_str()), ("category", CATEGORIES), ("date", since.as_str()), ("_count", READ_AT_ONCE)];
        parameters.extend(cursor.as_deref().map(|cursor| ("_cursor", cursor)));
        let page = desk.search("Observation", &parameters)?;
        out.extend(page.matches);
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(out),
        }
    }
    // A list that is not whole would call somebody late who is not.
    Err(Fault::new(rihla_kernel::FaultKind::TooLarge, "RH-SIGNS-WARD", "This ward has more measures of a day than a list can hold.").into())
}

fn line(desk: &Desk, stored: &Stored, here: &BTreeMap<String, String>, sets: &BTreeMap<String, Vec<Set>>, score: Option<&Score>) -> Option<Line> {
    let voice = &desk.voice;
    let id = stored.id.to_text();
    let (name, number) = look(stored, |patient| {
        let names = Names::of(patient);
        let name = names.first(Script::of_lang(voice.lang())).map(rihla_fhir::view::HumanName::formal).unwrap_or_default();
        (auto(name), rihla_web::numbers(patient, desk).into_iter().next().map(|number| ltr(number.value)))
    })?;
    let own = sets.get(&id).map(Vec::as_slice).unwrap_or_default();
    let last = own.first();
    let scored = score.and_then(|score| own.iter().find_map(|set| Some((set.at, set.scored(&score.id)?))));
    let due = Due::of(score, last, scored.map(|(at, scored)| (at, scored.total, scored.level.as_str())));
    let code = scored.map(|(_, scored)| scored.level.clone()).unwrap_or_default();
    let place = here.get(&id).cloned().unwrap_or_default();
    Some(Line {
        path: format!("/patients/{}/signs", rihla_web::percent(&id)),
        at: last.map(|set| voice.time(set.at)).unwrap_or_default(),
        ago: last.map(|set| voice.ago(set.at)).unwrap_or_default(),
        values: last.map(|set| values(desk, set)).unwrap_or_default(),
        total: scored.map(|(_, scored)| scored.total),
        words: level(voice, &code),
        icon: icon(&code),
        level: code,
        due: due.words(voice),
        late: due.is_late(voice.now()),
        order: due.order(voice.now(), place.clone()),
        place,
        name,
        number,
    })
}

/// The values of a set under their short names.
fn values(desk: &Desk, set: &Set) -> Vec<(String, Html)> {
    let signs = &desk.house.pack().signs;
    let value = |(code, value): &(String, crate::value::Value)| {
        let sign = signs.sign(code)?;
        Some((desk.named(&sign.short).into_owned(), value.shown(sign, desk)))
    };
    let mut all: Vec<_> = set.values.iter().collect();
    all.sort_by_key(|(code, _)| signs.list.iter().position(|sign| sign.code == *code));
    all.into_iter().filter_map(value).collect()
}

/// When somebody is to be measured next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    /// Nothing was measured within the hours that are looked at.
    Never,
    /// Watched without a pause.
    Always,
    At(Instant),
    /// There are values, and no score says when.
    Unsaid,
}

impl Due {
    fn of(score: Option<&Score>, last: Option<&Set>, scored: Option<(Instant, i32, &str)>) -> Self {
        if last.is_none() {
            return Self::Never;
        }
        let Some((at, total, level)) = scored else { return Self::Unsaid };
        match score.and_then(|score| score.again_after(total, level)) {
            Some(0) => Self::Always,
            Some(minutes) => Self::At(Instant(at.0 + i64::from(minutes) * MINUTE)),
            None => Self::Unsaid,
        }
    }

    fn is_late(self, now: Instant) -> bool {
        match self {
            Self::Never => true,
            Self::At(at) => at < now,
            Self::Always | Self::Unsaid => false,
        }
    }

    fn words(self, voice: &Voice) -> String {
        match self {
            Self::Never => voice.t("signs-due-never"),
            Self::Always => voice.t("signs-due-always"),
            Self::Unsaid => voice.t("signs-due-unsaid"),
            Self::At(at) => voice.ta("signs-due-at", &[("time", voice.time(at)), ("ago", voice.ago(at))]),
        }
    }

    /// Who is watched without a pause and who is late first, then by when they are due.
    fn order(self, now: Instant, place: String) -> (u8, i64, String) {
        match self {
            Self::Always => (0, 0, place),
            Self::At(at) if at < now => (1, at.0, place),
            Self::Never => (2, 0, place),
            Self::Unsaid => (3, 0, place),
            Self::At(at) => (4, at.0, place),
        }
    }
}

/// Of a name and its aliases the one in the reader's script.
fn called(desk: &Desk, name: &str, aliases: &[String]) -> String {
    marked(rihla_clinical::called(name, aliases, desk.voice.lang() == rihla_kernel::Lang::Arabic))
}

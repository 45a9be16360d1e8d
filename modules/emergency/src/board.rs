//! The track board: who is here, where, how urgent, waiting for what since when. It follows the record.

use crate::decide::DECISIONS;
use crate::level::Shown;
use crate::row::{order, reason, retriage_due, wait};
use crate::visit::Visit;
use crate::{BOARD, SEE, TREAT, TRIAGE, WALL};
use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use rihla_clinical::emergency::{EMERGENCY, Moment};
use rihla_clinical::{State, refusal};
use rihla_fhir::view::{HumanName, Look, Names, Script};
use rihla_kernel::Instant;
use rihla_web::forecasts::Waiting;
use rihla_web::text::{Dated, Html, Moment as Read, Voice, auto, listed, ltr};
use rihla_web::{ALL_PLACES, Desk, OF_PLACE, Page, Refusal, key, look};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Visits of one board.
const MOST: &str = "200";
/// How long whoever left may still be called back here, in milliseconds.
const LEFT: i64 = 24 * 60 * 60 * 1000;

#[derive(Deserialize)]
pub struct Asked {
    /// The id of a zone.
    #[serde(default)]
    zone: String,
    #[serde(default)]
    wrong: String,
}

struct Line {
    id: String,
    version: u32,
    patient: String,
    name: Html,
    number: Option<Html>,
    place: String,
    zone: String,
    level: Option<Shown>,
    reason: String,
    note: String,
    arrived: String,
    waits: String,
    since: String,
    /// Since when it waits for this.
    began: Instant,
    minutes: i64,
    target: Option<i64>,
    late: Option<i64>,
    /// What is expected of the wait for a physician, in words; empty: nothing is known that may be shown.
    expected: String,
    retriage: bool,
    seen: bool,
    decided: bool,
    admitted: bool,
}

struct Gone {
    id: String,
    version: u32,
    name: Html,
    when: String,
}

/// Minutes as people say them: beyond an hour in hours.
fn span(voice: &Voice, minutes: &i64) -> String {
    match *minutes {
        ..60 => voice.ta("emergency-minutes", &[("minutes", minutes.to_string())]),
        _ => voice.ta("emergency-hours", &[("hours", (minutes / 60).to_string()), ("minutes", format!("{:02}", minutes % 60))]),
    }
}

#[derive(Template)]
#[template(path = "emergency/board.html")]
struct Board<'b> {
    voice: &'b Voice,
    lines: Vec<Line>,
    gone: Vec<Gone>,
    late: usize,
    /// How many wait for each thing.
    sums: Vec<(String, usize)>,
    more: bool,
    /// Something is expected of somebody.
    expects: bool,
    decisions: Vec<(&'static str, String)>,
    wall: bool,
    author: String,
    sorts: bool,
    treats: bool,
    carries: bool,
}

#[derive(Template)]
#[template(path = "emergency/page.html")]
struct Body<'b> {
    voice: &'b Voice,
    wall: bool,
    wrong: String,
    arrives: bool,
    zone: &'b str,
    zones: Vec<(String, String)>,
    board: String,
}

/// `GET /emergency`
pub async fn show(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    page(&desk, &asked, false)
}

/// `GET /emergency/wall`
pub async fn wall(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    page(&desk, &asked, true)
}

fn page(desk: &Desk, asked: &Asked, wall: bool) -> Result<Response, Refusal> {
    desk.require(SEE)?;
    let about = format!("{OF_PLACE}{}", if asked.zone.is_empty() { ALL_PLACES } else { &asked.zone });
    let (lines, _) = lines(desk, wall, "")?;
    let zones: BTreeMap<String, String> = lines.into_iter().filter(|line| !line.zone.is_empty()).map(|line| (line.zone, line.place)).collect();
    let body = Body {
        voice: &desk.voice,
        wall,
        wrong: wrong(&desk.voice, &asked.wrong),
        arrives: desk.person.may(crate::ARRIVE.0),
        zone: &asked.zone,
        zones: zones.into_iter().collect(),
        board: part(desk, &about, wall)?,
    }
    .render()?;
    let live = vec![(if wall { WALL } else { BOARD }, about)];
    desk.page(Page { title: desk.voice.t("emergency-title"), nav: "/emergency", live, body, wall, ..Page::default() })
}

/// The words for a refusal, of which the address holds the code.
fn wrong(voice: &Voice, code: &str) -> String {
    let known = [refusal::state().code, refusal::order().code, refusal::dead().code, refusal::busy().code].contains(&code);
    if known { format!("{} ({code})", voice.t(&listed(key!("emergency-refused-*"), code))) } else { String::new() }
}

/// The part that follows the record; `about` names the zone.
pub fn part(desk: &Desk, about: &str, wall: bool) -> Result<String, Refusal> {
    let zone = about.strip_prefix(OF_PLACE).unwrap_or(about);
    let (lines, more) = lines(desk, wall, if zone == ALL_PLACES { "" } else { zone })?;
    let may = |permission: rihla_kernel::Permission| !wall && desk.person.may(permission.0);
    let board = Board {
        voice: &desk.voice,
        sums: sums(&lines),
        expects: lines.iter().any(|line| !line.expected.is_empty()),
        late: lines.iter().filter(|line| line.late.is_some()).count(),
        lines,
        gone: if wall { Vec::new() } else { gone(desk)? },
        more,
        decisions: DECISIONS.into_iter().map(|code| (code, desk.voice.t(&listed(key!("emergency-decision-*"), code)))).collect(),
        wall,
        author: desk.person.mark(),
        sorts: may(TRIAGE),
        treats: may(TREAT),
        carries: desk.person.may("admission.see"),
    };
    Ok(board.render()?)
}

/// How many wait for what, in the order of the board.
fn sums(lines: &[Line]) -> Vec<(String, usize)> {
    let mut out: Vec<(String, usize)> = Vec::new();
    for line in lines {
        match out.iter_mut().find(|(words, _)| *words == line.waits) {
            Some((_, count)) => *count += 1,
            None => out.push((line.waits.clone(), 1)),
        }
    }
    out
}

impl Board<'_> {
    /// Who has waited longest for what they wait for now.
    fn longest(&self) -> Option<&Line> {
        self.lines.iter().min_by_key(|line| line.began)
    }
}

fn lines(desk: &Desk, wall: bool, zone: &str) -> Result<(Vec<Line>, bool), Refusal> {
    let found = desk.search("Encounter", &[("class", EMERGENCY), ("status", "arrived,triaged,in-progress"), ("_sort", "date"), ("_count", MOST)])?;
    // Only visits that were begun here have times; others are shown with what their system says.
    let visits: Vec<Visit> = found.matches.iter().filter_map(|stored| Visit::read(stored, desk)).filter(|visit| visit.stay.arrived().is_some()).collect();
    let asked = requests(desk, &visits)?;
    let mut lines: Vec<_> = visits.iter().filter_map(|visit| line(desk, visit, asked.get(&visit.stay.id).copied(), wall)).collect();
    if !wall {
        expect(desk, &visits, lines.iter_mut().map(|(_, line)| line))?;
    }
    lines.retain(|(_, line)| zone.is_empty() || line.zone == zone);
    lines.sort_by_key(|(order, _)| *order);
    Ok((lines.into_iter().map(|(_, line)| line).collect(), found.next.is_some()))
}

/// Says of each who waits for a physician how long that was expected to take, where the site's own forecast may be shown.
fn expect<'l>(desk: &Desk, visits: &[Visit], lines: impl Iterator<Item = &'l mut Line>) -> Result<(), Refusal> {
    let waits = |visit: &&Visit| visit.stay.first_time(Moment::Contact).is_none() && visit.stay.time(Moment::Decision).is_none();
    let waiting = visits.iter().filter(waits).filter_map(|visit| {
        let since = visit.stay.first_time(Moment::TriageEnd)?.signed.at;
        Some(Waiting { id: visit.stay.id.clone(), version: visit.stay.version, since })
    });
    let expected = desk.waits(&waiting.collect::<Vec<_>>())?;
    for line in lines {
        let Some(range) = expected.get(&line.id) else { continue };
        let (half, most) = (range.middle.round() as i64, range.most.round() as i64);
        let so_far = (desk.voice.now().0 - line.began.0) / 60_000;
        let (voice, most_said) = (&desk.voice, span(&desk.voice, &most));
        line.expected = match so_far > most {
            true => voice.ta("emergency-expected-passed", &[("most", most_said)]),
            false => voice.ta("emergency-expected", &[("half", span(voice, &half)), ("most", most_said)]),
        };
    }
    Ok(())
}

/// Since when the oldest request of a visit that has no result is open.
fn requests(desk: &Desk, visits: &[Visit]) -> Result<BTreeMap<String, Instant>, Refusal> {
    let mut out = BTreeMap::new();
    if visits.is_empty() || !desk.shows("ServiceRequest") {
        return Ok(out);
    }
    let ids: Vec<String> = visits.iter().map(|visit| format!("Encounter/{}", visit.stay.id)).collect();
    let found = desk.search("ServiceRequest", &[("encounter", &ids.join(",")), ("status", "active"), ("_count", "500")])?;
    for stored in &found.matches {
        let read = look(stored, |value| {
            let visit = value.reference("encounter.reference", "Encounter")?.into_owned();
            Some((visit, value.text("authoredOn").unwrap_or_default().into_owned()))
        });
        let Some((visit, authored)) = read.flatten() else { continue };
        let at = match authored.as_str().moment(desk.voice.zone()) {
            Read::Full(at) => Instant(at.timestamp().as_millisecond()),
            _ => stored.last_updated,
        };
        let oldest = out.entry(visit).or_insert(at);
        *oldest = at.min(*oldest);
    }
    Ok(out)
}

type Order = (bool, usize, bool, Instant);

fn line(desk: &Desk, visit: &Visit, asked: Option<Instant>, wall: bool) -> Option<(Order, Line)> {
    let (voice, stay) = (&desk.voice, &visit.stay);
    let now = voice.now();
    let level = visit.level.as_ref().map(|(scale, code)| Shown::of(desk, scale, code));
    let waits = wait(visit, level.as_ref(), desk.house.pack().triage.within, asked)?;
    let late = waits.late(now);
    let (name, number) = who(desk, &stay.patient, wall)?;
    let arrived = stay.arrived()?;
    let zone = stay.here().map(|entry| entry.spot.location.clone()).unwrap_or_default();
    let order = order(late.is_some(), level.as_ref(), arrived);
    let line = Line {
        id: stay.id.clone(),
        version: stay.version,
        patient: stay.patient.clone(),
        name,
        number,
        place: place(desk, &zone),
        zone,
        // On a wall nobody reads why they came.
        reason: if wall { String::new() } else { reason(desk, visit) },
        note: if wall { String::new() } else { visit.note.clone() },
        arrived: voice.time(arrived),
        waits: voice.t(&listed(key!("emergency-waits-*"), waits.what)),
        since: voice.ago(waits.since),
        began: waits.since,
        minutes: waits.minutes(now),
        target: waits.target.map(i64::from),
        late,
        expected: String::new(),
        retriage: retriage_due(visit, level.as_ref(), now),
        seen: stay.first_time(Moment::Contact).is_some(),
        decided: stay.time(Moment::Decision).is_some(),
        admitted: stay.time(Moment::Decision).is_some_and(|last| last.what == "admit"),
        level,
    };
    Some((order, line))
}

/// The name, or on a wall the initials; and the number.
fn who(desk: &Desk, patient: &str, wall: bool) -> Option<(Html, Option<Html>)> {
    let stored = desk.read("Patient", patient).ok()?;
    look(&stored, |value| {
        let names = Names::of(value);
        let name = names.first(Script::of_lang(desk.voice.lang()));
        let shown = if wall { name.map(HumanName::initials) } else { name.map(HumanName::formal) };
        (auto(shown.unwrap_or_default()), rihla_web::numbers(value, desk).into_iter().next().map(|number| ltr(number.value)))
    })
}

fn place(desk: &Desk, id: &str) -> String {
    let Ok(stored) = desk.read("Location", id) else { return String::new() };
    let arabic = desk.voice.lang() == rihla_kernel::Lang::Arabic;
    look(&stored, |place| {
        let aliases: Vec<String> = place.all("alias").iter().filter_map(|alias| alias.as_str()).map(|alias| alias.into_owned()).collect();
        rihla_web::text::marked(rihla_clinical::called(&place.text("name").unwrap_or_default(), &aliases, arabic))
    })
    .unwrap_or_default()
}

/// Whoever left unseen within the last day and is not back.
fn gone(desk: &Desk) -> Result<Vec<Gone>, Refusal> {
    let since = format!("ge{}", rihla_store::body::instant_text(Instant(desk.voice.now().0 - LEFT)));
    let found = desk.search("Encounter", &[("class", EMERGENCY), ("status", "finished"), ("date", &since), ("_sort", "-date"), ("_count", MOST)])?;
    let one = |stored: &rihla_store::Stored| {
        let stay = Visit::read(stored, desk)?.stay;
        let last = stay.times.last().filter(|last| last.moment == Moment::LeftUnseen && stay.state == State::Finished)?;
        let (name, _) = who(desk, &stay.patient, false)?;
        Some(Gone { name, when: desk.voice.ago(last.signed.at), version: stay.version, id: stay.id.clone() })
    };
    Ok(found.matches.iter().filter_map(one).collect())
}

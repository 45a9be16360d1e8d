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
use rihla_fhir::view::{Concept, HumanName, Look, Names, Script};
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
    /// The code of what is awaited, and its words.
    what: &'static str,
    waits: String,
    /// What was asked for, where a result is awaited; never on a wall.
    results: String,
    since: String,
    /// Since when it waits for this, and for how many minutes.
    began: Instant,
    waited: i64,
    minutes: i64,
    target: Option<i64>,
    late: Option<i64>,
    /// What is expected of the wait for a physician, in words; empty: nothing is known that may be shown.
    expected: String,
    retriage: bool,
    seen: bool,
    decided: bool,
    admitted: bool,
    /// This person may send them elsewhere.
    redirects: bool,
}

struct Gone {
    id: String,
    version: u32,
    name: Html,
    when: String,
    /// Of whoever was sent elsewhere: what they were told.
    advice: String,
}

/// Minutes as people say them: beyond an hour in hours, beyond two days in days.
pub fn span(voice: &Voice, minutes: &i64) -> String {
    let hours = minutes / 60;
    match *minutes {
        ..60 => voice.ta("emergency-minutes", &[("minutes", minutes.to_string())]),
        2880.. => voice.tn("emergency-days", hours / 24),
        _ if minutes % 60 == 0 => voice.ta("emergency-hours-whole", &[("hours", hours.to_string())]),
        _ => voice.ta("emergency-hours", &[("hours", hours.to_string()), ("minutes", format!("{:02}", minutes % 60))]),
    }
}

/// A time, with its day where that was not today.
pub fn moment(voice: &Voice, at: Instant) -> String {
    if voice.date(at) == voice.date(voice.now()) { voice.time(at) } else { voice.date_time(at) }
}

#[derive(Template)]
#[template(path = "emergency/board.html")]
struct Board<'b> {
    voice: &'b Voice,
    lines: Vec<Line>,
    gone: Vec<Gone>,
    redirected: Vec<Gone>,
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
    notice: String,
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
        notice: crate::mass::notice(desk)?,
        wall,
        wrong: wrong(&desk.voice, &asked.wrong),
        arrives: desk.person.may(crate::ARRIVE.0),
        zone: &asked.zone,
        zones: zones.into_iter().collect(),
        board: part(desk, &about, wall)?,
    }
    .render()?;
    let mut live = crate::mass::live(desk);
    live.push((if wall { WALL } else { BOARD }, about));
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
    let (gone, redirected) = if wall { Default::default() } else { gone(desk)? };
    let may = |permission: rihla_kernel::Permission| !wall && desk.person.may(permission.0);
    let board = Board {
        voice: &desk.voice,
        sums: sums(&desk.voice, &lines),
        expects: lines.iter().any(|line| !line.expected.is_empty()),
        late: lines.iter().filter(|line| line.late.is_some()).count(),
        lines,
        gone,
        redirected,
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
fn sums(voice: &Voice, lines: &[Line]) -> Vec<(String, usize)> {
    let mut out: Vec<(&str, usize)> = Vec::new();
    for line in lines {
        match out.iter_mut().find(|(what, _)| *what == line.what) {
            Some((_, count)) => *count += 1,
            None => out.push((line.what, 1)),
        }
    }
    out.into_iter().map(|(what, count)| (voice.t(&listed(key!("emergency-sum-*"), what)), count)).collect()
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
    let mut lines: Vec<_> = visits.iter().filter_map(|visit| line(desk, visit, asked.get(&visit.stay.id), wall)).collect();
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

/// Requests of a visit that have no result, the oldest first: since when, and what for.
type Open = Vec<(Instant, String)>;

/// Names of awaited results on one line.
const NAMED: usize = 3;

fn requests(desk: &Desk, visits: &[Visit]) -> Result<BTreeMap<String, Open>, Refusal> {
    let mut out: BTreeMap<String, Open> = BTreeMap::new();
    if visits.is_empty() || !desk.shows("ServiceRequest") {
        return Ok(out);
    }
    let ids: Vec<String> = visits.iter().map(|visit| format!("Encounter/{}", visit.stay.id)).collect();
    let found = desk.search("ServiceRequest", &[("encounter", &ids.join(",")), ("status", "active"), ("_count", "500")])?;
    for stored in &found.matches {
        let read = look(stored, |value| {
            let visit = value.reference("encounter.reference", "Encounter")?.into_owned();
            let words = Concept::at(value, "code").and_then(|code| code.words(desk.voice.lang())).unwrap_or_default().into_owned();
            Some((visit, value.text("authoredOn").unwrap_or_default().into_owned(), words))
        });
        let Some((visit, authored, words)) = read.flatten() else { continue };
        let at = match authored.as_str().moment(desk.voice.zone()) {
            Read::Full(at) => Instant(at.timestamp().as_millisecond()),
            _ => stored.last_updated,
        };
        out.entry(visit).or_default().push((at, words));
    }
    out.values_mut().for_each(|open| open.sort());
    Ok(out)
}

/// What the results are of that somebody waits for, the oldest first.
fn named(open: &Open) -> String {
    let mut names: Vec<&str> = open.iter().map(|(_, words)| words.as_str()).filter(|words| !words.is_empty()).collect();
    let more = names.len() > NAMED;
    names.truncate(NAMED);
    format!("{}{}", names.join(" · "), if more { " …" } else { "" })
}

type Order = (bool, usize, bool, Instant);

fn line(desk: &Desk, visit: &Visit, asked: Option<&Open>, wall: bool) -> Option<(Order, Line)> {
    let (voice, stay) = (&desk.voice, &visit.stay);
    let now = voice.now();
    let level = visit.level.as_ref().map(|(scale, code)| Shown::of(desk, scale, code));
    let waits = wait(visit, level.as_ref(), desk.house.pack().triage.within, asked.and_then(|open| open.first()).map(|(at, _)| *at))?;
    let late = waits.late(now);
    let (name, number) = who(desk, &stay.patient, wall)?;
    let arrived = stay.arrived()?;
    let zone = stay.here().map(|entry| entry.spot.location.clone()).unwrap_or_default();
    let first = level.as_ref().is_some_and(Shown::is_first) && waits.what == "doctor";
    let order = order(first || late.is_some(), level.as_ref(), arrived);
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
        arrived: moment(voice, arrived),
        what: waits.what,
        waits: voice.t(&listed(key!("emergency-waits-*"), waits.what)),
        results: asked.filter(|_| waits.what == "result" && !wall).map(named).unwrap_or_default(),
        since: voice.ago(waits.since),
        began: waits.since,
        waited: ((now.0 - waits.since.0) / 60_000).max(0),
        minutes: waits.minutes(now),
        target: waits.target.map(i64::from),
        late,
        expected: String::new(),
        retriage: retriage_due(visit, level.as_ref(), now),
        seen: stay.first_time(Moment::Contact).is_some(),
        decided: stay.time(Moment::Decision).is_some(),
        admitted: stay.time(Moment::Decision).is_some_and(|last| last.what == "admit"),
        redirects: !wall && crate::redirect::may(desk) && crate::redirect::is_open(desk, visit),
        level,
    };
    Some((order, line))
}

/// The name, or on a wall the initials; and the number. Whoever has no name yet is their number, once.
fn who(desk: &Desk, patient: &str, wall: bool) -> Option<(Html, Option<Html>)> {
    let stored = desk.read("Patient", patient).ok()?;
    look(&stored, |value| {
        let number = rihla_web::numbers(value, desk).into_iter().next().map(|number| ltr(number.value));
        let names = Names::of(value);
        let name = names.first(Script::of_lang(desk.voice.lang()));
        match number {
            Some(number) if value.text("name.use").as_deref() == Some("temp") => {
                let name = if wall { number } else { desk.voice.th("emergency-nobody-yet", &[("number", number)]) };
                (name, None)
            }
            number => (auto(name.map(if wall { HumanName::initials } else { HumanName::formal }).unwrap_or_default()), number),
        }
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

/// Whoever left unseen within the last day and is not back; and whoever was sent elsewhere.
fn gone(desk: &Desk) -> Result<(Vec<Gone>, Vec<Gone>), Refusal> {
    let since = format!("ge{}", rihla_store::body::instant_text(Instant(desk.voice.now().0 - LEFT)));
    let found = desk.search("Encounter", &[("class", EMERGENCY), ("status", "finished"), ("date", &since), ("_sort", "-date"), ("_count", MOST)])?;
    let (mut left, mut redirected) = (Vec::new(), Vec::new());
    for stored in &found.matches {
        let Some(stay) = Visit::read(stored, desk).map(|visit| visit.stay).filter(|stay| stay.state == State::Finished) else { continue };
        let (Some(last), Some((name, _))) = (stay.times.last(), who(desk, &stay.patient, false)) else { continue };
        let ago = desk.voice.ago(last.signed.at);
        let one = |when: String, advice: String| Gone { name: name.clone(), when, advice, version: stay.version, id: stay.id.clone() };
        match last.moment {
            Moment::LeftUnseen => left.push(one(ago, String::new())),
            Moment::Redirected => {
                let place = crate::redirect::place(desk, &last.what);
                redirected.push(one(desk.voice.ta("emergency-redirected-to", &[("place", place), ("ago", ago)]), crate::redirect::advice(desk, &stay.id)?));
            }
            _ => {}
        }
    }
    Ok((left, redirected))
}

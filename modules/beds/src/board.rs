//! The board of a ward: each place with its four states, and who is in it. It follows the record.

use crate::who::{Who, name_of, named};
use crate::{BOARD, CLEAN, RESERVE, SEE, SERVE};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use rihla_clinical::{House, Hygiene, Place, Seen, Service, Status, Stay, stays_in};
use rihla_fhir::r4::tables;
use rihla_store::{HistoryOf, HistoryQuery, Stored, Taken};
use rihla_web::text::{Voice, listed};
use rihla_web::{Desk, OF_PLACE, Page, Refusal, look};
use serde::Deserialize;

/// On a wall names are initials; it is said to the part after the ward.
const WALL: &str = "--wall";
/// Versions of a place that are looked at for when its cleanness was written down.
const VERSIONS: usize = 20;
/// From here on both times are told, in milliseconds.
const HOUR: i64 = 60 * 60 * 1000;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    wall: String,
    /// What was refused a moment ago.
    #[serde(default)]
    wrong: String,
}

/// A code with its words.
pub struct Said {
    pub code: &'static str,
    pub words: String,
}

/// One place on the board.
struct Line {
    id: String,
    name: String,
    /// How it is: free, occupied, kept.
    state: Said,
    hygiene: Said,
    /// How long it waits to be clean.
    waits: String,
    /// When its cleanness was written down, where that was much later.
    written: Option<String>,
    service: Said,
    /// The room keeps others away.
    isolates: bool,
    here: Vec<Who>,
    /// Somebody is there of whom no more may be shown.
    unseen: usize,
    kept: Vec<Who>,
    next: Vec<Who>,
    /// Promised to somebody of whom no more may be shown.
    promised: bool,
}

struct Room {
    name: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "beds/board.html")]
struct Board<'b> {
    voice: &'b Voice,
    ward: &'b str,
    rooms: Vec<Room>,
    counts: Counts,
    wall: bool,
    author: String,
    cleans: bool,
    serves: bool,
    reserves: bool,
}

/// How many slots of a ward are how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub slots: usize,
    pub occupied: usize,
    pub kept: usize,
    pub promised: usize,
    /// Could be lain in now.
    pub ready: usize,
    /// Free, and to be cleaned first.
    pub unclean: usize,
    pub closed: usize,
}

impl Counts {
    pub fn of<'s>(seen: impl IntoIterator<Item = &'s Seen>) -> Self {
        let mut out = Self::default();
        for one in seen {
            let count = |taken: Taken| one.slots.iter().filter(|slot| slot.taken == taken).count();
            out.slots += one.slots.len();
            out.occupied += count(Taken::Occupied);
            out.kept += count(Taken::Held);
            out.promised += one.slots.iter().filter(|slot| slot.reserved).count();
            match (one.place.service, one.place.hygiene) {
                (Service::Open, Hygiene::Clean) => out.ready += one.slots.iter().filter(|slot| slot.taken == Taken::Free && !slot.reserved).count(),
                (Service::Open, _) => out.unclean += one.free(),
                _ => out.closed += one.free(),
            }
        }
        out
    }
}

#[derive(Template)]
#[template(path = "beds/ward.html")]
struct Body<'b> {
    voice: &'b Voice,
    ward: &'b str,
    name: String,
    wall: bool,
    wrong: String,
    board: String,
}

/// `GET /beds/{ward}`, `GET /beds/{ward}?wall=1`
pub async fn show(desk: Desk, Path(ward): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(SEE)?;
    let name = name_of(&desk, &ward);
    if name.is_empty() {
        return Err(Refusal::not_found());
    }
    let wall = !asked.wall.is_empty();
    let wrong = wrong(&desk, &asked.wrong);
    let body = Body { voice: &desk.voice, ward: &ward, name: name.clone(), wall, wrong, board: board(&desk, &ward, wall)? }.render()?;
    let about = format!("{OF_PLACE}{ward}{}", if wall { WALL } else { "" });
    desk.page(Page { title: name, nav: "/beds", live: vec![(BOARD, about)], body, wall, ..Page::default() })
}

/// The words for a refusal, of which the address holds the code.
pub fn wrong(desk: &Desk, code: &str) -> String {
    let known = [
        "RH-STAY-ORDER",
        "RH-PLACE-TAKEN",
        "RH-PLACE-CLOSED",
        "RH-PLACE-NONE",
        "RH-STAY-STATE",
        "RH-STAY-SAME-PLACE",
        "RH-STAY-BUSY",
        "RH-STAY-ELSEWHERE",
        "RH-STAY-DEAD",
    ];
    let known = known.contains(&code).then(|| desk.voice.t(&listed(rihla_web::key!("beds-wrong-*"), code)));
    known.map(|words| format!("{words} ({code})")).unwrap_or_default()
}

/// The part that follows the record; `about` names the ward.
pub fn part(desk: &Desk, about: &str) -> Result<String, Refusal> {
    let about = about.strip_prefix(OF_PLACE).unwrap_or(about);
    match about.strip_suffix(WALL) {
        Some(ward) => board(desk, ward, true),
        None => board(desk, about, false),
    }
}

fn board(desk: &Desk, ward: &str, wall: bool) -> Result<String, Refusal> {
    let house = House::of_ward(&desk.record, ward)?;
    let seen = house.seen(&desk.record, Some(ward))?;
    let ids: Vec<&str> = seen.iter().map(|one| one.place.id.as_str()).collect();
    let stays = if desk.shows("Encounter") { stays_in(&desk.record, &ids)? } else { Vec::new() };
    let mut rooms: Vec<Room> = Vec::new();
    for one in &seen {
        let room = house.room_of(&one.place.id);
        let name = room.map(|room| named(desk, &room.name, &room.aliases)).unwrap_or_default();
        let isolates = room.is_some_and(|room| room.isolates);
        let line = line(desk, one, &stays, ward, wall, isolates);
        match rooms.last_mut().filter(|last| last.name == name) {
            Some(last) => last.lines.push(line),
            None => rooms.push(Room { name, lines: vec![line] }),
        }
    }
    let may = |permission: rihla_kernel::Permission| !wall && desk.person.may(permission.0);
    let board = Board {
        voice: &desk.voice,
        ward,
        rooms,
        counts: Counts::of(&seen),
        wall,
        author: desk.person.mark(),
        cleans: may(CLEAN),
        serves: may(SERVE),
        reserves: may(RESERVE),
    };
    Ok(board.render()?)
}

/// Words for when the cleanness of a place was written down, if that was more than an hour after it was so.
fn written(desk: &Desk, place: &Place) -> Option<String> {
    let voice = &desk.voice;
    let since = place.since?;
    let query = HistoryQuery {
        of: HistoryOf::Instance(tables().resource_type("Location")?, place.id.clone()),
        since: Some(since),
        at: None,
        count: VERSIONS,
        cursor: None,
    };
    let page = desk.record.history(&query).ok()?;
    let says = |stored: &&Stored| look(stored, |value| Place::read(value, stored.vid, desk.record.zone())).is_some_and(|then| then.since == Some(since));
    let first = page.entries.iter().take_while(says).last()?.last_updated;
    if first.0 - since.0 <= HOUR {
        return None;
    }
    Some(voice.ta("beds-written", &[("at", voice.time(since).as_str()), ("written", voice.date_time(first).as_str())]))
}

fn line(desk: &Desk, one: &Seen, stays: &[Stay], ward: &str, wall: bool, isolates: bool) -> Line {
    let voice = &desk.voice;
    let place = &one.place;
    let of = |status: Status| -> Vec<Who> {
        let entries = stays.iter().filter_map(|stay| {
            let entry = stay.movements.iter().find(|entry| entry.cancelled.is_none() && entry.status == status && entry.spot.location == place.id)?;
            Some((stay, entry))
        });
        entries.filter_map(|(stay, entry)| Who::of(desk, stay, entry, ward, wall)).collect()
    };
    let (here, kept, next) = (of(Status::Active), of(Status::Reserved), of(Status::Planned));
    let count = |taken: Taken| one.slots.iter().filter(|slot| slot.taken == taken).count();
    let state = match (count(Taken::Occupied), count(Taken::Held)) {
        (0, 0) => "free",
        (0, _) => "kept",
        _ => "occupied",
    };
    let hygiene = match place.hygiene {
        Hygiene::Clean => "clean",
        Hygiene::Dirty => "dirty",
        Hygiene::Cleaning => "cleaning",
    };
    let service = match place.service {
        Service::Open => "open",
        Service::OutOfOrder => "out-of-order",
        Service::Unstaffed => "unstaffed",
    };
    let said = |list: &str, code: &'static str| Said { code, words: voice.t(&listed(list, code)) };
    Line {
        id: place.id.clone(),
        name: named(desk, &place.name, &place.aliases),
        state: said(rihla_web::key!("beds-state-*"), state),
        hygiene: said(rihla_web::key!("beds-hygiene-*"), hygiene),
        waits: place.since.filter(|_| place.hygiene != Hygiene::Clean).map(|at| voice.ago(at)).unwrap_or_default(),
        written: written(desk, place),
        service: said(rihla_web::key!("beds-service-*"), service),
        isolates,
        unseen: count(Taken::Occupied).saturating_sub(here.len()),
        promised: one.is_promised() && next.is_empty(),
        here,
        kept,
        next,
    }
}

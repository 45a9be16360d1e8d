//! The lines of a register, as whoever asks may see them: by day, in order of time, each with its number of the day.

use super::history::entries;
use super::{Register, Span};
use crate::certificate::stated;
use crate::facts::{Person, called_in, way_of};
use crate::stays::Told;
use jiff::civil::{Date, Time};
use jiff::{Timestamp, ToSpan};
use rihla_clinical::{House, Stay};
use rihla_fhir::view::{HumanName, Script};
use rihla_kernel::Instant;
use rihla_packs::PaperRegister;
use rihla_store::body::instant_text;
use rihla_store::{HistoryOf, HistoryQuery};
use rihla_web::text::{Dated, Html, Moment, auto, listed, ltr};
use rihla_web::{Desk, Refusal, look, type_of};
use std::collections::BTreeMap;

/// Stays that are looked through at most, and how many at once.
const MOST: usize = 10_000;
const PAGE: &str = "500";
/// Versions of one stay.
const VERSIONS: usize = 500;
/// What was mended is looked for so many days around.
const AROUND: i32 = 7;

/// One line.
pub struct Line {
    pub number: usize,
    pub time: String,
    pub name: Html,
    pub other: Html,
    pub sex: String,
    pub born: String,
    /// The hospital's number of the patient.
    pub known: Html,
    pub stay: Html,
    pub unit: Html,
    pub what: Html,
    pub struck: bool,
    pub why: Html,
}

/// The lines of one day.
pub struct Day {
    pub date: String,
    pub lines: Vec<Line>,
}

/// An entry that falls into the days: of a stay, or of a statement where there is none.
struct Found<'t> {
    at: Instant,
    struck: bool,
    why: String,
    told: Option<&'t Told>,
    patient: String,
    /// Of the stay or the statement.
    id: String,
}

/// The days that have lines, and whether there were more stays than can be looked through. `desk` speaks the register's
/// language.
pub fn read(desk: &Desk, register: Register, span: &Span) -> Result<(Vec<Day>, bool), Refusal> {
    let (stays, mut cut) = stays(desk, span)?;
    let mut found = Vec::new();
    for told in stays.iter().filter(|told| told.is_inpatient() && (register != Register::Births || told.is_newborn())) {
        for entry in entries(register, &versions(desk, &told.stay)?) {
            if day_of(desk, entry.at).is_some_and(|day| (span.from..=span.to).contains(&day)) {
                let (patient, id) = (told.stay.patient.clone(), told.stay.id.clone());
                found.push(Found { at: entry.at, struck: entry.struck, why: entry.why, told: Some(told), patient, id });
            }
        }
    }
    if register == Register::Deaths {
        cut |= arrived_dead(desk, span, &mut found)?;
    }
    found.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    let house = House::read(&desk.record)?;
    let mut people = BTreeMap::new();
    let mut days: BTreeMap<Date, Vec<Line>> = BTreeMap::new();
    for one in &found {
        let Some(day) = day_of(desk, one.at) else { continue };
        let patient = one.patient.as_str();
        let person = people.entry(patient).or_insert_with(|| Person::read(desk, patient).ok());
        let lines = days.entry(day).or_default();
        lines.push(line(desk, register, &house, one, person.as_ref(), lines.len() + 1));
    }
    let day = |(date, lines): (Date, Vec<Line>)| Day { date: desk.voice.long_date(date.to_string()), lines };
    Ok((days.into_iter().map(day).collect(), cut))
}

fn day_of(desk: &Desk, at: Instant) -> Option<Date> {
    Some(Timestamp::from_millisecond(at.0).ok()?.to_zoned(desk.voice.zone().clone()).date())
}

/// Whoever was dead on arrival and has no stay, by the statement of it; whether there are more.
fn arrived_dead(desk: &Desk, span: &Span, found: &mut Vec<Found<'_>>) -> Result<bool, Refusal> {
    let (all, cut) = stated(desk, PaperRegister::Deaths, (&format!("ge{}", span.from), &format!("le{}", span.to)))?;
    for one in all {
        let Moment::Full(at) = one.date.as_str().moment(desk.voice.zone()) else { continue };
        let at = Instant(at.timestamp().as_millisecond());
        // Where a stay says it too, the stay does.
        if day_of(desk, at).is_some_and(|day| (span.from..=span.to).contains(&day)) && !found.iter().any(|known| known.patient == one.patient && !known.struck)
        {
            found.push(Found { at, struck: one.struck.is_some(), why: one.struck.unwrap_or_default(), told: None, patient: one.patient, id: one.id });
        }
    }
    Ok(cut)
}

/// The stays that cover any of the days, or some around them.
fn stays(desk: &Desk, span: &Span) -> Result<(Vec<Told>, bool), Refusal> {
    let bound = |date: Date, time: Time| {
        let at = date.to_datetime(time).to_zoned(desk.voice.zone().clone()).ok()?;
        Some(instant_text(Instant(at.timestamp().as_millisecond())))
    };
    let wide = |date: Date, days: i32| date.checked_add(days.days()).unwrap_or(date);
    let (Some(from), Some(to)) = (bound(wide(span.from, -AROUND), Time::MIN), bound(wide(span.to, AROUND), Time::MAX)) else {
        return Err(Refusal::invalid("RH-PAPERS-DAYS", "These are no days of a register."));
    };
    let (from, to) = (format!("ge{from}"), format!("le{to}"));
    let (mut stays, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let mut parameters = vec![("date", from.as_str()), ("date", to.as_str()), ("_count", PAGE)];
        parameters.extend(cursor.as_deref().map(|cursor| ("_cursor", cursor)));
        let page = desk.search("Encounter", &parameters)?;
        stays.extend(page.matches.iter().filter_map(|stored| Told::read(desk, stored)));
        cursor = page.next;
        if cursor.is_none() || stays.len() >= MOST {
            return Ok((stays, cursor.is_some()));
        }
    }
}

/// All versions of a stay, the oldest first.
fn versions(desk: &Desk, stay: &Stay) -> Result<Vec<Stay>, Refusal> {
    if stay.version <= 1 {
        return Ok(vec![stay.clone()]);
    }
    let of = HistoryOf::Instance(type_of("Encounter")?, stay.id.clone());
    let found = desk.record.history(&HistoryQuery { of, since: None, at: None, count: VERSIONS, cursor: None })?;
    let read = |stored: &rihla_store::Stored| look(stored, |value| Stay::read(value, stored.vid, desk.record.zone()));
    Ok(found.entries.iter().rev().filter(|stored| !stored.deleted).filter_map(read).collect())
}

fn line(desk: &Desk, register: Register, house: &House, found: &Found<'_>, person: Option<&Person>, number: usize) -> Line {
    let voice = &desk.voice;
    let script = Script::of_lang(voice.lang());
    let name = |name: Option<&HumanName>| name.map(|name| auto(name.formal())).unwrap_or_default();
    let unit = found.told.and_then(Told::last_place).and_then(|entry| house.ward_of(&entry.spot.location)).map(|ward| called_in(ward, voice.lang()));
    let said = |told: &Told| match register {
        Register::Entries | Register::Births => voice.t(&listed(rihla_web::key!("papers-kind-*"), &told.kind)),
        Register::Leavers => told.stay.disposition.as_deref().map(|way| way_of(voice, way)).unwrap_or_default(),
        Register::Deaths => told.stay.from.map(|from| voice.date_time(from)).unwrap_or_default(),
    };
    let what = found.told.map_or_else(|| voice.t("papers-arrived-dead"), said);
    Line {
        number,
        time: voice.time(found.at),
        name: person.map_or_else(|| auto(voice.t("papers-not-shown")), |person| name(person.names.first(script))),
        other: person.map(|person| name(person.names.second(script))).unwrap_or_default(),
        sex: person.map(|person| rihla_web::sex(person.gender.as_deref(), voice)).unwrap_or_default(),
        born: person.and_then(|person| person.birth.as_deref()).map(|birth| voice.date(birth)).unwrap_or_default(),
        known: person.and_then(|person| person.numbers.first()).map(|number| ltr(&number.value)).unwrap_or_default(),
        stay: found.told.map(|told| ltr(&told.number)).unwrap_or_default(),
        unit: auto(unit.unwrap_or_default()),
        what: auto(what),
        struck: found.struck,
        why: auto(&found.why),
    }
}

//! What is on record, as the made-up staff needs to know it. The wards are those of the twin's own hospital: their ids begin
//! with the code of their site.

use rihla_clinical::emergency::{EMERGENCY, Moment};
use rihla_clinical::{House, Hygiene, State as StayState, Stay, stays_that_go_on};
use rihla_fhir::r4::tables;
use rihla_fhir::view::Look;
use rihla_kernel::{Fault, Instant};
use rihla_store::Scoped;
use rihla_store::query::Handling;
use rihla_twin::living::{Lying, Seen, Spot, State, Visit, Waiting};
use rihla_web::look;
use std::collections::{BTreeMap, BTreeSet};

/// The system of the levels of the one scale that the made-up staff uses.
const SCALE: &str = "urn:rihla:triage:french";
/// Emergency departments (<https://terminology.hl7.org/CodeSystem-v3-RoleCode.html>).
const DEPARTMENT: &str = "ER";
/// From this age on the scale is made for somebody.
const ADULT: i16 = 16;
/// People among whom whoever comes is chosen.
const PEOPLE: usize = 20_000;

/// The record, with its versions: a form names the version that was seen.
pub struct Looked {
    pub seen: Seen,
    pub versions: BTreeMap<String, u32>,
    /// Who is in the hospital, or will be.
    pub here: BTreeSet<String>,
    /// The emergency department of each site.
    pub departments: Vec<String>,
}

/// Reads what goes on. `sites`: their codes; `adults`: of whom it is known.
pub fn looked(record: &Scoped, sites: &[String], adults: &BTreeSet<String>) -> Result<Looked, Fault> {
    let house = House::read(record)?;
    let (stays, _) = stays_that_go_on(record)?;
    let site_of = |ward: &str| sites.iter().position(|code| ward.strip_prefix(code.as_str()).is_some_and(|rest| rest.starts_with('-')));
    let mut out = Looked { seen: Seen::default(), versions: BTreeMap::new(), here: BTreeSet::new(), departments: vec![String::new(); sites.len()] };
    for ward in house.wards().filter(|ward| ward.function == DEPARTMENT) {
        if let Some(department) = site_of(&ward.id).and_then(|site| out.departments.get_mut(site)) {
            department.clone_from(&ward.id);
        }
    }
    let is_box = |ward: &str| out.departments.iter().any(|department| department == ward);
    for seen in house.seen(record, None)? {
        let Some(ward) = house.ward_of(&seen.place.id) else { continue };
        let Some(site) = site_of(&ward.id) else { continue };
        let empty = seen.free() as u32 == seen.place.capacity;
        let state = match (seen.is_ready() && empty, empty, seen.place.hygiene) {
            (true, _, _) => State::Ready,
            (_, true, Hygiene::Dirty) => State::Dirty,
            (_, true, Hygiene::Cleaning) => State::Cleaning,
            _ => State::Other,
        };
        out.seen.spots.push(Spot { id: seen.place.id.clone(), site, ward: ward.id.clone(), is_box: is_box(&ward.id), state });
    }
    let department = |stay: &Stay| house.ward_of(&stay.here()?.spot.location).map(|ward| ward.id.clone());
    let mut at = BTreeMap::new();
    for stay in stays.iter().filter(|stay| stay.class == EMERGENCY && stay.state == StayState::Running) {
        if let Some(visit) = department(stay).and_then(|ward| visit(stay, site_of(&ward)?, &house, adults)) {
            at.insert(stay.patient.clone(), visit.site);
            out.seen.visits.push(visit);
        }
    }
    for stay in stays.iter().filter(|stay| stay.class != EMERGENCY) {
        let ward = department(stay);
        match (stay.state, ward) {
            (StayState::Planned, None) if stay.order.is_some() => {
                let Some(site) = at.get(&stay.patient).copied() else { continue };
                out.seen.waiting.push(Waiting { id: stay.id.clone(), patient: stay.patient.clone(), site });
            }
            (StayState::Running, Some(ward)) => {
                let (Some(site), Some(from)) = (site_of(&ward), stay.from) else { continue };
                let decided = stay.decision.as_ref().map(|decision| decision.at.0);
                out.seen.lying.push(Lying { id: stay.id.clone(), patient: stay.patient.clone(), site, ward, from: from.0, decided });
            }
            _ => {}
        }
    }
    out.here.extend(stays.iter().map(|stay| stay.patient.clone()));
    out.versions.extend(stays.iter().map(|stay| (stay.id.clone(), stay.version)));
    Ok(out)
}

/// None where it is not known when they came: their visit is for people.
fn visit(stay: &Stay, site: usize, house: &House, adults: &BTreeSet<String>) -> Option<Visit> {
    let arrived = stay.arrived()?;
    let here = &stay.here()?.spot.location;
    let at = |moment| stay.first_time(moment).map(|time| time.signed.at.0);
    Some(Visit {
        id: stay.id.clone(),
        patient: stay.patient.clone(),
        site,
        arrived: arrived.0,
        level: at(Moment::TriageEnd).map(|_| level(stay)),
        contact: at(Moment::Contact),
        decision: stay.time(Moment::Decision).map(|time| (time.what.clone(), time.signed.at.0)),
        place: house.get(here).filter(|place| place.is_place).map(|place| place.id.clone()),
        is_adult: adults.contains(&stay.patient),
    })
}

/// Empty for one of another scale: it is the last of those who wait.
fn level(stay: &Stay) -> String {
    let Some(priority) = stay.source.get("priority") else { return String::new() };
    let after = priority.split_once(SCALE).map(|(_, rest)| rest).unwrap_or_default();
    after.split_once("\"code\":\"").and_then(|(_, rest)| rest.split('"').next()).unwrap_or_default().to_owned()
}

/// Adults who are alive, by their ids, in the order in which the record gives them.
pub fn adults(record: &Scoped, now: Instant) -> Result<Vec<String>, Fault> {
    let Some(ty) = tables().resource_type("Patient") else { return Ok(Vec::new()) };
    let year = jiff::Timestamp::from_millisecond(now.0).unwrap_or_default().to_zoned(jiff::tz::TimeZone::UTC).year();
    let (mut out, mut cursor) = (Vec::new(), None::<String>);
    while out.len() < PEOPLE {
        let mut pairs = vec![("_count".to_owned(), "1000".to_owned())];
        pairs.extend(cursor.take().map(|cursor| ("_cursor".to_owned(), cursor)));
        let (query, _) = record.query(&[ty], &pairs, Handling::Strict)?;
        let page = record.search(&query)?;
        out.extend(page.matches.iter().filter_map(|stored| {
            let adult = |patient: rihla_fhir::json::Value<'_>| {
                let alive = patient.get("deceasedDateTime").is_none() && patient.get("deceasedBoolean").is_none();
                let own = patient.get("link").is_none();
                let born: i16 = patient.text("birthDate").and_then(|date| date.get(..4)?.parse().ok())?;
                (alive && own && born + ADULT < year).then_some(())
            };
            look(stored, adult).flatten().map(|()| stored.id.to_text())
        }));
        match page.next {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    Ok(out)
}

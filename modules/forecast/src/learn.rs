//! Rows of the record: finished emergency visits and admissions.

use jiff::tz::TimeZone;
use rihla_clinical::Stay;
use rihla_clinical::emergency::{EMERGENCY, Moment};
use rihla_fhir::view::Look;
use rihla_forecast::{Kept, Kind, Row, train};
use rihla_kernel::{Fault, FaultKind, Instant};
use rihla_store::query::Handling;
use rihla_store::{Scoped, Stored};
use rihla_web::look;

/// Encounters read at once, and at most of a class.
const PAGE: &str = "500";
const MOST: usize = 5_000;
const MINUTE: f64 = 60_000.0;

/// Learns anew from what `node`, the node acting for itself, reads; `before`: what was kept until now, whose switch stays.
///
/// # Errors
///
/// Where the record cannot be read.
pub fn learn(node: &Scoped, zone: &TimeZone, now: Instant, before: Option<Kept>) -> Result<Kept, Fault> {
    let visits = finished(node, EMERGENCY)?.iter().filter_map(|stored| visit(node, stored, zone)).collect();
    let stays = finished(node, "IMP")?.iter().filter_map(|stored| stay(node, stored, zone)).collect();
    let predictors = vec![train(Kind::DoctorWait, visits), train(Kind::Stay, stays)];
    Ok(Kept { off: before.is_some_and(|kept| kept.off), made: now.0, predictors })
}

/// The latest finished encounters of a class.
fn finished(node: &Scoped, class: &str) -> Result<Vec<Stored>, Fault> {
    let unknown = |_| Fault::new(FaultKind::Internal, "RH-FORECAST-TYPE", "R4 has no Encounter.");
    let ty = rihla_web::type_of("Encounter").map_err(unknown)?;
    let mut pairs: Vec<(String, String)> =
        [("class", class), ("status", "finished"), ("_sort", "-date"), ("_count", PAGE)].map(|(name, value)| (name.into(), value.into())).into();
    let mut out = Vec::new();
    loop {
        let (query, _) = node.query(&[ty], &pairs, Handling::Strict)?;
        let page = node.search(&query)?;
        out.extend(page.matches);
        let Some(next) = page.next.filter(|_| out.len() < MOST) else { return Ok(out) };
        pairs.retain(|(name, _)| name != "_cursor");
        pairs.push(("_cursor".into(), next));
    }
}

/// From the end of triage to the first medical contact.
fn visit(node: &Scoped, stored: &Stored, zone: &TimeZone) -> Option<Row> {
    let (stay, level) = look(stored, |value| {
        let level = value.text("priority.coding.code").map(|code| code.into_owned()).unwrap_or_default();
        (Stay::read(value, stored.vid, node.zone()), level)
    })?;
    let at = stay.first_time(Moment::TriageEnd)?.signed.at;
    let known = stay.first_time(Moment::Contact)?.signed.at;
    row(at, known, urgency(&level), zone)
}

/// A level's place, of codes that begin with a number (`3A`); others are told apart by their letters.
fn urgency(level: &str) -> u8 {
    level.bytes().fold(0_u8, |sum, letter| sum.wrapping_mul(31).wrapping_add(letter))
}

fn stay(node: &Scoped, stored: &Stored, zone: &TimeZone) -> Option<Row> {
    let stay = look(stored, |value| Stay::read(value, stored.vid, node.zone()))?;
    row(stay.from?, stay.to?, 0, zone)
}

fn row(at: Instant, known: Instant, acuity: u8, zone: &TimeZone) -> Option<Row> {
    let local = jiff::Timestamp::from_millisecond(at.0).ok()?.to_zoned(zone.clone());
    let (hour, weekday) = (local.hour().unsigned_abs(), local.weekday().to_monday_zero_offset());
    let value = (known.0 - at.0) as f64 / MINUTE;
    let features = vec![f64::from(hour), f64::from(weekday), f64::from(acuity)];
    (value >= 0.0).then(|| Row { at: at.0 as f64 / 1_000.0, known: known.0 as f64 / 1_000.0, hour, acuity, features, value })
}

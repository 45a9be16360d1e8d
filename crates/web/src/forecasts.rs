//! What the site keeps of its forecasts, and the one place where a page may ask for an estimate.
//!
//! An estimate is made of what was so when the wait began, so it stays the same while somebody waits: it is reckoned once for
//! each version of a visit and shared by all who look.

use crate::desk::{Desk, porter};
use crate::house::House;
use crate::record::look;
use crate::refuse::Refusal;
use jiff::tz::TimeZone;
use rihla_clinical::emergency::{EMERGENCY, Moment};
use rihla_clinical::{State, Stay};
use rihla_fhir::r4::tables;
use rihla_fhir::view::Look;
use rihla_fhirpath::Zone;
use rihla_forecast::{Case, Kept, Kind, Past, Range};
use rihla_kernel::{Fault, FaultKind, Instant};
use rihla_store::body::instant_text;
use rihla_store::query::Handling;
use rihla_store::{Scoped, Store, Stored};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The operational state in which they stand.
pub const MARK: &str = "forecast";

/// What was kept by the last training, if there was any.
pub fn kept(store: &Store) -> Result<Option<Kept>, Refusal> {
    Ok(store.mark(MARK)?.and_then(|bytes| Kept::parse(&bytes)))
}

impl Desk {
    pub fn forecasts(&self) -> Result<Option<Kept>, Refusal> {
        kept(self.house.store())
    }

    /// How long each of these visits was expected to wait for a physician when it was sorted, by its id; nothing while forecasts
    /// are off, of one that does not beat the naive one, or of a visit that was sorted more than a day ago.
    pub fn waits(&self, visits: &[Waiting]) -> Result<BTreeMap<String, Range>, Refusal> {
        self.house.estimates().waits(&self.house, visits, self.voice.now())
    }

    /// Turns estimates off everywhere, or on again.
    pub async fn switch_forecasts(&self, off: bool) -> Result<(), Refusal> {
        if let Some(kept) = self.forecasts()? {
            self.record.commit(Vec::new(), Vec::new(), vec![(MARK.to_owned(), Kept { off, ..kept }.to_json())]).await?;
        }
        Ok(())
    }
}

/// A visit that waits for a physician, as a board read it.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub id: String,
    pub version: u32,
    /// When its first triage ended.
    pub since: Instant,
}

/// Encounters read at once, and at most.
const PAGE: &str = "500";
const MOST: usize = 5_000;
/// Estimates that are remembered at most; then all are forgotten.
const REMEMBERED: usize = 5_000;

/// Encounters that the node finds, page after page, up to five thousand.
///
/// # Errors
///
/// Where the record cannot be read.
pub fn pages(node: &Scoped, asked: &[(&str, &str)]) -> Result<Vec<Stored>, Fault> {
    let unknown = || Fault::new(FaultKind::Internal, "RH-FORECAST-TYPE", "R4 has no Encounter.");
    let ty = tables().resource_type("Encounter").ok_or_else(unknown)?;
    let mut pairs: Vec<(String, String)> = asked.iter().chain(&[("_count", PAGE)]).map(|(name, value)| ((*name).into(), (*value).into())).collect();
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

/// A visit from the end of its first triage to its first medical contact, or until it ended without one; none: it was not
/// sorted, or was a mistake.
pub fn wait(stored: &Stored, zone: &Zone, local: &TimeZone) -> Option<Case> {
    let (stay, level) = look(stored, |value| {
        let level = value.text("priority.coding.code").map(|code| code.into_owned()).unwrap_or_default();
        (Stay::read(value, stored.vid, zone), level)
    })?;
    if stay.class != EMERGENCY || stay.state == State::Void {
        return None;
    }
    let contact = stay.first_time(Moment::Contact).map(|time| time.signed.at);
    let over = || stay.first_time(Moment::Decision).map(|time| time.signed.at).or(stay.to);
    let place = stay.movements.iter().find(|one| one.cancelled.is_none() && one.kind.is_presence()).map(|one| one.spot.location.clone());
    let begin = stay.first_time(Moment::TriageEnd)?.signed.at;
    case(place.unwrap_or_default(), begin, contact.or_else(over), contact.is_some(), urgency(&level), local)
}

/// A stay from its beginning to its end.
pub fn stay(stored: &Stored, zone: &Zone, local: &TimeZone) -> Option<Case> {
    let stay = look(stored, |value| Stay::read(value, stored.vid, zone))?;
    case(String::new(), stay.from?, stay.to, stay.state == State::Finished, 0, local)
}

/// A level's place, of codes that begin with a number (`3A`); others are told apart by their letters.
fn urgency(level: &str) -> u8 {
    level.bytes().fold(0_u8, |sum, letter| sum.wrapping_mul(31).wrapping_add(letter))
}

fn case(place: String, begin: Instant, end: Option<Instant>, reached: bool, acuity: u8, local: &TimeZone) -> Option<Case> {
    let seconds = |at: Instant| at.0 as f64 / 1_000.0;
    let clock = jiff::Timestamp::from_millisecond(begin.0).ok()?.to_zoned(local.clone());
    let (hour, weekday) = (clock.hour().unsigned_abs(), clock.weekday().to_monday_zero_offset().unsigned_abs());
    Some(Case { place, at: seconds(begin), until: end.map(seconds), reached, hour, weekday, acuity })
}

/// Of which version of a visit, and what may be shown of it.
type Of = (u32, Option<Range>);

/// What was reckoned, of which versions, by which forecasts.
#[derive(Default)]
struct Told {
    bytes: Vec<u8>,
    kept: Arc<Kept>,
    of: HashMap<String, Of>,
}

/// The estimates of one server.
#[derive(Default)]
pub(crate) struct Estimates(Mutex<Told>);

impl Estimates {
    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The forecasts of now; what was reckoned by others is forgotten.
    fn kept(&self, store: &Store) -> Result<Arc<Kept>, Refusal> {
        let bytes = store.mark(MARK)?.unwrap_or_default();
        let mut told = self.told();
        if told.bytes != bytes {
            let kept = Arc::new(Kept::parse(&bytes).unwrap_or_default());
            *told = Told { bytes, kept, of: HashMap::new() };
        }
        Ok(told.kept.clone())
    }

    fn waits(&self, house: &House, visits: &[Waiting], now: Instant) -> Result<BTreeMap<String, Range>, Refusal> {
        let reach = (Kind::DoctorWait.reach() * 1_000.0) as i64;
        let asked: Vec<&Waiting> = visits.iter().filter(|visit| now.0 - visit.since.0 <= reach).collect();
        if asked.is_empty() {
            return Ok(BTreeMap::new());
        }
        let kept = self.kept(house.store())?;
        if !kept.shows(Kind::DoctorWait) {
            return Ok(BTreeMap::new());
        }
        let known = |told: &Told, visit: &Waiting| told.of.get(&visit.id).filter(|(version, _)| *version >= visit.version).map(|(_, range)| *range);
        let new: Vec<&Waiting> = {
            let told = self.told();
            asked.iter().filter(|visit| known(&told, visit).is_none()).copied().collect()
        };
        if let Some(first) = new.iter().map(|visit| visit.since.0).min() {
            let found = reckon(house, &kept, &new, Instant(first - reach))?;
            let mut told = self.told();
            if told.of.len() >= REMEMBERED {
                told.of.clear();
            }
            // Forecasts that were learned or turned off meanwhile say nothing of these.
            if told.kept == kept {
                told.of.extend(found);
            }
        }
        let told = self.told();
        Ok(asked.iter().filter_map(|visit| Some((visit.id.clone(), known(&told, visit)??))).collect())
    }
}

/// Estimates of visits, among all that were in the house since a time, whoever may see them: features are counts and times.
fn reckon(house: &House, kept: &Kept, new: &[&Waiting], since: Instant) -> Result<Vec<(String, Of)>, Refusal> {
    let node = porter(house);
    let since = format!("ge{}", instant_text(since));
    let found = pages(&node, &[("class", EMERGENCY), ("date", &since), ("_sort", "-date")])?;
    let read = |stored: &Stored| Some((stored.id.to_text(), stored.vid, wait(stored, node.zone(), house.zone())?));
    let all: Vec<(String, u32, Case)> = found.iter().filter_map(read).collect();
    let past = Past::new(all.iter().map(|(_, _, case)| case.clone()).collect(), Kind::DoctorWait.reach());
    let by_id: HashMap<&str, (u32, &Case)> = all.iter().map(|(id, version, case)| (id.as_str(), (*version, case))).collect();
    let one = |visit: &&Waiting| {
        let found = by_id.get(visit.id.as_str());
        let range = found.and_then(|(_, case)| kept.estimate(Kind::DoctorWait, &past.features(case)));
        (visit.id.clone(), (found.map_or(visit.version, |(version, _)| *version), range))
    };
    Ok(new.iter().map(one).collect())
}

//! The facts of a store: kept up with its log, written down now and then as operational state, and made again from the log
//! whenever somebody asks whether they still say the same.

use crate::DEFINITIONS;
use crate::fact::{Fact, Lab, Place, Stay, Ticket, Visit};
use crate::figure::{CODES, Period, Question, Unit, figure, morning};
use crate::memo::Memo;
use crate::past;
use crate::read::{Reader, TYPES};
use crate::weeks::{Weeks, extent};
use jiff::tz::TimeZone;
use rihla_fhir::json::{Limits, parse};
use rihla_fhir::r4::{TypeId, tables};
use rihla_kernel::{Actor, Fault, FaultKind, Purpose};
use rihla_packs::CodesBegin;
use rihla_store::key::{ResKey, Row};
use rihla_store::{Scoped, Store};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};

/// Versions read while the facts are held.
const PAGE: usize = 2_000;
/// Pages that somebody who asks waits for.
const WAITS: usize = 10;
/// Keys in a sheet.
const SHEET: ResKey = 2_048;
/// Versions after which the sheets are written down again.
const WRITE_EVERY: Row = 20_000;
const HEAD: &str = "indicators:head";
const SHEETS: &str = "indicators:sheet:";
/// Levels of a house.
const DEEP: usize = 8;

/// All facts, by the keys of their resources.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    pub zone: TimeZone,
    visits: BTreeMap<ResKey, Visit>,
    stays: BTreeMap<ResKey, Stay>,
    pub places: BTreeMap<ResKey, Place>,
    labs: BTreeMap<ResKey, Lab>,
    tickets: BTreeMap<ResKey, Ticket>,
    /// When each of these is of interest: visits, stays, laboratory, tickets.
    weeks: [Weeks; 4],
    pub(crate) memo: Memo,
    doses: BTreeMap<ResKey, (ResKey, i64)>,
    of_patient: BTreeMap<ResKey, Vec<(ResKey, Fact)>>,
}

impl Facts {
    pub fn new(zone: TimeZone) -> Self {
        let (visits, stays, places, labs, tickets) = Default::default();
        Self {
            zone,
            visits,
            stays,
            places,
            labs,
            tickets,
            weeks: Default::default(),
            memo: Memo::default(),
            doses: BTreeMap::new(),
            of_patient: BTreeMap::new(),
        }
    }

    pub fn get(&self, key: ResKey) -> Option<Fact> {
        let visit = self.visits.get(&key).cloned().map(Fact::Visit);
        let stay = || self.stays.get(&key).cloned().map(Fact::Stay);
        let place = || self.places.get(&key).cloned().map(Fact::Place);
        let lab = || self.labs.get(&key).cloned().map(Fact::Lab);
        let ticket = || self.tickets.get(&key).cloned().map(Fact::Ticket);
        let dose = || self.doses.get(&key).map(|(patient, at)| Fact::Dose { patient: *patient, at: *at });
        visit.or_else(stay).or_else(place).or_else(lab).or_else(ticket).or_else(dose)
    }

    /// Puts a fact in the place of the one that was there; none: there is none any more.
    pub fn put(&mut self, key: ResKey, fact: Option<Fact>) {
        if let Some(before) = self.get(key) {
            self.memo.touch(&before);
            self.leave(key, &before);
        }
        if let Some(fact) = &fact {
            self.memo.touch(fact);
        }
        self.visits.remove(&key);
        self.stays.remove(&key);
        self.places.remove(&key);
        self.labs.remove(&key);
        self.tickets.remove(&key);
        self.doses.remove(&key);
        let Some(fact) = fact else { return };
        if fact.patient() > 0 {
            self.of_patient.entry(fact.patient()).or_default().push((key, fact.clone()));
        }
        if let (Some(weeks), Some(extent)) = (self.weeks_of(&fact), extent(&fact)) {
            weeks.put(key, extent);
        }
        match fact {
            Fact::Visit(visit) => _ = self.visits.insert(key, visit),
            Fact::Stay(stay) => _ = self.stays.insert(key, stay),
            Fact::Place(place) => _ = self.places.insert(key, place),
            Fact::Lab(lab) => _ = self.labs.insert(key, lab),
            Fact::Ticket(ticket) => _ = self.tickets.insert(key, ticket),
            Fact::Dose { patient, at } => _ = self.doses.insert(key, (patient, at)),
        }
    }

    /// Takes a fact out of what leads to it.
    fn leave(&mut self, key: ResKey, fact: &Fact) {
        if let (Some(weeks), Some(extent)) = (self.weeks_of(fact), extent(fact)) {
            weeks.take(key, extent);
        }
        if let Some(own) = self.of_patient.get_mut(&fact.patient()) {
            own.retain(|(other, _)| *other != key);
            if own.is_empty() {
                self.of_patient.remove(&fact.patient());
            }
        }
    }

    fn weeks_of(&mut self, fact: &Fact) -> Option<&mut Weeks> {
        let [visits, stays, labs, tickets] = &mut self.weeks;
        match fact {
            Fact::Visit(_) => Some(visits),
            Fact::Stay(_) => Some(stays),
            Fact::Lab(_) => Some(labs),
            Fact::Ticket(_) => Some(tickets),
            Fact::Place(_) | Fact::Dose { .. } => None,
        }
    }

    /// Visits that may touch a period, by their keys; the others are three more of the kind.
    pub fn visits(&self, period: Period) -> impl Iterator<Item = (ResKey, &Visit)> {
        let [weeks, ..] = &self.weeks;
        weeks.touching(period.from, period.to).into_iter().filter_map(|key| Some((key, self.visits.get(&key)?)))
    }

    pub fn stays(&self, period: Period) -> impl Iterator<Item = (ResKey, &Stay)> {
        let [_, weeks, ..] = &self.weeks;
        weeks.touching(period.from, period.to).into_iter().filter_map(|key| Some((key, self.stays.get(&key)?)))
    }

    pub fn labs(&self, period: Period) -> impl Iterator<Item = (ResKey, &Lab)> {
        let [_, _, weeks, _] = &self.weeks;
        weeks.touching(period.from, period.to).into_iter().filter_map(|key| Some((key, self.labs.get(&key)?)))
    }

    pub fn tickets(&self, period: Period) -> impl Iterator<Item = (ResKey, &Ticket)> {
        let [_, _, _, weeks] = &self.weeks;
        weeks.touching(period.from, period.to).into_iter().filter_map(|key| Some((key, self.tickets.get(&key)?)))
    }

    /// Visits, stays and doses of a patient.
    pub fn of_patient(&self, patient: ResKey) -> impl Iterator<Item = &(ResKey, Fact)> {
        self.of_patient.get(&patient).into_iter().flatten()
    }

    /// The ward of a place, or itself.
    pub fn ward_of(&self, place: ResKey) -> Option<ResKey> {
        self.above(place).find(|key| self.places.get(key).is_some_and(|place| place.ward))
    }

    /// Whether a place lies in another, or is it.
    pub fn is_within(&self, place: ResKey, other: ResKey) -> bool {
        self.above(place).any(|key| key == other)
    }

    /// The sites: what lies in nothing else, holds something, and is no ward itself.
    pub fn sites(&self) -> Vec<ResKey> {
        let holding: BTreeSet<ResKey> = self.places.values().map(|place| place.above).collect();
        let tops = self.places.iter().filter(|(_, place)| place.above == 0 && !place.ward && place.capacity == 0);
        // A group holds sites: where one thing holds all others, the sites are what lies in it.
        let tops: Vec<ResKey> = tops.map(|(key, _)| *key).filter(|key| holding.contains(key)).collect();
        match tops.as_slice() {
            [top] => self.places.iter().filter(|(key, place)| place.above == *top && !place.ward && holding.contains(key)).map(|(key, _)| *key).collect(),
            _ => tops,
        }
    }

    fn above(&self, place: ResKey) -> impl Iterator<Item = ResKey> {
        let above = |key: &ResKey| self.places.get(key).map(|place| place.above).filter(|above| *above > 0);
        std::iter::successors(Some(place), above).take(DEEP)
    }

    /// Whether a ward, or a place outside all wards, is an emergency department.
    pub fn is_emergency(&self, ward: ResKey) -> bool {
        self.places.get(&ward).is_some_and(|place| place.emergency)
    }

    pub fn len(&self) -> usize {
        self.visits.len() + self.stays.len() + self.places.len() + self.labs.len() + self.tickets.len() + self.doses.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn keys(&self) -> BTreeSet<ResKey> {
        let wards = self.visits.keys().chain(self.stays.keys()).chain(self.places.keys());
        wards.chain(self.labs.keys()).chain(self.tickets.keys()).chain(self.doses.keys()).copied().collect()
    }

    /// A sheet as it is written down: a line a fact, in the order of the keys.
    fn sheet(&self, sheet: ResKey) -> String {
        let mut out = String::new();
        for key in sheet.saturating_mul(SHEET)..sheet.saturating_add(1).saturating_mul(SHEET) {
            if let Some(fact) = self.get(key) {
                out.push_str(&format!("{key}:{}\n", fact.to_line()));
            }
        }
        out
    }

    fn take_sheet(&mut self, text: &str) -> Option<()> {
        for line in text.lines() {
            let (key, fact) = line.split_once(':')?;
            self.put(key.parse().ok()?, Some(Fact::parse(fact)?));
        }
        Some(())
    }
}

/// Names and texts of sheets.
type Sheets = Vec<(String, Vec<u8>)>;

/// What came of holding the sheets against the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    pub facts: usize,
    pub sheets: usize,
    /// The first difference: what the sheets say, and what the log does.
    pub differs: Option<(String, String)>,
}

struct State {
    facts: Facts,
    upto: Row,
    /// Up to where the sheets are written down.
    kept: Row,
    /// Sheets that changed since.
    changed: BTreeSet<ResKey>,
    /// The sheets were looked for.
    opened: bool,
}

/// The facts of one store.
pub struct View {
    store: Store,
    antibiotics: CodesBegin,
    zone: TimeZone,
    state: Mutex<State>,
}

impl View {
    /// Reads nothing yet: the first question does.
    pub fn new(store: Store, antibiotics: CodesBegin, zone: TimeZone) -> Self {
        let state = State { facts: Facts::new(zone.clone()), upto: 0, kept: 0, changed: BTreeSet::new(), opened: false };
        Self { store, antibiotics, zone, state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Takes in all that was written, letting go of the facts between pages.
    pub fn prepare(&self) -> Result<(), Fault> {
        while !self.advance(1)? {}
        Ok(())
    }

    fn advance(&self, pages: usize) -> Result<bool, Fault> {
        let mut state = self.state();
        if !state.opened {
            state.opened = true;
            if let Some((facts, upto)) = self.written()? {
                (state.facts, state.upto, state.kept) = (facts, upto, upto);
            }
        }
        for _ in 0..pages {
            if !self.page(&mut state)? {
                return Ok(true);
            }
        }
        Ok(state.upto >= *self.store.ticks().borrow())
    }

    /// Takes in one page; whether there was one.
    fn page(&self, state: &mut State) -> Result<bool, Fault> {
        let types = TYPES.map(|name| tables().resource_type(name)).into_iter().flatten().collect::<Vec<TypeId>>();
        let whole: Vec<TypeId> = tables().resource_type("Location").into_iter().collect();
        let (versions, reached) = self.store.versions_for_platform(state.upto, PAGE, &types, &whole)?;
        if reached == state.upto {
            return Ok(false);
        }
        let key = |ty: &str, id: &str| {
            let ty = tables().resource_type(ty);
            ty.and_then(|ty| self.store.key_for_platform(ty, id).ok().flatten()).unwrap_or(0)
        };
        let reader = Reader { zone: self.store.indexer().zone(), antibiotics: &self.antibiotics, key: &key };
        for version in versions {
            let before = state.facts.get(version.key);
            let fact = fact(&reader, &version.stored, before.as_ref());
            if fact != before {
                state.changed.insert(version.key / SHEET);
                state.facts.put(version.key, fact);
            }
        }
        state.upto = reached;
        Ok(true)
    }

    /// Asks something of the facts as far as somebody can wait for them, and whether that is all of the record.
    pub fn ask<T>(&self, question: impl FnOnce(&Facts) -> T) -> Result<(T, bool), Fault> {
        let complete = self.advance(WAITS)?;
        Ok((question(&self.state().facts), complete))
    }

    /// The figures of months and quarters that are over which a first page shows, the latest first: of the house, and of each site
    /// where there are several.
    pub fn over(&self, now: i64) -> Vec<(&'static str, Question)> {
        let sites = self.state().facts.sites();
        let sites = sites.iter().filter(|_| sites.len() > 1).map(|site| Unit::Site(*site));
        let units: Vec<Unit> = std::iter::once(Unit::House).chain(sites).collect();
        let ask = |period: Period| units.iter().map(move |unit| Question { period, unit: *unit, now, morning });
        let asked: Vec<Question> = past::all(&self.zone, now).flat_map(ask).collect();
        asked.iter().flat_map(|question| CODES.map(|code| (code, *question))).collect()
    }

    /// Reckons one figure, which is then remembered: whoever asks meanwhile waits for one at most.
    pub fn remember(&self, code: &str, asked: &Question) {
        _ = figure(&self.state().facts, code, asked);
    }

    /// The facts as they were written down, and up to which row; none: by nobody, or by another version.
    fn written(&self) -> Result<Option<(Facts, Row)>, Fault> {
        let Some(head) = self.store.mark(HEAD)? else { return Ok(None) };
        let head = String::from_utf8(head).unwrap_or_default();
        let Some(upto) = head.strip_prefix(&format!("{DEFINITIONS} ")).and_then(|row| row.parse::<Row>().ok()) else { return Ok(None) };
        let mut facts = Facts::new(self.zone.clone());
        for (_, sheet) in self.store.marks(SHEETS)? {
            if String::from_utf8(sheet).ok().and_then(|text| facts.take_sheet(&text)).is_none() {
                return Ok(None);
            }
        }
        // A record that was taken back to an earlier state has not these rows.
        Ok(Some((facts, upto)).filter(|_| upto <= *self.store.ticks().borrow()))
    }

    /// Writes the sheets down that changed, if there is enough to be worth it, or `all`.
    pub async fn keep(&self, all: bool) -> Result<(), Fault> {
        let Some((marks, upto)) = self.due(all) else { return Ok(()) };
        self.hand().commit(Vec::new(), Vec::new(), marks).await?;
        self.kept(upto);
        Ok(())
    }

    fn hand(&self) -> Scoped {
        self.store.scoped(Actor::node("indicators"), Purpose::Operations)
    }

    /// The sheets to be written down, and up to which row they say everything.
    fn due(&self, all: bool) -> Option<(Sheets, Row)> {
        let state = self.state();
        if !all && state.upto.saturating_sub(state.kept) < WRITE_EVERY {
            return None;
        }
        let sheet = |sheet: &ResKey| (format!("{SHEETS}{sheet:08}"), state.facts.sheet(*sheet).into_bytes());
        let head = (HEAD.to_owned(), format!("{DEFINITIONS} {}", state.upto).into_bytes());
        Some((state.changed.iter().map(sheet).chain([head]).collect(), state.upto))
    }

    fn kept(&self, upto: Row) {
        let mut state = self.state();
        if state.upto == upto {
            state.changed.clear();
        }
        state.kept = upto;
    }

    /// Makes everything anew from the log, beside what is there.
    fn anew(&self) -> Result<State, Fault> {
        let mut state = State { facts: Facts::new(self.zone.clone()), upto: 0, kept: 0, changed: BTreeSet::new(), opened: true };
        while self.page(&mut state)? {}
        Ok(state)
    }

    /// Makes everything anew from the log and writes all of it down; how many facts there are. Not for tasks: it waits.
    pub fn recompute(&self) -> Result<usize, Fault> {
        let mut new = self.anew()?;
        // Sheets that hold nothing any more are taken away.
        let number = |name: &str| name.strip_prefix(SHEETS).and_then(|number| number.parse::<ResKey>().ok());
        new.changed.extend(self.store.marks(SHEETS)?.iter().filter_map(|(name, _)| number(name)));
        let facts = new.facts.len();
        *self.state() = new;
        if let Some((marks, upto)) = self.due(true) {
            let stopped = || Fault::new(FaultKind::Unavailable, "RH-INDICATORS-STOPPED", "The store ended before the sheets were written. Start again.");
            self.hand().submit(Vec::new(), Vec::new(), marks.into_iter().collect())?.blocking_recv().map_err(|_| stopped())??;
            self.kept(upto);
        }
        Ok(facts)
    }

    /// Holds what is written down, brought up to now, against the log, to the bit.
    pub fn check(&self) -> Result<Option<Checked>, Fault> {
        let Some((facts, upto)) = self.written()? else { return Ok(None) };
        let mut kept = State { facts, upto, kept: upto, changed: BTreeSet::new(), opened: true };
        while self.page(&mut kept)? {}
        let new = self.anew()?;
        let sheets: BTreeSet<ResKey> = kept.facts.keys().union(&new.facts.keys()).map(|key| key / SHEET).collect();
        let pairs = || sheets.iter().map(|sheet| (kept.facts.sheet(*sheet), new.facts.sheet(*sheet)));
        let differs = pairs().find(|(kept, new)| kept != new).map(|(kept, new)| first_difference(&kept, &new));
        Ok(Some(Checked { facts: new.facts.len(), sheets: sheets.len(), differs }))
    }

    /// The type and id of a resource.
    pub fn named(&self, key: ResKey) -> Result<Option<(TypeId, String)>, Fault> {
        self.store.named_for_platform(key)
    }
}

fn first_difference(kept: &str, new: &str) -> (String, String) {
    let (mut kept, mut new) = (kept.lines(), new.lines());
    loop {
        match (kept.next(), new.next()) {
            (Some(one), Some(other)) if one == other => {}
            (one, other) => return (one.unwrap_or_default().to_owned(), other.unwrap_or_default().to_owned()),
        }
    }
}

fn fact(reader: &Reader<'_>, stored: &rihla_store::Stored, before: Option<&Fact>) -> Option<Fact> {
    if stored.deleted {
        return None;
    }
    let json = stored.json();
    let doc = parse(&json, &Limits { bytes: usize::MAX, values: usize::MAX, ..Limits::default() }).ok()?;
    reader.read(tables().type_name(stored.ty), doc.root(), before, stored.last_updated.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_are_what_a_group_holds_and_places_lie_within() {
        let mut facts = Facts::new(TimeZone::UTC);
        let place = |above: ResKey, ward: bool, capacity: u32| Some(Fact::Place(Place { above, ward, capacity, ..Place::default() }));
        for (key, above, ward, capacity) in
            [(1, 0, false, 0), (2, 1, false, 0), (3, 1, false, 0), (4, 2, true, 0), (5, 4, false, 1), (6, 3, true, 0), (7, 0, true, 0)]
        {
            facts.put(key, place(above, ward, capacity));
        }
        assert_eq!(facts.sites(), [2, 3]);
        assert!(facts.is_within(5, 2) && !facts.is_within(5, 3) && facts.is_within(2, 2));
        assert_eq!((facts.ward_of(5), facts.ward_of(2)), (Some(4), None));
    }

    #[test]
    fn a_fact_that_goes_leaves_nothing_behind() {
        let mut facts = Facts::new(TimeZone::UTC);
        facts.put(9, Some(Fact::Dose { patient: 3, at: 1 }));
        facts.put(9, Some(Fact::Dose { patient: 4, at: 2 }));
        assert_eq!((facts.of_patient(3).count(), facts.of_patient(4).count(), facts.len()), (0, 1, 1));
        let written = facts.sheet(0);
        let mut again = Facts::new(TimeZone::UTC);
        assert_eq!(again.take_sheet(&written), Some(()));
        assert_eq!(again, facts);
        facts.put(9, None);
        assert!(facts.is_empty() && facts.of_patient(4).count() == 0);
    }
}

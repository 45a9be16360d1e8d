//! A list of stays, row by row: those that are over, and those that go on, which take their places.

use super::known::{Patient, bearing, hashed, mark_of, mark_value, of_mark, type_of, with};
use super::taken::{Asked, Taken, refused};
use super::units::Units;
use crate::failure::Failure;
use crate::node::Node;
use jiff::tz::TimeZone;
use rihla_clinical::{Act, Change, Place, Service, Stay};
use rihla_fhir::r4::TypeId;
use rihla_kernel::{Fault, FaultKind, Instant};
use rihla_lists::Cells;
use rihla_lists::map::{self, Map};
use rihla_lists::reason::{self, Outcome, Reason};
use rihla_lists::{StayRow, answers};
use rihla_store::backend::{Expect, Name, Step};
use rihla_store::query::Handling;
use rihla_store::{Scoped, Taken as Held};
use std::collections::{BTreeMap, BTreeSet, HashMap};

pub struct Stays<'t> {
    node: &'t Node,
    record: Scoped,
    map: &'t Map,
    of: &'t map::Stays,
    ty: TypeId,
    zone: TimeZone,
    now: Instant,
    /// Nothing is written.
    dry: bool,
    units: Units,
    /// What rows of this run said, where nothing is written: by mark.
    seen: HashMap<String, String>,
    /// Places that rows of this run would have taken, and who would lie in them.
    filled: BTreeMap<String, usize>,
    lying: BTreeSet<String>,
}

impl<'t> Stays<'t> {
    pub fn new(node: &'t Node, map: &'t Map, of: &'t map::Stays, units: Units, zone: TimeZone, dry: bool) -> Result<Self, Failure> {
        let (record, ty, now) = (node.for_task("import"), type_of("Encounter")?, node.clock.now());
        Ok(Self { node, record, map, of, ty, zone, now, dry, units, seen: HashMap::new(), filled: BTreeMap::new(), lying: BTreeSet::new() })
    }

    fn mark(&self, number: &str) -> String {
        mark_of("Encounter", &self.map.number.system, number)
    }

    pub fn holds(&self, cells: &Cells<'_>) -> Vec<String> {
        cells.number(&self.map.number).ok().flatten().map(|number| self.mark(number)).into_iter().collect()
    }

    pub async fn take(&mut self, cells: &Cells<'_>) -> Result<Taken, Failure> {
        let told = cells.number(&self.map.number).ok().flatten().unwrap_or_default().to_owned();
        let row = match StayRow::read(self.map, self.of, cells, &self.zone, self.now) {
            Ok(row) => row,
            Err(reason) => return Ok(Taken::rejected(&told, reason)),
        };
        let (said, mark) = (hashed(&row.said()), self.mark(&row.number));
        if let Some(reason) = self.known(&row, &said, &mark)? {
            return Ok(Taken::decided(&row.number, Outcome::Known, reason, &row.number));
        }
        let decided = match self.patient(&row)? {
            Ok(patient) => self.make(&row, &patient, (mark.clone(), said.clone())).await,
            Err(reason) => return Ok(Taken::rejected(&row.number, reason)),
        };
        match decided {
            Ok(Ok(asked)) => {
                if self.dry {
                    self.seen.insert(mark, said);
                }
                Ok(Taken { asked, ..Taken::decided(&row.number, Outcome::Made, reason::made(), "") })
            }
            Ok(Err(reason)) => Ok(Taken::rejected(&row.number, reason)),
            Err(fault) => Ok(Taken::rejected(&row.number, in_words(&fault)?)),
        }
    }

    fn known(&self, row: &StayRow, said: &str, mark: &str) -> Result<Option<Reason>, Failure> {
        let kept = match self.seen.get(mark) {
            Some(said) => Some(said.clone()),
            None => self.node.store.mark(mark)?.and_then(|value| of_mark(&value)).map(|(said, _)| said),
        };
        Ok(match kept {
            Some(kept) if kept == said => Some(reason::known_same()),
            Some(_) => Some(reason::known_changed()),
            None => (!bearing(&self.record, self.ty, &self.map.number.system, &row.number)?.is_empty()).then(reason::known),
        })
    }

    fn patient(&self, row: &StayRow) -> Result<Result<Patient, Reason>, Failure> {
        let mut found = Patient::bearing(&self.record, &self.of.patient.system, &row.patient)?;
        Ok(match (found.pop(), found.is_empty()) {
            (None, _) => Err(reason::patient_missing().of("patient")),
            (Some(_), false) => Err(reason::several().of("patient")),
            (Some(one), true) => Ok(one),
        })
    }

    /// Writes the stay, or says why not.
    async fn make(&mut self, row: &StayRow, patient: &Patient, mark: (String, String)) -> Result<Result<Option<Asked>, Reason>, Fault> {
        let unit = match &row.unit {
            Some(text) => match self.units.unit(&self.record, text)? {
                Some(id) => Some(id),
                None => return Ok(Err(reason::unit().of("unit"))),
            },
            None => None,
        };
        if row.end.is_some() {
            return self.write(row, patient, unit.as_deref(), mark).map(Ok);
        }
        let place = match &row.place {
            Some(text) => match self.units.place(&self.record, unit.as_deref(), text)? {
                Some(place) => Some(place),
                None => return Ok(Err(reason::unit().of("place"))),
            },
            None => None,
        };
        let Some(to) = place.as_ref().map(|place| place.id.clone()).or(unit.clone()) else { return Ok(Err(reason::place_missing())) };
        if let Some(reason) = self.in_the_way(patient, place.as_ref())? {
            return Ok(Err(reason));
        }
        let unit = unit.or_else(|| self.units.unit_of(&to)).unwrap_or_else(|| to.clone());
        if !self.dry {
            return self.begin(row, patient, &to, &unit, mark).await.map(|()| Ok(None));
        }
        if let Some(place) = place {
            *self.filled.entry(place.id).or_default() += 1;
            self.lying.insert(patient.id.clone());
        }
        Ok(Ok(None))
    }

    /// Why the patient cannot come to lie there.
    fn in_the_way(&self, patient: &Patient, place: Option<&Place>) -> Result<Option<Reason>, Fault> {
        if patient.dead {
            return Ok(Some(reason::dead().of("patient")));
        }
        let Some(place) = place else { return Ok(None) };
        if place.service != Service::Open {
            return Ok(Some(reason::place_closed().of("place")));
        }
        let slots = self.record.occupancy(&[(place.id.as_str(), place.capacity)])?.into_iter().next().unwrap_or_default();
        let free = slots.iter().filter(|slot| slot.taken == Held::Free && !slot.reserved).count();
        if free <= self.filled.get(&place.id).copied().unwrap_or(0) {
            return Ok(Some(reason::place_taken().of("place")));
        }
        let lies = self.lying.contains(&patient.id) || self.lies(&patient.id)?;
        Ok(lies.then(|| reason::elsewhere().of("patient")))
    }

    /// Whether a place is the patient's now.
    fn lies(&self, patient: &str) -> Result<bool, Fault> {
        let running = "planned,arrived,triaged,in-progress,onleave".to_owned();
        let pairs = [("patient".to_owned(), format!("Patient/{patient}")), ("status".to_owned(), running)];
        let (query, _) = self.record.query(&[self.ty], &pairs, Handling::Strict)?;
        for stored in self.record.search(&query)?.matches {
            if with(&stored, |value| !Stay::read(value, stored.vid, self.record.zone()).holds().is_empty())? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A stay that is over: it and its mark in one commit.
    fn write(&self, row: &StayRow, patient: &Patient, unit: Option<&str>, (mark, said): (String, String)) -> Result<Option<Asked>, Fault> {
        let stay = |id: &str| row.over(row.planned(self.map, self.of, id, &patient.id), unit).write();
        if self.dry {
            return self.record.made(stay("rehearsed").as_bytes()).map(|_| None);
        }
        let id = self.record.reserve(self.ty, Some(&patient.id))?;
        let text = id.to_text();
        let (_, content) = self.record.made(stay(&text).as_bytes())?;
        let step = Step::Put { ty: self.ty.0, name: Name::New(id), expect: Expect::Absent, content };
        self.record.submit(vec![step], Vec::new(), vec![(mark, mark_value(&said, &text))]).map(Some)
    }

    /// A stay that goes on: the command of every admission, which claims the place.
    async fn begin(&self, row: &StayRow, patient: &Patient, to: &str, unit: &str, (mark, said): (String, String)) -> Result<(), Fault> {
        let id = self.record.reserve(self.ty, Some(&patient.id))?.to_text();
        let new = row.planned(self.map, self.of, &id, &patient.id);
        let marks = [(mark, mark_value(&said, &id))];
        let change = Change { marks: &marks, ..Change::to(&id, to) };
        let act = Act { record: &self.record, now: self.now, by: r#"{"display":"import"}"#.to_owned() };
        let (begins, now) = (row.begins, self.now);
        let no_spot = || Fault::new(FaultKind::Internal, "RH-CSV-SPOT", "A place has no slot. This is a defect.");
        act.begin(&new, &change, |stay, spot| stay.admit(spot.ok_or_else(no_spot)?, answers(unit), begins, now)).await.map(drop)
    }
}

/// What the commands say is said as this import says it, where both know it.
fn in_words(fault: &Fault) -> Result<Reason, Failure> {
    Ok(match fault.code {
        "RH-PLACE-TAKEN" => reason::place_taken().of("place"),
        "RH-PLACE-CLOSED" => reason::place_closed().of("place"),
        "RH-STAY-ELSEWHERE" => reason::elsewhere().of("patient"),
        "RH-STAY-DEAD" => reason::dead().of("patient"),
        _ => refused(fault)?,
    })
}

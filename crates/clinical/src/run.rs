//! Doing what was decided: read, decide, commit; and once more on what is there then, if somebody was faster.

use crate::movement::Spot;
use crate::object::{Object, quoted};
use crate::place::{Hygiene, Place, Service};
use crate::refusal;
use crate::stay::{Signed, State, Stay};
use rihla_fhir::json::{Limits, parse};
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhir::view::Look;
use rihla_kernel::{Fault, FaultKind, Instant};
use rihla_store::backend::{Expect, Name, Step};
use rihla_store::body::instant_text;
use rihla_store::{Scoped, Stored, Taken};

/// How often a command looks again before it says that too many are at it.
const TRIES: usize = 12;

/// What becomes of a stay at a place.
type How<'h> = dyn Fn(&mut Stay, Option<Spot>) -> Result<(), Fault> + Sync + 'h;

/// One act of one person on the record.
pub struct Act<'a> {
    pub record: &'a Scoped,
    pub now: Instant,
    /// A Reference to whoever acts, as JSON.
    pub by: String,
}

/// What is to become of a stay.
pub struct Change<'c> {
    pub stay: &'c str,
    /// The version that was on screen; what was decided on another is not done.
    pub seen: Option<u32>,
    /// The place or unit to go to or to be promised.
    pub to: Option<&'c str>,
    /// Whether the place is only promised.
    pub promise: bool,
    /// Another stay of the patient that ends where this one begins.
    pub ends: Option<&'c str>,
    /// Operational state that is true exactly if this is done: what an import took in.
    pub marks: &'c [(String, Vec<u8>)],
}

impl<'c> Change<'c> {
    pub fn of(stay: &'c str) -> Self {
        Self { stay, seen: None, to: None, promise: false, ends: None, marks: &[] }
    }

    pub fn to(stay: &'c str, place: &'c str) -> Self {
        Self { to: Some(place), ..Self::of(stay) }
    }
}

impl Act<'_> {
    /// Whoever acts, now.
    pub fn signed(&self) -> Signed {
        self.signed_at(self.now)
    }

    pub fn signed_at(&self, at: Instant) -> Signed {
        Signed { at, account: self.record.actor().id().to_owned(), by: self.by.clone() }
    }

    pub fn stay(&self, id: &str) -> Result<Stay, Fault> {
        let stored = self.record.read(type_of("Encounter")?, id)?;
        read(&stored, |value| Stay::read(value, stored.vid, self.record.zone()))
    }

    pub fn place(&self, id: &str) -> Result<Place, Fault> {
        let stored = self.record.read(type_of("Location")?, id)?;
        read(&stored, |value| Place::read(value, stored.vid, self.record.zone()))
    }

    /// Makes a new stay, under an id that was reserved for it. One that stands there already is the same form sent twice.
    pub async fn begin(&self, new: &Stay, change: &Change<'_>, how: impl Fn(&mut Stay, Option<Spot>) -> Result<(), Fault> + Sync) -> Result<Stay, Fault> {
        if let Ok(known) = self.stay(&new.id) {
            return if known.patient == new.patient { Ok(known) } else { Err(refusal::state()) };
        }
        self.try_until_done(change, &|| Ok(new.clone()), &how).await
    }

    /// Changes a stay that is there.
    pub async fn change(&self, change: &Change<'_>, how: impl Fn(&mut Stay, Option<Spot>) -> Result<(), Fault> + Sync) -> Result<Stay, Fault> {
        let current = || {
            let stay = self.stay(change.stay)?;
            if change.seen.is_some_and(|seen| seen != stay.version) { Err(refusal::state()) } else { Ok(stay) }
        };
        self.try_until_done(change, &current, &how).await
    }

    async fn try_until_done(&self, change: &Change<'_>, current: &(dyn Fn() -> Result<Stay, Fault> + Sync), how: &How<'_>) -> Result<Stay, Fault> {
        let mut claimed = 0;
        for _ in 0..TRIES {
            let before = current()?;
            let spot = change.to.map(|to| self.spot(to, change.promise, &before)).transpose()?;
            let mut after = before.clone();
            how(&mut after, spot)?;
            if before.state == State::Planned && after.state != State::Planned {
                self.alive(&before.patient)?;
            }
            let steps = self.steps(&before, &after, change)?;
            match self.record.commit(steps, Vec::new(), change.marks.to_vec()).await {
                Ok(outcomes) => {
                    after.version = outcomes.first().map_or(after.version, |outcome| outcome.vid);
                    return Ok(after);
                }
                // The place that was free a moment ago is looked at again, and it is said if it is not.
                Err(fault) if fault.code == "RH-STORE-CLAIMED" => claimed += 1,
                Err(fault) if matches!(fault.kind, FaultKind::PreconditionFailed | FaultKind::Conflict) => {}
                Err(fault) => return Err(fault),
            }
            if claimed > 0 && change.to.is_none() {
                return Err(refusal::taken());
            }
            if claimed > 2 {
                // The place is free each time: it is the patient who is not.
                return Err(refusal::elsewhere());
            }
        }
        Err(refusal::busy())
    }

    /// The slot of a place that the patient would be given.
    fn spot(&self, to: &str, promise: bool, stay: &Stay) -> Result<Spot, Fault> {
        let place = self.place(to)?;
        if !place.is_place {
            return if promise { Err(refusal::no_place()) } else { Ok(Spot { location: place.id, slot: None }) };
        }
        if place.service != Service::Open {
            return Err(refusal::closed());
        }
        let slots = self.record.occupancy(&[(&place.id, place.capacity)])?.into_iter().next().unwrap_or_default();
        let own = |slot: u32| stay.holds().contains(&(place.id.as_str(), slot));
        let promised = stay.promised().filter(|one| one.spot.location == place.id).and_then(|one| one.spot.slot);
        let mut free = (0..).zip(&slots).filter(|(at, slot)| match promise {
            true => !slot.reserved,
            false => own(*at) || (slot.taken == Taken::Free && (!slot.reserved || promised == Some(*at))),
        });
        let slot = free.next().map(|(at, _)| at).ok_or_else(refusal::taken)?;
        Ok(Spot { location: place.id, slot: Some(slot) })
    }

    /// The stay, the other one that ends, and the places that somebody left: nobody lies in them before they are cleaned.
    fn steps(&self, before: &Stay, after: &Stay, change: &Change<'_>) -> Result<Vec<Step>, Fault> {
        let mut steps = vec![self.put(after)?];
        steps.extend(self.deceased(before, after)?);
        let mut left: Vec<(String, Option<Instant>)> = left(before, after);
        if let Some(other) = change.ends {
            let ended = self.stay(other)?;
            let mut over = ended.clone();
            if ended.patient != after.patient {
                return Err(refusal::state());
            }
            over.depart("oth", after.from.unwrap_or(self.now), self.now)?;
            left.extend(self::left(&ended, &over));
            steps.push(self.put(&over)?);
        }
        left.sort();
        left.dedup_by(|one, other| one.0 == other.0);
        for (id, at) in left {
            let place = self.place(&id)?;
            if place.is_place && place.hygiene != Hygiene::Dirty {
                steps.push(self.put_place(&place, &place.with_hygiene(Hygiene::Dirty, at.unwrap_or(self.now)))?);
            }
        }
        Ok(steps)
    }

    /// What a death, or its undoing, changes of the patient, so that every page and every other system hears of it. What
    /// somebody else said of their death stays.
    fn deceased(&self, before: &Stay, after: &Stay) -> Result<Option<Step>, Fault> {
        let (written, said) = match (&before.death, &after.death) {
            (None, Some(death)) => (None, Some(instant_text(death.at))),
            (Some(death), None) => (Some(instant_text(death.at)), None),
            _ => return Ok(None),
        };
        let ty = type_of("Patient")?;
        let stored = self.record.read(ty, &after.patient)?;
        let (mut patient, known, dead) = read(&stored, |patient| {
            let dead = patient.get("deceasedBoolean").and_then(|said| said.as_bool()).unwrap_or(false);
            (Object::of(patient), patient.text("deceasedDateTime").map(|at| at.into_owned()), dead)
        })?;
        if known != written || dead {
            return Ok(None);
        }
        patient.remove("deceasedBoolean");
        match said {
            Some(at) => patient.set("deceasedDateTime", quoted(&at)),
            None => patient.remove("deceasedDateTime"),
        }
        let content = self.record.amended(ty, &after.patient, stored.vid, patient.text().as_bytes())?;
        Ok(Some(Step::Put { ty: ty.0, name: Name::Id(after.patient.as_str().into()), expect: Expect::Version(stored.vid), content }))
    }

    fn put(&self, stay: &Stay) -> Result<Step, Fault> {
        let (ty, json) = (type_of("Encounter")?, stay.write());
        let name = Name::Id(stay.id.as_str().into());
        if stay.version == 0 {
            let (_, content) = self.record.made(json.as_bytes())?;
            return Ok(Step::Put { ty: ty.0, name, expect: Expect::Absent, content });
        }
        let content = self.record.amended(ty, &stay.id, stay.version, json.as_bytes())?;
        Ok(Step::Put { ty: ty.0, name, expect: Expect::Version(stay.version), content })
    }

    fn put_place(&self, place: &Place, json: &str) -> Result<Step, Fault> {
        let ty = type_of("Location")?;
        let content = self.record.amended(ty, &place.id, place.version, json.as_bytes())?;
        Ok(Step::Put { ty: ty.0, name: Name::Id(place.id.as_str().into()), expect: Expect::Version(place.version), content })
    }

    /// Two patients change places in one commit; whoever answers for each goes on to.
    pub async fn swap(&self, one: &str, other: &str) -> Result<(), Fault> {
        for _ in 0..TRIES {
            let (mut first, mut second) = (self.stay(one)?, self.stay(other)?);
            let here = |stay: &Stay| stay.here().map(|entry| (entry.spot.clone(), entry.answers.clone())).ok_or_else(refusal::state);
            let ((spot, answers), (others, others_answers)) = (here(&first)?, here(&second)?);
            if spot.slot.is_none() || others.slot.is_none() {
                return Err(refusal::no_place());
            }
            first.transfer(others, answers, false, self.now, self.now)?;
            second.transfer(spot, others_answers, false, self.now, self.now)?;
            match self.record.commit(vec![self.put(&first)?, self.put(&second)?], Vec::new(), Vec::new()).await {
                Err(fault) if fault.code == "RH-STORE-CLAIMED" => return Err(refusal::taken()),
                Err(fault) if matches!(fault.kind, FaultKind::PreconditionFailed | FaultKind::Conflict) => {}
                decided => return decided.map(drop),
            }
        }
        Err(refusal::busy())
    }

    /// Changes a place that is there. `how`: what it would be, or why not.
    pub async fn change_place(&self, id: &str, how: impl Fn(&Place) -> Result<String, Fault> + Sync) -> Result<(), Fault> {
        for _ in 0..TRIES {
            let place = self.place(id)?;
            let step = self.put_place(&place, &how(&place)?)?;
            match self.record.commit(vec![step], Vec::new(), Vec::new()).await {
                Err(fault) if matches!(fault.kind, FaultKind::PreconditionFailed) => {}
                decided => return decided.map(drop),
            }
        }
        Err(refusal::busy())
    }

    /// Whoever is recorded as dead is not admitted (FACTS §7, art. 46).
    fn alive(&self, patient: &str) -> Result<(), Fault> {
        let stored = self.record.read(type_of("Patient")?, patient)?;
        let dead =
            read(&stored, |value| value.get("deceasedDateTime").is_some() || value.get("deceasedBoolean").and_then(|said| said.as_bool()).unwrap_or(false))?;
        if dead { Err(refusal::dead()) } else { Ok(()) }
    }
}

/// Places that the stay held and holds no more, and when they were left.
fn left(before: &Stay, after: &Stay) -> Vec<(String, Option<Instant>)> {
    let holds = after.holds();
    let when = |place: &str| after.movements.iter().filter(|one| one.cancelled.is_none() && one.spot.location == place).filter_map(|one| one.to).max();
    before.holds().into_iter().filter(|held| !holds.contains(held)).map(|(place, _)| (place.to_owned(), when(place))).collect()
}

pub(crate) fn type_of(name: &str) -> Result<TypeId, Fault> {
    tables().resource_type(name).ok_or_else(|| Fault::new(FaultKind::Internal, "RH-TABLES", "The R4 tables lack a type of stays and places."))
}

pub(crate) fn read<T>(stored: &Stored, view: impl FnOnce(rihla_fhir::json::Value<'_>) -> T) -> Result<T, Fault> {
    let json = stored.json();
    let limits = Limits { values: usize::MAX, ..Limits::default() };
    let doc = parse(&json, &limits).map_err(|_| Fault::new(FaultKind::Internal, "RH-STORE-BODY", "A stored resource could not be read."))?;
    Ok(view(doc.root()))
}

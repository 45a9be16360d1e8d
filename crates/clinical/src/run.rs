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

/// A resource as a change would leave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub ty: &'static str,
    /// Empty for a stay whose writer gives it an id.
    pub id: String,
    /// 0: it is not there yet.
    pub version: u32,
    pub json: String,
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

    /// The slot of a place that the patient would be given; `promise`: it is only promised.
    pub fn spot(&self, to: &str, promise: bool, stay: &Stay) -> Result<Spot, Fault> {
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
        let mut drafts = self.drafts(before, after)?;
        let mut others = Vec::new();
        if let Some(other) = change.ends {
            let ended = self.stay(other)?;
            let mut over = ended.clone();
            if ended.patient != after.patient {
                return Err(refusal::state());
            }
            over.depart("oth", after.from.unwrap_or(self.now), self.now)?;
            others = self.drafts(&ended, &over)?;
        }
        // A place that both left is dirty once.
        others.retain(|draft| drafts.iter().all(|known| known.id != draft.id));
        drafts.append(&mut others);
        let mut steps = drafts.iter().map(|draft| self.put(draft)).collect::<Result<Vec<_>, _>>()?;
        steps.extend(self.deceased(before, after)?);
        Ok(steps)
    }

    /// What a change writes of a stay and of the places that it leaves, for whoever commits it together with more: the stay
    /// first. Claims are checked when it is committed.
    pub fn drafts(&self, before: &Stay, after: &Stay) -> Result<Vec<Draft>, Fault> {
        let mut drafts = vec![Draft { ty: "Encounter", id: after.id.clone(), version: after.version, json: after.write() }];
        let mut left = left(before, after);
        left.sort();
        left.dedup_by(|one, other| one.0 == other.0);
        for (id, at) in left {
            let place = self.place(&id)?;
            if place.is_place && place.hygiene != Hygiene::Dirty {
                let json = place.with_hygiene(Hygiene::Dirty, at.unwrap_or(self.now));
                drafts.push(Draft { ty: "Location", id: place.id, version: place.version, json });
            }
        }
        Ok(drafts)
    }

    /// What a death, or its undoing, changes of the patient, so that every page and every other system hears of it. What
    /// somebody else said of their death stays.
    fn deceased(&self, before: &Stay, after: &Stay) -> Result<Vec<Step>, Fault> {
        let (written, said) = match (&before.death, &after.death) {
            (None, Some(death)) => (None, Some(instant_text(death.at))),
            (Some(death), None) => (Some(instant_text(death.at)), None),
            _ => return Ok(Vec::new()),
        };
        let own = self.record.read(type_of("Patient")?, &after.patient)?;
        // A record that another took the place of is nobody's page any more: its survivor says it too.
        let survivor = read(&own, |patient| {
            let link = patient.all("link").into_iter().find(|link| link.text("type").as_deref() == Some("replaced-by"))?;
            link.reference("other.reference", "Patient").map(|id| id.into_owned())
        })?;
        let both = std::iter::once(after.patient.clone()).chain(survivor);
        let steps = both.map(|patient| self.say_death(&patient, written.as_deref(), said.as_deref()));
        Ok(steps.collect::<Result<Vec<_>, Fault>>()?.into_iter().flatten().collect())
    }

    /// The next version of a Patient whose death is said, or said no more; none where it says something else.
    fn say_death(&self, patient: &str, written: Option<&str>, said: Option<&str>) -> Result<Option<Step>, Fault> {
        let (id, ty) = (patient, type_of("Patient")?);
        let stored = self.record.read(ty, id)?;
        let (mut patient, known, dead) = read(&stored, |patient| {
            let dead = patient.get("deceasedBoolean").and_then(|said| said.as_bool()).unwrap_or(false);
            (Object::of(patient), patient.text("deceasedDateTime").map(|at| at.into_owned()), dead)
        })?;
        if known.as_deref() != written || dead {
            return Ok(None);
        }
        patient.remove("deceasedBoolean");
        match said {
            Some(at) => patient.set("deceasedDateTime", quoted(at)),
            None => patient.remove("deceasedDateTime"),
        }
        let content = self.record.amended(ty, id, stored.vid, patient.text().as_bytes())?;
        Ok(Some(Step::Put { ty: ty.0, name: Name::Id(id.into()), expect: Expect::Version(stored.vid), content }))
    }

    fn put(&self, draft: &Draft) -> Result<Step, Fault> {
        let (ty, name) = (type_of(draft.ty)?, Name::Id(draft.id.as_str().into()));
        if draft.version == 0 {
            let (_, content) = self.record.made(draft.json.as_bytes())?;
            return Ok(Step::Put { ty: ty.0, name, expect: Expect::Absent, content });
        }
        let content = self.record.amended(ty, &draft.id, draft.version, draft.json.as_bytes())?;
        Ok(Step::Put { ty: ty.0, name, expect: Expect::Version(draft.version), content })
    }

    fn put_stay(&self, stay: &Stay) -> Result<Step, Fault> {
        self.put(&Draft { ty: "Encounter", id: stay.id.clone(), version: stay.version, json: stay.write() })
    }

    fn put_place(&self, place: &Place, json: String) -> Result<Step, Fault> {
        self.put(&Draft { ty: "Location", id: place.id.clone(), version: place.version, json })
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
            match self.record.commit(vec![self.put_stay(&first)?, self.put_stay(&second)?], Vec::new(), Vec::new()).await {
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
            let step = self.put_place(&place, how(&place)?)?;
            match self.record.commit(vec![step], Vec::new(), Vec::new()).await {
                Err(fault) if matches!(fault.kind, FaultKind::PreconditionFailed) => {}
                decided => return decided.map(drop),
            }
        }
        Err(refusal::busy())
    }

    /// Whoever is recorded as dead is not admitted (FACTS §7, art. 46).
    pub fn alive(&self, patient: &str) -> Result<(), Fault> {
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

//! What a message tells of a stay, by the house's own commands: an act of [`crate::movement`] on a stay of
//! `rihla_clinical`, decided without I/O. Whoever calls looks up the stay and its place, and commits.
//!
//! A movement keeps the sender's number (ZBE-1), so that a later update or cancellation finds it, and the same movement told
//! twice is one. Without numbers a movement is known by its time and place, and one that is cancelled by its time (EVN-6,
//! <https://www.hl7.eu/HL7v2x/v251/hl7v251typ.htm>, chapter 3) or by being the last.

mod act;
mod describe;
pub mod fault;
mod known;
#[cfg(test)]
mod model_tests;
#[cfg(test)]
mod tests;

use crate::movement::{Act, Asked, Event};
use rihla_clinical::{Answers, Named, Place, Spot, State, Stay};
use rihla_fhir::json::Value;
use rihla_fhirpath::{Zone, parse_date};
use rihla_kernel::{Fault, Instant};

pub use describe::blank;

/// Milliseconds by which a sender's clock may be ahead of ours: what it tells to be then is now.
const AHEAD: i64 = 5 * 60 * 1_000;

/// One act of one message.
pub struct Conduct<'c> {
    pub asked: &'c Asked,
    /// The Encounter that the message is mapped to: what it says besides the movement.
    pub words: Option<Value<'c>>,
    pub now: Instant,
    pub zone: &'c Zone,
}

/// Where an act takes the patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Going {
    Nowhere,
    /// To lie there.
    Lie,
    /// A place is promised.
    Promise,
    /// They were there, and are no more: nothing is taken by it.
    Past,
}

impl Conduct<'_> {
    /// Whether the place that the message names (PV1-3) has to be looked up.
    pub fn names_place(&self) -> bool {
        matches!(
            self.asked.act,
            Act::Admit(_) | Act::Register(_) | Act::PreAdmit(_) | Act::Transfer(_) | Act::ChangeClass(_) | Act::LeaveEnd(_) | Act::UpdateMovement { .. }
        )
    }

    /// Whether a stay that is not there is begun by this.
    pub fn begins(&self) -> bool {
        matches!(self.asked.act, Act::Admit(_) | Act::Register(_) | Act::PreAdmit(_))
    }

    /// Where the patient is to go, by this act, from where they are.
    pub fn going(&self, stay: &Stay, place: Option<&Place>) -> Result<Going, Fault> {
        let elsewhere = |place: &Place| stay.here().is_none_or(|here| here.spot.location != place.id);
        Ok(match (&self.asked.act, place) {
            (Act::Admit(_) | Act::Transfer(_), None) => return Err(fault::placeless()),
            (Act::Transfer(_), Some(_)) if !self.asked.is_current() => Going::Past,
            (Act::Admit(_) | Act::Register(_) | Act::Transfer(_), Some(_)) => Going::Lie,
            (Act::PreAdmit(_), Some(place)) if place.is_place && stay.promised().is_none_or(|one| one.spot.location != place.id) => Going::Promise,
            (Act::ChangeClass(_), Some(place)) if stay.state == State::Running && elsewhere(place) => Going::Lie,
            (Act::UpdateMovement { original, .. }, Some(place)) if *original != Event::Discharge => match self.found(stay)? {
                Some(one) if one.spot.location == place.id => Going::Nowhere,
                Some(one) if one.holds() => Going::Lie,
                _ => Going::Past,
            },
            _ => Going::Nowhere,
        })
    }

    /// Who answers for the patient in the movement that is meant, or where they are.
    pub fn answers(&self, stay: &Stay) -> Answers {
        let found = self.found(stay).ok().flatten().or_else(|| stay.here());
        found.map(|one| one.answers.clone()).unwrap_or_default()
    }

    /// What becomes of the stay. Sentences on what was left out.
    pub fn apply(&self, stay: &mut Stay, spot: Option<Spot>, answers: Answers) -> Result<Vec<String>, Fault> {
        let fits = matches!(self.asked.act, Act::Transfer(_) | Act::UpdateMovement { .. } | Act::Cancel { .. } | Act::UpdateStay(_) | Act::ChangeDoctor(_));
        if !self.asked.is_current() && !fits {
            return Err(fault::historic());
        }
        let remarks = self.act(stay, spot, answers)?;
        if self.asked.is_current() && (!matches!(self.asked.act, Act::Cancel { .. }) || self.asked.event == Event::CancelChangeDoctor) {
            self.describe(stay);
        }
        Ok(remarks)
    }

    /// ZBE-1.
    fn numbers(&self) -> Vec<Named> {
        let numbers = self.asked.movement.iter().flat_map(|it| &it.numbers);
        numbers.map(|it| Named { system: it.system.clone(), value: it.value.clone() }).collect()
    }

    /// When it happened: of what the message says the first that is a time; else when it was worked with.
    pub fn at(&self) -> Instant {
        let stay = self.asked.stay();
        let moved = self.asked.movement.as_ref().and_then(|it| it.starts.as_deref());
        let of_stay = match self.asked.act {
            Act::Admit(_) | Act::Register(_) => stay.and_then(|it| it.admitted.as_deref()),
            Act::Discharge(_) => stay.and_then(|it| it.left.as_deref()),
            _ => None,
        };
        let told = [moved, of_stay, self.asked.told.occurred.as_deref(), self.asked.told.recorded.as_deref()];
        let at = told.into_iter().flatten().find_map(|it| self.instant(it)).unwrap_or(self.now);
        if at > self.now && at.0 - self.now.0 <= AHEAD { self.now } else { at }
    }

    fn instant(&self, text: &str) -> Option<Instant> {
        parse_date(text, self.zone).map(|span| Instant(span.lo))
    }

    /// What is kept as the reason of what a message mends: its event and control id.
    fn why(&self) -> String {
        format!("{} {}", self.asked.event.code(), self.asked.told.control_id)
    }
}

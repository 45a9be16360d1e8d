//! Whether what a message tells is in the stay already, and which movement it means.

use super::Conduct;
use crate::movement::{Act, Action, Event};
use rihla_clinical::{Kind, Movement, State, Stay, refusal};
use rihla_kernel::{Fault, Instant};

/// What a cancelling message takes back.
pub(super) enum Target {
    Movement(String),
    Departure,
    /// It was taken back before.
    Gone,
}

impl Conduct<'_> {
    /// Whether the stay says already what the message tells: it came before, under whatever control id. `place`: the
    /// Location that it names.
    pub fn is_known(&self, stay: &Stay, place: Option<&str>) -> bool {
        if stay.version == 0 {
            return false;
        }
        let numbers = self.numbers();
        if let Some(movement) = self.asked.movement.as_ref().filter(|_| !numbers.is_empty()) {
            let found = numbers.iter().find_map(|number| stay.named(number));
            let departed = numbers.iter().any(|number| stay.departures.contains(number));
            match (movement.action, &self.asked.act) {
                (Action::Insert, Act::UpdateStay(_) | Act::ChangeDoctor(_)) | (Action::Update, _) => {}
                (Action::Insert, _) if found.is_some() || departed => return true,
                (Action::Insert, _) => {}
                (Action::Cancel, Act::Cancel { what: Event::Discharge, .. }) => {
                    return departed && (stay.state != State::Finished || !self.names_departure(stay));
                }
                (Action::Cancel, _) if found.is_some() => return found.is_some_and(|one| one.cancelled.is_some()),
                (Action::Cancel, _) => {}
            }
        }
        self.is_told(stay, place)
    }

    /// The same of a message without numbers: by time and place.
    fn is_told(&self, stay: &Stay, place: Option<&str>) -> bool {
        let at = Some(self.at());
        let told = |kinds: &[Kind]| {
            let same = |one: &&Movement| kinds.contains(&one.kind) && one.cancelled.is_none() && one.from == at;
            stay.movements.iter().any(|one| same(&one) && place.is_none_or(|place| one.spot.location == place))
        };
        match &self.asked.act {
            Act::Admit(_) => told(&[Kind::Admission]),
            Act::Register(_) => told(&[Kind::Admission]) || (place.is_none() && stay.state == State::Running && stay.from == at),
            Act::Transfer(_) => told(&[Kind::Transfer, Kind::Return, Kind::Admission]),
            Act::Discharge(_) => stay.state == State::Finished && stay.to == at,
            Act::LeaveStart(_) => told(&[Kind::Leave]),
            Act::LeaveEnd(_) => told(&[Kind::Return]),
            Act::Cancel { what: Event::PreAdmit, .. } => stay.state == State::Void,
            Act::Cancel { what, .. } => matches!(self.target(stay, *what), Ok(Target::Gone)),
            _ => false,
        }
    }

    /// The movement that the message names by its number.
    pub(super) fn found<'s>(&self, stay: &'s Stay) -> Result<Option<&'s Movement>, Fault> {
        let numbers = self.numbers();
        match numbers.iter().find_map(|number| stay.named(number)) {
            Some(found) => Ok(Some(found)),
            None if numbers.is_empty() => Ok(None),
            None => Err(refusal::unknown()),
        }
    }

    /// What is cancelled: the movement of that number; of that time; or the last one, if it is one of that kind.
    pub(super) fn target(&self, stay: &Stay, what: Event) -> Result<Target, Fault> {
        let kinds: &[Kind] = match what {
            Event::Admit => &[Kind::Admission],
            Event::Transfer => &[Kind::Transfer, Kind::Return],
            Event::LeaveStart => &[Kind::Leave],
            Event::LeaveEnd => &[Kind::Return],
            Event::Discharge => return self.departure(stay),
            _ => &[],
        };
        let fits = |one: &&Movement| kinds.contains(&one.kind);
        let named = |one: &Movement| if one.cancelled.is_some() { Target::Gone } else { Target::Movement(one.id.clone()) };
        if let Some(found) = self.found(stay)? {
            return Some(found).filter(fits).map(named).ok_or_else(refusal::unknown);
        }
        let of_kind = || stay.movements.iter().filter(fits);
        if let Some(at) = self.occurred() {
            let then = |one: &&Movement| one.from == Some(at);
            let found = of_kind().filter(then).find(|one| one.cancelled.is_none()).or_else(|| of_kind().find(then));
            return found.map(named).ok_or_else(refusal::unknown);
        }
        let last = of_kind().rfind(|one| one.cancelled.is_none() && one.from == stay.last());
        last.map(named).ok_or_else(refusal::not_last)
    }

    fn departure(&self, stay: &Stay) -> Result<Target, Fault> {
        let numbers = self.numbers();
        if !numbers.is_empty() && !self.names_departure(stay) {
            return Err(refusal::unknown());
        }
        // A departure at another time is another one.
        if self.occurred().is_some_and(|at| stay.to.is_some_and(|to| to != at)) {
            return Err(refusal::unknown());
        }
        if stay.state == State::Finished { Ok(Target::Departure) } else { Err(refusal::state()) }
    }

    /// Whether the message names the last departure that others told: those before it were taken back.
    pub(super) fn names_departure(&self, stay: &Stay) -> bool {
        stay.departures.last().is_some_and(|last| self.numbers().contains(last))
    }

    /// EVN-6: of what is cancelled, when that had happened.
    fn occurred(&self) -> Option<Instant> {
        self.asked.told.occurred.as_deref().and_then(|it| self.instant(it))
    }
}

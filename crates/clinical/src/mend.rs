//! Mending what was entered wrongly: a movement that did not happen is struck through and kept; one that happened at
//! another time is given it. Neighbours in time move with it, so that no minute is lost or told twice.

use crate::movement::{Answers, Kind, Movement, Spot, Status};
use crate::refusal;
use crate::stay::{State, Stay};
use rihla_kernel::{Fault, Instant};

/// What stands in the place of a movement's id for the departure.
pub const DEPARTURE: &str = "departure";

impl Stay {
    /// Strikes the last movement through, or the departure. What it ended goes on again.
    pub fn cancel(&mut self, movement: &str, why: &str, now: Instant) -> Result<(), Fault> {
        if movement == DEPARTURE {
            return self.cancel_departure();
        }
        let found = self.movements.iter().position(|one| one.id == movement && one.cancelled.is_none()).ok_or_else(refusal::unknown)?;
        let Some(at) = self.movements.get(found).filter(|one| one.kind != Kind::Reservation).and_then(|one| one.from) else {
            return Err(refusal::unknown());
        };
        if self.death.is_some() {
            return Err(refusal::dead());
        }
        if !matches!(self.state, State::Running | State::OnLeave) || self.last() != Some(at) {
            return Err(refusal::not_last());
        }
        let happened = |kind: Kind| kind != Kind::Reservation;
        for one in self.movements.iter_mut().filter(|one| one.cancelled.is_none() && happened(one.kind)) {
            if one.from == Some(at) {
                one.cancelled = Some(why.to_owned());
                one.ends(now);
            } else if one.to == Some(at) {
                one.to = None;
                one.status = if one.kind.is_presence() { Status::Active } else { Status::Reserved };
            }
        }
        self.state = match self.here() {
            Some(_) => State::Running,
            None if self.kept().is_some() => State::OnLeave,
            None => State::Void,
        };
        if self.state == State::Void {
            self.unreserve(now);
        }
        Ok(())
    }

    fn cancel_departure(&mut self) -> Result<(), Fault> {
        let Some(at) = self.to.filter(|_| self.state == State::Finished) else { return Err(refusal::state()) };
        for one in self.movements.iter_mut().filter(|one| one.cancelled.is_none() && one.kind != Kind::Reservation && one.to == Some(at)) {
            one.to = None;
            one.status = if one.kind.is_presence() { Status::Active } else { Status::Reserved };
        }
        (self.to, self.disposition) = (None, None);
        self.state = if self.here().is_some() { State::Running } else { State::OnLeave };
        Ok(())
    }

    /// A movement brought the patient to another place than was said, or others answered for them.
    pub fn relocate(&mut self, movement: &str, spot: Spot, answers: Answers, why: &str) -> Result<(), Fault> {
        if self.death.is_some() {
            return Err(refusal::dead());
        }
        if !matches!(self.state, State::Running | State::OnLeave | State::Finished) {
            return Err(refusal::state());
        }
        let found = self.movements.iter_mut().find(|one| one.id == movement && one.cancelled.is_none() && one.kind.is_presence());
        let found = found.ok_or_else(refusal::unknown)?;
        let (was, end) = (found.spot.clone(), found.to);
        found.answers = answers;
        why.clone_into(&mut found.reason);
        if found.spot.location != spot.location {
            found.relocate(spot.clone());
        }
        // The place that was kept when they left it is the one in which they were.
        let kept = |one: &&mut Movement| one.cancelled.is_none() && !one.kind.is_presence() && one.kind != Kind::Reservation;
        for one in self.movements.iter_mut().filter(kept).filter(|one| end.is_some() && one.from == end && one.spot == was) {
            if one.holds() {
                return Err(refusal::not_last());
            }
            one.relocate(spot.clone());
        }
        self.apart()
    }

    /// Refused where the patient would have been in the very place that was kept for them meanwhile.
    fn apart(&self) -> Result<(), Fault> {
        let entered = || self.movements.iter().filter(|one| one.cancelled.is_none() && one.kind != Kind::Reservation && one.spot.slot.is_some());
        let before = |one: Option<Instant>, other: Option<Instant>| one.is_none_or(|one| other.is_none_or(|other| other < one));
        let together = |one: &Movement, other: &Movement| before(one.to, other.from) && before(other.to, one.from) && one.spot == other.spot;
        let clash = entered().filter(|one| one.kind.is_presence()).any(|one| entered().any(|kept| !kept.kind.is_presence() && together(one, kept)));
        if clash { Err(refusal::same_place()) } else { Ok(()) }
    }

    /// A movement that nobody had told happened before others that are known: the patient was there until the next one.
    pub fn insert(&mut self, spot: Spot, answers: Answers, at: Instant) -> Result<(), Fault> {
        if !matches!(self.state, State::Running | State::OnLeave | State::Finished) {
            return Err(refusal::state());
        }
        let covers = |one: &Movement| one.cancelled.is_none() && one.kind.is_presence() && one.from.is_some_and(|from| from < at);
        let found = self.movements.iter().position(|one| covers(one) && one.to.is_some_and(|to| at < to)).ok_or_else(refusal::order)?;
        let id = self.next_id();
        let Some(before) = self.movements.get_mut(found) else { return Err(refusal::order()) };
        let until = before.to;
        before.ends(at);
        let mut new = Movement::new(id, Kind::Transfer, spot, Status::Completed, at, answers);
        new.to = until;
        self.movements.insert(found + 1, new);
        self.apart()
    }

    /// A stay that was planned will not be.
    pub fn cancel_plan(&mut self, now: Instant) -> Result<(), Fault> {
        if self.state != State::Planned {
            return Err(refusal::state());
        }
        self.unreserve(now);
        self.state = State::Void;
        Ok(())
    }

    /// A movement, or the departure, happened at another time.
    pub fn correct(&mut self, movement: &str, at: Instant, why: &str, now: Instant) -> Result<(), Fault> {
        if !matches!(self.state, State::Running | State::OnLeave | State::Finished) {
            return Err(refusal::state());
        }
        let old = if movement == DEPARTURE {
            self.to
        } else {
            let found = self.movements.iter().find(|one| one.id == movement && one.cancelled.is_none() && one.kind != Kind::Reservation);
            found.ok_or_else(refusal::unknown)?.from
        };
        let old = old.ok_or_else(refusal::unknown)?;
        let happened = || self.movements.iter().filter(|one| one.cancelled.is_none() && one.kind != Kind::Reservation);
        let after = happened().filter(|one| one.to == Some(old)).filter_map(|one| one.from).max();
        let before = happened().filter(|one| one.from == Some(old)).filter_map(|one| one.to).min();
        if at > now || after.is_some_and(|after| at <= after) || before.is_some_and(|before| at >= before) {
            return Err(refusal::order());
        }
        for one in self.movements.iter_mut().filter(|one| one.cancelled.is_none() && one.kind != Kind::Reservation) {
            if one.from == Some(old) {
                one.from = Some(at);
                why.clone_into(&mut one.reason);
            }
            if one.to == Some(old) {
                one.to = Some(at);
            }
        }
        if self.from == Some(old) {
            self.from = Some(at);
        }
        if self.to == Some(old) {
            self.to = Some(at);
        }
        Ok(())
    }
}

//! How a stay moves: each command takes a stay as it is to the stay as it would be, or says why not.

use crate::movement::{Answers, Kind, Movement, Spot, Status};
use crate::refusal;
use crate::stay::{State, Stay};
use rihla_kernel::{Fault, Instant};

impl Stay {
    /// The patient comes: a stay that was planned, or a new one, begins.
    pub fn admit(&mut self, spot: Spot, answers: Answers, at: Instant, now: Instant) -> Result<(), Fault> {
        if self.death.is_some() {
            return Err(refusal::dead());
        }
        if self.state != State::Planned {
            return Err(refusal::state());
        }
        if at > now {
            return Err(refusal::order());
        }
        (self.state, self.from) = (State::Running, Some(at));
        self.fulfil(&spot, at);
        let id = self.next_id();
        self.movements.push(Movement::new(id, Kind::Admission, spot, Status::Active, at, answers));
        Ok(())
    }

    /// The patient comes and is given no place: a visit. [`Stay::settle`] gives them one.
    pub fn arrive(&mut self, at: Instant, now: Instant) -> Result<(), Fault> {
        if self.death.is_some() {
            return Err(refusal::dead());
        }
        if self.state != State::Planned {
            return Err(refusal::state());
        }
        if at > now {
            return Err(refusal::order());
        }
        (self.state, self.from) = (State::Running, Some(at));
        Ok(())
    }

    /// The first place of somebody who is here without one.
    pub fn settle(&mut self, spot: Spot, answers: Answers, at: Instant, now: Instant) -> Result<(), Fault> {
        self.is_in(&[State::Running])?;
        self.follows(at, now)?;
        if self.here().is_some() || self.kept().is_some() {
            return Err(refusal::state());
        }
        self.fulfil(&spot, at);
        self.push(Kind::Admission, spot, Status::Active, at, answers);
        Ok(())
    }

    /// The patient goes to another place, unit or theatre. `keep`: the place that they leave stays theirs.
    pub fn transfer(&mut self, spot: Spot, answers: Answers, keep: bool, at: Instant, now: Instant) -> Result<(), Fault> {
        self.is_in(&[State::Running])?;
        self.follows(at, now)?;
        let here = self.here().ok_or_else(refusal::state)?.clone();
        if here.spot == spot && here.answers == answers {
            return Err(refusal::same_place());
        }
        let back = self.kept().is_some_and(|kept| kept.spot == spot);
        // One place is kept at most: where they lay before theatre, not the trolley in between.
        let keeps = keep && here.spot.slot.is_some() && self.kept().is_none() && here.spot != spot;
        let leaves_kept = !keep || back;
        for one in self.movements.iter_mut().filter(|one| one.holds()) {
            if one.status == Status::Active || leaves_kept {
                one.ends(at);
            }
        }
        if keeps {
            self.push(Kind::Hold, here.spot, Status::Reserved, at, here.answers);
        }
        self.fulfil(&spot, at);
        self.push(if back { Kind::Return } else { Kind::Transfer }, spot, Status::Active, at, answers);
        Ok(())
    }

    /// The patient leaves the hospital for a while, with permission. Their place is kept.
    pub fn leave(&mut self, at: Instant, now: Instant) -> Result<(), Fault> {
        self.is_in(&[State::Running])?;
        self.follows(at, now)?;
        let here = self.here().ok_or_else(refusal::state)?.clone();
        self.movements.iter_mut().filter(|one| one.holds()).for_each(|one| one.ends(at));
        self.push(Kind::Leave, here.spot, Status::Reserved, at, here.answers);
        self.state = State::OnLeave;
        Ok(())
    }

    /// Back into the place that was kept.
    pub fn come_back(&mut self, at: Instant, now: Instant) -> Result<(), Fault> {
        self.is_in(&[State::Running, State::OnLeave])?;
        self.follows(at, now)?;
        let kept = self.kept().ok_or_else(refusal::state)?.clone();
        self.movements.iter_mut().filter(|one| one.holds()).for_each(|one| one.ends(at));
        self.push(Kind::Return, kept.spot, Status::Active, at, kept.answers);
        self.state = State::Running;
        Ok(())
    }

    /// Promises the patient a place, which may still be occupied or dirty. An earlier promise is given up.
    pub fn reserve(&mut self, spot: Spot, answers: Answers, now: Instant) -> Result<(), Fault> {
        self.is_in(&[State::Planned, State::Running, State::OnLeave])?;
        if spot.slot.is_none() {
            return Err(refusal::no_place());
        }
        if self.holds().iter().any(|(place, _)| *place == spot.location) {
            return Err(refusal::same_place());
        }
        self.unreserve(now);
        self.push(Kind::Reservation, spot, Status::Planned, now, answers);
        Ok(())
    }

    /// Gives a promise up. Whether there was one.
    pub fn unreserve(&mut self, now: Instant) -> bool {
        let mut found = false;
        for one in self.movements.iter_mut().filter(|one| one.status == Status::Planned && one.cancelled.is_none()) {
            one.ends(now);
            found = true;
        }
        found
    }

    /// The promised place that the stay waits for.
    pub fn promised(&self) -> Option<&Movement> {
        self.movements.iter().rev().find(|one| one.cancelled.is_none() && one.status == Status::Planned)
    }

    pub(crate) fn push(&mut self, kind: Kind, spot: Spot, status: Status, at: Instant, answers: Answers) {
        let id = self.next_id();
        self.movements.push(Movement::new(id, kind, spot, status, at, answers));
    }

    /// Whoever comes to a place has no more need of a promise.
    fn fulfil(&mut self, spot: &Spot, at: Instant) {
        if spot.slot.is_some() {
            self.unreserve(at);
        }
    }

    /// Refused unless the patient is in this stay, here or on leave, or is expected in it.
    pub fn goes_on(&self) -> Result<(), Fault> {
        self.is_in(&[State::Planned, State::Running, State::OnLeave])
    }

    pub(crate) fn is_in(&self, states: &[State]) -> Result<(), Fault> {
        if self.death.is_some() && !states.contains(&State::Finished) {
            return Err(refusal::dead());
        }
        if states.contains(&self.state) { Ok(()) } else { Err(refusal::state()) }
    }

    /// When the last thing happened in this stay.
    pub fn last(&self) -> Option<Instant> {
        let happened = self.movements.iter().filter(|one| one.cancelled.is_none() && one.kind != Kind::Reservation);
        happened.filter_map(|one| one.from).chain(self.from).max()
    }

    /// Whether an instant is after all that happened, and not to come.
    pub(crate) fn follows(&self, at: Instant, now: Instant) -> Result<(), Fault> {
        if at <= now && self.last().is_none_or(|last| last < at) { Ok(()) } else { Err(refusal::order()) }
    }
}

//! Moves of patients.

use super::anneal::Annealer;
use crate::model::{NONE, Spot};

/// How many patients one ejection may set in motion.
const CHAIN: usize = 3;
/// Beyond any cost: the first steps of a chain are not judged by themselves.
const FAR: i64 = i64::MAX / 4;
/// Draws for a bed that is free.
const DRAWS: usize = 4;

impl Annealer<'_> {
    fn any_patient(&mut self) -> Option<usize> {
        self.rng.pick(&self.open).map(|patient| usize::from(*patient))
    }

    /// A day and room within the patient's domain, the theatre left out; `None` if the draw fell on a closed one.
    fn draw(&mut self, patient: usize) -> Option<Spot> {
        let model = self.state.model;
        let old = self.state.spot(patient);
        let roll = if old.is_nowhere() { 0 } else { self.rng.below(4) };
        let day = match roll {
            1 => old.day,
            2 | 3 if self.rng.below(2) == 0 => self.earlier(patient, old.day)?,
            _ => *self.rng.pick(&model.allowed_days[patient])?,
        };
        let room = if roll == 2 { old.room } else { *self.rng.pick(&model.allowed_rooms[patient])? };
        let free = model.leaves_place(patient, usize::from(day), usize::from(room));
        free.then_some(Spot { day, room, theater: NONE })
    }

    /// One of the patient's days up to this one: delay is what most plans pay for.
    fn earlier(&mut self, patient: usize, day: u16) -> Option<u16> {
        let days = &self.state.model.allowed_days[patient];
        let up_to = days.partition_point(|other| *other <= day);
        days.get(self.rng.below(up_to)).copied()
    }

    /// Admits a lifted patient if the change so far and this one may still be accepted.
    fn place(&mut self, patient: usize, mut spot: Spot, before: (i64, i64), threshold: i64) -> bool {
        let limit = before.0 + before.1 * self.hard_price + threshold;
        if spot.theater == NONE {
            spot.theater = self.state.best_theater(patient, usize::from(spot.day), self.hard_price, &mut self.rng) as u16;
        }
        let Some(mut delta) = self.state.quick_delta(patient, spot) else { return false };
        let now = self.score();
        if now + delta.soft + delta.hard * self.hard_price > limit {
            return false;
        }
        delta.soft += self.state.care_delta(patient, spot);
        self.state.insert_known(patient, spot, delta);
        true
    }

    /// A spot for `relocate`: of a few draws the first that needs no bed or gender that is taken, else the last.
    fn draw_fitting(&mut self, patient: usize) -> Option<Spot> {
        let old = self.state.spot(patient);
        let mut last = None;
        for _ in 0..DRAWS {
            let Some(spot) = self.draw(patient) else { continue };
            if spot.room == old.room {
                return Some(spot);
            }
            let Some(delta) = self.state.room_delta(patient, spot) else { continue };
            last = Some(spot);
            if delta.hard == 0 && (spot.day == old.day || self.state.surgeon_has_time(patient, usize::from(spot.day))) {
                break;
            }
        }
        last
    }

    /// Whether a move between two rooms cannot be accepted, told without making it: what the new place costs at
    /// least, against all that leaving the old one can gain.
    fn is_hopeless(&self, patient: usize, spot: Spot, threshold: i64) -> bool {
        let state = &self.state;
        let old = state.spot(patient);
        let Some(mut least) = state.room_delta(patient, spot) else { return true };
        least += state.admission_delta(patient, spot);
        if old.is_nowhere() {
            least += state.surgery_delta(patient, usize::from(spot.day), usize::from(spot.theater));
            return least.soft + least.hard * self.hard_price > threshold;
        }
        let weights = &state.model.weights;
        least.soft -= i64::from(weights.open_operating_theater) + i64::from(weights.surgeon_transfer);
        if spot.day != old.day {
            least += state.surgery_delta(patient, usize::from(spot.day), usize::from(spot.theater));
        }
        if state.hard > 0 {
            // Overtime may be gained by leaving: as much as there is.
            least.hard -= state.hard;
        }
        let gain = state.stay_cost(patient);
        least.soft + least.hard * self.hard_price - gain.soft - gain.hard * self.hard_price > threshold
    }

    pub(super) fn relocate(&mut self) {
        let Some(patient) = self.any_patient() else { return };
        let old = self.state.spot(patient);
        let Some(mut spot) = self.draw_fitting(patient) else { return };
        let threshold = self.threshold();
        let before = (self.state.soft, self.state.hard);
        if !old.is_nowhere() && spot.day == old.day && spot.room == old.room {
            spot.theater = self.rng.below(self.state.model.theaters) as u16;
            if spot.theater == old.theater {
                return;
            }
        } else if spot.day == old.day && self.rng.below(4) > 0 {
            spot.theater = old.theater;
        } else {
            spot.theater = self.state.best_theater(patient, usize::from(spot.day), self.hard_price, &mut self.rng) as u16;
        }
        if spot.room != old.room && self.is_hopeless(patient, spot, threshold) {
            return;
        }
        let limit = self.score() + threshold;
        self.lift(patient);
        let Some(mut delta) = self.state.quick_delta(patient, spot) else { return self.take_back(before) };
        let now = self.score();
        if now + delta.soft + delta.hard * self.hard_price > limit {
            return self.take_back(before);
        }
        delta.soft += self.state.care_delta(patient, spot);
        self.evaluated += 1;
        if now + delta.soft + delta.hard * self.hard_price > limit {
            return self.take_back(before);
        }
        self.state.insert_known(patient, spot, delta);
        self.keep();
    }

    /// Somebody in another room during a patient's stay, of a few draws the first of the same gender.
    fn swap_partner(&mut self, one: usize) -> Option<usize> {
        let model = self.state.model;
        let at = self.state.spot(one);
        if at.is_nowhere() {
            return None;
        }
        for _ in 0..DRAWS {
            let room = *self.rng.pick(&model.allowed_rooms[one])?;
            let Some(other) = self.in_the_way(one, Spot { room, ..at }) else { continue };
            if room != at.room && model.persons[other].gender == model.persons[one].gender {
                return Some(other);
            }
        }
        None
    }

    pub(super) fn swap(&mut self) {
        let Some(one) = self.any_patient() else { return };
        let Some(other) = self.swap_partner(one) else { return };
        let (at_one, at_other) = (self.state.spot(one), self.state.spot(other));
        if one == other || at_one.is_nowhere() || at_other.is_nowhere() {
            return;
        }
        let model = self.state.model;
        let days_stay = self.rng.below(4) > 0;
        let days = if days_stay { (at_one.day, at_other.day) } else { (at_other.day, at_one.day) };
        let to_one = Spot { day: days.0, room: at_other.room, theater: NONE };
        let to_other = Spot { day: days.1, room: at_one.room, theater: NONE };
        let allowed = |patient: usize, spot: Spot| {
            let within = spot.day >= model.persons[patient].release && spot.day <= model.persons[patient].due;
            within && !model.is_banned(patient, usize::from(spot.room)) && model.leaves_place(patient, usize::from(spot.day), usize::from(spot.room))
        };
        if (at_one.room == at_other.room && (days_stay || at_one.day == at_other.day)) || !allowed(one, to_one) || !allowed(other, to_other) {
            return;
        }
        let threshold = self.threshold();
        let before = (self.state.soft, self.state.hard);
        self.lift(one);
        self.lift(other);
        if self.place(one, to_one, before, threshold) && self.place(other, to_other, before, threshold) {
            self.judge(before, threshold);
        } else {
            self.take_back(before);
        }
    }

    pub(super) fn drop_one(&mut self) {
        let Some(patient) = self.any_patient() else { return };
        if self.state.spot(patient).is_nowhere() || self.state.model.persons[patient].mandatory {
            return;
        }
        let threshold = self.threshold();
        let before = (self.state.soft, self.state.hard);
        self.lift(patient);
        self.judge(before, threshold);
    }

    /// A patient whose leaving may make room for a stay: of those there on the first day on which bed or gender is
    /// taken. `Err` if nobody is in the way.
    fn blocker(&mut self, patient: usize, spot: Spot) -> Result<Option<usize>, ()> {
        let model = self.state.model;
        let day = self.state.first_conflict(patient, spot).ok_or(())?;
        let guests = self.state.guests(usize::from(spot.room), day);
        let guest = guests.get(self.rng.below(guests.len())).map(|guest| usize::from(*guest));
        let open = |guest: &usize| !model.is_occupant(*guest) && *guest != patient && !self.state.terms.is_locked(*guest);
        Ok(guest.filter(open))
    }

    /// A patient in the way of a stay in this room, drawn from a day of it.
    fn in_the_way(&mut self, patient: usize, spot: Spot) -> Option<usize> {
        let model = self.state.model;
        let first = usize::from(spot.day);
        let day = first + self.rng.below(model.end(patient, first) - first);
        let guests = self.state.guests(usize::from(spot.room), day);
        let guest = usize::from(*guests.get(self.rng.below(guests.len()))?);
        let open = !model.is_occupant(guest) && guest != patient && !self.state.terms.is_locked(guest);
        open.then_some(guest)
    }

    pub(super) fn eject(&mut self) {
        let Some(first) = self.any_patient() else { return };
        let threshold = self.threshold();
        let before = (self.state.soft, self.state.hard);
        let mut patient = first;
        let left = self.state.spot(first);
        self.lift(first);
        for depth in 0..CHAIN {
            let spot = if depth == 0 { self.draw(patient) } else { self.draw_fitting(patient) };
            let Some(spot) = spot else { return self.take_back(before) };
            let victim = match self.blocker(patient, spot) {
                Ok(Some(victim)) if depth + 1 < CHAIN && !self.in_motion(victim) => victim,
                Ok(_) => return self.take_back(before),
                Err(()) => {
                    let placed = self.place(patient, spot, before, threshold);
                    return if placed { self.judge(before, threshold) } else { self.take_back(before) };
                }
            };
            self.lift(victim);
            if self.state.first_conflict(patient, spot).is_some() || !self.place(patient, spot, before, FAR) {
                return self.take_back(before);
            }
            let person = &self.state.model.persons[victim];
            let roll = self.rng.below(4);
            if roll == 0 && !person.mandatory {
                return self.judge(before, threshold);
            }
            if roll == 1 && !left.is_nowhere() && self.state.allows(victim, left) {
                let placed = self.place(victim, Spot { theater: NONE, ..left }, before, threshold);
                return if placed { self.judge(before, threshold) } else { self.take_back(before) };
            }
            patient = victim;
        }
        self.take_back(before);
    }

    /// Somebody who is operated on that day, of a few draws the first who shares the surgeon.
    fn operated(&mut self, patient: usize, day: usize) -> Option<usize> {
        let model = self.state.model;
        let mut last = None;
        for _ in 0..DRAWS {
            let other = usize::from(*self.rng.pick(self.state.admitted(day))?);
            if other == patient || self.state.terms.is_locked(other) {
                continue;
            }
            last = Some(other);
            if model.persons[other].surgeon == model.persons[patient].surgeon {
                break;
            }
        }
        last
    }

    pub(super) fn replace(&mut self) {
        let Some(patient) = self.any_patient() else { return };
        let model = self.state.model;
        let Some(day) = self.rng.pick(&model.allowed_days[patient]).copied() else { return };
        let Some(victim) = self.operated(patient, usize::from(day)) else { return };
        let (left, taken) = (self.state.spot(patient), self.state.spot(victim));
        let threshold = self.threshold();
        let before = (self.state.soft, self.state.hard);
        self.lift(patient);
        self.lift(victim);
        let same_room = self.rng.below(2) == 0 && self.state.allows(patient, taken);
        let spot = if same_room { Some(Spot { theater: NONE, ..taken }) } else { self.draw_fitting(patient).map(|spot| Spot { day, ..spot }) };
        let Some(spot) = spot.filter(|spot| self.state.allows(patient, Spot { theater: 0, ..*spot })) else { return self.take_back(before) };
        if !self.place(patient, spot, before, FAR) {
            return self.take_back(before);
        }
        let roll = self.rng.below(4);
        if roll == 0 && !model.persons[victim].mandatory {
            return self.judge(before, threshold);
        }
        let next = if roll == 1 && !left.is_nowhere() { Some(Spot { theater: NONE, ..left }) } else { self.draw_fitting(victim) };
        match next.filter(|next| self.state.allows(victim, Spot { theater: 0, ..*next })) {
            Some(next) if self.place(victim, next, before, threshold) => self.judge(before, threshold),
            _ => self.take_back(before),
        }
    }

    fn in_motion(&self, patient: usize) -> bool {
        self.undo.iter().any(|step| matches!(step, super::anneal::Undo::Patient(moved, _) if usize::from(*moved) == patient))
    }
}

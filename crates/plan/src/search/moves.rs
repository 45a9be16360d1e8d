//! Moves of patients.

use super::anneal::Annealer;
use super::sketch::Steps;
use crate::model::{NONE, Spot};
use crate::state::{WORD_DAYS, pick_day};

/// How many patients one ejection may set in motion.
const CHAIN: usize = 3;
/// Beyond any cost: the first steps of a chain are not judged by themselves.
pub(super) const FAR: i64 = i64::MAX / 4;
/// Draws for a bed that is free.
pub(super) const DRAWS: usize = 4;

impl Annealer<'_> {
    pub(super) fn any_patient(&mut self) -> Option<usize> {
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
    pub(super) fn place(&mut self, patient: usize, mut spot: Spot, before: (i64, i64), threshold: i64) -> bool {
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

    /// A place without broken rules of beds, genders and the surgeon's minutes, on one of these days; the theatre is
    /// left out.
    pub(super) fn find_fit(&mut self, patient: usize, days: u64, without: usize) -> Option<Spot> {
        let model = self.state.model;
        let days = self.state.with_time(patient, days & model.day_set[patient]);
        let rooms = &model.allowed_rooms[patient];
        if days == 0 || rooms.is_empty() {
            return None;
        }
        let begin = self.rng.below(rooms.len());
        let (room, fits) = self.state.first_fit(patient, rooms, begin, days, without)?;
        Some(Spot { day: pick_day(fits, &mut self.rng)?, room, theater: NONE })
    }

    /// Which days to look at: for who is admitted the same, an earlier one or any.
    fn draw_days(&mut self, patient: usize) -> u64 {
        let old = self.state.spot(patient);
        let all = self.state.model.day_set[patient];
        if old.is_nowhere() {
            return all;
        }
        match self.rng.below(8) {
            0..=3 => day_bit(old.day),
            4..=5 => all & day_bit(old.day).wrapping_sub(1),
            _ => all,
        }
    }

    pub(super) fn relocate(&mut self) {
        let Some(patient) = self.any_patient() else { return };
        let old = self.state.spot(patient);
        let roll = self.rng.below(self.settings.loose);
        let spot = match roll {
            0 => self.draw(patient),
            1 if !old.is_nowhere() => Some(old),
            _ => {
                let days = self.draw_days(patient);
                self.find_fit(patient, days, patient)
            }
        };
        let Some(mut spot) = spot else { return };
        let threshold = self.threshold();
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
        let delta = if old.is_nowhere() { self.state.insert_delta(patient, spot) } else { self.state.relocation_delta(patient, spot) };
        let Some(delta) = delta else { return };
        self.evaluated += 1;
        if delta.soft + delta.hard * self.hard_price > threshold {
            return;
        }
        match old.is_nowhere() {
            true => self.state.insert_known(patient, spot, delta),
            false => self.state.relocate_known(patient, spot, delta),
        }
        self.keep();
    }

    /// Somebody in another room during a patient's stay who could change rooms with them.
    fn room_partner(&mut self, one: usize) -> Option<(usize, Spot, Spot)> {
        let model = self.state.model;
        let at = self.state.spot(one);
        for _ in 0..DRAWS {
            let room = *self.rng.pick(&model.allowed_rooms[one])?;
            let Some(other) = self.in_the_way(one, Spot { room, ..at }).filter(|_| room != at.room) else { continue };
            let there = self.state.spot(other);
            let fits = model.room_open[other * model.rooms + usize::from(at.room)]
                && self.state.fits(one, usize::from(room), day_bit(at.day), other)
                && self.state.fits(other, usize::from(at.room), day_bit(there.day), one);
            if fits {
                return Some((other, Spot { room, ..at }, Spot { room: at.room, ..there }));
            }
        }
        None
    }

    /// Somebody of the same surgeon, as a rule, who could change days with a patient.
    fn day_partner(&mut self, one: usize) -> Option<(usize, Spot, Spot)> {
        let model = self.state.model;
        let at = self.state.spot(one);
        let same = self.rng.below(4) > 0;
        for _ in 0..DRAWS {
            let list = if same { &model.patients_of[usize::from(model.persons[one].surgeon)] } else { &self.open };
            let other = usize::from(*self.rng.pick(list)?);
            let there = self.state.spot(other);
            let swaps = !there.is_nowhere() && there.day != at.day && !self.state.terms.is_locked(other);
            if !swaps || model.day_set[one] & day_bit(there.day) == 0 || model.day_set[other] & day_bit(at.day) == 0 {
                continue;
            }
            if !self.state.can_change_days(one, other) {
                continue;
            }
            let to_one = self.room_after(one, there, other);
            let to_other = self.room_after(other, at, one);
            if let (Some(to_one), Some(to_other)) = (to_one, to_other) {
                return Some((other, to_one, to_other));
            }
        }
        None
    }

    /// Where a patient goes on the day of another who leaves: that one's room, the own, or any that fits.
    pub(super) fn room_after(&mut self, patient: usize, left: Spot, leaver: usize) -> Option<Spot> {
        let model = self.state.model;
        let own = self.state.spot(patient).room;
        let day = day_bit(left.day);
        let taken = model.room_open[patient * model.rooms + usize::from(left.room)] && self.state.fits(patient, usize::from(left.room), day, leaver);
        if taken && (self.rng.below(2) == 0 || own == NONE) {
            return Some(Spot { theater: NONE, ..left });
        }
        if own != NONE && self.state.fits(patient, usize::from(own), day, patient) {
            return Some(Spot { day: left.day, room: own, theater: NONE });
        }
        let rooms = &model.allowed_rooms[patient];
        let begin = self.rng.below(rooms.len());
        let found = self.state.first_fit(patient, rooms, begin, day, patient);
        match found {
            Some((room, _)) => Some(Spot { day: left.day, room, theater: NONE }),
            None => taken.then_some(Spot { theater: NONE, ..left }),
        }
    }

    pub(super) fn swap(&mut self) {
        let Some(one) = self.any_patient() else { return };
        if self.state.spot(one).is_nowhere() {
            return;
        }
        let days = self.rng.below(2) == 0;
        let found = if days { self.day_partner(one) } else { self.room_partner(one) };
        let Some((other, to_one, to_other)) = found else { return };
        if one == other {
            return;
        }
        let threshold = self.threshold();
        let before = (self.state.soft, self.state.hard);
        let steps = Steps { out: &[one, other], back: &[(one, to_one), (other, to_other)], cut: threshold };
        self.judge_steps(&steps, before, threshold);
    }

    pub(super) fn drop_one(&mut self) {
        let Some(patient) = self.any_patient() else { return };
        if self.state.spot(patient).is_nowhere() || self.state.model.persons[patient].mandatory {
            return;
        }
        let threshold = self.threshold();
        self.evaluated += 1;
        let delta = self.state.removal_delta(patient);
        if delta.soft + delta.hard * self.hard_price <= threshold {
            self.state.remove(patient);
            self.keep();
        }
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

    /// One patient takes a place, and who is in the way goes elsewhere, changes places with them or, if optional,
    /// off the plan; who goes elsewhere may push a second one.
    pub(super) fn eject(&mut self) {
        let Some(first) = self.any_patient() else { return };
        let days = self.draw_days(first);
        let Some(day) = pick_day(days, &mut self.rng) else { return };
        self.push(first, day);
    }

    /// As `eject`, on a day drawn from all.
    pub(super) fn replace(&mut self) {
        let Some(patient) = self.any_patient() else { return };
        let Some(day) = self.rng.pick(&self.state.model.allowed_days[patient]).copied() else { return };
        self.push(patient, day);
    }

    fn push(&mut self, first: usize, day: u16) {
        let threshold = self.threshold();
        let before = (self.state.soft, self.state.hard);
        let left = self.state.spot(first);
        let (mut patient, mut day) = (first, day);
        for depth in 0..CHAIN {
            let Some((spot, victim)) = self.blocked(patient, day) else { return self.take_back(before) };
            let Some(victim) = victim else {
                let steps = Steps { out: &[patient], back: &[(patient, spot)], cut: threshold };
                return self.judge_steps(&steps, before, threshold);
            };
            if self.in_motion(victim) {
                return self.take_back(before);
            }
            let optional = !self.state.model.persons[victim].mandatory;
            let roll = self.rng.below(8);
            // Where the victim could go is looked for before anybody moves: most often there is nothing.
            let next = match roll {
                0 if optional => None,
                1..=2 if depth == 0 && !left.is_nowhere() => self.in_exchange(victim, left, patient),
                _ => self.elsewhere(victim, spot),
            };
            let further = next.is_none() && depth + 1 < CHAIN && (roll > 4 || !optional);
            if next.is_none() && !optional && !further {
                return self.take_back(before);
            }
            if let Some(next) = next {
                let steps = Steps { out: &[patient, victim], back: &[(patient, spot), (victim, next)], cut: threshold };
                return self.judge_steps(&steps, before, threshold);
            }
            if !further {
                let steps = Steps { out: &[patient, victim], back: &[(patient, spot)], cut: FAR };
                return self.judge_steps(&steps, before, threshold);
            }
            self.lift_new(patient);
            self.lift(victim);
            if !self.place(patient, spot, before, FAR) {
                return self.take_back(before);
            }
            patient = victim;
            let days = self.state.model.day_set[victim];
            match pick_day(days, &mut self.rng) {
                Some(next) => day = next,
                None => return self.take_back(before),
            }
        }
        self.take_back(before);
    }

    /// The first patient of a chain is lifted when their place is known, later ones have been before.
    #[inline]
    fn lift_new(&mut self, patient: usize) {
        if !self.in_motion(patient) {
            self.lift(patient);
        }
    }

    /// A room for a patient on a day and the one who must make way, if anybody: for the surgeon's minutes or the bed.
    fn blocked(&mut self, patient: usize, day: u16) -> Option<(Spot, Option<usize>)> {
        let model = self.state.model;
        if self.state.with_time(patient, day_bit(day)) == 0 {
            let victim = self.operated(patient, usize::from(day)).filter(|victim| self.state.gives_time(patient, *victim))?;
            let taken = self.state.spot(victim);
            let spot = self.room_after(patient, taken, victim)?;
            return Some((spot, Some(victim)));
        }
        for _ in 0..DRAWS {
            let room = *self.rng.pick(&model.allowed_rooms[patient])?;
            let spot = Spot { day, room, theater: NONE };
            if spot.room == self.state.spot(patient).room && day == self.state.spot(patient).day {
                continue;
            }
            if self.state.fits(patient, usize::from(room), day_bit(day), patient) {
                return Some((spot, None));
            }
            let Some(victim) = self.blocker(patient, spot) else { continue };
            if self.state.fits(patient, usize::from(room), day_bit(day), victim) {
                return Some((spot, Some(victim)));
            }
        }
        None
    }

    /// A place for somebody who makes way, on the same day in another room or on any day.
    fn elsewhere(&mut self, victim: usize, lost: Spot) -> Option<Spot> {
        let old = self.state.spot(victim);
        let all = self.state.model.day_set[victim];
        let days = match self.rng.below(4) {
            0 => all & day_bit(old.day),
            1 => all & day_bit(old.day).wrapping_sub(1),
            _ => all,
        };
        let found = self.find_fit(victim, days, victim)?;
        (found.room != lost.room || found.day != lost.day).then_some(found)
    }

    /// The place that a patient leaves, or another room on that day, for who makes way.
    fn in_exchange(&mut self, victim: usize, left: Spot, patient: usize) -> Option<Spot> {
        let model = self.state.model;
        if model.day_set[victim] & day_bit(left.day) == 0 {
            return None;
        }
        self.room_after(victim, left, patient)
    }

    /// Who is in a room on the first day on which a stay has no place there.
    pub(super) fn blocker(&mut self, patient: usize, spot: Spot) -> Option<usize> {
        let model = self.state.model;
        let day = self.state.first_conflict(patient, spot)?;
        let guests = self.state.guests(usize::from(spot.room), day);
        let guest = guests.get(self.rng.below(guests.len())).map(|guest| usize::from(*guest))?;
        let open = !model.is_occupant(guest) && guest != patient && !self.state.terms.is_locked(guest);
        open.then_some(guest)
    }

    /// Somebody who is operated on that day, of a few draws the first who shares the surgeon.
    pub(super) fn operated(&mut self, patient: usize, day: usize) -> Option<usize> {
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

    pub(super) fn in_motion(&self, patient: usize) -> bool {
        self.undo.iter().any(|step| matches!(step, super::anneal::Undo::Patient(moved, _) if usize::from(*moved) == patient))
    }
}

/// One day as a set; nothing for a day that a word does not hold.
#[inline]
pub(super) fn day_bit(day: u16) -> u64 {
    if usize::from(day) < WORD_DAYS { 1 << day } else { 0 }
}

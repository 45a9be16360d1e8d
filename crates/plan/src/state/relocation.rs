//! What it is worth to move a patient from one place to another, told in one pass without moving anybody.

use super::{Delta, HARD_PERSON_DAY, State, age_beyond};
use crate::model::{Care, Spot};
use std::ops::Range;

impl State<'_> {
    /// What it is worth that an admitted patient is elsewhere; `None` if even the spare beds are taken.
    pub fn relocation_delta(&mut self, patient: usize, to: Spot) -> Option<Delta> {
        let mut delta = self.relocation_quick(patient, to)?;
        delta.soft += self.care_shift(patient, to);
        Some(delta)
    }

    /// The same without the nurses' part.
    #[inline]
    pub fn relocation_quick(&self, patient: usize, to: Spot) -> Option<Delta> {
        let from = self.spots[patient];
        let model = self.model;
        let late = i64::from(to.day) - i64::from(from.day);
        let price = self.terms.spot_price(patient, to) - self.terms.spot_price(patient, from);
        let mut delta = Delta { soft: late * i64::from(model.weights.patient_delay) + price, hard: 0 };
        let days = |spot: Spot| usize::from(spot.day)..model.end(patient, usize::from(spot.day));
        let (new, old) = (days(to), days(from));
        if to.room == from.room {
            for part in apart(&new, &old) {
                delta += self.enter(patient, usize::from(to.room), part)?;
            }
            for part in apart(&old, &new) {
                let gain = self.quit(patient, usize::from(from.room), part);
                delta.soft -= gain.soft;
                delta.hard -= gain.hard;
            }
        } else {
            delta += self.enter(patient, usize::from(to.room), new)?;
            let gain = self.quit(patient, usize::from(from.room), old);
            delta.soft -= gain.soft;
            delta.hard -= gain.hard;
        }
        delta += self.surgery_shift(patient, to);
        Some(delta)
    }

    /// Beds, gender and ages of days in a room where the person is not yet.
    #[inline]
    pub(super) fn enter(&self, person: usize, room: usize, days: Range<usize>) -> Option<Delta> {
        let model = self.model;
        let who = &model.persons[person];
        let capacity = usize::from(model.capacity[room]);
        let (mine, other) = (usize::from(who.gender), usize::from(1 - who.gender));
        let (mut hard, mut spread) = (0, 0);
        for today in &self.room_days[room * model.days + days.start..room * model.days + days.end] {
            let count = today.count();
            if count == 0 {
                hard += i64::from(capacity == 0);
                continue;
            }
            if count >= self.beds {
                return None;
            }
            hard += i64::from(count >= capacity) + i64::from(today.genders[mine] < today.genders[other]);
            spread += age_beyond(today.present, who.age);
        }
        Some(Delta { soft: i64::from(spread) * i64::from(model.weights.room_mixed_age), hard: hard * HARD_PERSON_DAY })
    }

    /// What days in a room where the person is cost because of them.
    #[inline]
    pub(super) fn quit(&self, person: usize, room: usize, days: Range<usize>) -> Delta {
        let model = self.model;
        let who = &model.persons[person];
        let (capacity, mine) = (usize::from(model.capacity[room]), usize::from(who.gender));
        let (mut hard, mut spread) = (0, 0);
        for today in &self.room_days[room * model.days + days.start..room * model.days + days.end] {
            hard += i64::from(today.count() > capacity) + i64::from(today.genders[mine] <= today.genders[1 - mine]);
            let alone = today.ages[usize::from(who.age)] == 1;
            let rest = today.present & !(u16::from(alone) << who.age);
            if rest != 0 {
                spread += age_beyond(rest, who.age);
            }
        }
        Delta { soft: i64::from(spread) * i64::from(model.weights.room_mixed_age), hard: hard * HARD_PERSON_DAY }
    }

    /// The nurses' part. Where one nurse has the patient before and after on the same slot, only the difference of
    /// the two loads reaches that nurse.
    #[inline]
    fn care_shift(&mut self, patient: usize, to: Spot) -> i64 {
        let model = self.model;
        let from = self.spots[patient];
        let (first_old, first_new) = (usize::from(from.day) * model.shifts, usize::from(to.day) * model.shifts);
        let (old, new) = (model.care_of(patient, usize::from(from.day)), model.care_of(patient, usize::from(to.day)));
        let place_old = usize::from(from.room) * model.slots() + first_old;
        let place_new = usize::from(to.room) * model.slots() + first_new;
        let nurses_old = &self.nurse[place_old..place_old + old.len()];
        let nurses_new = &self.nurse[place_new..place_new + new.len()];
        self.round = self.round.wrapping_add(1);
        let (mut lacking, mut over, mut met) = (0i32, 0i32, 0i32);
        let mut row = first_new * model.nurses;
        for (Care { load, skill }, nurse) in new.iter().zip(nurses_new) {
            let nurse = usize::from(*nurse);
            lacking += i32::from((*skill - model.nurse_skill[nurse]).max(0));
            over += (i32::from(*load) - self.slack[row + nurse].max(0)).max(0);
            met += i32::from(self.seen[nurse] != self.round);
            self.seen[nurse] = self.round;
            row += model.nurses;
        }
        let mut row = first_old * model.nurses;
        for (Care { load, skill }, nurse) in old.iter().zip(nurses_old) {
            let nurse = usize::from(*nurse);
            lacking -= i32::from((*skill - model.nurse_skill[nurse]).max(0));
            over -= i32::from(*load).min((-self.slack[row + nurse]).max(0));
            row += model.nurses;
        }
        let both = first_old.max(first_new)..(first_old + old.len()).min(first_new + new.len());
        for slot in both {
            let nurse = nurses_new[slot - first_new];
            if nurse == nurses_old[slot - first_old] {
                let slack = self.slack[slot * model.nurses + usize::from(nurse)];
                let (left, come) = (i32::from(old[slot - first_old].load), i32::from(new[slot - first_new].load));
                let apart = (come - slack.max(0)).max(0) - left.min((-slack).max(0));
                over += (come - left - slack).max(0) - (-slack).max(0) - apart;
            }
        }
        met -= i32::from(self.distinct[patient]);
        let weights = &model.weights;
        i64::from(lacking) * i64::from(weights.room_nurse_skill)
            + i64::from(over) * i64::from(weights.nurse_eccessive_workload)
            + i64::from(met) * i64::from(weights.continuity_of_care)
    }

    /// Moves an admitted patient where `relocation_delta` said what it is worth.
    #[inline]
    pub fn relocate_known(&mut self, patient: usize, to: Spot, delta: Delta) {
        self.remove_known(patient);
        self.insert_known(patient, to, delta);
    }
}

/// The days of one range that the other does not have; both have the same length but for the horizon's end.
#[inline]
fn apart(one: &Range<usize>, other: &Range<usize>) -> [Range<usize>; 2] {
    let (left, right) = (one.end.min(other.start).max(one.start), one.start.max(other.end).min(one.end));
    [one.start..left, right.max(left)..one.end]
}

#[cfg(test)]
mod tests {
    use super::apart;

    #[test]
    fn days_apart() {
        assert_eq!(apart(&(2..5), &(2..5)), [2..2, 5..5]);
        assert_eq!(apart(&(2..5), &(3..6)), [2..3, 5..5]);
        assert_eq!(apart(&(3..6), &(2..5)), [3..3, 5..6]);
        assert_eq!(apart(&(2..5), &(7..9)), [2..5, 5..5]);
        assert_eq!(apart(&(7..9), &(2..5)), [7..7, 7..9]);
        assert_eq!(apart(&(2..8), &(5..8)), [2..5, 8..8]);
    }
}

//! One patient in the place of several.

use super::anneal::Annealer;
use super::moves::{DRAWS, FAR};
use crate::model::{NONE, Spot};
use crate::state::{Moved, Mover, pick_day};

/// How many one cascade may put off their places.
const DISPLACED: usize = 4;

impl Annealer<'_> {
    /// One patient takes a day and a room; those who hold the surgeon's minutes and the bed leave and are put where
    /// they fit, or off the plan if they may be. While somebody breaks a rule, it is one of those.
    pub(super) fn cascade(&mut self) {
        let drawn = if self.troubled.is_empty() { self.any_patient() } else { self.rng.pick(&self.troubled).map(|patient| usize::from(*patient)) };
        let Some(first) = drawn else { return };
        let model = self.state.model;
        let old = self.state.spot(first);
        let Some(day) = pick_day(model.day_set[first], &mut self.rng) else { return };
        let Some(room) = self.rng.pick(&model.allowed_rooms[first]).copied() else { return };
        let spot = Spot { day, room, theater: NONE };
        if (day, room) == (old.day, old.room) || !model.leaves_place(first, usize::from(day), usize::from(room)) {
            return;
        }
        let threshold = self.threshold();
        let before = (self.state.soft, self.state.hard);
        let Some((displaced, count)) = self.in_the_way_of(first, spot) else { return };
        self.lift(first);
        for victim in displaced.iter().take(count) {
            self.lift(usize::from(*victim));
        }
        if !self.place(first, spot, before, FAR) {
            return self.take_back(before);
        }
        for (at, victim) in displaced.into_iter().take(count).map(usize::from).enumerate() {
            let mandatory = model.persons[victim].mandatory;
            if !mandatory && self.rng.below(4) == 0 {
                continue;
            }
            let limit = if at + 1 == count { threshold } else { FAR };
            match self.find_fit(victim, model.day_set[victim], victim) {
                Some(next) if self.place(victim, next, before, limit) => {}
                None if !mandatory => {}
                _ => return self.take_back(before),
            }
        }
        self.judge(before, threshold);
    }

    /// Who holds the surgeon's minutes and the beds of a place that is to be taken. Most often there is no way to have
    /// them all, so nobody is lifted before that is known.
    fn in_the_way_of(&mut self, first: usize, spot: Spot) -> Option<([u16; DISPLACED], usize)> {
        let (mut moving, mut known) = ([self.state.mover(first); DISPLACED + 1], 1);
        loop {
            let moved = Moved { movers: &moving[..known], placed: 0 };
            let victim = if !self.state.has_time_but(first, usize::from(spot.day), moved.movers) {
                self.operated_but(first, spot.day, moved.movers)
            } else if let Some(day) = self.state.conflict_but(first, spot, moved) {
                self.guest_but(usize::from(spot.room), day, moved)
            } else {
                return Some((std::array::from_fn(|at| moving[at + 1].patient), known - 1));
            };
            *moving.get_mut(known)? = self.state.mover(victim?);
            known += 1;
        }
    }

    /// Somebody else of the patient's surgeon who is operated on that day, found in a few draws.
    fn operated_but(&mut self, patient: usize, day: u16, left: &[Mover]) -> Option<usize> {
        let model = self.state.model;
        let admitted = self.state.admitted(usize::from(day));
        let gone = left.iter().filter(|mover| mover.first == day).count();
        let mut last = None;
        for _ in 0..DRAWS {
            let rank = self.rng.below(admitted.len() - gone);
            let other = usize::from(*admitted.iter().filter(|other| left.iter().all(|mover| mover.patient != **other)).nth(rank)?);
            if self.state.terms.is_locked(other) {
                continue;
            }
            last = Some(other);
            if model.persons[other].surgeon == model.persons[patient].surgeon {
                break;
            }
        }
        last.filter(|other| model.persons[*other].surgeon == model.persons[patient].surgeon)
    }
}

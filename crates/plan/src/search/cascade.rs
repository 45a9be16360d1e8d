//! One patient in the place of several.

use super::anneal::Annealer;
use super::moves::{FAR, day_bit};
use crate::model::{NONE, Spot};
use crate::state::pick_day;

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
        self.lift(first);
        let Some((displaced, count)) = self.clear(first, spot) else { return self.take_back(before) };
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

    /// Lifts who holds the surgeon's minutes and the beds of a place that is to be taken, and says whom.
    fn clear(&mut self, first: usize, spot: Spot) -> Option<([u16; DISPLACED], usize)> {
        let model = self.state.model;
        let day = day_bit(spot.day);
        let (mut displaced, mut count) = ([NONE; DISPLACED], 0);
        loop {
            let victim = if self.state.with_time(first, day) == 0 {
                self.operated(first, usize::from(spot.day)).filter(|victim| model.persons[*victim].surgeon == model.persons[first].surgeon)
            } else if self.state.fits(first, usize::from(spot.room), day, first) == 0 {
                self.blocker(first, spot)
            } else {
                return Some((displaced, count));
            };
            let victim = victim.filter(|victim| !self.in_motion(*victim))?;
            *displaced.get_mut(count)? = victim as u16;
            count += 1;
            self.lift(victim);
        }
    }
}

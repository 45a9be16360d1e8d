//! One or two patients change places: weighed on the counts, made only if accepted.

use super::anneal::Annealer;
use crate::model::{NONE, Spot};

/// A last step of a move: who leaves where they are, and who goes where. The theatre may be left out.
pub(super) struct Steps<'s> {
    pub(super) out: &'s [usize],
    pub(super) back: &'s [(usize, Spot)],
    /// How much worse the plan may be before the last patient's nurses are counted.
    pub(super) cut: i64,
}

/// How many patients a sketch moves at most.
pub(super) const SKETCHED: usize = 7;

impl Annealer<'_> {
    /// Ends a move that began from `before` with these steps, or takes all of it back.
    pub(super) fn judge_steps(&mut self, steps: &Steps<'_>, before: (i64, i64), threshold: i64) {
        let hard_price = self.hard_price;
        let start = before.0 + before.1 * hard_price;
        let mut were = [Spot::NOWHERE; SKETCHED];
        for (patient, was) in steps.out.iter().zip(&mut were) {
            *was = self.state.spot(*patient);
            if !was.is_nowhere() {
                let delta = self.state.sketch_out(*patient);
                self.state.soft += delta.soft;
                self.state.hard += delta.hard;
            }
        }
        let mut places = [Spot::NOWHERE; SKETCHED];
        let mut counted = 0;
        let mut fits = true;
        for (at, (patient, spot)) in steps.back.iter().enumerate() {
            let last = at + 1 == steps.back.len();
            let Some(place) = self.weigh(*patient, *spot, if last { start + steps.cut } else { i64::MAX }) else {
                fits = false;
                break;
            };
            places[at] = place;
            if !last {
                self.state.count_in(*patient, place);
                counted += 1;
            }
        }
        for ((patient, _), place) in steps.back.iter().zip(&places).take(counted) {
            self.state.count_out(*patient, *place);
        }
        for (patient, was) in steps.out.iter().zip(&were).filter(|(_, was)| !was.is_nowhere()) {
            self.state.count_in(*patient, *was);
        }
        self.evaluated += u64::from(fits);
        if !fits || self.score() - start > threshold {
            return self.take_back(before);
        }
        for (patient, _) in steps.out.iter().zip(&were).filter(|(_, was)| !was.is_nowhere()) {
            self.state.remove_known(*patient);
        }
        for ((patient, _), place) in steps.back.iter().zip(places) {
            self.state.insert_known(*patient, place, crate::state::Delta::default());
        }
        self.keep();
    }

    /// Adds what a place costs to the plan's cost, the place's theatre chosen if it is open; `None` if there is no bed,
    /// or if the cost without the nurses' part is beyond `limit` already.
    #[inline]
    fn weigh(&mut self, patient: usize, mut spot: Spot, limit: i64) -> Option<Spot> {
        if spot.theater == NONE {
            spot.theater = self.state.best_theater(patient, usize::from(spot.day), self.hard_price, &mut self.rng) as u16;
        }
        let delta = self.state.quick_delta(patient, spot)?;
        self.state.soft += delta.soft;
        self.state.hard += delta.hard;
        if self.score() > limit {
            return None;
        }
        self.state.soft += self.state.care_delta(patient, spot);
        Some(spot)
    }
}

//! Two rooms that exchange stays.

use super::anneal::Annealer;
use super::moves::{FAR, day_bit};
use crate::model::Spot;

/// How many patients one exchange of two rooms may set in motion.
const EXCHANGED: usize = 7;

impl Annealer<'_> {
    /// One patient to another room on the same day; whoever is in the way there comes back the other way, and so on
    /// until both rooms hold what they may. Nobody's day or theatre changes.
    pub(super) fn exchange(&mut self) {
        let Some(first) = self.any_patient() else { return };
        let at = self.state.spot(first);
        if at.is_nowhere() {
            return;
        }
        let model = self.state.model;
        let Some(room) = self.rng.pick(&model.allowed_rooms[first]).copied().filter(|room| *room != at.room) else { return };
        let threshold = self.threshold();
        let before = (self.state.soft, self.state.hard);
        let mut moving = [(first as u16, at); EXCHANGED];
        let (mut known, mut placed) = (1, 0);
        self.lift(first);
        while placed < known {
            let (patient, was) = moving[placed];
            let patient = usize::from(patient);
            let to = Spot { room: if was.room == at.room { room } else { at.room }, ..was };
            if !model.room_open[patient * model.rooms + usize::from(to.room)] {
                return self.take_back(before);
            }
            while self.state.fits(patient, usize::from(to.room), day_bit(to.day), patient) == 0 {
                let Some(victim) = self.blocker(patient, to).filter(|victim| known < EXCHANGED && !self.in_motion(*victim)) else {
                    return self.take_back(before);
                };
                moving[known] = (victim as u16, self.state.spot(victim));
                known += 1;
                self.lift(victim);
            }
            placed += 1;
            if !self.place(patient, to, before, if placed == known { threshold } else { FAR }) {
                return self.take_back(before);
            }
        }
        self.judge(before, threshold);
    }
}

//! Two rooms that exchange stays.

use super::anneal::Annealer;
use super::sketch::{SKETCHED, Steps};
use crate::model::Spot;
use crate::state::Moved;

/// How many patients one exchange of two rooms may set in motion.
const EXCHANGED: usize = SKETCHED;

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
        let (mut moving, mut known) = ([self.state.mover(first); EXCHANGED], 1);
        let mut back = [(first, Spot { room, ..at }); EXCHANGED];
        let mut placed = 0;
        while placed < known {
            let patient = usize::from(moving[placed].patient);
            let was = self.state.spot(patient);
            let to = Spot { room: if was.room == at.room { room } else { at.room }, ..was };
            if !model.room_open[patient * model.rooms + usize::from(to.room)] {
                return;
            }
            while let Some(day) = self.state.conflict_but(patient, to, Moved { movers: &moving[..known], placed }) {
                let Some(victim) = self.guest_but(usize::from(to.room), day, Moved { movers: &moving[..known], placed }) else { return };
                let Some(next) = moving.get_mut(known) else { return };
                *next = self.state.mover(victim);
                known += 1;
            }
            back[placed] = (patient, to);
            placed += 1;
        }
        let out = moving.map(|mover| usize::from(mover.patient));
        let before = (self.state.soft, self.state.hard);
        self.judge_steps(&Steps { out: &out[..known], back: &back[..known], cut: threshold }, before, threshold);
    }

    /// Somebody in a room on a day who may be moved and has not been yet.
    pub(super) fn guest_but(&mut self, room: usize, day: usize, moved: Moved<'_>) -> Option<usize> {
        let genders = self.state.genders_but(room, day, moved);
        let rank = self.rng.below((genders[0] + genders[1]) as usize);
        let guest = self.state.guest_but(room, day, rank, moved)?;
        (!self.state.model.is_occupant(guest) && !self.state.terms.is_locked(guest)).then_some(guest)
    }
}

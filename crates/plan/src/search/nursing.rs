//! Moves of nurses.

use super::anneal::{Annealer, Undo};

/// Draws until a room-shift is found that somebody is in.
const DRAWS: usize = 4;

impl Annealer<'_> {
    /// A room and slot with somebody in it and the nurse open.
    fn occupied_place(&mut self) -> Option<(usize, usize)> {
        let model = self.state.model;
        for _ in 0..DRAWS {
            let (room, slot) = (self.rng.below(model.rooms), self.rng.below(model.slots()));
            let place = room * model.slots() + slot;
            if self.state.is_occupied(place) && !self.state.terms.is_nurse_locked(place) {
                return Some((room, slot));
            }
        }
        None
    }

    pub(super) fn nurse(&mut self) {
        let model = self.state.model;
        let Some((room, slot)) = self.occupied_place() else { return };
        let Some(to) = self.candidate(room, slot) else { return };
        let place = room * model.slots() + slot;
        if to == self.state.nurse(place) {
            return;
        }
        let threshold = self.threshold();
        self.evaluated += 1;
        let delta = self.state.nurse_delta(room, slot, to);
        if delta <= threshold {
            self.state.set_nurse_known(place, to, delta);
            self.keep();
        }
    }

    /// A nurse on duty: anyone, or, as often, one whom somebody in the room knows from another shift.
    fn candidate(&mut self, room: usize, slot: usize) -> Option<u16> {
        let model = self.state.model;
        if self.rng.below(2) == 0 {
            return self.rng.pick(&model.on_duty[slot]).copied();
        }
        let guests = self.state.guests(room, slot / model.shifts);
        let guest = usize::from(*guests.get(self.rng.below(guests.len()))?);
        let day = usize::from(self.state.spot(guest).day);
        let shifts = (model.end(guest, day) - day) * model.shifts;
        let other = day * model.shifts + self.rng.below(shifts);
        let nurse = self.state.nurse(room * model.slots() + other);
        (model.nurse_load[slot * model.nurses + usize::from(nurse)] >= 0).then_some(nurse)
    }

    /// Changes a nurse, to be put back by `take_back`.
    fn assign(&mut self, place: usize, nurse: u16) {
        self.undo.push(Undo::Nurse(place as u32, self.state.nurse(place)));
        self.state.set_nurse(place, nurse);
    }

    pub(super) fn nurse_swap(&mut self) {
        let model = self.state.model;
        let Some((room, slot)) = self.occupied_place() else { return };
        let other = self.rng.below(model.rooms);
        let (place, place_other) = (room * model.slots() + slot, other * model.slots() + slot);
        let (nurse, nurse_other) = (self.state.nurse(place), self.state.nurse(place_other));
        if nurse == nurse_other || self.state.terms.is_nurse_locked(place_other) {
            return;
        }
        let threshold = self.threshold();
        self.evaluated += 1;
        let delta = self.state.nurse_swap_delta(room, other, slot);
        if delta <= threshold {
            self.state.set_nurse_known(place, nurse_other, delta);
            self.state.set_nurse_known(place_other, nurse, 0);
            self.keep();
        }
    }

    pub(super) fn nurse_stay(&mut self) {
        let model = self.state.model;
        let Some((room, slot)) = self.occupied_place() else { return };
        let guests = self.state.guests(room, slot / model.shifts);
        let Some(guest) = guests.get(self.rng.below(guests.len())).map(|guest| usize::from(*guest)) else { return };
        let Some(nurse) = self.rng.pick(&model.on_duty[slot]).copied() else { return };
        let day = usize::from(self.state.spot(guest).day);
        let threshold = self.threshold();
        let before = (self.state.soft, self.state.hard);
        for slot in day * model.shifts..model.end(guest, day) * model.shifts {
            let place = room * model.slots() + slot;
            let works = model.nurse_load[slot * model.nurses + usize::from(nurse)] >= 0;
            if works && self.state.nurse(place) != nurse && !self.state.terms.is_nurse_locked(place) {
                self.assign(place, nurse);
            }
        }
        self.judge(before, threshold);
    }

    pub(super) fn nurse_trade(&mut self) {
        let model = self.state.model;
        let slot = self.rng.below(model.slots());
        let (Some(one), Some(other)) = (self.rng.pick(&model.on_duty[slot]).copied(), self.rng.pick(&model.on_duty[slot]).copied()) else { return };
        if one == other {
            return;
        }
        let threshold = self.threshold();
        let before = (self.state.soft, self.state.hard);
        for room in 0..model.rooms {
            let place = room * model.slots() + slot;
            let nurse = self.state.nurse(place);
            if (nurse == one || nurse == other) && self.state.is_occupied(place) && !self.state.terms.is_nurse_locked(place) {
                self.assign(place, if nurse == one { other } else { one });
            }
        }
        self.judge(before, threshold);
    }
}

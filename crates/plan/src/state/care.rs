//! Nurses of rooms: another nurse in a room on a slot.

use super::State;

impl State<'_> {
    /// Whether somebody is in the room on this slot.
    #[inline]
    pub fn is_occupied(&self, place: usize) -> bool {
        // A room's slots are its days' shifts, so the room-day is told by one division.
        self.room_days[place / self.model.shifts].count() > 0
    }

    /// What it is worth to give this room-shift to another nurse, everything else unchanged.
    #[inline]
    pub fn nurse_delta(&self, room: usize, slot: usize, to: u16) -> i64 {
        let place = room * self.model.slots() + slot;
        let load = self.room_load[place];
        let (from, to) = (usize::from(self.nurse[place]), usize::from(to));
        let row = &self.slack[slot * self.model.nurses..(slot + 1) * self.model.nurses];
        let relief = (load - (row[from] + load).max(0)).max(0);
        let burden = (load - row[to].max(0)).max(0);
        i64::from(burden - relief) * i64::from(self.model.weights.nurse_eccessive_workload) + self.nurse_delta_but_load(room, slot, to)
    }

    /// The part of `nurse_delta` that is this room's own: skill, continuity and the price of change.
    #[inline]
    pub fn nurse_delta_but_load(&self, room: usize, slot: usize, to: usize) -> i64 {
        let model = self.model;
        let place = room * model.slots() + slot;
        let from = usize::from(self.nurse[place]);
        let day = slot / model.shifts;
        let (skill_from, skill_to) = (model.nurse_skill[from], model.nurse_skill[to]);
        let (mut skill, mut met) = (0i32, 0i32);
        for guest in self.guests(room, day) {
            let guest = usize::from(*guest);
            let since = usize::from(self.spots[guest].day) * model.shifts;
            let need = model.care[model.persons[guest].profile + slot - since].skill;
            skill += i32::from((need - skill_to).max(0)) - i32::from((need - skill_from).max(0));
            let meets = &self.meets[guest * model.nurses..(guest + 1) * model.nurses];
            met += i32::from(meets[to] == 0) - i32::from(meets[from] == 1);
        }
        let price = self.terms.nurse_price(place, to as u16) - self.terms.nurse_price(place, from as u16);
        i64::from(skill) * i64::from(model.weights.room_nurse_skill) + i64::from(met) * i64::from(model.weights.continuity_of_care) + price
    }

    /// What it is worth that two rooms change their nurses on a slot, who are not the same.
    #[inline]
    pub fn nurse_swap_delta(&self, one: usize, other: usize, slot: usize) -> i64 {
        let model = self.model;
        let (place_one, place_other) = (one * model.slots() + slot, other * model.slots() + slot);
        let (first, second) = (usize::from(self.nurse[place_one]), usize::from(self.nurse[place_other]));
        let shifted = self.room_load[place_other] - self.room_load[place_one];
        let row = &self.slack[slot * model.nurses..(slot + 1) * model.nurses];
        let over = |nurse: usize, more: i32| (more - row[nurse]).max(0) - (-row[nurse]).max(0);
        i64::from(over(first, shifted) + over(second, -shifted)) * i64::from(model.weights.nurse_eccessive_workload)
            + self.nurse_delta_but_load(one, slot, second)
            + self.nurse_delta_but_load(other, slot, first)
    }

    /// Gives a room-shift to another nurse, who must be on duty and not the present one.
    pub fn set_nurse(&mut self, place: usize, to: u16) {
        let (room, slot) = (place / self.model.slots(), place % self.model.slots());
        let delta = self.nurse_delta(room, slot, to);
        self.set_nurse_known(place, to, delta);
    }

    /// The same where `nurse_delta` said what it is worth.
    #[inline]
    pub fn set_nurse_known(&mut self, place: usize, to: u16, delta: i64) {
        let model = self.model;
        let slot = place % model.slots();
        self.soft += delta;
        let from = usize::from(self.nurse[place]);
        let load = self.room_load[place];
        self.slack[slot * model.nurses + from] += load;
        self.slack[slot * model.nurses + usize::from(to)] -= load;
        self.nurse[place] = to;
        let at = place / model.shifts;
        for guest in &self.guests[at * self.beds..at * self.beds + self.room_days[at].count()] {
            let guest = usize::from(*guest);
            let meets = &mut self.meets[guest * model.nurses..(guest + 1) * model.nurses];
            meets[from] -= 1;
            meets[usize::from(to)] += 1;
            let (gone, new) = (meets[from] == 0, meets[usize::from(to)] == 1);
            self.distinct[guest] = self.distinct[guest] + u16::from(new) - u16::from(gone);
        }
    }

    /// The room's care load on a slot.
    #[inline]
    pub fn room_load(&self, place: usize) -> i32 {
        self.room_load[place]
    }

    /// What a nurse could still take on a slot, negative if overloaded.
    #[inline]
    pub fn slack(&self, slot: usize, nurse: usize) -> i32 {
        self.slack[slot * self.model.nurses + nurse]
    }

    /// How many shifts a person shares with a nurse.
    #[inline]
    pub fn meets(&self, person: usize, nurse: usize) -> u16 {
        self.meets[person * self.model.nurses + nurse]
    }

    /// How many nurses a person meets.
    pub fn distinct(&self, person: usize) -> u16 {
        self.distinct[person]
    }
}

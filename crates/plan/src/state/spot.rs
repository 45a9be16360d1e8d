//! Patients in and out of rooms: gender, beds, ages, delay, and with them the nurses' part of a stay.

use super::{Delta, State};
use crate::model::{Care, Spot};

impl State<'_> {
    /// Whether every day of the stay has a place left, spare ones counted in.
    #[inline]
    pub fn has_bed(&self, person: usize, spot: Spot) -> bool {
        let (room, day) = (usize::from(spot.room), usize::from(spot.day));
        let days = room * self.model.days + day..room * self.model.days + self.model.end(person, day);
        self.room_days[days].iter().all(|today| today.count() < self.beds)
    }

    /// What a patient's stay is worth in beds, gender and ages; `None` if even the spare beds are taken.
    #[inline]
    pub fn room_delta(&self, person: usize, spot: Spot) -> Option<Delta> {
        let day = usize::from(spot.day);
        self.enter(person, usize::from(spot.room), day..self.model.end(person, day))
    }

    /// The first day of a stay on which the bed or the gender is taken.
    #[inline]
    pub fn first_conflict(&self, person: usize, spot: Spot) -> Option<usize> {
        let model = self.model;
        let other = usize::from(1 - model.persons[person].gender);
        let (room, day) = (usize::from(spot.room), usize::from(spot.day));
        let capacity = usize::from(model.capacity[room]);
        let stay = &self.room_days[room * model.days + day..room * model.days + model.end(person, day)];
        stay.iter().position(|today| today.count() >= capacity || today.genders[other] > 0).map(|at| day + at)
    }

    /// Delay and departure from the plan in force, less what absence costs.
    #[inline]
    pub fn admission_delta(&self, patient: usize, spot: Spot) -> Delta {
        let late = i64::from(spot.day) - i64::from(self.model.persons[patient].release);
        let absence = self.absence(patient);
        let soft = late * i64::from(self.model.weights.patient_delay) + self.terms.spot_price(patient, spot);
        Delta { soft: soft - absence.soft, hard: -absence.hard }
    }

    /// Everything that admitting a patient here is worth but for the nurses' part, which is never below 0.
    #[inline]
    pub fn quick_delta(&self, patient: usize, spot: Spot) -> Option<Delta> {
        let mut delta = self.room_delta(patient, spot)?;
        delta += self.admission_delta(patient, spot);
        delta += self.surgery_delta(patient, usize::from(spot.day), usize::from(spot.theater));
        Some(delta)
    }

    /// Everything that admitting a patient here is worth; `None` if even the spare beds are taken.
    pub fn insert_delta(&mut self, patient: usize, spot: Spot) -> Option<Delta> {
        let mut delta = self.quick_delta(patient, spot)?;
        delta.soft += self.care_delta(patient, spot);
        Some(delta)
    }

    /// Admits a patient who is not admitted. Nothing happens if even the spare beds are taken.
    pub fn insert(&mut self, patient: usize, spot: Spot) {
        if let Some(delta) = self.insert_delta(patient, spot) {
            self.insert_known(patient, spot, delta);
        }
    }

    /// Admits a patient where `insert_delta` said what it is worth.
    #[inline]
    pub fn insert_known(&mut self, patient: usize, spot: Spot, delta: Delta) {
        self.soft += delta.soft;
        self.hard += delta.hard;
        self.add_surgery(patient, usize::from(spot.day), usize::from(spot.theater));
        self.occupy(patient, spot);
    }

    /// Takes an admitted patient off the plan.
    #[inline]
    pub fn remove(&mut self, patient: usize) {
        let (soft, hard) = (self.soft, self.hard);
        let delta = self.removal_delta(patient);
        self.remove_known(patient);
        (self.soft, self.hard) = (soft + delta.soft, hard + delta.hard);
    }

    /// Takes an admitted patient off the plan without counting; the caller says what it is worth.
    #[inline]
    pub(crate) fn remove_known(&mut self, patient: usize) {
        let spot = self.spots[patient];
        self.leave(patient, spot);
        self.drop_surgery(patient, usize::from(spot.day), usize::from(spot.theater));
    }

    /// What it is worth that an admitted patient is not.
    #[inline]
    pub fn removal_delta(&self, patient: usize) -> Delta {
        let spot = self.spots[patient];
        let day = usize::from(spot.day);
        let mut gain = self.quit(patient, usize::from(spot.room), day..self.model.end(patient, day));
        gain += self.admission_delta(patient, spot);
        gain += self.surgery_gain(patient, day, usize::from(spot.theater));
        gain.soft += self.care_cost(patient, spot);
        Delta { soft: -gain.soft, hard: -gain.hard }
    }

    /// The nurses' part of a stay as it is.
    #[inline]
    fn care_cost(&self, person: usize, spot: Spot) -> i64 {
        let model = self.model;
        let weights = &model.weights;
        let (care, first) = (model.care_of(person, usize::from(spot.day)), usize::from(spot.day) * model.shifts);
        let place = usize::from(spot.room) * model.slots() + first;
        let (mut lacking, mut over) = (0i32, 0i32);
        let mut row = first * model.nurses;
        for (Care { load, skill }, nurse) in care.iter().zip(&self.nurse[place..place + care.len()]) {
            let nurse = usize::from(*nurse);
            lacking += i32::from((*skill - model.nurse_skill[nurse]).max(0));
            over += i32::from(*load).min((-self.slack[row + nurse]).max(0));
            row += model.nurses;
        }
        i64::from(lacking) * i64::from(weights.room_nurse_skill)
            + i64::from(over) * i64::from(weights.nurse_eccessive_workload)
            + i64::from(self.distinct[person]) * i64::from(weights.continuity_of_care)
    }

    /// Puts an occupant into a room.
    pub(super) fn settle(&mut self, person: usize, spot: Spot) {
        if let Some(delta) = self.room_delta(person, spot) {
            self.soft += delta.soft + self.care_delta(person, spot);
            self.hard += delta.hard;
            self.occupy(person, spot);
        }
    }

    fn occupy(&mut self, person: usize, spot: Spot) {
        let model = self.model;
        let who = &model.persons[person];
        let (room, day) = (usize::from(spot.room), usize::from(spot.day));
        for at in room * model.days + day..room * model.days + model.end(person, day) {
            let today = &mut self.room_days[at];
            let places = &mut self.guests[at * self.beds..=at * self.beds + today.count()];
            let mut rank = today.count();
            while rank > 0 && usize::from(places[rank - 1]) > person {
                places[rank] = places[rank - 1];
                rank -= 1;
            }
            places[rank] = person as u16;
            today.add(who);
        }
        self.mark(room, day..model.end(person, day));
        self.add_care(person, spot);
        self.spots[person] = spot;
    }

    fn leave(&mut self, person: usize, spot: Spot) {
        let model = self.model;
        let who = &model.persons[person];
        let (room, day) = (usize::from(spot.room), usize::from(spot.day));
        for at in room * model.days + day..room * model.days + model.end(person, day) {
            let today = &mut self.room_days[at];
            let places = &mut self.guests[at * self.beds..at * self.beds + today.count()];
            for rank in 1..places.len() {
                if usize::from(places[rank - 1]) >= person {
                    places[rank - 1] = places[rank];
                }
            }
            today.take(who);
        }
        self.mark(room, day..model.end(person, day));
        self.drop_care(person, spot);
        self.spots[person] = Spot::NOWHERE;
    }

    /// What the nurses' part of a stay would cost: skill, overload and continuity. Never below 0.
    #[inline]
    pub fn care_delta(&mut self, person: usize, spot: Spot) -> i64 {
        let model = self.model;
        let weights = &model.weights;
        let (care, first) = (model.care_of(person, usize::from(spot.day)), usize::from(spot.day) * model.shifts);
        let place = usize::from(spot.room) * model.slots() + first;
        self.round = self.round.wrapping_add(1);
        let (mut lacking, mut over, mut met) = (0i32, 0i32, 0i32);
        let mut row = first * model.nurses;
        for (Care { load, skill }, nurse) in care.iter().zip(&self.nurse[place..place + care.len()]) {
            let nurse = usize::from(*nurse);
            lacking += i32::from((*skill - model.nurse_skill[nurse]).max(0));
            over += (i32::from(*load) - self.slack[row + nurse].max(0)).max(0);
            met += i32::from(self.seen[nurse] != self.round);
            self.seen[nurse] = self.round;
            row += model.nurses;
        }
        i64::from(lacking) * i64::from(weights.room_nurse_skill)
            + i64::from(over) * i64::from(weights.nurse_eccessive_workload)
            + i64::from(met) * i64::from(weights.continuity_of_care)
    }

    fn add_care(&mut self, person: usize, spot: Spot) {
        let model = self.model;
        let (care, first) = (model.care_of(person, usize::from(spot.day)), usize::from(spot.day) * model.shifts);
        let place = usize::from(spot.room) * model.slots() + first;
        let meets = &mut self.meets[person * model.nurses..(person + 1) * model.nurses];
        let mut row = first * model.nurses;
        let nurses = &self.nurse[place..place + care.len()];
        let loads = &mut self.room_load[place..place + care.len()];
        let mut met = 0;
        for ((care, nurse), room_load) in care.iter().zip(nurses).zip(loads) {
            let nurse = usize::from(*nurse);
            self.slack[row + nurse] -= i32::from(care.load);
            *room_load += i32::from(care.load);
            met += u16::from(meets[nurse] == 0);
            meets[nurse] += 1;
            row += model.nurses;
        }
        self.distinct[person] = met;
    }

    fn drop_care(&mut self, person: usize, spot: Spot) {
        let model = self.model;
        let (care, first) = (model.care_of(person, usize::from(spot.day)), usize::from(spot.day) * model.shifts);
        let place = usize::from(spot.room) * model.slots() + first;
        let meets = &mut self.meets[person * model.nurses..(person + 1) * model.nurses];
        let mut row = first * model.nurses;
        let nurses = &self.nurse[place..place + care.len()];
        let loads = &mut self.room_load[place..place + care.len()];
        for ((care, nurse), room_load) in care.iter().zip(nurses).zip(loads) {
            let nurse = usize::from(*nurse);
            self.slack[row + nurse] += i32::from(care.load);
            *room_load -= i32::from(care.load);
            meets[nurse] = 0;
            row += model.nurses;
        }
        self.distinct[person] = 0;
    }
}

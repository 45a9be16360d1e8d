//! Patients in and out of the counts alone: persons and ages by day, minutes, what nurses could still take.
//!
//! The price of a move of several steps is told by the counts. Who is where by name, which nurses a patient meets and
//! which days are closed matter only once it is made, and nine of ten are not. Between `sketch_out` and the return of
//! the counts nothing else may be asked than what a stay would cost and which theatre is cheapest.

use super::{AGE_LANE, Delta, State};
use crate::model::{NONE, Spot};

/// Patients who are looked upon as out of their places, the first `placed` of them as in the room that is looked at
/// instead if they are elsewhere.
#[derive(Clone, Copy)]
pub struct Moved<'p> {
    pub patients: &'p [u16],
    pub placed: usize,
}

impl State<'_> {
    /// The first day of a stay on which the bed or the gender is taken once some have moved.
    pub fn conflict_but(&self, person: usize, spot: Spot, moved: Moved<'_>) -> Option<usize> {
        let model = self.model;
        let other = usize::from(1 - model.persons[person].gender);
        let (room, first) = (usize::from(spot.room), usize::from(spot.day));
        let capacity = i32::from(model.capacity[room]);
        (first..model.end(person, first)).find(|day| {
            let genders = self.genders_but(room, *day, moved);
            genders[0] + genders[1] >= capacity || genders[other] > 0
        })
    }

    /// How many of each gender are in a room once some have moved.
    #[inline]
    pub fn genders_but(&self, room: usize, day: usize, moved: Moved<'_>) -> [i32; 2] {
        let mut genders = self.room_days[room * self.model.days + day].genders.map(i32::from);
        for (at, patient) in moved.patients.iter().enumerate() {
            let gender = usize::from(self.model.persons[usize::from(*patient)].gender);
            if self.is_there(*patient, day) {
                let here = usize::from(self.spots[usize::from(*patient)].room) == room;
                genders[gender] += i32::from(!here && at < moved.placed) - i32::from(here);
            }
        }
        genders
    }

    /// The guest at a rank in a room once some have moved, unless that is one of those.
    pub fn guest_but(&self, room: usize, day: usize, rank: usize, moved: Moved<'_>) -> Option<usize> {
        let elsewhere = |patient: &u16| self.is_there(*patient, day) && usize::from(self.spots[usize::from(*patient)].room) != room;
        let stay = self.guests(room, day).iter().filter(|guest| !moved.patients.contains(guest));
        let found = stay.enumerate().find(|(at, guest)| {
            let came = moved.patients.iter().take(moved.placed).filter(|patient| elsewhere(patient) && patient < guest);
            at + came.count() == rank
        });
        found.map(|(_, guest)| usize::from(*guest))
    }

    #[inline]
    fn is_there(&self, patient: u16, day: usize) -> bool {
        let first = self.spots[usize::from(patient)].day;
        first != NONE && usize::from(first) <= day && day < self.model.end(usize::from(patient), usize::from(first))
    }

    /// Takes an admitted patient out of the counts and says what that is worth.
    #[inline]
    pub fn sketch_out(&mut self, patient: usize) -> Delta {
        let delta = self.removal_delta(patient);
        self.count_out(patient, self.spots[patient]);
        delta
    }

    /// Puts a patient into the counts.
    #[inline]
    pub fn count_in(&mut self, patient: usize, spot: Spot) {
        let model = self.model;
        let person = &model.persons[patient];
        let (room, day) = (usize::from(spot.room), usize::from(spot.day));
        let age = 1 << (u32::from(person.age) * AGE_LANE);
        for today in &mut self.room_days[room * model.days + day..room * model.days + model.end(patient, day)] {
            today.genders[usize::from(person.gender)] += 1;
            today.ages += age;
        }
        self.count_surgery(patient, day, usize::from(spot.theater));
        let (care, first) = (model.care_of(patient, day), day * model.shifts);
        let place = room * model.slots() + first;
        let rows = self.slack[first * model.nurses..].chunks_exact_mut(model.nurses);
        for ((care, nurse), slack) in care.iter().zip(&self.nurse[place..place + care.len()]).zip(rows) {
            slack[usize::from(*nurse)] -= i32::from(care.load);
        }
    }

    /// Takes a patient out of the counts.
    #[inline]
    pub fn count_out(&mut self, patient: usize, spot: Spot) {
        let model = self.model;
        let person = &model.persons[patient];
        let (room, day) = (usize::from(spot.room), usize::from(spot.day));
        let age = 1 << (u32::from(person.age) * AGE_LANE);
        for today in &mut self.room_days[room * model.days + day..room * model.days + model.end(patient, day)] {
            today.genders[usize::from(person.gender)] -= 1;
            today.ages -= age;
        }
        self.discount_surgery(patient, day, usize::from(spot.theater));
        let (care, first) = (model.care_of(patient, day), day * model.shifts);
        let place = room * model.slots() + first;
        let rows = self.slack[first * model.nurses..].chunks_exact_mut(model.nurses);
        for ((care, nurse), slack) in care.iter().zip(&self.nurse[place..place + care.len()]).zip(rows) {
            slack[usize::from(*nurse)] += i32::from(care.load);
        }
    }
}

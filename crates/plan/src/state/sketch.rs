//! Patients in and out of the counts alone: persons and ages by day, minutes, what nurses could still take.
//!
//! The price of a move of several steps is told by the counts. Who is where by name, which nurses a patient meets and
//! which days are closed matter only once it is made, and nine of ten are not. Between `sketch_out` and the return of
//! the counts nothing else may be asked than what a stay would cost and which theatre is cheapest.

use super::{Delta, State};
use crate::model::Spot;

/// Patients who are looked upon as out of their places, the first `placed` of them as in the room that is looked at
/// instead if they are elsewhere.
#[derive(Clone, Copy)]
pub struct Moved<'p> {
    pub movers: &'p [Mover],
    pub placed: usize,
}

/// A patient, and the room and days of their stay; no days for one who is not admitted.
#[derive(Clone, Copy)]
pub struct Mover {
    pub patient: u16,
    gender: u8,
    room: u16,
    pub first: u16,
    end: u16,
}

impl Mover {
    #[inline]
    fn is_there(&self, day: usize) -> bool {
        usize::from(self.first) <= day && day < usize::from(self.end)
    }
}

impl State<'_> {
    #[inline]
    pub fn mover(&self, patient: usize) -> Mover {
        let (spot, gender) = (self.spots[patient], self.model.persons[patient].gender);
        let end = if spot.is_nowhere() { 0 } else { self.model.end(patient, usize::from(spot.day)) as u16 };
        Mover { patient: patient as u16, gender, room: spot.room, first: spot.day, end }
    }

    /// The first day of a stay on which the bed or the gender is taken once some have moved.
    pub fn conflict_but(&self, person: usize, spot: Spot, moved: Moved<'_>) -> Option<usize> {
        let model = self.model;
        let other = usize::from(1 - model.persons[person].gender);
        let (room, first) = (usize::from(spot.room), usize::from(spot.day));
        let (capacity, end) = (i32::from(model.capacity[room]), model.end(person, first));
        let days = &self.room_days[room * model.days + first..room * model.days + end];
        let taken = |genders: [i32; 2]| genders[0] + genders[1] >= capacity || genders[other] > 0;
        // Days that are free as they are stay so unless somebody has come.
        let stays = moved.placed == 0;
        let found = days.iter().zip(first..).find(|(today, day)| {
            let free = stays && !taken(today.genders.map(i32::from));
            !free && taken(self.genders_but(room, *day, moved))
        });
        found.map(|(_, day)| day)
    }

    /// How many of each gender are in a room once some have moved.
    #[inline]
    pub fn genders_but(&self, room: usize, day: usize, moved: Moved<'_>) -> [i32; 2] {
        let mut genders = self.room_days[room * self.model.days + day].genders.map(i32::from);
        for (at, mover) in moved.movers.iter().enumerate().filter(|(_, mover)| mover.is_there(day)) {
            let here = usize::from(mover.room) == room;
            genders[usize::from(mover.gender)] += i32::from(!here && at < moved.placed) - i32::from(here);
        }
        genders
    }

    /// The guest at a rank in a room once some have moved, unless that is one of those.
    pub fn guest_but(&self, room: usize, day: usize, rank: usize, moved: Moved<'_>) -> Option<usize> {
        let come = |mover: &&Mover| mover.is_there(day) && usize::from(mover.room) != room;
        let stay = self.guests(room, day).iter().filter(|guest| moved.movers.iter().all(|mover| mover.patient != **guest));
        let found = stay.enumerate().find(|(at, guest)| {
            let before = moved.movers.iter().take(moved.placed).filter(come).filter(|mover| mover.patient < **guest);
            at + before.count() == rank
        });
        found.map(|(_, guest)| usize::from(*guest))
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
        for today in &mut self.room_days[room * model.days + day..room * model.days + model.end(patient, day)] {
            today.add(person);
        }
        self.count_surgery(patient, day, usize::from(spot.theater));
        let (care, first) = (model.care_of(patient, day), day * model.shifts);
        let place = room * model.slots() + first;
        let mut row = first * model.nurses;
        for (care, nurse) in care.iter().zip(&self.nurse[place..place + care.len()]) {
            self.slack[row + usize::from(*nurse)] -= i32::from(care.load);
            row += model.nurses;
        }
    }

    /// Takes a patient out of the counts.
    #[inline]
    pub fn count_out(&mut self, patient: usize, spot: Spot) {
        let model = self.model;
        let person = &model.persons[patient];
        let (room, day) = (usize::from(spot.room), usize::from(spot.day));
        for today in &mut self.room_days[room * model.days + day..room * model.days + model.end(patient, day)] {
            today.take(person);
        }
        self.discount_surgery(patient, day, usize::from(spot.theater));
        let (care, first) = (model.care_of(patient, day), day * model.shifts);
        let place = room * model.slots() + first;
        let mut row = first * model.nurses;
        for (care, nurse) in care.iter().zip(&self.nurse[place..place + care.len()]) {
            self.slack[row + usize::from(*nurse)] += i32::from(care.load);
            row += model.nurses;
        }
    }
}

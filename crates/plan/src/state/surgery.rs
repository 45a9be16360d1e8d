//! Theatres and surgeons: minutes, opened theatres, surgeons who change between theatres.

use super::{Delta, State};
use crate::rng::Rng;

impl State<'_> {
    /// What one more operation in this theatre on this day is worth.
    #[inline]
    pub fn surgery_delta(&self, patient: usize, day: usize, theater: usize) -> Delta {
        let model = self.model;
        let person = &model.persons[patient];
        let (at, surgeon) = (day * model.theaters + theater, day * model.surgeons + usize::from(person.surgeon));
        let opens = self.theater_cases[at] == 0;
        let changes = self.surgeon_theaters[surgeon] > 0 && self.surgeon_cases[surgeon * model.theaters + theater] == 0;
        let room = (model.theater_minutes[at] - self.theater_used[at]).max(0);
        let time = (model.surgeon_minutes[surgeon] - self.surgeon_used[surgeon]).max(0);
        Delta {
            soft: i64::from(opens) * i64::from(model.weights.open_operating_theater) + i64::from(changes) * i64::from(model.weights.surgeon_transfer),
            hard: i64::from((person.duration - room).max(0)) + i64::from((person.duration - time).max(0)),
        }
    }

    /// Minutes taken on a day: of a theatre and of a surgeon.
    pub fn minutes_used(&self, day: usize, theater: usize, surgeon: usize) -> (i32, i32) {
        (self.theater_used[day * self.model.theaters + theater], self.surgeon_used[day * self.model.surgeons + surgeon])
    }

    /// Whether the surgeon has the minutes left on a day.
    #[inline]
    pub fn surgeon_has_time(&self, patient: usize, day: usize) -> bool {
        let person = &self.model.persons[patient];
        let surgeon = day * self.model.surgeons + usize::from(person.surgeon);
        self.model.surgeon_minutes[surgeon] - self.surgeon_used[surgeon] >= person.duration
    }

    /// The theatre where one more operation is cheapest; among equals the draw decides.
    #[inline]
    pub fn best_theater(&self, patient: usize, day: usize, hard_price: i64, rng: &mut Rng) -> usize {
        let theaters = self.model.theaters;
        let start = rng.below(theaters);
        let mut best = (i64::MAX, start);
        for step in 0..theaters {
            let theater = if start + step < theaters { start + step } else { start + step - theaters };
            let delta = self.surgery_delta(patient, day, theater);
            let cost = delta.soft + delta.hard * hard_price;
            if cost < best.0 {
                best = (cost, theater);
            }
        }
        best.1
    }

    #[inline]
    pub(super) fn add_surgery(&mut self, patient: usize, day: usize, theater: usize) {
        let (model, person) = (self.model, &self.model.persons[patient]);
        let (at, surgeon) = (day * model.theaters + theater, day * model.surgeons + usize::from(person.surgeon));
        self.theater_used[at] += person.duration;
        self.theater_cases[at] += 1;
        self.surgeon_used[surgeon] += person.duration;
        let cases = &mut self.surgeon_cases[surgeon * model.theaters + theater];
        *cases += 1;
        self.surgeon_theaters[surgeon] += u16::from(*cases == 1);
        self.rank[patient] = self.admitted[day].len() as u16;
        self.admitted[day].push(patient as u16);
    }

    #[inline]
    pub(super) fn drop_surgery(&mut self, patient: usize, day: usize, theater: usize) {
        let (model, person) = (self.model, &self.model.persons[patient]);
        let (at, surgeon) = (day * model.theaters + theater, day * model.surgeons + usize::from(person.surgeon));
        self.theater_used[at] -= person.duration;
        self.theater_cases[at] -= 1;
        self.surgeon_used[surgeon] -= person.duration;
        let cases = &mut self.surgeon_cases[surgeon * model.theaters + theater];
        *cases -= 1;
        self.surgeon_theaters[surgeon] -= u16::from(*cases == 0);
        let rank = usize::from(self.rank[patient]);
        self.admitted[day].swap_remove(rank);
        if let Some(moved) = self.admitted[day].get(rank) {
            self.rank[usize::from(*moved)] = rank as u16;
        }
        let delta = self.surgery_delta(patient, day, theater);
        self.soft -= delta.soft;
        self.hard -= delta.hard;
    }
}

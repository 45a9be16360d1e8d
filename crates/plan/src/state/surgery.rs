//! Theatres and surgeons: minutes, opened theatres, surgeons who change between theatres.

use super::{Delta, Mover, State};
use crate::model::Spot;
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

    /// Whether two admitted patients could change days as far as their surgeons' minutes go.
    #[inline]
    pub fn can_change_days(&self, one: usize, other: usize) -> bool {
        let model = self.model;
        let takes = |comes: usize, goes: usize| {
            let (person, leaver) = (&model.persons[comes], &model.persons[goes]);
            let at = usize::from(self.spots[goes].day) * model.surgeons + usize::from(person.surgeon);
            let freed = if leaver.surgeon == person.surgeon { leaver.duration } else { 0 };
            model.surgeon_minutes[at] - self.surgeon_used[at] + freed >= person.duration
        };
        takes(one, other) && takes(other, one)
    }

    /// Whether a patient's surgeon has the minutes on a day once the patient and others have left theirs.
    pub fn has_time_but(&self, patient: usize, day: usize, left: &[Mover]) -> bool {
        let model = self.model;
        let person = &model.persons[patient];
        let at = day * model.surgeons + usize::from(person.surgeon);
        let leavers = left.iter().filter(|mover| usize::from(mover.first) == day).map(|mover| &model.persons[usize::from(mover.patient)]);
        let freed = leavers.filter(|other| other.surgeon == person.surgeon).map(|other| other.duration).sum::<i32>();
        model.surgeon_minutes[at] - self.surgeon_used[at] + freed >= person.duration
    }

    /// Whether a patient's surgeon has the minutes on the day of another's operation once that one is off.
    #[inline]
    pub fn gives_time(&self, patient: usize, leaver: usize) -> bool {
        let model = self.model;
        let (person, other) = (&model.persons[patient], &model.persons[leaver]);
        let at = usize::from(self.spots[leaver].day) * model.surgeons + usize::from(person.surgeon);
        person.surgeon == other.surgeon && model.surgeon_minutes[at] - self.surgeon_used[at] + other.duration >= person.duration
    }

    /// What an operation costs where it is: what its leaving would gain.
    #[inline]
    pub(super) fn surgery_gain(&self, patient: usize, day: usize, theater: usize) -> Delta {
        let model = self.model;
        let person = &model.persons[patient];
        let (at, surgeon) = (day * model.theaters + theater, day * model.surgeons + usize::from(person.surgeon));
        let closes = self.theater_cases[at] == 1;
        let stays = self.surgeon_theaters[surgeon] > 1 && self.surgeon_cases[surgeon * model.theaters + theater] == 1;
        let over = (self.theater_used[at] - model.theater_minutes[at]).max(0);
        let late = (self.surgeon_used[surgeon] - model.surgeon_minutes[surgeon]).max(0);
        Delta {
            soft: i64::from(closes) * i64::from(model.weights.open_operating_theater) + i64::from(stays) * i64::from(model.weights.surgeon_transfer),
            hard: i64::from(over.min(person.duration)) + i64::from(late.min(person.duration)),
        }
    }

    /// What it is worth to operate on an admitted patient on another day or in another theatre.
    #[inline]
    pub(super) fn surgery_shift(&self, patient: usize, to: Spot) -> Delta {
        let from = self.spots[patient];
        if from.day == to.day && from.theater == to.theater {
            return Delta::default();
        }
        let (day, theater) = (usize::from(to.day), usize::from(to.theater));
        let gain = self.surgery_gain(patient, usize::from(from.day), usize::from(from.theater));
        let mut delta = self.surgery_delta(patient, day, theater);
        if from.day == to.day {
            delta = self.same_day(patient, day, theater);
        }
        Delta { soft: delta.soft - gain.soft, hard: delta.hard - gain.hard }
    }

    /// `surgery_delta` on the day that the patient is operated on already: the surgeon's minutes stay as they are, and
    /// the theatre that is left does not count among those between which the surgeon changes.
    fn same_day(&self, patient: usize, day: usize, theater: usize) -> Delta {
        let model = self.model;
        let person = &model.persons[patient];
        let (at, surgeon) = (day * model.theaters + theater, day * model.surgeons + usize::from(person.surgeon));
        let left = usize::from(self.spots[patient].theater);
        let emptied = u16::from(self.surgeon_cases[surgeon * model.theaters + left] == 1);
        let elsewhere = self.surgeon_theaters[surgeon] - emptied;
        let changes = elsewhere > 0 && self.surgeon_cases[surgeon * model.theaters + theater] == 0;
        let opens = self.theater_cases[at] == 0;
        let room = (model.theater_minutes[at] - self.theater_used[at]).max(0);
        let late = (self.surgeon_used[surgeon] - model.surgeon_minutes[surgeon]).max(0);
        Delta {
            soft: i64::from(opens) * i64::from(model.weights.open_operating_theater) + i64::from(changes) * i64::from(model.weights.surgeon_transfer),
            hard: i64::from((person.duration - room).max(0)) + i64::from(late.min(person.duration)),
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
        let model = self.model;
        let (theaters, person) = (model.theaters, &model.persons[patient]);
        let start = rng.below(theaters);
        let surgeon = day * model.surgeons + usize::from(person.surgeon);
        let (row, own) = (day * theaters, &self.surgeon_cases[surgeon * theaters..(surgeon + 1) * theaters]);
        let (minutes, used) = (&model.theater_minutes[row..row + theaters], &self.theater_used[row..row + theaters]);
        let cases = &self.theater_cases[row..row + theaters];
        let (open, transfer) = (i64::from(model.weights.open_operating_theater), i64::from(model.weights.surgeon_transfer));
        let transfer = if self.surgeon_theaters[surgeon] > 0 { transfer } else { 0 };
        let mut best = (i64::MAX, start);
        // The surgeon's own minutes are the same in all of them.
        for theater in (start..theaters).chain(0..start) {
            let over = (person.duration - (minutes[theater] - used[theater]).max(0)).max(0);
            let soft = i64::from(cases[theater] == 0) * open + i64::from(own[theater] == 0) * transfer;
            let cost = soft + i64::from(over) * hard_price;
            if cost < best.0 {
                best = (cost, theater);
            }
            if cost == 0 {
                break;
            }
        }
        best.1
    }

    #[inline]
    pub(super) fn add_surgery(&mut self, patient: usize, day: usize, theater: usize) {
        self.count_surgery(patient, day, theater);
        let list = &mut self.admitted[day];
        let rank = list.partition_point(|other| usize::from(*other) < patient);
        list.insert(rank, patient as u16);
    }

    #[inline]
    pub(super) fn drop_surgery(&mut self, patient: usize, day: usize, theater: usize) {
        self.discount_surgery(patient, day, theater);
        let list = &mut self.admitted[day];
        let rank = list.partition_point(|other| usize::from(*other) < patient);
        list.remove(rank);
    }

    #[inline]
    pub(super) fn count_surgery(&mut self, patient: usize, day: usize, theater: usize) {
        let (model, person) = (self.model, &self.model.persons[patient]);
        let (at, surgeon) = (day * model.theaters + theater, day * model.surgeons + usize::from(person.surgeon));
        self.theater_used[at] += person.duration;
        self.theater_cases[at] += 1;
        self.surgeon_used[surgeon] += person.duration;
        let cases = &mut self.surgeon_cases[surgeon * model.theaters + theater];
        *cases += 1;
        self.surgeon_theaters[surgeon] += u16::from(*cases == 1);
    }

    #[inline]
    pub(super) fn discount_surgery(&mut self, patient: usize, day: usize, theater: usize) {
        let (model, person) = (self.model, &self.model.persons[patient]);
        let (at, surgeon) = (day * model.theaters + theater, day * model.surgeons + usize::from(person.surgeon));
        self.theater_used[at] -= person.duration;
        self.theater_cases[at] -= 1;
        self.surgeon_used[surgeon] -= person.duration;
        let cases = &mut self.surgeon_cases[surgeon * model.theaters + theater];
        *cases -= 1;
        self.surgeon_theaters[surgeon] -= u16::from(*cases == 0);
    }
}

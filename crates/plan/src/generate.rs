//! Instances made up by seed, so that tests and demonstrations need no outside file. A hidden plan is drawn first
//! and the demand laid around it, so that every mandatory patient can be admitted.

use crate::instance::{Instance, Nurse, Occupant, Patient, Room, Shift, Surgeon, Theater, Weights};
use crate::rng::Rng;

/// How large a hospital to make up.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub days: usize,
    pub patients: usize,
    pub occupants: usize,
    pub rooms: usize,
    pub nurses: usize,
    pub theaters: usize,
    pub surgeons: usize,
}

impl Size {
    /// A ward or two for a week: plans of this size take a second.
    pub const SMALL: Size = Size { days: 7, patients: 24, occupants: 4, rooms: 5, nurses: 12, theaters: 2, surgeons: 2 };
    /// A hospital of middle size over three weeks.
    pub const MIDDLE: Size = Size { days: 21, patients: 180, occupants: 18, rooms: 14, nurses: 36, theaters: 5, surgeons: 4 };
}

const SHIFTS: [&str; 3] = ["early", "late", "night"];
const AGES: [&str; 3] = ["infant", "adult", "elderly"];
const LONGEST_STAY: usize = 9;

/// A hospital from a seed; the same seed gives the same file. Sizes of 0 are taken as 1 where a hospital needs one.
pub fn generate(size: Size, seed: u64) -> Instance {
    let mut rng = Rng::new(seed);
    let rng = &mut rng;
    let days = size.days.max(1);
    let rooms: Vec<Room> = (0..size.rooms.max(1)).map(|at| Room { id: format!("r{at}"), capacity: 2 + rng.below(3) as u16 }).collect();
    let occupants = occupants(rng, size.occupants, &rooms);
    let mut instance = Instance {
        days,
        skill_levels: 3,
        shift_types: SHIFTS.map(str::to_owned).to_vec(),
        age_groups: AGES.map(str::to_owned).to_vec(),
        patients: Vec::new(),
        surgeons: minutes(rng, size.surgeons, days, 5).into_iter().map(|(id, max_surgery_time)| Surgeon { id: format!("s{id}"), max_surgery_time }).collect(),
        operating_theaters: minutes(rng, size.theaters, days, 12)
            .into_iter()
            .map(|(id, availability)| Theater { id: format!("t{id}"), availability })
            .collect(),
        nurses: nurses(rng, size.nurses, days),
        weights: weights(rng),
        occupants,
        rooms,
    };
    let mut free = Free::of(&instance);
    for at in 0..size.patients {
        let patient = patient(rng, at, &instance, &mut free);
        instance.patients.push(patient);
    }
    instance
}

fn weights(rng: &mut Rng) -> Weights {
    let mut of = |choices: [u32; 3]| choices[rng.below(3)];
    Weights {
        room_mixed_age: of([1, 5, 5]),
        room_nurse_skill: of([1, 5, 10]),
        continuity_of_care: of([1, 5, 5]),
        nurse_eccessive_workload: of([1, 5, 10]),
        open_operating_theater: of([10, 30, 50]),
        surgeon_transfer: of([1, 5, 10]),
        patient_delay: of([5, 10, 15]),
        unscheduled_optional: of([150, 300, 500]),
    }
}

/// One day in `closed` is without minutes.
fn minutes(rng: &mut Rng, count: usize, days: usize, closed: usize) -> Vec<(usize, Vec<u32>)> {
    let mut day = || if rng.below(closed) == 0 { 0 } else { 360 + 120 * rng.below(4) as u32 };
    (0..count.max(1)).map(|at| (at, (0..days).map(|_| day()).collect())).collect()
}

fn nurses(rng: &mut Rng, count: usize, days: usize) -> Vec<Nurse> {
    let count = count.max(SHIFTS.len());
    let mut made = Vec::new();
    for at in 0..count {
        let most = 5 + 5 * rng.below(3) as u32;
        let mut working_shifts = Vec::new();
        for day in 0..days {
            // The first three are always there, one a shift, so that no shift is without a nurse.
            if at < SHIFTS.len() || rng.below(7) < 5 {
                let shift = if at < SHIFTS.len() { at } else { (at + day / 3) % SHIFTS.len() };
                working_shifts.push(Shift { day, shift: SHIFTS[shift].to_owned(), max_load: most });
            }
        }
        made.push(Nurse { id: format!("n{at}"), skill_level: rng.below(3) as u8, working_shifts });
    }
    made
}

fn care(rng: &mut Rng, stay: usize) -> (Vec<u16>, Vec<u8>) {
    (0..stay * SHIFTS.len()).map(|_| (1 + rng.below(3) as u16, rng.below(3) as u8)).unzip()
}

fn occupants(rng: &mut Rng, count: usize, rooms: &[Room]) -> Vec<Occupant> {
    let mut taken = vec![0; rooms.len()];
    let mut made = Vec::new();
    for at in 0..count {
        let room = rng.below(rooms.len());
        if taken[room] >= rooms[room].capacity {
            continue;
        }
        taken[room] += 1;
        let length_of_stay = 1 + rng.below(LONGEST_STAY / 2);
        let (workload_produced, skill_level_required) = care(rng, length_of_stay);
        made.push(Occupant {
            id: format!("a{at}"),
            gender: gender(room).to_owned(),
            age_group: AGES[rng.below(3)].to_owned(),
            length_of_stay,
            workload_produced,
            skill_level_required,
            room_id: rooms[room].id.clone(),
        });
    }
    made
}

/// In the hidden plan a room is for one gender throughout.
fn gender(room: usize) -> &'static str {
    if room.is_multiple_of(2) { "A" } else { "B" }
}

/// What the hidden plan leaves free.
struct Free {
    beds: Vec<Vec<u16>>,
    theater: Vec<Vec<u32>>,
    surgeon: Vec<Vec<u32>>,
}

impl Free {
    fn of(instance: &Instance) -> Free {
        let mut beds: Vec<Vec<u16>> = instance.rooms.iter().map(|room| vec![room.capacity; instance.days]).collect();
        for occupant in &instance.occupants {
            let room = instance.rooms.iter().position(|room| room.id == occupant.room_id);
            for bed in room.and_then(|room| beds.get_mut(room)).into_iter().flatten().take(occupant.length_of_stay) {
                *bed = bed.saturating_sub(1);
            }
        }
        Free {
            beds,
            theater: instance.operating_theaters.iter().map(|theater| theater.availability.clone()).collect(),
            surgeon: instance.surgeons.iter().map(|surgeon| surgeon.max_surgery_time.clone()).collect(),
        }
    }

    /// Books a spot if there is one.
    fn book(&mut self, room: usize, day: usize, stay: usize, theater: usize, surgeon: usize, duration: u32) -> bool {
        let nights = day..(day + stay).min(self.beds[room].len());
        let free = self.beds[room][nights.clone()].iter().all(|beds| *beds > 0);
        if !free || self.theater[theater][day] < duration || self.surgeon[surgeon][day] < duration {
            return false;
        }
        self.beds[room][nights].iter_mut().for_each(|beds| *beds -= 1);
        self.theater[theater][day] -= duration;
        self.surgeon[surgeon][day] -= duration;
        true
    }
}

/// A patient around a spot of the hidden plan; optional if there is none left.
fn patient(rng: &mut Rng, at: usize, instance: &Instance, free: &mut Free) -> Patient {
    let (rooms, days) = (instance.rooms.len(), instance.days);
    let (room, day) = (rng.below(rooms), rng.below(days));
    let (theater, surgeon) = (rng.below(free.theater.len()), rng.below(free.surgeon.len()));
    let length_of_stay = 1 + rng.below(LONGEST_STAY);
    let surgery_duration = 60 + 30 * rng.below(7) as u32;
    let mandatory = rng.below(3) == 0 && free.book(room, day, length_of_stay, theater, surgeon, surgery_duration);
    let surgery_release_day = day.saturating_sub(rng.below(4));
    let due = (day + rng.below(6)).min(days - 1);
    let (workload_produced, skill_level_required) = care(rng, length_of_stay);
    let banned = |candidate: &usize| *candidate != room;
    Patient {
        id: format!("p{at}"),
        mandatory,
        gender: gender(room).to_owned(),
        age_group: AGES[rng.below(3)].to_owned(),
        length_of_stay,
        surgery_release_day,
        surgery_due_day: mandatory.then_some(due),
        surgery_duration,
        surgeon_id: instance.surgeons[surgeon].id.clone(),
        incompatible_room_ids: Some(rng.below(rooms)).filter(banned).map(|room| instance.rooms[room].id.clone()).into_iter().collect(),
        workload_produced,
        skill_level_required,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Model;

    #[test]
    fn a_seed_names_a_hospital_that_can_be_planned() {
        for seed in 0..20 {
            let made = generate(Size::SMALL, seed);
            let text = serde_json::to_string(&made).unwrap();
            assert_eq!(text, serde_json::to_string(&generate(Size::SMALL, seed)).unwrap());
            let model = Model::parse(&text).unwrap();
            assert!(model.persons.iter().take(model.patients).any(|person| person.mandatory));
        }
    }
}

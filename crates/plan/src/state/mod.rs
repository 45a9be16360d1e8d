//! A plan together with everything that is counted about it, kept up to date move by move.
//!
//! Each function that changes the state changes `soft` and `hard` by exactly what the move is worth; the questions
//! (`*_delta`) say it beforehand. Tests hold both against `evaluate`. Nothing here allocates after `State::new`.
//!
//! A room-shift always has a nurse who is on duty, and a patient is only put where the domains allow, so of the hard
//! rules only four are ever broken on the way: gender, capacity, minutes and the unscheduled mandatory patient.

mod care;
mod free;
mod relocation;
mod sketch;
mod spot;
mod surgery;

pub use free::{WORD_DAYS, pick_day};
pub use sketch::{Moved, Mover};

use crate::build::MOST_AGE_GROUPS;
use crate::model::{Model, NONE, Person, Spot};
use crate::rng::Rng;
use crate::solution::Plan;
use crate::terms::Terms;

/// What one broken hard rule weighs beside the others: a minute of overtime is 1.
pub const HARD_PERSON_DAY: i64 = 60;
pub const HARD_UNSCHEDULED: i64 = 600;

/// Beds beyond a room's capacity that the search may use on its way.
const SPARE_BEDS: usize = 2;

/// Who is in a room on a day, as counts.
#[derive(Clone, Copy, Debug, Default)]
struct RoomDay {
    /// One bit an age group that somebody is of.
    present: u16,
    genders: [u8; 2],
    /// Persons by age group.
    ages: [u8; MOST_AGE_GROUPS],
}

impl RoomDay {
    #[inline]
    fn count(self) -> usize {
        usize::from(self.genders[0]) + usize::from(self.genders[1])
    }

    #[inline]
    fn add(&mut self, person: &Person) {
        let (gender, age) = (usize::from(person.gender), usize::from(person.age));
        self.genders[gender] += 1;
        self.ages[age] += 1;
        self.present |= 1 << age;
    }

    #[inline]
    fn take(&mut self, person: &Person) {
        let (gender, age) = (usize::from(person.gender), usize::from(person.age));
        self.genders[gender] -= 1;
        self.ages[age] -= 1;
        self.present &= !(u16::from(self.ages[age] == 0) << age);
    }
}

/// How far outside the ages that are present, which are some, a person's age lies.
#[inline]
fn age_beyond(present: u16, age: u8) -> u32 {
    let (youngest, oldest) = (present.trailing_zeros(), u16::BITS - 1 - present.leading_zeros());
    youngest.saturating_sub(u32::from(age)) + u32::from(age).saturating_sub(oldest)
}

/// A change of cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delta {
    pub soft: i64,
    /// In minutes of overtime and what counts like them.
    pub hard: i64,
}

impl std::ops::AddAssign for Delta {
    #[inline]
    fn add_assign(&mut self, other: Delta) {
        self.soft += other.soft;
        self.hard += other.hard;
    }
}

/// See the module's words.
#[derive(Clone, Debug)]
pub struct State<'m> {
    pub model: &'m Model,
    pub terms: &'m Terms,
    pub soft: i64,
    pub hard: i64,
    spots: Vec<Spot>,
    nurse: Vec<u16>,
    room_days: Vec<RoomDay>,
    /// By `gender * rooms + room`: one bit a day on which nobody of that gender may be added.
    closed: Vec<u64>,
    /// `beds` places a room and day, the first `count()` of them taken, in order of number: a plan has one state, so
    /// a move that is refused leaves no trace, whether it was made and taken back or judged beforehand.
    guests: Vec<u16>,
    beds: usize,
    /// By `room * slots + slot`.
    room_load: Vec<i32>,
    /// By `slot * nurses + nurse`: what the nurse could still take, negative if overloaded.
    slack: Vec<i32>,
    /// By `person * nurses + nurse`: how many shifts they share.
    meets: Vec<u16>,
    /// By person: how many nurses they meet.
    distinct: Vec<u16>,
    theater_used: Vec<i32>,
    theater_cases: Vec<u16>,
    surgeon_used: Vec<i32>,
    /// By `(day * surgeons + surgeon) * theaters + theater`.
    surgeon_cases: Vec<u16>,
    surgeon_theaters: Vec<u16>,
    /// Who is admitted, by day, in order of number.
    admitted: Vec<Vec<u16>>,
    /// By patient: what the search takes off the cost of not admitting them; 0 where the cost is the true one.
    rebate: Vec<i64>,
    /// Marks nurses already counted while a stay is looked at.
    seen: Vec<u32>,
    round: u32,
}

impl<'m> State<'m> {
    /// Nobody but the occupants in the house; a nurse who is on duty in every room, drawn at random.
    pub fn new(model: &'m Model, terms: &'m Terms, rng: &mut Rng) -> State<'m> {
        let beds = usize::from(model.capacity.iter().copied().max().unwrap_or(0)) + SPARE_BEDS;
        let slots = model.slots();
        let mut state = State {
            model,
            terms,
            soft: 0,
            hard: 0,
            spots: vec![Spot::NOWHERE; model.persons.len()],
            nurse: vec![NONE; model.rooms * slots],
            room_days: vec![RoomDay::default(); model.rooms * model.days],
            closed: (0..2 * model.rooms).map(|at| if model.capacity[at % model.rooms] == 0 { u64::MAX } else { 0 }).collect(),
            guests: vec![NONE; model.rooms * model.days * beds],
            beds,
            room_load: vec![0; model.rooms * slots],
            slack: model.nurse_load.clone(),
            meets: vec![0; model.persons.len() * model.nurses],
            distinct: vec![0; model.persons.len()],
            theater_used: vec![0; model.days * model.theaters],
            theater_cases: vec![0; model.days * model.theaters],
            surgeon_used: vec![0; model.days * model.surgeons],
            surgeon_cases: vec![0; model.days * model.surgeons * model.theaters],
            surgeon_theaters: vec![0; model.days * model.surgeons],
            admitted: vec![Vec::with_capacity(model.patients); model.days],
            rebate: vec![0; model.patients],
            seen: vec![0; model.nurses],
            round: 0,
        };
        for room in 0..model.rooms {
            for slot in 0..slots {
                let place = room * slots + slot;
                state.nurse[place] = rng.pick(&model.on_duty[slot]).copied().unwrap_or(NONE);
                state.soft += terms.nurse_price(place, state.nurse[place]);
            }
        }
        for (at, room) in model.occupant_rooms.iter().enumerate() {
            state.settle(model.patients + at, Spot { day: 0, room: *room, theater: NONE });
        }
        for patient in 0..model.patients {
            let cost = state.absence(patient);
            state.soft += cost.soft;
            state.hard += cost.hard;
        }
        state
    }

    /// Takes over a plan as far as the domains allow: who stands outside them is not admitted, and a nurse off duty
    /// is replaced by one at random.
    pub fn load(&mut self, plan: &Plan, rng: &mut Rng) {
        for patient in 0..self.model.patients {
            if !self.spots[patient].is_nowhere() {
                self.remove(patient);
            }
        }
        for place in 0..self.nurse.len().min(plan.nurses.len()) {
            let slot = place % self.model.slots();
            let wanted = plan.nurses[place];
            let on_duty = wanted != NONE && self.model.nurse_load[slot * self.model.nurses + usize::from(wanted)] >= 0;
            let nurse = if on_duty { Some(wanted) } else { rng.pick(&self.model.on_duty[slot]).copied() };
            if let Some(nurse) = nurse.filter(|nurse| *nurse != self.nurse[place]) {
                self.set_nurse(place, nurse);
            }
        }
        for (patient, spot) in plan.spots.iter().enumerate().take(self.model.patients) {
            if !spot.is_nowhere() && self.allows(patient, *spot) && self.has_bed(patient, *spot) {
                self.insert(patient, *spot);
            }
        }
    }

    /// Whether a spot is within the patient's domain.
    pub fn allows(&self, patient: usize, spot: Spot) -> bool {
        self.model.allows(patient, spot)
    }

    pub fn spot(&self, person: usize) -> Spot {
        self.spots[person]
    }

    pub fn nurse(&self, place: usize) -> u16 {
        self.nurse[place]
    }

    pub fn plan(&self) -> Plan {
        Plan { spots: self.spots[..self.model.patients].to_vec(), nurses: self.nurse.clone() }
    }

    /// Overwrites a plan without allocating.
    pub fn write_plan(&self, plan: &mut Plan) {
        plan.spots.copy_from_slice(&self.spots[..self.model.patients]);
        plan.nurses.copy_from_slice(&self.nurse);
    }

    /// Who is in a room on a day.
    #[inline]
    pub fn guests(&self, room: usize, day: usize) -> &[u16] {
        let at = room * self.model.days + day;
        &self.guests[at * self.beds..at * self.beds + self.room_days[at].count()]
    }

    /// Who is admitted on a day.
    #[inline]
    pub fn admitted(&self, day: usize) -> &[u16] {
        &self.admitted[day]
    }

    /// What it costs that a patient is not admitted.
    #[inline]
    pub fn absence(&self, patient: usize) -> Delta {
        let person = &self.model.persons[patient];
        let price = self.terms.spot_price(patient, Spot::NOWHERE);
        if person.mandatory {
            Delta { soft: price, hard: HARD_UNSCHEDULED }
        } else {
            Delta { soft: i64::from(self.model.weights.unscheduled_optional) + price - self.rebate[patient], hard: 0 }
        }
    }

    /// Sets the rebates to `parts` of 256 of these prices. While any is given, `soft` is not the plan's true cost.
    pub fn set_rebates(&mut self, prices: &[i64], parts: i64) {
        for patient in 0..self.model.patients {
            let rebate = if self.model.persons[patient].mandatory { 0 } else { prices.get(patient).map_or(0, |price| price * parts / 256) };
            if self.spots[patient].is_nowhere() {
                self.soft += self.rebate[patient] - rebate;
            }
            self.rebate[patient] = rebate;
        }
    }

    /// Whose place breaks a rule, or who must have one and has none. The list is overwritten.
    pub fn troubled(&self, out: &mut Vec<u16>) {
        out.clear();
        out.extend((0..self.model.patients).filter(|patient| self.is_troubled(*patient)).map(|patient| patient as u16));
    }

    fn is_troubled(&self, patient: usize) -> bool {
        let (model, spot) = (self.model, self.spots[patient]);
        let person = &model.persons[patient];
        if spot.is_nowhere() {
            return person.mandatory;
        }
        let (day, room) = (usize::from(spot.day), usize::from(spot.room));
        let theater = day * model.theaters + usize::from(spot.theater);
        let surgeon = day * model.surgeons + usize::from(person.surgeon);
        let over = self.theater_used[theater] > model.theater_minutes[theater] || self.surgeon_used[surgeon] > model.surgeon_minutes[surgeon];
        let broken = |today: &RoomDay| today.count() > usize::from(model.capacity[room]) || (today.genders[0] > 0 && today.genders[1] > 0);
        over || self.room_days[room * model.days + day..room * model.days + model.end(patient, day)].iter().any(broken)
    }

    /// The plan's cost without rebates.
    pub fn true_soft(&self) -> i64 {
        let given = (0..self.model.patients).filter(|patient| self.spots[*patient].is_nowhere()).map(|patient| self.rebate[patient]);
        self.soft + given.sum::<i64>()
    }
}

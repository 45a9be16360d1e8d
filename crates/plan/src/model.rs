//! An instance as flat arrays of small numbers, the form that the search reads.
//!
//! A `Model` is only made by `build`, which checks every reference and length; whatever indexes into it may
//! therefore rely on each stored number being within its table.

use crate::instance::{Instance, Weights};

/// "Nobody", "nowhere" or "not admitted" in arrays of small indices.
pub const NONE: u16 = u16::MAX;

/// A patient or an occupant. Occupants follow the patients in `Model::persons`.
#[derive(Clone, Debug)]
pub struct Person {
    pub gender: u8,
    pub age: u8,
    pub stay: u16,
    pub mandatory: bool,
    pub release: u16,
    /// The last day of admission, within the horizon.
    pub due: u16,
    pub duration: i32,
    pub surgeon: u16,
    /// Where this person's care begins in `Model::care`: one entry a shift of the stay.
    pub profile: usize,
}

/// What one shift of a stay asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Care {
    pub load: i16,
    pub skill: i16,
}

/// Where and when a person is: `day == NONE` for one who is not admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Spot {
    pub day: u16,
    pub room: u16,
    pub theater: u16,
}

impl Spot {
    pub const NOWHERE: Spot = Spot { day: NONE, room: NONE, theater: NONE };

    pub fn is_nowhere(self) -> bool {
        self.day == NONE
    }
}

/// The names behind the numbers, for files and explanations.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Patients, then occupants.
    pub persons: Vec<String>,
    pub rooms: Vec<String>,
    pub nurses: Vec<String>,
    pub theaters: Vec<String>,
    pub surgeons: Vec<String>,
    pub shifts: Vec<String>,
    pub ages: Vec<String>,
}

/// The instance that a search works on.
#[derive(Clone, Debug)]
pub struct Model {
    pub days: usize,
    /// Shifts a day.
    pub shifts: usize,
    pub rooms: usize,
    pub nurses: usize,
    pub theaters: usize,
    pub surgeons: usize,
    pub patients: usize,
    pub persons: Vec<Person>,
    /// Of each occupant its room, in the order of `persons[patients..]`.
    pub occupant_rooms: Vec<u16>,
    pub care: Vec<Care>,
    pub capacity: Vec<u16>,
    /// By `patient * rooms + room`: rooms that the instance calls incompatible.
    pub banned: Vec<bool>,
    /// Rooms that a patient may be put in, leaving out those that occupants of the other gender never leave.
    pub allowed_rooms: Vec<Vec<u16>>,
    /// Days on which the patient's surgeon and some theatre have the minutes.
    pub allowed_days: Vec<Vec<u16>>,
    /// `allowed_days` as one bit a day, the first 64 days alone.
    pub day_set: Vec<u64>,
    /// By `patient * rooms + room`: whether the room is among `allowed_rooms`.
    pub room_open: Vec<bool>,
    /// By surgeon: whom they operate on.
    pub patients_of: Vec<Vec<u16>>,
    /// By `gender * rooms + room`: the first day from which occupants leave a place for that gender.
    pub free_from: Vec<u16>,
    /// By `day * theaters + theater`.
    pub theater_minutes: Vec<i32>,
    /// By `day * surgeons + surgeon`.
    pub surgeon_minutes: Vec<i32>,
    pub nurse_skill: Vec<i16>,
    /// By `slot * nurses + nurse`; -1 if off duty. A slot is `day * shifts + shift`.
    pub nurse_load: Vec<i32>,
    /// Who works, by slot.
    pub on_duty: Vec<Vec<u16>>,
    pub weights: Weights,
    pub names: Names,
}

impl Model {
    /// Checks an instance and lays it out.
    pub fn new(instance: &Instance) -> Result<Model, crate::error::InstanceError> {
        crate::build::build(instance)
    }

    /// Reads the competition's JSON.
    pub fn parse(text: &str) -> Result<Model, crate::error::InstanceError> {
        let instance: Instance = serde_json::from_str(text).map_err(crate::error::InstanceError::Syntax)?;
        Model::new(&instance)
    }

    pub fn slots(&self) -> usize {
        self.days * self.shifts
    }

    /// The first day after a stay that begins on `day`, cut at the horizon.
    #[inline]
    pub fn end(&self, person: usize, day: usize) -> usize {
        (day + usize::from(self.persons[person].stay)).min(self.days)
    }

    /// The care of a stay that begins on `day`, one entry a shift, cut at the horizon.
    #[inline]
    pub fn care_of(&self, person: usize, day: usize) -> &[Care] {
        let from = self.persons[person].profile;
        let length = (self.end(person, day) - day) * self.shifts;
        &self.care[from..from + length]
    }

    pub fn is_occupant(&self, person: usize) -> bool {
        person >= self.patients
    }

    pub fn is_banned(&self, patient: usize, room: usize) -> bool {
        self.banned[patient * self.rooms + room]
    }

    /// Whether rules that no plan can bend let the patient be in this room from this day.
    #[inline]
    pub fn leaves_place(&self, person: usize, day: usize, room: usize) -> bool {
        day >= usize::from(self.free_from[usize::from(self.persons[person].gender) * self.rooms + room])
    }

    /// Whether a spot is within the patient's domain.
    pub fn allows(&self, patient: usize, spot: Spot) -> bool {
        let known = usize::from(spot.theater) < self.theaters && usize::from(spot.room) < self.rooms;
        known
            && self.allowed_days[patient].contains(&spot.day)
            && self.room_open[patient * self.rooms + usize::from(spot.room)]
            && self.leaves_place(patient, usize::from(spot.day), usize::from(spot.room))
    }

    /// "day 3 late", as the explanations call a slot.
    pub fn slot_name(&self, slot: usize) -> String {
        let shift = self.names.shifts.get(slot % self.shifts.max(1)).map_or("", String::as_str);
        format!("day {} {shift}", slot / self.shifts.max(1))
    }
}

//! The competition's instance file, as it is written: IHTC 2024, section "Input files" of its problem description.

use serde::{Deserialize, Serialize};

/// A hospital, its staff and those who ask for a bed over some days. Field names are the file's own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Instance {
    pub days: usize,
    pub skill_levels: usize,
    pub shift_types: Vec<String>,
    pub age_groups: Vec<String>,
    pub occupants: Vec<Occupant>,
    pub patients: Vec<Patient>,
    pub surgeons: Vec<Surgeon>,
    pub operating_theaters: Vec<Theater>,
    pub rooms: Vec<Room>,
    pub nurses: Vec<Nurse>,
    pub weights: Weights,
}

/// Someone who is in a room when the horizon begins and stays there until discharge.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Occupant {
    pub id: String,
    pub gender: String,
    pub age_group: String,
    pub length_of_stay: usize,
    pub workload_produced: Vec<u16>,
    pub skill_level_required: Vec<u8>,
    pub room_id: String,
}

/// Someone who asks for surgery and a bed from that day on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Patient {
    pub id: String,
    pub mandatory: bool,
    pub gender: String,
    pub age_group: String,
    pub length_of_stay: usize,
    pub surgery_release_day: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surgery_due_day: Option<usize>,
    pub surgery_duration: u32,
    pub surgeon_id: String,
    #[serde(default)]
    pub incompatible_room_ids: Vec<String>,
    pub workload_produced: Vec<u16>,
    pub skill_level_required: Vec<u8>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Surgeon {
    pub id: String,
    pub max_surgery_time: Vec<u32>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Theater {
    pub id: String,
    pub availability: Vec<u32>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Room {
    pub id: String,
    pub capacity: u16,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Nurse {
    pub id: String,
    pub skill_level: u8,
    pub working_shifts: Vec<Shift>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Shift {
    pub day: usize,
    pub shift: String,
    pub max_load: u32,
}

/// What each unit of a soft cost weighs; `nurse_eccessive_workload` is spelt as the files spell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weights {
    pub room_mixed_age: u32,
    pub room_nurse_skill: u32,
    pub continuity_of_care: u32,
    pub nurse_eccessive_workload: u32,
    pub open_operating_theater: u32,
    pub surgeon_transfer: u32,
    pub patient_delay: u32,
    pub unscheduled_optional: u32,
}

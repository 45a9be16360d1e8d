//! The cost of a plan, counted from nothing, rule by rule, as the competition's validator counts it
//! (IHTC 2024, rules H1–H7 and costs S1–S8). The search never uses it; it is what the search is held against.

use crate::model::{Model, NONE};
use crate::solution::Plan;

/// Broken hard rules, each by its count: persons, minutes, room-days or room-shifts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Violations {
    pub room_gender_mix: i64,
    pub patient_room_compatibility: i64,
    pub surgeon_overtime: i64,
    pub operating_theater_overtime: i64,
    pub mandatory_unscheduled: i64,
    pub admission_day: i64,
    pub room_capacity: i64,
    pub nurse_presence: i64,
    pub uncovered_room: i64,
}

/// Soft costs, each with its weight in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Costs {
    pub room_age_mix: i64,
    pub room_skill_level: i64,
    pub continuity_of_care: i64,
    pub excessive_nurse_workload: i64,
    pub open_operating_theater: i64,
    pub surgeon_transfer: i64,
    pub patient_delay: i64,
    pub elective_unscheduled: i64,
}

impl Violations {
    /// Names as the competition's validator prints them.
    pub fn parts(&self) -> [(&'static str, i64); 9] {
        [
            ("RoomGenderMix", self.room_gender_mix),
            ("PatientRoomCompatibility", self.patient_room_compatibility),
            ("SurgeonOvertime", self.surgeon_overtime),
            ("OperatingTheaterOvertime", self.operating_theater_overtime),
            ("MandatoryUnscheduledPatients", self.mandatory_unscheduled),
            ("AdmissionDay", self.admission_day),
            ("RoomCapacity", self.room_capacity),
            ("NursePresence", self.nurse_presence),
            ("UncoveredRoom", self.uncovered_room),
        ]
    }

    pub fn total(&self) -> i64 {
        self.parts().iter().map(|(_, count)| count).sum()
    }
}

impl Costs {
    /// Names as the competition's validator prints them.
    pub fn parts(&self) -> [(&'static str, i64); 8] {
        [
            ("RoomAgeMix", self.room_age_mix),
            ("RoomSkillLevel", self.room_skill_level),
            ("ContinuityOfCare", self.continuity_of_care),
            ("ExcessiveNurseWorkload", self.excessive_nurse_workload),
            ("OpenOperatingTheater", self.open_operating_theater),
            ("SurgeonTransfer", self.surgeon_transfer),
            ("PatientDelay", self.patient_delay),
            ("ElectiveUnscheduledPatients", self.elective_unscheduled),
        ]
    }

    pub fn total(&self) -> i64 {
        self.parts().iter().map(|(_, cost)| cost).sum()
    }
}

/// What a plan breaks and what it costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    pub violations: Violations,
    pub costs: Costs,
}

impl Verdict {
    /// `violations: N` and `total cost: N`, each followed by its parts.
    pub fn to_text(&self) -> String {
        let mut text = format!("violations: {}\n", self.violations.total());
        for (name, count) in self.violations.parts() {
            text.push_str(&format!("  {name}: {count}\n"));
        }
        text.push_str(&format!("total cost: {}\n", self.costs.total()));
        for (name, cost) in self.costs.parts() {
            text.push_str(&format!("  {name}: {cost}\n"));
        }
        text
    }
}

/// Counts everything anew.
pub fn evaluate(model: &Model, plan: &Plan) -> Verdict {
    let mut verdict = Verdict::default();
    rooms(model, plan, &mut verdict);
    theaters(model, plan, &mut verdict);
    admissions(model, plan, &mut verdict);
    nurses(model, plan, &mut verdict);
    verdict
}

fn rooms(model: &Model, plan: &Plan, verdict: &mut Verdict) {
    let everyone = plan.everyone(model);
    for room in 0..model.rooms {
        for day in 0..model.days {
            let here = everyone.iter().enumerate().filter(|(person, spot)| {
                let from = usize::from(spot.day);
                !spot.is_nowhere() && usize::from(spot.room) == room && from <= day && day < model.end(*person, from)
            });
            let here: Vec<_> = here.map(|(person, _)| &model.persons[person]).collect();
            let of_a = here.iter().filter(|person| person.gender == 0).count();
            verdict.violations.room_gender_mix += of_a.min(here.len() - of_a) as i64;
            verdict.violations.room_capacity += here.len().saturating_sub(usize::from(model.capacity[room])) as i64;
            let oldest = here.iter().map(|person| person.age).max().unwrap_or(0);
            let youngest = here.iter().map(|person| person.age).min().unwrap_or(0);
            verdict.costs.room_age_mix += i64::from(oldest - youngest) * i64::from(model.weights.room_mixed_age);
        }
    }
}

fn theaters(model: &Model, plan: &Plan, verdict: &mut Verdict) {
    for day in 0..model.days {
        let today = || plan.spots.iter().zip(&model.persons).filter(|(spot, _)| usize::from(spot.day) == day);
        for theater in 0..model.theaters {
            let minutes: Vec<i32> = today().filter(|(spot, _)| usize::from(spot.theater) == theater).map(|(_, person)| person.duration).collect();
            let over = minutes.iter().sum::<i32>() - model.theater_minutes[day * model.theaters + theater];
            verdict.violations.operating_theater_overtime += i64::from(over.max(0));
            verdict.costs.open_operating_theater += if minutes.is_empty() { 0 } else { i64::from(model.weights.open_operating_theater) };
        }
        for surgeon in 0..model.surgeons {
            let mine = || today().filter(|(_, person)| usize::from(person.surgeon) == surgeon);
            let over = mine().map(|(_, person)| person.duration).sum::<i32>() - model.surgeon_minutes[day * model.surgeons + surgeon];
            verdict.violations.surgeon_overtime += i64::from(over.max(0));
            let mut used: Vec<u16> = mine().map(|(spot, _)| spot.theater).collect();
            used.sort_unstable();
            used.dedup();
            verdict.costs.surgeon_transfer += used.len().saturating_sub(1) as i64 * i64::from(model.weights.surgeon_transfer);
        }
    }
}

fn admissions(model: &Model, plan: &Plan, verdict: &mut Verdict) {
    for (at, (spot, person)) in plan.spots.iter().zip(&model.persons).enumerate() {
        if spot.is_nowhere() {
            if person.mandatory {
                verdict.violations.mandatory_unscheduled += 1;
            } else {
                verdict.costs.elective_unscheduled += i64::from(model.weights.unscheduled_optional);
            }
            continue;
        }
        if spot.day < person.release || spot.day > person.due {
            verdict.violations.admission_day += 1;
        }
        if model.is_banned(at, usize::from(spot.room)) {
            verdict.violations.patient_room_compatibility += 1;
        }
        verdict.costs.patient_delay += (i64::from(spot.day) - i64::from(person.release)).max(0) * i64::from(model.weights.patient_delay);
    }
}

fn nurses(model: &Model, plan: &Plan, verdict: &mut Verdict) {
    let mut load = vec![0i64; model.slots() * model.nurses];
    for (person, spot) in plan.everyone(model).iter().enumerate().filter(|(_, spot)| !spot.is_nowhere()) {
        let first = usize::from(spot.day) * model.shifts;
        let mut met = std::collections::BTreeSet::new();
        for (offset, care) in model.care_of(person, usize::from(spot.day)).iter().enumerate() {
            let nurse = plan.nurses[usize::from(spot.room) * model.slots() + first + offset];
            if nurse == NONE {
                continue;
            }
            met.insert(nurse);
            load[(first + offset) * model.nurses + usize::from(nurse)] += i64::from(care.load);
            let lacking = (care.skill - model.nurse_skill[usize::from(nurse)]).max(0);
            verdict.costs.room_skill_level += i64::from(lacking) * i64::from(model.weights.room_nurse_skill);
        }
        verdict.costs.continuity_of_care += met.len() as i64 * i64::from(model.weights.continuity_of_care);
    }
    let occupied = plan.occupied(model);
    for (at, nurse) in plan.nurses.iter().enumerate() {
        let (room, slot) = (at / model.slots(), at % model.slots());
        if *nurse == NONE {
            verdict.violations.uncovered_room += i64::from(occupied[room * model.days + slot / model.shifts]);
        } else if model.nurse_load[slot * model.nurses + usize::from(*nurse)] < 0 {
            verdict.violations.nurse_presence += 1;
        }
    }
    for (load, most) in load.iter().zip(&model.nurse_load).filter(|(_, most)| **most >= 0) {
        verdict.costs.excessive_nurse_workload += (load - i64::from(*most)).max(0) * i64::from(model.weights.nurse_eccessive_workload);
    }
}

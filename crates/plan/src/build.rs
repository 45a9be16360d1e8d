//! From an instance file to a model: every reference resolved, every length and limit checked.

use crate::error::InstanceError;
use crate::instance::{Instance, Occupant, Patient};
use crate::model::{Care, Model, NONE, Names, Person};
use std::collections::HashMap;

/// Which age groups are in a room on a day is one word of 16 bits.
pub(crate) const MOST_AGE_GROUPS: usize = 16;
/// Indices are 16 bits wide, and the last value means "none".
const MOST: usize = NONE as usize;
const MOST_DAYS: usize = 1_000;
const MOST_IN_A_ROOM: u16 = 200;
const MOST_MINUTES: u32 = 1_000_000;
const MOST_LOAD: u16 = 10_000;
const MOST_WEIGHT: u32 = 1_000_000;

type Index<'i> = HashMap<&'i str, u16>;

fn rule(owner: impl Into<String>, rule: impl Into<String>) -> InstanceError {
    InstanceError::Rule { owner: owner.into(), rule: rule.into() }
}

fn index<'i>(what: &'static str, ids: impl Iterator<Item = &'i String>) -> Result<(Index<'i>, Vec<String>), InstanceError> {
    let mut found = Index::new();
    let mut names = Vec::new();
    for id in ids {
        let next = u16::try_from(names.len()).ok().filter(|next| usize::from(*next) < MOST);
        let next = next.ok_or_else(|| rule("the instance", format!("more than {MOST} of one kind ({what})")))?;
        if found.insert(id, next).is_some() {
            return Err(InstanceError::Twice { what, id: id.clone() });
        }
        names.push(id.clone());
    }
    Ok((found, names))
}

fn look(table: &Index<'_>, owner: &str, what: &'static str, id: &str) -> Result<u16, InstanceError> {
    table.get(id).copied().ok_or_else(|| InstanceError::Unknown { owner: owner.to_owned(), what, id: id.to_owned() })
}

struct Tables<'i> {
    rooms: Index<'i>,
    surgeons: Index<'i>,
    ages: Index<'i>,
    shifts: Index<'i>,
}

/// Lays an instance out, or says which patient, nurse, room or rule stands against it.
pub fn build(instance: &Instance) -> Result<Model, InstanceError> {
    measure(instance)?;
    let (rooms, room_names) = index("room", instance.rooms.iter().map(|room| &room.id))?;
    let (surgeons, surgeon_names) = index("surgeon", instance.surgeons.iter().map(|surgeon| &surgeon.id))?;
    let (_, theater_names) = index("operating theatre", instance.operating_theaters.iter().map(|theater| &theater.id))?;
    let (_, nurse_names) = index("nurse", instance.nurses.iter().map(|nurse| &nurse.id))?;
    let (ages, age_names) = index("age group", instance.age_groups.iter())?;
    let (shifts, shift_names) = index("shift", instance.shift_types.iter())?;
    let everyone = instance.patients.iter().map(|patient| &patient.id).chain(instance.occupants.iter().map(|occupant| &occupant.id));
    let (_, person_names) = index("patient", everyone)?;
    let tables = Tables { rooms, surgeons, ages, shifts };
    let mut model = Model {
        days: instance.days,
        shifts: instance.shift_types.len(),
        rooms: instance.rooms.len(),
        nurses: instance.nurses.len(),
        theaters: instance.operating_theaters.len(),
        surgeons: instance.surgeons.len(),
        patients: instance.patients.len(),
        persons: Vec::new(),
        occupant_rooms: Vec::new(),
        care: Vec::new(),
        capacity: instance.rooms.iter().map(|room| room.capacity).collect(),
        banned: Vec::new(),
        allowed_rooms: Vec::new(),
        allowed_days: Vec::new(),
        day_set: Vec::new(),
        room_open: Vec::new(),
        patients_of: vec![Vec::new(); instance.surgeons.len()],
        free_from: Vec::new(),
        theater_minutes: Vec::new(),
        surgeon_minutes: Vec::new(),
        nurse_skill: Vec::new(),
        nurse_load: Vec::new(),
        on_duty: Vec::new(),
        weights: instance.weights,
        names: Names {
            persons: person_names,
            rooms: room_names,
            nurses: nurse_names,
            theaters: theater_names,
            surgeons: surgeon_names,
            shifts: shift_names,
            ages: age_names,
        },
    };
    minutes(&mut model, instance)?;
    duty(&mut model, instance, &tables)?;
    for patient in &instance.patients {
        let person = of_patient(&mut model, patient, &tables)?;
        model.persons.push(person);
    }
    for occupant in &instance.occupants {
        let person = of_occupant(&mut model, occupant, &tables)?;
        model.persons.push(person);
        let room = look(&tables.rooms, &format!("occupant {}", occupant.id), "room", &occupant.room_id)?;
        model.occupant_rooms.push(room);
    }
    occupancy(&mut model)?;
    for (at, patient) in instance.patients.iter().enumerate() {
        domain(&mut model, at, patient, &tables)?;
    }
    Ok(model)
}

fn measure(instance: &Instance) -> Result<(), InstanceError> {
    let weights = &instance.weights;
    let all = [weights.room_mixed_age, weights.room_nurse_skill, weights.continuity_of_care, weights.nurse_eccessive_workload];
    let rest = [weights.open_operating_theater, weights.surgeon_transfer, weights.patient_delay, weights.unscheduled_optional];
    let refused = [
        (instance.days == 0 || instance.days > MOST_DAYS, format!("days must be 1 to {MOST_DAYS}")),
        (instance.shift_types.is_empty() || instance.shift_types.len() > 24, "shift_types must name 1 to 24 shifts".to_owned()),
        (instance.rooms.is_empty(), "has no room".to_owned()),
        (instance.age_groups.len() > MOST_AGE_GROUPS, format!("more than {MOST_AGE_GROUPS} age groups")),
        (all.iter().chain(&rest).any(|weight| *weight > MOST_WEIGHT), format!("a weight is over {MOST_WEIGHT}")),
    ];
    for (broken, text) in refused {
        if broken {
            return Err(rule("the instance", text));
        }
    }
    match instance.rooms.iter().find(|room| room.capacity > MOST_IN_A_ROOM) {
        Some(room) => Err(rule(format!("room {}", room.id), format!("capacity is over {MOST_IN_A_ROOM}"))),
        None => Ok(()),
    }
}

fn minutes(model: &mut Model, instance: &Instance) -> Result<(), InstanceError> {
    let theaters = instance.operating_theaters.iter().map(|theater| ("operating theatre", &theater.id, &theater.availability));
    let surgeons = instance.surgeons.iter().map(|surgeon| ("surgeon", &surgeon.id, &surgeon.max_surgery_time));
    for (what, id, days) in theaters.chain(surgeons) {
        if days.len() != model.days {
            return Err(rule(format!("{what} {id}"), format!("has minutes for {} days, the horizon has {}", days.len(), model.days)));
        }
        if days.iter().any(|minutes| *minutes > MOST_MINUTES) {
            return Err(rule(format!("{what} {id}"), format!("a day has more than {MOST_MINUTES} minutes")));
        }
    }
    let by_day = |lists: Vec<&Vec<u32>>| -> Vec<i32> {
        (0..model.days).flat_map(|day| lists.iter().map(move |list| list.get(day).map_or(0, |minutes| *minutes as i32))).collect()
    };
    let theaters = by_day(instance.operating_theaters.iter().map(|theater| &theater.availability).collect());
    let surgeons = by_day(instance.surgeons.iter().map(|surgeon| &surgeon.max_surgery_time).collect());
    model.theater_minutes = theaters;
    model.surgeon_minutes = surgeons;
    Ok(())
}

fn duty(model: &mut Model, instance: &Instance, tables: &Tables<'_>) -> Result<(), InstanceError> {
    model.nurse_load = vec![-1; model.slots() * model.nurses];
    model.on_duty = vec![Vec::new(); model.slots()];
    for (at, nurse) in instance.nurses.iter().enumerate() {
        let owner = format!("nurse {}", nurse.id);
        model.nurse_skill.push(i16::from(nurse.skill_level));
        for work in &nurse.working_shifts {
            let shift = usize::from(look(&tables.shifts, &owner, "shift", &work.shift)?);
            if work.day >= model.days || work.max_load > MOST_MINUTES {
                return Err(rule(owner, format!("works on day {} with load {}, beyond the horizon or the limit", work.day, work.max_load)));
            }
            let slot = work.day * model.shifts + shift;
            if model.nurse_load[slot * model.nurses + at] >= 0 {
                return Err(rule(owner, format!("works {} twice", model.slot_name(slot))));
            }
            model.nurse_load[slot * model.nurses + at] = work.max_load as i32;
            model.on_duty[slot].push(at as u16);
        }
    }
    match model.on_duty.iter().position(Vec::is_empty) {
        Some(slot) if !instance.occupants.is_empty() || !instance.patients.is_empty() => {
            Err(rule("the rota", format!("no nurse works on {}, so no room can be occupied then", model.slot_name(slot))))
        }
        _ => Ok(()),
    }
}

fn gender(owner: &str, text: &str) -> Result<u8, InstanceError> {
    match text {
        "A" => Ok(0),
        "B" => Ok(1),
        other => Err(rule(owner, format!("gender is {other}, the format knows A and B"))),
    }
}

/// Puts a stay's care behind the others' and says where it begins.
fn profile(model: &mut Model, owner: &str, stay: usize, load: &[u16], skill: &[u8]) -> Result<usize, InstanceError> {
    let shifts = stay * model.shifts;
    if stay == 0 || stay > MOST_DAYS {
        return Err(rule(owner, format!("length_of_stay must be 1 to {MOST_DAYS}")));
    }
    if load.len() != shifts || skill.len() != shifts {
        let found = format!("{} workloads and {} skill levels", load.len(), skill.len());
        return Err(rule(owner, format!("a stay of {stay} days has {shifts} shifts, but {found} are given")));
    }
    if load.iter().any(|load| *load > MOST_LOAD) {
        return Err(rule(owner, format!("a workload is over {MOST_LOAD}")));
    }
    let from = model.care.len();
    model.care.extend(load.iter().zip(skill).map(|(load, skill)| Care { load: *load as i16, skill: i16::from(*skill) }));
    Ok(from)
}

fn of_patient(model: &mut Model, patient: &Patient, tables: &Tables<'_>) -> Result<Person, InstanceError> {
    let owner = format!("patient {}", patient.id);
    if patient.surgery_duration > MOST_MINUTES {
        return Err(rule(owner, format!("surgery_duration is over {MOST_MINUTES}")));
    }
    if patient.mandatory && patient.surgery_due_day.is_none() {
        return Err(rule(owner, "is mandatory but has no surgery_due_day"));
    }
    if patient.surgery_release_day >= model.days && !patient.mandatory {
        return Err(rule(owner, "surgery_release_day lies beyond the horizon"));
    }
    let due = patient.surgery_due_day.filter(|_| patient.mandatory).unwrap_or(model.days).min(model.days - 1);
    Ok(Person {
        gender: gender(&owner, &patient.gender)?,
        age: look(&tables.ages, &owner, "age group", &patient.age_group)? as u8,
        profile: profile(model, &owner, patient.length_of_stay, &patient.workload_produced, &patient.skill_level_required)?,
        stay: patient.length_of_stay as u16,
        mandatory: patient.mandatory,
        release: patient.surgery_release_day.min(MOST_DAYS) as u16,
        due: due as u16,
        duration: patient.surgery_duration as i32,
        surgeon: look(&tables.surgeons, &owner, "surgeon", &patient.surgeon_id)?,
    })
}

fn of_occupant(model: &mut Model, occupant: &Occupant, tables: &Tables<'_>) -> Result<Person, InstanceError> {
    let owner = format!("occupant {}", occupant.id);
    Ok(Person {
        gender: gender(&owner, &occupant.gender)?,
        age: look(&tables.ages, &owner, "age group", &occupant.age_group)? as u8,
        profile: profile(model, &owner, occupant.length_of_stay, &occupant.workload_produced, &occupant.skill_level_required)?,
        stay: occupant.length_of_stay as u16,
        mandatory: true,
        release: 0,
        due: 0,
        duration: 0,
        surgeon: NONE,
    })
}

/// Occupants are there from the first day, so a room that they fill is closed for a run of days and open ever after.
fn occupancy(model: &mut Model) -> Result<(), InstanceError> {
    let mut count = vec![[0u16; 2]; model.rooms * model.days];
    for (at, room) in model.occupant_rooms.iter().enumerate() {
        let person = &model.persons[model.patients + at];
        for day in 0..model.end(model.patients + at, 0) {
            count[usize::from(*room) * model.days + day][usize::from(person.gender)] += 1;
        }
    }
    let mut free_from = vec![0; 2 * model.rooms];
    for room in 0..model.rooms {
        let owner = || format!("room {}", model.names.rooms[room]);
        for day in 0..model.days {
            let [a, b] = count[room * model.days + day];
            if a + b > model.capacity[room] {
                return Err(rule(owner(), format!("holds {} occupants on day {day} and has {} beds", a + b, model.capacity[room])));
            }
            if a > 0 && b > 0 {
                return Err(rule(owner(), format!("holds occupants of both genders on day {day}")));
            }
            let full = a + b == model.capacity[room];
            for (gender, other) in [(0, b), (1, a)] {
                if full || other > 0 {
                    free_from[gender * model.rooms + room] = (day + 1) as u16;
                }
            }
        }
    }
    model.free_from = free_from;
    Ok(())
}

fn domain(model: &mut Model, at: usize, patient: &Patient, tables: &Tables<'_>) -> Result<(), InstanceError> {
    let owner = format!("patient {}", patient.id);
    let mut banned = vec![false; model.rooms];
    for id in &patient.incompatible_room_ids {
        banned[usize::from(look(&tables.rooms, &owner, "room", id)?)] = true;
    }
    let person = model.persons[at].clone();
    let rooms: Vec<u16> = (0..model.rooms).filter(|room| !banned[*room] && model.capacity[*room] > 0).map(|room| room as u16).collect();
    let operates = |day: usize| {
        let surgeon = model.surgeon_minutes[day * model.surgeons + usize::from(person.surgeon)] >= person.duration;
        let theaters = &model.theater_minutes[day * model.theaters..(day + 1) * model.theaters];
        surgeon && theaters.iter().any(|minutes| *minutes >= person.duration)
    };
    let window = usize::from(person.release)..usize::from(person.due) + 1;
    let days: Vec<u16> = window.clone().filter(|day| operates(*day)).map(|day| day as u16).collect();
    let days: Vec<u16> = days.into_iter().filter(|day| rooms.iter().any(|room| model.leaves_place(at, usize::from(*day), usize::from(*room)))).collect();
    let latest = days.last().copied();
    let rooms: Vec<u16> = rooms.into_iter().filter(|room| latest.is_some_and(|day| model.leaves_place(at, usize::from(day), usize::from(*room)))).collect();
    if person.mandatory && days.is_empty() {
        let why = if window.is_empty() {
            format!("released on day {}, due on day {}", patient.surgery_release_day, person.due)
        } else if patient.incompatible_room_ids.len() >= model.rooms {
            "no room is compatible".to_owned()
        } else {
            let (from, to) = (person.release, person.due);
            let surgeon = &patient.surgeon_id;
            format!("on days {from} to {to} there is no day on which surgeon {surgeon} and a theatre have {} minutes and a room has a bed", person.duration)
        };
        return Err(InstanceError::Impossible { patient: patient.id.clone(), why });
    }
    model.banned.extend(banned);
    model.day_set.push(days.iter().filter(|day| usize::from(**day) < crate::state::WORD_DAYS).fold(0, |set, day| set | (1 << day)));
    model.room_open.extend((0..model.rooms).map(|room| rooms.contains(&(room as u16))));
    if let Some(list) = model.patients_of.get_mut(usize::from(person.surgeon)) {
        list.push(at as u16);
    }
    model.allowed_rooms.push(rooms);
    model.allowed_days.push(days);
    Ok(())
}

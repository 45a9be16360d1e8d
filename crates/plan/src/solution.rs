//! A plan, and the competition's solution file.

use crate::error::SolutionError;
use crate::model::{Model, NONE, Spot};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Who is admitted when and where, and who looks after each room on each shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// By patient.
    pub spots: Vec<Spot>,
    /// By `room * slots + slot`: the nurse, or `NONE`.
    pub nurses: Vec<u16>,
}

#[derive(Serialize, Deserialize)]
struct File {
    patients: Vec<PatientLine>,
    nurses: Vec<NurseLine>,
}

#[derive(Serialize, Deserialize)]
struct PatientLine {
    id: String,
    admission_day: Day,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    room: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    operating_theater: Option<String>,
}

/// A day's number, or the word "none".
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Day {
    On(usize),
    Word(String),
}

#[derive(Serialize, Deserialize)]
struct NurseLine {
    id: String,
    assignments: Vec<Assignment>,
}

#[derive(Serialize, Deserialize)]
struct Assignment {
    day: usize,
    shift: String,
    rooms: Vec<String>,
}

fn index(names: &[String]) -> HashMap<&str, usize> {
    names.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect()
}

fn look(table: &HashMap<&str, usize>, what: &'static str, id: &str) -> Result<usize, SolutionError> {
    table.get(id).copied().ok_or_else(|| SolutionError::Unknown { what, id: id.to_owned() })
}

fn rule(owner: String, rule: impl Into<String>) -> SolutionError {
    SolutionError::Rule { owner, rule: rule.into() }
}

impl Plan {
    /// Nobody admitted, no nurse anywhere.
    pub fn empty(model: &Model) -> Plan {
        Plan { spots: vec![Spot::NOWHERE; model.patients], nurses: vec![NONE; model.rooms * model.slots()] }
    }

    /// Reads the competition's solution JSON.
    pub fn parse(model: &Model, text: &str) -> Result<Plan, SolutionError> {
        let file: File = serde_json::from_str(text).map_err(SolutionError::Syntax)?;
        let mut plan = Plan::empty(model);
        let persons = index(model.names.persons.get(..model.patients).unwrap_or(&[]));
        let (rooms, theaters) = (index(&model.names.rooms), index(&model.names.theaters));
        for line in &file.patients {
            let at = look(&persons, "patient", &line.id)?;
            plan.spots[at] = match &line.admission_day {
                Day::Word(word) if word == "none" => Spot::NOWHERE,
                Day::Word(word) => return Err(rule(format!("patient {}", line.id), format!("admission_day is “{word}”"))),
                Day::On(day) if *day >= model.days => return Err(rule(format!("patient {}", line.id), format!("day {day} is beyond the horizon"))),
                Day::On(day) => {
                    let named = |what: &str| rule(format!("patient {}", line.id), format!("is admitted, but to no {what}"));
                    let room = line.room.as_deref().ok_or_else(|| named("room"))?;
                    let theater = line.operating_theater.as_deref().ok_or_else(|| named("operating theatre"))?;
                    let (room, theater) = (look(&rooms, "room", room)?, look(&theaters, "operating theatre", theater)?);
                    Spot { day: *day as u16, room: room as u16, theater: theater as u16 }
                }
            };
        }
        plan.read_nurses(model, &file.nurses, &rooms)?;
        Ok(plan)
    }

    fn read_nurses(&mut self, model: &Model, lines: &[NurseLine], rooms: &HashMap<&str, usize>) -> Result<(), SolutionError> {
        let (nurses, shifts) = (index(&model.names.nurses), index(&model.names.shifts));
        for line in lines {
            let nurse = look(&nurses, "nurse", &line.id)?;
            for assignment in &line.assignments {
                let shift = look(&shifts, "shift", &assignment.shift)?;
                if assignment.day >= model.days {
                    return Err(rule(format!("nurse {}", line.id), format!("day {} is beyond the horizon", assignment.day)));
                }
                let slot = assignment.day * model.shifts + shift;
                for room in &assignment.rooms {
                    let place = &mut self.nurses[look(rooms, "room", room)? * model.slots() + slot];
                    if *place != NONE && usize::from(*place) != nurse {
                        return Err(rule(format!("room {room}"), format!("has two nurses on {}", model.slot_name(slot))));
                    }
                    *place = nurse as u16;
                }
            }
        }
        Ok(())
    }

    /// The competition's solution JSON. A room that stands empty on a shift is left out.
    pub fn to_json(&self, model: &Model) -> String {
        let name = |names: &[String], at: u16| names.get(usize::from(at)).cloned();
        let patients = self.spots.iter().zip(&model.names.persons).map(|(spot, id)| PatientLine {
            id: id.clone(),
            admission_day: if spot.is_nowhere() { Day::Word("none".to_owned()) } else { Day::On(usize::from(spot.day)) },
            room: name(&model.names.rooms, spot.room),
            operating_theater: name(&model.names.theaters, spot.theater),
        });
        let occupied = self.occupied(model);
        let nurses = model.names.nurses.iter().enumerate().map(|(nurse, id)| {
            let works = (0..model.slots()).filter(|slot| model.nurse_load[slot * model.nurses + nurse] >= 0);
            let assignments = works.map(|slot| Assignment {
                day: slot / model.shifts,
                shift: model.names.shifts[slot % model.shifts].clone(),
                rooms: (0..model.rooms)
                    .filter(|room| occupied[room * model.days + slot / model.shifts] && usize::from(self.nurses[room * model.slots() + slot]) == nurse)
                    .map(|room| model.names.rooms[room].clone())
                    .collect(),
            });
            NurseLine { id: id.clone(), assignments: assignments.collect() }
        });
        let file = File { patients: patients.collect(), nurses: nurses.collect() };
        // Plain strings and numbers: there is nothing in the file that JSON cannot hold.
        serde_json::to_string_pretty(&file).unwrap_or_default()
    }

    /// Where everybody is, occupants last.
    pub fn everyone(&self, model: &Model) -> Vec<Spot> {
        let occupants = model.occupant_rooms.iter().map(|room| Spot { day: 0, room: *room, theater: NONE });
        self.spots.iter().copied().chain(occupants).collect()
    }

    /// By `room * days + day`: whether somebody is there.
    pub fn occupied(&self, model: &Model) -> Vec<bool> {
        let mut occupied = vec![false; model.rooms * model.days];
        for (person, spot) in self.everyone(model).iter().enumerate().filter(|(_, spot)| !spot.is_nowhere()) {
            for day in usize::from(spot.day)..model.end(person, usize::from(spot.day)) {
                occupied[usize::from(spot.room) * model.days + day] = true;
            }
        }
        occupied
    }
}

//! Why a patient is where and when they are, and what stands against another day or room, in words.

use crate::evaluate::evaluate;
use crate::model::{Model, Spot};
use crate::rng::Rng;
use crate::solution::Plan;
use crate::state::{HARD_PERSON_DAY, State};
use crate::terms::Terms;

/// One other place for a patient, everything else unchanged.
#[derive(Clone, Debug)]
pub struct Alternative {
    pub spot: Spot,
    /// What the plan would cost more; negative if it would cost less.
    pub change: i64,
    /// The rules in the way, in words; empty if the move is possible.
    pub against: Vec<String>,
}

/// What is known about one patient's place in a plan.
#[derive(Clone, Debug)]
pub struct Explanation {
    pub headline: String,
    /// What the present place costs, by reason.
    pub costs: Vec<String>,
    /// The days that are out of the question and why.
    pub closed: Vec<String>,
    /// Per possible day the best room and theatre, cheapest first.
    pub alternatives: Vec<Alternative>,
}

/// Explains a patient's place; `None` if there is no such patient. The plan must keep the rules on admission, as
/// `evaluate` says.
pub fn explain(model: &Model, plan: &Plan, patient: &str) -> Option<Explanation> {
    let at = model.names.persons.iter().take(model.patients).position(|id| id == patient)?;
    let terms = Terms::default();
    let mut rng = Rng::new(0);
    let mut state = State::new(model, &terms, &mut rng);
    state.load(plan, &mut rng);
    let spot = state.spot(at);
    Some(Explanation {
        headline: headline(model, at, spot),
        costs: costs(model, plan, at),
        closed: closed_days(model, at),
        alternatives: alternatives(&mut state, at),
    })
}

fn place(model: &Model, spot: Spot) -> String {
    let name = |names: &[String], at: u16| names.get(usize::from(at)).cloned().unwrap_or_default();
    format!("day {}, room {}, theatre {}", spot.day, name(&model.names.rooms, spot.room), name(&model.names.theaters, spot.theater))
}

fn headline(model: &Model, at: usize, spot: Spot) -> String {
    let person = &model.persons[at];
    let id = &model.names.persons[at];
    let kind = if person.mandatory {
        format!("must be admitted on days {} to {}", person.release, person.due)
    } else {
        format!("may be admitted from day {}", person.release)
    };
    let stay = format!("surgery of {} minutes by {}, stay of {} days", person.duration, model.names.surgeons[usize::from(person.surgeon)], person.stay);
    if spot.is_nowhere() {
        format!("Patient {id} {kind} ({stay}) and is not admitted.")
    } else {
        format!("Patient {id} {kind} ({stay}): {}.", place(model, spot))
    }
}

/// The difference that the patient makes to each part of the cost, by counting the plan without them.
fn costs(model: &Model, plan: &Plan, at: usize) -> Vec<String> {
    let mut without = plan.clone();
    without.spots[at] = Spot::NOWHERE;
    let (with, without) = (evaluate(model, plan).costs.parts(), evaluate(model, &without).costs.parts());
    let mut lines = Vec::new();
    for ((name, cost), (_, other)) in with.iter().zip(&without) {
        match cost - other {
            0 => {}
            more if more > 0 => lines.push(format!("{name}: being here costs {more}")),
            less => lines.push(format!("{name}: being here saves {}", -less)),
        }
    }
    lines
}

fn closed_days(model: &Model, at: usize) -> Vec<String> {
    let person = &model.persons[at];
    let open = &model.allowed_days[at];
    let mut lines = Vec::new();
    for day in usize::from(person.release)..=usize::from(person.due) {
        if open.contains(&(day as u16)) {
            continue;
        }
        let minutes = model.surgeon_minutes[day * model.surgeons + usize::from(person.surgeon)];
        let theaters = &model.theater_minutes[day * model.theaters..(day + 1) * model.theaters];
        let why = if minutes < person.duration {
            format!("surgeon {} has {minutes} minutes, the surgery takes {}", model.names.surgeons[usize::from(person.surgeon)], person.duration)
        } else if theaters.iter().all(|minutes| *minutes < person.duration) {
            format!("no theatre is open for {} minutes", person.duration)
        } else {
            "every room that suits is filled by those already there".to_owned()
        };
        lines.push(format!("day {day}: {why}"));
    }
    lines
}

fn alternatives(state: &mut State<'_>, at: usize) -> Vec<Alternative> {
    let model = state.model;
    let here = state.spot(at);
    let before = state.soft;
    if !here.is_nowhere() {
        state.remove(at);
    }
    let mut found: Vec<Alternative> = Vec::new();
    for day in &model.allowed_days[at] {
        let mut best: Option<(i64, Alternative)> = None;
        for room in &model.allowed_rooms[at] {
            for theater in 0..model.theaters as u16 {
                let spot = Spot { day: *day, room: *room, theater };
                let fits = spot != here && model.leaves_place(at, usize::from(*day), usize::from(*room));
                let Some(delta) = fits.then(|| state.insert_delta(at, spot)).flatten() else { continue };
                let alternative = Alternative { spot, change: state.soft + delta.soft - before, against: Vec::new() };
                let rank = alternative.change + (delta.hard + state.absence(at).hard) * HARD_PERSON_DAY;
                if best.as_ref().is_none_or(|(least, _)| rank < *least) {
                    best = Some((rank, alternative));
                }
            }
        }
        if let Some((_, mut alternative)) = best {
            alternative.against = against(state, at, alternative.spot);
            found.push(alternative);
        }
    }
    found.sort_by_key(|alternative| (!alternative.against.is_empty(), alternative.change));
    found
}

/// The hard rules that a place would break, the patient being taken off the plan.
fn against(state: &State<'_>, at: usize, spot: Spot) -> Vec<String> {
    let model = state.model;
    let person = &model.persons[at];
    let (room, first, theater) = (usize::from(spot.room), usize::from(spot.day), usize::from(spot.theater));
    let mut lines = Vec::new();
    let (used, used_by_surgeon) = state.minutes_used(first, theater, usize::from(person.surgeon));
    let left = model.theater_minutes[first * model.theaters + theater] - used;
    if left < person.duration {
        lines.push(format!("theatre {} has {left} minutes left on day {first}", model.names.theaters[theater]));
    }
    let left = model.surgeon_minutes[first * model.surgeons + usize::from(person.surgeon)] - used_by_surgeon;
    if left < person.duration {
        lines.push(format!("surgeon {} has {left} minutes left on day {first}", model.names.surgeons[usize::from(person.surgeon)]));
    }
    for day in first..model.end(at, first) {
        let guests = state.guests(room, day);
        let name = |guest: &u16| model.names.persons[usize::from(*guest)].as_str();
        if guests.len() >= usize::from(model.capacity[room]) {
            let names: Vec<&str> = guests.iter().map(name).collect();
            lines.push(format!("room {} is full on day {day} ({})", model.names.rooms[room], names.join(", ")));
        } else if let Some(other) = guests.iter().find(|guest| model.persons[usize::from(**guest)].gender != person.gender) {
            lines.push(format!("room {} holds {} of the other gender on day {day}", model.names.rooms[room], name(other)));
        }
    }
    lines
}

impl Explanation {
    /// The whole explanation as text; `most` alternatives at most.
    pub fn to_text(&self, model: &Model, most: usize) -> String {
        let mut text = format!("{}\n", self.headline);
        for line in &self.costs {
            text.push_str(&format!("  {line}\n"));
        }
        if !self.closed.is_empty() {
            text.push_str("Days out of the question:\n");
            for line in &self.closed {
                text.push_str(&format!("  {line}\n"));
            }
        }
        text.push_str("Other days, all else unchanged:\n");
        for alternative in self.alternatives.iter().take(most) {
            let verdict = match alternative.against.as_slice() {
                [] => format!("possible, the plan would cost {:+}", alternative.change),
                rules => format!("not possible: {}", rules.join("; ")),
            };
            text.push_str(&format!("  {}: {verdict}\n", place(model, alternative.spot)));
        }
        if self.alternatives.len() > most {
            text.push_str(&format!("  … and {} more days\n", self.alternatives.len() - most));
        }
        text
    }
}

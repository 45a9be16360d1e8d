//! The living hospital: what its staff does next, by what the record says now. It holds no truth of its own: whoever does
//! something at a screen meanwhile has done it, and after a restart life goes on from the record.
//!
//! Each call of [`Living::step`] is handed what is on record and answers with what is due. How long things take is drawn for
//! each visit from its own streams, so that one seed and one record give one life.

mod care;
mod house;
mod params;
#[cfg(test)]
mod tests;

pub use params::{Duty, Level, Params};

use crate::sim::{Draw, Stream};
use std::collections::{BTreeMap, BTreeSet};

/// A minute, in the unit of all instants here.
pub const MINUTE: i64 = 60_000;
/// Tries of an act that is refused, after which it is left to people.
const TRIES: u8 = 3;

/// An emergency visit that goes on.
#[derive(Clone, Debug, Default)]
pub struct Visit {
    pub id: String,
    pub patient: String,
    pub site: usize,
    /// Milliseconds since 1970, as all instants here.
    pub arrived: i64,
    /// The level that holds, and since when the triage is over.
    pub level: Option<String>,
    pub contact: Option<i64>,
    /// What was decided last, and when.
    pub decision: Option<(String, i64)>,
    /// The box.
    pub place: Option<String>,
    /// Whether this hospital has a scale for them; others are left to people.
    pub is_adult: bool,
}

/// A stay that was ordered and has no place yet.
#[derive(Clone, Debug, Default)]
pub struct Waiting {
    pub id: String,
    pub patient: String,
    pub site: usize,
}

/// Somebody in a ward.
#[derive(Clone, Debug, Default)]
pub struct Lying {
    pub id: String,
    pub patient: String,
    pub site: usize,
    pub ward: String,
    pub from: i64,
    /// Since when they may go home.
    pub decided: Option<i64>,
}

/// How a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Somebody could lie down.
    Ready,
    Dirty,
    Cleaning,
    /// Taken, promised or out of use.
    Other,
}

#[derive(Clone, Debug)]
pub struct Spot {
    pub id: String,
    pub site: usize,
    pub ward: String,
    /// A place of an emergency department.
    pub is_box: bool,
    pub state: State,
}

/// What is on record.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub visits: Vec<Visit>,
    pub waiting: Vec<Waiting>,
    pub lying: Vec<Lying>,
    pub spots: Vec<Spot>,
}

/// What somebody does now. The ids are those of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Somebody comes; who, is chosen by who carries it out. Codes of the pack's triage list.
    Arrive {
        site: usize,
        reason: String,
        mode: String,
        pick: u64,
    },
    /// The triage that began then is over.
    Triage {
        visit: String,
        patient: String,
        site: usize,
        level: String,
        began: i64,
    },
    /// Into a box.
    Box {
        visit: String,
        patient: String,
        site: usize,
        place: String,
    },
    Charge {
        visit: String,
        patient: String,
        site: usize,
    },
    /// `what`: discharge, admit or observation.
    Decide {
        visit: String,
        patient: String,
        site: usize,
        what: &'static str,
    },
    LeaveUnseen {
        visit: String,
        patient: String,
        site: usize,
    },
    /// Out of the department, or of the hospital.
    Depart {
        stay: String,
        patient: String,
        site: usize,
    },
    Admit {
        stay: String,
        patient: String,
        site: usize,
        place: String,
    },
    /// They may go home.
    MayGo {
        stay: String,
        patient: String,
        site: usize,
    },
    Clean {
        place: String,
        ward: String,
        site: usize,
        over: bool,
    },
}

impl Act {
    /// Whom or what it is about: what is refused for it is counted.
    fn about(&self) -> &str {
        match self {
            Self::Arrive { .. } => "",
            Self::Triage { visit, .. }
            | Self::Box { visit, .. }
            | Self::Charge { visit, .. }
            | Self::Decide { visit, .. }
            | Self::LeaveUnseen { visit, .. } => visit,
            Self::Depart { stay, .. } | Self::Admit { stay, .. } | Self::MayGo { stay, .. } => stay,
            Self::Clean { place, .. } => place,
        }
    }
}

/// Who is busy with whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Post {
    Triage,
    Doctor,
    Cleaner,
    /// On the way to a bed: nobody is counted.
    Way,
}

#[derive(Clone, Debug)]
struct Busy {
    post: Post,
    site: usize,
    /// A visit, a stay or a place.
    of: String,
    until: i64,
    then: Option<Act>,
    /// A place that is kept for them.
    place: Option<String>,
}

/// What a draw is for.
#[derive(Clone, Copy)]
enum Purpose {
    Level = 1,
    Fate,
    Triage,
    Consultation,
    Results,
    Leaving,
    Watching,
    Patience,
    Ward,
    Carrying,
    Stay,
    Going,
    Cleaning,
}

/// The staff of all sites, and what they are busy with.
#[derive(Debug)]
pub struct Living {
    params: Params,
    seed: u64,
    /// When the next one comes, by site.
    next: Vec<Option<i64>>,
    /// How many came, by site: the stream of the next.
    come: Vec<u64>,
    busy: Vec<Busy>,
    /// Whose time was over in this step: what becomes of them is not on record yet.
    over: BTreeSet<String>,
    refused: BTreeMap<String, u8>,
}

/// The time of the hospital.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// Milliseconds since 1970.
    pub at: i64,
    /// The hour on the wall, from 0 to 23.
    pub hour: usize,
}

impl Now {
    const fn is_day(self) -> bool {
        self.hour >= 7 && self.hour < 21
    }

    const fn on(self, duty: Duty) -> usize {
        if self.is_day() { duty.day } else { duty.night }
    }
}

impl Living {
    pub fn new(params: Params, sites: usize, seed: u64) -> Self {
        Self { params, seed, next: vec![None; sites], come: vec![0; sites], busy: Vec::new(), over: BTreeSet::new(), refused: BTreeMap::new() }
    }

    /// What is due. What is answered is done, or said to be [`Self::refused`], before the next step.
    pub fn step(&mut self, now: Now, seen: &Seen) -> Vec<Act> {
        let mut acts = self.arrivals(now);
        self.forget(seen);
        self.ended(now, &mut acts);
        self.care(now, seen, &mut acts);
        self.house(now, seen, &mut acts);
        acts.retain(|act| self.refused.get(act.about()).is_none_or(|tries| *tries < TRIES));
        acts
    }

    /// An act that could not be done; after some tries it is left to people.
    pub fn refused(&mut self, act: &Act) {
        if !act.about().is_empty() {
            *self.refused.entry(act.about().to_owned()).or_default() += 1;
        }
    }

    /// Whoever comes, comes by a Poisson stream whose rate follows the hour.
    fn arrivals(&mut self, now: Now) -> Vec<Act> {
        let mut acts = Vec::new();
        for site in 0..self.next.len() {
            while let Some(act) = self.arrival(site, now) {
                acts.push(act);
            }
        }
        acts
    }

    fn arrival(&mut self, site: usize, now: Now) -> Option<Act> {
        let number = *self.come.get(site)?;
        let mut stream = Stream::of(self.seed, site as u64, number, 0);
        let gap = Draw::Exponential(60.0 / self.params.rate(now.hour).max(0.01)).from(&mut stream);
        let planned = *self.next.get(site)?;
        let due = planned.unwrap_or_else(|| now.at.saturating_add(minutes(gap)));
        if due > now.at {
            *self.next.get_mut(site)? = Some(due);
            return None;
        }
        // After a long sleep those who would have come meanwhile do not come all at once.
        let from = due.max(now.at - 15 * MINUTE);
        *self.come.get_mut(site)? += 1;
        let mut after = Stream::of(self.seed, site as u64, number + 1, 0);
        let gap = Draw::Exponential(60.0 / self.params.rate(now.hour).max(0.01)).from(&mut after);
        *self.next.get_mut(site)? = Some(from.saturating_add(minutes(gap).max(1)));
        let reason = chosen(&self.params.reasons, stream.unit());
        let mode = chosen(&self.params.modes, stream.unit());
        Some(Act::Arrive { site, reason, mode, pick: (stream.unit() * f64::from(u32::MAX)) as u64 })
    }

    /// Whoever is no more on record is nobody's business.
    fn forget(&mut self, seen: &Seen) {
        let known: BTreeSet<&str> = seen
            .visits
            .iter()
            .map(|visit| visit.id.as_str())
            .chain(seen.waiting.iter().map(|stay| stay.id.as_str()))
            .chain(seen.lying.iter().map(|stay| stay.id.as_str()))
            .chain(seen.spots.iter().map(|spot| spot.id.as_str()))
            .collect();
        self.busy.retain(|busy| known.contains(busy.of.as_str()));
        self.refused.retain(|of, _| known.contains(of.as_str()));
    }

    fn ended(&mut self, now: Now, acts: &mut Vec<Act>) {
        self.over.clear();
        for busy in self.busy.extract_if(.., |busy| busy.until <= now.at) {
            acts.extend(busy.then);
            self.over.extend(busy.place.into_iter().chain([busy.of]));
        }
    }

    fn is_busy_with(&self, of: &str) -> bool {
        self.over.contains(of) || self.busy.iter().any(|busy| busy.of == of)
    }

    fn free(&self, post: Post, site: usize, on_duty: usize) -> usize {
        on_duty.saturating_sub(self.busy.iter().filter(|busy| busy.post == post && busy.site == site).count())
    }

    fn stream(&self, of: &str, purpose: Purpose) -> Stream {
        Stream::of(self.seed, 0, name(of), purpose as u64)
    }

    /// Milliseconds that something takes for somebody: the same whenever it is asked.
    fn takes(&self, of: &str, purpose: Purpose, draw: (f64, f64)) -> i64 {
        minutes(params::draw(draw).from(&mut self.stream(of, purpose)))
    }
}

fn minutes(minutes: f64) -> i64 {
    (minutes * MINUTE as f64) as i64
}

/// A number of an id (FNV-1a, <https://datatracker.ietf.org/doc/draft-eastlake-fnv/>).
fn name(id: &str) -> u64 {
    id.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// One of a weighted list, by a number from 0 to 1.
fn chosen(weights: &BTreeMap<String, f64>, unit: f64) -> String {
    let mut left = unit * weights.values().sum::<f64>();
    for (code, weight) in weights {
        left -= weight;
        if left < 0.0 {
            return code.clone();
        }
    }
    weights.keys().next_back().cloned().unwrap_or_default()
}

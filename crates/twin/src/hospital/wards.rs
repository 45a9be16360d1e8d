//! The beds of a site: who lies where, who waits for one, which are dirty.

use super::figures::Site;
use super::policy::{Choice, Cleaning, Policy};
use super::pool::Who;
use crate::sim::Ledger;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum State {
    Clean,
    /// For somebody who is on the way.
    Held,
    Taken,
    Dirty,
    Cleaning,
}

/// A bed, with when its last patient left it and when its cleaning began and ended.
#[derive(Clone, Copy, Debug)]
pub struct Bed {
    pub ward: usize,
    pub state: State,
    pub left: Option<f64>,
    pub began: f64,
    pub clean: f64,
    /// How long the cleaning after the last patient takes.
    pub minutes: f64,
}

#[derive(Debug)]
pub struct Wards {
    pub beds: Vec<Bed>,
    /// Who waits for a bed here, and since when, in the order of asking.
    pub asked: Vec<(Who, f64)>,
    /// Dirty beds that a cleaner knows of, in the order in which they were left.
    dirty: Vec<usize>,
    pub cleaners: usize,
    cleaning: usize,
    pub general: Vec<bool>,
    pub waiting: Ledger,
    pub taken: Ledger,
}

impl Wards {
    pub fn new(site: &Site) -> Self {
        let bed = |ward| Bed { ward, state: State::Clean, left: None, began: 0.0, clean: 0.0, minutes: 0.0 };
        Self {
            beds: site.wards.iter().enumerate().flat_map(|(at, ward)| std::iter::repeat_n(bed(at), ward.beds)).collect(),
            asked: Vec::new(),
            dirty: Vec::new(),
            cleaners: 1,
            cleaning: 0,
            general: site.wards.iter().map(|ward| ward.general).collect(),
            waiting: Ledger::default(),
            taken: Ledger::default(),
        }
    }

    pub fn has(&self, ward: usize) -> bool {
        self.beds.iter().any(|bed| bed.ward == ward)
    }

    pub fn count(&self, ward: usize, states: &[State]) -> usize {
        self.beds.iter().filter(|bed| bed.ward == ward && states.contains(&bed.state)).count()
    }

    pub fn free(&self, ward: usize) -> Option<usize> {
        self.beds.iter().position(|bed| bed.ward == ward && bed.state == State::Clean)
    }

    /// A bed for somebody of a ward; `elsewhere`: they have waited long enough for another one's.
    pub fn choose(&self, ward: usize, elsewhere: bool, choice: Choice) -> Option<usize> {
        let own = self.free(ward);
        if own.is_some() || !elsewhere || !self.general.get(ward).copied().unwrap_or(false) {
            return own;
        }
        let others = || (0..self.general.len()).filter(|&other| other != ward && self.general.get(other).copied().unwrap_or(false));
        match choice {
            Choice::FirstFree => others().find_map(|other| self.free(other)),
            Choice::Need if self.count(ward, &[State::Dirty, State::Cleaning]) > 0 => None,
            Choice::Need => others().max_by_key(|&other| self.count(other, &[State::Clean])).and_then(|other| self.free(other)),
        }
    }

    pub fn set(&mut self, bed: usize, state: State) {
        self.beds.get_mut(bed).into_iter().for_each(|bed| bed.state = state);
    }

    /// Somebody left: the bed is dirty, and found by cleaners at once or on their next round.
    pub fn left(&mut self, bed: usize, now: f64, minutes: f64, policy: Policy) {
        if let Some(bed) = self.beds.get_mut(bed) {
            (bed.state, bed.left, bed.minutes) = (State::Dirty, Some(now), minutes);
        }
        self.taken.goes(now);
        if policy.cleaning == Cleaning::Demand {
            self.dirty.push(bed);
        }
    }

    /// Cleaners go round and find what is dirty.
    pub fn found(&mut self) {
        let known = &mut self.dirty;
        known.extend(
            (0..self.beds.len()).filter(|at| !known.contains(at) && self.beds.get(*at).is_some_and(|bed| bed.state == State::Dirty)).collect::<Vec<_>>(),
        );
    }

    /// The bed whose cleaning begins now, if a cleaner is free. On demand, beds of wards for which somebody waits come first.
    pub fn clean_next(&mut self, now: f64, policy: Policy, wanted: impl Fn(usize) -> bool) -> Option<(usize, f64)> {
        if self.cleaning >= self.cleaners || self.dirty.is_empty() {
            return None;
        }
        let wanted = |at: &usize| self.beds.get(*at).is_some_and(|bed| wanted(bed.ward));
        let first = if policy.cleaning == Cleaning::Demand { self.dirty.iter().position(wanted).unwrap_or(0) } else { 0 };
        let at = self.dirty.remove(first);
        let bed = self.beds.get_mut(at)?;
        (bed.state, bed.began) = (State::Cleaning, now);
        self.cleaning += 1;
        Some((at, bed.minutes))
    }

    pub fn cleaned(&mut self, bed: usize, now: f64) {
        self.cleaning = self.cleaning.saturating_sub(1);
        if let Some(bed) = self.beds.get_mut(bed) {
            (bed.state, bed.clean) = (State::Clean, now);
        }
    }

    pub fn asks(&mut self, who: Who, now: f64) {
        self.waiting.comes(now);
        self.asked.push((who, now));
    }

    pub fn asks_no_more(&mut self, who: Who, now: f64) {
        if let Some(at) = self.asked.iter().position(|(other, _)| *other == who) {
            self.asked.remove(at);
            self.waiting.goes(now);
        }
    }
}

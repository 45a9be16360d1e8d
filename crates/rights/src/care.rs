//! Who takes care of whom, in memory: ties by what they tie to, denials, masked people.

use crate::Keys;
use crate::ties::{OPEN, Said};
use rihla_fhirpath::Zone;
use rihla_kernel::Instant;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// A security label: system and code.
pub type Label = (String, String);

pub struct Care {
    pub zone: Zone,
    pub masks: BTreeSet<Label>,
    /// The longest look-back of all classes, in milliseconds: what ended before it is forgotten.
    pub longest: i64,
    /// The row up to which the feed was read; none before the record was read for the first time.
    pub upto: Option<u32>,
    /// What a place or an organisation is part of.
    pub parents: HashMap<String, String>,
    sources: HashMap<String, Source>,
    holders: HashMap<String, HashMap<u32, HashMap<String, i64>>>,
    /// Those who bear a label, and with them whoever is one person with them.
    labelled: Keys,
    masked: Keys,
    /// Who was merged into whom.
    merged: HashMap<u32, u32>,
    /// Sets that were asked for, until something changes.
    made: HashMap<(Vec<String>, i64), Arc<Keys>>,
}

/// What a resource says now, with what it said before and is not over for long.
struct Source {
    patient: u32,
    ties: Vec<(String, i64)>,
    denies: Option<Denial>,
}

struct Denial {
    patient: u32,
    to: Vec<String>,
    until: i64,
}

/// Sets are exact to so many milliseconds: a tie that ended is let go of a moment later.
const GRAIN: i64 = 60_000;
/// Sets remembered at most.
const MADE: usize = 10_000;

impl Care {
    pub fn new(zone: Zone, masks: BTreeSet<Label>, longest: i64) -> Self {
        Self {
            zone,
            masks,
            longest,
            upto: None,
            parents: HashMap::new(),
            sources: HashMap::new(),
            holders: HashMap::new(),
            labelled: Keys::new(),
            masked: Keys::new(),
            merged: HashMap::new(),
            made: HashMap::new(),
        }
    }

    /// Forgets all but how to read.
    pub fn clear(&mut self) {
        let (zone, masks) = (self.zone.clone(), std::mem::take(&mut self.masks));
        *self = Self::new(zone, masks, self.longest);
    }

    /// Takes in what a resource says at `at`; `None`: it says nothing any more.
    pub fn take(&mut self, name: &str, patient: u32, said: Option<Said>, at: Instant) {
        self.made.clear();
        let before = self.sources.remove(name);
        let said = said.unwrap_or_default();
        let mut ties: HashMap<String, i64> = HashMap::new();
        for (holder, until) in said.ties {
            let mut at = Some(holder);
            // What a place is part of holds what the place holds.
            for _ in 0..DEEP {
                let Some(holder) = at else { break };
                let known = ties.entry(holder.clone()).or_insert(until);
                *known = (*known).max(until);
                at = self.parents.get(&holder).cloned();
            }
        }
        if let Some(before) = before {
            for (holder, until) in before.ties {
                self.untie(&holder, before.patient, name);
                // What is named no more ended now; what has ended stays ended. Another patient's is gone.
                if !ties.contains_key(&holder) && before.patient == patient {
                    ties.insert(holder, until.min(at.0));
                }
            }
        }
        ties.retain(|_, until| *until >= at.0.saturating_sub(self.longest));
        for (holder, until) in &ties {
            self.holders.entry(holder.clone()).or_default().entry(patient).or_default().insert(name.to_owned(), *until);
        }
        let denies = said.denies.map(|to| Denial { patient, to, until: ties.get("deny").copied().unwrap_or(OPEN) });
        if !ties.is_empty() || denies.is_some() {
            self.sources.insert(name.to_owned(), Source { patient, ties: ties.into_iter().collect(), denies });
        }
    }

    fn untie(&mut self, holder: &str, patient: u32, name: &str) {
        let Some(patients) = self.holders.get_mut(holder) else { return };
        if let Some(sources) = patients.get_mut(&patient) {
            sources.remove(name);
            if sources.is_empty() {
                patients.remove(&patient);
            }
        }
    }

    pub fn mask(&mut self, patient: u32, labels: &[Label]) {
        self.made.clear();
        if labels.iter().any(|label| self.masks.contains(label)) {
            self.labelled.insert(patient);
        } else {
            self.labelled.remove(patient);
        }
        self.masked = self.of_one_person(self.labelled.clone());
    }

    /// Takes in whose record stands in the place of a patient's.
    pub fn merge(&mut self, patient: u32, into: Option<u32>) {
        let before = match into {
            Some(into) => self.merged.insert(patient, into),
            None => self.merged.remove(&patient),
        };
        if before != into {
            self.made.clear();
            self.masked = self.of_one_person(self.labelled.clone());
        }
    }

    /// The same patients with all other records of theirs (R14).
    pub fn of_one_person(&self, mut patients: Keys) -> Keys {
        for (goes, stays) in &self.merged {
            if patients.contains(*goes) {
                patients.insert(*stays);
            }
        }
        // By now whoever stays is there if any record of theirs is.
        for (goes, stays) in &self.merged {
            if patients.contains(*stays) {
                patients.insert(*goes);
            }
        }
        patients
    }

    pub fn masked(&self) -> &Keys {
        &self.masked
    }

    /// Patients tied to one of some holders, now or until `since`.
    pub fn related(&mut self, holders: &[String], since: Instant) -> Arc<Keys> {
        let asked = (holders.to_vec(), since.0 / GRAIN);
        if let Some(made) = self.made.get(&asked) {
            return made.clone();
        }
        let tied = holders.iter().filter_map(|holder| self.holders.get(holder)).flatten();
        let set: Keys = tied.filter(|(_, sources)| sources.values().any(|until| *until / GRAIN >= asked.1)).map(|(patient, _)| *patient).collect();
        let set = self.of_one_person(set);
        if self.made.len() >= MADE {
            self.made.clear();
        }
        self.made.entry(asked).or_insert_with(|| Arc::new(set)).clone()
    }

    /// Patients who keep one of some parties away.
    pub fn denied(&self, parties: &[String], now: Instant) -> Keys {
        let parties: HashSet<&String> = parties.iter().collect();
        let denials = self.holders.get("deny").into_iter().flat_map(|patients| patients.values()).flat_map(HashMap::keys);
        let denials = denials.filter_map(|name| self.sources.get(name)?.denies.as_ref()).filter(|denial| denial.until > now.0);
        let denied = denials.filter(|denial| denial.to.is_empty() || denial.to.iter().any(|one| parties.contains(one))).map(|denial| denial.patient);
        self.of_one_person(denied.collect())
    }
}

/// How deep places stand in each other at most: bed, room, ward, floor, building, site.
const DEEP: usize = 12;

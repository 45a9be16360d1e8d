//! Figures of times that are over, kept until something that they are made of changes: most of a year stays as it was while
//! today is written.

use crate::fact::Fact;
use crate::figure::{Figure, Period, Unit};
use crate::weeks::{Extent, extent, week};
use std::collections::{BTreeMap, HashMap};
use std::sync::{PoisonError, RwLock};

/// Figures that are kept at most; then all are forgotten.
const MOST: usize = 50_000;
/// A visit is told where the patient was for a week after it.
const AFTER: i64 = 2;

type Key = (String, Unit, i64, i64);

/// What changed last in which week, and what was reckoned when.
#[derive(Debug, Default)]
pub struct Memo {
    tick: u64,
    places: u64,
    weeks: BTreeMap<i64, u64>,
    /// Changes of what goes on: of all weeks from this one on.
    onward: BTreeMap<i64, u64>,
    kept: RwLock<HashMap<Key, (u64, Figure)>>,
}

/// A copy reckons for itself.
impl Clone for Memo {
    fn clone(&self) -> Self {
        let (weeks, onward) = (self.weeks.clone(), self.onward.clone());
        Self { tick: self.tick, places: self.places, weeks, onward, kept: RwLock::default() }
    }
}

/// What is remembered is no part of what is said.
impl PartialEq for Memo {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Memo {
    /// A fact came, or is there no more.
    pub fn touch(&mut self, fact: &Fact) {
        self.tick += 1;
        let touched: Option<Extent> = match fact {
            Fact::Place(_) => {
                self.places = self.tick;
                None
            }
            Fact::Dose { at, .. } => Some((*at, Some(*at))),
            _ => extent(fact),
        };
        match touched {
            Some((from, Some(to))) => (week(from)..=week(to.max(from))).for_each(|week| _ = self.weeks.insert(week, self.tick)),
            Some((from, None)) => _ = self.onward.insert(week(from), self.tick),
            None => {}
        }
    }

    fn changed(&self, period: Period) -> u64 {
        let last = week(period.to) + AFTER;
        let own = self.weeks.range(week(period.from)..=last).map(|(_, tick)| *tick).max();
        let onward = self.onward.range(..=last).map(|(_, tick)| *tick).max();
        own.max(onward).unwrap_or(0).max(self.places)
    }

    /// The figure of a period that is over, reckoned anew only if something changed.
    pub fn of(&self, code: &str, unit: Unit, period: Period, reckon: impl FnOnce() -> Option<Figure>) -> Option<Figure> {
        let key = (code.to_owned(), unit, period.from, period.to);
        let known = self.kept.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some((tick, figure)) = known
            && self.changed(period) <= tick
        {
            return Some(figure);
        }
        let figure = reckon()?;
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(key, (self.tick, figure.clone()));
        Some(figure)
    }
}

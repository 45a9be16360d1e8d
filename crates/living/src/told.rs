//! What the hospital did lately, for whoever watches: of nobody.

use rihla_kernel::Instant;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

/// The last acts that are remembered.
const LAST: usize = 24;

/// One act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Did {
    pub at: Instant,
    /// The site's place in the pack's list.
    pub site: usize,
    /// What: `arrive`, `triage`, `box`, `charge`, `decide`, `left`, `depart`, `admit`, `may-go`, `clean`.
    pub what: &'static str,
    /// It was refused with this code.
    pub refused: Option<String>,
}

#[derive(Default)]
struct Kept {
    last: VecDeque<Did>,
    counts: BTreeMap<(usize, &'static str), u64>,
    refused: u64,
}

/// Shared by the player, who tells, and the page, which shows.
#[derive(Default)]
pub struct Told(Mutex<Kept>);

impl Told {
    pub(crate) fn tell(&self, did: Did) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match did.refused {
            None => *kept.counts.entry((did.site, did.what)).or_default() += 1,
            Some(_) => kept.refused += 1,
        }
        kept.last.push_front(did);
        kept.last.truncate(LAST);
    }

    /// The newest first.
    pub fn last(&self) -> Vec<Did> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).last.iter().cloned().collect()
    }

    /// How often something was done at a site since the server began.
    pub fn count(&self, site: usize, what: &'static str) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).counts.get(&(site, what)).copied().unwrap_or(0)
    }

    pub fn refused(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).refused
    }
}

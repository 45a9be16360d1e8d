//! Staff or places of one kind, whose number changes by the hour, and those who wait for them.

use crate::sim::Ledger;

/// Somebody by their place in the list of the run's people.
pub type Who = usize;

#[derive(Debug, Default)]
pub struct Pool {
    pub capacity: usize,
    busy: usize,
    pub waiting: Vec<Who>,
    queue: Ledger,
    served: Ledger,
}

impl Pool {
    pub fn new(capacity: usize) -> Self {
        Self { capacity, ..Self::default() }
    }

    pub fn comes(&mut self, who: Who, now: f64) {
        self.queue.comes(now);
        self.waiting.push(who);
    }

    /// Whoever has the least key is next, if anybody of the staff is free; of equals, whoever stands first.
    pub fn next(&mut self, now: f64, key: impl Fn(Who) -> f64) -> Option<Who> {
        if self.busy >= self.capacity {
            return None;
        }
        let (at, _) = self.waiting.iter().enumerate().map(|(at, &who)| (at, key(who))).min_by(|one, other| one.1.total_cmp(&other.1))?;
        self.busy += 1;
        self.queue.goes(now);
        self.served.comes(now);
        Some(self.waiting.remove(at))
    }

    /// Somebody who waited goes away unserved.
    pub fn gives_up(&mut self, who: Who, now: f64) {
        if let Some(at) = self.waiting.iter().position(|&other| other == who) {
            self.waiting.remove(at);
            self.queue.goes(now);
        }
    }

    pub fn goes(&mut self, now: f64) {
        self.served.goes(now);
        self.busy = self.busy.saturating_sub(1);
    }

    pub fn close(&mut self, now: f64) {
        self.queue.close(now);
        self.served.close(now);
    }

    pub fn gap(&self) -> f64 {
        self.queue.gap().max(self.served.gap())
    }
}

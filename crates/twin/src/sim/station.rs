//! Servers of one kind and those who wait for them: a desk, boxes, beds.

use super::Ledger;
use std::collections::VecDeque;

/// Who of those who wait is next.
pub trait Discipline<C> {
    /// A place in the queue, which is never empty and stands in the order of arrival.
    fn next(&mut self, waiting: &VecDeque<C>) -> usize;
}

/// Whoever came first.
#[derive(Clone, Copy, Debug, Default)]
pub struct First;

impl<C> Discipline<C> for First {
    fn next(&mut self, _waiting: &VecDeque<C>) -> usize {
        0
    }
}

/// So many servers, and one queue.
#[derive(Debug)]
pub struct Station<C, D = First> {
    servers: usize,
    busy: usize,
    waiting: VecDeque<C>,
    discipline: D,
    /// Those who wait.
    pub queue: Ledger,
    /// Those who are served.
    pub served: Ledger,
}

impl<C, D: Discipline<C>> Station<C, D> {
    pub fn new(servers: usize, discipline: D) -> Self {
        Self { servers, busy: 0, waiting: VecDeque::new(), discipline, queue: Ledger::default(), served: Ledger::default() }
    }

    /// Somebody comes; `Some`: they are served at once.
    pub fn comes(&mut self, who: C, now: f64) -> Option<C> {
        self.queue.comes(now);
        if self.busy < self.servers {
            self.busy += 1;
            self.begins(now);
            return Some(who);
        }
        self.waiting.push_back(who);
        None
    }

    /// Somebody who was served goes; `Some`: who is served next.
    pub fn goes(&mut self, now: f64) -> Option<C> {
        self.served.goes(now);
        if self.waiting.is_empty() {
            self.busy = self.busy.saturating_sub(1);
            return None;
        }
        let at = self.discipline.next(&self.waiting).min(self.waiting.len() - 1);
        self.begins(now);
        self.waiting.remove(at)
    }

    fn begins(&mut self, now: f64) {
        self.queue.goes(now);
        self.served.comes(now);
    }

    pub fn is_full(&self) -> bool {
        self.busy >= self.servers
    }

    pub fn close(&mut self, now: f64) {
        self.queue.close(now);
        self.served.close(now);
    }

    /// The part of the servers' time in which they served.
    pub fn utilisation(&self) -> f64 {
        self.served.mean() / (self.servers.max(1) as f64)
    }

    /// The larger gap of the two books ([`Ledger::gap`]).
    pub fn gap(&self) -> f64 {
        self.queue.gap().max(self.served.gap())
    }
}

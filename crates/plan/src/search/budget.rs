//! How long to search: in moves, which makes a run repeatable, or by a clock that the caller brings.

/// Seconds by some clock, read on the searching thread: its CPU time, or the wall's.
pub trait Clock: Sync {
    fn seconds(&self) -> f64;
}

/// For budgets in moves alone.
pub struct NoClock;

impl Clock for NoClock {
    fn seconds(&self) -> f64 {
        0.0
    }
}

/// The limits of one thread's search; whichever is reached first ends it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Budget {
    pub moves: Option<u64>,
    pub seconds: Option<f64>,
}

impl Budget {
    pub fn moves(moves: u64) -> Budget {
        Budget { moves: Some(moves), seconds: None }
    }

    pub fn seconds(seconds: f64) -> Budget {
        Budget { moves: None, seconds: Some(seconds) }
    }
}

/// A running budget.
pub struct Spent<'c> {
    budget: Budget,
    clock: &'c dyn Clock,
    began: f64,
}

impl<'c> Spent<'c> {
    pub fn new(budget: Budget, clock: &'c dyn Clock) -> Spent<'c> {
        Spent { budget, clock, began: clock.seconds() }
    }

    /// How much of the budget is used, 1 or more if all of it.
    pub fn fraction(&self, moves: u64) -> f64 {
        let by_moves = self.budget.moves.map_or(0.0, |limit| moves as f64 / limit.max(1) as f64);
        let by_clock = self.budget.seconds.map_or(0.0, |limit| (self.clock.seconds() - self.began) / limit.max(1e-9));
        if self.budget == Budget::default() { 1.0 } else { by_moves.max(by_clock) }
    }
}

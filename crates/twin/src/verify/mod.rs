//! Whether the simulation is right, before anybody believes what it says: formulas that are known, and a model that others
//! published with its figures.

mod formulas;
mod queues;
mod treatment;

use std::fmt;

/// One thing that has to hold.
#[derive(Clone, Debug)]
pub struct Check {
    pub what: String,
    pub expected: f64,
    pub found: f64,
    /// How far apart they may be, in the same unit.
    pub within: f64,
}

impl Check {
    pub fn holds(&self) -> bool {
        (self.found - self.expected).abs() <= self.within
    }
}

impl fmt::Display for Check {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.holds() { "holds" } else { "FAILS" };
        write!(out, "{verdict}  {:<58} expected {:>10.4}  found {:>10.4}  within {:.4}", self.what, self.expected, self.found, self.within)
    }
}

/// Runs all checks. `replications`: of the published model, for each of its scenarios.
pub fn all(seed: u64, replications: u64) -> Vec<Check> {
    let mut checks = queues::checks(seed);
    checks.extend(treatment::checks(seed, replications));
    checks
}

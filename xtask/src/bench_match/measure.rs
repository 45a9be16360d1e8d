//! How much of what was found is right, and how much of what is right was found.

use std::collections::BTreeSet;
use std::fmt;

pub struct Quality {
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
    pub found: usize,
    pub wrong: usize,
    pub missed: usize,
}

impl Quality {
    /// Of pairs, the smaller place first.
    pub fn of(found: &BTreeSet<(u32, u32)>, truth: &BTreeSet<(u32, u32)>) -> Self {
        let right = found.intersection(truth).count();
        let share = |of: usize| if of == 0 { 1.0 } else { right as f64 / of as f64 };
        let (precision, recall) = (share(found.len()), share(truth.len()));
        let f1 = if precision + recall == 0.0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) };
        Self { precision, recall, f1, found: found.len(), wrong: found.len() - right, missed: truth.len() - right }
    }
}

impl fmt::Display for Quality {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { precision, recall, f1, found, wrong, missed } = self;
        write!(out, "precision {precision:.5} recall {recall:.5} F1 {f1:.5} ({found} pairs found, {wrong} wrong, {missed} missed)")
    }
}

/// CPU time of all threads so far.
pub fn seconds() -> f64 {
    cpu_time::ProcessTime::now().as_duration().as_secs_f64()
}

/// Resident memory in megabytes, where the system tells it.
pub fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or_default() >> 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_pairs() {
        let quality = Quality::of(&BTreeSet::from([(0, 1), (2, 3), (4, 5)]), &BTreeSet::from([(0, 1), (2, 3), (6, 7), (8, 9)]));
        assert!((quality.precision - 2.0 / 3.0).abs() < 1e-9 && (quality.recall - 0.5).abs() < 1e-9 && (quality.f1 - 4.0 / 7.0).abs() < 1e-9);
        assert_eq!((quality.found, quality.wrong, quality.missed), (3, 1, 2));
    }
}

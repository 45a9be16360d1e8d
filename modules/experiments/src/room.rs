//! Where experiments are run: one at a time, away from what serves pages, and kept by what was asked.

use rihla_twin::hospital::ask::Asked;
use rihla_twin::hospital::experiment::Found;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError, TryLockError};

/// Results that are kept: the same question gives the same figures, so they may be lost.
const MOST: usize = 40;

static KEPT: Mutex<VecDeque<(Asked, Arc<Found>)>> = Mutex::new(VecDeque::new());
static BUSY: Mutex<()> = Mutex::new(());

/// What came of asking for a run.
pub enum Ran {
    Done,
    /// Somebody else's runs.
    Busy,
}

pub fn kept(asked: &Asked) -> Option<Arc<Found>> {
    let kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    kept.iter().find(|(other, _)| other == asked).map(|(_, found)| found.clone())
}

/// Runs what was checked before. Whoever asked may go away: it is kept all the same.
pub async fn run(asked: Asked) -> Ran {
    if kept(&asked).is_some() {
        return Ran::Done;
    }
    tokio::task::spawn_blocking(move || alone(asked)).await.unwrap_or(Ran::Busy)
}

fn alone(asked: Asked) -> Ran {
    let _busy = match BUSY.try_lock() {
        Ok(busy) => busy,
        Err(TryLockError::Poisoned(busy)) => busy.into_inner(),
        Err(TryLockError::WouldBlock) => return Ran::Busy,
    };
    if let Ok(found) = asked.compare() {
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front((asked, Arc::new(found)));
        kept.truncate(MOST);
    }
    Ran::Done
}

#[cfg(test)]
mod tests {
    use super::*;

    /// EXP-2, EXP-3
    #[test]
    fn runs_are_one_at_a_time_and_kept() {
        let asked = |seed| Asked { other: "cleaning".into(), beds: 100, runs: 2, days: 1, seed, ..Asked::default() };
        let held = BUSY.lock().expect("nobody runs");
        assert!(matches!(alone(asked(1)), Ran::Busy) && kept(&asked(1)).is_none());
        drop(held);
        for seed in 0..=MOST as u64 {
            assert!(matches!(alone(asked(seed)), Ran::Done));
        }
        assert!(kept(&asked(0)).is_none(), "the oldest is let go");
        assert!(kept(&asked(MOST as u64)).is_some());
    }
}

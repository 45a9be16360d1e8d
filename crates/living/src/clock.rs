//! The clock of a hospital that is played: it goes faster than the one on the wall, or stands, and never ahead of what the
//! hospital has lived.

use rihla_kernel::{Clock, Instant};
use std::sync::{Arc, PoisonError, RwLock};

/// How fast time may pass.
pub const FASTEST: u32 = 600;

/// Shared by all who ask for the hospital's time.
pub struct HospitalClock {
    wall: Arc<dyn Clock>,
    hand: RwLock<Hand>,
}

#[derive(Clone, Copy)]
struct Hand {
    /// On the wall and here, at the moment in which the hand was last set.
    wall: i64,
    here: i64,
    pace: u32,
    /// Up to where it may go.
    until: i64,
}

impl Hand {
    fn at(self, wall: i64) -> i64 {
        let passed = wall.saturating_sub(self.wall).max(0);
        self.here.saturating_add(passed.saturating_mul(i64::from(self.pace))).min(self.until).max(self.here)
    }
}

impl HospitalClock {
    /// It shows the wall's time, and stands until it is let go.
    pub fn new(wall: Arc<dyn Clock>) -> Self {
        let now = wall.now().0;
        Self { wall, hand: RwLock::new(Hand { wall: now, here: now, pace: 1, until: i64::MAX }) }
    }

    pub fn wall(&self) -> &Arc<dyn Clock> {
        &self.wall
    }

    /// From now on so many seconds in one of ours; 0 stands.
    pub fn set_pace(&self, pace: u32) {
        self.change(|hand| hand.pace = pace.min(FASTEST));
    }

    /// Forward to a later time; never back.
    pub fn forward(&self, to: Instant) {
        self.change(|hand| hand.here = hand.here.max(to.0));
    }

    /// It may go on up to there.
    pub fn allow(&self, until: Instant) {
        self.change(|hand| hand.until = until.0);
    }

    /// What was lived so far stays lived: the hand is set anew at the moment at which something changes.
    fn change(&self, how: impl FnOnce(&mut Hand)) {
        let wall = self.wall.now().0;
        let mut hand = self.hand.write().unwrap_or_else(PoisonError::into_inner);
        let here = hand.at(wall);
        (hand.here, hand.wall) = (here, wall);
        how(&mut hand);
    }

    fn hand(&self) -> Hand {
        *self.hand.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for HospitalClock {
    fn now(&self) -> Instant {
        Instant(self.hand().at(self.wall.now().0))
    }

    fn pace(&self) -> Option<u32> {
        Some(self.hand().pace)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_kernel::ManualClock;

    #[test]
    fn time_passes_as_fast_as_it_was_said_and_never_back() {
        let wall = Arc::new(ManualClock::at(1_000_000));
        let clock = HospitalClock::new(wall.clone());
        let passed = |clock: &HospitalClock| clock.now().0 - 1_000_000;
        wall.advance(500);
        assert_eq!((passed(&clock), clock.pace()), (500, Some(1)));
        clock.set_pace(60);
        wall.advance(1_000);
        assert_eq!(passed(&clock), 60_500);
        clock.set_pace(0);
        wall.advance(9_000);
        assert_eq!((passed(&clock), clock.pace()), (60_500, Some(0)));
        clock.forward(Instant(1_100_000));
        clock.forward(Instant(1_000_000));
        assert_eq!(passed(&clock), 100_000);
        clock.set_pace(70_000);
        assert_eq!(clock.pace(), Some(FASTEST));
    }

    #[test]
    fn it_waits_for_who_is_slower_and_does_not_make_up_for_it() {
        let wall = Arc::new(ManualClock::at(0));
        let clock = HospitalClock::new(wall.clone());
        clock.set_pace(600);
        clock.allow(Instant(120_000));
        wall.advance(10_000);
        assert_eq!(clock.now(), Instant(120_000));
        clock.allow(Instant(10_000_000));
        assert_eq!(clock.now(), Instant(120_000));
        wall.advance(100);
        assert_eq!(clock.now(), Instant(180_000));
        // What was lived is not taken back by a nearer bound.
        clock.allow(Instant(60_000));
        assert_eq!(clock.now(), Instant(180_000));
    }
}

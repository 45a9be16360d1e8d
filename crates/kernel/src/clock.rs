//! Time and randomness as parameters.

use std::sync::atomic::{AtomicU64, Ordering};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Instant(pub i64);

/// The only source of the present time. The system's clock is wired in by `server`; tests bring their own.
pub trait Clock: Send + Sync {
    fn now(&self) -> Instant;

    /// How many of its seconds pass in a second of ours, where that is not one and the same: time is played.
    fn pace(&self) -> Option<u32> {
        None
    }
}

/// The only source of randomness.
pub trait Entropy: Send + Sync {
    fn next_u64(&self) -> u64;
}

/// A clock that moves only when told to.
#[derive(Debug)]
pub struct ManualClock(AtomicU64);

impl ManualClock {
    pub fn at(millis: i64) -> Self {
        Self(AtomicU64::new(millis.max(0) as u64))
    }

    pub fn advance(&self, millis: u64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::SeqCst) as i64)
    }
}

/// Repeatable randomness (splitmix64, <https://prng.di.unimi.it/splitmix64.c>).
#[derive(Debug)]
pub struct SeededEntropy(AtomicU64);

impl SeededEntropy {
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Entropy for SeededEntropy {
    fn next_u64(&self) -> u64 {
        let step = 0x9E37_79B9_7F4A_7C15;
        let state = self.0.fetch_add(step, Ordering::Relaxed).wrapping_add(step);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

/// A hybrid logical clock value: 48 bits of milliseconds, 16 bits of counter.
///
/// Orders versions of one node totally and versions of several nodes causally
/// (Kulkarni et al., "Logical Physical Clocks", 2014).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hlc(pub u64);

impl Hlc {
    pub const ZERO: Hlc = Hlc(0);

    pub fn instant(self) -> Instant {
        Instant((self.0 >> 16) as i64)
    }

    /// The value after `self` at wall time `now`: never earlier than either.
    pub fn tick(self, now: Instant) -> Hlc {
        let wall = (now.0.max(0) as u64) << 16;
        Hlc(wall.max(self.0.saturating_add(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hybrid_clock_never_steps_back_with_the_wall_clock() {
        let first = Hlc::ZERO.tick(Instant(1_000));
        let second = first.tick(Instant(900));
        assert!(second > first);
        assert_eq!(second.instant(), Instant(1_000));
        assert_eq!(second.tick(Instant(2_000)).instant(), Instant(2_000));
    }

    #[test]
    fn seeded_entropy_repeats() {
        let (a, b) = (SeededEntropy::new(7), SeededEntropy::new(7));
        assert_eq!((a.next_u64(), a.next_u64()), (b.next_u64(), b.next_u64()));
    }
}

//! The system's clock and randomness: the only place where the program touches either.

use rihla_kernel::{Clock, Entropy, Instant};
use ring::rand::{SecureRandom, SystemRandom};
use std::time::UNIX_EPOCH;

/// The machine's clock.
#[derive(Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the clock that everything else is handed")]
    fn now(&self) -> Instant {
        let since = std::time::SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Instant(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The machine's randomness.
#[derive(Debug)]
pub struct SystemEntropy(SystemRandom);

impl SystemEntropy {
    pub fn new() -> Self {
        Self(SystemRandom::new())
    }
}

impl Default for SystemEntropy {
    fn default() -> Self {
        Self::new()
    }
}

impl Entropy for SystemEntropy {
    fn next_u64(&self) -> u64 {
        let mut bytes = [0; 8];
        if self.0.fill(&mut bytes).is_err() {
            // A token that can be guessed is worse than a server that stands still.
            tracing::error!("the system gave no randomness: the server ends");
            std::process::abort();
        }
        u64::from_le_bytes(bytes)
    }
}

//! What was fetched, for as long as it is good.

use crate::metadata::Metadata;
use rihla_jose::PublicKey;
use rihla_kernel::Instant;

/// A description is asked for again after so long.
const GOOD: i64 = 60 * 60 * 1000;
/// Keys that are not known have the list fetched again, no more often than this: a stranger's tokens make no flood.
const AGAIN: i64 = 60 * 1000;

/// What a provider said of itself.
#[derive(Debug)]
pub(crate) struct Known {
    pub metadata: Metadata,
    pub keys: Vec<PublicKey>,
    pub at: Instant,
}

impl Known {
    pub fn is_good(&self, now: Instant) -> bool {
        (0..GOOD).contains(&now.0.saturating_sub(self.at.0))
    }

    pub fn may_be_asked_again(&self, now: Instant) -> bool {
        now.0.saturating_sub(self.at.0) >= AGAIN
    }

    pub fn has(&self, kid: &str) -> bool {
        self.keys.iter().any(|key| key.kid == kid)
    }
}

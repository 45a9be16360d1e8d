//! How the making of packs goes, as the server says and the page shows.

use rihla_kernel::Instant;
use std::sync::{Arc, PoisonError, RwLock};

/// What came of the last pack that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub at: Instant,
    pub wards: usize,
    pub patients: usize,
    /// Why it is not in the second folder.
    pub second: Option<String>,
}

/// Where packs go and how it went.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Empty: this server makes none.
    pub folder: String,
    pub second: Option<String>,
    pub minutes: u16,
    pub last: Option<Outcome>,
    /// The last try failed: when, and why.
    pub fault: Option<(Instant, String)>,
}

/// Shared by who makes packs and who shows them.
#[derive(Clone, Debug, Default)]
pub struct Board(Arc<RwLock<State>>);

impl Board {
    pub fn new(folder: String, second: Option<String>, minutes: u16) -> Self {
        Self(Arc::new(RwLock::new(State { folder, second, minutes, ..State::default() })))
    }

    pub fn state(&self) -> State {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn made(&self, outcome: Outcome) {
        let mut state = self.0.write().unwrap_or_else(PoisonError::into_inner);
        (state.last, state.fault) = (Some(outcome), None);
    }

    /// The pack before still stands.
    pub fn failed(&self, at: Instant, why: String) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).fault = Some((at, why));
    }
}

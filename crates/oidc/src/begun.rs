//! A sign-in that was begun, as the browser keeps it, sealed.

use rihla_identity::keeping::{Fields, Later, Taken, Wire};
use rihla_kernel::Instant;

/// So long it may take at the provider.
pub(crate) const LASTS: i64 = 10 * 60 * 1000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Begun {
    pub state: String,
    pub nonce: String,
    /// Of PKCE (RFC 7636).
    pub verifier: String,
    pub at: Instant,
    /// They were to be asked even if the provider knows them.
    pub anew: bool,
    /// Where they wanted to go.
    pub next: String,
    /// Whose account it is to be linked with; empty: it is a sign-in.
    pub link: String,
    later: Later,
}

impl Begun {
    pub fn new(state: String, nonce: String, verifier: String, at: Instant) -> Self {
        Self { state, nonce, verifier, at, anew: false, next: String::new(), link: String::new(), later: Later::default() }
    }

    pub fn goes_on(&self, now: Instant) -> bool {
        (0..LASTS).contains(&now.0.saturating_sub(self.at.0))
    }
}

impl Wire for Begun {
    fn put(&self, out: &mut Fields) {
        out.text(1, &self.state);
        out.text(2, &self.nonce);
        out.text(3, &self.verifier);
        out.time(4, self.at);
        out.flag(5, self.anew);
        out.text(6, &self.next);
        out.text(7, &self.link);
        out.later(&self.later);
    }

    fn take(from: &mut Taken<'_>) -> Option<Self> {
        Some(Self {
            state: from.text(1)?,
            nonce: from.text(2)?,
            verifier: from.text(3)?,
            at: from.time(4)?,
            anew: from.flag(5)?,
            next: from.text(6)?,
            link: from.text(7)?,
            later: from.later(),
        })
    }
}

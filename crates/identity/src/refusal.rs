//! What a person or a screen is told when an act of signing in or of administration does not succeed.

use rihla_kernel::{Code, Fault, FaultKind};
use std::fmt;

/// A fault, and when another try may succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub fault: Fault,
    /// For `Retry-After`: seconds from now.
    pub retry_after_s: Option<u32>,
}

impl Refusal {
    pub(crate) fn new(kind: FaultKind, code: Code, text: &'static str) -> Self {
        Fault::new(kind, code, text).into()
    }

    /// Too many tries; the honest wait and come in.
    pub(crate) fn wait(ms: i64) -> Self {
        let fault = Fault::new(FaultKind::Unavailable, "RH-ID-WAIT", "Too many tries. Wait, or sign in on a device that you have used before.");
        Self { fault, retry_after_s: Some(seconds(ms)) }
    }

    /// More people sign in than the machine can check passwords for.
    pub(crate) fn busy() -> Self {
        let fault = Fault::new(FaultKind::Unavailable, "RH-ID-BUSY", "Many people are signing in. Try again in a moment.");
        Self { fault, retry_after_s: Some(2) }
    }

    /// The one answer to a sign-in that fails, whatever the reason: it does not tell which accounts there are.
    pub(crate) fn sign_in() -> Self {
        Self::new(FaultKind::Forbidden, "RH-ID-SIGN-IN", "The name or the password is not right, or the account is not in use.")
    }

    /// A page that stayed open too long, or a forged one.
    pub(crate) fn stale() -> Self {
        Self::new(FaultKind::Forbidden, "RH-ID-STALE", "This sign-in took too long. Begin again.")
    }

    /// A code of the second factor that is wrong or was used.
    pub(crate) fn code() -> Self {
        Self::new(FaultKind::Forbidden, "RH-ID-CODE", "The code is not right, or it was used already. Wait for the next one.")
    }

    pub fn code_of(&self) -> Code {
        self.fault.code
    }
}

fn seconds(ms: i64) -> u32 {
    u32::try_from(ms.max(0).saturating_add(999) / 1000).unwrap_or(u32::MAX).max(1)
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self { fault, retry_after_s: None }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fault.fmt(out)
    }
}

impl std::error::Error for Refusal {}

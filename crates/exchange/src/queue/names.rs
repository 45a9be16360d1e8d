//! Under which names messages are kept.

use rihla_identity::keeping::{hex, sha256};
use rihla_kernel::Instant;
use std::fmt;

/// Whether a queue holds what comes or what goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    In,
    Out,
}

/// A message's place in its queue: milliseconds of its coming, and a count within them. Rises with every message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Seq(pub u64);

/// Bits of the count within one millisecond.
const COUNT_BITS: u32 = 12;

impl Seq {
    pub fn first_at(at: Instant) -> Self {
        Self((at.0.max(0) as u64) << COUNT_BITS)
    }

    /// The next after this one, not before `now`.
    pub fn next(self, now: Instant) -> Self {
        Self(Self::first_at(now).0.max(self.0.saturating_add(1)))
    }

    pub fn instant(self) -> Instant {
        Instant((self.0 >> COUNT_BITS) as i64)
    }

    pub fn read(text: &str) -> Option<Self> {
        (text.len() == 16).then(|| u64::from_str_radix(text, 16).ok()).flatten().map(Self)
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:016x}", self.0)
    }
}

/// Names of one queue.
#[derive(Clone, Debug)]
pub struct Names(String);

impl Names {
    /// A channel's name is of letters, digits and dashes, so that it ends where it should.
    pub fn of(direction: Direction, channel: &str) -> Option<Self> {
        let plain = !channel.is_empty() && channel.len() <= 64 && channel.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-');
        let direction = match direction {
            Direction::In => "in",
            Direction::Out => "out",
        };
        plain.then(|| Self(format!("ex/{direction}/{channel}/")))
    }

    /// `j` the journal, `w` what waits, `p` what is parked, `d` dead letters, `o` ends of which senders were not told.
    pub fn list(&self, kind: char) -> String {
        format!("{}{kind}/", self.0)
    }

    pub fn item(&self, kind: char, seq: Seq) -> String {
        format!("{}{kind}/{seq}", self.0)
    }

    /// A message that was taken, by its sender and control id.
    pub fn known(&self, sender: &str, control_id: &str) -> String {
        self.hashed('c', &[sender.as_bytes(), &[0], control_id.as_bytes()].concat())
    }

    pub(super) fn hashed(&self, kind: char, of: &[u8]) -> String {
        format!("{}{kind}/{}", self.0, hex(sha256(of).get(..16).unwrap_or(&[])))
    }

    pub fn seq(name: &str) -> Option<Seq> {
        Seq::read(name.rsplit('/').next()?)
    }
}

//! The figures of the rules, as data: a hospital's configuration may set them, and tests make them small.

use rihla_kernel::Instant;

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// What one argon2id costs (RFC 9106, 3.1). What was hashed with other figures is hashed anew at the next sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hashing {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

/// How long somebody stays signed in, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// From signing in, whatever happens.
    pub absolute: i64,
    /// Without use, until the session is over.
    pub idle: i64,
    /// Without use, until the screen is locked.
    pub lock: i64,
}

impl Ends {
    /// The shorter of two at each point.
    pub(crate) fn and(self, other: Self) -> Self {
        Self { absolute: self.absolute.min(other.absolute), idle: self.idle.min(other.idle), lock: self.lock.min(other.lock) }
    }
}

/// How wrong tries slow down those that follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Wrong tries that cost nothing.
    pub free: u32,
    /// The wait after the first one beyond; each more doubles it.
    pub first: i64,
    /// No wait is longer: nobody is locked out for ever.
    pub longest: i64,
    /// After so long without a wrong try, half of them are forgotten.
    pub forget: i64,
}

/// All figures of a server.
#[derive(Clone, Debug)]
pub struct Policy {
    pub password: Hashing,
    pub pin: Hashing,
    /// Threads that hash; no more run at once.
    pub hash_threads: usize,
    /// Tries that may wait for a thread: from devices that signed in before, and from others.
    pub known_waiting: usize,
    pub strangers_waiting: usize,

    /// Characters of a password that is the only thing asked for, and of one that stands beside a second factor
    /// (NIST SP 800-63B-4, 3.1.1.2).
    pub password_alone: usize,
    pub password_beside: usize,

    pub invitation: i64,
    pub setup_code: i64,
    /// From the password to the second factor, and of a passkey's challenge.
    pub ticket: i64,
    /// So long after proving who one is, risky acts are open.
    pub fresh: i64,

    /// Wrong PINs until the whole sign-in is asked for.
    pub pin_tries: u32,
    /// A PIN works for so long after a whole sign-in.
    pub pin_window: i64,

    /// Sessions that one account has at once; one more ends the one that was used longest ago.
    pub sessions: usize,
    pub ends: Ends,
    /// Shorter ends of roles; who holds several has the shortest.
    pub ends_of_roles: Vec<(String, Ends)>,
    /// Of a station that several people share.
    pub ends_at_stations: Ends,
    /// Roles that need a second factor.
    pub second_factor: Vec<String>,

    /// By login and address; by login from all devices not seen before; by address; by device and account; by station.
    pub pace_here: Pace,
    pub pace_strangers: Pace,
    pub pace_address: Pace,
    pub pace_device: Pace,
    pub pace_station: Pace,
    /// Tries a minute from devices not seen before, over all accounts, and how many of them at once.
    pub strangers_per_minute: u32,
    pub strangers_burst: u32,
    /// A device that signed in is known for so long.
    pub device: i64,
    /// Places in the memory of wrong tries.
    pub lanes: usize,
}

impl Default for Policy {
    fn default() -> Self {
        let pace = |free, first, longest, forget| Pace { free, first, longest, forget };
        Self {
            // OWASP Password Storage Cheat Sheet: m=19456, t=2, p=1.
            password: Hashing { memory_kib: 19 * 1024, passes: 2, lanes: 1 },
            pin: Hashing { memory_kib: 19 * 1024, passes: 2, lanes: 1 },
            hash_threads: 2,
            known_waiting: 64,
            strangers_waiting: 16,
            password_alone: 15,
            password_beside: 8,
            invitation: 72 * HOUR,
            setup_code: 24 * HOUR,
            ticket: 5 * MINUTE,
            fresh: 5 * MINUTE,
            pin_tries: 5,
            pin_window: 12 * HOUR,
            // A desk, a phone, and some stations of a shift.
            sessions: 12,
            ends: Ends { absolute: 12 * HOUR, idle: HOUR, lock: 15 * MINUTE },
            ends_of_roles: Vec::new(),
            ends_at_stations: Ends { absolute: 12 * HOUR, idle: HOUR, lock: 5 * MINUTE },
            second_factor: Vec::new(),
            pace_here: pace(3, SECOND, 15 * MINUTE, 15 * MINUTE),
            pace_strangers: pace(10, 2 * SECOND, 15 * MINUTE, 15 * MINUTE),
            // A house may stand behind one address: it is slowed, and no more.
            pace_address: pace(60, SECOND, 10 * SECOND, 5 * MINUTE),
            pace_device: pace(10, SECOND, 15 * MINUTE, 15 * MINUTE),
            pace_station: pace(30, SECOND, 5 * MINUTE, 5 * MINUTE),
            strangers_per_minute: 300,
            strangers_burst: 120,
            device: 180 * 24 * HOUR,
            lanes: 1 << 16,
        }
    }
}

/// How long ago something was; never negative, so that a clock that was set back ends nothing early and keeps nothing open.
pub(crate) fn since(then: Instant, now: Instant) -> i64 {
    now.0.saturating_sub(then.0).max(0)
}

//! What happened that is no access to data.

use crate::key::ResKey;
use rihla_kernel::{Actor, Origin, Purpose};

/// The kinds, each with the number that stands for it in the chain. A number is never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum EventKind {
    SignIn = 1,
    /// Too many wrong tries: somebody has to wait.
    LockOut = 2,
    SignOut = 3,
    /// An account was made, suspended, given other roles.
    AccountChange = 4,
    /// A password, a second factor, a passkey, a PIN was set or taken away.
    SecretChange = 5,
    /// The server's own keys.
    KeyChange = 6,
    BrokenGlass = 7,
    Export = 8,
    Backup = 9,
    /// A person let a program have access, or took it back.
    Consent = 10,
    /// The trail itself was read.
    TrailRead = 11,
    /// The server began or ended its work.
    Service = 12,
    /// A shared station was registered or put out.
    StationChange = 13,
}

impl EventKind {
    pub const ALL: [Self; 13] = [
        Self::SignIn,
        Self::LockOut,
        Self::SignOut,
        Self::AccountChange,
        Self::SecretChange,
        Self::KeyChange,
        Self::BrokenGlass,
        Self::Export,
        Self::Backup,
        Self::Consent,
        Self::TrailRead,
        Self::Service,
        Self::StationChange,
    ];

    /// What `kind as u8` came from.
    pub fn of_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u8 == number)
    }

    /// A name for files and screens.
    pub fn code(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::LockOut => "lock-out",
            Self::SignOut => "sign-out",
            Self::AccountChange => "account-change",
            Self::SecretChange => "secret-change",
            Self::KeyChange => "key-change",
            Self::BrokenGlass => "broken-glass",
            Self::Export => "export",
            Self::Backup => "backup",
            Self::Consent => "consent",
            Self::TrailRead => "trail-read",
            Self::Service => "service",
            Self::StationChange => "station-change",
        }
    }
}

/// An event on its way into the chain.
#[derive(Clone, Debug)]
pub struct EventNote {
    pub kind: EventKind,
    pub actor: Actor,
    pub purpose: Purpose,
    pub origin: Origin,
    /// It was refused or failed.
    pub denied: bool,
    /// The patient whom it is about, or 0.
    pub patient: ResKey,
    /// What it was done to: an account, a program, a file. Never a secret, never a name that somebody typed in vain.
    pub subject: Box<str>,
    /// Further words, such as a reason that was given.
    pub detail: Box<str>,
}

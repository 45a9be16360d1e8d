//! People's accounts: who may come in, how they prove it, how long they stay in, and how the next person at the same screen
//! comes in as themselves. No screens and no HTTP: `spec.md` beside this crate has the rules, each with an id.
//!
//! [`Identity`] is the one door. What it keeps is operational state behind a [`Vault`]: marks beside the record.

mod account;
mod factors;
mod identity;
mod names;
mod outside;
mod passkey;
mod password;
mod policy;
mod refusal;
mod secret;
mod secrets;
mod session;
mod setup;
mod sign_in;
mod station;
mod throttle;
mod totp;
mod vault;
mod wire;

pub use account::{Account, AccountId, By, DisplayName, Grant, Invitation, LOGIN_MAX, Move, NewAccount, Profile, Standing, State, fold_login};
pub use factors::PasskeyShown;
pub use identity::{Identity, RelyingParty, Settings};
pub use outside::Outside;
pub use passkey::{Assertion, Offer, Registration};
pub use password::PASSWORD_MAX;
pub use policy::{Ends, Hashing, Pace, Policy};
pub use refusal::Refusal;
pub use secret::{Keys, Sealer, Token};
pub use session::{Fresh, Level, Opened, Present, Proven, Seat, Session, Use};
pub use setup::DemoAccount;
pub use sign_in::{Second, Step, Ways};
pub use station::{Station, Who};
pub use throttle::Client;
pub use totp::Enrolment;
pub use vault::{CHANGED, Change, Committed, EventKind, MemoryVault, RecordVault, Told, Vault};

/// For other parts of the server that keep operational state in the same [`Vault`] the same way.
pub mod keeping {
    pub use crate::secret::{base64url, fingerprint, from_base64url, hex, random, same, sha256};
    pub use crate::wire::{Fields, Later, Taken, Wire, decode, encode};
}

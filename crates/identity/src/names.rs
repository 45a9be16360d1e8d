//! Under which names things are kept: all begin with `id/`.

use crate::account::AccountId;

pub(crate) const ACCOUNTS: &str = "id/account/";
pub(crate) const SESSIONS: &str = "id/session/";
pub(crate) const STATIONS: &str = "id/station/";
/// That an account was made: from then on nobody is let in by a setup code.
pub(crate) const FOUNDED: &str = "id/founded";
pub(crate) const SETUP: &str = "id/setup";
/// Which key the secrets of this store were made with.
pub(crate) const KEY: &str = "id/key";

pub(crate) fn account(id: AccountId) -> String {
    format!("{ACCOUNTS}{}", id.to_text())
}

/// To whom a login name belongs. It is never taken away: a name is not given to a second person.
pub(crate) fn login(folded: &str) -> String {
    format!("id/login/{folded}")
}

pub(crate) fn secrets(id: AccountId) -> String {
    format!("id/secrets/{}", id.to_text())
}

/// Raised to end all sessions of an account at once.
pub(crate) fn epoch(id: AccountId) -> String {
    format!("id/epoch/{}", id.to_text())
}

pub(crate) fn session(fingerprint: &str) -> String {
    format!("{SESSIONS}{fingerprint}")
}

pub(crate) fn station(fingerprint: &str) -> String {
    format!("{STATIONS}{fingerprint}")
}

pub(crate) fn badge(hash: &str) -> String {
    format!("id/badge/{hash}")
}

pub(crate) fn passkey(fingerprint: &str) -> String {
    format!("id/passkey/{fingerprint}")
}

/// Whose account somebody of an identity provider comes into, by a hash over issuer and subject.
pub(crate) fn outside(hash: &str) -> String {
    format!("id/outside/{hash}")
}

/// The sessions of one account, so that they are counted without looking at all.
pub(crate) fn open(id: AccountId) -> String {
    format!("id/open/{}/", id.to_text())
}

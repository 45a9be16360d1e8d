//! Under which names things are kept: all begin with `oa/`.

use rihla_identity::keeping::fingerprint;

pub(crate) const CLIENTS: &str = "oa/client/";
pub(crate) const CODES: &str = "oa/code/";
pub(crate) const GRANTS: &str = "oa/grant/";
pub(crate) const LAUNCHES: &str = "oa/launch/";
pub(crate) const KEYS: &str = "oa/key/";
/// Changes with every turn of the keys.
pub(crate) const TURNED: &str = "oa/turned";
pub(crate) const ASSERTIONS: &str = "oa/jti/";
pub(crate) const OUT: &str = "oa/out/";

pub(crate) fn client(id: &str) -> String {
    format!("{CLIENTS}{id}")
}

pub(crate) fn code(code: &str) -> String {
    format!("{CODES}{}", fingerprint(code))
}

pub(crate) fn grant(id: &str) -> String {
    format!("{GRANTS}{id}")
}

pub(crate) fn launch(launch: &str) -> String {
    format!("{LAUNCHES}{}", fingerprint(launch))
}

pub(crate) fn key(kid: &str) -> String {
    format!("{KEYS}{kid}")
}

/// An assertion's number is its client's: two clients may draw the same.
pub(crate) fn assertion(client: &str, jti: &str) -> String {
    format!("{ASSERTIONS}{}", fingerprint(&format!("{client} {jti}")))
}

pub(crate) fn out(what: &str) -> String {
    format!("{OUT}{what}")
}

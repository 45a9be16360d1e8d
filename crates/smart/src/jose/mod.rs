//! Signed texts: our own, and those of clients.

pub(crate) mod jwk;
pub(crate) mod jws;
pub(crate) mod keys;

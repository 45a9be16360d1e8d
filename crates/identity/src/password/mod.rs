//! Passwords and PINs: which may be chosen, and how they are kept and compared.

mod blocklist;
mod hash;
mod pool;
mod rules;

pub(crate) use blocklist::Blocklist;
pub(crate) use hash::{Hash, decoy, make, verify};
pub(crate) use pool::{Lane, Pool};
pub use rules::PASSWORD_MAX;
pub(crate) use rules::{Context, check_password, check_pin, normal, typed_pin};

//! From a person's leave to tokens, and to their end.

pub(crate) mod authorize;
mod end;
pub(crate) mod grant;
pub(crate) mod launch;
mod refresh;
pub(crate) mod token;

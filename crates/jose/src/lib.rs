//! Signed texts of others and of ours (RFC 7515, RFC 7517), the JSON within them, and addresses with parameters: what the
//! authorization server and the sign-in by an outside identity provider share.

mod address;
pub mod json;
mod jwk;
mod jws;

pub use address::{decoded, with_query};
pub use jwk::{Algorithm, PublicKey, read_provider_set, read_set};
pub use jws::{Jws, message, read, read_provider};

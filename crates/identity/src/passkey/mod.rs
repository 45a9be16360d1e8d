//! Passkeys: answers of authenticators, checked as W3C Web Authentication level 3 says, sections 7.1 and 7.2.
//!
//! No attestation is asked for, and none is believed: which make a token is of decides nothing here.

mod cbor;
mod ceremony;
mod client;
mod cose;
mod offer;

pub(crate) use ceremony::{Expected, verify_assertion, verify_registration};
pub use client::{Assertion, Registration};
pub(crate) use cose::ALGORITHMS;
pub use offer::Offer;
pub(crate) use offer::{creation, request};

#[cfg(test)]
mod vectors;

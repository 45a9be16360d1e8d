//! Programs over HTTP, from outside: how they are let in, what they then see, and what attackers try.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

mod asking;
mod attacks;
mod clinic;
mod judging;
mod managing;
mod running;

pub use clinic::*;

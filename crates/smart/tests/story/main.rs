//! The rules of `spec.md`, told through the one door. A test bears the rules that it holds.

#![allow(clippy::indexing_slicing, clippy::expect_used, clippy::panic, reason = "tests")]

mod alone;
mod asking;
mod clients;
mod ends;
mod forged;
mod house;
mod people;
mod record;
mod tokens;

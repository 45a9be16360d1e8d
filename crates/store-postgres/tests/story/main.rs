//! The record's promises, told on PostgreSQL.

#![allow(clippy::indexing_slicing, reason = "tests")]

mod doubt;
#[allow(dead_code, reason = "some of it serves the tests of sealed stores")]
mod keeper;
mod lines;
mod login;
mod plans;
mod power;
mod races;
mod room;
#[path = "../../../../tests/story/mod.rs"]
mod story;

/// Told again in `sealed`, on stores that are.
pub const SEALED: bool = false;

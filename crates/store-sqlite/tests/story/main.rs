//! The record's promises, told on SQLite.

#![allow(clippy::indexing_slicing, reason = "tests")]

mod copies;
#[allow(dead_code, reason = "some of it serves the tests of sealed stores")]
mod keeper;
mod migrations;
#[path = "../../../../tests/story/mod.rs"]
mod story;

/// Told again in `sealed`, on stores that are.
pub const SEALED: bool = false;

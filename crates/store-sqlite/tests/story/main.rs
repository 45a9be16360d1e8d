//! The record's promises, told on SQLite.

#![allow(clippy::indexing_slicing, reason = "tests")]

mod copies;
mod keeper;
mod migrations;
#[path = "../../../../tests/story/mod.rs"]
mod story;

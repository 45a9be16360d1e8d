//! The record's promises, told on PostgreSQL.

#![allow(clippy::indexing_slicing, reason = "tests")]

mod doubt;
mod keeper;
mod lines;
mod login;
mod plans;
mod power;
mod races;
mod room;
#[path = "../../../../tests/story/mod.rs"]
mod story;

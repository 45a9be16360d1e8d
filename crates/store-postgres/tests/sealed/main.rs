//! The record's promises once more, told on PostgreSQL with all of it sealed; and what sealing promises itself.

#![allow(clippy::indexing_slicing, reason = "tests")]

#[path = "../../../../tests/story/at_rest.rs"]
mod at_rest;
#[path = "../story/keeper.rs"]
#[allow(dead_code, reason = "some of it serves tests of the store in the clear")]
mod keeper;
#[path = "../../../../tests/story/mod.rs"]
mod story;

pub const SEALED: bool = true;

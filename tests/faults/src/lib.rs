//! The record under faults: loss of power, a killed process, a full disk, a second owner, races.
//!
//! Here are the means; `tests/` says what has to hold. For tests only; what goes wrong here ends the test.
#![allow(clippy::expect_used, clippy::panic, reason = "only tests use this crate")]

pub mod check;
pub mod disk;
pub mod http;
pub mod load;
pub mod model;
pub mod questions;
pub mod site;
pub mod texts;
pub mod vfs;

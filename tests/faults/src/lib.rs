//! The record under faults: loss of power, a killed process, a full disk, a second owner, races.
//!
//! Here are the means; `tests/` says what has to hold. For tests only; what goes wrong here ends the test.
//!
//! Every run tries a few cases. More are tried on demand: `RIHLA_FAULT_ROUNDS=200` kills as often, and
//! `RIHLA_MODEL_CASES=250` compares as many histories with the model.
#![allow(clippy::expect_used, clippy::panic, reason = "only tests use this crate")]

pub mod back;
pub mod check;
pub mod disk;
pub mod http;
pub mod load;
pub mod look;
pub mod model;
pub mod questions;
pub mod site;
pub mod texts;
pub mod vfs;
pub mod world;

//! A whole site in a test: a server on a free port with a record of its own, a client that speaks plain HTTP, and small
//! resources. For tests only; what goes wrong here ends the test.

#![allow(clippy::expect_used, clippy::panic, reason = "only tests use this crate")]

mod client;
mod resources;
mod screen;
mod site;

pub use client::{Client, Reply};
pub use resources::{Patient, bundle, entry, observation, transaction};
pub use screen::{Event, Events, PASSWORD, Screen};
pub use site::{Folder, Place, TestSite};

//! The record on SQLite: a clinic, an edge node, a demo.
//!
//! One process owns a store. One writer thread commits for all who wait; readers each have a connection and never wait
//! for it. All SQL of this back end is in this crate.

mod audit;
mod backend;
mod batch;
mod fault;
mod flush;
mod lock;
mod open;
mod pack;
mod schema;
mod shared;
mod view;
mod writer;

pub use backend::SqliteBackend;
pub use open::{Options, open};

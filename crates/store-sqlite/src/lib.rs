//! The record on SQLite: a clinic, an edge node, a demo.
//!
//! One process owns a store. One writer thread commits for all who wait; readers each have a connection and never wait
//! for it. All SQL of this back end is in this crate.

mod backend;
mod backup;
mod blobs;
pub mod carry;
mod check;
mod claims;
mod fault;
mod flush;
mod lock;
mod open;
mod readers;
mod rebuild;
mod schema;
mod sealing;
mod shared;
mod tables;
mod trail;
mod verify;
mod view;
pub mod watch;
mod writer;

pub use backend::SqliteBackend;
pub use backup::{Figures, figures, restore};
pub use check::check;
pub use open::{Options, open};
pub use rihla_store_engine::verify::Report;
pub use schema::statements;

//! The record on PostgreSQL: a hospital.
//!
//! One process owns a store. One writer thread commits for all who wait, each batch in one flight; readers each have a line
//! and never wait for it. All SQL of this back end is in this crate. Why it is so: `docs/decisions/0012-postgres.md`.

mod backend;
mod blobs;
pub mod carry;
mod check;
pub mod citus;
mod fault;
mod fetch;
mod flight;
mod flush;
mod lately;
mod open;
mod owner;
mod pool;
mod rebuild;
mod rows;
mod schema;
mod sealing;
mod shared;
mod stretch;
mod tables;
mod trail;
mod verify;
mod view;
mod wire;

/// Encrypted lines to others, by what lines to the database are made of.
pub mod tls {
    pub use crate::wire::tls::{Papers, Tls, config, connect};
    pub use rustls::ClientConfig as TlsConfig;
}
mod writer;

pub use backend::PostgresBackend;
pub use check::check;
pub use open::{Options, open};
pub use rihla_store_engine::verify::Report;
pub use schema::statements;

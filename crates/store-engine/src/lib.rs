//! What every back end has to do in the same way, without a line of SQL: deciding about transactions, the audit chain, what
//! memory holds of a store, packed bodies, sealed contents, checking and taking up a store.
//!
//! A back end brings tables ([`batch::Tables`], [`verify::Books`]) and the order in which things become durable.

pub mod audit;
pub mod batch;
pub mod carry;
pub mod check;
pub mod claims;
pub mod content;
pub mod fault;
pub mod frame;
pub mod memory;
pub mod pack;
pub mod place;
pub mod queue;
pub mod replay;
pub mod sum;
pub mod vault;
pub mod verify;

//! The record: an append-only log of FHIR resource versions, its index, and the one way in and out.
//!
//! A module or an edge gets a [`Scoped`] handle from [`Store::scoped`]; it names who acts and why, and applies what that
//! actor may see to every read, search, history and export. What it writes goes through [`backend::Write`] to the one
//! writer of the back end, which makes versions, index, claims and audit durable in one commit.

mod amend;
pub mod backend;
pub mod blind;
pub mod blob;
pub mod body;
mod everything;
mod feed;
mod handle;
mod history;
pub mod indexer;
pub mod key;
pub mod keys;
mod latest;
mod merged;
mod noted;
mod occupancy;
pub mod people;
pub mod places;
mod platform;
pub mod prepared;
pub mod query;
pub mod runs;
pub mod scope;
mod scope_meet;
mod scope_questions;
pub mod search;
mod standing;
pub mod trail;
mod whereabouts;
mod write_rules;

pub use everything::EverythingQuery;
pub use feed::{Change, FeedCursor};
pub use handle::{Resolution, Scoped, SearchPage, Settings, Store, Stored};
pub use history::{HistoryOf, HistoryPage, HistoryQuery};
pub use latest::{CodeGroup, Latest};
pub use noted::Event;
pub use occupancy::{Slot, Taken};
pub use platform::PlatformChange;
pub use standing::{Marks, ReadOnly};

//! The vocabulary that every room of the house shares: who acts, when, under which name, and what went wrong.
//!
//! This crate does no I/O. Time, randomness and ids are handed in (docs/ARCHITECTURE.md, invariant 7).

mod actor;
mod clock;
mod error;
mod id;
mod lang;
mod module;

pub use actor::{Actor, ActorKind, Origin, Permission, Purpose};
pub use clock::{Clock, Entropy, Hlc, Instant, ManualClock, SeededEntropy};
pub use error::{Code, Fault, FaultKind};
pub use id::{NodeId, ServerId, Shard, SiteId, shard_of_text};
pub use lang::{Lang, weighted};
pub use module::{MODULE_ID_MAX, Module};

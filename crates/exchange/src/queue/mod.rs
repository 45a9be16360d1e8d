//! Messages that wait: kept before they are answered for, worked with in order per patient, never lost and never lost sight of.
//!
//! What is kept is operational state behind identity's [`Vault`](rihla_identity::Vault): marks beside the record, in the same
//! store, backup and move. One queue a channel and direction; names begin with `ex/`.

mod find;
mod lanes;
mod learned;
mod letter;
mod names;
mod store;

pub use find::{Find, Found};
pub use learned::Learned;
pub use letter::{Letter, NewLetter, State};
pub use names::{Direction, Seq};
pub use store::{Accepted, Counts, Decision, Queue, QueueLimits, Settled};

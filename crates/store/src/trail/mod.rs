//! The trail of accesses: what is noted, how it stands in the chain, and how it is found again.
//!
//! Why so: docs/decisions/0019-audit.md. The hashes and signatures over it are the engine's.

mod chunk;
mod event;
mod find;

pub use chunk::{Access, Chunk, Entry, Link, Name, NameOf, Record, Stop, What, read};
pub use event::{EventKind, EventNote};
pub use find::{EachLink, Seen, SeenWhat, Trail, TrailPage, TrailPlace, TrailQuestion, actor_key, block_of, follow, keys_of, patient_key, search};

/// Links whose actors and patients are noted together.
pub const BLOCK: i64 = 64;
/// Stands for every block that is noted at all.
pub const EVERY_KEY: i64 = -1;

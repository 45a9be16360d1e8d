//! Are these two people one?
//!
//! Pure: people, rules of names and seeds in; scores with reasons out. Files, clocks, the record and screens belong to the
//! caller.

pub mod block;
mod cluster;
pub mod compare;
pub mod distance;
pub mod explain;
pub mod field;
pub mod file;
mod hash;
pub mod index;
pub mod model;
pub mod names;
pub mod person;
pub mod prepared;
pub mod random;

pub use explain::{FieldEvidence, Grade, Lines, Verdict, Warning};
pub use field::{Field, Level};
pub use index::{Candidate, Index};
pub use model::{Model, Rival, Score};
pub use names::{NameRules, Writing};
pub use person::{Address, Birth, Identifier, Person, PersonName, Sex};

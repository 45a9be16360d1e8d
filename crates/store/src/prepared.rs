//! A resource made ready for the log, off the writer's thread.

use crate::backend::{Packed, TypeKey};
use crate::blob::BlobHash;
use crate::key::KeyBuf;

/// A reference found in a resource: which field, and what it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    pub field: u16,
    /// 0 for an absolute URL, which is then its own `id`.
    pub ty: TypeKey,
    pub id: Box<str>,
}

/// All that the writer needs of one resource. Keys still lack what only the writer knows: the row, and the integers of
/// the resources that are referred to.
#[derive(Clone, Debug, Default)]
pub struct Prepared {
    pub ty: TypeKey,
    /// The stored form, for the answer to the sender.
    pub body: Vec<u8>,
    pub packed: Packed,
    /// Across-patient keys without their row.
    pub across: KeyBuf,
    /// `field, token, date` parts of this patient's token keys.
    pub in_patient: KeyBuf,
    /// The clinical date as keys hold it.
    pub date: u64,
    pub references: Vec<Reference>,
    /// Whole keys of the display dictionary.
    pub displays: KeyBuf,
    /// The home patient's id, for a resource that belongs to one. A Patient is its own home.
    pub home: Option<Box<str>>,
    /// The large contents that it names.
    pub blobs: Vec<BlobHash>,
    /// Names that nobody else may hold: `system|value` of the hospital's own identifiers, and [`crate::places`]. One that
    /// stands here twice is refused.
    pub claims: Vec<Box<str>>,
    /// How many may lie in it, for a place: what it claims is added once its id is known.
    pub capacity: Option<u32>,
    /// Its keys and claims are those of a blind index.
    pub blind: bool,
}

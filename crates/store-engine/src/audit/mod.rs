//! The chain of accesses: chunks of entries, each chunk's hash over the one before (docs/decisions/0019-audit.md).

mod check;
mod gather;
mod head;
mod noted;
mod offline;

pub use check::{Checked, Checker, Says, SaysOf, index_row};
pub use gather::{Gather, Indexed};
pub use head::{Head, HeadSigner, Heads, PublicKey, head_mark, head_marks, key_text, parse_key};
pub use noted::{Note, Noted};
pub use offline::{check_at_rest, kept_heads};

use ring::digest::{Context, SHA256};

pub const HASH_BYTES: usize = 32;

pub type Hash = [u8; HASH_BYTES];

/// The hash of a chunk that follows `before`.
pub fn link(before: &[u8], entries: &[u8]) -> Hash {
    let mut context = Context::new(&SHA256);
    context.update(before);
    context.update(entries);
    context.finish().as_ref().first_chunk().copied().unwrap_or_default()
}

/// Where the chain ends, and what of it is not noted for finding yet: what a writer knows between batches.
#[derive(Debug, Default)]
pub struct Chain {
    /// The number of the last link; 0 of an empty chain.
    pub last: i64,
    pub hash: Hash,
    pub gather: Gather,
}

/// A link that a batch made.
#[derive(Debug)]
pub struct NewLink {
    pub number: i64,
    pub hash: Hash,
    /// Under what its entries are found.
    pub keys: Vec<i64>,
    /// How many blocks were noted together with it.
    pub noted: usize,
}

impl Chain {
    /// A link is durable.
    pub fn took(&mut self, link: NewLink) {
        (self.last, self.hash) = (link.number, link.hash);
        self.gather.noted(link.noted);
        self.gather.take(link.number, link.keys);
    }

    /// A link that was there before this process.
    pub fn found(&mut self, number: i64, entries: &[u8], hash: &[u8]) {
        self.last = number;
        self.hash = hash.first_chunk().copied().unwrap_or_default();
        self.gather.take(number, keys_of(entries));
    }
}

/// Under what the entries of a chunk are found; nothing of one that cannot be read.
pub fn keys_of(entries: &[u8]) -> Vec<i64> {
    let link = rihla_store::trail::read(entries);
    let mut keys: Vec<i64> = link.iter().flat_map(|link| link.entries()).flat_map(rihla_store::trail::keys_of).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

//! What the writer and the readers of one store hold in common.

use crate::fetch::Read;
use crate::pool::Pool;
use rihla_kernel::{Shard, shard_of_text};
use rihla_store_engine::memory::{Memory, read};
use ring::digest::{SHA256, digest};
use std::borrow::Cow;
use std::ops::Deref;
use std::sync::{Arc, Mutex, RwLock};

/// The table that holds the index. A rebuild makes the next one; views keep the one that they began with, and the last of
/// them has it dropped.
#[derive(Debug)]
pub struct Index {
    pub number: i64,
    pub forward: String,
    pub backward: String,
}

impl Index {
    pub fn new(number: i64) -> Arc<Self> {
        let scan = |order: &str| format!("SELECT key FROM search_{number} WHERE key >= $1 AND key < $2 ORDER BY key{order} LIMIT $3::bigint");
        Arc::new(Self { number, forward: scan(""), backward: scan(" DESC") })
    }
}

/// A store's common state.
pub struct Shared {
    pub memory: Memory,
    pub pool: Pool,
    pub index: RwLock<Arc<Index>>,
    pub lately: Read,
    /// Index tables that a rebuild replaced and that a view may still read.
    pub old: Mutex<Vec<Arc<Index>>>,
}

impl Deref for Shared {
    type Target = Memory;

    fn deref(&self) -> &Memory {
        &self.memory
    }
}

impl Shared {
    pub fn new(memory: Memory, pool: Pool, index: i64) -> Self {
        Self { memory, pool, index: RwLock::new(Index::new(index)), lately: Read::default(), old: Mutex::default() }
    }

    pub fn index(&self) -> Arc<Index> {
        read(&self.index).clone()
    }
}

/// Names longer than this do not fit a key of a B-tree whole.
pub const NAME: usize = 1000;

/// A name as keys hold it: its beginning and its hash if it is long.
pub fn short(name: &str) -> Cow<'_, [u8]> {
    if name.len() <= NAME {
        return Cow::Borrowed(name.as_bytes());
    }
    let mut out = name.as_bytes().get(..NAME - 32).unwrap_or_default().to_vec();
    out.extend_from_slice(digest(&SHA256, name.as_bytes()).as_ref());
    Cow::Owned(out)
}

/// The shard of a name that belongs to no patient.
pub fn shard_of(name: &str) -> i16 {
    shard_of_text(name).get() as i16
}

pub fn shard_of_hash(hash: &[u8]) -> i16 {
    Shard::new(hash.first_chunk().map_or(0, |bytes| u64::from(u16::from_be_bytes(*bytes)))).get() as i16
}

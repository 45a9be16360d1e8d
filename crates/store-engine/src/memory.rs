//! What a node holds of its store in memory: committed keys that wait for the index, replaced rows, counts.

use crate::audit::{Note, Noted};
use crate::batch::Closed;
use crate::fault;
use crate::pack::Packer;
use crate::vault::Vault;
use rihla_kernel::{Clock, Fault, NodeId};
use rihla_store::backend::{TypeKey, VersionRow};
use rihla_store::key::{ResKey, Row};
use rihla_store::runs::{Run, Runs};
use roaring::RoaringBitmap;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Reads that may wait for their place in the audit chain: some sixty megabytes.
const NOTES_MAX: usize = 500_000;

/// Rows that newer versions have replaced. A view at an older tick still sees those replaced after it.
#[derive(Debug, Default)]
pub struct Superseded {
    all: RoaringBitmap,
    /// By whom, for rows replaced after `horizon`.
    recent: HashMap<Row, Row>,
    /// The oldest tick that can still be looked at.
    horizon: Row,
}

/// Replacements remembered at most; then pages begun before now expire.
const REMEMBERED: usize = 500_000;

impl Superseded {
    pub fn from_rows(all: RoaringBitmap, horizon: Row) -> Self {
        Self { all, recent: HashMap::new(), horizon }
    }

    /// From now on nothing before `row` can be looked at.
    pub fn expire(&mut self, row: Row) {
        self.recent.clear();
        self.horizon = row;
    }

    pub fn horizon(&self) -> Row {
        self.horizon
    }

    pub fn insert(&mut self, row: Row, by: Row) {
        if self.recent.len() >= REMEMBERED {
            self.expire(by);
        }
        self.all.insert(row);
        self.recent.insert(row, by);
    }

    pub fn is_current_at(&self, row: Row, tick: Row) -> bool {
        row <= tick && (!self.all.contains(row) || self.recent.get(&row).is_some_and(|by| *by > tick))
    }
}

/// Writer and readers of one store hold this in common.
pub struct Memory {
    pub node: NodeId,
    pub clock: Arc<dyn Clock>,
    pub packer: Packer,
    pub vault: Vault,
    pub runs: RwLock<Arc<Runs>>,
    pub superseded: RwLock<Superseded>,
    /// Current resources by type.
    pub tally: RwLock<HashMap<TypeKey, u64>>,
    pub next_res: AtomicU32,
    /// Reads that wait to be chained by the writer.
    pub notes: Mutex<Vec<Noted>>,
    pub audit: bool,
}

impl Memory {
    pub fn new(node: NodeId, clock: Arc<dyn Clock>, packer: Packer, vault: Vault, audit: bool) -> Self {
        Self {
            node,
            clock,
            packer,
            vault,
            runs: RwLock::default(),
            superseded: RwLock::default(),
            tally: RwLock::default(),
            next_res: AtomicU32::new(1),
            notes: Mutex::default(),
            audit,
        }
    }

    /// A body in stored form, from what its row keeps.
    pub fn body_of(&self, at: &VersionRow, dictionary: u32, stored: &[u8]) -> Result<Vec<u8>, Fault> {
        let (dictionary, packed) = self.vault.open_body(at, dictionary, stored)?;
        self.packer.unpack(dictionary, &packed)
    }

    pub fn runs(&self) -> Arc<Runs> {
        read(&self.runs).clone()
    }

    /// Whether a view at `at` can be given: pages expire, and reads that cannot be accounted for are not made.
    pub fn may_view(&self, at: Option<Row>) -> Result<(), Fault> {
        if at.is_some_and(|at| at < read(&self.superseded).horizon()) {
            return Err(fault::expired());
        }
        if lock(&self.notes).len() > NOTES_MAX {
            return Err(fault::audit_stuck());
        }
        Ok(())
    }

    /// Takes the next free resource keys.
    pub fn reserve(&self, count: u32) -> Result<ResKey, Fault> {
        self.next_res.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |next| next.checked_add(count)).map_err(|_| fault::full())
    }

    /// Keeps a read or an event for the audit chain.
    pub fn note(&self, note: Note) {
        if self.audit {
            let millis = self.clock.now().0;
            lock(&self.notes).push(Noted { note, millis });
        }
    }

    /// Makes a durable batch visible.
    pub fn publish(&self, done: Closed) {
        {
            let mut superseded = write(&self.superseded);
            done.superseded.iter().for_each(|(row, by)| superseded.insert(*row, *by));
        }
        {
            let mut tally = write(&self.tally);
            for (ty, change) in done.tally {
                let count = tally.entry(ty).or_default();
                *count = count.saturating_add_signed(change);
            }
        }
        if !done.pending.keys.is_empty() {
            let run = Run::from_unsorted(&done.pending.keys);
            let next = Arc::new(self.runs().with(run, done.row));
            *write(&self.runs) = next;
        }
    }

    /// The counts as of `upto`, when `later` tells how they changed since, in the form that [`Memory::counts_of`] reads.
    pub fn counts_at(&self, upto: Row, later: Vec<(TypeKey, i64)>) -> Vec<u8> {
        let mut tally = read(&self.tally).clone();
        for (ty, change) in later {
            let count = tally.entry(ty).or_default();
            *count = count.saturating_add_signed(-change);
        }
        Self::counts_form(upto, tally)
    }

    /// Counts as of `upto` in the form that [`Memory::counts_of`] reads.
    pub fn counts_form(upto: Row, tally: impl IntoIterator<Item = (TypeKey, u64)>) -> Vec<u8> {
        let mut sorted: Vec<_> = tally.into_iter().collect();
        sorted.sort_unstable();
        let mut bytes = Vec::with_capacity(4 + sorted.len() * 10);
        bytes.extend_from_slice(&upto.to_be_bytes());
        for (ty, count) in sorted {
            bytes.extend_from_slice(&ty.to_be_bytes());
            bytes.extend_from_slice(&count.to_be_bytes());
        }
        bytes
    }

    /// The row up to which the index on disk is complete, and the counts then.
    pub fn counts_of(bytes: &[u8]) -> (Row, Vec<(TypeKey, u64)>) {
        let (head, rest) = bytes.split_first_chunk::<4>().unwrap_or((&[0; 4], &[]));
        let counts = rest.as_chunks::<10>().0.iter().map(|[a, b, count @ ..]| (u16::from_be_bytes([*a, *b]), u64::from_be_bytes(*count)));
        (Row::from_be_bytes(*head), counts.collect())
    }

    /// Takes counts up again, with what changed since.
    pub fn take_counts(&self, kept: Vec<(TypeKey, u64)>, later: Vec<(TypeKey, i64)>) {
        let mut counts = write(&self.tally);
        *counts = kept.into_iter().collect();
        for (ty, change) in later {
            let count = counts.entry(ty).or_default();
            *count = count.saturating_add_signed(change);
        }
    }
}

/// A lock whose holder panicked still guards valid data here: each critical section is a single assignment.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

pub fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(|poisoned| poisoned.into_inner())
}

pub fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(|poisoned| poisoned.into_inner())
}

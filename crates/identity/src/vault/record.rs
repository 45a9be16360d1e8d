//! Kept as marks beside the record, in the same store, backup and move.
//!
//! The store's writer does not compare marks, so this does, and one process owns a store: between looking and the commit
//! nobody else may change what a change names. Names are dealt to a few locks, so that changes that have nothing to do with
//! each other share a commit.

use super::{Change, Committed, Told, Vault, changed};
use rihla_kernel::{Actor, Fault, FaultKind, Origin, Purpose};
use rihla_store::{Event, Scoped, Store};
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use tokio::sync::Mutex;

const LOCKS: u64 = 64;

/// One for a store, in the process that owns it. Needs a tokio runtime.
#[derive(Clone)]
pub struct RecordVault {
    store: Store,
    writer: Arc<Scoped>,
    locks: Arc<Vec<Arc<Mutex<()>>>>,
}

impl RecordVault {
    pub fn new(store: Store) -> Self {
        let writer = store.scoped(Actor::node("identity"), Purpose::Operations);
        let locks = (0..LOCKS).map(|_| Arc::default()).collect();
        Self { store, writer: Arc::new(writer), locks: Arc::new(locks) }
    }

    async fn apply(self, change: Change) -> Result<(), Fault> {
        let names = change.expect.iter().map(|(name, _)| name).chain(change.set.iter().map(|(name, _)| name));
        // In one order for all, so that no two changes wait for each other.
        let places: BTreeSet<usize> = names.map(|name| place(name)).collect();
        let mut held = Vec::with_capacity(places.len());
        for lock in places.into_iter().filter_map(|place| self.locks.get(place)) {
            held.push(lock.clone().lock_owned().await);
        }
        if !change.holds(|name| self.store.mark(name))? {
            return Err(changed());
        }
        // Noted first, it is chained by the same commit; a commit that fails leaves an event that says what was tried.
        change.told.into_iter().for_each(|told| self.note(told));
        if change.passing {
            return self.writer.commit_passing(change.set).await;
        }
        self.writer.commit(Vec::new(), Vec::new(), change.set).await.map(drop)
    }

    fn note(&self, told: Told) {
        let origin = Origin::new("", &told.station, &told.address);
        self.store.note_event(&Event { origin, denied: told.denied, subject: &told.subject, detail: told.detail, ..Event::of(told.kind, told.actor) });
    }
}

fn place(name: &str) -> usize {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    (hasher.finish() % LOCKS) as usize
}

impl Vault for RecordVault {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Fault> {
        self.store.mark(name)
    }

    fn list(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, Fault> {
        self.store.marks(prefix)
    }

    fn tell(&self, told: Told) {
        self.note(told);
    }

    fn commit(&self, change: Change) -> Committed<'_> {
        // A task of its own: were the locks let go when a browser goes away, the next would look before this is written.
        let applied = tokio::spawn(self.clone().apply(change));
        Box::pin(async move { applied.await.map_err(|_| stopped())? })
    }
}

fn stopped() -> Fault {
    Fault::new(FaultKind::Unavailable, "RH-ID-STOPPED", "The server is stopping. Try again in a moment.")
}

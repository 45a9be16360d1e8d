//! What an operator has done with the keys of a store that is open.

use super::{DataKey, Keyring, LAST_KEY, RootKey, Stage, Vault, damaged, not_sealed, retire, sealed_already, under_way};
use crate::frame::new_key;
use rihla_kernel::{Entropy, Fault, Instant};
use rihla_store::indexer::Indexer;
use std::sync::Arc;

/// A store whose keys can be worked with.
pub trait Keeps {
    fn vault(&self) -> &Vault;

    /// Keeps a ring durably, then works with it; `root` wraps it from now on, if it is another one.
    fn keep_ring(&self, ring: Keyring, root: Option<RootKey>) -> Result<(), Fault>;

    /// Seals a slice anew; returns what is to be done next.
    fn seal_slice(&self) -> Result<Stage, Fault>;

    /// Makes index and claims blind, if they are not, and overwrites what stood in the clear: the last step of a store's first
    /// sealing. `progress` hears how many versions are done.
    fn make_blind(&self, indexer: &Arc<Indexer>, progress: &mut dyn FnMut(u64)) -> Result<(), Fault>;
}

/// Seals a store that is not. What it holds already follows with [`resume`].
pub fn seal(store: &dyn Keeps, root: RootKey, entropy: &dyn Entropy, now: Instant) -> Result<(), Fault> {
    if store.vault().is_on() {
        return Err(sealed_already());
    }
    let id = new_key(entropy)?.first_chunk().copied().ok_or_else(damaged)?;
    let keys = vec![DataKey { number: 1, made: now, key: new_key(entropy)? }];
    store.keep_ring(Keyring { store: id, index: new_key(entropy)?, blind: false, stage: Stage::Bodies(0), keys }, Some(root))
}

/// Gives a sealed store one more data key, which seals from now on. What the others sealed follows with [`resume`].
pub fn rotate(store: &dyn Keeps, entropy: &dyn Entropy, now: Instant) -> Result<(), Fault> {
    let mut ring = store.vault().ring().ok_or_else(not_sealed)?;
    if ring.stage != Stage::Done {
        return Err(under_way());
    }
    let number = ring.current()?.number.checked_add(1).filter(|number| *number <= LAST_KEY).ok_or_else(damaged)?;
    ring.keys.push(DataKey { number, made: now, key: new_key(entropy)? });
    ring.stage = Stage::Bodies(0);
    store.keep_ring(ring, None)
}

/// Wraps the ring with another root key; nothing else changes.
pub fn rewrap(store: &dyn Keeps, root: RootKey) -> Result<(), Fault> {
    store.keep_ring(store.vault().ring().ok_or_else(not_sealed)?, Some(root))
}

/// Goes on until everything is sealed with the newest key. `progress` hears how many versions are done.
pub fn resume(store: &dyn Keeps, indexer: &Arc<Indexer>, progress: &mut dyn FnMut(u64)) -> Result<(), Fault> {
    if !store.vault().is_on() {
        return Err(not_sealed());
    }
    loop {
        match store.seal_slice()? {
            Stage::Bodies(row) => progress(row.into()),
            Stage::Index => {
                store.make_blind(indexer, progress)?;
                let mut ring = store.vault().ring().ok_or_else(not_sealed)?;
                ring.stage = Stage::Done;
                retire(&mut ring);
                store.keep_ring(ring, None)?;
            }
            Stage::Done => return Ok(()),
            _ => {}
        }
    }
}

//! Sealing anew what an older key sealed, or none: slice by slice, each one commit of the one writer together with the ring,
//! which says how far it is. So it goes on beside everything else, and after a crash.

use super::{Keyring, Stage, Vault, not_sealed};
use rihla_kernel::Fault;
use rihla_store::backend::{Packed, VersionRow};
use rihla_store::blob::BlobHash;
use rihla_store::key::Row;

/// Rows of a slice: some milliseconds during which a create waits.
pub const SLICE: usize = 400;

/// A version that holds data, as its row keeps it.
pub struct Stored {
    pub at: VersionRow,
    pub packed: Packed,
}

/// A back end's tables while a slice is done: all of it is one transaction of the owner of the store.
pub trait Rows {
    /// Versions after a row that hold data, in order.
    fn bodies(&mut self, after: Row, limit: usize) -> Result<Vec<Stored>, Fault>;
    fn put_bodies(&mut self, rows: &[Stored]) -> Result<(), Fault>;
    /// Number, type and bytes of all dictionaries.
    fn dictionaries(&mut self) -> Result<Vec<(u32, u16, Vec<u8>)>, Fault>;
    fn put_dictionary(&mut self, number: u32, bytes: &[u8]) -> Result<(), Fault>;
    /// Operational state after a name, in order; the node's own facts too.
    fn state(&mut self, after: &str, limit: usize) -> Result<Vec<(String, Vec<u8>)>, Fault>;
    fn put_state(&mut self, name: &str, value: &[u8]) -> Result<(), Fault>;
    /// Contents that are not purged, after a name, in order; and their keys as they are kept.
    fn keys(&mut self, after: Option<BlobHash>, limit: usize) -> Result<Vec<(BlobHash, Vec<u8>)>, Fault>;
    fn put_key(&mut self, content: &BlobHash, key: &[u8]) -> Result<(), Fault>;
}

/// Does one slice. Returns the ring to go on with, which has to be kept in the same commit.
pub fn slice(vault: &Vault, rows: &mut dyn Rows, limit: usize) -> Result<Keyring, Fault> {
    let mut ring = vault.ring().ok_or_else(not_sealed)?;
    ring.stage = match &ring.stage {
        Stage::Bodies(after) => bodies(vault, rows, *after, limit)?,
        Stage::Dictionaries => {
            for (number, ty, stored) in rows.dictionaries()? {
                let plain = vault.open_dictionary(ty, stored)?;
                rows.put_dictionary(number, &vault.seal_dictionary(ty, &plain)?)?;
            }
            Stage::State(String::new())
        }
        Stage::State(after) => state(vault, rows, after, limit)?,
        Stage::Contents(after) => contents(vault, rows, *after, ring.blind, limit)?,
        done @ (Stage::Index | Stage::Done) => done.clone(),
    };
    if ring.stage == Stage::Done {
        retire(&mut ring);
    }
    Ok(ring)
}

/// Nothing is sealed with the older keys any more.
pub fn retire(ring: &mut Keyring) {
    ring.keys.drain(..ring.keys.len().saturating_sub(1));
}

fn bodies(vault: &Vault, rows: &mut dyn Rows, after: Row, limit: usize) -> Result<Stage, Fault> {
    let found = rows.bodies(after, limit)?;
    // What is written meanwhile is sealed with the newest key, so it ends however much that is.
    let next = match found.last() {
        Some(last) if found.len() == limit => Stage::Bodies(last.at.row),
        _ => Stage::Dictionaries,
    };
    let mut anew = Vec::with_capacity(found.len());
    for Stored { at, packed } in found {
        if vault.is_current_body(packed.dictionary) {
            continue;
        }
        let (dictionary, bytes) = vault.open_body(&at, packed.dictionary, &packed.bytes)?;
        anew.push(Stored { packed: vault.seal_body(&at, Packed { dictionary, bytes: bytes.into_owned() })?, at });
    }
    rows.put_bodies(&anew)?;
    Ok(next)
}

fn state(vault: &Vault, rows: &mut dyn Rows, after: &str, limit: usize) -> Result<Stage, Fault> {
    let found = rows.state(after, limit)?;
    let next = match found.last() {
        Some((last, _)) if found.len() == limit => Stage::State(last.clone()),
        _ => Stage::Contents(None),
    };
    for (name, stored) in found {
        if stored.is_empty() || super::stays_clear(&name) {
            continue;
        }
        let plain = vault.open_state(&name, stored)?;
        rows.put_state(&name, &vault.seal_state(&name, &plain)?)?;
    }
    Ok(next)
}

fn contents(vault: &Vault, rows: &mut dyn Rows, after: Option<[u8; 32]>, blind: bool, limit: usize) -> Result<Stage, Fault> {
    let found = rows.keys(after.map(BlobHash), limit)?;
    let next = match found.last() {
        Some((last, _)) if found.len() == limit => Stage::Contents(Some(last.0)),
        _ if blind => Stage::Done,
        _ => Stage::Index,
    };
    for (content, stored) in found {
        let plain = vault.open_key(&content, stored)?;
        let sealed = vault.seal_key(&content, &plain)?;
        rows.put_key(&content, &sealed)?;
    }
    Ok(next)
}

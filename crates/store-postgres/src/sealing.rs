//! The keys of a store, and what they sealed, in its tables.

use crate::backend::PostgresBackend;
use crate::fault;
use crate::rows;
use crate::shared::shard_of;
use crate::tables::blob_shard;
use crate::wire::{Line, Value};
use crate::writer::Writer;
use rihla_kernel::Fault;
use rihla_store::backend::Packed;
use rihla_store::blob::BlobHash;
use rihla_store::indexer::Indexer;
use rihla_store::key::Row;
use rihla_store_engine::memory::lock;
use rihla_store_engine::vault::{self, Keeps, Keyring, RootKey, Rows, SLICE, Stage, Stored, Vault, not_sealed};
use std::sync::Arc;

/// Who does not own the store any more changes nothing: see `flight`.
const OWNED: &str = "UPDATE owner SET epoch = CASE WHEN epoch = $1 THEN epoch END WHERE shard = 0";
const RING: &str = "INSERT INTO mark (shard, name, value) VALUES (0, $1, $2) ON CONFLICT (name, shard) DO UPDATE SET value = excluded.value";
const BODIES: &str = "SELECT v.row, v.res, v.prev, v.hlc, v.vid, v.actor, v.ty, v.site, v.body IS NULL, v.dictionary, v.body FROM version v \
                      WHERE v.row > $1 AND v.body IS NOT NULL ORDER BY v.row LIMIT $2";
const BODY: &str = "UPDATE version SET dictionary = $2, body = $3 WHERE row = $1";
const STATE: &str = "SELECT name, value FROM mark WHERE name > $1 AND shard = 0 ORDER BY name LIMIT $2";
const KEYS: &str = "SELECT hash, key FROM blob WHERE hash > $1 AND key IS NOT NULL ORDER BY hash LIMIT $2";

impl Keeps for PostgresBackend {
    fn vault(&self) -> &Vault {
        &self.shared().vault
    }

    fn keep_ring(&self, ring: Keyring, root: Option<RootKey>) -> Result<(), Fault> {
        self.between(move |writer| {
            let shared = writer.shared.clone();
            let mark = match &root {
                Some(root) => ring.wrapped_by(root)?,
                None => shared.vault.wrapped(&ring)?,
            };
            writer.as_owner(|line| put_ring(line, &mark))?;
            match &root {
                Some(root) => shared.vault.take(ring, root),
                None => shared.vault.change(ring),
            }
        })
    }

    fn seal_slice(&self) -> Result<Stage, Fault> {
        // An upload that ends meanwhile is sealed with a key that is still in the ring, or with the newest.
        let _placing = lock(&self.shelf().placing);
        self.between(|writer| {
            let shared = writer.shared.clone();
            let ring = writer.as_owner(|line| {
                let ring = vault::slice(&shared.vault, &mut Tables(line), SLICE)?;
                put_ring(line, &shared.vault.wrapped(&ring)?)?;
                Ok(ring)
            })?;
            let stage = ring.stage.clone();
            shared.vault.change(ring)?;
            Ok(stage)
        })
    }

    fn make_blind(&self, indexer: &Arc<Indexer>, progress: &mut dyn FnMut(u64)) -> Result<(), Fault> {
        let ring = self.vault().ring().ok_or_else(not_sealed)?;
        if ring.blind { Ok(()) } else { self.rebuild_as(indexer, Some(ring.index), progress) }
    }
}

impl Writer {
    /// Has statements queued, and sends them as one transaction that only the owner of the store can make.
    pub fn as_owner<T>(&mut self, act: impl FnOnce(&mut Line) -> Result<T, Fault>) -> Result<T, Fault> {
        let epoch = self.epoch();
        let line = self.line()?;
        let done = act(line).and_then(|done| {
            line.queue(OWNED, &[Value::I64(epoch)]).map_err(fault::of)?;
            line.send(&mut |_, _| Ok(())).map_err(fault::of)?;
            Ok(done)
        });
        if done.is_err() {
            // What was queued is not sent with something else.
            self.drop_line();
        }
        done
    }
}

pub fn put_ring(line: &mut Line, mark: &[u8]) -> Result<(), Fault> {
    line.queue(RING, &[Value::Bytes(vault::MARK.as_bytes()), Value::Bytes(mark)]).map_err(fault::of)
}

/// Queues blind names in the place of claims.
pub fn blind_claims(line: &mut Line, indexer: &Indexer) -> Result<(), Fault> {
    let mut names: Vec<Vec<u8>> = Vec::new();
    line.ask("SELECT name FROM claim", &[], &mut |mut row| {
        names.push(row.bytes()?.to_vec());
        Ok(())
    })
    .map_err(fault::of)?;
    for name in names {
        if let Some(blind) = indexer.blind_claim(&name) {
            let values = [Value::Bytes(&name), Value::Bytes(blind.as_bytes()), Value::I16(shard_of(&blind))];
            // A row does not change its shard.
            line.queue("INSERT INTO claim (res, shard, name) SELECT res, $3, $2 FROM claim WHERE name = $1", &values).map_err(fault::of)?;
            line.queue("DELETE FROM claim WHERE name = $1", &[Value::Bytes(&name)]).map_err(fault::of)?;
        }
    }
    Ok(())
}

/// The tables of one transaction: what is read is read before, and what is put is queued.
struct Tables<'l>(&'l mut Line);

impl Rows for Tables<'_> {
    fn bodies(&mut self, after: Row, limit: usize) -> Result<Vec<Stored>, Fault> {
        let mut out = Vec::new();
        self.0
            .ask(BODIES, &[Value::I64(after.into()), Value::I64(limit as i64)], &mut |mut row| {
                let at = rows::version(&mut row)?;
                out.push(Stored { at, packed: Packed { dictionary: row.i32()? as u32, bytes: row.bytes()?.to_vec() } });
                Ok(())
            })
            .map_err(fault::of)?;
        Ok(out)
    }

    fn put_bodies(&mut self, rows: &[Stored]) -> Result<(), Fault> {
        for Stored { at, packed } in rows {
            let values = [Value::I64(at.row.into()), Value::I32(packed.dictionary as i32), Value::Bytes(&packed.bytes)];
            self.0.queue(BODY, &values).map_err(fault::of)?;
        }
        Ok(())
    }

    fn dictionaries(&mut self) -> Result<Vec<(u32, u16, Vec<u8>)>, Fault> {
        let mut out = Vec::new();
        self.0
            .ask("SELECT dictionary, ty, bytes FROM dictionary", &[], &mut |mut row| {
                out.push((row.i32()? as u32, row.i16()? as u16, row.bytes()?.to_vec()));
                Ok(())
            })
            .map_err(fault::of)?;
        Ok(out)
    }

    fn put_dictionary(&mut self, number: u32, bytes: &[u8]) -> Result<(), Fault> {
        let values = [Value::I32(number as i32), Value::Bytes(bytes)];
        self.0.queue("UPDATE dictionary SET bytes = $2 WHERE dictionary = $1", &values).map_err(fault::of)
    }

    fn state(&mut self, after: &str, limit: usize) -> Result<Vec<(String, Vec<u8>)>, Fault> {
        let mut out = Vec::new();
        self.0
            .ask(STATE, &[Value::Bytes(after.as_bytes()), Value::I64(limit as i64)], &mut |mut row| {
                out.push((String::from_utf8_lossy(row.bytes()?).into_owned(), row.bytes()?.to_vec()));
                Ok(())
            })
            .map_err(fault::of)?;
        Ok(out)
    }

    fn put_state(&mut self, name: &str, value: &[u8]) -> Result<(), Fault> {
        self.0.queue("UPDATE mark SET value = $2 WHERE name = $1", &[Value::Bytes(name.as_bytes()), Value::Bytes(value)]).map_err(fault::of)
    }

    fn keys(&mut self, after: Option<BlobHash>, limit: usize) -> Result<Vec<(BlobHash, Vec<u8>)>, Fault> {
        let after = after.map_or_else(Vec::new, |hash| hash.0.to_vec());
        let mut out = Vec::new();
        self.0
            .ask(KEYS, &[Value::Bytes(&after), Value::I64(limit as i64)], &mut |mut row| {
                let hash = row.bytes()?.first_chunk().copied().unwrap_or([0; 32]);
                out.push((BlobHash(hash), row.bytes()?.to_vec()));
                Ok(())
            })
            .map_err(fault::of)?;
        Ok(out)
    }

    fn put_key(&mut self, content: &BlobHash, key: &[u8]) -> Result<(), Fault> {
        let values = [Value::Bytes(&content.0), Value::I16(blob_shard(content)), Value::Bytes(key)];
        self.0.queue("UPDATE blob SET key = $3 WHERE hash = $1 AND shard = $2 AND key IS NOT NULL", &values).map_err(fault::of)
    }
}

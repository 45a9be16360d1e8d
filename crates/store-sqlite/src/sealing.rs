//! The keys of a store, and what they sealed, in its tables.

use crate::backend::SqliteBackend;
use crate::fault;
use crate::view::version_of;
use crate::writer::Writer;
use rihla_kernel::Fault;
use rihla_store::backend::Packed;
use rihla_store::blob::BlobHash;
use rihla_store::indexer::Indexer;
use rihla_store::key::Row;
use rihla_store_engine::vault::{self, Keeps, Keyring, RootKey, Rows, SLICE, Stage, Stored, Vault, not_sealed};
use rusqlite::Connection;
use std::sync::Arc;

impl Keeps for SqliteBackend {
    fn vault(&self) -> &Vault {
        &self.shared().vault
    }

    fn keep_ring(&self, ring: Keyring, root: Option<RootKey>) -> Result<(), Fault> {
        self.between(move |writer| {
            let vault = &writer.shared.vault;
            let mark = match &root {
                Some(root) => ring.wrapped_by(root)?,
                None => vault.wrapped(&ring)?,
            };
            put_ring(&writer.conn, &mark)?;
            match &root {
                Some(root) => vault.take(ring, root),
                None => vault.change(ring),
            }
        })
    }

    fn seal_slice(&self) -> Result<Stage, Fault> {
        self.between(|writer| {
            // What was sealed with an older key, or not at all, is not left behind in free room of the file.
            writer.conn.pragma_update(None, "secure_delete", true).map_err(fault::of)?;
            let ring = {
                let step = writer.conn.transaction().map_err(fault::of)?;
                let ring = vault::slice(&writer.shared.vault, &mut Tables(&step), SLICE)?;
                put_ring(&step, &writer.shared.vault.wrapped(&ring)?)?;
                step.commit().map_err(fault::of)?;
                ring
            };
            let stage = ring.stage.clone();
            writer.shared.vault.change(ring)?;
            if stage == Stage::Done {
                cut_log(writer)?;
            }
            Ok(stage)
        })
    }

    fn make_blind(&self, indexer: &Arc<Indexer>, progress: &mut dyn FnMut(u64)) -> Result<(), Fault> {
        let ring = self.vault().ring().ok_or_else(not_sealed)?;
        if !ring.blind {
            self.rebuild_as(indexer, Some(ring.index), progress)?;
        }
        self.between(|writer| {
            // Pages keep pieces of what once stood in them, which no deletion overwrites: the file is written anew.
            writer.conn.execute_batch("VACUUM").map_err(fault::of)?;
            cut_log(writer)
        })
    }
}

/// The write-ahead log holds what stood in the clear before, until it is worked in and cut. Readers may hold that up; it is cut
/// when the store is closed at the latest.
fn cut_log(writer: &mut Writer) -> Result<(), Fault> {
    writer.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(fault::of)
}

pub fn put_ring(conn: &Connection, mark: &[u8]) -> Result<(), Fault> {
    let sql = "INSERT INTO mark (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    conn.execute(sql, (vault::MARK, mark)).map(|_| ()).map_err(fault::of)
}

/// Puts blind names in the place of claims.
pub fn blind_claims(conn: &Connection, indexer: &Indexer) -> Result<(), Fault> {
    let mut last = String::new();
    loop {
        let mut statement = conn.prepare_cached("SELECT name FROM claim WHERE name > ?1 ORDER BY name LIMIT 2000").map_err(fault::of)?;
        let names: Vec<String> = statement.query_map([&last], |row| row.get(0)).map_err(fault::of)?.collect::<Result<_, _>>().map_err(fault::of)?;
        let Some(end) = names.last() else { return Ok(()) };
        last = end.clone();
        for name in &names {
            if let Some(blind) = indexer.blind_claim(name.as_bytes()) {
                conn.prepare_cached("UPDATE claim SET name = ?2 WHERE name = ?1").and_then(|mut update| update.execute((name, blind))).map_err(fault::of)?;
            }
        }
    }
}

/// The tables in one transaction.
struct Tables<'c>(&'c Connection);

impl Tables<'_> {
    fn execute(&self, sql: &str, values: impl rusqlite::Params) -> Result<(), Fault> {
        self.0.prepare_cached(sql).and_then(|mut statement| statement.execute(values)).map(|_| ()).map_err(fault::of)
    }

    fn all<T>(&self, sql: &str, values: impl rusqlite::Params, read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>) -> Result<Vec<T>, Fault> {
        let mut statement = self.0.prepare_cached(sql).map_err(fault::of)?;
        let rows = statement.query_map(values, read).map_err(fault::of)?;
        rows.collect::<Result<_, _>>().map_err(fault::of)
    }
}

impl Rows for Tables<'_> {
    fn bodies(&mut self, after: Row, limit: usize) -> Result<Vec<Stored>, Fault> {
        let sql = "SELECT row, res, ty, vid, prev, hlc, actor, site, body IS NULL, dictionary, body FROM version \
                   WHERE row > ?1 AND body IS NOT NULL ORDER BY row LIMIT ?2";
        self.all(sql, (after, limit as i64), |row| Ok(Stored { at: version_of(row)?, packed: Packed { dictionary: row.get(9)?, bytes: row.get(10)? } }))
    }

    fn put_bodies(&mut self, rows: &[Stored]) -> Result<(), Fault> {
        rows.iter().try_for_each(|Stored { at, packed }| {
            self.execute("UPDATE version SET dictionary = ?2, body = ?3 WHERE row = ?1", (at.row, packed.dictionary, &packed.bytes))
        })
    }

    fn dictionaries(&mut self) -> Result<Vec<(u32, u16, Vec<u8>)>, Fault> {
        self.all("SELECT dictionary, ty, bytes FROM dictionary", [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
    }

    fn put_dictionary(&mut self, number: u32, bytes: &[u8]) -> Result<(), Fault> {
        self.execute("UPDATE dictionary SET bytes = ?2 WHERE dictionary = ?1", (number, bytes))
    }

    fn state(&mut self, after: &str, limit: usize) -> Result<Vec<(String, Vec<u8>)>, Fault> {
        self.all("SELECT name, value FROM mark WHERE name > ?1 ORDER BY name LIMIT ?2", (after, limit as i64), |row| Ok((row.get(0)?, row.get(1)?)))
    }

    fn put_state(&mut self, name: &str, value: &[u8]) -> Result<(), Fault> {
        self.execute("UPDATE mark SET value = ?2 WHERE name = ?1", (name, value))
    }

    fn keys(&mut self, after: Option<BlobHash>, limit: usize) -> Result<Vec<(BlobHash, Vec<u8>)>, Fault> {
        let after = after.map_or_else(Vec::new, |hash| hash.0.to_vec());
        let sql = "SELECT hash, key FROM blob WHERE hash > ?1 AND key IS NOT NULL ORDER BY hash LIMIT ?2";
        self.all(sql, (after, limit as i64), |row| Ok((BlobHash(row.get(0)?), row.get(1)?)))
    }

    fn put_key(&mut self, content: &BlobHash, key: &[u8]) -> Result<(), Fault> {
        self.execute("UPDATE blob SET key = ?2 WHERE hash = ?1 AND key IS NOT NULL", (content.0, key))
    }
}

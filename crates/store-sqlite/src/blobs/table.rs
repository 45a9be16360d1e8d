//! What the tables say of blobs.

use crate::fault;
use rihla_kernel::{Fault, Instant};
use rihla_store::blob::BlobHash;
use rihla_store::key::Row;
use rusqlite::{Connection, OptionalExtension};

/// A content that is kept, or was.
pub struct Entry {
    pub bytes: u64,
    /// `None`: purged.
    pub key: Option<Vec<u8>>,
}

pub fn find(conn: &Connection, hash: &BlobHash) -> Result<Option<Entry>, Fault> {
    conn.prepare_cached("SELECT bytes, key FROM blob WHERE hash = ?1")
        .and_then(|mut statement| statement.query_row([hash.0], |row| Ok(Entry { bytes: row.get::<_, i64>(0)?.max(0) as u64, key: row.get(1)? })).optional())
        .map_err(fault::of)
}

/// Whether it can be read, and so may be named.
pub fn is_kept(conn: &Connection, hash: &BlobHash) -> Result<bool, Fault> {
    Ok(find(conn, hash)?.is_some_and(|entry| entry.key.is_some()))
}

pub fn keep(conn: &Connection, hash: &BlobHash, bytes: u64, born: Instant, key: &[u8]) -> Result<(), Fault> {
    let sql = "INSERT INTO blob (hash, bytes, born, key) VALUES (?1, ?2, ?3, ?4) \
               ON CONFLICT (hash) DO UPDATE SET bytes = excluded.bytes, born = excluded.born, key = excluded.key";
    execute(conn, sql, (hash.0, bytes as i64, born.0, key)).map(|_| ())
}

/// Begins its time without a name anew.
pub fn touch(conn: &Connection, hash: &BlobHash, born: Instant) -> Result<(), Fault> {
    execute(conn, "UPDATE blob SET born = ?2 WHERE hash = ?1", (hash.0, born.0)).map(|_| ())
}

pub fn name(conn: &Connection, hash: &BlobHash, row: Row) -> Result<(), Fault> {
    execute(conn, "INSERT OR IGNORE INTO blob_use (hash, row) VALUES (?1, ?2)", (hash.0, row)).map(|_| ())
}

pub fn users(conn: &Connection, hash: &BlobHash) -> Result<Vec<Row>, Fault> {
    let mut statement = conn.prepare_cached("SELECT row FROM blob_use WHERE hash = ?1 ORDER BY row").map_err(fault::of)?;
    let rows = statement.query_map([hash.0], |row| row.get(0)).map_err(fault::of)?;
    rows.collect::<Result<_, _>>().map_err(fault::of)
}

/// Whether a version that names it is on record as doing so.
pub fn is_named_by(conn: &Connection, hash: &BlobHash, row: Row) -> Result<bool, Fault> {
    conn.prepare_cached("SELECT 1 FROM blob_use WHERE hash = ?1 AND row = ?2").and_then(|mut statement| statement.exists((hash.0, row))).map_err(fault::of)
}

/// Overwrites the key where it stands, then lets go of it. Returns whether the content was known.
pub fn destroy_key(conn: &Connection, hash: &BlobHash) -> Result<bool, Fault> {
    execute(conn, "UPDATE blob SET key = zeroblob(length(key)) WHERE hash = ?1 AND key IS NOT NULL", [hash.0])?;
    Ok(execute(conn, "UPDATE blob SET key = NULL WHERE hash = ?1", [hash.0])? > 0)
}

/// Forgets contents that were kept before `before` and are named by nobody; returns them.
pub fn forget_orphans(conn: &Connection, before: Instant) -> Result<Vec<BlobHash>, Fault> {
    let sql = "DELETE FROM blob WHERE born < ?1 AND NOT EXISTS (SELECT 1 FROM blob_use WHERE blob_use.hash = blob.hash) RETURNING hash";
    let mut statement = conn.prepare(sql).map_err(fault::of)?;
    let rows = statement.query_map([before.0], |row| row.get(0).map(BlobHash)).map_err(fault::of)?;
    rows.collect::<Result<_, _>>().map_err(fault::of)
}

/// A content in a list of all.
pub struct Listed {
    pub hash: BlobHash,
    pub purged: bool,
    pub named: bool,
}

/// The contents after `after` in the order of their hashes, at most `limit`.
pub fn list(conn: &Connection, after: Option<BlobHash>, limit: usize) -> Result<Vec<Listed>, Fault> {
    let sql = "SELECT hash, key IS NULL, EXISTS (SELECT 1 FROM blob_use WHERE blob_use.hash = blob.hash) FROM blob WHERE hash > ?1 ORDER BY hash LIMIT ?2";
    let mut statement = conn.prepare_cached(sql).map_err(fault::of)?;
    let after = after.map_or_else(Vec::new, |hash| hash.0.to_vec());
    let rows = statement
        .query_map((after, limit as i64), |row| Ok(Listed { hash: BlobHash(row.get(0)?), purged: row.get(1)?, named: row.get(2)? }))
        .map_err(fault::of)?;
    rows.collect::<Result<_, _>>().map_err(fault::of)
}

fn execute(conn: &Connection, sql: &str, values: impl rusqlite::Params) -> Result<usize, Fault> {
    conn.prepare_cached(sql).and_then(|mut statement| statement.execute(values)).map_err(fault::of)
}

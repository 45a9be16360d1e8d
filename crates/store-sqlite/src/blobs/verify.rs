//! Are all contents there that versions name, and as they were kept?

use super::{files, table};
use crate::backend::SqliteBackend;
use rihla_kernel::Fault;
use rihla_store::blob::BlobHash;
use rihla_store_engine::content::Kept;
use rusqlite::Connection;

const LISTED: usize = 1000;

/// Looks at every content from its first byte to its last.
pub fn check(backend: &SqliteBackend, conn: &Connection) -> Result<Kept, Fault> {
    let mut out = Kept::default();
    let (mut last, mut places) = (None, 0u64);
    loop {
        let listed = table::list(conn, last, LISTED)?;
        last = listed.last().map(|one| one.hash);
        if last.is_none() {
            break;
        }
        for one in listed.iter().filter(|one| !one.purged) {
            places += u64::from(backend.shelf().place_of(&one.hash).exists());
            out.look_at(backend, &one.hash, one.named);
        }
    }
    out.strays = (files(&backend.shelf().folder)?.len() as u64).saturating_sub(places);
    Ok(out)
}

/// Whether the table knows a version as a user of a content; `None` if it does not know the content.
pub fn named_by(conn: &Connection, hash: &BlobHash, row: u32) -> Result<Option<bool>, Fault> {
    if table::find(conn, hash)?.is_none() {
        return Ok(None);
    }
    table::is_named_by(conn, hash, row).map(Some)
}

//! Moving committed keys from memory into the index on disk, and back into memory after a crash.

use crate::fault;
use crate::shared::Shared;
use rihla_kernel::Fault;
use rihla_store::key::{KeyBuf, Row};
use rihla_store::runs::Run;
use rihla_store_engine::memory::{Memory, write};
use rusqlite::Connection;
use std::sync::Arc;

/// Keys gathered before they are written out: about twelve thousand resources, some 5 MB.
pub const FLUSH_KEYS: usize = 150_000;
/// Keys written in one SQLite transaction, so that a waiting create is held up for milliseconds only.
const SLICE_KEYS: usize = 6_000;

/// A flush under way.
pub struct Flush {
    run: Arc<Run>,
    next: usize,
    /// All versions up to this row are in the run or on disk already.
    upto: Row,
}

impl Flush {
    /// Freezes what has gathered.
    pub fn begin(shared: &Shared) -> Self {
        // Only the writer changes the runs, so what it read a moment ago still holds.
        let frozen = Arc::new(shared.runs().freeze());
        *write(&shared.runs) = frozen.clone();
        let run = frozen.frozen().cloned().unwrap_or_else(|| Arc::new(Run::from_unsorted(&KeyBuf::new())));
        Self { run, next: 0, upto: frozen.tick() }
    }

    /// Writes one slice. Keys written twice after a crash do no harm. Returns whether that was the last.
    pub fn step(&mut self, shared: &Shared, conn: &mut Connection) -> Result<bool, Fault> {
        let end = (self.next + SLICE_KEYS).min(self.run.keys().len());
        let done = end == self.run.keys().len();
        let slice = conn.transaction().map_err(fault::of)?;
        {
            let mut insert = slice.prepare_cached("INSERT OR IGNORE INTO search (key) VALUES (?1)").map_err(fault::of)?;
            for at in self.next..end {
                if let Some(key) = self.run.keys().get(at) {
                    insert.execute([key]).map_err(fault::of)?;
                }
            }
        }
        if done {
            save_state(&slice, shared, self.upto)?;
        }
        slice.commit().map_err(fault::of)?;
        self.next = end;
        if done {
            let mut runs = write(&shared.runs);
            *runs = Arc::new(runs.thaw());
        }
        Ok(done)
    }
}

/// Notes how far the index on disk reaches, with the counts at that row.
pub fn save_state(conn: &Connection, shared: &Shared, upto: Row) -> Result<(), Fault> {
    // The counts in memory may be ahead of `upto`; what came after is counted again from the log when opening.
    let bytes = shared.counts_at(upto, tally_after(conn, upto)?);
    conn.prepare_cached("INSERT INTO mark (name, value) VALUES ('index', ?1) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
        .and_then(|mut statement| statement.execute([bytes]))
        .map(|_| ())
        .map_err(fault::of)
}

/// How the rows after `upto` changed the number of current resources, by type.
pub fn tally_after(conn: &Connection, upto: Row) -> Result<Vec<(u16, i64)>, Fault> {
    let sql = "SELECT v.ty, sum((v.body IS NOT NULL) - (p.row IS NOT NULL AND p.body IS NOT NULL)) \
               FROM version v LEFT JOIN version p ON p.row = v.prev WHERE v.row > ?1 GROUP BY v.ty";
    let mut statement = conn.prepare_cached(sql).map_err(fault::of)?;
    let rows = statement.query_map([upto], |row| Ok((row.get(0)?, row.get(1)?))).map_err(fault::of)?;
    rows.collect::<Result<_, _>>().map_err(fault::of)
}

/// The row up to which the index on disk is complete, and the counts then.
pub fn load_state(conn: &Connection) -> Result<(Row, Vec<(u16, u64)>), Fault> {
    let found = conn.query_row("SELECT value FROM mark WHERE name = 'index'", [], |row| row.get::<_, Vec<u8>>(0));
    let bytes = match found {
        Ok(bytes) => bytes,
        Err(rusqlite::Error::QueryReturnedNoRows) => return Ok((0, Vec::new())),
        Err(error) => return Err(fault::of(error)),
    };
    Ok(Memory::counts_of(&bytes))
}

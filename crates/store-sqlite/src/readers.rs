//! The readers' connections, kept in their read transaction while nothing is written.
//!
//! Beginning and ending a read transaction is four system calls, a fifth of the cost of a read. As long as the file has
//! not changed, the next reader can go on in the transaction of the one before. When the writer begins, all idle
//! transactions end, so that none holds back the checkpoint of the log.

use crate::fault;
use rihla_kernel::Fault;
use rihla_store_engine::memory::lock;
use rusqlite::Connection;
use std::sync::Mutex;

/// A connection lent to one view.
pub struct Reader {
    pub conn: Connection,
    /// The state of the file when its transaction began.
    state: u64,
    open: bool,
}

#[derive(Default)]
struct Pool {
    idle: Vec<Reader>,
    /// Counts the writer's turns.
    state: u64,
    writing: bool,
}

#[derive(Default)]
pub struct Readers(Mutex<Pool>);

impl Readers {
    /// Lends a connection in a read transaction that sees all that is committed.
    pub fn take(&self, connect: impl FnOnce() -> Result<Connection, Fault>) -> Result<Reader, Fault> {
        let (idle, state) = {
            let mut pool = lock(&self.0);
            (pool.idle.pop(), pool.state)
        };
        let mut reader = match idle {
            Some(reader) => reader,
            None => Reader { conn: connect()?, state, open: false },
        };
        if reader.open && reader.state != state {
            end(&mut reader)?;
        }
        if !reader.open {
            reader.conn.prepare_cached("BEGIN").and_then(|mut begin| begin.execute([])).map_err(fault::of)?;
            (reader.open, reader.state) = (true, state);
        }
        Ok(reader)
    }

    /// Takes a connection back. One whose transaction does not end is dropped, which ends it.
    pub fn give(&self, mut reader: Reader) {
        let stale = {
            let pool = lock(&self.0);
            pool.writing || pool.state != reader.state
        };
        if stale && end(&mut reader).is_err() {
            return;
        }
        let mut pool = lock(&self.0);
        // The writer may have begun since the look above.
        if !(reader.open && pool.writing) || end(&mut reader).is_ok() {
            pool.idle.push(reader);
        }
    }

    /// The writer begins: idle transactions end.
    pub fn writing_begins(&self) {
        let mut pool = lock(&self.0);
        pool.writing = true;
        pool.idle.retain_mut(|reader| end(reader).is_ok());
    }

    pub fn writing_ends(&self) {
        let mut pool = lock(&self.0);
        pool.writing = false;
        pool.state += 1;
    }
}

fn end(reader: &mut Reader) -> Result<(), Fault> {
    if std::mem::take(&mut reader.open) {
        reader.conn.prepare_cached("COMMIT").and_then(|mut commit| commit.execute([])).map_err(fault::of)?;
    }
    Ok(())
}

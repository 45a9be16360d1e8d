//! The index made anew from the log, while reads and writes go on.
//!
//! The new index grows in a table of its own; when it has caught up it takes the old one's place in one transaction.
//! Versions that were replaced keep only their place in the history of their type, so a rebuild also makes room.

use crate::backend::SqliteBackend;
use crate::fault;
use crate::flush;
use crate::sealing::{blind_claims, put_ring};
use crate::trail;
use crate::view::View;
use crate::writer::Writer;
use rihla_kernel::Fault;
use rihla_store::backend::Snapshot;
use rihla_store::indexer::Indexer;
use rihla_store::key::{KeyBuf, Row};
use rihla_store::runs::{Run, Runs};
use rihla_store_engine::memory::write;
use rihla_store_engine::replay::gather;
use rihla_store_engine::vault::KEY;
use std::sync::Arc;

/// Versions whose keys are sorted together before they are written.
const BATCH: usize = 20_000;
/// Keys written while creates wait.
const SLICE: usize = 6_000;

impl SqliteBackend {
    /// Makes the index anew. `progress` hears how many versions are done.
    pub fn rebuild(&self, indexer: &Arc<Indexer>, progress: &mut dyn FnMut(u64)) -> Result<(), Fault> {
        self.rebuild_as(indexer, None, progress)
    }

    /// Makes the index anew; with a key for it, it becomes blind, and so do the claims.
    pub(crate) fn rebuild_as(&self, asking: &Arc<Indexer>, blind: Option<[u8; KEY]>, progress: &mut dyn FnMut(u64)) -> Result<(), Fault> {
        let indexer = &match &blind {
            Some(key) => Arc::new(asking.blinded(key)?),
            None => asking.clone(),
        };
        self.between(|writer| {
            writer
                .conn
                .execute_batch("DROP TABLE IF EXISTS search_next; CREATE TABLE search_next (key BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;")
                .map_err(fault::of)
        })?;
        let mut done: Row = 0;
        loop {
            let (keys, end, newest) = self.keys_after(done, indexer)?;
            if end == done {
                break;
            }
            self.write_next(Arc::new(keys))?;
            done = end;
            progress(u64::from(done));
            // The rest is few enough for the writer to do while all wait.
            if newest - done < (BATCH / 20) as Row {
                break;
            }
        }
        let (indexer, asking) = (indexer.clone(), blind.map(|key| (asking.clone(), key)));
        self.between(move |writer| take_over(writer, &indexer, asking, done))?;
        self.between(trail::rebuild)
    }

    fn keys_after(&self, done: Row, indexer: &Indexer) -> Result<(KeyBuf, Row, Row), Fault> {
        let view = View::of_reader(self.shared(), None)?;
        view.pin()?;
        let mut keys = KeyBuf::new();
        let end = gather(&view, indexer, done, BATCH, &mut keys)?;
        Ok((keys.sorted(), end, view.tick()))
    }

    fn write_next(&self, keys: Arc<KeyBuf>) -> Result<(), Fault> {
        for start in (0..keys.len()).step_by(SLICE) {
            let keys = keys.clone();
            self.between(move |writer| {
                let slice = writer.conn.transaction().map_err(fault::of)?;
                insert(&slice, keys.iter().skip(start).take(SLICE))?;
                slice.commit().map_err(fault::of)
            })?;
        }
        Ok(())
    }
}

fn insert<'k>(conn: &rusqlite::Connection, keys: impl Iterator<Item = &'k [u8]>) -> Result<(), Fault> {
    let mut insert = conn.prepare_cached("INSERT OR IGNORE INTO search_next (key) VALUES (?1)").map_err(fault::of)?;
    for key in keys {
        insert.execute([key]).map_err(fault::of)?;
    }
    Ok(())
}

/// The last step: nothing is committed meanwhile.
fn take_over(writer: &mut Writer, indexer: &Indexer, asking: Option<(Arc<Indexer>, [u8; KEY])>, done: Row) -> Result<(), Fault> {
    writer.drop_flush();
    let row = writer.row;
    let rest = {
        let view = View::of_tables(&writer.shared, &writer.conn);
        let mut keys = KeyBuf::new();
        gather(&view, indexer, done, usize::MAX >> 1, &mut keys)?;
        Run::from_unsorted(&keys)
    };
    if asking.is_some() {
        // No name is left behind in free room of the file.
        writer.conn.pragma_update(None, "secure_delete", true).map_err(fault::of)?;
    }
    let swap = writer.conn.transaction().map_err(fault::of)?;
    insert(&swap, rest.keys().iter())?;
    swap.execute_batch("DROP TABLE search; ALTER TABLE search_next RENAME TO search;").map_err(fault::of)?;
    flush::save_state(&swap, &writer.shared, row)?;
    let ring = asking.as_ref().map(|_| writer.shared.vault.blind_ring()).transpose()?;
    if let Some(ring) = &ring {
        blind_claims(&swap, indexer)?;
        put_ring(&swap, &writer.shared.vault.wrapped(ring)?)?;
    }
    swap.commit().map_err(fault::of)?;
    if let (Some(ring), Some((asking, key))) = (ring, asking) {
        writer.shared.vault.change(ring)?;
        asking.make_blind(&key)?;
    }
    *write(&writer.shared.runs) = Arc::new(Runs::at(row));
    // Pages begun before may need keys of replaced versions, which are gone.
    write(&writer.shared.superseded).expire(row);
    writer.caches = Default::default();
    Ok(())
}

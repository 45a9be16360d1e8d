//! The index made anew from the log, while reads and writes go on.
//!
//! The new index grows in a table of its own; when it has caught up it takes the old one's place. Views that began before
//! keep the old table until they end.

use crate::backend::PostgresBackend;
use crate::fault;
use crate::flush::{self, SAVE, Shards};
use crate::sealing::{blind_claims, put_ring};
use crate::shared::{Index, Shared};
use crate::trail;
use crate::view::View;
use crate::wire::{Line, Value};
use crate::writer::Writer;
use rihla_kernel::Fault;
use rihla_store::backend::Snapshot;
use rihla_store::indexer::Indexer;
use rihla_store::key::{KeyBuf, Row};
use rihla_store::runs::Runs;
use rihla_store_engine::memory::{lock, write};
use rihla_store_engine::replay::gather;
use rihla_store_engine::vault::KEY;
use std::sync::Arc;

/// Versions whose keys are sorted together before they are written.
const BATCH: usize = 20_000;
/// Keys written at once.
const SLICE: usize = 10_000;

impl PostgresBackend {
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
        let shared = self.shared().clone();
        drop_unused(&shared)?;
        let next = Index::new(shared.index().number + 1);
        // A line of its own: who writes does not wait for it.
        let mut line = shared.pool.fresh()?;
        let number = next.number;
        line.run(&format!(
            "DROP TABLE IF EXISTS search_{number}; CREATE TABLE search_{number} (shard smallint NOT NULL, key bytea NOT NULL, PRIMARY KEY (key, shard))"
        ))
        .map_err(fault::of)?;
        let mut done: Row = 0;
        loop {
            let view = View::of_reader(&shared, None);
            view.pin()?;
            let mut keys = KeyBuf::new();
            let end = gather(&view, indexer, done, BATCH, &mut keys)?;
            let newest = view.tick();
            drop(view);
            if end == done {
                break;
            }
            insert(&mut line, &next, &keys.sorted())?;
            done = end;
            progress(u64::from(done));
            // The rest is few enough for the writer to do while all wait.
            if newest - done < (BATCH / 20) as Row {
                break;
            }
        }
        let (indexer, asking) = (indexer.clone(), blind.map(|key| (asking.clone(), key)));
        self.between(move |writer| take_over(writer, &indexer, asking, &next, done))?;
        self.between(trail::rebuild)
    }
}

fn insert(line: &mut Line, index: &Index, keys: &KeyBuf) -> Result<(), Fault> {
    let shards = Shards::of(line, keys).map_err(fault::of)?;
    for start in (0..keys.len()).step_by(SLICE) {
        let slice: Vec<&[u8]> = keys.iter().skip(start).take(SLICE).collect();
        flush::queue_keys(line, index, &slice, &shards).map_err(fault::of)?;
        line.send(&mut |_, _| Ok(())).map_err(fault::of)?;
    }
    Ok(())
}

/// The last step: nothing is committed meanwhile.
fn take_over(writer: &mut Writer, indexer: &Indexer, asking: Option<(Arc<Indexer>, [u8; KEY])>, next: &Arc<Index>, done: Row) -> Result<(), Fault> {
    writer.drop_flush();
    let (row, shared) = (writer.row, writer.shared.clone());
    let line = writer.line()?;
    let mut keys = KeyBuf::new();
    gather(&View::of_tables(&shared, line), indexer, done, usize::MAX >> 1, &mut keys)?;
    insert(line, next, &keys.sorted())?;
    let state = flush::state(line, &shared, next, row)?;
    let ring = asking.as_ref().map(|_| shared.vault.blind_ring()).transpose()?;
    writer.as_owner(|line| {
        if let Some(ring) = &ring {
            // It asks before it queues, so it comes first.
            blind_claims(line, indexer)?;
            put_ring(line, &shared.vault.wrapped(ring)?)?;
        }
        line.queue(SAVE, &[Value::Bytes(&state)]).map_err(fault::of)
    })?;
    if let (Some(ring), Some((asking, key))) = (ring, asking) {
        shared.vault.change(ring)?;
        asking.make_blind(&key)?;
    }
    {
        let mut index = write(&shared.index);
        lock(&shared.old).push(std::mem::replace(&mut *index, next.clone()));
        *write(&shared.runs) = Arc::new(Runs::at(row));
        // Pages begun before may need keys of replaced versions, which are gone.
        write(&shared.superseded).expire(row);
    }
    writer.forget_all();
    drop_unused(&shared)
}

/// Drops the tables of replaced indices that no view reads any more.
pub fn drop_unused(shared: &Shared) -> Result<(), Fault> {
    let unused: Vec<Arc<Index>> = lock(&shared.old).extract_if(.., |old| Arc::strong_count(old) == 1).collect();
    if unused.is_empty() {
        return Ok(());
    }
    let mut line = shared.pool.fresh()?;
    unused.iter().try_for_each(|old| line.run(&format!("DROP TABLE IF EXISTS search_{}", old.number)).map_err(fault::of))
}

/// Drops what an earlier process left of a rebuild.
pub fn drop_others(line: &mut Line, index: i64) -> Result<(), Fault> {
    let mut others: Vec<i64> = Vec::new();
    let sql = r"SELECT substr(relname, 8)::bigint FROM pg_class WHERE relkind IN ('r', 'p') AND relname ~ '^search_[0-9]+$' AND pg_table_is_visible(oid)";
    line.ask(sql, &[], &mut |mut row| {
        others.push(row.i64()?);
        Ok(())
    })
    .map_err(fault::of)?;
    others.into_iter().filter(|other| *other != index).try_for_each(|other| line.run(&format!("DROP TABLE search_{other}")).map_err(fault::of))
}

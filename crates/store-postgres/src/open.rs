//! Opening a store: schema, ownership, what memory holds, and what a crash left to do.

use crate::backend::PostgresBackend;
use crate::blobs::Shelf;
use crate::fault;
use crate::flush;
use crate::owner;
use crate::pool::Pool;
use crate::rebuild;
use crate::schema;
use crate::shared::Shared;
use crate::trail;
use crate::view::View;
use crate::wire::{Line, Place, Value};
use crate::writer::{Taken, Writer};
use rihla_kernel::{Clock, Entropy, Fault, Hlc, NodeId};
use rihla_store::indexer::Indexer;
use rihla_store::key::{KeyBuf, Row};
use rihla_store::runs::{Run, Runs};
use rihla_store_engine::carry;
use rihla_store_engine::memory::{Memory, Superseded, write};
use rihla_store_engine::pack::Packer;
use rihla_store_engine::replay::keys_of_row;
use rihla_store_engine::vault::{self, Roots, Vault};
use roaring::RoaringBitmap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::watch;

/// What a store is opened with.
pub struct Options {
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub indexer: Arc<Indexer>,
    /// Whether each access leaves an entry in the audit chain.
    pub audit: bool,
    /// How long a commit waits for a database that went away, before its sender is told that it is not known what became
    /// of it.
    pub patience: Duration,
    /// Opened by a move that is not finished; nobody else may open its target.
    pub moving: bool,
    /// Where the root key of a sealed store comes from.
    pub roots: Option<Arc<dyn Roots>>,
}

/// A restart or a failover takes less.
const PATIENCE: Duration = Duration::from_secs(30);

impl Options {
    pub fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>, indexer: Arc<Indexer>) -> Self {
        Self { clock, entropy, indexer, audit: true, patience: PATIENCE, moving: false, roots: None }
    }
}

/// Opens the store at an address, making its tables if there are none. The database itself has to be there.
pub fn open(url: &str, options: Options) -> Result<Arc<PostgresBackend>, Fault> {
    let place = Place::parse(url)?;
    let mut line = Line::open(&place).map_err(fault::of)?;
    schema::migrate(&mut line)?;
    let owner = owner::take(&mut line)?;
    may_open(&mut line, options.moving)?;
    let node = node_id(&mut line, options.entropy.as_ref())?;
    let packer = Packer::new(options.indexer.types_naming_people());
    let (index, upto, tally) = flush::load_state(&mut line)?;
    let vault = Vault::open(ring(&mut line)?.as_deref(), last_dictionary(&mut line)?, options.roots.as_deref())?;
    let memory = Memory::new(node, options.clock, packer, vault, options.audit);
    let shared = Arc::new(Shared::new(memory, Pool::new(place), index));
    rebuild::drop_others(&mut line, index)?;
    let (row, hlc) = newest(&mut line)?;
    load_memory(&mut line, &shared, row)?;
    shared.take_counts(tally, flush::tally_after(&mut line, upto)?);
    let patient_type = options.indexer.patient_type();
    shared.vault.blind().map_or(Ok(()), |key| options.indexer.make_blind(&key))?;
    recover(&mut line, &shared, &options.indexer, upto, row)?;
    let chain = trail::load(&mut line)?;
    let next_actor = line.number("SELECT coalesce(max(actor), 0)::bigint FROM actor WHERE shard = 0", &[]).map_err(fault::of)?.unwrap_or(0) as u32;
    let (ticks, _) = watch::channel(row);
    let taken = Taken { hlc, row, chain, owner, next_actor, patience: options.patience };
    let writer = Writer::new(shared.clone(), line, taken, patient_type, ticks.clone());
    PostgresBackend::start(shared, writer, ticks, Shelf::new(options.entropy)).map(Arc::new)
}

fn may_open(line: &mut Line, moving: bool) -> Result<(), Fault> {
    let (mut moved, mut unfinished) = (None, false);
    line.ask("SELECT name, value FROM mark WHERE name IN ('moved', 'moving') AND shard = 0", &[], &mut |mut row| {
        match row.bytes()? {
            b"moved" => moved = Some(row.bytes()?.to_vec()),
            _ => unfinished = true,
        }
        Ok(())
    })
    .map_err(fault::of)?;
    carry::may_open(moved.as_deref(), unfinished, moving)
}

fn node_id(line: &mut Line, entropy: &dyn Entropy) -> Result<NodeId, Fault> {
    let mut found = None;
    line.ask("SELECT value FROM mark WHERE name = 'node' AND shard = 0", &[], &mut |mut row| {
        found = row.bytes()?.first_chunk().map(|bytes| u32::from_be_bytes(*bytes));
        Ok(())
    })
    .map_err(fault::of)?;
    if let Some(node) = found {
        return Ok(NodeId::new(u64::from(node)));
    }
    let node = NodeId::new(entropy.next_u64());
    line.execute("INSERT INTO mark (shard, name, value) VALUES (0, 'node', $1)", &[Value::Bytes(&node.get().to_be_bytes())]).map_err(fault::of)?;
    Ok(node)
}

fn ring(line: &mut Line) -> Result<Option<Vec<u8>>, Fault> {
    let mut found = None;
    line.ask("SELECT value FROM mark WHERE name = $1 AND shard = 0", &[Value::Bytes(vault::MARK.as_bytes())], &mut |mut row| {
        found = Some(row.bytes()?.to_vec());
        Ok(())
    })
    .map_err(fault::of)?;
    Ok(found)
}

fn last_dictionary(line: &mut Line) -> Result<u32, Fault> {
    let sql = "SELECT dictionary::bigint FROM version WHERE body IS NOT NULL ORDER BY row DESC LIMIT 1";
    Ok(line.number(sql, &[]).map_err(fault::of)?.unwrap_or(0) as u32)
}

fn newest(line: &mut Line) -> Result<(Row, Hlc), Fault> {
    let mut found = (0, Hlc::ZERO);
    line.ask("SELECT row, hlc FROM version ORDER BY row DESC LIMIT 1", &[], &mut |mut row| {
        found = (row.key()?, Hlc(row.i64()? as u64));
        Ok(())
    })
    .map_err(fault::of)?;
    Ok(found)
}

fn load_memory(line: &mut Line, shared: &Shared, newest: Row) -> Result<(), Fault> {
    let next = line.number("SELECT coalesce(max(res), 0) + 1 FROM resource", &[]).map_err(fault::of)?.unwrap_or(1);
    shared.next_res.store(u32::try_from(next).map_err(|_| rihla_store_engine::fault::full())?, Ordering::SeqCst);
    let mut rows = RoaringBitmap::new();
    line.ask("SELECT row FROM superseded", &[], &mut |mut row| {
        rows.insert(row.key()?);
        Ok(())
    })
    .map_err(fault::of)?;
    *write(&shared.superseded) = Superseded::from_rows(rows, newest);
    let mut dictionaries = Vec::new();
    line.ask("SELECT dictionary, ty, bytes FROM dictionary ORDER BY dictionary", &[], &mut |mut row| {
        let (number, ty) = (row.i32()? as u32, row.i16()? as u16);
        dictionaries.push((number, ty, row.bytes()?.to_vec()));
        Ok(())
    })
    .map_err(fault::of)?;
    for (number, ty, kept) in dictionaries {
        shared.packer.install(number, ty, &shared.vault.open_dictionary(ty, kept)?);
    }
    Ok(())
}

/// Versions read at once while keys are taken from the log.
const CHUNK: i64 = 2000;

/// Takes the keys that were only in memory from the log again.
fn recover(line: &mut Line, shared: &Shared, indexer: &Indexer, upto: Row, newest: Row) -> Result<(), Fault> {
    let mut keys = KeyBuf::new();
    let mut done = upto;
    while done < newest {
        let mut rows: Vec<Row> = Vec::new();
        line.ask("SELECT row FROM version WHERE row > $1 ORDER BY row LIMIT $2", &[Value::I64(done.into()), Value::I64(CHUNK)], &mut |mut row| {
            rows.push(row.key()?);
            Ok(())
        })
        .map_err(fault::of)?;
        let Some(last) = rows.last().copied() else { break };
        let view = View::of_tables(shared, line);
        view.expect(&rows);
        for row in rows {
            keys_of_row(&view, indexer, indexer.patient_type(), row, &mut keys)?;
        }
        done = last;
    }
    let runs = Runs::at(newest);
    *write(&shared.runs) = Arc::new(if keys.is_empty() { runs } else { runs.with(Run::from_unsorted(&keys), newest) });
    Ok(())
}

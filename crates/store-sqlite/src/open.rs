//! Opening a store: ownership, schema, what memory holds, and what a crash left to do.

use crate::backend::SqliteBackend;
use crate::blobs::{self, Shelf};
use crate::fault;
use crate::flush;
use crate::lock;
use crate::schema;
use crate::shared::{Shared, settle};
use crate::trail;
use crate::view::View;
use crate::writer::Writer;
use rihla_kernel::{Clock, Entropy, Fault, Hlc, NodeId};
use rihla_store::backend::TypeKey;
use rihla_store::indexer::Indexer;
use rihla_store::key::{KeyBuf, Row};
use rihla_store::runs::{Run, Runs};
use rihla_store_engine::carry::{self, MOVED, MOVING};
use rihla_store_engine::memory::{Memory, Superseded, write};
use rihla_store_engine::pack::Packer;
use rihla_store_engine::replay::keys_of_row;
use rihla_store_engine::vault::{self, Roots, Vault};
use roaring::RoaringBitmap;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::watch;

/// What a store is opened with.
pub struct Options {
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub indexer: Arc<Indexer>,
    /// Whether each access leaves an entry in the audit chain.
    pub audit: bool,
    /// Page cache of the writer and of each reader.
    pub writer_cache_kib: u32,
    pub reader_cache_kib: u32,
    /// A registered SQLite VFS to use instead of the system's; for fault tests.
    pub vfs: Option<String>,
    /// Whether [`crate::watch`] hears of each statement of those who read.
    pub watched: bool,
    /// Opened by a move that is not finished; nobody else may open its target.
    pub moving: bool,
    /// Where the root key of a sealed store comes from.
    pub roots: Option<Arc<dyn Roots>>,
}

impl Options {
    pub fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>, indexer: Arc<Indexer>) -> Self {
        Self {
            clock,
            entropy,
            indexer,
            audit: true,
            writer_cache_kib: 48 << 10,
            reader_cache_kib: 8 << 10,
            vfs: None,
            watched: false,
            moving: false,
            roots: None,
        }
    }
}

/// Opens the store in `folder`, making it if there is none.
pub fn open(folder: &Path, options: Options) -> Result<Arc<SqliteBackend>, Fault> {
    make_folder(folder)?;
    let ownership = lock::take(folder)?;
    let mut conn = connect(folder, &options.vfs, options.writer_cache_kib)?;
    schema::migrate(&mut conn)?;
    may_open(&conn, options.moving)?;
    let node = node_id(&conn, options.entropy.as_ref())?;
    let packer = Packer::new(options.indexer.types_naming_people());
    let vault = Vault::open(mark(&conn, vault::MARK)?.as_deref(), last_dictionary(&conn)?, options.roots.as_deref())?;
    let memory = Memory::new(node, options.clock, packer, vault, options.audit);
    let shared = Arc::new(Shared::new(folder.into(), memory, options.reader_cache_kib, options.vfs, options.watched));
    let (row, hlc) = newest(&conn)?;
    load_memory(&conn, &shared, row)?;
    let patient_type = options.indexer.patient_type();
    shared.vault.blind().map_or(Ok(()), |key| options.indexer.make_blind(&key))?;
    recover(&conn, &shared, &options.indexer, patient_type, row)?;
    let chain = trail::load(&conn)?;
    let (ticks, _) = watch::channel(row);
    let writer = Writer::new(shared.clone(), conn, hlc, row, chain, patient_type, ticks.clone());
    let shelf = Shelf::open(folder, options.entropy)?;
    SqliteBackend::start(shared, writer, ticks, shelf, ownership).map(Arc::new)
}

/// Makes the store's folder durable too: a record that is synced in a folder that is not could vanish with it.
pub fn make_folder(folder: &Path) -> Result<(), Fault> {
    let made: Vec<&Path> = folder.ancestors().take_while(|part| !part.as_os_str().is_empty() && !part.exists()).collect();
    std::fs::create_dir_all(folder).map_err(|error| fault::io(&error))?;
    for parent in made.into_iter().filter_map(Path::parent) {
        blobs::sync_folder(if parent.as_os_str().is_empty() { Path::new(".") } else { parent })?;
    }
    Ok(())
}

pub fn connect(folder: &Path, vfs: &Option<String>, cache_kib: u32) -> Result<Connection, Fault> {
    let file = folder.join("record.db");
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = match vfs {
        Some(vfs) => Connection::open_with_flags_and_vfs(file, flags, vfs.as_str()),
        None => Connection::open_with_flags(file, flags),
    }
    .map_err(fault::of)?;
    settle(&conn)?;
    conn.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).map_err(fault::of)?;
    conn.pragma_update(None, "synchronous", "FULL").map_err(fault::of)?;
    conn.pragma_update(None, "foreign_keys", false).map_err(fault::of)?;
    conn.pragma_update(None, "cache_size", -i64::from(cache_kib)).map_err(fault::of)?;
    // 16 MB of log before it is worked into the file: fewer pages are written twice.
    conn.query_row("PRAGMA wal_autocheckpoint = 4000", [], |_| Ok(())).map_err(fault::of)?;
    Ok(conn)
}

fn may_open(conn: &Connection, moving: bool) -> Result<(), Fault> {
    carry::may_open(mark(conn, MOVED)?.as_deref(), mark(conn, MOVING)?.is_some(), moving)
}

fn mark(conn: &Connection, name: &str) -> Result<Option<Vec<u8>>, Fault> {
    conn.query_row("SELECT value FROM mark WHERE name = ?1", [name], |row| row.get(0)).optional().map_err(fault::of)
}

fn last_dictionary(conn: &Connection) -> Result<u32, Fault> {
    let sql = "SELECT dictionary FROM version WHERE body IS NOT NULL ORDER BY row DESC LIMIT 1";
    Ok(conn.query_row(sql, [], |row| row.get(0)).optional().map_err(fault::of)?.unwrap_or(0))
}

fn node_id(conn: &Connection, entropy: &dyn Entropy) -> Result<NodeId, Fault> {
    let found: Option<[u8; 4]> = conn.query_row("SELECT value FROM mark WHERE name = 'node'", [], |row| row.get(0)).optional().map_err(fault::of)?;
    if let Some(bytes) = found {
        return Ok(NodeId::new(u64::from(u32::from_be_bytes(bytes))));
    }
    let node = NodeId::new(entropy.next_u64());
    conn.execute("INSERT INTO mark (name, value) VALUES ('node', ?1)", [node.get().to_be_bytes()]).map_err(fault::of)?;
    Ok(node)
}

fn newest(conn: &Connection) -> Result<(Row, Hlc), Fault> {
    let found = conn
        .query_row("SELECT row, hlc FROM version ORDER BY row DESC LIMIT 1", [], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))
        .optional()
        .map_err(fault::of)?;
    Ok(found.map_or((0, Hlc::ZERO), |(row, hlc)| (row, Hlc(hlc as u64))))
}

fn load_memory(conn: &Connection, shared: &Shared, newest: Row) -> Result<(), Fault> {
    let next: u32 = conn.query_row("SELECT ifnull(max(res), 0) + 1 FROM resource", [], |row| row.get(0)).map_err(fault::of)?;
    shared.next_res.store(next, Ordering::SeqCst);
    let mut statement = conn.prepare("SELECT row FROM superseded").map_err(fault::of)?;
    let rows: RoaringBitmap = statement.query_map([], |row| row.get::<_, u32>(0)).map_err(fault::of)?.collect::<Result<_, _>>().map_err(fault::of)?;
    *write(&shared.superseded) = Superseded::from_rows(rows, newest);
    let mut statement = conn.prepare("SELECT dictionary, ty, bytes FROM dictionary ORDER BY dictionary").map_err(fault::of)?;
    let mut rows = statement.query([]).map_err(fault::of)?;
    while let Some(row) = rows.next().map_err(fault::of)? {
        let ty: TypeKey = row.get(1).map_err(fault::of)?;
        let bytes = shared.vault.open_dictionary(ty, row.get(2).map_err(fault::of)?)?;
        shared.packer.install(row.get(0).map_err(fault::of)?, ty, &bytes);
    }
    Ok(())
}

/// Takes the keys that were only in memory from the log again.
fn recover(conn: &Connection, shared: &Shared, indexer: &Indexer, patient_type: TypeKey, newest: Row) -> Result<(), Fault> {
    let (upto, tally) = flush::load_state(conn)?;
    shared.take_counts(tally, flush::tally_after(conn, upto)?);
    let mut keys = KeyBuf::new();
    let mut statement = conn.prepare("SELECT row FROM version WHERE row > ?1 ORDER BY row").map_err(fault::of)?;
    let mut rows = statement.query([upto]).map_err(fault::of)?;
    let view = View::of_tables(shared, conn);
    while let Some(row) = rows.next().map_err(fault::of)? {
        keys_of_row(&view, indexer, patient_type, row.get(0).map_err(fault::of)?, &mut keys)?;
    }
    let runs = Runs::at(newest);
    *write(&shared.runs) = Arc::new(if keys.is_empty() { runs } else { runs.with(Run::from_unsorted(&keys), newest) });
    Ok(())
}

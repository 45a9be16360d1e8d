//! What the writer and the readers of one store hold in common.

use crate::fault;
use crate::pack::Packer;
use crate::readers::{Reader, Readers};
use rihla_kernel::{Actor, Clock, Fault, NodeId};
use rihla_store::backend::TypeKey;
use rihla_store::key::Row;
use rihla_store::runs::Runs;
use roaring::RoaringBitmap;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Rows that newer versions have replaced. A view at an older tick still sees those replaced after it.
#[derive(Debug, Default)]
pub struct Superseded {
    all: RoaringBitmap,
    /// By whom, for rows replaced after `horizon`.
    recent: HashMap<Row, Row>,
    /// The oldest tick that can still be looked at.
    horizon: Row,
}

/// Replacements remembered at most; then pages begun before now expire.
const REMEMBERED: usize = 500_000;

impl Superseded {
    pub fn from_rows(all: RoaringBitmap, horizon: Row) -> Self {
        Self { all, recent: HashMap::new(), horizon }
    }

    /// From now on nothing before `row` can be looked at.
    pub fn expire(&mut self, row: Row) {
        self.recent.clear();
        self.horizon = row;
    }

    pub fn horizon(&self) -> Row {
        self.horizon
    }

    pub fn insert(&mut self, row: Row, by: Row) {
        if self.recent.len() >= REMEMBERED {
            self.expire(by);
        }
        self.all.insert(row);
        self.recent.insert(row, by);
    }

    pub fn is_current_at(&self, row: Row, tick: Row) -> bool {
        row <= tick && (!self.all.contains(row) || self.recent.get(&row).is_some_and(|by| *by > tick))
    }
}

/// A store's common state.
pub struct Shared {
    pub folder: PathBuf,
    pub node: NodeId,
    pub clock: Arc<dyn Clock>,
    pub packer: Packer,
    pub runs: RwLock<Arc<Runs>>,
    pub superseded: RwLock<Superseded>,
    /// Current resources by type.
    pub tally: RwLock<HashMap<TypeKey, u64>>,
    pub next_res: AtomicU32,
    pub reads: Mutex<ReadNotes>,
    pub audit: bool,
    pub readers: Readers,
    reader_cache_kib: u32,
    vfs: Option<String>,
}

/// Reads that wait to be chained by the writer.
#[derive(Default)]
pub struct ReadNotes {
    pub notes: Vec<(Actor, crate::audit::Entry)>,
}

impl Shared {
    #[allow(clippy::too_many_arguments)]
    pub fn new(folder: PathBuf, node: NodeId, clock: Arc<dyn Clock>, packer: Packer, audit: bool, reader_cache_kib: u32, vfs: Option<String>) -> Self {
        Self {
            folder,
            node,
            clock,
            packer,
            runs: RwLock::default(),
            superseded: RwLock::default(),
            tally: RwLock::default(),
            next_res: AtomicU32::new(1),
            reads: Mutex::default(),
            audit,
            readers: Readers::default(),
            reader_cache_kib,
            vfs,
        }
    }

    pub fn file(&self) -> PathBuf {
        self.folder.join("record.db")
    }

    pub fn runs(&self) -> Arc<Runs> {
        read(&self.runs).clone()
    }

    pub fn take_reader(&self) -> Result<Reader, Fault> {
        self.readers.take(|| {
            let conn = self.connect(OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
            conn.pragma_update(None, "cache_size", -i64::from(self.reader_cache_kib)).map_err(fault::of)?;
            Ok(conn)
        })
    }

    /// Opens one more connection to the store's file.
    pub fn connect(&self, flags: OpenFlags) -> Result<Connection, Fault> {
        let conn = match &self.vfs {
            Some(vfs) => Connection::open_with_flags_and_vfs(self.file(), flags, vfs.as_str()),
            None => Connection::open_with_flags(self.file(), flags),
        }
        .map_err(fault::of)?;
        settle(&conn)?;
        Ok(conn)
    }
}

/// What every connection is set to.
pub fn settle(conn: &Connection) -> Result<(), Fault> {
    conn.set_prepared_statement_cache_capacity(64);
    // Else SQLite plans a statement again whenever a bound value changes, which costs ten times what running it does.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(|_| ()).map_err(fault::of)
}

/// A lock whose holder panicked still guards valid data here: each critical section is a single assignment.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

pub fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(|poisoned| poisoned.into_inner())
}

pub fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(|poisoned| poisoned.into_inner())
}

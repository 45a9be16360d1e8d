//! What the writer and the readers of one store hold in common.

use crate::fault;
use crate::readers::{Reader, Readers};
use crate::watch;
use rihla_kernel::Fault;
use rihla_store_engine::memory::Memory;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::ops::Deref;
use std::path::PathBuf;

/// A store's common state.
pub struct Shared {
    pub folder: PathBuf,
    pub memory: Memory,
    pub readers: Readers,
    reader_cache_kib: u32,
    vfs: Option<String>,
    watched: bool,
}

impl Deref for Shared {
    type Target = Memory;

    fn deref(&self) -> &Memory {
        &self.memory
    }
}

impl Shared {
    pub fn new(folder: PathBuf, memory: Memory, reader_cache_kib: u32, vfs: Option<String>, watched: bool) -> Self {
        Self { folder, memory, readers: Readers::default(), reader_cache_kib, vfs, watched }
    }

    pub fn file(&self) -> PathBuf {
        self.folder.join("record.db")
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
        let mut conn = match &self.vfs {
            Some(vfs) => Connection::open_with_flags_and_vfs(self.file(), flags, vfs.as_str()),
            None => Connection::open_with_flags(self.file(), flags),
        }
        .map_err(fault::of)?;
        settle(&conn)?;
        if self.watched {
            watch::attach(&mut conn)?;
        }
        Ok(conn)
    }
}

/// What every connection is set to.
pub fn settle(conn: &Connection) -> Result<(), Fault> {
    conn.set_prepared_statement_cache_capacity(64);
    // Else SQLite plans a statement again whenever a bound value changes, which costs ten times what running it does.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(|_| ()).map_err(fault::of)
}

//! Copies of a store, taken while it runs, and stores made from copies.

use crate::backend::SqliteBackend;
use crate::blobs;
use crate::fault;
use crate::view::View;
use rihla_kernel::{Fault, FaultKind};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OptionalExtension};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Pages copied between two reports.
const PAGES: i32 = 4096;

impl SqliteBackend {
    /// Copies the store as it is now into one file, which must not exist; large contents go into a folder beside it, named
    /// as the file with `.blobs`. Writes go on meanwhile and are not in it.
    pub fn backup(&self, file: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<(), Fault> {
        if file.exists() {
            return Err(Fault::new(FaultKind::Conflict, "RH-BACKUP-EXISTS", "The backup's file exists already. Choose another name; nothing was overwritten."));
        }
        let mut part = OsString::from(file);
        part.push(".part");
        let part = PathBuf::from(part);
        let view = View::of_reader(self.shared(), None)?;
        view.pin()?;
        let copied = copy(view.connection()?, &part, progress).and_then(|()| blobs::back_up(&self.shared().folder, &part, file));
        let placed = copied.and_then(|()| place(&part, file));
        if placed.is_err() {
            // The first error is the one to report.
            let _ = std::fs::remove_file(&part);
        }
        placed
    }
}

/// Gives a synced file its name, durably.
fn place(part: &Path, file: &Path) -> Result<(), Fault> {
    let synced = std::fs::File::open(part).and_then(|part| part.sync_all());
    synced.and_then(|()| std::fs::rename(part, file)).map_err(|error| fault::io(&error))?;
    match file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => blobs::sync_folder(folder),
        None => blobs::sync_folder(Path::new(".")),
    }
}

fn copy(from: &Connection, to: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<(), Fault> {
    let mut target = Connection::open(to).map_err(fault::of)?;
    let backup = Backup::new(from, &mut target).map_err(fault::of)?;
    loop {
        let step = backup.step(PAGES).map_err(fault::of)?;
        let state = backup.progress();
        progress((state.pagecount - state.remaining).max(0) as u64, state.pagecount.max(0) as u64);
        if step == StepResult::Done {
            return Ok(());
        }
    }
}

/// What a store, or a copy of one, holds by its own tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub node: u32,
    pub versions: u64,
    /// That are not deleted.
    pub resources: u64,
    /// That are not purged.
    pub contents: u64,
    /// Links of the audit chain, and the hash of the last one in hexadecimal.
    pub links: u64,
    pub chain: String,
}

/// Counts what the file of a store or of a copy holds.
pub fn figures(file: &Path) -> Result<Figures, Fault> {
    let conn = Connection::open_with_flags(file, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(fault::of)?;
    let count = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, u32>(0)).map(u64::from).map_err(fault::of);
    let last = conn.query_row("SELECT hash FROM audit ORDER BY seq DESC LIMIT 1", [], |row| row.get::<_, Vec<u8>>(0)).optional().map_err(fault::of)?;
    let node: Option<[u8; 4]> = conn.query_row("SELECT value FROM mark WHERE name = 'node'", [], |row| row.get(0)).optional().map_err(fault::of)?;
    Ok(Figures {
        node: node.map_or(0, u32::from_be_bytes),
        versions: count("SELECT count(*) FROM version")?,
        resources: count("SELECT count(*) FROM resource r JOIN version v ON v.row = r.row WHERE v.body IS NOT NULL")?,
        contents: count("SELECT count(*) FROM blob WHERE key IS NOT NULL")?,
        links: count("SELECT count(*) FROM audit")?,
        chain: last.unwrap_or_default().iter().map(|byte| format!("{byte:02x}")).collect(),
    })
}

/// Makes a store in `folder`, which must hold none, from a backup.
pub fn restore(file: &Path, folder: &Path) -> Result<(), Fault> {
    // A log without its file would be taken for that of the file restored.
    if ["record.db", "record.db-wal", "record.db-journal", "blobs"].iter().any(|name| folder.join(name).exists()) {
        return Err(Fault::new(FaultKind::Conflict, "RH-RESTORE-EXISTS", "The folder holds a store already. Restore into an empty one; nothing was changed."));
    }
    let source = Connection::open_with_flags(file, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(fault::of)?;
    let sound: String = source.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(fault::of)?;
    let known: bool = source.query_row("SELECT count(*) = 1 FROM sqlite_schema WHERE name = 'version'", [], |row| row.get(0)).map_err(fault::of)?;
    if sound != "ok" || !known {
        return Err(Fault::new(FaultKind::Invalid, "RH-RESTORE-UNSOUND", "The file is no sound backup of a store. Try an earlier one."));
    }
    std::fs::create_dir_all(folder).map_err(|error| fault::io(&error))?;
    if let Err(fault) = blobs::restore(file, &source, folder) {
        // So that it can be tried again; the first error is the one to report.
        let _ = std::fs::remove_dir_all(folder.join("blobs"));
        return Err(fault);
    }
    let part = folder.join("record.part");
    std::fs::copy(file, &part).map_err(|error| fault::io(&error))?;
    place(&part, &folder.join("record.db"))
}

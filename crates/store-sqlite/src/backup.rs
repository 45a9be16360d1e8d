//! Copies of a store, taken while it runs, and stores made from copies.

use crate::backend::SqliteBackend;
use crate::fault;
use crate::view::View;
use rihla_kernel::{Fault, FaultKind};
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use std::path::Path;

/// Pages copied between two reports.
const PAGES: i32 = 4096;

impl SqliteBackend {
    /// Copies the store as it is now into one file, which must not exist. Writes go on meanwhile and are not in it.
    pub fn backup(&self, file: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<(), Fault> {
        if file.exists() {
            return Err(Fault::new(FaultKind::Conflict, "RH-BACKUP-EXISTS", "The backup's file exists already. Choose another name; nothing was overwritten."));
        }
        let part = file.with_extension("part");
        let view = View::of_reader(self.shared(), None)?;
        view.pin()?;
        let copied = copy(view.connection()?, &part, progress);
        let placed = copied.and_then(|()| {
            let synced = std::fs::File::open(&part).and_then(|part| part.sync_all());
            synced.and_then(|()| std::fs::rename(&part, file)).map_err(|error| fault::io(&error))
        });
        if placed.is_err() {
            // The first error is the one to report.
            let _ = std::fs::remove_file(&part);
        }
        placed
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

/// Makes a store in `folder`, which must hold none, from a backup.
pub fn restore(file: &Path, folder: &Path) -> Result<(), Fault> {
    if folder.join("record.db").exists() {
        return Err(Fault::new(FaultKind::Conflict, "RH-RESTORE-EXISTS", "The folder holds a store already. Restore into an empty one; nothing was changed."));
    }
    let source = Connection::open_with_flags(file, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(fault::of)?;
    let sound: String = source.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(fault::of)?;
    let known: bool = source.query_row("SELECT count(*) = 1 FROM sqlite_schema WHERE name = 'version'", [], |row| row.get(0)).map_err(fault::of)?;
    if sound != "ok" || !known {
        return Err(Fault::new(FaultKind::Invalid, "RH-RESTORE-UNSOUND", "The file is no sound backup of a store. Try an earlier one."));
    }
    std::fs::create_dir_all(folder).map_err(|error| fault::io(&error))?;
    let part = folder.join("record.part");
    let placed =
        std::fs::copy(file, &part).and_then(|_| std::fs::File::open(&part)?.sync_all()).and_then(|()| std::fs::rename(&part, folder.join("record.db")));
    placed.map_err(|error| fault::io(&error))
}

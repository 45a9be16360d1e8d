//! Blobs in backups: a folder beside the backup's file, named as it with `.blobs`. Files are copied as they are,
//! encrypted; their keys are in the backup's file.

use super::{place_in, sync_folder, table};
use crate::fault;
use rihla_kernel::{Fault, FaultKind};
use rihla_store::blob::BlobHash;
use rusqlite::{Connection, OpenFlags};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

const LISTED: usize = 1000;

fn folder_of(backup: &Path) -> PathBuf {
    let mut name = OsString::from(backup);
    name.push(".blobs");
    name.into()
}

/// Copies the contents that the copy at `part` knows, beside where the backup will stand.
pub fn back_up(store: &Path, part: &Path, backup: &Path) -> Result<(), Fault> {
    let folder = folder_of(backup);
    if folder.exists() {
        // Left by a backup that failed: the file that it belonged to is not there.
        fs::remove_dir_all(&folder).map_err(|error| fault::io(&error))?;
    }
    let conn = Connection::open_with_flags(part, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(fault::of)?;
    copy_all(&conn, &store.join("blobs"), &folder)
}

/// Copies the contents that a backup knows into a new store.
pub fn restore(backup: &Path, conn: &Connection, store: &Path) -> Result<(), Fault> {
    // A backup of an early schema knows of none.
    let knows: bool = conn.query_row("SELECT count(*) = 1 FROM sqlite_schema WHERE name = 'blob'", [], |row| row.get(0)).map_err(fault::of)?;
    if knows { copy_all(conn, &folder_of(backup), &store.join("blobs")) } else { Ok(()) }
}

fn copy_all(conn: &Connection, from: &Path, to: &Path) -> Result<(), Fault> {
    let mut last = None;
    loop {
        let listed = table::list(conn, last, LISTED)?;
        last = listed.last().map(|one| one.hash);
        if last.is_none() {
            return if to.exists() { sync_folder(to) } else { Ok(()) };
        }
        for one in listed.iter().filter(|one| !one.purged) {
            copy_one(from, to, &one.hash, one.named)?;
        }
    }
}

fn copy_one(from: &Path, to: &Path, hash: &BlobHash, named: bool) -> Result<(), Fault> {
    let (source, target) = (place_in(from, hash), place_in(to, hash));
    let folder = target.parent().unwrap_or(to);
    let copied = fs::create_dir_all(folder).and_then(|()| fs::copy(&source, &target)).and_then(|_| File::open(&target)?.sync_all());
    match copied {
        // Swept meanwhile: nobody needs it.
        Err(error) if error.kind() == io::ErrorKind::NotFound && !named => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Fault::new(
            FaultKind::Invalid,
            "RH-BACKUP-BLOBS",
            format!("The content {} is missing. A backup is its file together with the folder beside it.", hash.to_text()),
        )),
        copied => copied.map_err(|error| fault::io(&error)).and_then(|()| sync_folder(folder)),
    }
}

//! Large content in files beside the record: `blobs/aa/<hash>`, each encrypted with a key that stands in a table.
//!
//! Content is written to `blobs/new/`, synced, put in its place, the folder synced, and only then its key is committed;
//! so a crash leaves at worst a file that nothing can read. A resource can name it from then on. Purging destroys the
//! key: no copy of the file can be read any more, but backups made before hold both.

mod copy;
mod read;
mod table;
mod verify;

pub use copy::{back_up, restore};
pub use read::lost;
pub use table::name;
pub use verify::{check, named_by};

use crate::backend::SqliteBackend;
use crate::fault;
use crate::shared::Shared;
use rihla_kernel::{Entropy, Fault, Instant};
use rihla_store::blob::{BlobHash, BlobReader, BlobRef, Blobs};
use rihla_store::key::Row;
use rihla_store_engine::content::Content;
use rihla_store_engine::memory::lock;
use rihla_store_engine::vault::Names;
use rihla_store_engine::{content, frame};
use rusqlite::Connection;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Where the contents of a store are.
pub struct Shelf {
    folder: PathBuf,
    entropy: Arc<dyn Entropy>,
    /// Held while a file and its key take their places, or leave them.
    placing: Mutex<()>,
}

/// What was read and written, before it has its place.
struct Arrived {
    file: PathBuf,
    hash: BlobHash,
    bytes: u64,
    key: [u8; frame::KEY],
}

impl Shelf {
    /// Takes away what uploads left behind when the process ended.
    pub fn open(store: &Path, entropy: Arc<dyn Entropy>) -> Result<Self, Fault> {
        let folder = store.join("blobs");
        let new = folder.join("new");
        if new.exists() {
            fs::remove_dir_all(new).map_err(|error| fault::io(&error))?;
        }
        Ok(Self { folder, entropy, placing: Mutex::default() })
    }

    fn place_of(&self, hash: &BlobHash) -> PathBuf {
        place_in(&self.folder, hash)
    }

    fn take_in(&self, source: &mut dyn Read, names: &Names) -> Result<Arrived, Fault> {
        let key = frame::new_key(self.entropy.as_ref())?;
        let new = self.folder.join("new");
        fs::create_dir_all(&new).map_err(|error| fault::io(&error))?;
        let path = new.join(format!("{:016x}{:016x}", self.entropy.next_u64(), self.entropy.next_u64()));
        let taken = File::create_new(&path).map_err(|error| fault::io(&error)).and_then(|file| seal_into(source, &key, names, file));
        match taken {
            Ok((hash, bytes)) => Ok(Arrived { file: path, hash, bytes, key }),
            Err(fault) => {
                // The first error is the one to report; what stays is taken away when the store is opened.
                let _ = fs::remove_file(&path);
                Err(fault)
            }
        }
    }
}

pub fn place_in(folder: &Path, hash: &BlobHash) -> PathBuf {
    let text = hash.to_text();
    folder.join(text.get(..2).unwrap_or_default()).join(text)
}

/// Seals a source into a file, frame by frame, and syncs it.
fn seal_into(source: &mut dyn Read, key: &[u8], names: &Names, mut file: File) -> Result<(BlobHash, u64), Fault> {
    let sealed = content::seal_all(source, key, names, |_, frame| file.write_all(frame).map_err(|error| fault::io(&error)))?;
    file.sync_all().map_err(|error| fault::io(&error))?;
    Ok(sealed)
}

/// Makes what happened in a folder durable.
pub fn sync_folder(folder: &Path) -> Result<(), Fault> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| fault::io(&error))
}

impl SqliteBackend {
    /// Puts a file in its place, then commits its key.
    fn place(&self, arrived: &Arrived) -> Result<(), Fault> {
        let shelf = self.shelf();
        let _placing = lock(&shelf.placing);
        let (hash, bytes, born) = (arrived.hash, arrived.bytes, self.shared().clock.now());
        let place = shelf.place_of(&hash);
        let known = self.with_reader(|conn| table::is_kept(conn, &hash))?;
        if known && fs::metadata(&place).is_ok_and(|found| found.len() == frame::file_bytes(bytes)) {
            fs::remove_file(&arrived.file).map_err(|error| fault::io(&error))?;
            return self.between(move |writer| table::touch(&writer.conn, &hash, born));
        }
        let folder = place.parent().unwrap_or(&shelf.folder);
        fs::create_dir_all(folder).and_then(|()| fs::rename(&arrived.file, &place)).map_err(|error| fault::io(&error))?;
        sync_folder(folder)?;
        sync_folder(&shelf.folder)?;
        sync_folder(&self.shared().folder)?;
        let key = arrived.key;
        self.between(move |writer| {
            let kept = writer.shared.vault.seal_key(&hash, &key)?;
            commit(&mut writer.conn, |conn| table::keep(conn, &hash, bytes, born, &kept))
        })
    }

    fn with_reader<T>(&self, ask: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, Fault> {
        let reader = self.shared().take_reader()?;
        let answer = ask(&reader.conn);
        self.shared().readers.give(reader);
        answer
    }

    /// Removes files that no key belongs to: those of a crash between file and key, and of keys that were let go.
    fn remove_strays(&self) -> Result<(), Fault> {
        for file in files(&self.shelf().folder)? {
            let hash = file.file_name().and_then(|name| name.to_str()).and_then(BlobHash::parse);
            let kept = match hash {
                Some(hash) => self.with_reader(|conn| table::is_kept(conn, &hash))?,
                // No name that this program gives: somebody else's.
                None => true,
            };
            if !kept {
                fs::remove_file(&file).map_err(|error| fault::io(&error))?;
            }
        }
        Ok(())
    }
}

/// Runs statements as one transaction whose end is known.
fn commit<T>(conn: &mut Connection, act: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, Fault> {
    let step = conn.transaction().map_err(fault::of)?;
    let done = act(&step)?;
    step.commit().map_err(fault::of)?;
    Ok(done)
}

/// All files that have a place.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Fault> {
    let list = |folder: &Path| -> io::Result<Vec<PathBuf>> { fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect() };
    let mut out = Vec::new();
    if folder.exists() {
        let parts = list(folder).map_err(|error| fault::io(&error))?;
        for part in parts.iter().filter(|part| part.is_dir() && part.file_name().is_some_and(|name| name != "new")) {
            out.extend(list(part).map_err(|error| fault::io(&error))?);
        }
    }
    Ok(out)
}

impl Blobs for SqliteBackend {
    fn put(&self, source: &mut dyn Read) -> Result<BlobRef, Fault> {
        let arrived = self.shelf().take_in(source, &self.shared().vault.names())?;
        let placed = self.place(&arrived);
        if placed.is_err() {
            // The first error is the one to report; what stays is taken away when the store is opened.
            let _ = fs::remove_file(&arrived.file);
        }
        placed.map(|()| BlobRef { hash: arrived.hash, bytes: arrived.bytes })
    }

    fn open(&self, hash: &BlobHash, range: Option<Range<u64>>) -> Result<Option<Box<dyn BlobReader>>, Fault> {
        let Some(entry) = self.with_reader(|conn| table::find(conn, hash))? else { return Ok(None) };
        let key = entry.key.ok_or_else(rihla_store_engine::fault::purged)?;
        let vault = &self.shared().vault;
        let content = Content { hash: *hash, key: vault.open_key(hash, key)?, size: entry.bytes, names: vault.names() };
        Ok(Some(Box::new(read::open(&self.shelf().place_of(hash), content, range)?)))
    }

    fn users(&self, hash: &BlobHash) -> Result<Vec<Row>, Fault> {
        self.with_reader(|conn| table::users(conn, hash))
    }

    fn purge(&self, hash: &BlobHash) -> Result<bool, Fault> {
        let shelf = self.shelf();
        let _placing = lock(&shelf.placing);
        let doomed = *hash;
        let known = self.between(move |writer| {
            writer.conn.pragma_update(None, "secure_delete", true).map_err(fault::of)?;
            let known = commit(&mut writer.conn, |conn| table::destroy_key(conn, &doomed))?;
            // The write-ahead log still holds the page with the key until it is worked in and cut.
            let busy: bool = writer.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).map_err(fault::of)?;
            if busy { Err(content::busy()) } else { Ok(known) }
        })?;
        match fs::remove_file(shelf.place_of(hash)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(fault::io(&error)),
            _ => Ok(known),
        }
    }

    fn sweep(&self, before: Instant) -> Result<u64, Fault> {
        let shelf = self.shelf();
        let _placing = lock(&shelf.placing);
        let swept = self.between(move |writer| commit(&mut writer.conn, |conn| table::forget_orphans(conn, before)))?;
        self.remove_strays()?;
        Ok(swept.len() as u64)
    }
}

/// Whether every content that steps name is here; the writer asks before it writes them.
pub fn all_kept(shared: &Shared, conn: &Connection, hashes: &[BlobHash]) -> Result<bool, Fault> {
    for hash in hashes {
        if !table::is_kept(conn, hash)? || !place_in(&shared.folder.join("blobs"), hash).exists() {
            return Ok(false);
        }
    }
    Ok(true)
}

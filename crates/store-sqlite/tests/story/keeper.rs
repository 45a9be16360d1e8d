//! The story's stores on SQLite: each in a folder of its own.

#![allow(clippy::expect_used, reason = "helpers of tests")]

use crate::story::site::{Damage, How};
use rihla_kernel::{Fault, ManualClock};
use rihla_store::blob::BlobHash;
use rihla_store_sqlite::{Options, SqliteBackend, open};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

pub type OwnBackend = SqliteBackend;

pub struct Keeper {
    backend: Arc<SqliteBackend>,
    folder: Folder,
}

/// Removed with the site.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

static NEXT: AtomicU32 = AtomicU32::new(0);

/// Whether a store can be opened.
pub fn try_open(folder: &Path) -> Result<(), Fault> {
    open(folder, options(&How::new(&[], Arc::new(ManualClock::at(0))))).map(|_| ())
}

fn options(how: &How) -> Options {
    Options { roots: how.roots.clone(), ..Options::new(how.clock.clone(), how.entropy.clone(), how.indexer.clone()) }
}

/// A store that is not open.
pub struct Closed(Folder);

impl Closed {
    pub fn open(self, how: &How) -> Keeper {
        Keeper { backend: open(&self.0.0, options(how)).expect("opens"), folder: self.0 }
    }
}

impl Keeper {
    pub fn fresh(how: &How) -> Self {
        let name = format!("rihla-story-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        Self::open_in(std::env::temp_dir().join(name), how)
    }

    /// Opens the store that a folder holds already; the folder goes with the site.
    pub fn open_in(folder: PathBuf, how: &How) -> Self {
        Self { backend: open(&folder, options(how)).expect("opens"), folder: Folder(folder) }
    }

    pub fn reopen(self, how: &How) -> Self {
        let Self { backend, folder } = self;
        drop(backend);
        Self { backend: open(&folder.0, options(how)).expect("opens"), folder }
    }

    /// The same, for who may be refused.
    pub fn try_reopen(self, how: &How) -> Result<Self, Box<(Closed, Fault)>> {
        let Self { backend, folder } = self;
        drop(backend);
        match open(&folder.0, options(how)) {
            Ok(backend) => Ok(Self { backend, folder }),
            Err(fault) => Err(Box::new((Closed(folder), fault))),
        }
    }

    pub fn backend(&self) -> &Arc<SqliteBackend> {
        &self.backend
    }

    pub fn folder(&self) -> &Path {
        &self.folder.0
    }

    pub fn file(&self) -> Connection {
        Connection::open(self.folder.0.join("record.db")).expect("opens")
    }

    pub fn damage(&self, damage: Damage) -> usize {
        let sql = match damage {
            Damage::ClaimMoved => "UPDATE claim SET res = res + 7 WHERE name LIKE '%|1' OR (unicode(name) = 1 AND res = (SELECT min(res) FROM claim))",
            Damage::ClaimLost => "DELETE FROM claim WHERE name LIKE '%|1' OR (unicode(name) = 1 AND res = (SELECT max(res) FROM claim))",
            Damage::KeyLost => "DELETE FROM search WHERE key = (SELECT max(key) FROM search WHERE key < x'05')",
        };
        self.file().execute(sql, []).expect("runs")
    }

    pub fn copy(&self, how: &How) -> Self {
        let file = self.folder.0.join("copy.backup");
        self.backend.backup(&file, &mut |_, _| {}).expect("backs up");
        let folder = self.folder.0.with_extension("restored");
        rihla_store_sqlite::restore(&file, &folder).expect("restores");
        assert!(rihla_store_sqlite::restore(&file, &folder).is_err(), "a store is not overwritten");
        Self::open_in(folder, how)
    }

    fn file_of(&self, hash: &BlobHash) -> PathBuf {
        let text = hash.to_text();
        self.folder.0.join("blobs").join(&text[..2]).join(text)
    }

    /// A content as it is kept.
    pub fn sealed(&self, hash: &BlobHash) -> Option<Vec<u8>> {
        std::fs::read(self.file_of(hash)).ok()
    }

    /// Puts other bytes in the place of a content, or none.
    pub fn seal_as(&self, hash: &BlobHash, bytes: Option<&[u8]>) {
        let file = self.file_of(hash);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("made");
        match bytes {
            Some(bytes) => std::fs::write(file, bytes).expect("written"),
            None => std::fs::remove_file(file).expect("lost"),
        }
    }

    /// Leaves what a crash leaves in the midst of an upload.
    pub fn half_an_upload(&self) {
        let new = self.folder.0.join("blobs/new");
        std::fs::create_dir_all(&new).expect("there");
        std::fs::write(new.join("half"), b"half an upload").expect("written");
    }

    /// Uploads that have not come to their end.
    pub fn uploads(&self) -> usize {
        std::fs::read_dir(self.folder.0.join("blobs/new")).map_or(0, Iterator::count)
    }

    /// Everything that the store has written: files, logs and all.
    pub fn written(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut folders = vec![self.folder.0.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                out.extend_from_slice(path.to_string_lossy().as_bytes());
                if path.is_dir() {
                    folders.push(path);
                } else {
                    out.extend(std::fs::read(path).expect("readable"));
                }
            }
        }
        out
    }

    /// What a sealing leaves behind until it is tidied up: nothing, since it overwrites.
    pub fn forget_the_past(&self) {}

    /// Exchanges the bodies of two rows.
    pub fn exchange(&self, one: u32, other: u32) {
        let sql = "UPDATE version SET dictionary = o.dictionary, body = o.body FROM version o WHERE version.row IN (?1, ?2) AND o.row = ?1 + ?2 - version.row";
        assert_eq!(self.file().execute(sql, [one, other]).expect("runs"), 2);
    }

    /// Runs statements behind the store's back.
    pub fn behind(&self, sql: &str) {
        self.file().execute_batch(sql).expect("runs");
    }

    pub fn content_key(&self, hash: &BlobHash) -> Vec<u8> {
        self.file().query_row("SELECT key FROM blob WHERE hash = ?1", [hash.0], |row| row.get(0)).expect("a key")
    }

    /// Whether these bytes stand anywhere in the store's files.
    pub fn holds_key(&self, key: &[u8]) -> bool {
        let holds = |name: &str| std::fs::read(self.folder.0.join(name)).is_ok_and(|held| held.windows(key.len()).any(|window| window == key));
        ["record.db", "record.db-wal"].into_iter().any(holds)
    }
}

//! The contract of `store`, kept by a writer thread and its readers.

use crate::blobs::Shelf;
use crate::fault;
use crate::lock::Ownership;
use crate::shared::Shared;
use crate::view::View;
use crate::writer::Writer;
use rihla_kernel::{Fault, NodeId};
use rihla_store::backend::{AccessNote, Backend, Packed, Reply, Snapshot, Status, TypeKey, Write, is_own_mark};
use rihla_store::blob::Blobs;
use rihla_store::key::{ResKey, Row};
use rihla_store::trail::{EventNote, Trail};
use rihla_store_engine::audit::Note;
use rihla_store_engine::memory::read;
use rihla_store_engine::pack::Lesson;
use rihla_store_engine::queue::Queue;
use rusqlite::{Connection, OptionalExtension};
use std::sync::Arc;
use tokio::sync::watch;

/// A store on SQLite, open in this process.
pub struct SqliteBackend {
    shared: Arc<Shared>,
    queue: Queue<Writer>,
    ticks: watch::Sender<Row>,
    shelf: Shelf,
    _ownership: Ownership,
}

impl SqliteBackend {
    pub(crate) fn start(shared: Arc<Shared>, writer: Writer, ticks: watch::Sender<Row>, shelf: Shelf, ownership: Ownership) -> Result<Self, Fault> {
        let queue = Queue::start(writer).map_err(|error| fault::io(&error))?;
        Ok(Self { shared, queue, ticks, shelf, _ownership: ownership })
    }

    /// Writes the keys in memory to the index on disk now.
    pub fn flush(&self) -> Result<(), Fault> {
        self.between(Writer::flush_all)
    }

    /// Ends the writer as a crash would: what is committed stays, nothing is written out.
    pub fn abandon(&self) {
        self.queue.abandon();
    }

    /// Has the writer do something between two batches, and waits for it.
    pub(crate) fn between<T: Send + 'static>(&self, act: impl FnOnce(&mut Writer) -> Result<T, Fault> + Send + 'static) -> Result<T, Fault> {
        self.queue.between(act)
    }

    pub(crate) fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    fn learn(&self, lesson: Lesson) {
        let shared = self.shared.clone();
        self.queue.learn(lesson, move |writer, ty, bytes| {
            match shared.vault.seal_dictionary(ty, bytes).and_then(|kept| store_dictionary(&mut writer.conn, ty, &kept)) {
                Ok(number) => shared.packer.install(number, ty, bytes),
                // A full disk, most likely: the type is learned again from what comes later.
                Err(_) => shared.packer.unlearn(ty),
            }
        });
    }
}

/// Keeps a dictionary and returns its number, once it is durable: bodies that need it may be written right after.
fn store_dictionary(conn: &mut Connection, ty: TypeKey, bytes: &[u8]) -> Result<u32, Fault> {
    let step = conn.transaction().map_err(fault::of)?;
    let number = step.query_row("INSERT INTO dictionary (ty, bytes) VALUES (?1, ?2) RETURNING dictionary", (ty, bytes), |row| row.get(0)).map_err(fault::of)?;
    step.commit().map_err(fault::of)?;
    Ok(number)
}

pub(crate) fn marks_of(conn: &Connection, prefix: &str) -> rusqlite::Result<Vec<(String, Vec<u8>)>> {
    // No name goes on with the last character of all.
    let mut statement = conn.prepare_cached("SELECT name, value FROM mark WHERE name >= ?1 AND name < ?1 || char(1114111) ORDER BY name")?;
    let rows = statement.query_map([prefix], |row| Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
    rows.filter(|row| !matches!(row, Ok((name, _)) if is_own_mark(name))).collect()
}

impl Backend for SqliteBackend {
    fn node(&self) -> NodeId {
        self.shared.node
    }

    fn snapshot(&self, at: Option<Row>) -> Result<Box<dyn Snapshot + '_>, Fault> {
        self.shared.may_view(at)?;
        Ok(Box::new(View::of_reader(&self.shared, at)?))
    }

    fn reserve(&self, count: u32) -> Result<ResKey, Fault> {
        self.shared.memory.reserve(count)
    }

    fn pack(&self, ty: TypeKey, body: &[u8]) -> Result<Packed, Fault> {
        let (packed, lesson) = self.shared.packer.pack(ty, body)?;
        if let Some(lesson) = lesson {
            self.learn(lesson);
        }
        Ok(packed)
    }

    fn submit(&self, write: Write, reply: Reply) {
        self.queue.submit(write, reply);
    }

    fn note_access(&self, note: AccessNote) {
        self.shared.note(Note::Access(note));
    }

    fn note_event(&self, note: EventNote) {
        self.shared.note(Note::Event(note));
    }

    fn trail(&self) -> &dyn Trail {
        self
    }

    fn ticks(&self) -> watch::Receiver<Row> {
        self.ticks.subscribe()
    }

    fn mark(&self, name: &str) -> Result<Option<Vec<u8>>, Fault> {
        let reader = self.shared.take_reader()?;
        let found = reader.conn.query_row("SELECT value FROM mark WHERE name = ?1", [name], |row| row.get(0)).optional().map_err(fault::of);
        self.shared.readers.give(reader);
        found?.map(|kept| self.shared.vault.open_state(name, kept)).transpose()
    }

    fn marks(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, Fault> {
        let reader = self.shared.take_reader()?;
        let found = marks_of(&reader.conn, prefix).map_err(fault::of);
        self.shared.readers.give(reader);
        let open = |(name, kept): (String, Vec<u8>)| self.shared.vault.open_state(&name, kept).map(|value| (name, value));
        found?.into_iter().map(open).collect()
    }

    fn blobs(&self) -> &dyn Blobs {
        self
    }

    fn status(&self) -> Result<Status, Fault> {
        let size = |name: &str| std::fs::metadata(self.shared.folder.join(name)).map_or(0, |found| found.len());
        let runs = self.shared.runs();
        Ok(Status {
            tick: runs.tick(),
            resources: read(&self.shared.tally).values().sum(),
            versions: u64::from(runs.tick()),
            bytes_on_disk: size("record.db") + size("record.db-wal"),
            keys_in_memory: runs.all_keys() as u64,
        })
    }

    fn close(&self) -> Result<(), Fault> {
        self.queue.close()
    }
}

impl Drop for SqliteBackend {
    fn drop(&mut self) {
        // A store that nobody closed is closed as well as can be; what fails here is mended at the next opening.
        let _ = self.close();
    }
}

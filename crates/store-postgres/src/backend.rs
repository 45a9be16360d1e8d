//! The contract of `store`, kept by a writer thread and lines for those who read.

use crate::blobs::Shelf;
use crate::fault;
use crate::shared::Shared;
use crate::view::View;
use crate::wire::{Fields, Trouble, Value};
use crate::writer::Writer;
use rihla_kernel::{Fault, FaultKind, NodeId};
use rihla_store::backend::{AccessNote, Backend, Packed, Reply, Snapshot, Status, TypeKey, Write, is_own_mark};
use rihla_store::blob::Blobs;
use rihla_store::key::{ResKey, Row};
use rihla_store::trail::{EventNote, Trail};
use rihla_store_engine::audit::Note;
use rihla_store_engine::memory::read;
use rihla_store_engine::pack::Lesson;
use rihla_store_engine::queue::Queue;
use std::sync::Arc;
use tokio::sync::watch;

/// A store on PostgreSQL, open in this process.
pub struct PostgresBackend {
    shared: Arc<Shared>,
    queue: Queue<Writer>,
    ticks: watch::Sender<Row>,
    shelf: Shelf,
}

impl PostgresBackend {
    pub(crate) fn start(shared: Arc<Shared>, writer: Writer, ticks: watch::Sender<Row>, shelf: Shelf) -> Result<Self, Fault> {
        let no_thread =
            |_| Fault::new(FaultKind::Unavailable, "RH-STORE-THREAD", "The system gives no further threads. Raise its limits, or stop what else runs.");
        let queue = Queue::start(writer).map_err(no_thread)?;
        Ok(Self { shared, queue, ticks, shelf })
    }

    /// Writes the keys in memory to the index now.
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

    pub(crate) fn ask(&self, sql: &str, values: &[Value<'_>], each: &mut dyn FnMut(Fields<'_>) -> Result<(), Trouble>) -> Result<(), Fault> {
        View::of_reader(&self.shared, None).ask(sql, values, each)
    }

    fn learn(&self, lesson: Lesson) {
        let shared = self.shared.clone();
        self.queue.learn(lesson, move |writer, ty, bytes| match shared.vault.seal_dictionary(ty, bytes).and_then(|kept| store_dictionary(writer, ty, &kept)) {
            Ok(number) => shared.packer.install(number, ty, bytes),
            // A full disk, most likely: the type is learned again from what comes later.
            Err(_) => shared.packer.unlearn(ty),
        });
    }
}

/// Keeps a dictionary and returns its number, once it is durable: bodies that need it may be written right after.
fn store_dictionary(writer: &mut Writer, ty: TypeKey, bytes: &[u8]) -> Result<u32, Fault> {
    let sql =
        "INSERT INTO dictionary (dictionary, ty, shard, bytes) SELECT coalesce(max(dictionary), 0) + 1, $1, 0, $2 FROM dictionary RETURNING dictionary::bigint";
    let number = writer.line()?.number(sql, &[Value::I16(ty as i16), Value::Bytes(bytes)]).map_err(fault::of)?;
    number.map(|number| number as u32).ok_or_else(fault::away)
}

const MARKS: &str = "SELECT name, value FROM mark WHERE name >= $1 AND ($2::bytea IS NULL OR name < $2) AND shard = 0 ORDER BY name";

impl View<'_> {
    pub(crate) fn marks_of(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, Fault> {
        let mut out = Vec::new();
        // No byte of a text is 0xFF.
        let end: Vec<u8> = prefix.bytes().chain([0xFF]).collect();
        self.ask(MARKS, &[Value::Bytes(prefix.as_bytes()), Value::Bytes(&end)], &mut |mut row| {
            let name = String::from_utf8_lossy(row.bytes()?).into_owned();
            if !is_own_mark(&name) {
                out.push((name, row.bytes()?.to_vec()));
            }
            Ok(())
        })?;
        Ok(out)
    }
}

impl Backend for PostgresBackend {
    fn node(&self) -> NodeId {
        self.shared.node
    }

    fn snapshot(&self, at: Option<Row>) -> Result<Box<dyn Snapshot + '_>, Fault> {
        self.shared.may_view(at)?;
        Ok(Box::new(View::of_reader(&self.shared, at)))
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
        let mut found: Option<Vec<u8>> = None;
        self.ask("SELECT value FROM mark WHERE name = $1 AND shard = 0", &[Value::Bytes(name.as_bytes())], &mut |mut row| {
            found = Some(row.bytes()?.to_vec());
            Ok(())
        })?;
        found.map(|kept| self.shared.vault.open_state(name, kept)).transpose()
    }

    fn marks(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, Fault> {
        let found = View::of_reader(&self.shared, None).marks_of(prefix)?;
        found.into_iter().map(|(name, kept)| self.shared.vault.open_state(&name, kept).map(|value| (name, value))).collect()
    }

    fn blobs(&self) -> &dyn Blobs {
        self
    }

    fn status(&self) -> Result<Status, Fault> {
        let runs = self.shared.runs();
        let mut bytes = 0;
        self.ask("SELECT pg_database_size(current_database())", &[], &mut |mut row| {
            bytes = row.i64()?.max(0) as u64;
            Ok(())
        })?;
        Ok(Status {
            tick: runs.tick(),
            resources: read(&self.shared.tally).values().sum(),
            versions: u64::from(runs.tick()),
            bytes_on_disk: bytes,
            keys_in_memory: runs.all_keys() as u64,
        })
    }

    fn close(&self) -> Result<(), Fault> {
        self.queue.close()
    }
}

impl Drop for PostgresBackend {
    fn drop(&mut self) {
        // A store that nobody closed is closed as well as can be; what fails here is mended at the next opening.
        let _ = self.close();
    }
}

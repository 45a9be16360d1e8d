//! Large content beside the rows: sealed with a key of its own, in parts of 256 KiB.
//!
//! An upload is one transaction, so a crash leaves nothing of it, and its commit makes content and key durable together; a
//! resource can name it from then on. The parts stand in the database and not in files, so that a standby, a failover and a
//! restored backup have them. Purging destroys the key; backups and archived logs made before hold both.

use crate::backend::PostgresBackend;
use crate::fault;
use crate::shared::{Shared, shard_of_hash};
use crate::tables::blob_shard;
use crate::view::View;
use crate::wire::{Line, Value};
use rihla_kernel::{Entropy, Fault, Instant};
use rihla_store::blob::{BlobHash, BlobReader, BlobRef, Blobs};
use rihla_store::key::Row;
use rihla_store_engine::content::{self, Frames, Kept, busy};
use rihla_store_engine::fault::purged;
use rihla_store_engine::frame;
use rihla_store_engine::memory::lock;
use rihla_store_engine::vault::Names;
use std::io::Read;
use std::ops::Range;
use std::sync::{Arc, Mutex};

/// What keeping contents needs.
pub struct Shelf {
    entropy: Arc<dyn Entropy>,
    /// Held while a content takes its place, or leaves it.
    pub placing: Mutex<()>,
}

type Upload = [u8; 16];

impl Shelf {
    pub fn new(entropy: Arc<dyn Entropy>) -> Self {
        Self { entropy, placing: Mutex::default() }
    }

    fn upload(&self) -> Upload {
        (u128::from(self.entropy.next_u64()) << 64 | u128::from(self.entropy.next_u64())).to_be_bytes()
    }
}

/// A content that is kept, or was.
struct Entry {
    bytes: u64,
    upload: Vec<u8>,
    /// `None`: purged.
    key: Option<Vec<u8>>,
    /// What its parts take.
    held: u64,
}

impl Entry {
    fn is_whole(&self) -> bool {
        self.key.is_some() && self.held == frame::file_bytes(self.bytes)
    }
}

const FIND: &str = "SELECT b.bytes, b.upload, b.key, (SELECT coalesce(sum(octet_length(p.bytes)), 0)::bigint FROM blob_part p WHERE p.upload = b.upload) \
                    FROM blob b WHERE b.hash = $1 AND b.shard = $2";
const PART: &str = "INSERT INTO blob_part (upload, number, shard, bytes) VALUES ($1, $2, $3, $4)";
const KEEP: &str = "INSERT INTO blob (bytes, born, shard, hash, upload, key) VALUES ($1, $2, $3, $4, $5, $6) \
                    ON CONFLICT (hash, shard) DO UPDATE SET bytes = excluded.bytes, born = excluded.born, upload = excluded.upload, key = excluded.key";
const STRAY: &str = "NOT EXISTS (SELECT 1 FROM blob b WHERE b.upload = p.upload AND b.key IS NOT NULL)";

/// The row's earlier state, and the key in it, stays in the table's file until that is written anew. Vacuum would keep it for
/// whoever might still look at the past; nobody may.
const ANEW: &str = "BEGIN; SET LOCAL lock_timeout = '2s'; LOCK TABLE blob IN ACCESS EXCLUSIVE MODE; CREATE TEMP TABLE kept ON COMMIT DROP AS TABLE blob; \
                    TRUNCATE blob; INSERT INTO blob SELECT * FROM kept; COMMIT";

fn find(shared: &Shared, hash: &BlobHash) -> Result<Option<Entry>, Fault> {
    let mut found = None;
    View::of_reader(shared, None).ask(FIND, &[Value::Bytes(&hash.0), Value::I16(blob_shard(hash))], &mut |mut row| {
        let (bytes, upload) = (row.i64()?.max(0) as u64, row.bytes()?.to_vec());
        found = Some(Entry { bytes, upload, key: row.optional()?.map(<[u8]>::to_vec), held: row.i64()?.max(0) as u64 });
        Ok(())
    })?;
    Ok(found)
}

/// Whether every content that steps name is here; the writer asks before it writes them.
pub fn all_kept(line: &mut Line, hashes: &[BlobHash]) -> Result<bool, Fault> {
    let sql =
        "SELECT count(*) FROM blob b WHERE b.hash = $1 AND b.shard = $2 AND b.key IS NOT NULL AND EXISTS (SELECT 1 FROM blob_part p WHERE p.upload = b.upload)";
    for hash in hashes {
        let kept = line.number(sql, &[Value::Bytes(&hash.0), Value::I16(blob_shard(hash))]).map_err(fault::of)?;
        if kept != Some(1) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Seals a source into parts, in the transaction that the line is in.
fn seal_into(line: &mut Line, source: &mut dyn Read, key: &[u8], names: &Names, upload: &Upload) -> Result<(BlobHash, u64), Fault> {
    content::seal_all(source, key, names, |number, frame| {
        let place = [Value::Bytes(upload), Value::I32(number as i32), Value::I16(shard_of_hash(upload)), Value::Bytes(frame)];
        line.execute(PART, &place).map(|_| ()).map_err(fault::of)
    })
}

impl PostgresBackend {
    /// Commits an upload under its hash, or lets go of it if the content is here already.
    fn place(&self, line: &mut Line, hash: &BlobHash, bytes: u64, upload: &Upload, key: &[u8]) -> Result<(), Fault> {
        let _placing = lock(&self.shelf().placing);
        let born = self.shared().clock.now().0;
        let (name, shard) = (*hash, blob_shard(hash));
        let before = find(self.shared(), hash)?;
        if before.as_ref().is_some_and(Entry::is_whole) {
            line.run("ROLLBACK").map_err(fault::of)?;
            // Its time without a name begins anew.
            return self.between(move |writer| {
                let values = [Value::Bytes(&name.0), Value::I16(shard), Value::I64(born)];
                writer.line()?.execute("UPDATE blob SET born = $3 WHERE hash = $1 AND shard = $2", &values).map(|_| ()).map_err(fault::of)
            });
        }
        if let Some(before) = before {
            line.execute("DELETE FROM blob_part WHERE upload = $1", &[Value::Bytes(&before.upload)]).map_err(fault::of)?;
        }
        // Under the lock that a rotation of keys holds too: what it passed by is sealed with the newest.
        let kept = self.shared().vault.seal_key(hash, key)?;
        let values = [Value::I64(bytes as i64), Value::I64(born), Value::I16(shard), Value::Bytes(&hash.0), Value::Bytes(upload), Value::Bytes(&kept)];
        line.execute(KEEP, &values).map_err(fault::of)?;
        line.run("COMMIT").map_err(fault::of)
    }
}

impl Blobs for PostgresBackend {
    fn put(&self, source: &mut dyn Read) -> Result<BlobRef, Fault> {
        let key = frame::new_key(self.shelf().entropy.as_ref())?;
        let upload = self.shelf().upload();
        // A line that is dropped in the midst of it takes the upload with it.
        let mut line = self.shared().pool.fresh()?;
        line.run("BEGIN").map_err(fault::of)?;
        let (hash, bytes) = seal_into(&mut line, source, &key, &self.shared().vault.names(), &upload)?;
        self.place(&mut line, &hash, bytes, &upload, &key)?;
        self.shared().pool.give(line);
        Ok(BlobRef { hash, bytes })
    }

    fn open(&self, hash: &BlobHash, range: Option<Range<u64>>) -> Result<Option<Box<dyn BlobReader>>, Fault> {
        let Some(entry) = find(self.shared(), hash)? else { return Ok(None) };
        let key = entry.key.clone().ok_or_else(purged)?;
        // What was cut at a part, or grown, is not what was kept, whichever part is asked for.
        if !entry.is_whole() {
            return Err(frame::damaged());
        }
        let parts = Parts { shared: self.shared().clone(), upload: entry.upload };
        let vault = &self.shared().vault;
        let content = content::Content { hash: *hash, key: vault.open_key(hash, key)?, size: entry.bytes, names: vault.names() };
        Ok(Some(Box::new(content::Reader::new(parts, content, range)?)))
    }

    fn users(&self, hash: &BlobHash) -> Result<Vec<Row>, Fault> {
        let mut out = Vec::new();
        let values = [Value::Bytes(&hash.0), Value::I16(blob_shard(hash))];
        self.ask("SELECT row FROM blob_use WHERE hash = $1 AND shard = $2 ORDER BY row", &values, &mut |mut row| {
            out.push(row.key()?);
            Ok(())
        })?;
        Ok(out)
    }

    fn purge(&self, hash: &BlobHash) -> Result<bool, Fault> {
        let _placing = lock(&self.shelf().placing);
        let Some(entry) = find(self.shared(), hash)? else { return Ok(false) };
        let doomed = *hash;
        self.between(move |writer| {
            let line = writer.line()?;
            line.queue("UPDATE blob SET key = NULL WHERE hash = $1 AND shard = $2", &[Value::Bytes(&doomed.0), Value::I16(blob_shard(&doomed))])
                .map_err(fault::of)?;
            line.queue("DELETE FROM blob_part WHERE upload = $1", &[Value::Bytes(&entry.upload)]).map_err(fault::of)?;
            line.send(&mut |_, _| Ok(())).map_err(fault::of)?;
            line.run(ANEW).map(|()| true).map_err(|trouble| {
                // Not in a transaction any more, or the line is gone: either way nothing is left open.
                let _ = line.run("ROLLBACK");
                if trouble.is_lost() { fault::of(trouble) } else { busy() }
            })
        })
    }

    fn sweep(&self, before: Instant) -> Result<u64, Fault> {
        let _placing = lock(&self.shelf().placing);
        self.between(move |writer| {
            let line = writer.line()?;
            let orphans = "DELETE FROM blob b WHERE b.born < $1 AND NOT EXISTS (SELECT 1 FROM blob_use u WHERE u.hash = b.hash AND u.shard = b.shard)";
            line.queue(orphans, &[Value::I64(before.0)]).map_err(fault::of)?;
            line.queue(&format!("DELETE FROM blob_part p WHERE {STRAY}"), &[]).map_err(fault::of)?;
            let counts = line.send(&mut |_, _| Ok(())).map_err(fault::of)?;
            Ok(counts.first().copied().unwrap_or(0))
        })
    }
}

/// The parts of one content.
struct Parts {
    shared: Arc<Shared>,
    upload: Vec<u8>,
}

impl Frames for Parts {
    fn frame(&mut self, number: u64, _length: usize) -> Result<Vec<u8>, Fault> {
        let mut frame = Vec::new();
        let place = [Value::Bytes(&self.upload), Value::I32(number as i32), Value::I16(shard_of_hash(&self.upload))];
        View::of_reader(&self.shared, None).ask("SELECT bytes FROM blob_part WHERE upload = $1 AND number = $2 AND shard = $3", &place, &mut |mut row| {
            frame = row.bytes()?.to_vec();
            Ok(())
        })?;
        Ok(frame)
    }
}

const LISTED: i64 = 1000;

/// Looks at every content from its first byte to its last.
pub fn check(backend: &PostgresBackend, view: &View<'_>) -> Result<Kept, Fault> {
    let mut out = Kept::default();
    let mut last = Vec::new();
    loop {
        let mut listed: Vec<(BlobHash, bool, bool)> = Vec::new();
        let sql = "SELECT b.hash, b.key IS NULL, EXISTS (SELECT 1 FROM blob_use u WHERE u.hash = b.hash AND u.shard = b.shard) FROM blob b \
                   WHERE b.hash > $1 ORDER BY b.hash LIMIT $2";
        view.ask(sql, &[Value::Bytes(&last), Value::I64(LISTED)], &mut |mut row| {
            let hash = row.bytes()?.first_chunk().copied().unwrap_or([0; 32]);
            listed.push((BlobHash(hash), row.bool()?, row.bool()?));
            Ok(())
        })?;
        let Some((end, _, _)) = listed.last() else { break };
        last = end.0.to_vec();
        for (hash, _, named) in listed.iter().filter(|(_, purged, _)| !purged) {
            out.look_at(backend, hash, *named);
        }
    }
    out.strays = view.count_of(&format!("SELECT count(DISTINCT p.upload) FROM blob_part p WHERE {STRAY}"), &[])?;
    Ok(out)
}

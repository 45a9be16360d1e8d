//! Moving committed keys from memory into the index, and back into memory after a crash.

use crate::fault;
use crate::shared::{Index, Shared};
use crate::wire::{Line, Trouble, Value};
use rihla_kernel::Fault;
use rihla_store::key::{FAMILY_DISPLAY, FAMILY_PATIENT, KeyBuf, ResKey, Row, row_of};
use rihla_store::runs::Run;
use rihla_store_engine::memory::{Memory, write};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Keys gathered before they are written out: about twelve thousand resources, some 5 MB.
pub const FLUSH_KEYS: usize = 150_000;
/// Keys written at once, so that a waiting create is held up for milliseconds only.
const SLICE_KEYS: usize = 4_000;

/// What is made again from the log after a crash need not wait for the disk.
pub const UNHURRIED: &str = "SELECT set_config('synchronous_commit', 'off', true)";

/// A flush under way.
pub struct Flush {
    run: Arc<Run>,
    shards: Shards,
    next: usize,
    /// All versions up to this row are in the run or in the index already.
    upto: Row,
}

impl Flush {
    /// Freezes what has gathered.
    pub fn begin(shared: &Shared, line: &mut Line) -> Result<Self, Fault> {
        // Only the writer changes the runs, so what it read a moment ago still holds.
        let frozen = Arc::new(shared.runs().freeze());
        *write(&shared.runs) = frozen.clone();
        let run = frozen.frozen().cloned().unwrap_or_else(|| Arc::new(Run::from_unsorted(&KeyBuf::new())));
        let shards = Shards::of(line, run.keys()).map_err(fault::of)?;
        Ok(Self { run, shards, next: 0, upto: frozen.tick() })
    }

    /// Writes one slice. Keys written twice after a crash do no harm. Returns whether that was the last.
    pub fn step(&mut self, shared: &Shared, line: &mut Line) -> Result<bool, Fault> {
        let end = (self.next + SLICE_KEYS).min(self.run.keys().len());
        let done = end == self.run.keys().len();
        let index = shared.index();
        let state = if done { Some(state(line, shared, &index, self.upto)?) } else { None };
        let keys: Vec<&[u8]> = (self.next..end).filter_map(|at| self.run.keys().get(at)).collect();
        let mut send = || {
            // The last slice does wait, and all before it are durable with it: what leaves memory then is on the disk.
            if !done {
                line.queue(UNHURRIED, &[])?;
            }
            queue_keys(line, &index, &keys, &self.shards)?;
            if let Some(state) = &state {
                line.queue(SAVE, &[Value::Bytes(state)])?;
            }
            line.send(&mut |_, _| Ok(()))
        };
        send().map_err(fault::of)?;
        self.next = end;
        if done {
            let mut runs = write(&shared.runs);
            *runs = Arc::new(runs.thaw());
        }
        Ok(done)
    }
}

/// The shards of the rows and patients that keys speak of.
#[derive(Default)]
pub struct Shards {
    first: Row,
    rows: Vec<i16>,
    patients: HashMap<ResKey, i16>,
}

impl Shards {
    pub fn of(line: &mut Line, keys: &KeyBuf) -> Result<Self, Trouble> {
        let rows = || keys.iter().filter(|key| key.first() != Some(&FAMILY_DISPLAY)).map(row_of);
        let (Some(first), Some(last)) = (rows().min(), rows().max()) else { return Ok(Self::default()) };
        let patients: HashSet<ResKey> = keys.iter().filter_map(patient_of).collect();
        let patients: Vec<i64> = patients.into_iter().map(i64::from).collect();
        let mut out = Self { first, rows: vec![0; (last - first) as usize + 1], patients: HashMap::with_capacity(patients.len()) };
        line.queue("SELECT row, shard FROM version WHERE row >= $1 AND row <= $2", &[Value::I64(first.into()), Value::I64(last.into())])?;
        line.queue("SELECT res, shard FROM resource WHERE res = ANY($1::bigint[])", &[Value::I64s(&patients)])?;
        line.send(&mut |statement, mut row| {
            let (key, shard) = (row.key()?, row.i16()?);
            if statement == 1 {
                out.patients.insert(key, shard);
            } else if let Some(slot) = key.checked_sub(first).and_then(|at| out.rows.get_mut(at as usize)) {
                *slot = shard;
            }
            Ok(())
        })?;
        Ok(out)
    }

    fn of_key(&self, key: &[u8]) -> i16 {
        if key.first() == Some(&FAMILY_DISPLAY) {
            return 0;
        }
        let row = || row_of(key).checked_sub(self.first).and_then(|at| self.rows.get(at as usize));
        patient_of(key).and_then(|patient| self.patients.get(&patient)).or_else(row).copied().unwrap_or(0)
    }
}

fn patient_of(key: &[u8]) -> Option<ResKey> {
    let rest = key.strip_prefix(&[FAMILY_PATIENT])?;
    rest.first_chunk().map(|patient| ResKey::from_be_bytes(*patient))
}

/// Adds keys to what is sent next.
pub fn queue_keys(line: &mut Line, index: &Index, keys: &[&[u8]], shards: &Shards) -> Result<(), Trouble> {
    let of: Vec<i16> = keys.iter().map(|key| shards.of_key(key)).collect();
    let sql = format!("INSERT INTO search_{} (shard, key) SELECT * FROM unnest($1::smallint[], $2::bytea[]) ON CONFLICT DO NOTHING", index.number);
    line.queue(&sql, &[Value::I16s(&of), Value::Byteas(keys)])
}

pub const SAVE: &str = "INSERT INTO mark (shard, name, value) VALUES (0, 'index', $1) ON CONFLICT (name, shard) DO UPDATE SET value = excluded.value";

/// How far an index reaches, with the counts at that row.
pub fn state(line: &mut Line, shared: &Shared, index: &Index, upto: Row) -> Result<Vec<u8>, Fault> {
    // The counts in memory may be ahead of `upto`; what came after is counted again from the log when opening.
    let counts = shared.counts_at(upto, tally_after(line, upto)?);
    let mut bytes = index.number.to_be_bytes().to_vec();
    bytes.extend_from_slice(&counts);
    Ok(bytes)
}

/// How the rows after `upto` changed the number of current resources, by type.
pub fn tally_after(line: &mut Line, upto: Row) -> Result<Vec<(u16, i64)>, Fault> {
    let sql = "SELECT v.ty, sum((v.body IS NOT NULL)::integer - (p.body IS NOT NULL)::integer)::bigint \
               FROM version v LEFT JOIN LATERAL (SELECT body FROM version p WHERE p.row = v.prev AND p.shard = v.shard LIMIT 1) p ON true \
               WHERE v.row > $1 GROUP BY v.ty";
    let mut out = Vec::new();
    line.ask(sql, &[Value::I64(upto.into())], &mut |mut row| {
        out.push((row.i16()? as u16, row.i64()?));
        Ok(())
    })
    .map_err(fault::of)?;
    Ok(out)
}

/// Where the index stands: its number, the row up to which it is complete, and the counts then.
pub type State = (i64, Row, Vec<(u16, u64)>);

pub fn load_state(line: &mut Line) -> Result<State, Fault> {
    let mut found = (1, 0, Vec::new());
    line.ask("SELECT value FROM mark WHERE name = 'index' AND shard = 0", &[], &mut |mut row| {
        let bytes = row.bytes()?;
        let (number, counts) = bytes.split_first_chunk().ok_or(Trouble::Garbled)?;
        let (upto, counts) = Memory::counts_of(counts);
        found = (i64::from_be_bytes(*number), upto, counts);
        Ok(())
    })
    .map_err(fault::of)?;
    Ok(found)
}

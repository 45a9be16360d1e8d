//! The audit chain as it is read, and what finds entries in it.

use crate::backend::PostgresBackend;
use crate::fault;
use crate::view::View;
use crate::wire::{Line, Value};
use crate::writer::Writer;
use rihla_kernel::{Actor, ActorKind, Fault};
use rihla_store::trail::{BLOCK, EVERY_KEY, EachLink, Trail};
use rihla_store_engine::audit::Chain;

/// The kinds of parties by the numbers that stand for them.
fn kind_of(number: i16) -> ActorKind {
    [ActorKind::Person, ActorKind::System, ActorKind::Node].into_iter().find(|kind| i16::from(*kind as u8) == number).unwrap_or(ActorKind::Place)
}

/// Links read at once.
const LINKS: i64 = 1000;
const LINK: &str = "SELECT seq, entries, hash FROM audit WHERE seq BETWEEN $1 AND $2 ORDER BY seq LIMIT $3";
const END: &str = "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1";
const BLOCKS: &str = "SELECT block FROM audit_index WHERE key = $1 AND block < $2 AND shard = 0 ORDER BY key DESC, block DESC LIMIT $3";
/// Blocks written together, in the order of the keys.
pub const NOTE: &str =
    "INSERT INTO audit_index (key, block, shard) SELECT key, block, 0 FROM unnest($1::bigint[], $2::bigint[]) AS i (key, block) ON CONFLICT DO NOTHING";

/// Where the chain ends, with what of it is not noted yet.
pub fn load(line: &mut Line) -> Result<Chain, Fault> {
    let noted = line.number(BLOCKS, &[Value::I64(EVERY_KEY), Value::I64(i64::MAX), Value::I64(1)]).map_err(fault::of)?.unwrap_or(-1);
    let mut chain = Chain::default();
    line.ask(END, &[], &mut |mut row| {
        chain.last = row.i64()?;
        chain.hash = row.bytes()?.first_chunk().copied().unwrap_or_default();
        Ok(())
    })
    .map_err(fault::of)?;
    gather(line, noted * BLOCK + BLOCK + 1, &mut chain)?;
    Ok(chain)
}

fn gather(line: &mut Line, mut from: i64, chain: &mut Chain) -> Result<(), Fault> {
    loop {
        let begun = from;
        line.ask(LINK, &[Value::I64(from), Value::I64(i64::MAX), Value::I64(LINKS)], &mut |mut row| {
            let number = row.i64()?;
            let (entries, hash) = (row.bytes()?.to_vec(), row.bytes()?.to_vec());
            chain.found(number, &entries, &hash);
            from = number + 1;
            Ok(())
        })
        .map_err(fault::of)?;
        if from == begun {
            return Ok(());
        }
    }
}

/// Notes anew what finds entries; nothing is committed meanwhile.
pub fn rebuild(writer: &mut Writer) -> Result<(), Fault> {
    let line = writer.line()?;
    let mut chain = Chain::default();
    gather(line, 1, &mut chain)?;
    line.run("BEGIN; DELETE FROM audit_index").map_err(fault::of)?;
    loop {
        let due: Vec<_> = chain.gather.due().cloned().collect();
        if due.is_empty() {
            break;
        }
        let (keys, blocks) = columns(&due);
        line.execute(NOTE, &[Value::I64s(&keys), Value::I64s(&blocks)]).map_err(fault::of)?;
        chain.gather.noted(due.len());
    }
    line.run("COMMIT").map_err(fault::of)?;
    writer.chain = chain;
    Ok(())
}

/// Rows of some blocks, as one array a column.
pub fn columns(blocks: &[(i64, Vec<i64>)]) -> (Vec<i64>, Vec<i64>) {
    let mut rows: Vec<(i64, i64)> = blocks.iter().flat_map(|(block, keys)| keys.iter().map(|key| (*key, *block))).collect();
    rows.sort_unstable();
    rows.into_iter().unzip()
}

impl Trail for View<'_> {
    fn end(&self) -> Result<(i64, Vec<u8>), Fault> {
        let mut found = (0, Vec::new());
        self.ask(END, &[], &mut |mut row| {
            found = (row.i64()?, row.bytes()?.to_vec());
            Ok(())
        })?;
        Ok(found)
    }

    fn links(&self, mut from: i64, upto: i64, each: &mut EachLink<'_>) -> Result<(), Fault> {
        loop {
            let begun = from;
            self.ask(LINK, &[Value::I64(from), Value::I64(upto), Value::I64(LINKS)], &mut |mut row| {
                let number = row.i64()?;
                each(number, row.bytes()?, row.bytes()?);
                from = number + 1;
                Ok(())
            })?;
            if from == begun || from > upto {
                return Ok(());
            }
        }
    }

    fn blocks(&self, key: i64, below: i64, limit: usize) -> Result<Vec<i64>, Fault> {
        let mut found = Vec::new();
        self.ask(BLOCKS, &[Value::I64(key), Value::I64(below), Value::I64(limit as i64)], &mut |mut row| {
            found.push(row.i64()?);
            Ok(())
        })?;
        Ok(found)
    }

    fn party(&self, number: u32) -> Result<Option<Actor>, Fault> {
        let mut found = None;
        self.ask("SELECT kind, id FROM actor WHERE actor = $1 AND shard = 0", &[Value::I32(number as i32)], &mut |mut row| {
            found = Some((row.i16()?, String::from_utf8_lossy(row.bytes()?).into_owned()));
            Ok(())
        })?;
        Ok(found.map(|(kind, id)| Actor::new(kind_of(kind), &id)))
    }

    fn number_of(&self, actor: &Actor) -> Result<Option<u32>, Fault> {
        let values = [Value::I16(i16::from(actor.kind() as u8)), Value::Bytes(actor.id().as_bytes())];
        let mut found = None;
        self.ask("SELECT actor FROM actor WHERE kind = $1 AND id = $2 AND shard = 0", &values, &mut |mut row| {
            found = Some(row.i32()? as u32);
            Ok(())
        })?;
        Ok(found)
    }
}

impl Trail for PostgresBackend {
    fn end(&self) -> Result<(i64, Vec<u8>), Fault> {
        View::of_reader(self.shared(), None).end()
    }

    fn links(&self, from: i64, upto: i64, each: &mut EachLink<'_>) -> Result<(), Fault> {
        View::of_reader(self.shared(), None).links(from, upto, each)
    }

    fn blocks(&self, key: i64, below: i64, limit: usize) -> Result<Vec<i64>, Fault> {
        View::of_reader(self.shared(), None).blocks(key, below, limit)
    }

    fn party(&self, number: u32) -> Result<Option<Actor>, Fault> {
        View::of_reader(self.shared(), None).party(number)
    }

    fn number_of(&self, actor: &Actor) -> Result<Option<u32>, Fault> {
        View::of_reader(self.shared(), None).number_of(actor)
    }
}

//! The tables as a move reads and writes them.

mod names;
mod sql;

use crate::fault;
use crate::flush;
use crate::owner::{self, Owner};
use crate::schema;
use crate::shared::{shard_of, shard_of_hash, short};
use crate::tables::blob_shard;
use crate::wire::{Fields, Line, Place, Trouble, Value};
use rihla_kernel::{Entropy, Fault};
use rihla_store::blob::BlobHash;
use rihla_store::indexer::Indexer;
use rihla_store_engine::carry::{self, Cell, Cells, Frames, INDEX, MOVING, Pace, Part, Source, Target, bytes_of, int_of};
use rihla_store_engine::memory::Memory;
use rihla_store_engine::pack::Packer;
use sql::Kind;
use std::sync::Arc;

/// A store that is moved, or moved into. This process owns it until [`Carried::leave`], or until its line ends.
pub struct Carried {
    line: Line,
    owner: Owner,
    entropy: Arc<dyn Entropy>,
    indexer: Arc<Indexer>,
    /// Filled when a name has to be looked up in a body.
    packer: Option<Packer>,
}

/// Opens a store that is to be moved; but for the row of its owner it is only read.
pub fn source(url: &str, entropy: Arc<dyn Entropy>, indexer: Arc<Indexer>) -> Result<Carried, Fault> {
    let mut line = Line::open(&Place::parse(url)?).map_err(fault::of)?;
    if line.number("SELECT count(*) FROM pg_class WHERE relname = 'schema_version' AND pg_table_is_visible(oid)", &[]).map_err(fault::of)? != Some(1) {
        return Err(carry::nothing_there());
    }
    if line.number("SELECT coalesce(max(number), 0) FROM schema_version", &[]).map_err(fault::of)? != Some(schema::newest()) {
        return Err(carry::old_schema());
    }
    Carried::own(line, entropy, indexer)
}

/// Opens the database where a store shall be, with tables and nothing in them, or as an earlier move left it.
pub fn target(url: &str, entropy: Arc<dyn Entropy>, indexer: Arc<Indexer>) -> Result<Carried, Fault> {
    let mut line = Line::open(&Place::parse(url)?).map_err(fault::of)?;
    schema::migrate(&mut line)?;
    Carried::own(line, entropy, indexer)
}

impl Carried {
    fn own(mut line: Line, entropy: Arc<dyn Entropy>, indexer: Arc<Indexer>) -> Result<Self, Fault> {
        let owner = owner::take(&mut line)?;
        Ok(Self { line, owner, entropy, indexer, packer: None })
    }

    /// Says that nobody has the store open any more.
    pub fn leave(mut self) -> Result<(), Fault> {
        owner::leave(&mut self.line, self.owner.epoch).map_err(fault::of)
    }

    fn read(&mut self, sql: &str, kinds: &[Kind], values: &[Value<'_>]) -> Result<Vec<Cells>, Fault> {
        let mut out = Vec::new();
        self.line
            .ask(sql, values, &mut |mut row| {
                out.push(kinds.iter().map(|kind| cell(*kind, &mut row)).collect::<Result<Cells, Trouble>>()?);
                Ok(())
            })
            .map_err(fault::of)?;
        Ok(out)
    }

    /// The row as the tables here hold it, with its shard last.
    fn placed(&self, part: Part, row: &Cells) -> Result<Cells, Fault> {
        let mut out = row.clone();
        let shard = match part {
            Part::Actors | Part::Dictionaries | Part::Audit | Part::Marks => 0,
            // Theirs is among the columns.
            Part::Resources | Part::Versions => return Ok(out),
            Part::Claims => {
                let claim = text(row.first())?;
                out.splice(..1, [Cell::Bytes(short(claim).into())]);
                shard_of(claim)
            }
            Part::Contents => {
                let upload = (u128::from(self.entropy.next_u64()) << 64 | u128::from(self.entropy.next_u64())).to_be_bytes();
                out.push(Cell::Bytes(upload.as_slice().into()));
                blob_shard(&carry::content_of(row)?.0)
            }
            Part::Uses => shard_of_hash(row.first().and_then(bytes_of).ok_or_else(carry::odd_row)?),
        };
        out.push(Cell::Int(shard.into()));
        Ok(out)
    }

    /// Adds rows to what is sent next, with what follows from them.
    fn queue(&mut self, part: Part, rows: &[Cells]) -> Result<(), Fault> {
        queue(&mut self.line, &sql::insert(part), &sql::written(part), rows)?;
        match part {
            Part::Resources => {
                let chosen = rows.iter().filter(|row| row.get(6) != Some(&Cell::Null)).map(directory).collect::<Result<Vec<_>, _>>()?;
                queue(&mut self.line, sql::DIRECTORY, &[Kind::Int, Kind::Int, Kind::Int, Kind::Bytes], &chosen)
            }
            Part::Versions => {
                let replaced = rows.iter().filter(|row| row.get(4) != Some(&Cell::Int(0)));
                let replaced: Vec<Cells> = replaced.map(|row| [4, 0, 6].iter().filter_map(|at| row.get(*at).cloned()).collect()).collect();
                queue(&mut self.line, sql::SUPERSEDED, &[Kind::Int; 3], &replaced)
            }
            _ => Ok(()),
        }
    }

    fn queue_mark(&mut self, name: &str, value: Option<&[u8]>) -> Result<(), Fault> {
        match value {
            Some(value) => self.line.queue(sql::MARK, &[Value::Bytes(name.as_bytes()), Value::Bytes(value)]),
            None => self.line.queue("DELETE FROM mark WHERE name = $1 AND shard = 0", &[Value::Bytes(name.as_bytes())]),
        }
        .map_err(fault::of)
    }

    fn send(&mut self) -> Result<(), Fault> {
        self.line.send(&mut |_, _| Ok(())).map(|_| ()).map_err(fault::of)
    }
}

fn cell(kind: Kind, row: &mut Fields<'_>) -> Result<Cell, Trouble> {
    match kind {
        Kind::Int => row.i64().map(Cell::Int),
        Kind::Bytes => Ok(row.optional()?.map_or(Cell::Null, |bytes| Cell::Bytes(bytes.into()))),
    }
}

fn text(cell: Option<&Cell>) -> Result<&str, Fault> {
    cell.and_then(bytes_of).and_then(|bytes| std::str::from_utf8(bytes).ok()).ok_or_else(carry::odd_row)
}

/// Of a resource's columns: res, ty, shard of its id, name.
fn directory(row: &Cells) -> Result<Cells, Fault> {
    let id = text(row.get(6))?;
    let (res, ty) = (row.first().cloned().ok_or_else(carry::odd_row)?, row.get(1).cloned().ok_or_else(carry::odd_row)?);
    Ok(vec![res, ty, Cell::Int(shard_of(id).into()), Cell::Bytes(short(id).into())])
}

/// Queues an insert whose values are one array a column.
fn queue(line: &mut Line, sql: &str, kinds: &[Kind], rows: &[Cells]) -> Result<(), Fault> {
    if rows.is_empty() {
        return Ok(());
    }
    let column = |at: usize| rows.iter().map(move |row| row.get(at));
    let mut ints: Vec<Vec<i64>> = Vec::new();
    let mut bytes: Vec<Vec<Option<&[u8]>>> = Vec::new();
    for (at, kind) in kinds.iter().enumerate() {
        match kind {
            Kind::Int => ints.push(column(at).map(|cell| cell.and_then(int_of).ok_or_else(carry::odd_row)).collect::<Result<_, _>>()?),
            Kind::Bytes => bytes.push(column(at).map(|cell| cell.and_then(bytes_of)).collect()),
        }
    }
    let (mut ints, mut bytes) = (ints.iter(), bytes.iter());
    let next = |kind: &Kind| match kind {
        Kind::Int => ints.next().map(|column| Value::I64s(column)),
        Kind::Bytes => bytes.next().map(|column| Value::Optional(column)),
    };
    let values: Vec<Value<'_>> = kinds.iter().filter_map(next).collect();
    line.queue(sql, &values).map_err(fault::of)
}

impl Source for Carried {
    fn rows(&mut self, part: Part, after: Option<&[Cell]>, pace: Pace) -> Result<Vec<Cells>, Fault> {
        // The key of a claim is cut where it is long, and so must be the one that it is compared with.
        let cut = match (part, after) {
            (Part::Claims, Some(after)) => Some(short(text(after.first())?)),
            _ => None,
        };
        let mut values: Vec<Value<'_>> = match &cut {
            Some(name) => vec![Value::Bytes(name)],
            None => after
                .unwrap_or_default()
                .iter()
                .map(|cell| if let Cell::Int(value) = cell { Value::I64(*value) } else { Value::Bytes(bytes_of(cell).unwrap_or_default()) })
                .collect(),
        };
        values.extend([Value::I64(pace.rows as i64), Value::I64(pace.bytes as i64)]);
        let mut rows = self.read(&sql::after(part, after.is_some()), &sql::read(part), &values)?;
        if part == Part::Claims {
            self.lengthen(&mut rows)?;
        }
        Ok(rows)
    }

    fn last(&mut self, part: Part) -> Result<Option<Cells>, Fault> {
        Ok(self.read(&sql::last(part), &sql::read(part), &[])?.pop())
    }

    fn frame(&mut self, hash: &BlobHash, number: u64, length: usize) -> Result<Vec<u8>, Fault> {
        let mut frame = Vec::new();
        let values = [Value::Bytes(&hash.0), Value::I16(blob_shard(hash)), Value::I32(number as i32)];
        self.line
            .ask(sql::FRAME, &values, &mut |mut row| {
                frame = row.bytes()?.to_vec();
                Ok(())
            })
            .map_err(fault::of)?;
        if frame.len() == length { Ok(frame) } else { Err(rihla_store_engine::frame::damaged()) }
    }

    fn mark(&mut self, name: &str) -> Result<Option<Vec<u8>>, Fault> {
        let found = self.read("SELECT value FROM mark WHERE name = $1 AND shard = 0", &[Kind::Bytes], &[Value::Bytes(name.as_bytes())])?;
        Ok(found.first().and_then(|row| row.first()).and_then(bytes_of).map(<[u8]>::to_vec))
    }

    fn set_mark(&mut self, name: &str, value: Option<&[u8]>) -> Result<(), Fault> {
        self.queue_mark(name, value)?;
        self.send()
    }
}

impl Target for Carried {
    fn add(&mut self, part: Part, rows: &[Cells], moving: &[u8]) -> Result<(), Fault> {
        let placed = rows.iter().map(|row| self.placed(part, row)).collect::<Result<Vec<_>, _>>()?;
        // Rows and mark are lost together or not at all; the marks at the end wait for the disk, and so for all before.
        self.line.queue(flush::UNHURRIED, &[]).map_err(fault::of)?;
        self.queue(part, &placed)?;
        self.queue_mark(MOVING, Some(moving))?;
        self.send()
    }

    fn add_content(&mut self, row: &Cells, frames: &mut Frames<'_>, moving: &[u8]) -> Result<(), Fault> {
        let placed = self.placed(Part::Contents, row)?;
        let upload = placed.get(4).and_then(bytes_of).ok_or_else(carry::odd_row)?.to_vec();
        let shard = shard_of_hash(&upload);
        self.line.run("BEGIN").map_err(fault::of)?;
        for (number, length) in carry::frames_of(carry::content_of(row)?.1) {
            let frame = frames(number, length)?;
            let values = [Value::Bytes(&upload), Value::I32(number as i32), Value::I16(shard), Value::Bytes(&frame)];
            self.line.execute(sql::FRAME_IN, &values).map_err(fault::of)?;
        }
        self.queue(Part::Contents, std::slice::from_ref(&placed))?;
        self.queue_mark(MOVING, Some(moving))?;
        self.send()?;
        self.line.run("COMMIT").map_err(fault::of)
    }

    fn seem_indexed(&mut self) -> Result<(), Fault> {
        let upto = self.line.number("SELECT coalesce(max(row), 0) FROM version", &[]).map_err(fault::of)?.unwrap_or(0);
        let counts = flush::tally_after(&mut self.line, 0)?.into_iter().map(|(ty, count)| (ty, count.max(0) as u64));
        let (number, _, _) = flush::load_state(&mut self.line)?;
        let mut state = number.to_be_bytes().to_vec();
        state.extend_from_slice(&Memory::counts_form(upto as u32, counts));
        self.set_mark(INDEX, Some(&state))
    }
}

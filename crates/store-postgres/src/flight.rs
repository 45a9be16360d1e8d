//! A batch on its way into the database: a dozen statements, sent at once, that happen together or not at all.
//!
//! What is sent between two answers is one transaction, and its end is its commit; so a batch of any size is one round trip
//! and one flush of the write-ahead log.

use crate::shared::{shard_of, short};
use crate::tables::{Batched, blob_shard};
use crate::trail;
use crate::wire::{Line, Trouble, Value};
use rihla_kernel::Instant;
use rihla_store::backend::LogicalId;

/// Whose commit it is. The row of the owner says who may write and how far it has come.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    pub epoch: i64,
    pub number: i64,
}

/// An epoch that is not the owner's any more becomes null, which the column refuses: that ends the whole flight.
const OWNER: &str = "UPDATE owner SET turn = $2, epoch = CASE WHEN epoch = $1 THEN epoch END WHERE shard = 0";
const VERSIONS: &str = "INSERT INTO version (row, res, prev, hlc, vid, actor, dictionary, ty, site, shard, body) \
     SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::integer[], $6::integer[], $7::integer[], $8::smallint[], \
     $9::integer[], $10::smallint[], $11::bytea[])";
/// Before the rows of the new shards are there, so that a key stands in one shard only.
const MOVED: &str = "DELETE FROM resource WHERE res = ANY($1::bigint[]) AND shard = ANY($2::smallint[])";
const RESOURCES: &str = "INSERT INTO resource (res, row, patient, born, ty, shard, id) \
     SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::smallint[], $6::smallint[], $7::bytea[]) \
     ON CONFLICT (res, shard) DO UPDATE SET row = excluded.row, patient = excluded.patient";
const NAMES: &str = "INSERT INTO directory (res, ty, shard, name) SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::smallint[], $4::bytea[])";
const SUPERSEDED: &str = "INSERT INTO superseded (row, by, shard) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::smallint[])";
const BLOBS: &str = "INSERT INTO blob_use (row, shard, hash) SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::bytea[]) ON CONFLICT DO NOTHING";
const RELEASED: &str = "DELETE FROM claim WHERE res = ANY($1::bigint[])";
const TAKEN: &str = "INSERT INTO claim (res, shard, name) SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::bytea[]) \
     ON CONFLICT (name, shard) DO UPDATE SET res = excluded.res";
const ACTORS: &str = "INSERT INTO actor (actor, kind, shard, id) VALUES ($1, $2, 0, $3)";
const MARK: &str = "INSERT INTO mark (shard, name, value) VALUES (0, $1, $2) ON CONFLICT (name, shard) DO UPDATE SET value = excluded.value";
const UNMARK: &str = "DELETE FROM mark WHERE name = $1 AND shard = 0";
const LINK: &str = "INSERT INTO audit (seq, shard, hash, entries) VALUES ($1, 0, $2, $3)";

/// Sends a batch. Asked again after a line broke, it sends the same.
pub fn send(line: &mut Line, batched: &Batched, turn: Turn) -> Result<(), Trouble> {
    line.queue(OWNER, &[Value::I64(turn.epoch), Value::I64(turn.number)])?;
    versions(line, batched)?;
    resources(line, batched)?;
    names(line, batched)?;
    claims(line, batched)?;
    for (actor, kind, id) in &batched.actors {
        line.queue(ACTORS, &[Value::I32(*actor as i32), Value::I16(*kind), Value::Bytes(id.as_bytes())])?;
    }
    for (name, value) in &batched.marks {
        match value {
            Some(value) => line.queue(MARK, &[Value::Bytes(name.as_bytes()), Value::Bytes(value)])?,
            None => line.queue(UNMARK, &[Value::Bytes(name.as_bytes())])?,
        }
    }
    if let Some((number, entries, hash)) = &batched.link {
        line.queue(LINK, &[Value::I64(*number), Value::Bytes(hash), Value::Bytes(entries)])?;
    }
    if !batched.blocks.is_empty() {
        let (keys, blocks) = trail::columns(&batched.blocks);
        line.queue(trail::NOTE, &[Value::I64s(&keys), Value::I64s(&blocks)])?;
    }
    line.send(&mut |_, _| Ok(())).map(|_| ())
}

fn versions(line: &mut Line, batched: &Batched) -> Result<(), Trouble> {
    if batched.versions.is_empty() {
        return Ok(());
    }
    let big = |of: fn(&rihla_store::backend::VersionRow) -> i64| -> Vec<i64> { batched.versions.iter().map(|(made, _, _)| of(made)).collect() };
    let int = |of: fn(&rihla_store::backend::VersionRow) -> i32| -> Vec<i32> { batched.versions.iter().map(|(made, _, _)| of(made)).collect() };
    let types: Vec<i16> = batched.versions.iter().map(|(made, _, _)| made.ty as i16).collect();
    let shards: Vec<i16> = batched.versions.iter().map(|(_, shard, _)| *shard).collect();
    let dictionaries: Vec<i32> = batched.versions.iter().map(|(_, _, packed)| packed.dictionary as i32).collect();
    let bodies: Vec<Option<&[u8]>> = batched.versions.iter().map(|(made, _, packed)| (!made.deleted).then_some(packed.bytes.as_slice())).collect();
    line.queue(
        VERSIONS,
        &[
            Value::I64s(&big(|made| i64::from(made.row))),
            Value::I64s(&big(|made| i64::from(made.res))),
            Value::I64s(&big(|made| i64::from(made.prev))),
            Value::I64s(&big(|made| made.hlc.0 as i64)),
            Value::I32s(&int(|made| made.vid as i32)),
            Value::I32s(&int(|made| made.actor as i32)),
            Value::I32s(&dictionaries),
            Value::I16s(&types),
            Value::I32s(&int(|made| i32::from(made.site.0))),
            Value::I16s(&shards),
            Value::Optional(&bodies),
        ],
    )?;
    if !batched.superseded.is_empty() {
        let rows: Vec<i64> = batched.superseded.iter().map(|(row, _, _)| i64::from(*row)).collect();
        let by: Vec<i64> = batched.superseded.iter().map(|(_, by, _)| i64::from(*by)).collect();
        let shards: Vec<i16> = batched.superseded.iter().map(|(_, _, shard)| *shard).collect();
        line.queue(SUPERSEDED, &[Value::I64s(&rows), Value::I64s(&by), Value::I16s(&shards)])?;
    }
    if !batched.blobs.is_empty() {
        let rows: Vec<i64> = batched.blobs.iter().map(|(_, row)| i64::from(*row)).collect();
        let shards: Vec<i16> = batched.blobs.iter().map(|(hash, _)| blob_shard(hash)).collect();
        let hashes: Vec<&[u8]> = batched.blobs.iter().map(|(hash, _)| hash.0.as_slice()).collect();
        line.queue(BLOBS, &[Value::I64s(&rows), Value::I16s(&shards), Value::Byteas(&hashes)])?;
    }
    Ok(())
}

fn resources(line: &mut Line, batched: &Batched) -> Result<(), Trouble> {
    if batched.resources.is_empty() {
        return Ok(());
    }
    if !batched.moved.is_empty() {
        let keys: Vec<i64> = batched.moved.iter().map(|(res, _)| i64::from(*res)).collect();
        let shards: Vec<i16> = batched.moved.iter().map(|(_, shard)| *shard).collect();
        line.queue(MOVED, &[Value::I64s(&keys), Value::I16s(&shards)])?;
    }
    let mut all: Vec<_> = batched.resources.values().collect();
    // In the order of their keys neighbours share pages.
    all.sort_unstable_by_key(|(known, _)| known.res);
    let big = |of: fn(&rihla_store::backend::ResourceRow) -> i64| -> Vec<i64> { all.iter().map(|(known, _)| of(known)).collect() };
    let types: Vec<i16> = all.iter().map(|(known, _)| known.ty as i16).collect();
    let shards: Vec<i16> = all.iter().map(|(_, shard)| *shard).collect();
    let born = |id: &LogicalId| if let LogicalId::Server(id) = id { id.born() } else { Instant(0) };
    let births: Vec<i64> = all.iter().map(|(known, _)| born(&known.id).0).collect();
    let ids: Vec<Option<&[u8]>> = all.iter().map(|(known, _)| if let LogicalId::Chosen(id) = &known.id { Some(id.as_bytes()) } else { None }).collect();
    line.queue(
        RESOURCES,
        &[
            Value::I64s(&big(|known| i64::from(known.res))),
            Value::I64s(&big(|known| i64::from(known.row))),
            Value::I64s(&big(|known| i64::from(known.patient))),
            Value::I64s(&births),
            Value::I16s(&types),
            Value::I16s(&shards),
            Value::Optional(&ids),
        ],
    )
}

fn names(line: &mut Line, batched: &Batched) -> Result<(), Trouble> {
    if batched.names.is_empty() {
        return Ok(());
    }
    let keys: Vec<i64> = batched.names.values().copied().map(i64::from).collect();
    let types: Vec<i16> = batched.names.keys().map(|(ty, _)| *ty as i16).collect();
    let shards: Vec<i16> = batched.names.keys().map(|(_, id)| shard_of(id)).collect();
    let short: Vec<_> = batched.names.keys().map(|(_, id)| short(id)).collect();
    let names: Vec<&[u8]> = short.iter().map(AsRef::as_ref).collect();
    line.queue(NAMES, &[Value::I64s(&keys), Value::I16s(&types), Value::I16s(&shards), Value::Byteas(&names)])
}

fn claims(line: &mut Line, batched: &Batched) -> Result<(), Trouble> {
    if !batched.released.is_empty() {
        let released: Vec<i64> = batched.released.iter().copied().map(i64::from).collect();
        line.queue(RELEASED, &[Value::I64s(&released)])?;
    }
    if batched.taken.is_empty() {
        return Ok(());
    }
    let holders: Vec<i64> = batched.taken.values().copied().map(i64::from).collect();
    let shards: Vec<i16> = batched.taken.keys().map(|claim| shard_of(claim)).collect();
    let short: Vec<_> = batched.taken.keys().map(|claim| short(claim)).collect();
    let names: Vec<&[u8]> = short.iter().map(AsRef::as_ref).collect();
    line.queue(TAKEN, &[Value::I64s(&holders), Value::I16s(&shards), Value::Byteas(&names)])
}

//! A chain proved from the tables alone: no server, no key but the public one, nothing written.

use super::check::{Checked, Checker, Says};
use super::head::{Heads, PublicKey, head_marks};
use crate::carry::{Cell, Cells, Pace, Part, Source, bytes_of, int_of, nothing_there, odd_row};
use rihla_kernel::{Fault, Instant, NodeId, ServerId, Shard};
use rihla_store::trail::{Name, NameOf};
use std::collections::HashMap;

/// The signed heads that the store keeps.
pub fn kept_heads(source: &mut dyn Source) -> Result<Heads, Fault> {
    let mut heads = Heads::default();
    let mut after = vec![Cell::Bytes(head_marks().as_bytes().into())];
    loop {
        let rows = source.rows(Part::Marks, Some(&after), Pace::default())?;
        let Some(last) = rows.last().cloned() else { return Ok(heads) };
        for row in &rows {
            let [Some(name), Some(value)] = [row.first(), row.get(1)].map(|cell| cell.and_then(bytes_of)) else { return Err(odd_row()) };
            if !name.starts_with(head_marks().as_bytes()) {
                return Ok(heads);
            }
            heads.keep(&String::from_utf8_lossy(name), value);
        }
        after = last.into_iter().take(1).collect();
    }
}

/// Proves the chain of a store that nobody has open. `outside`: heads that were kept elsewhere; `trusted`: the keys by which
/// heads have to be signed, any if none is named.
pub fn check_at_rest(source: &mut dyn Source, trusted: &[PublicKey], outside: &[String]) -> Result<(Checked, Heads), Fault> {
    let mut heads = kept_heads(source)?;
    outside.iter().for_each(|text| heads.outside(text));
    let node = source.mark("node")?.and_then(|bytes| bytes.first_chunk().map(|bytes| u32::from_be_bytes(*bytes))).ok_or_else(nothing_there)?;
    let parties = parties(source)?;
    let mut checker = Checker::new(&heads, trusted, -1);
    let mut after: Option<Cells> = None;
    loop {
        let rows = source.rows(Part::Audit, after.as_deref(), Pace::default())?;
        let Some(last) = rows.last() else { break };
        after = Some(last.iter().take(1).cloned().collect());
        for row in &rows {
            let (Some(number), [Some(entries), Some(hash)]) = (row.first().and_then(int_of), [row.get(1), row.get(2)].map(|cell| cell.and_then(bytes_of)))
            else {
                return Err(odd_row());
            };
            checker.link(number, entries, hash, &mut |name| says(source, &parties, NodeId::new(u64::from(node)), name))?;
        }
    }
    Ok((checker.finish(), heads))
}

/// Kind and name by number.
type Parties = HashMap<u32, (u8, Box<[u8]>)>;

/// Actors and origins, few enough for memory.
fn parties(source: &mut dyn Source) -> Result<Parties, Fault> {
    let mut out = HashMap::new();
    let mut after: Option<Cells> = None;
    loop {
        let rows = source.rows(Part::Actors, after.as_deref(), Pace::default())?;
        let Some(last) = rows.last() else { return Ok(out) };
        after = Some(last.iter().take(1).cloned().collect());
        for row in &rows {
            let numbers = [row.first(), row.get(1)].map(|cell| cell.and_then(int_of));
            let ([Some(number), Some(kind)], Some(name)) = (numbers, row.get(2).and_then(bytes_of)) else { return Err(odd_row()) };
            out.insert(number as u32, (kind as u8, name.into()));
        }
    }
}

fn says(source: &mut dyn Source, parties: &Parties, node: NodeId, name: &Name) -> Result<Says, Fault> {
    Ok(match name.of {
        NameOf::Actor(kind) => parties.get(&name.number).map_or(Says::Nothing, |found| Says::of(*found == (kind, name.name.clone()))),
        NameOf::Patient => match logical_id(source, node, name.number)? {
            Some(id) => Says::of(id.as_bytes() == &*name.name),
            None => Says::Nothing,
        },
    })
}

/// The id of a resource as its row tells it.
fn logical_id(source: &mut dyn Source, node: NodeId, res: u32) -> Result<Option<String>, Fault> {
    let before = [Cell::Int(i64::from(res) - 1)];
    let rows = source.rows(Part::Resources, Some(&before), Pace { rows: 1, ..Pace::default() })?;
    let Some(row) = rows.first().filter(|row| row.first().and_then(int_of) == Some(i64::from(res))) else { return Ok(None) };
    if let Some(chosen) = row.get(6).and_then(bytes_of) {
        return Ok(Some(String::from_utf8_lossy(chosen).into_owned()));
    }
    let [Some(born), Some(shard)] = [row.get(4), row.get(5)].map(|cell| cell.and_then(int_of)) else { return Err(odd_row()) };
    Ok(Some(ServerId::new(Instant(born), Shard::new(shard as u64), node, u64::from(res)).to_text()))
}

//! The carrying itself, and the mark that says how far it is.

use crate::carry::cells::{Cell, Cells, push, read};
use crate::carry::{MOVING, Pace, Part, Source, Target, another_move, content_of, frames_of, nothing_there, odd_row, target_used};
use rihla_kernel::Fault;
use ring::digest::{Context, SHA256};

/// Bytes of a store's [`identity`].
const IDENTITY: usize = 32;

/// How far a move is: kept in the target, in the same commit as the rows that it speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moving {
    source: [u8; IDENTITY],
    /// The part under way, by its place among all; beyond the last one all rows are there.
    part: u8,
    after: Option<Cells>,
}

impl Moving {
    fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.source.to_vec();
        out.push(self.part);
        push(self.after.as_deref().unwrap_or_default(), &mut out);
        out
    }

    fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        let (source, rest) = bytes.split_first_chunk().ok_or_else(odd_row)?;
        let (part, rest) = rest.split_first().ok_or_else(odd_row)?;
        let after = read(rest)?;
        Ok(Self { source: *source, part: *part, after: (!after.is_empty()).then_some(after) })
    }
}

/// Which store this is and how far it had come: it changes with every write.
pub fn identity(source: &mut dyn Source) -> Result<[u8; IDENTITY], Fault> {
    let node = source.mark("node")?.ok_or_else(nothing_there)?;
    let mut bytes = node;
    for part in [Part::Resources, Part::Versions, Part::Audit] {
        push(&source.last(part)?.unwrap_or_default(), &mut bytes);
    }
    let mut context = Context::new(&SHA256);
    context.update(&bytes);
    context.finish().as_ref().first_chunk().copied().ok_or_else(odd_row)
}

/// What is heard of a move under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// It goes on after an earlier one that was stopped.
    Resumed,
    /// So many rows of a part have been carried by this run.
    Carried(Part, u64),
    /// So many rows of a part have been compared.
    Compared(Part, u64),
    /// All rows are at the target, and equal.
    Proven,
    /// The target was opened, its index made, and all of it checked.
    TakenUp,
    /// The source says that it was moved; the target does not yet say that it is whole.
    Left,
}

pub type Hears<'h> = dyn FnMut(Said) -> Result<(), Fault> + 'h;

/// Carries all rows that are not at the target yet. A fault of `hears` ends it as a kill would.
pub fn carry(source: &mut dyn Source, target: &mut dyn Target, pace: Pace, hears: &mut Hears<'_>) -> Result<(), Fault> {
    let identity = identity(source)?;
    let mut moving = match target.mark(MOVING)? {
        Some(bytes) => {
            hears(Said::Resumed)?;
            Moving::parse(&bytes)?
        }
        None if is_empty(target)? => Moving { source: identity, part: 0, after: None },
        None => return Err(target_used()),
    };
    if moving.source != identity {
        return Err(another_move());
    }
    target.set_mark(MOVING, Some(&moving.to_bytes()))?;
    while let Some(part) = Part::ALL.get(usize::from(moving.part)).copied() {
        carry_part(source, target, part, &mut moving, pace, hears)?;
        moving = Moving { part: moving.part + 1, after: None, ..moving };
    }
    target.set_mark(MOVING, Some(&moving.to_bytes()))
}

fn is_empty(target: &mut dyn Target) -> Result<bool, Fault> {
    for part in Part::ALL {
        if target.last(part)?.is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn carry_part(source: &mut dyn Source, target: &mut dyn Target, part: Part, moving: &mut Moving, pace: Pace, hears: &mut Hears<'_>) -> Result<(), Fault> {
    let mut done = 0;
    loop {
        let rows = source.rows(part, moving.after.as_deref(), pace)?;
        if rows.is_empty() {
            return Ok(());
        }
        done += rows.len() as u64;
        if part == Part::Contents {
            for row in rows {
                moving.after = Some(key(part, &row));
                carry_content(source, target, &row, &moving.to_bytes())?;
            }
        } else {
            moving.after = rows.last().map(|row| key(part, row));
            target.add(part, &rows, &moving.to_bytes())?;
        }
        hears(Said::Carried(part, done))?;
    }
}

fn carry_content(source: &mut dyn Source, target: &mut dyn Target, row: &Cells, moving: &[u8]) -> Result<(), Fault> {
    let (hash, _, key) = content_of(row)?;
    match key {
        Some(_) => target.add_content(row, &mut |number, length| source.frame(&hash, number, length), moving),
        // Nobody can read it any more; that it was here stays known.
        None => target.add(Part::Contents, std::slice::from_ref(row), moving),
    }
}

pub(super) fn key(part: Part, row: &Cells) -> Cells {
    row.iter().take(part.key()).cloned().collect::<Vec<Cell>>()
}

/// The sealed frames of a content, each as long as it has to be.
pub(super) fn each_frame(store: &mut dyn Source, row: &Cells, each: &mut dyn FnMut(u64, bool, Vec<u8>) -> Result<(), Fault>) -> Result<(), Fault> {
    let (hash, bytes, _) = content_of(row)?;
    let mut frames = frames_of(bytes).peekable();
    while let Some((number, length)) = frames.next() {
        let frame = store.frame(&hash, number, length)?;
        each(number, frames.peek().is_none(), frame)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_comes_back() {
        for after in [None, Some(vec![Cell::Bytes([3; 32].as_slice().into()), Cell::Int(9)])] {
            let moving = Moving { source: [7; 32], part: 4, after };
            assert_eq!(Moving::parse(&moving.to_bytes()), Ok(moving));
        }
        assert!(Moving::parse(&[1; 32]).is_err());
    }
}

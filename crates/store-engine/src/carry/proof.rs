//! Are two stores one? Every row of both is read again and summed.

use crate::carry::cells::{Cells, push};
use crate::carry::go::{Hears, each_frame, key};
use crate::carry::{Pace, Part, Said, Source, content_of};
use crate::frame::{self, Sealer};
use crate::sum::Sum;
use crate::vault::{Names, Vault};
use rihla_kernel::{Fault, FaultKind};
use ring::digest::{Context, SHA256};

/// What was compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Rows, and the sum over the hashes of all their columns, by part.
    pub parts: Vec<(Part, Sum)>,
    /// Contents that were read to their end at the target, and their bytes.
    pub contents: u64,
    pub content_bytes: u64,
}

/// Compares all rows, and reads all contents at the target: each is what its name, made of its SHA-256, says.
pub fn prove(source: &mut dyn Source, target: &mut dyn Source, vault: &Vault, pace: Pace, hears: &mut Hears<'_>) -> Result<Proof, Fault> {
    let mut parts = Vec::with_capacity(Part::ALL.len());
    for part in Part::ALL {
        let there = sum(source, part, pace, hears)?;
        let here = sum(target, part, pace, hears)?;
        if there != here {
            return Err(differs(part, there, here));
        }
        parts.push((part, here));
    }
    let (mut contents, mut content_bytes) = (0, 0);
    let mut after = None;
    loop {
        let rows = target.rows(Part::Contents, after.as_deref(), pace)?;
        let Some(last) = rows.last() else { break };
        after = Some(key(Part::Contents, last));
        for row in &rows {
            if let (hash, bytes, Some(kept)) = content_of(row)? {
                let key = vault.open_key(&hash, kept.to_vec())?;
                read_through(target, row, &key, &vault.names())?;
                (contents, content_bytes) = (contents + 1, content_bytes + bytes);
            }
        }
    }
    Ok(Proof { parts, contents, content_bytes })
}

fn sum(store: &mut dyn Source, part: Part, pace: Pace, hears: &mut Hears<'_>) -> Result<Sum, Fault> {
    let mut out = Sum::default();
    let (mut after, mut bytes) = (None, Vec::new());
    loop {
        let rows = store.rows(part, after.as_deref(), pace)?;
        let Some(last) = rows.last() else { return Ok(out) };
        after = Some(key(part, last));
        for row in &rows {
            bytes.clear();
            push(row, &mut bytes);
            out.add(&bytes);
        }
        hears(Said::Compared(part, out.count))?;
    }
}

fn read_through(target: &mut dyn Source, row: &Cells, key: &[u8], names: &Names) -> Result<(), Fault> {
    let sealer = Sealer::new(key)?;
    let mut digest = Context::new(&SHA256);
    each_frame(target, row, &mut |number, last, mut frame| {
        sealer.open(number, last, &mut frame)?;
        digest.update(&frame);
        Ok(())
    })?;
    let (hash, _, _) = content_of(row)?;
    let found = digest.finish().as_ref().first_chunk().copied();
    found.filter(|found| names.fit(&hash, *found)).map(|_| ()).ok_or_else(frame::damaged)
}

fn differs(part: Part, there: Sum, here: Sum) -> Fault {
    Fault::new(
        FaultKind::Internal,
        "RH-MOVE-DIFFERS",
        format!(
            "The target is not what the source is: {} {} and {} there, {} and {} here. The source goes on being the record; empty the target and begin again.",
            part.name(),
            there.count,
            there.to_text(),
            here.count,
            here.to_text()
        ),
    )
}

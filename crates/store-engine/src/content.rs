//! A content on its way in and out: sealed frame by frame, wherever a back end keeps the frames.

use crate::frame::{self, FRAME, SEAL, Sealer};
use crate::vault::Names;
use rihla_kernel::{Fault, FaultKind};
use rihla_store::blob::{BlobHash, BlobReader, Blobs};
use ring::digest::{Context, SHA256};
use std::io::{self, Read};
use std::ops::Range;

/// Seals a source and hands each frame on with its number. Returns the content's hash and its bytes.
pub fn seal_all(source: &mut dyn Read, key: &[u8], names: &Names, mut keep: impl FnMut(u64, &[u8]) -> Result<(), Fault>) -> Result<(BlobHash, u64), Fault> {
    let sealer = Sealer::new(key)?;
    let mut digest = Context::new(&SHA256);
    let (mut bytes, mut number) = (0, 0);
    let mut frame = next_frame(source)?;
    loop {
        digest.update(&frame);
        bytes += frame.len() as u64;
        let next = if frame.len() < FRAME { Vec::new() } else { next_frame(source)? };
        let last = next.is_empty();
        sealer.seal(number, last, &mut frame)?;
        keep(number, &frame)?;
        if last {
            return Ok((names.of(digest_of(digest)?), bytes));
        }
        (frame, number) = (next, number + 1);
    }
}

fn digest_of(digest: Context) -> Result<[u8; 32], Fault> {
    digest.finish().as_ref().first_chunk().copied().ok_or_else(frame::damaged)
}

fn next_frame(source: &mut dyn Read) -> Result<Vec<u8>, Fault> {
    let mut frame = Vec::with_capacity(FRAME + SEAL);
    let unreadable = |error: io::Error| {
        Fault::new(FaultKind::Invalid, "RH-STORE-BLOB-SOURCE", format!("The content ended before it was whole ({}). Send it again.", error.kind()))
    };
    source.take(FRAME as u64).read_to_end(&mut frame).map_err(unreadable)?;
    Ok(frame)
}

/// Where a back end keeps the frames of one content.
pub trait Frames: Send {
    /// A sealed frame of that length. They are asked for in their order.
    fn frame(&mut self, number: u64, length: usize) -> Result<Vec<u8>, Fault>;
}

/// A content, or a part of it, read back.
pub struct Reader<F> {
    frames: F,
    sealer: Sealer,
    size: u64,
    range: Range<u64>,
    /// The next frame.
    number: u64,
    /// Of the whole content, if all of it is read.
    digest: Option<Context>,
    hash: BlobHash,
    names: Names,
    ended: bool,
}

/// What has to be known of a content to read it.
pub struct Content {
    pub hash: BlobHash,
    pub key: Vec<u8>,
    pub size: u64,
    pub names: Names,
}

/// What part of a content of that size is wanted, and the frame in which it begins.
pub fn part_of(size: u64, range: Option<&Range<u64>>) -> (Range<u64>, u64) {
    let range = range.map_or(0..size, |range| range.start.min(size)..range.end.min(size));
    let first = (range.start / FRAME as u64).min(frame::frames(size) - 1);
    (range, first)
}

impl<F: Frames> Reader<F> {
    /// `frames` stands at the frame that [`part_of`] names.
    pub fn new(frames: F, content: Content, wanted: Option<Range<u64>>) -> Result<Self, Fault> {
        let Content { hash, key, size, names } = content;
        let whole = wanted.is_none();
        let (range, number) = part_of(size, wanted.as_ref());
        let ended = !whole && range.is_empty();
        Ok(Self { frames, sealer: Sealer::new(&key)?, size, range, number, digest: whole.then(|| Context::new(&SHA256)), hash, names, ended })
    }

    fn frame(&mut self) -> Result<Vec<u8>, Fault> {
        let length = (self.size - self.number * FRAME as u64).min(FRAME as u64) as usize + SEAL;
        let mut frame = self.frames.frame(self.number, length)?;
        if frame.len() != length {
            return Err(frame::damaged());
        }
        self.sealer.open(self.number, self.number + 1 == frame::frames(self.size), &mut frame)?;
        Ok(frame)
    }
}

impl<F: Frames> BlobReader for Reader<F> {
    fn next(&mut self) -> Result<Option<Vec<u8>>, Fault> {
        if self.ended {
            return Ok(None);
        }
        let begin = self.number * FRAME as u64;
        let mut piece = self.frame()?;
        self.number += 1;
        self.ended = self.number * FRAME as u64 >= self.range.end;
        if let Some(digest) = &mut self.digest {
            digest.update(&piece);
            if self.ended {
                let found = self.digest.take().map(digest_of).transpose()?;
                found.filter(|found| self.names.fit(&self.hash, *found)).ok_or_else(frame::damaged)?;
            }
        }
        piece.truncate(self.range.end.saturating_sub(begin) as usize);
        piece.drain(..(self.range.start.saturating_sub(begin) as usize).min(piece.len()));
        Ok((!piece.is_empty()).then_some(piece))
    }

    fn size(&self) -> u64 {
        self.size
    }
}

/// What a check found of contents.
#[derive(Default)]
pub struct Kept {
    pub blobs: u64,
    /// Named by no version: an upload whose resource is still to come, or one that was given up.
    pub orphans: u64,
    /// Sealed frames without a key.
    pub strays: u64,
    pub faults: Vec<String>,
}

impl Kept {
    /// Reads a content from its first byte to its last.
    pub fn look_at(&mut self, blobs: &dyn Blobs, hash: &BlobHash, named: bool) {
        self.blobs += 1;
        self.orphans += u64::from(!named);
        if let Err(fault) = read_through(blobs, hash) {
            self.faults.push(format!("blob: {} cannot be read ({})", hash.to_text(), fault.code));
        }
    }
}

fn read_through(blobs: &dyn Blobs, hash: &BlobHash) -> Result<(), Fault> {
    if let Some(mut reader) = blobs.open(hash, None)? {
        while reader.next()?.is_some() {}
    }
    Ok(())
}

/// A purged content whose key could not be overwritten yet.
pub fn busy() -> Fault {
    Fault::new(
        FaultKind::Unavailable,
        "RH-STORE-BLOB-BUSY",
        "The content cannot be read any more, but a reader keeps its key from being overwritten everywhere. Purge it again.",
    )
}

//! Content read back, frame by frame.

use super::hash_of;
use crate::fault;
use rihla_kernel::Fault;
use rihla_store::blob::{BlobHash, BlobReader};
use rihla_store_engine::frame::{self, FRAME, SEAL, Sealer};
use ring::digest::{Context, SHA256};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

pub struct Reader {
    file: File,
    sealer: Sealer,
    size: u64,
    range: Range<u64>,
    /// The next frame.
    number: u64,
    /// Of the whole content, if all of it is read.
    digest: Option<Context>,
    hash: BlobHash,
    ended: bool,
}

impl Reader {
    pub fn open(path: &Path, hash: BlobHash, key: &[u8], size: u64, range: Option<Range<u64>>) -> Result<Self, Fault> {
        let whole = range.is_none();
        let range = range.map_or(0..size, |range| range.start.min(size)..range.end.min(size));
        let mut file = File::open(path).map_err(|error| lost(&error))?;
        // A file that was cut at a frame, or grown, is not what was kept, whichever part is asked for.
        if file.metadata().map_err(|error| fault::io(&error))?.len() != frame::file_bytes(size) {
            return Err(frame::damaged());
        }
        let number = (range.start / FRAME as u64).min(frame::frames(size) - 1);
        file.seek(SeekFrom::Start(number * (FRAME + SEAL) as u64)).map_err(|error| fault::io(&error))?;
        let ended = !whole && range.is_empty();
        Ok(Self { file, sealer: Sealer::new(key)?, size, range, number, digest: whole.then(|| Context::new(&SHA256)), hash, ended })
    }

    fn frame(&mut self) -> Result<Vec<u8>, Fault> {
        let begin = self.number * FRAME as u64;
        let length = (self.size - begin).min(FRAME as u64);
        let mut frame = vec![0; length as usize + SEAL];
        self.file.read_exact(&mut frame).map_err(|error| lost(&error))?;
        self.sealer.open(self.number, self.number + 1 == frame::frames(self.size), &mut frame)?;
        Ok(frame)
    }
}

fn lost(error: &io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof => frame::damaged(),
        _ => fault::io(error),
    }
}

impl BlobReader for Reader {
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
            if self.ended && self.digest.take().map(hash_of).transpose()? != Some(self.hash) {
                return Err(frame::damaged());
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

//! Content read back from its file.

use crate::fault;
use rihla_kernel::Fault;
use rihla_store_engine::content::{Content, Frames, Reader, part_of};
use rihla_store_engine::frame::{self, FRAME, SEAL};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

/// A file whose frames are read one after another.
pub struct Sealed(File);

/// Opens a content's file at the part that is wanted.
pub fn open(path: &Path, content: Content, range: Option<Range<u64>>) -> Result<Reader<Sealed>, Fault> {
    let size = content.size;
    let mut file = File::open(path).map_err(|error| lost(&error))?;
    // A file that was cut at a frame, or grown, is not what was kept, whichever part is asked for.
    if file.metadata().map_err(|error| fault::io(&error))?.len() != frame::file_bytes(size) {
        return Err(frame::damaged());
    }
    let (_, first) = part_of(size, range.as_ref());
    file.seek(SeekFrom::Start(first * (FRAME + SEAL) as u64)).map_err(|error| fault::io(&error))?;
    Reader::new(Sealed(file), content, range)
}

impl Frames for Sealed {
    fn frame(&mut self, _number: u64, length: usize) -> Result<Vec<u8>, Fault> {
        let mut frame = vec![0; length];
        self.0.read_exact(&mut frame).map_err(|error| lost(&error))?;
        Ok(frame)
    }
}

pub fn lost(error: &io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof => frame::damaged(),
        _ => fault::io(error),
    }
}

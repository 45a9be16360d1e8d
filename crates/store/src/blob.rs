//! Large content that stands outside the rows: scans, letters, waveforms.
//!
//! Content is named by its SHA-256. It is durable before a commit may name it, and a resource names it by an address
//! (`urn:rihla:blob:` and the hash in hexadecimal) anywhere in its text, so the log alone says what is still needed.

use crate::backend::{AccessAction, Hit};
use crate::handle::{Scoped, not_found};
use crate::key::Row;
use rihla_fhir::r4::TypeId;
use rihla_kernel::{Fault, FaultKind, Instant};
use std::fmt;
use std::io::Read;
use std::ops::Range;

const ADDRESS: &str = "urn:rihla:blob:";

/// The name of some content: its SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlobHash(pub [u8; 32]);

impl BlobHash {
    /// Lower-case hexadecimal.
    pub fn to_text(self) -> String {
        self.0.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|half| char::from_digit(u32::from(half), 16)).collect()
    }

    pub fn parse(text: &str) -> Option<Self> {
        let half = |byte: u8| if byte.is_ascii_uppercase() { None } else { char::from(byte).to_digit(16) };
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let mut bytes = [0; 32];
        if pairs.len() != bytes.len() || !rest.is_empty() {
            return None;
        }
        for (to, [high, low]) in bytes.iter_mut().zip(pairs) {
            *to = (half(*high)? << 4 | half(*low)?) as u8;
        }
        Some(Self(bytes))
    }

    /// What a resource names the content by.
    pub fn address(self) -> String {
        format!("{ADDRESS}{}", self.to_text())
    }
}

impl fmt::Debug for BlobHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.to_text())
    }
}

/// Content that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlobRef {
    pub hash: BlobHash,
    pub bytes: u64,
}

/// The contents that a body names, each once.
pub fn named_in(body: &[u8]) -> Vec<BlobHash> {
    let mut out: Vec<BlobHash> = Vec::new();
    for at in memchr::memmem::find_iter(body, ADDRESS) {
        let hash = body.get(at + ADDRESS.len()..).and_then(|rest| rest.get(..64)).and_then(|hash| std::str::from_utf8(hash).ok()).and_then(BlobHash::parse);
        if let Some(hash) = hash.filter(|hash| !out.contains(hash)) {
            out.push(hash);
        }
    }
    out
}

/// Content on its way out, piece by piece.
pub trait BlobReader: Send {
    /// The next piece, at most a mebibyte; `None` at the end. Content that is read as a whole is held against its hash
    /// at its end, and each piece against its seal before it is given.
    fn next(&mut self) -> Result<Option<Vec<u8>>, Fault>;

    /// Bytes of the whole content, whatever part is read.
    fn size(&self) -> u64;
}

/// A back end's keeping of blobs.
pub trait Blobs: Send + Sync {
    /// Keeps what `source` gives; returns once it is durable.
    fn put(&self, source: &mut dyn Read) -> Result<BlobRef, Fault>;

    /// `None` if it is not known; `Gone` if it was purged. A range beyond the end is cut.
    fn open(&self, hash: &BlobHash, range: Option<Range<u64>>) -> Result<Option<Box<dyn BlobReader>>, Fault>;

    /// The versions that name it.
    fn users(&self, hash: &BlobHash) -> Result<Vec<Row>, Fault>;

    /// Makes it unreadable for ever by destroying its key. Returns whether it was known.
    fn purge(&self, hash: &BlobHash) -> Result<bool, Fault>;

    /// Removes what was kept before `before` and is named by no version. Returns how many.
    fn sweep(&self, before: Instant) -> Result<u64, Fault>;
}

pub fn unknown() -> Fault {
    Fault::new(
        FaultKind::Unprocessable,
        "RH-STORE-BLOB-UNKNOWN",
        "The resource names content that is not here, or not any more. Send the content first, then the resource.",
    )
}

impl Scoped {
    /// Keeps content of any length in bounded memory. Until a resource names it, it may be swept.
    pub fn put_blob(&self, source: &mut dyn Read) -> Result<BlobRef, Fault> {
        let kept = self.backend.blobs().put(source)?;
        self.note(AccessAction::Create, TypeId(0), 0, 1, Vec::new());
        Ok(kept)
    }

    /// Gives content, or a part of it, to whoever may see a version that names it.
    pub fn get_blob(&self, hash: &BlobHash, range: Option<Range<u64>>) -> Result<Box<dyn BlobReader>, Fault> {
        let through = self.through(hash)?;
        if through.is_none() && !self.scope.is_everything() {
            return Err(not_found());
        }
        let reader = self.backend.blobs().open(hash, range)?.ok_or_else(not_found)?;
        match through {
            Some(hit) => self.note_one(&hit),
            None => self.note(AccessAction::Read, TypeId(0), 0, 1, Vec::new()),
        }
        Ok(reader)
    }

    /// A version that this handle may see and that names the content.
    fn through(&self, hash: &BlobHash) -> Result<Option<Hit>, Fault> {
        let rows = self.backend.blobs().users(hash)?;
        let view = self.backend.snapshot(None)?;
        for row in rows {
            if let Some(hit) = self.gate(view.as_ref()).pass(view.hit(row, false)?)? {
                return Ok(Some(hit));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_bodies_and_near_misses_are_not() {
        let (one, two) = (BlobHash([0xA7; 32]), BlobHash([3; 32]));
        assert_eq!(BlobHash::parse(&one.to_text()), Some(one));
        let body = format!(r#"{{"url":"{}"}},{{"url":"{}","title":"{}"}}"#, one.address(), two.address(), one.address());
        assert_eq!(named_in(body.as_bytes()), [one, two]);
        let short = &one.address()[..70];
        for near in [short, &one.address().to_uppercase(), &one.address().replace('a', "g"), "urn:rihla:blob:", &one.address().replace('a', "A")] {
            assert_eq!(named_in(near.as_bytes()), [], "{near}");
        }
    }
}

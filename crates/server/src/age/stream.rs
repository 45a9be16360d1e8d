//! The content of a file: sealed in pieces of 64 KiB, each with its number, the last one marked.

use super::unreadable;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use std::io::{self, Read, Write};

const PIECE: usize = 64 << 10;
const TAG: usize = 16;

fn key_of(key: &[u8; 32]) -> io::Result<LessSafeKey> {
    UnboundKey::new(&CHACHA20_POLY1305, key).map(LessSafeKey::new).map_err(|_| unreadable("no key"))
}

fn nonce(number: u64, last: bool) -> Nonce {
    let mut bytes = [0; NONCE_LEN];
    for (to, from) in bytes.iter_mut().rev().skip(1).zip(number.to_le_bytes()) {
        *to = from;
    }
    if let Some(mark) = bytes.last_mut() {
        *mark = u8::from(last);
    }
    Nonce::assume_unique_for_key(bytes)
}

/// Seals what is written into it. Only [`Sealer::finish`] makes it whole.
pub struct Sealer<W> {
    out: W,
    key: LessSafeKey,
    number: u64,
    held: Vec<u8>,
}

impl<W: Write> Sealer<W> {
    pub(super) fn new(out: W, key: &[u8; 32]) -> io::Result<Self> {
        Ok(Self { out, key: key_of(key)?, number: 0, held: Vec::with_capacity(PIECE + TAG) })
    }

    fn piece(&mut self, last: bool) -> io::Result<()> {
        self.key.seal_in_place_append_tag(nonce(self.number, last), Aad::empty(), &mut self.held).map_err(|_| unreadable("not sealed"))?;
        self.out.write_all(&self.held)?;
        self.number += 1;
        self.held.clear();
        Ok(())
    }

    /// Writes the last piece and gives back what was written into.
    pub fn finish(mut self) -> io::Result<W> {
        self.piece(true)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

impl<W: Write> Write for Sealer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full piece waits: it may be the last.
        if self.held.len() == PIECE && !bytes.is_empty() {
            self.piece(false)?;
        }
        let taken = bytes.len().min(PIECE - self.held.len());
        self.held.extend_from_slice(bytes.get(..taken).unwrap_or_default());
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Opens what is read through it. It has not been read whole before it says so by an end.
pub struct Opener<R> {
    from: R,
    key: LessSafeKey,
    number: u64,
    open: Vec<u8>,
    at: usize,
    /// Read, and not opened yet: whether it is the last is seen from what comes after.
    next: Vec<u8>,
    ended: bool,
}

impl<R: Read> Opener<R> {
    pub(super) fn new(mut from: R, key: &[u8; 32]) -> io::Result<Self> {
        let next = piece(&mut from)?;
        Ok(Self { from, key: key_of(key)?, number: 0, open: Vec::new(), at: 0, next, ended: false })
    }

    fn advance(&mut self) -> io::Result<()> {
        let after = if self.next.len() == PIECE + TAG { piece(&mut self.from)? } else { Vec::new() };
        let last = after.is_empty();
        let mut piece = std::mem::replace(&mut self.next, after);
        let damaged = || unreadable("the file was changed or cut since it was written");
        let length = self.key.open_in_place(nonce(self.number, last), Aad::empty(), &mut piece).map_err(|_| damaged())?.len();
        piece.truncate(length);
        if length == 0 && self.number > 0 {
            return Err(damaged());
        }
        (self.open, self.at, self.ended) = (piece, 0, last);
        self.number += 1;
        Ok(())
    }
}

fn piece(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut out = Vec::with_capacity(PIECE + TAG);
    from.take((PIECE + TAG) as u64).read_to_end(&mut out)?;
    Ok(out)
}

impl<R: Read> Read for Opener<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at == self.open.len() {
            if self.ended {
                return Ok(0);
            }
            self.advance()?;
        }
        let rest = self.open.get(self.at..).unwrap_or_default();
        let taken = rest.len().min(into.len());
        for (to, from) in into.iter_mut().zip(rest) {
            *to = *from;
        }
        self.at += taken;
        Ok(taken)
    }
}

//! The chain of accesses: compact entries in chunks, each chunk's hash over the one before.
//!
//! An entry is: action (1), purpose (1), type (2), then as variable-length integers actor, milliseconds since the
//! entry before, resource key, row, count shown.

use rihla_store::backend::{AccessAction, TypeKey};
use rihla_store::key::{ResKey, Row};
use ring::digest::{Context, SHA256};

pub const HASH_BYTES: usize = 32;

/// One access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub action: AccessAction,
    pub purpose: u8,
    pub ty: TypeKey,
    pub actor: u32,
    pub millis: i64,
    pub res: ResKey,
    pub row: Row,
    pub shown: u32,
}

/// Entries on their way into the chain.
#[derive(Debug, Default)]
pub struct Chunk {
    bytes: Vec<u8>,
    last_millis: i64,
}

impl Chunk {
    pub fn push(&mut self, entry: &Entry) {
        self.bytes.push(entry.action as u8);
        self.bytes.push(entry.purpose);
        self.bytes.extend_from_slice(&entry.ty.to_be_bytes());
        self.push_number(u64::from(entry.actor));
        let step = entry.millis - self.last_millis;
        self.push_number((step << 1 ^ step >> 63) as u64);
        self.last_millis = entry.millis;
        self.push_number(u64::from(entry.res));
        self.push_number(u64::from(entry.row));
        self.push_number(u64::from(entry.shown));
    }

    fn push_number(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// The hash of a chunk that follows `before`.
pub fn link(before: &[u8], entries: &[u8]) -> [u8; HASH_BYTES] {
    let mut context = Context::new(&SHA256);
    context.update(before);
    context.update(entries);
    let mut out = [0; HASH_BYTES];
    for (to, from) in out.iter_mut().zip(context.finish().as_ref()) {
        *to = *from;
    }
    out
}

/// Reads a chunk back; `None` if it is damaged.
pub fn read(bytes: &[u8]) -> Option<Vec<Entry>> {
    let mut rest = bytes;
    let mut out = Vec::new();
    let mut millis = 0i64;
    while let Some((head, tail)) = rest.split_first_chunk::<4>() {
        rest = tail;
        let [action, purpose, high, low] = *head;
        let actor = number(&mut rest)? as u32;
        let step = number(&mut rest)?;
        millis += (step >> 1) as i64 ^ -((step & 1) as i64);
        let (res, row, shown) = (number(&mut rest)? as u32, number(&mut rest)? as u32, number(&mut rest)? as u32);
        out.push(Entry { action: action_of(action)?, purpose, ty: u16::from_be_bytes([high, low]), actor, millis, res, row, shown });
    }
    rest.is_empty().then_some(out)
}

fn action_of(byte: u8) -> Option<AccessAction> {
    use AccessAction::{Create, Delete, Execute, Read, Update};
    [Create, Read, Update, Delete, Execute].into_iter().find(|action| *action as u8 == byte)
}

fn number(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let (byte, tail) = rest.split_first()?;
        *rest = tail;
        value |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_back_and_any_change_shows() {
        let entries: Vec<Entry> = (0..50u32)
            .map(|at| Entry {
                action: AccessAction::Read,
                purpose: 1,
                ty: 12,
                actor: at % 3,
                millis: 1_790_000_000_000 - i64::from(at) * 40,
                res: at * 1_000_003,
                row: at * 77,
                shown: 1,
            })
            .collect();
        let mut chunk = Chunk::default();
        entries.iter().for_each(|entry| chunk.push(entry));
        assert_eq!(read(chunk.bytes()), Some(entries));
        let good = link(&[0; HASH_BYTES], chunk.bytes());
        let mut forged = chunk.bytes().to_vec();
        forged[20] ^= 1;
        assert_ne!(link(&[0; HASH_BYTES], &forged), good);
        assert_eq!(read(&chunk.bytes()[..chunk.bytes().len() - 1]), None);
    }
}

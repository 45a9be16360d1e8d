//! Names of things: server ids, shards, nodes, sites.

use crate::Instant;

/// One of 1,024 fixed buckets. A patient's data live in the bucket of the patient's id; what belongs to no patient in 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Shard(u16);

impl Shard {
    pub const COUNT: u16 = 1024;
    /// Where resources live that belong to no patient.
    pub const REFERENCE: Shard = Shard(0);

    pub fn new(bucket: u64) -> Self {
        Self((bucket % u64::from(Self::COUNT)) as u16)
    }

    pub fn get(self) -> u16 {
        self.0
    }
}

/// The bucket of a patient whose id was chosen by a client (FNV-1a, so that every node agrees).
pub fn shard_of_text(id: &str) -> Shard {
    let hash = id.bytes().fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    Shard::new(hash ^ (hash >> 32))
}

/// The node that first accepted a resource. 22 bits, drawn at random when a store is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

impl NodeId {
    const BITS: u32 = 22;

    pub fn new(random: u64) -> Self {
        Self((random & ((1 << Self::BITS) - 1)) as u32)
    }

    pub fn get(self) -> u32 {
        self.0
    }
}

/// A hospital site of the group, by its number in the pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SiteId(pub u16);

/// A logical id given by the server: 48 bits of time, 10 of shard, 22 of node, 48 of key.
///
/// Time comes first so that ids sort by birth; the key is the node's own integer for the resource, so that a read of
/// such an id needs no directory. Written as 26 characters of Crockford's base 32 in lower case, which is a legal FHIR
/// id (<https://hl7.org/fhir/R4/datatypes.html#id>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServerId(u128);

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// The length of a server id as text.
const TEXT_LEN: usize = 26;

impl ServerId {
    pub fn new(born: Instant, shard: Shard, node: NodeId, key: u64) -> Self {
        let time = (born.0.max(0) as u128) & ((1 << 48) - 1);
        let key = u128::from(key) & ((1 << 48) - 1);
        Self(time << 80 | u128::from(shard.0) << 70 | u128::from(node.0) << 48 | key)
    }

    pub fn born(self) -> Instant {
        Instant((self.0 >> 80) as i64)
    }

    pub fn shard(self) -> Shard {
        Shard::new((self.0 >> 70) as u64)
    }

    pub fn node(self) -> NodeId {
        NodeId::new((self.0 >> 48) as u64)
    }

    pub fn key(self) -> u64 {
        (self.0 & ((1 << 48) - 1)) as u64
    }

    pub fn push_to(self, out: &mut Vec<u8>) {
        out.extend((0..TEXT_LEN as u32).rev().map(|digit| ALPHABET[(self.0 >> (5 * digit)) as usize & 31]));
    }

    pub fn to_text(self) -> String {
        let mut out = Vec::with_capacity(TEXT_LEN);
        self.push_to(&mut out);
        out.into_iter().map(char::from).collect()
    }

    /// Reads the exact form that [`ServerId::to_text`] writes; anything else is an id that a client chose.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        // 26 digits hold 130 bits: the first one may only use its lowest three.
        if bytes.len() != TEXT_LEN || !matches!(bytes.first(), Some(b'0'..=b'7')) {
            return None;
        }
        let mut value = 0u128;
        for byte in bytes {
            value = value << 5 | u128::from(digit(*byte)?);
        }
        Some(Self(value))
    }
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'h' => Some(byte - b'a' + 10),
        b'j' | b'k' => Some(byte - b'j' + 18),
        b'm' | b'n' => Some(byte - b'm' + 20),
        b'p'..=b't' => Some(byte - b'p' + 22),
        b'v'..=b'z' => Some(byte - b'v' + 27),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_id_carries_its_parts_through_text() {
        let id = ServerId::new(Instant(1_790_000_000_123), Shard::new(1023), NodeId::new(0x3F_FFFF), 42);
        let text = id.to_text();
        let back = ServerId::parse(&text).expect("own form");
        assert_eq!(back, id);
        assert_eq!((back.born(), back.shard().get(), back.node().get(), back.key()), (Instant(1_790_000_000_123), 1023, 0x3F_FFFF, 42));
    }

    #[test]
    fn every_digit_reads_back_as_itself() {
        for (value, character) in ALPHABET.iter().enumerate() {
            assert_eq!(digit(*character), Some(value as u8));
        }
    }

    #[test]
    fn ids_that_clients_choose_are_not_taken_for_ours() {
        for text in ["", "example", "0123456789ABCDEFGHJKMNPQRS", "zzzzzzzzzzzzzzzzzzzzzzzzzz", "e925b0f3-8006-43f6-aa31-94bd215e55e7"] {
            assert_eq!(ServerId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn ids_sort_by_birth() {
        let earlier = ServerId::new(Instant(1), Shard::new(9), NodeId::new(9), 9).to_text();
        let later = ServerId::new(Instant(2), Shard::new(0), NodeId::new(0), 0).to_text();
        assert!(earlier < later);
    }
}

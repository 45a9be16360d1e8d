//! Index keys: bytes that sort as the values do.
//!
//! Every key ends in the row (4 bytes, big-endian) of the version it speaks of. Families:
//!
//! | byte | key | answers |
//! |---|---|---|
//! | 1 | type, row | all versions of a type that hold data |
//! | 2 | type, row | deletions of a type |
//! | 3 | patient, 0, field, date, row | what refers to this patient: a compartment is one range |
//! | 3 | patient, 1, field, token, date, row | this patient's tokens, each group ordered by clinical date |
//! | 4 | field, value, row | across patients |
//! | 5 | field, display, 0, token | which tokens go by this name (no row) |
//! | 6 | field, token, row | references by identifier alone |
//! | 7 | kind, text, row | numbers of people, to be found by how they begin (`people`) |

/// The row of a version: its place in the node's log, from 1. Also the tick at which it became visible.
pub type Row = u32;
/// The node's integer for a resource, from 1.
pub type ResKey = u32;

pub const FAMILY_TYPE: u8 = 1;
pub const FAMILY_DELETED: u8 = 2;
pub const FAMILY_PATIENT: u8 = 3;
pub const FAMILY_ACROSS: u8 = 4;
pub const FAMILY_DISPLAY: u8 = 5;
pub const FAMILY_LOGICAL: u8 = 6;
pub const FAMILY_PEOPLE: u8 = 7;

/// The longest key: a string of [`STRING_BYTES`] with its frame. Longer ones are cut and re-checked on the body.
pub const STRING_BYTES: usize = 64;
pub const URI_BYTES: usize = 160;

/// A list of keys in one allocation.
#[derive(Clone, Debug, Default)]
pub struct KeyBuf {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

impl KeyBuf {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn with_capacity(keys: usize, bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), ends: Vec::with_capacity(keys) }
    }

    pub fn push(&mut self, key: &[u8]) {
        self.bytes.extend_from_slice(key);
        self.ends.push(self.bytes.len() as u32);
    }

    /// Builds one key in place.
    pub fn push_with(&mut self, build: impl FnOnce(&mut Vec<u8>)) {
        build(&mut self.bytes);
        self.ends.push(self.bytes.len() as u32);
    }

    pub fn append(&mut self, other: &KeyBuf) {
        for key in other.iter() {
            self.push(key);
        }
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub fn byte_len(&self) -> usize {
        self.bytes.len()
    }

    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    pub fn get(&self, index: usize) -> Option<&[u8]> {
        let end = *self.ends.get(index)? as usize;
        let start = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)? as usize,
            None => 0,
        };
        self.bytes.get(start..end)
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &[u8]> + ExactSizeIterator {
        (0..self.len()).map(|index| self.get(index).unwrap_or(&[]))
    }

    /// The same keys in order, each once.
    pub fn sorted(&self) -> KeyBuf {
        // Comparing a machine word first spares most of the byte-wise comparisons.
        let mut order: Vec<(u64, u32)> = self.iter().enumerate().map(|(at, key)| (head(key), at as u32)).collect();
        order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| self.at(a.1).cmp(self.at(b.1))));
        let mut out = KeyBuf::with_capacity(self.len(), self.bytes.len());
        let mut last: &[u8] = &[];
        for (_, at) in order {
            let key = self.at(at);
            if out.is_empty() || key != last {
                out.push(key);
            }
            last = key;
        }
        out
    }

    fn at(&self, index: u32) -> &[u8] {
        self.get(index as usize).unwrap_or(&[])
    }
}

fn head(key: &[u8]) -> u64 {
    let mut word = [0u8; 8];
    // The family byte and the high byte of the next number rarely differ: begin after them.
    for (to, from) in word.iter_mut().zip(key) {
        *to = *from;
    }
    u64::from_be_bytes(word)
}

/// Two sorted lists as one, each key once.
pub fn merge(left: &KeyBuf, right: &KeyBuf, reverse: bool, limit: usize, out: &mut KeyBuf) {
    let (mut at, mut to) = (0, 0);
    for _ in 0..limit {
        let take_left = match (left.get(at), right.get(to)) {
            (Some(a), Some(b)) => {
                if a == b {
                    to += 1;
                }
                a == b || (a < b) != reverse
            }
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => return,
        };
        let key = if take_left { left.get(at) } else { right.get(to) };
        if take_left {
            at += 1;
        } else {
            to += 1;
        }
        out.push(key.unwrap_or(&[]));
    }
}

/// The row at the end of a key.
pub fn row_of(key: &[u8]) -> Row {
    key.last_chunk::<4>().map_or(0, |row| Row::from_be_bytes(*row))
}

/// A half-open range of keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRange {
    pub from: Vec<u8>,
    /// Exclusive.
    pub to: Vec<u8>,
}

impl KeyRange {
    /// All keys that begin with `prefix`.
    pub fn prefix(prefix: Vec<u8>) -> Self {
        let to = successor(&prefix);
        Self { from: prefix, to }
    }

    pub fn contains(&self, key: &[u8]) -> bool {
        key >= self.from.as_slice() && key < self.to.as_slice()
    }
}

/// The first key that does not begin with `prefix`, if it sorts after it.
pub fn successor(prefix: &[u8]) -> Vec<u8> {
    let mut out = prefix.to_vec();
    while let Some(last) = out.last_mut() {
        if *last < 0xFF {
            *last += 1;
            return out;
        }
        out.pop();
    }
    vec![0xFF; 8]
}

/// The key right after `key`.
pub fn after(key: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(key.len() + 1);
    out.extend_from_slice(key);
    out.push(0);
    out
}

/// A 32-bit hash of a code or system. FNV-1a folded: stable for ever, since it is stored. Never 0, which says "none".
pub fn hash32(text: &str) -> u32 {
    let hash = hash64(text.as_bytes());
    ((hash ^ (hash >> 32)) as u32).max(1)
}

fn hash64(bytes: &[u8]) -> u64 {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3));
    // FNV's low bits mix poorly on short texts.
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ (hash >> 33)
}

/// Bytes of a token that its code takes.
pub const CODE_BYTES: usize = 5;

/// A token as 8 bytes: 40 bits of the code, then 24 of the system, so that a code without a system is a range.
///
/// A million codes of one system share 40 bits with a given one once in a million questions; what is shown is checked on
/// its body all the same.
pub fn token(code: Option<&str>, system: Option<&str>) -> u64 {
    code.map_or(0, code_bits) << 24 | system.map_or(0, system_bits)
}

fn code_bits(code: &str) -> u64 {
    (hash64(code.as_bytes()) >> 24).max(1)
}

fn system_bits(system: &str) -> u64 {
    (hash64(system.as_bytes()) & 0xFF_FFFF).max(1)
}

/// The head of every token of a code.
pub fn code_head(code: &str) -> [u8; CODE_BYTES] {
    let [_, _, _, head @ ..] = code_bits(code).to_be_bytes();
    head
}

/// The tail of every token of a system.
pub fn system_tail(system: &str) -> [u8; 8 - CODE_BYTES] {
    let [.., a, b, c] = system_bits(system).to_be_bytes();
    [a, b, c]
}

/// A float as 8 bytes that sort as numbers do.
pub fn ordered_f64(value: f64) -> u64 {
    let bits = if value == 0.0 { 0 } else { value.to_bits() };
    if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
}

/// Milliseconds as 48 bits that sort as times do; out-of-range times are clamped.
pub fn ordered_time(millis: i64) -> u64 {
    const BIAS: i64 = 1 << 46;
    millis.clamp(1 - BIAS, BIAS).wrapping_add(BIAS) as u64
}

/// Undoes [`ordered_time`].
pub fn time_of(ordered: u64) -> i64 {
    ordered as i64 - (1 << 46)
}

pub fn push_u48(out: &mut Vec<u8>, value: u64) {
    out.extend(value.to_be_bytes().into_iter().skip(2));
}

pub fn read_u48(bytes: &[u8]) -> u64 {
    bytes.iter().take(6).fold(0, |value, byte| value << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_and_times_sort_as_values() {
        let floats = [f64::NEG_INFINITY, -5.5, -0.1, 0.0, 0.1, 7.25, 1e300];
        assert!(floats.windows(2).all(|pair| ordered_f64(pair[0]) < ordered_f64(pair[1])));
        assert_eq!(ordered_f64(-0.0), ordered_f64(0.0));
        let times = [i64::MIN, -62_135_596_800_000, -1, 0, 1, 4_102_444_800_000, i64::MAX];
        assert!(times.windows(2).all(|pair| ordered_time(pair[0]) < ordered_time(pair[1])));
        assert!(ordered_time(i64::MIN) > 0);
        assert_eq!(time_of(ordered_time(1_790_000_000_123)), 1_790_000_000_123);
    }

    #[test]
    fn a_prefix_range_holds_exactly_what_begins_with_it() {
        let range = KeyRange::prefix(vec![4, 0xFF]);
        assert!(range.contains(&[4, 0xFF]) && range.contains(&[4, 0xFF, 0xFF, 0xFF]));
        assert!(!range.contains(&[5]) && !range.contains(&[4, 0xFE, 0xFF]));
    }

    #[test]
    fn sorting_drops_repeats() {
        let mut keys = KeyBuf::new();
        for key in [&b"bbbbbbbbbb"[..], b"a", b"bbbbbbbbba", b"a", b"bbbbbbbbbb"] {
            keys.push(key);
        }
        let sorted: Vec<_> = keys.sorted().iter().map(<[u8]>::to_vec).collect();
        assert_eq!(sorted, [b"a".to_vec(), b"bbbbbbbbba".to_vec(), b"bbbbbbbbbb".to_vec()]);
    }
}

//! As much of CBOR as authenticators write (RFC 8949; CTAP 2, 6): definite lengths, shortest forms not asked for.

/// A value; text and bytes are those of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Item<'b> {
    Number(i128),
    Bytes(&'b [u8]),
    Text(&'b str),
    List(Vec<Item<'b>>),
    Map(Vec<(Item<'b>, Item<'b>)>),
    /// true, false, null and what else is a simple value or a float.
    Simple,
}

/// Attestation statements nest less.
const DEEPEST: u32 = 8;

/// The first value, and what follows it.
pub(crate) fn read(bytes: &[u8]) -> Option<(Item<'_>, &[u8])> {
    item(bytes, DEEPEST)
}

/// The only value.
pub(crate) fn whole(bytes: &[u8]) -> Option<Item<'_>> {
    read(bytes).and_then(|(item, rest)| rest.is_empty().then_some(item))
}

impl<'b> Item<'b> {
    /// A member of a map; none if the key stands there twice.
    pub fn get(&self, key: &Item<'_>) -> Option<&Item<'b>> {
        let Self::Map(members) = self else { return None };
        let mut found = members.iter().filter(|(known, _)| known == key).map(|(_, value)| value);
        let first = found.next();
        first.filter(|_| found.next().is_none())
    }

    pub fn bytes(&self) -> Option<&'b [u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    pub fn number(&self) -> Option<i128> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }
}

fn item(bytes: &[u8], depth: u32) -> Option<(Item<'_>, &[u8])> {
    let (head, rest) = bytes.split_first()?;
    let (argument, rest) = argument(head & 0x1F, rest)?;
    match head >> 5 {
        0 => Some((Item::Number(i128::from(argument)), rest)),
        1 => Some((Item::Number(-1 - i128::from(argument)), rest)),
        2 => rest.split_at_checked(usize::try_from(argument).ok()?).map(|(own, rest)| (Item::Bytes(own), rest)),
        3 => {
            let (own, rest) = rest.split_at_checked(usize::try_from(argument).ok()?)?;
            Some((Item::Text(std::str::from_utf8(own).ok()?), rest))
        }
        kind @ (4 | 5) => {
            let depth = depth.checked_sub(1)?;
            // Each takes at least a byte: no more are there than bytes.
            let count = usize::try_from(argument).ok().filter(|count| *count <= rest.len())?;
            let (mut list, mut map, mut rest) = (Vec::new(), Vec::new(), rest);
            for _ in 0..count {
                let (first, after) = item(rest, depth)?;
                rest = after;
                if kind == 4 {
                    list.push(first);
                } else {
                    let (value, after) = item(rest, depth)?;
                    rest = after;
                    map.push((first, value));
                }
            }
            Some((if kind == 4 { Item::List(list) } else { Item::Map(map) }, rest))
        }
        7 => Some((Item::Simple, rest)),
        // Tags are not written by authenticators.
        _ => None,
    }
}

fn argument(short: u8, rest: &[u8]) -> Option<(u64, &[u8])> {
    let length = match short {
        0..=23 => return Some((u64::from(short), rest)),
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        _ => return None,
    };
    let (own, rest) = rest.split_at_checked(length)?;
    Some((own.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)), rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_are_read_as_rfc_8949_writes_them() {
        // RFC 8949, appendix A.
        let cases: [(&[u8], Item<'_>); 8] = [
            (&[0x18, 0x64], Item::Number(100)),
            (&[0x1B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], Item::Number(18_446_744_073_709_551_615)),
            (&[0x39, 0x03, 0xE7], Item::Number(-1000)),
            (&[0x44, 1, 2, 3, 4], Item::Bytes(&[1, 2, 3, 4])),
            (&[0x64, 0x49, 0x45, 0x54, 0x46], Item::Text("IETF")),
            (&[0x83, 1, 2, 3], Item::List(vec![Item::Number(1), Item::Number(2), Item::Number(3)])),
            (&[0xA1, 0x61, 0x61, 0xF5], Item::Map(vec![(Item::Text("a"), Item::Simple)])),
            (&[0xF9, 0x3C, 0x00], Item::Simple),
        ];
        for (bytes, item) in cases {
            assert_eq!(whole(bytes), Some(item), "{bytes:?}");
        }
        // Cut, too long a list, no definite length, a tag, too deep.
        for wrong in [&[0x44, 1][..], &[0x9B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], &[0x5F, 0xFF], &[0xC0, 0x61, 0x61], &[0x81; 40], &[]] {
            assert_eq!(whole(wrong), None, "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Some((_, rest)) = read(&bytes) {
                prop_assert!(rest.len() < bytes.len());
            }
        }
    }
}

//! How what is kept of people becomes bytes: a version, then numbered fields in order.
//!
//! `version, (tag, length, bytes)*`, tags and lengths as LEB128 in their shortest form, tags in rising order (a list repeats
//! its tag). A field that is empty is left out, so that one value has one encoding. A later program adds fields under higher
//! tags without raising the version: what is not known is kept and written again. It raises the version when a field
//! changes its meaning, and an earlier program then refuses to read.

use rihla_kernel::{Fault, FaultKind, Instant};

/// The version that is written, and the highest that is read.
const VERSION: u8 = 1;

/// Fields that this program does not know, kept as they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Later(Vec<(u32, Vec<u8>)>);

/// Something that is kept.
pub trait Wire: Sized {
    fn put(&self, out: &mut Fields);
    fn take(from: &mut Taken<'_>) -> Option<Self>;
}

pub fn encode<T: Wire>(value: &T) -> Vec<u8> {
    let mut out = vec![VERSION];
    nest(value, &mut out);
    out
}

pub fn decode<T: Wire>(bytes: &[u8]) -> Result<T, Fault> {
    match bytes.split_first() {
        Some((version, fields)) if *version == VERSION => whole(fields).ok_or_else(damaged),
        Some((version, _)) if *version > VERSION => Err(later()),
        _ => Err(damaged()),
    }
}

fn nest<T: Wire>(value: &T, out: &mut Vec<u8>) {
    let mut fields = Fields::default();
    value.put(&mut fields);
    // Stable: a list stays in its order.
    fields.0.sort_by_key(|(tag, _)| *tag);
    for (tag, bytes) in fields.0 {
        push_number(u64::from(tag), out);
        push_number(bytes.len() as u64, out);
        out.extend(bytes);
    }
}

fn whole<T: Wire>(mut bytes: &[u8]) -> Option<T> {
    let mut fields: Vec<(u32, &[u8])> = Vec::new();
    while !bytes.is_empty() {
        let tag = u32::try_from(take_number(&mut bytes)?).ok()?;
        let length = usize::try_from(take_number(&mut bytes)?).ok()?;
        let (field, rest) = bytes.split_at_checked(length)?;
        bytes = rest;
        if fields.last().is_some_and(|(before, _)| *before > tag) {
            return None;
        }
        fields.push((tag, field));
    }
    T::take(&mut Taken(fields))
}

/// Fields on their way out.
#[derive(Default)]
pub struct Fields(Vec<(u32, Vec<u8>)>);

impl Fields {
    pub fn bytes(&mut self, tag: u32, value: &[u8]) {
        if !value.is_empty() {
            self.0.push((tag, value.to_vec()));
        }
    }

    pub fn text(&mut self, tag: u32, value: &str) {
        self.bytes(tag, value.as_bytes());
    }

    /// Big-endian without leading zeros; 0 is left out.
    pub fn number(&mut self, tag: u32, value: u64) {
        let bytes = value.to_be_bytes();
        self.bytes(tag, bytes.get(value.leading_zeros() as usize / 8..).unwrap_or(&[]));
    }

    pub fn time(&mut self, tag: u32, value: Instant) {
        self.number(tag, value.0.max(0) as u64);
    }

    pub fn flag(&mut self, tag: u32, value: bool) {
        self.number(tag, u64::from(value));
    }

    pub fn one<T: Wire>(&mut self, tag: u32, value: Option<&T>) {
        self.all(tag, value);
    }

    pub fn all<'t, T: Wire + 't>(&mut self, tag: u32, values: impl IntoIterator<Item = &'t T>) {
        for value in values {
            let mut out = Vec::new();
            nest(value, &mut out);
            self.0.push((tag, out));
        }
    }

    pub fn later(&mut self, later: &Later) {
        self.0.extend(later.0.iter().cloned());
    }
}

/// Fields on their way in. What nobody took is [`Later`].
pub struct Taken<'b>(Vec<(u32, &'b [u8])>);

impl<'b> Taken<'b> {
    fn every(&mut self, tag: u32) -> Vec<&'b [u8]> {
        let found = self.0.iter().filter(|(known, _)| *known == tag).map(|(_, bytes)| *bytes).collect();
        self.0.retain(|(known, _)| *known != tag);
        found
    }

    /// Empty if the field is not there.
    pub fn bytes(&mut self, tag: u32) -> Option<&'b [u8]> {
        match *self.every(tag) {
            [] => Some(&[]),
            [one] if !one.is_empty() => Some(one),
            _ => None,
        }
    }

    pub fn array<const N: usize>(&mut self, tag: u32) -> Option<[u8; N]> {
        self.bytes(tag)?.try_into().ok()
    }

    pub fn text(&mut self, tag: u32) -> Option<String> {
        utf8(self.bytes(tag)?)
    }

    pub fn number(&mut self, tag: u32) -> Option<u64> {
        let bytes = self.bytes(tag)?;
        let canonical = bytes.len() <= 8 && bytes.first() != Some(&0);
        canonical.then(|| bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
    }

    pub fn small<N: TryFrom<u64>>(&mut self, tag: u32) -> Option<N> {
        N::try_from(self.number(tag)?).ok()
    }

    pub fn time(&mut self, tag: u32) -> Option<Instant> {
        self.small(tag).map(Instant)
    }

    pub fn flag(&mut self, tag: u32) -> Option<bool> {
        match self.number(tag)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    pub fn one<T: Wire>(&mut self, tag: u32) -> Option<Option<T>> {
        let mut all = self.all(tag)?;
        let one = all.pop();
        all.is_empty().then_some(one)
    }

    pub fn all<T: Wire>(&mut self, tag: u32) -> Option<Vec<T>> {
        self.every(tag).into_iter().map(whole).collect()
    }

    pub fn later(&mut self) -> Later {
        Later(std::mem::take(&mut self.0).into_iter().map(|(tag, bytes)| (tag, bytes.to_vec())).collect())
    }
}

fn utf8(bytes: &[u8]) -> Option<String> {
    std::str::from_utf8(bytes).ok().map(str::to_owned)
}

fn push_number(mut value: u64, out: &mut Vec<u8>) {
    while value > 0x7F {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn take_number(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for place in 0..5 {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7F) << (7 * place);
        if byte & 0x80 == 0 {
            // Another form of the same number would be another encoding of the same value.
            return (*byte != 0 || place == 0).then_some(value);
        }
    }
    None
}

fn damaged() -> Fault {
    Fault::new(FaultKind::Internal, "RH-ID-DAMAGED", "What is kept of an account cannot be read. Check the store and restore it from a backup.")
}

fn later() -> Fault {
    Fault::new(FaultKind::Internal, "RH-ID-LATER", "What is kept of an account was written by a later program. Run that one.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Inner {
        text: String,
        later: Later,
    }

    impl Wire for Inner {
        fn put(&self, out: &mut Fields) {
            out.text(1, &self.text);
            out.later(&self.later);
        }
        fn take(from: &mut Taken<'_>) -> Option<Self> {
            Some(Self { text: from.text(1)?, later: from.later() })
        }
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Outer {
        number: u64,
        flag: bool,
        list: Vec<Inner>,
        later: Later,
    }

    impl Wire for Outer {
        fn put(&self, out: &mut Fields) {
            out.number(1, self.number);
            out.flag(2, self.flag);
            out.all(4, &self.list);
            out.later(&self.later);
        }
        fn take(from: &mut Taken<'_>) -> Option<Self> {
            Some(Self { number: from.number(1)?, flag: from.flag(2)?, list: from.all(4)?, later: from.later() })
        }
    }

    fn laters() -> impl Strategy<Value = Later> {
        prop::collection::btree_map(5u32.., prop::collection::vec(any::<u8>(), 0..5), 0..3).prop_map(|map| Later(map.into_iter().collect()))
    }

    fn outers() -> impl Strategy<Value = Outer> {
        let inner = (".{0,5}", laters()).prop_map(|(text, later)| Inner { text, later });
        (any::<u64>(), any::<bool>(), prop::collection::vec(inner, 0..3), laters()).prop_map(|(number, flag, list, later)| Outer { number, flag, list, later })
    }

    proptest! {
        #[test]
        fn what_is_kept_reads_back_with_the_fields_of_a_later_program(value in outers()) {
            prop_assert_eq!(decode::<Outer>(&encode(&value)).expect("own encoding"), value);
        }

        #[test]
        fn whatever_is_read_has_no_other_encoding(bytes in prop::collection::vec(any::<u8>(), 0..24)) {
            let bytes = [&[VERSION], bytes.as_slice()].concat();
            if let Ok(value) = decode::<Outer>(&bytes) {
                prop_assert_eq!(encode(&value), bytes);
            }
        }
    }

    #[test]
    fn a_cut_or_later_encoding_is_refused_by_name() {
        let bytes = encode(&Outer { number: 300, list: vec![Inner { text: "x".into(), ..Inner::default() }], ..Outer::default() });
        for cut in [0, 2, 3, bytes.len() - 1] {
            assert_eq!(decode::<Outer>(&bytes[..cut]).expect_err("cut").code, "RH-ID-DAMAGED", "{cut}");
        }
        assert_eq!(decode::<Outer>(&[VERSION + 1]).expect_err("later").code, "RH-ID-LATER");
    }
}

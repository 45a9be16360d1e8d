//! A prepared person as a few dozen bytes, and many of them in segments that never move.

use crate::person::{Birth, Sex};
use crate::prepared::{NameWords, Place, Prepared};

/// Bytes of a segment; a person is never parted by its end.
const SEGMENT: usize = 1 << 20;
/// A longer person is cut when it is prepared, never here.
const LARGEST: usize = 1 << 14;

#[derive(Clone, Debug, Default)]
pub struct Arena {
    segments: Vec<Vec<u8>>,
}

impl Arena {
    /// Keeps a person and says where.
    pub fn push(&mut self, person: &Prepared) -> u32 {
        let mut bytes = Vec::with_capacity(96);
        write(person, &mut bytes);
        bytes.truncate(LARGEST);
        if self.segments.last().is_none_or(|last| last.len() + bytes.len() > SEGMENT) {
            self.segments.push(Vec::with_capacity(SEGMENT));
        }
        let number = self.segments.len().saturating_sub(1);
        let Some(last) = self.segments.last_mut() else { return 0 };
        let at = number * SEGMENT + last.len();
        last.extend_from_slice(&bytes);
        at as u32
    }

    pub fn get(&self, at: u32) -> Option<Prepared> {
        let segment = self.segments.get(at as usize / SEGMENT)?;
        read(segment.get(at as usize % SEGMENT..)?)
    }

    pub fn bytes(&self) -> usize {
        self.segments.len() * SEGMENT
    }
}

fn number(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn list(values: &[u32], out: &mut Vec<u8>) {
    number(values.len() as u64, out);
    values.iter().for_each(|value| number(u64::from(*value), out));
}

fn write(person: &Prepared, out: &mut Vec<u8>) {
    number(person.names.len() as u64, out);
    for name in &person.names {
        list(&name.given, out);
        list(&name.family, out);
    }
    let birth = person
        .birth
        .map_or(0, |birth| u64::from(birth.year) << 24 | u64::from(birth.month) << 16 | u64::from(birth.day) << 8 | u64::from(birth.about) | 1 << 40);
    number(birth, out);
    number(
        match person.sex {
            None => 0,
            Some(Sex::Female) => 1,
            Some(Sex::Male) => 2,
        },
        out,
    );
    list(&person.father, out);
    list(&person.mother, out);
    number(person.phones.len() as u64, out);
    person.phones.iter().for_each(|phone| number(*phone, out));
    number(person.places.len() as u64, out);
    for place in &person.places {
        for text in place.lines.into_iter().chain([place.house, place.postal, place.region]) {
            number(u64::from(text), out);
        }
    }
    number(person.numbers.len() as u64, out);
    for (system, value) in &person.numbers {
        out.push(*system);
        number(*value, out);
    }
}

struct Reader<'b>(std::slice::Iter<'b, u8>);

impl Reader<'_> {
    fn number(&mut self) -> Option<u64> {
        let (mut out, mut shift) = (0u64, 0u32);
        loop {
            let byte = *self.0.next()?;
            out |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(out);
            }
            shift += 7;
        }
    }

    fn many<T>(&mut self, mut one: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.number()?;
        (0..count.min(LARGEST as u64)).map(|_| one(self)).collect()
    }

    fn list(&mut self) -> Option<Vec<u32>> {
        self.many(|reader| reader.number().map(|value| value as u32))
    }
}

fn read(bytes: &[u8]) -> Option<Prepared> {
    let mut from = Reader(bytes.iter());
    let names = from.many(|reader| Some(NameWords { given: reader.list()?, family: reader.list()? }))?;
    let birth = from.number()?;
    let sex = from.number()?;
    let birth = (birth != 0).then_some(Birth { year: (birth >> 24) as u16, month: (birth >> 16) as u8, day: (birth >> 8) as u8, about: birth as u8 });
    Some(Prepared {
        names,
        birth,
        sex: match sex {
            1 => Some(Sex::Female),
            2 => Some(Sex::Male),
            _ => None,
        },
        father: from.list()?,
        mother: from.list()?,
        phones: from.many(Reader::number)?,
        places: from.many(|reader| {
            let mut text = || reader.number().map(|value| value as u32);
            Some(Place { lines: [text()?, text()?, text()?], house: text()?, postal: text()?, region: text()? })
        })?,
        numbers: from.many(|reader| Some((*reader.0.next()?, reader.number()?)))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words() -> impl Strategy<Value = Vec<u32>> {
        proptest::collection::vec(any::<u32>(), 0..5)
    }

    proptest! {
        #[test]
        fn what_is_kept_comes_back(
            names in proptest::collection::vec((words(), words()), 0..4), father in words(), mother in words(),
            phones in proptest::collection::vec(any::<u64>(), 0..3), places in proptest::collection::vec(any::<[u32; 6]>(), 0..3),
            numbers in proptest::collection::vec((any::<u8>(), any::<u64>()), 0..4), birth in proptest::option::of(any::<(u16, u8, u8, u8)>()), sex in 0..3u8,
        ) {
            let person = Prepared {
                names: names.into_iter().map(|(given, family)| NameWords { given, family }).collect(),
                birth: birth.map(|(year, month, day, about)| Birth { year, month, day, about }),
                sex: match sex { 0 => None, 1 => Some(Sex::Female), _ => Some(Sex::Male) },
                father, mother, phones, numbers,
                places: places.into_iter().map(|[a, b, c, house, postal, region]| Place { lines: [a, b, c], house, postal, region }).collect(),
            };
            let mut arena = Arena::default();
            arena.push(&Prepared::default());
            let at = arena.push(&person);
            prop_assert_eq!(arena.get(at), Some(person));
        }
    }
}

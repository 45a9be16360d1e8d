//! Two people, field by field: how well each agrees, and how rare what they have in common is.

mod birth;
mod names;
mod number;
mod place;

pub use birth::birth;

use crate::field::{FIELDS, Field, Level};
use crate::hash::Map;
use crate::prepared::{Prepared, Texts};

/// The comparison of two people. A field that is unknown for one of them says nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    levels: [Option<Level>; FIELDS],
    /// The share of all people who have what agrees, as a power of two; 0 where it does not count.
    rarity: [f32; FIELDS],
}

impl Default for Comparison {
    fn default() -> Self {
        Self { levels: [None; FIELDS], rarity: [0.0; FIELDS] }
    }
}

impl Comparison {
    pub fn level(&self, field: Field) -> Option<Level> {
        self.levels.get(field.place()).copied().flatten()
    }

    pub fn levels(&self) -> &[Option<Level>; FIELDS] {
        &self.levels
    }

    pub fn rarity(&self) -> &[f32; FIELDS] {
        &self.rarity
    }

    pub(crate) fn set(&mut self, field: Field, level: Level, rarity: f32) {
        if let (Some(place), Some(rare)) = (self.levels.get_mut(field.place()), self.rarity.get_mut(field.place())) {
            (*place, *rare) = (Some(level), rarity);
        }
    }
}

/// Compares, and remembers what it has found of pairs of words, for as long as it lives.
#[derive(Clone, Debug, Default)]
pub struct Comparer {
    words: Map<(u32, u32), Level>,
    texts: Map<(u32, u32), Level>,
}

/// Pairs of words that are remembered; beyond, all are forgotten.
const REMEMBERED: usize = 1 << 20;

impl Comparer {
    pub fn compare(&mut self, vocabulary: &dyn Texts, left: &Prepared, right: &Prepared) -> Comparison {
        if self.words.len() > REMEMBERED {
            self.words.clear();
        }
        if self.texts.len() > REMEMBERED {
            self.texts.clear();
        }
        let mut out = Comparison::default();
        self.compare_names(vocabulary, left, right, &mut out);
        if let (Some(one), Some(other)) = (left.birth, right.birth) {
            out.set(Field::Birth, birth(one, other), 0.0);
        }
        if let (Some(one), Some(other)) = (left.sex, right.sex) {
            out.set(Field::Sex, if one == other { Level::Same } else { Level::Different }, 0.0);
        }
        if let Some(level) = number::best(&left.phones, &right.phones) {
            out.set(Field::Phone, level, 0.0);
        }
        for (system, level) in number::by_system(&left.numbers, &right.numbers) {
            out.set(Field::Identifier(system), level, 0.0);
        }
        self.compare_places(vocabulary, left, right, &mut out);
        out
    }
}

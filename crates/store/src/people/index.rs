//! The words of people's names in memory, each with the people who bear it.
//!
//! People are numbered in the order of their versions' rows, so that sets of them are dense. Nothing is ever taken out:
//! a version that was replaced is known as such by the view. So the index needs no repair, only additions.

use super::card::Card;
use super::near::slips;
use super::question::{Birth, How, Kind, Question, Unit, Want, Way};
use crate::key::{ResKey, Row};
use rihla_kernel::SiteId;
use roaring::{MultiOps, RoaringBitmap};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Bound;

/// Beginnings of so many letters have a set of their own: they stand for too many words to be united at each keystroke.
const HEAD_LETTERS: usize = 2;

#[derive(Debug, Default)]
pub(crate) struct Index {
    /// All versions of people up to this row are in.
    pub tick: Row,
    rows: Vec<Row>,
    homes: Vec<(ResKey, SiteId)>,
    births: Vec<u32>,
    words: BTreeMap<Box<str>, RoaringBitmap>,
    heads: BTreeMap<Box<str>, RoaringBitmap>,
    inactive: RoaringBitmap,
}

/// Who fulfils one part: by the very words, by these or others of the same name, in any way. Each holds the one before.
struct Sets<'i> {
    exact: Cow<'i, RoaringBitmap>,
    same: Cow<'i, RoaringBitmap>,
    all: Cow<'i, RoaringBitmap>,
}

/// Who fulfils a question, the best first; each set holds those before it.
#[derive(Debug, Default)]
pub(crate) struct Tiers(pub Vec<RoaringBitmap>);

impl Index {
    /// Empty, and reaching up to a row.
    pub fn at(tick: Row) -> Self {
        Self { tick, ..Self::default() }
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn row(&self, person: u32) -> Option<Row> {
        self.rows.get(person as usize).copied()
    }

    pub fn home(&self, person: u32) -> Option<(ResKey, SiteId)> {
        self.homes.get(person as usize).copied()
    }

    pub fn is_inactive(&self, person: u32) -> bool {
        self.inactive.contains(person)
    }

    pub fn person(&self, row: Row) -> Option<u32> {
        self.rows.binary_search(&row).ok().map(|at| at as u32)
    }

    /// Adds a person of whom no more is known yet. Rows come in order.
    pub fn push(&mut self, row: Row, home: (ResKey, SiteId)) -> u32 {
        self.rows.push(row);
        self.homes.push(home);
        self.births.push(0);
        (self.rows.len() - 1) as u32
    }

    pub fn add(&mut self, person: u32, card: &Card) {
        for word in &card.words {
            self.add_word(word, [person]);
        }
        self.set_birth(person, card.birth);
        if card.inactive {
            self.set_inactive(person);
        }
    }

    pub fn add_word(&mut self, word: &str, people: impl IntoIterator<Item = u32> + Clone) {
        let put = |sets: &mut BTreeMap<Box<str>, RoaringBitmap>, text: &str| match sets.get_mut(text) {
            Some(set) => set.extend(people.clone()),
            None => {
                sets.insert(text.into(), people.clone().into_iter().collect());
            }
        };
        for letters in 1..=HEAD_LETTERS {
            if let Some(head) = head(word, letters) {
                put(&mut self.heads, head);
            }
        }
        put(&mut self.words, word);
    }

    pub fn set_birth(&mut self, person: u32, birth: u32) {
        if let Some(slot) = self.births.get_mut(person as usize) {
            *slot = birth;
        }
    }

    pub fn set_inactive(&mut self, person: u32) {
        self.inactive.insert(person);
    }

    /// Bytes held, as far as they grow with the record.
    pub fn bytes(&self) -> usize {
        let sets = self.words.iter().chain(&self.heads).map(|(word, set)| word.len() + 48 + set.serialized_size());
        sets.sum::<usize>() + self.rows.capacity() * 4 + self.births.capacity() * 4 + self.homes.capacity() * size_of::<(ResKey, SiteId)>()
    }

    pub fn word_count(&self) -> usize {
        self.words.len()
    }

    /// Who fulfils the question. `numbers`: who bears each part that is a number.
    pub fn find(&self, question: &Question, numbers: &[Option<RoaringBitmap>]) -> Tiers {
        let sets: Vec<Sets<'_>> = question.units.iter().zip(numbers).map(|(unit, number)| self.sets(unit, number.as_ref())).collect();
        let Some((last, complete)) = sets.split_last() else { return Tiers::default() };
        let tiers = [
            intersect(sets.iter().map(|set| &*set.exact).collect()),
            intersect(sets.iter().map(|set| &*set.same).collect()),
            // The last word is still being typed.
            intersect(complete.iter().map(|set| &*set.exact).chain([&*last.all]).collect()),
            intersect(sets.iter().map(|set| &*set.all).collect()),
        ];
        Tiers(tiers.into())
    }

    /// The same, with one letter of each name let slip.
    pub fn find_near(&self, question: &Question, numbers: &[Option<RoaringBitmap>]) -> RoaringBitmap {
        let near = |(unit, number): (&Unit, &Option<RoaringBitmap>)| {
            let mut all = self.sets(unit, number.as_ref()).all.into_owned();
            if let Kind::Name { word, .. } = &unit.kind {
                for slip in slips(word) {
                    self.beginning(&slip).for_each(|set| all |= set);
                }
            }
            all
        };
        let sets: Vec<RoaringBitmap> = question.units.iter().zip(numbers).map(near).collect();
        intersect(sets.iter().collect())
    }

    fn sets(&self, unit: &Unit, number: Option<&RoaringBitmap>) -> Sets<'_> {
        let ways = match &unit.kind {
            Kind::Name { ways, .. } => ways,
            Kind::Birth(birth) => return alike(self.born(birth)),
            Kind::Number { year, .. } => {
                let mut all = year.as_ref().map(|year| self.born(year)).unwrap_or_default();
                number.into_iter().for_each(|own| all |= own);
                return alike(all);
            }
        };
        let by = |how: fn(How) -> bool| unite(ways.iter().filter(|way| how(way.how)).filter_map(|way| self.way(way)).collect());
        // A beginning holds the word itself, but not always the other spellings.
        Sets { exact: by(|how| how == How::Exact), same: by(|how| how <= How::Same), all: by(|_| true) }
    }

    fn way(&self, way: &Way) -> Option<Cow<'_, RoaringBitmap>> {
        match way.wants.as_slice() {
            [only] => self.want(only),
            several => {
                let sets: Vec<_> = several.iter().map(|want| self.want(want)).collect::<Option<_>>()?;
                Some(Cow::Owned(intersect(sets.iter().map(|set| &**set).collect())))
            }
        }
    }

    fn want(&self, want: &Want) -> Option<Cow<'_, RoaringBitmap>> {
        if !want.prefix {
            return self.words.get(&want.text).map(Cow::Borrowed);
        }
        if want.text.chars().count() <= HEAD_LETTERS {
            return self.heads.get(&want.text).map(Cow::Borrowed);
        }
        let sets: Vec<&RoaringBitmap> = self.beginning(&want.text).collect();
        match sets.as_slice() {
            [] => None,
            [only] => Some(Cow::Borrowed(only)),
            _ => Some(Cow::Owned(sets.into_iter().union())),
        }
    }

    fn beginning<'i>(&'i self, prefix: &str) -> impl Iterator<Item = &'i RoaringBitmap> {
        let range = self.words.range::<str, _>((Bound::Included(prefix), Bound::Unbounded));
        range.take_while(move |(word, _)| word.starts_with(prefix)).map(|(_, set)| set)
    }

    fn born(&self, birth: &Birth) -> RoaringBitmap {
        let people = self.births.iter().enumerate().filter(|(_, own)| birth.admits(**own)).map(|(person, _)| person as u32);
        RoaringBitmap::from_sorted_iter(people).unwrap_or_default()
    }
}

fn head(word: &str, letters: usize) -> Option<&str> {
    let (at, last) = word.char_indices().nth(letters - 1)?;
    word.get(..at + last.len_utf8())
}

fn alike<'i>(set: RoaringBitmap) -> Sets<'i> {
    Sets { exact: Cow::Owned(set.clone()), same: Cow::Owned(set.clone()), all: Cow::Owned(set) }
}

fn unite(mut sets: Vec<Cow<'_, RoaringBitmap>>) -> Cow<'_, RoaringBitmap> {
    sets.retain(|set| !set.is_empty());
    match sets.len() {
        0 | 1 => sets.pop().unwrap_or_default(),
        _ => Cow::Owned(sets.iter().map(|set| &**set).union()),
    }
}

/// The smallest first: what follows can only become smaller.
fn intersect(mut sets: Vec<&RoaringBitmap>) -> RoaringBitmap {
    sets.sort_by_key(|set| set.len());
    sets.into_iter().intersection()
}

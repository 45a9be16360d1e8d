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

/// People who wait at most to be put in the order of their keys.
const LATE: usize = 20_000;

#[derive(Debug, Default)]
pub(crate) struct Index {
    /// All versions of people up to this row are in.
    pub tick: Row,
    rows: Vec<Row>,
    homes: Vec<(ResKey, SiteId)>,
    /// The first people in the order of their keys; those who came later are few.
    by_home: Vec<u32>,
    /// Who was born when; a date as `Card` holds it.
    births: BTreeMap<u32, Vec<u32>>,
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

/// Who fulfils each part of a question.
pub(crate) struct Parts<'i>(Vec<Sets<'i>>);

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
        if self.homes.len() - self.by_home.len() > LATE {
            // Nearly in order already, which this kind of sorting is quick with.
            let homes = &self.homes;
            self.by_home.extend(self.by_home.len() as u32..homes.len() as u32);
            self.by_home.sort_by_key(|person| homes.get(*person as usize).map_or(0, |(res, _)| *res));
        }
        (self.rows.len() - 1) as u32
    }

    pub fn add(&mut self, person: u32, card: &Card) {
        self.add_words(person, card);
        self.set_birth(person, card.birth);
        if card.inactive {
            self.set_inactive(person);
        }
    }

    pub fn add_words(&mut self, person: u32, card: &Card) {
        for word in &card.words {
            self.add_word(word, [person]);
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
        if birth > 0 {
            self.births.entry(birth).or_default().push(person);
        }
    }

    pub fn set_inactive(&mut self, person: u32) {
        self.inactive.insert(person);
    }

    /// Bytes held, as far as they grow with the record.
    pub fn bytes(&self) -> usize {
        let sets = self.words.iter().chain(&self.heads).map(|(word, set)| word.len() + 48 + set.serialized_size());
        let births = self.births.values().map(|people| people.capacity() * 4 + 48);
        sets.sum::<usize>()
            + births.sum::<usize>()
            + (self.rows.capacity() + self.by_home.capacity()) * 4
            + self.homes.capacity() * size_of::<(ResKey, SiteId)>()
    }

    pub fn word_count(&self) -> usize {
        self.words.len()
    }

    /// Who fulfils each part. `numbers`: who bears each part that is a number.
    pub fn parts(&self, question: &Question, numbers: &[Option<RoaringBitmap>]) -> Parts<'_> {
        Parts(question.units.iter().zip(numbers).map(|(unit, number)| self.sets(unit, number.as_ref())).collect())
    }

    /// Who fulfils the question, of those `within`, if that is not everyone.
    pub fn find(&self, parts: &Parts<'_>, within: Option<&RoaringBitmap>) -> Tiers {
        let sets = &parts.0;
        let Some((last, complete)) = sets.split_last() else { return Tiers::default() };
        let tiers = [
            intersect(sets.iter().map(|set| &*set.exact).chain(within).collect()),
            intersect(sets.iter().map(|set| &*set.same).chain(within).collect()),
            // The last word is still being typed.
            intersect(complete.iter().map(|set| &*set.exact).chain([&*last.all]).chain(within).collect()),
            intersect(sets.iter().map(|set| &*set.all).chain(within).collect()),
        ];
        Tiers(tiers.into())
    }

    /// The same, with one letter of each name let slip.
    pub fn find_near(&self, question: &Question, parts: &Parts<'_>, within: Option<&RoaringBitmap>) -> RoaringBitmap {
        let near = |(unit, set): (&Unit, &Sets<'_>)| {
            let Kind::Name { word, .. } = &unit.kind else { return set.all.clone().into_owned() };
            let slips = slips(word);
            std::iter::once(&*set.all).chain(slips.iter().flat_map(|slip| self.beginning(slip))).union()
        };
        let sets: Vec<RoaringBitmap> = question.units.iter().zip(&parts.0).map(near).collect();
        intersect(sets.iter().chain(within).collect())
    }

    /// Those whom `allows` lets through, all of them among `patients`.
    pub fn allowed_of(&self, patients: &RoaringBitmap, allows: impl Fn(ResKey, SiteId) -> bool) -> RoaringBitmap {
        let home = |person: &u32| self.homes.get(*person as usize).copied().unwrap_or((0, SiteId(0)));
        let mut people: Vec<u32> = Vec::new();
        for patient in patients {
            let first = self.by_home.partition_point(|person| home(person).0 < patient);
            let own = self.by_home.get(first..).unwrap_or(&[]).iter().take_while(|person| home(person).0 == patient);
            people.extend(own.filter(|person| allows(patient, home(person).1)));
        }
        people.sort_unstable();
        let mut out = RoaringBitmap::from_sorted_iter(people).unwrap_or_default();
        self.extend_allowed(self.by_home.len() as u32, allows, &mut out);
        out
    }

    /// Adds those from the person `from` on whom `allows` lets through.
    pub fn extend_allowed(&self, from: u32, allows: impl Fn(ResKey, SiteId) -> bool, out: &mut RoaringBitmap) {
        let people = self.homes.iter().enumerate().skip(from as usize);
        out.extend(people.filter(|(_, (res, site))| allows(*res, *site)).map(|(person, _)| person as u32));
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
        let (from, to) = birth.bounds();
        let days = self.births.range(from..=to).filter(|(own, _)| birth.admits(**own));
        let mut people: Vec<u32> = days.flat_map(|(_, people)| people).copied().collect();
        people.sort_unstable();
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

//! From pairs to people: each record to the person it fits best, all records of that person weighed together.
//!
//! Joining whatever is linked by a chain of pairs makes one person of two twins as soon as a third record is too poor to
//! tell them apart. So the best pair is joined first, and from then on its records speak with one voice: what every pair of
//! records across two people says, on average, decides whether these are one. A slip in one record is then outvoted by the
//! others, in both directions, and pairs that share no key are heard as well.

use crate::compare::Comparer;
use crate::file::File;
use crate::hash::Map;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

/// Records of a person that speak for it.
const SPEAKERS: usize = 8;
/// Pairs that say less never begin a person; what has been joined is asked again.
const BEGINS: f64 = -12.0;
/// What the sizes of people met so far may add or take.
const SIZES: f64 = 6.0;
/// Below so many records the sizes tell nothing.
const FEW: usize = 40;

/// Which records are one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clusters {
    /// For each record the number of its person.
    pub of: Vec<u32>,
}

impl Clusters {
    /// The records of each person, by number.
    pub fn people(&self) -> BTreeMap<u32, Vec<u32>> {
        let mut out: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (record, person) in (0u32..).zip(&self.of) {
            out.entry(*person).or_default().push(record);
        }
        out
    }

    /// Each two records that are one person and that may be held against each other, the smaller first.
    pub fn pairs(&self, file: &File) -> BTreeSet<(u32, u32)> {
        let people = self.people();
        let within = |list: &Vec<u32>| list.iter().enumerate().flat_map(|(at, one)| list.iter().skip(at + 1).map(|other| (*one, *other))).collect::<Vec<_>>();
        people.values().flat_map(within).filter(|(one, other)| file.pairs.admits(*one, *other)).collect()
    }
}

/// How many records people have, as far as is known.
#[derive(Clone, Debug, Default)]
struct Sizes {
    /// Shares by size, from one record on.
    shares: Vec<f64>,
    people: f64,
}

impl Sizes {
    fn of(clusters: &Clusters) -> Self {
        let mut counts: Vec<f64> = Vec::new();
        let people = clusters.people();
        for list in people.values() {
            if counts.len() < list.len() {
                counts.resize(list.len(), 0.0);
            }
            if let Some(count) = list.len().checked_sub(1).and_then(|at| counts.get_mut(at)) {
                *count += 1.0;
            }
        }
        let all = people.len() as f64;
        Self { shares: counts.into_iter().map(|count| (count + 0.5) / (all + 1.0)).collect(), people: all }
    }

    fn share(&self, size: usize) -> f64 {
        size.checked_sub(1).and_then(|at| self.shares.get(at)).copied().unwrap_or(0.5 / (self.people + 1.0))
    }

    /// Bits for joining two people of so many records, beyond what is expected of any pair: where nearly everybody has two
    /// records, one that is left alone probably misses its other, and where nobody has three, a third is probably wrong.
    fn bits(&self, one: usize, other: usize, expected: f64) -> f64 {
        if self.people < FEW as f64 {
            return 0.0;
        }
        let ways = (1..=one).fold(1.0, |ways, at| ways * (other + at) as f64 / at as f64);
        let odds = self.share(one + other) * ways / (self.share(one) * self.share(other) * self.people);
        (odds / expected).log2().clamp(-SIZES, SIZES)
    }
}

/// A pair of people that may be joined; the greatest comes first.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Join {
    bits: f64,
    one: u32,
    other: u32,
    /// What the two were when the bits were counted.
    ages: (u32, u32),
}

impl Eq for Join {}

impl PartialOrd for Join {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Join {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.bits.total_cmp(&other.bits).then((other.one, other.other).cmp(&(self.one, self.other)))
    }
}

struct Joiner<'f> {
    file: &'f File,
    sizes: Sizes,
    comparer: Comparer,
    /// By number of a person: records, how often it has grown, whom it may be joined with.
    members: Vec<Vec<u32>>,
    ages: Vec<u32>,
    near: Vec<BTreeSet<u32>>,
    /// What two records say of each other is asked again and again.
    known: Map<(u32, u32), f64>,
}

pub(crate) fn clusters(file: &File) -> Clusters {
    let first = Joiner::new(file, Sizes::default()).run();
    let sizes = Sizes::of(&first);
    Joiner::new(file, sizes).run()
}

impl<'f> Joiner<'f> {
    fn new(file: &'f File, sizes: Sizes) -> Self {
        let count = file.people.len();
        Self {
            file,
            sizes,
            comparer: Comparer::default(),
            members: (0..count as u32).map(|record| vec![record]).collect(),
            ages: vec![0; count],
            near: vec![BTreeSet::new(); count],
            known: Map::default(),
        }
    }

    fn run(mut self) -> Clusters {
        let mut heap = BinaryHeap::new();
        for ((one, other), bits) in self.file.candidates.iter().zip(&self.file.scores) {
            if *bits >= BEGINS {
                self.neighbours(*one, *other);
                if let Some(join) = self.join(*one, *other) {
                    heap.push(join);
                }
            }
        }
        while let Some(Join { bits, one, other, ages }) = heap.pop() {
            if bits <= 0.0 {
                break;
            }
            if (self.age(one), self.age(other)) != ages {
                continue;
            }
            for near in self.unite(one, other) {
                if let Some(join) = self.join(one, near) {
                    heap.push(join);
                }
            }
        }
        let mut of = vec![0; self.members.len()];
        for (person, records) in (0u32..).zip(&self.members) {
            for record in records {
                if let Some(place) = of.get_mut(*record as usize) {
                    *place = person;
                }
            }
        }
        Clusters { of }
    }

    fn age(&self, person: u32) -> u32 {
        self.ages.get(person as usize).copied().unwrap_or_default()
    }

    fn neighbours(&mut self, one: u32, other: u32) {
        for (one, other) in [(one, other), (other, one)] {
            if let Some(near) = self.near.get_mut(one as usize) {
                near.insert(other);
            }
        }
    }

    /// Gives the second person's records to the first, and says who is near them now.
    fn unite(&mut self, one: u32, other: u32) -> Vec<u32> {
        let take = |list: &mut Vec<Vec<u32>>| list.get_mut(other as usize).map(std::mem::take).unwrap_or_default();
        let records = take(&mut self.members);
        if let Some(own) = self.members.get_mut(one as usize) {
            own.extend(records);
        }
        let near = self.near.get_mut(other as usize).map(std::mem::take).unwrap_or_default();
        for person in near {
            if let Some(theirs) = self.near.get_mut(person as usize) {
                theirs.remove(&other);
            }
            if person != one {
                self.neighbours(one, person);
            }
        }
        for person in [one, other] {
            if let Some(age) = self.ages.get_mut(person as usize) {
                *age += 1;
            }
        }
        self.near.get(one as usize).into_iter().flatten().copied().collect()
    }

    fn join(&mut self, one: u32, other: u32) -> Option<Join> {
        let (one, other) = (one.min(other), one.max(other));
        let (left, right) = (self.members.get(one as usize)?.clone(), self.members.get(other as usize)?.clone());
        let (mut sum, mut count) = (0.0, 0u32);
        for a in left.iter().take(SPEAKERS) {
            for b in right.iter().take(SPEAKERS).filter(|b| self.file.pairs.admits(*a, **b)) {
                sum += self.bits(*a, *b)?;
                count += 1;
            }
        }
        let sizes = self.sizes.bits(left.len(), right.len(), self.file.model.same);
        let ages = (self.age(one), self.age(other));
        (count > 0).then(|| Join { bits: sum / f64::from(count) + sizes, one, other, ages })
    }

    fn bits(&mut self, one: u32, other: u32) -> Option<f64> {
        let key = (one.min(other), one.max(other));
        if let Some(found) = self.known.get(&key) {
            return Some(*found);
        }
        let found = self.file.score(&mut self.comparer, key.0, key.1)?.bits;
        self.known.insert(key, found);
        Some(found)
    }
}

//! Whole files: which records of one are the same person, and which of two.

use crate::block::{Passes, candidates, keys};
use crate::cluster::{self, Clusters};
use crate::compare::{Comparer, Comparison};
use crate::model::{Fit, Model, Pairs, Score};
use crate::names::NameRules;
use crate::person::Person;
use crate::prepared::{Prepared, Vocabulary, prepare};

/// Candidate pairs that are looked at, for each record.
const BUDGET: usize = 100;
/// The same for those that share one value alone.
const ALONE: usize = 60;
/// Candidates that learning looks at.
const LEARNT_FROM: usize = 2_000_000;
/// Pairs below so many bits are not kept.
const WORTH_KEEPING: f64 = -15.0;

/// A file whose weights were learned.
pub struct File {
    pub model: Model,
    pub vocabulary: Vocabulary,
    pub people: Vec<Prepared>,
    pub pairs: Pairs,
    /// The pairs that were looked at, by the places of their records, the smaller first.
    pub candidates: Vec<(u32, u32)>,
    pub scores: Vec<f64>,
}

impl File {
    /// One file that may hold people more than once.
    pub fn one(rules: &NameRules, people: &[Person], seed: u64) -> Self {
        Self::read(rules, people.iter(), Pairs::Within, seed)
    }

    /// Two files; only a record of the one and a record of the other are held against each other.
    pub fn two(rules: &NameRules, left: &[Person], right: &[Person], seed: u64) -> Self {
        Self::read(rules, left.iter().chain(right), Pairs::Between(left.len()), seed)
    }

    fn read<'p>(rules: &NameRules, people: impl Iterator<Item = &'p Person>, pairs: Pairs, seed: u64) -> Self {
        let mut vocabulary = Vocabulary::default();
        let people: Vec<Prepared> = people.map(|person| prepare(&mut vocabulary, rules, person)).collect();
        people.iter().for_each(|person| vocabulary.count(person, true));
        let keys: Vec<Vec<u64>> = people.iter().map(|person| keys(rules, &vocabulary, person, Passes::All)).collect();
        let candidates = candidates(&keys, pairs, BUDGET, ALONE);
        let mut comparer = Comparer::default();
        let mut compare = |(one, other): &(u32, u32)| Some(comparer.compare(&vocabulary, people.get(*one as usize)?, people.get(*other as usize)?));
        let step = candidates.len().div_ceil(LEARNT_FROM).max(1);
        let learnt: Vec<Comparison> = candidates.iter().step_by(step).filter_map(&mut compare).collect();
        let model = Fit { vocabulary: &vocabulary, people: &people, pairs, seed }.run(&learnt, step as f64);
        drop(learnt);
        let scored = |pair: &(u32, u32)| compare(pair).map(|comparison| (*pair, model.score(&comparison).bits));
        let (candidates, scores) = candidates.iter().filter_map(scored).filter(|(_, bits)| *bits >= WORTH_KEEPING).unzip();
        Self { model, vocabulary, people, pairs, candidates, scores }
    }

    /// What any two records are worth.
    pub fn score(&self, comparer: &mut Comparer, one: u32, other: u32) -> Option<Score> {
        let (one, other) = (self.people.get(one as usize)?, self.people.get(other as usize)?);
        Some(self.model.score(&comparer.compare(&self.vocabulary, one, other)))
    }

    /// Who is one, everything weighed together.
    pub fn clusters(&self) -> Clusters {
        cluster::clusters(self)
    }
}

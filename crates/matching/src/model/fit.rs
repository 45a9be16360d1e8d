//! Learning the weights from the data alone, by expectation and maximisation (Dempster, Laird, Rubin, 1977).
//!
//! All pairs of a file are far too many to look at, but almost all of them are strangers, and a sample tells how those
//! agree. Nearly all pairs of one person are among the candidates that share a key, and these tell how one person's two
//! records agree. So candidates teach the one side, the sample the other, and the share of pairs that are one person is
//! counted against all pairs, not against the candidates.

use super::{EXPECTED, FieldModel, HOME, Model, rarities};
use crate::compare::{Comparer, Comparison};
use crate::field::{FIELDS, Field, LEVELS, Level};
use crate::hash::Map;
use crate::prepared::{Prepared, Vocabulary};
use crate::random::Random;

/// Pairs of strangers that are looked at.
const SAMPLE: u64 = 400_000;
const ROUNDS: usize = 60;
/// Learning ends when the number of pairs of one person changes by less than this share.
const SETTLED: f64 = 1e-6;
/// What was expected counts as much as so many pairs.
const EXPECTED_PAIRS: f64 = 3.0;
/// Share of a stranger's pair added to each level, so that what was never met is rare and not impossible.
const UNSEEN: f64 = 0.5;

/// Which pairs there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pairs {
    /// Each two of one list.
    Within,
    /// Those before the place with those from it on.
    Between(usize),
}

impl Pairs {
    pub fn count(self, people: usize) -> f64 {
        let all = people as f64;
        match self {
            Pairs::Within => all * (all - 1.0) / 2.0,
            Pairs::Between(first) => first as f64 * (all - first as f64),
        }
    }

    pub fn admits(self, one: u32, other: u32) -> bool {
        match self {
            Pairs::Within => one != other,
            Pairs::Between(first) => ((one as usize) < first) != ((other as usize) < first),
        }
    }

    fn sample(self, people: usize, seed: u64) -> Vec<(u32, u32)> {
        let mut random = Random::new(seed);
        if self == Pairs::Within && self.count(people) <= SAMPLE as f64 * 2.0 {
            return (0..people as u32).flat_map(|one| (0..one).map(move |other| (other, one))).collect();
        }
        let draw = |random: &mut Random| match self {
            Pairs::Within => (random.below(people as u64) as u32, random.below(people as u64) as u32),
            Pairs::Between(first) => (random.below(first as u64) as u32, (first as u64 + random.below((people - first) as u64)) as u32),
        };
        (0..SAMPLE).map(|_| draw(&mut random)).filter(|(one, other)| self.admits(*one, *other)).collect()
    }
}

/// Levels as they were met, with how often.
type Patterns = Vec<([Option<Level>; FIELDS], f64)>;

/// What learning needs.
pub struct Fit<'d> {
    pub vocabulary: &'d Vocabulary,
    pub people: &'d [Prepared],
    pub pairs: Pairs,
    pub seed: u64,
}

/// Weighted counts of one field's levels.
type Counts = [[f64; LEVELS]; FIELDS];

impl Fit<'_> {
    /// Learns from candidates that hold nearly all pairs of one person, or from every so manieth of them.
    pub fn run(&self, candidates: &[Comparison], each_stands_for: f64) -> Model {
        let mut met = patterns(candidates.iter());
        met.iter_mut().for_each(|(_, count)| *count *= each_stands_for);
        let mut comparer = Comparer::default();
        let sampled: Vec<Comparison> = self
            .pairs
            .sample(self.people.len(), self.seed)
            .into_iter()
            .filter_map(|(one, other)| Some(comparer.compare(self.vocabulary, self.people.get(one as usize)?, self.people.get(other as usize)?)))
            .collect();
        let mut model = learn(&met, &patterns(sampled.iter()), self.pairs.count(self.people.len()), self.people.len() as f64);
        for (field, rarity) in model.fields.iter_mut().zip(rarities(self.vocabulary, self.people)) {
            field.rarity = rarity;
        }
        model.systems = self.vocabulary.systems.clone();
        model
    }
}

fn patterns<'c>(comparisons: impl Iterator<Item = &'c Comparison>) -> Patterns {
    let mut out: Map<[Option<Level>; FIELDS], f64> = Map::default();
    for comparison in comparisons {
        *out.entry(*comparison.levels()).or_default() += 1.0;
    }
    let mut out: Patterns = out.into_iter().collect();
    out.sort_by_key(|(levels, _)| *levels);
    out
}

/// The rounds. `all` pairs exist, of `people`; `met` are the candidates among them, `sampled` any of them.
pub(super) fn learn(met: &Patterns, sampled: &Patterns, all: f64, people: f64) -> Model {
    let mut model = start(sampled, all, people);
    let mut before = 0.0;
    for _ in 0..ROUNDS {
        let (mut same, mut home, mut strangers) = ([[0.0; LEVELS]; FIELDS], [[0.0; LEVELS]; FIELDS], [[0.0; LEVELS]; FIELDS]);
        let (mut pairs, mut at_home) = (0.0, 0.0);
        for (levels, count) in met {
            let [one, house, _] = model.shares(levels);
            add(&mut same, levels, one * count);
            add(&mut home, levels, house * count);
            pairs += one * count;
            at_home += house * count;
        }
        for (levels, count) in sampled {
            let [_, _, apart] = model.shares(levels);
            add(&mut strangers, levels, apart * count);
        }
        model.same = (pairs / all).clamp(1e-12, 0.5);
        model.home = (at_home / all).clamp(1e-12, 0.4);
        for ((((field, model), same), home), strangers) in Field::all().zip(model.fields.iter_mut()).zip(&same).zip(&home).zip(&strangers) {
            model.same = shares(same, &EXPECTED, EXPECTED_PAIRS);
            model.strangers = shares(strangers, &[1.0 / LEVELS as f64; LEVELS], UNSEEN * LEVELS as f64);
            model.home = match field {
                Field::Birth => twins(&model.strangers),
                _ if field.is_shared_at_home() => shares(home, &HOME, 10.0),
                _ => model.strangers,
            };
        }
        if (pairs - before).abs() <= SETTLED * pairs.max(1.0) {
            break;
        }
        before = pairs;
    }
    model
}

/// As if every pair of the sample were strangers.
fn start(sampled: &Patterns, all: f64, people: f64) -> Model {
    let mut strangers: Counts = [[0.0; LEVELS]; FIELDS];
    sampled.iter().for_each(|(levels, count)| add(&mut strangers, levels, *count));
    let field = |(field, counts): (Field, &[f64; LEVELS])| {
        let strangers = shares(counts, &[1.0 / LEVELS as f64; LEVELS], UNSEEN * LEVELS as f64);
        FieldModel { same: EXPECTED, strangers, home: home_start(field, strangers), rarity: 0.0 }
    };
    let share = (people / 8.0 / all.max(1.0)).clamp(1e-12, 0.1);
    Model { fields: Field::all().zip(&strangers).map(field).collect(), same: share, home: share / 4.0, systems: Vec::new() }
}

fn home_start(field: Field, strangers: [f64; LEVELS]) -> [f64; LEVELS] {
    match field {
        Field::Birth => twins(&strangers),
        _ if field.is_shared_at_home() => HOME,
        _ => strangers,
    }
}

/// Of two people of one household one pair in a hundred is of twins. This is not learned: a pair whose given name is unknown
/// would teach that people of one household are born on one day.
fn twins(strangers: &[f64; LEVELS]) -> [f64; LEVELS] {
    const TWINS: f64 = 0.01;
    let mut out = strangers.map(|share| share * (1.0 - TWINS));
    if let Some(same) = out.get_mut(Level::Same as usize) {
        *same += TWINS;
    }
    out
}

fn add(counts: &mut Counts, levels: &[Option<Level>; FIELDS], weight: f64) {
    for (counts, level) in counts.iter_mut().zip(levels) {
        if let Some(place) = level.and_then(|level| counts.get_mut(level as usize)) {
            *place += weight;
        }
    }
}

fn shares(counts: &[f64; LEVELS], expected: &[f64; LEVELS], weight: f64) -> [f64; LEVELS] {
    let all: f64 = counts.iter().sum::<f64>() + weight;
    let mut out = *counts;
    out.iter_mut().zip(expected).for_each(|(count, expected)| *count = ((*count + expected * weight) / all).max(1e-9));
    out
}

impl Model {
    /// How likely each explanation of a pair is: one person, one household, strangers.
    fn shares(&self, levels: &[Option<Level>; FIELDS]) -> [f64; 3] {
        let mut logs = [self.same.ln(), self.home.ln(), (1.0 - self.same - self.home).ln()];
        for (level, field) in levels.iter().zip(&self.fields) {
            let Some(level) = *level else { continue };
            for (log, list) in logs.iter_mut().zip([&field.same, &field.home, &field.strangers]) {
                *log += FieldModel::of(list, level).ln();
            }
        }
        let most = logs.iter().copied().fold(f64::MIN, f64::max);
        let odds = logs.map(|log| (log - most).exp());
        let all: f64 = odds.iter().sum();
        odds.map(|one| one / all)
    }
}

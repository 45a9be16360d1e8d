//! One person held against all who are known, while they are being typed: everything in memory, changed one by one.

mod packed;
mod postings;
#[cfg(test)]
mod tests;

use crate::block::{Passes, keys};
use crate::compare::Comparer;
use crate::explain::{Grade, Lines, Verdict, shares_a_number};
use crate::hash::Map;
use crate::model::Model;
use crate::names::NameRules;
use crate::person::Person;
use crate::prepared::{Prepared, Question, Texts, Vocabulary, prepare};
use packed::Arena;
use postings::Postings;
use serde::Serialize;

/// People who are looked at closely for one question.
const LOOKED_AT: usize = 800;
/// Once so many were found by rarer keys, a key that would bring more only tells more of those.
const CROWD: usize = 6_000;
/// A key of more people than this is left out if anything rarer led to somebody.
const MASS: usize = 12_000;
/// Who asks about a person may as well know as not know them.
const KNOWN: f64 = 0.5;

/// One who may be the person asked about.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Candidate {
    /// The caller's own number of the person.
    pub key: u64,
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// People in memory, some 250 bytes each.
#[derive(Clone, Debug, Default)]
pub struct Index {
    rules: NameRules,
    model: Model,
    lines: Lines,
    vocabulary: Vocabulary,
    arena: Arena,
    postings: Postings,
    /// The caller's number by place, and where the person stands in the arena; `GONE` where nobody is any more.
    slots: Vec<(u64, u32)>,
    by_key: Map<u64, u32>,
}

const GONE: u32 = u32::MAX;

/// How an index stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub people: usize,
    /// Roughly, without what the allocator adds.
    pub bytes: usize,
}

impl Index {
    pub fn new(rules: NameRules, model: Model) -> Self {
        let mut out = Self { rules, ..Self::default() };
        out.vocabulary.systems = model.systems.clone();
        out.model = model;
        out
    }

    /// Other lines between the grades than the usual ones.
    pub fn with_lines(mut self, lines: Lines) -> Self {
        self.lines = lines;
        self
    }

    /// Takes over weights that were learned since, perhaps from records that met the systems of numbers in another order.
    pub fn learn(&mut self, model: &Model) {
        self.model = model.in_order_of(&self.vocabulary.systems);
    }

    /// Whose numbers a warning or `Field::Identifier` speaks of.
    pub fn system(&self, place: u8) -> Option<&str> {
        self.vocabulary.systems.get(usize::from(place)).map(String::as_str)
    }

    /// Adds a person, or puts a changed one in the place of what was known under this number.
    pub fn put(&mut self, key: u64, person: &Person) {
        self.remove(key);
        let prepared = prepare(&mut self.vocabulary, &self.rules, person);
        self.vocabulary.count(&prepared, true);
        let slot = self.slots.len() as u32;
        for key in keys(&self.rules, &self.vocabulary, &prepared, Passes::Few) {
            self.postings.add(key, slot);
        }
        self.slots.push((key, self.arena.push(&prepared)));
        self.by_key.insert(key, slot);
    }

    /// Takes a person out; says whether there was one.
    pub fn remove(&mut self, key: u64) -> bool {
        let Some(slot) = self.by_key.remove(&key) else { return false };
        let Some((_, at)) = self.slots.get_mut(slot as usize) else { return false };
        let at = std::mem::replace(at, GONE);
        if let Some(person) = self.arena.get(at) {
            self.vocabulary.count(&person, false);
        }
        // Room is won back once more than half are gone, so that each change pays for little.
        if self.slots.len() > 1_024 && self.by_key.len() * 2 < self.slots.len() {
            self.compact();
        }
        true
    }

    fn compact(&mut self) {
        let (old, slots) = (std::mem::take(&mut self.arena), std::mem::take(&mut self.slots));
        (self.postings, self.by_key) = (Postings::default(), Map::default());
        for (key, at) in slots.into_iter().filter(|(_, at)| *at != GONE) {
            let Some(person) = old.get(at) else { continue };
            let slot = self.slots.len() as u32;
            for key in keys(&self.rules, &self.vocabulary, &person, Passes::Few) {
                self.postings.add(key, slot);
            }
            self.slots.push((key, self.arena.push(&person)));
            self.by_key.insert(key, slot);
        }
    }

    /// Who may be this person, the most probable first; at most `limit`, none that is certainly another.
    pub fn matches(&self, person: &Person, limit: usize) -> Vec<Candidate> {
        let mut question = Question::new(&self.vocabulary);
        let asked = prepare(&mut question, &self.rules, person);
        let slots = self.candidates(&question, &asked);
        self.judge(&question, &asked, slots.into_iter(), limit)
    }

    /// The same by looking at everybody: what `matches` is measured against.
    pub fn matches_slowly(&self, person: &Person, limit: usize) -> Vec<Candidate> {
        let mut question = Question::new(&self.vocabulary);
        let asked = prepare(&mut question, &self.rules, person);
        self.judge(&question, &asked, 0..self.slots.len() as u32, limit)
    }

    /// What is to be said of one who is known, whatever it is; nothing if nobody has this number.
    pub fn explain(&self, key: u64, person: &Person) -> Option<Verdict> {
        let mut question = Question::new(&self.vocabulary);
        let asked = prepare(&mut question, &self.rules, person);
        let (_, known) = self.at(*self.by_key.get(&key)?)?;
        let comparison = Comparer::default().compare(&question, &asked, &known);
        Some(Verdict::of(&self.model.for_question(self.by_key.len(), KNOWN), &self.lines, &comparison))
    }

    fn judge(&self, texts: &dyn Texts, asked: &Prepared, slots: impl Iterator<Item = u32>, limit: usize) -> Vec<Candidate> {
        let model = self.model.for_question(self.by_key.len(), KNOWN);
        let mut comparer = Comparer::default();
        let mut best: Vec<(f64, u64, crate::compare::Comparison)> = Vec::new();
        for slot in slots {
            let Some((key, person)) = self.at(slot) else { continue };
            let comparison = comparer.compare(texts, asked, &person);
            let bits = model.score(&comparison).bits;
            if bits >= self.lines.possible || shares_a_number(&comparison) {
                best.push((bits, key, comparison));
            }
        }
        best.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        best.truncate(limit);
        let verdict = |(_, key, comparison): (f64, u64, _)| Candidate { key, verdict: Verdict::of(&model, &self.lines, &comparison) };
        best.into_iter().map(verdict).filter(|candidate| candidate.verdict.grade != Grade::CertainlyNot).collect()
    }

    fn at(&self, slot: u32) -> Option<(u64, Prepared)> {
        let (key, at) = *self.slots.get(slot as usize)?;
        if at == GONE { None } else { Some((key, self.arena.get(at)?)) }
    }

    /// Those who share keys with the person asked about: the more keys and the rarer, the sooner they are looked at.
    fn candidates(&self, texts: &dyn Texts, asked: &Prepared) -> Vec<u32> {
        let mut lists: Vec<(usize, u64)> = keys(&self.rules, texts, asked, Passes::Few).into_iter().map(|key| (self.postings.count(key), key)).collect();
        lists.retain(|(count, _)| *count > 0);
        lists.sort_unstable();
        let all = self.slots.len().max(1) as f32;
        let mut found: Map<u32, f32> = Map::default();
        for (count, key) in lists {
            let worth = (all / count as f32).log2();
            if count > MASS && !found.is_empty() {
                break;
            }
            // A crowd only tells more of those whom something rarer has led to.
            let crowded = found.len() + count > CROWD && !found.is_empty();
            self.postings.each(key, |slot| {
                if crowded {
                    found.entry(slot).and_modify(|sum| *sum += worth);
                } else {
                    *found.entry(slot).or_default() += worth;
                }
            });
        }
        let mut found: Vec<(u32, f32)> = found.into_iter().collect();
        if found.len() > LOOKED_AT {
            found.select_nth_unstable_by(LOOKED_AT, |a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            found.truncate(LOOKED_AT);
        }
        found.into_iter().map(|(slot, _)| slot).collect()
    }

    pub fn standing(&self) -> Standing {
        let maps = self.by_key.capacity() * 17 + self.slots.capacity() * 16;
        Standing { people: self.by_key.len(), bytes: self.vocabulary.bytes() + self.arena.bytes() + self.postings.bytes() + maps }
    }
}

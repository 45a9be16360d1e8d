//! Keys that two records of one person are likely to share: only people who share one are compared.

use crate::hash::{Map, mix, of_text};
use crate::model::Pairs;
use crate::names::NameRules;
use crate::prepared::{NONE, Prepared, Texts, WordEntry};

/// How much is spent on finding candidates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passes {
    /// For one against millions, each key in memory.
    Few,
    /// For whole files.
    All,
}

/// A person's words in all names are paired; more words than this are not.
const MOST_WORDS: usize = 6;

fn key(pass: u8, parts: &[u64]) -> u64 {
    parts.iter().fold(mix(u64::from(pass) + 1), |hash, part| mix(hash.rotate_left(17) ^ part.wrapping_mul(0x9e37_79b9_7f4a_7c15))) & !ALONE
}

/// What stands for a word among keys: the names of the country's list that it is a spelling of, or sounds like one; else its
/// sound.
fn codes(rules: &NameRules, word: &WordEntry, out: &mut Vec<u64>) {
    let classes = if word.classes.is_empty() { rules.classes_sounding(&word.sound) } else { &word.classes };
    if classes.is_empty() {
        out.push(of_text(if word.sound.len() >= 2 { &word.sound } else { &word.text }));
    } else {
        out.extend(classes.iter().take(2).map(|class| u64::from(*class) + 1));
    }
}

/// Keys of one value alone are followed after all others; their last bit says so.
const ALONE: u64 = 1;

/// The keys of a person, each once.
pub fn keys(rules: &NameRules, vocabulary: &dyn Texts, person: &Prepared, passes: Passes) -> Vec<u64> {
    let mut out = Vec::new();
    let entries = |words: &[u32]| words.iter().filter_map(|word| vocabulary.word(*word)).collect::<Vec<_>>();
    let mut words: Vec<u64> = Vec::new();
    let mut given: Vec<u64> = Vec::new();
    for name in &person.names {
        entries(&name.given).into_iter().for_each(|word| codes(rules, word, &mut given));
        entries(&name.family).into_iter().for_each(|word| codes(rules, word, &mut words));
    }
    words.splice(0..0, given.iter().copied());
    words.dedup();
    words.truncate(MOST_WORDS);
    for (at, one) in words.iter().enumerate() {
        for other in words.iter().skip(at + 1).filter(|other| *other != one) {
            out.push(key(1, &[*one.min(other), *one.max(other)]));
        }
    }
    if let Some(birth) = person.birth {
        let (year, month, day) = (u64::from(birth.year), u64::from(birth.month), u64::from(birth.day));
        words.iter().for_each(|word| out.push(key(2, &[*word, year])));
        if birth.is_full() {
            let date = [year, month.min(day), month.max(day)];
            out.push(key(3, &date));
            words.iter().for_each(|word| out.push(key(4, &[*word, date[1], date[2]])));
        }
    }
    person.phones.iter().for_each(|phone| out.push(key(5, &[*phone])));
    person.numbers.iter().for_each(|(_, number)| out.push(key(6, &[*number])));
    for place in &person.places {
        let compact = |text: u32| if text == NONE { None } else { Some(of_text(&vocabulary.text(text).replace(' ', ""))) };
        if let (Some(street), Some(house)) = (compact(place.lines[0]), compact(place.house)) {
            out.push(key(7, &[street, house]));
        }
    }
    let parents = |list: &[u32]| {
        let mut codes_of = Vec::new();
        entries(list).into_iter().for_each(|word| codes(rules, word, &mut codes_of));
        codes_of
    };
    let (father, mother) = (parents(&person.father), parents(&person.mother));
    for (father, mother) in father.iter().flat_map(|father| mother.iter().map(move |mother| (father, mother))) {
        given.iter().for_each(|word| out.push(key(8, &[*father, *mother, *word])));
    }
    if passes == Passes::All {
        words.iter().for_each(|word| out.push(key(40, &[*word]) | ALONE));
        more_keys(vocabulary, person, &mut out);
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// Keys that would be too many for memory: beginnings of names, lines of addresses by themselves.
fn more_keys(vocabulary: &dyn Texts, person: &Prepared, out: &mut Vec<u64>) {
    let beginning = |words: &[u32]| {
        let text: String = words.iter().filter_map(|word| vocabulary.word(*word)).map(|word| &*word.text).collect();
        (!text.is_empty()).then(|| of_text(&text.chars().take(3).collect::<String>()))
    };
    let place = person.places.first().copied().unwrap_or_default();
    let compact = |text: u32| if text == NONE { None } else { Some(of_text(&vocabulary.text(text).replace(' ', ""))) };
    let [street, quarter, city] = place.lines.map(compact);
    let (house, postal) = (compact(place.house), compact(place.postal));
    let lines = [(house, 41), (street, 42), (quarter, 42), (city, 42), (postal, 43)];
    lines.into_iter().filter_map(|(text, pass)| Some(key(pass, &[text?]) | ALONE)).for_each(|alone| out.push(alone));
    let mut pair = |pass: u8, one: Option<u64>, other: Option<u64>| {
        if let (Some(one), Some(other)) = (one, other) {
            out.push(key(pass, &[one, other]));
        }
    };
    pair(20, house, postal);
    pair(21, house, city);
    pair(22, postal, city);
    pair(24, postal, person.birth.map(|birth| u64::from(birth.year)));
    for line in [street, quarter] {
        pair(23, line, Some(0));
    }
    for name in &person.names {
        let (given, family) = (beginning(&name.given), beginning(&name.family));
        pair(25, given.min(family), given.max(family));
        for begin in [given, family] {
            pair(26, begin, postal);
            pair(27, begin, city);
            pair(28, begin, house);
            pair(29, begin, person.birth.map(|birth| u64::from(birth.year) * 16 + u64::from(birth.month)));
        }
    }
}

/// Pairs that a small file may cost whatever its size.
const AT_LEAST: usize = 1_000_000;

/// Pairs that share a key. Rare keys are followed first, until so many pairs a person were met, so that work grows with the
/// number of people and not with its square: `budget` for the usual keys, then `alone` for those of one value.
pub fn candidates(keys: &[Vec<u64>], pairs: Pairs, budget: usize, alone: usize) -> Vec<(u32, u32)> {
    let mut members: Map<u64, Vec<u32>> = Map::default();
    for (person, keys) in keys.iter().enumerate() {
        for key in keys {
            members.entry(*key).or_default().push(person as u32);
        }
    }
    let mut lists: Vec<(u64, Vec<u32>)> = members.into_iter().filter(|(_, list)| list.len() > 1).collect();
    lists.sort_unstable_by_key(|(key, list)| (key & ALONE, list.len(), *key));
    let mut left = [budget, alone].map(|budget| keys.len().saturating_mul(budget).max(AT_LEAST));
    let mut out: Vec<u64> = Vec::new();
    for (key, list) in lists {
        let Some(left) = left.get_mut((key & ALONE) as usize) else { continue };
        let cost = list.len() * (list.len() - 1) / 2;
        // What follows would be the longest lists of their sort.
        *left = left.saturating_sub(cost);
        if *left == 0 {
            continue;
        }
        for (at, one) in list.iter().enumerate() {
            let others = list.iter().skip(at + 1).filter(|other| pairs.admits(*one, **other));
            out.extend(others.map(|other| u64::from(*one.min(other)) << 32 | u64::from(*one.max(other))));
        }
    }
    out.sort_unstable();
    out.dedup();
    out.into_iter().map(|pair| ((pair >> 32) as u32, pair as u32)).collect()
}

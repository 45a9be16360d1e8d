//! People in the form in which they are compared: every text once, folded, with how often it is met; a person is a few
//! numbers of texts.

use crate::field::SYSTEMS;
use crate::hash::Map;
use crate::names::{NameRules, Word, fold, sound};
use crate::person::{Address, Birth, Person, Sex};

/// Ways of writing, numbers and addresses beyond so many are left out, so that one person stays small.
const MOST: usize = 6;
/// Words of a parent's name, in all ways of writing it.
const MOST_WORDS: usize = 12;
/// No text.
pub const NONE: u32 = 0;

/// What a name word stands for; the same word may be all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Given,
    Family,
    Parent,
}

const ROLES: usize = 3;

#[derive(Clone, Debug, Default)]
pub struct WordEntry {
    pub text: Box<str>,
    pub sound: Box<str>,
    pub classes: Box<[u32]>,
    /// The word without its particle.
    pub bare: u32,
    counts: [u32; ROLES],
}

#[derive(Clone, Debug, Default)]
pub struct TextEntry {
    pub text: Box<str>,
    count: u32,
}

/// All texts that were met, with how many people have them.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    words: Vec<WordEntry>,
    by_word: Map<Box<str>, u32>,
    texts: Vec<TextEntry>,
    by_text: Map<Box<str>, u32>,
    classes: Map<u32, [u32; ROLES]>,
    people: [u32; ROLES],
    placed: u32,
    pub systems: Vec<String>,
}

/// One way of writing a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameWords {
    pub given: Vec<u32>,
    pub family: Vec<u32>,
}

/// An address; texts by number, `NONE` where nothing is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub house: u32,
    /// Street, quarter, city.
    pub lines: [u32; 3],
    pub postal: u32,
    pub region: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prepared {
    pub names: Vec<NameWords>,
    pub birth: Option<Birth>,
    pub sex: Option<Sex>,
    pub father: Vec<u32>,
    pub mother: Vec<u32>,
    pub phones: Vec<u64>,
    pub places: Vec<Place>,
    pub numbers: Vec<(u8, u64)>,
}

/// What is known of texts by their numbers.
pub trait Texts {
    fn word(&self, at: u32) -> Option<&WordEntry>;
    fn text(&self, at: u32) -> &str;
    /// How often another person has this name, as a share of all; in any of its spellings.
    fn share_of_word(&self, word: u32, role: Role) -> f32;
    fn share_of_text(&self, text: u32) -> f32;
}

/// Gives texts their numbers.
pub trait Intern {
    fn intern_word(&mut self, rules: &NameRules, word: &Word) -> u32;
    /// `folded` is not empty.
    fn intern_text(&mut self, folded: &str) -> u32;
    fn system(&mut self, system: &str) -> u8;
}

impl Texts for Vocabulary {
    fn word(&self, at: u32) -> Option<&WordEntry> {
        self.words.get(at as usize)
    }

    fn text(&self, at: u32) -> &str {
        self.texts.get(at as usize).map_or("", |entry| &entry.text)
    }

    fn share_of_word(&self, word: u32, role: Role) -> f32 {
        self.word(word).map_or(1.0, |entry| self.share_of_entry(entry, role))
    }

    fn share_of_text(&self, text: u32) -> f32 {
        share(self.texts.get(text as usize).map_or(0, |entry| entry.count), self.placed)
    }
}

impl Intern for Vocabulary {
    fn intern_word(&mut self, rules: &NameRules, word: &Word) -> u32 {
        if self.words.is_empty() {
            self.words.push(WordEntry::default());
        }
        if let Some(at) = self.by_word.get(word.text.as_str()) {
            return *at;
        }
        let bare = word.bare.as_ref().map_or(NONE, |bare| self.intern_word(rules, &Word { text: bare.clone(), bare: None }));
        let at = self.words.len() as u32;
        self.words.push(WordEntry::of(rules, &word.text, bare));
        self.by_word.insert(word.text.as_str().into(), at);
        at
    }

    fn intern_text(&mut self, folded: &str) -> u32 {
        if self.texts.is_empty() {
            self.texts.push(TextEntry::default());
        }
        if let Some(at) = self.by_text.get(folded) {
            return *at;
        }
        let at = self.texts.len() as u32;
        self.texts.push(TextEntry { text: folded.into(), count: 0 });
        self.by_text.insert(folded.into(), at);
        at
    }

    fn system(&mut self, system: &str) -> u8 {
        let at = self.systems.iter().position(|known| known == system).unwrap_or_else(|| {
            if self.systems.len() < SYSTEMS {
                self.systems.push(system.to_string());
            }
            self.systems.len() - 1
        });
        at as u8
    }
}

/// A vocabulary that is only read, with the texts of one question beside it.
pub struct Question<'v> {
    base: &'v Vocabulary,
    words: Vec<WordEntry>,
    texts: Vec<Box<str>>,
}

/// Texts of a question are numbered from here on.
const OWN: u32 = 1 << 31;

impl<'v> Question<'v> {
    pub fn new(base: &'v Vocabulary) -> Self {
        Self { base, words: Vec::new(), texts: Vec::new() }
    }
}

impl Texts for Question<'_> {
    fn word(&self, at: u32) -> Option<&WordEntry> {
        if at < OWN { self.base.word(at) } else { self.words.get((at - OWN) as usize) }
    }

    fn text(&self, at: u32) -> &str {
        if at < OWN { self.base.text(at) } else { self.texts.get((at - OWN) as usize).map_or("", |text| text) }
    }

    fn share_of_word(&self, word: u32, role: Role) -> f32 {
        self.word(word).map_or(1.0, |entry| self.base.share_of_entry(entry, role))
    }

    fn share_of_text(&self, text: u32) -> f32 {
        if text < OWN { self.base.share_of_text(text) } else { share(0, self.base.placed) }
    }
}

impl Intern for Question<'_> {
    fn intern_word(&mut self, rules: &NameRules, word: &Word) -> u32 {
        if let Some(at) = self.base.by_word.get(word.text.as_str()) {
            return *at;
        }
        let own = self.words.iter().position(|own| *own.text == *word.text);
        own.unwrap_or_else(|| {
            let bare = word.bare.as_ref().and_then(|bare| self.base.by_word.get(bare.as_str())).copied().unwrap_or(NONE);
            self.words.push(WordEntry::of(rules, &word.text, bare));
            self.words.len() - 1
        }) as u32
            + OWN
    }

    fn intern_text(&mut self, folded: &str) -> u32 {
        if let Some(at) = self.base.by_text.get(folded) {
            return *at;
        }
        let own = self.texts.iter().position(|own| **own == *folded);
        own.unwrap_or_else(|| {
            self.texts.push(folded.into());
            self.texts.len() - 1
        }) as u32
            + OWN
    }

    /// A system that nobody has agrees with nobody.
    fn system(&mut self, system: &str) -> u8 {
        self.base.systems.iter().position(|known| known == system).map_or(u8::MAX, |at| at as u8)
    }
}

impl WordEntry {
    fn of(rules: &NameRules, text: &str, bare: u32) -> Self {
        Self { text: text.into(), sound: sound(text).into(), classes: rules.classes_of(text).into(), bare, counts: [0; ROLES] }
    }
}

fn words_of(into: &mut impl Intern, rules: &NameRules, name: &str) -> Vec<u32> {
    let words = rules.words(name);
    let mut out: Vec<u32> = Vec::with_capacity(words.len());
    for word in &words {
        let at = into.intern_word(rules, word);
        if !out.contains(&at) {
            out.push(at);
        }
    }
    out
}

fn place(into: &mut impl Intern, rules: &NameRules, address: &Address) -> Place {
    let first = address.lines.first().map(String::as_str).unwrap_or_default();
    let (house, street) = house_and_street(first);
    let quarter = address.lines.iter().skip(1).map(String::as_str).collect::<Vec<_>>().join(" ");
    let mut text = |text: &str| {
        let folded = fold(text);
        if folded.is_empty() { NONE } else { into.intern_text(rules.place(&folded)) }
    };
    Place { house: text(house), lines: [text(street), text(&quarter), text(&address.city)], postal: text(&address.postal_code), region: text(&address.region) }
}

/// A person in the form in which they are compared. Their texts get numbers; nothing is counted.
pub fn prepare(into: &mut impl Intern, rules: &NameRules, person: &Person) -> Prepared {
    let mut out = Prepared { birth: person.birth, sex: person.sex, ..Prepared::default() };
    for name in person.names.iter().take(MOST) {
        let words = NameWords { given: words_of(into, rules, &name.given), family: words_of(into, rules, &name.family) };
        if !(words.given.is_empty() && words.family.is_empty() || out.names.contains(&words)) {
            out.names.push(words);
        }
    }
    out.father = person.father.iter().take(MOST).flat_map(|name| words_of(into, rules, name)).take(MOST_WORDS).collect();
    out.mother = person.mother.iter().take(MOST).flat_map(|name| words_of(into, rules, name)).take(MOST_WORDS).collect();
    out.phones = person.phones.iter().take(MOST).filter_map(|phone| rules.phone(phone)).map(|phone| pack(&phone)).collect();
    out.places = person.addresses.iter().take(MOST).map(|address| place(into, rules, address)).filter(|place| *place != Place::default()).collect();
    for identifier in person.identifiers.iter().take(MOST) {
        let value = fold(&identifier.value).replace(' ', "");
        if !value.is_empty() {
            out.numbers.push((into.system(&identifier.system), pack(&value)));
        }
    }
    out
}

impl Vocabulary {
    fn share_of_entry(&self, entry: &WordEntry, role: Role) -> f32 {
        let counted = |counts: &[u32; ROLES]| counts.get(role as usize).copied().unwrap_or_default();
        let classes = entry.classes.iter().filter_map(|class| self.classes.get(class)).map(counted);
        let count = classes.max().unwrap_or_else(|| counted(&entry.counts));
        share(count, self.people.get(role as usize).copied().unwrap_or_default())
    }

    /// Counts a person's words and texts, or with `more` false takes them off again.
    pub fn count(&mut self, person: &Prepared, more: bool) {
        let step = |count: &mut u32| *count = if more { count.saturating_add(1) } else { count.saturating_sub(1) };
        let mut roles = [Vec::new(), Vec::new(), Vec::new()];
        for name in &person.names {
            roles[Role::Given as usize].extend_from_slice(&name.given);
            roles[Role::Family as usize].extend_from_slice(&name.family);
        }
        roles[Role::Parent as usize].extend(person.father.iter().chain(&person.mother));
        for (role, words) in roles.iter_mut().enumerate() {
            words.sort_unstable();
            words.dedup();
            if !words.is_empty() {
                self.people.get_mut(role).map(step);
            }
            let mut classes: Vec<u32> = Vec::new();
            for word in words.iter() {
                let Some(entry) = self.words.get_mut(*word as usize) else { continue };
                entry.counts.get_mut(role).map(step);
                classes.extend_from_slice(&entry.classes);
            }
            classes.sort_unstable();
            classes.dedup();
            for class in classes {
                self.classes.entry(class).or_default().get_mut(role).map(step);
            }
        }
        let Some(place) = person.places.first() else { return };
        step(&mut self.placed);
        for text in place.lines.into_iter().chain([place.house, place.postal, place.region]).filter(|text| *text != NONE) {
            if let Some(entry) = self.texts.get_mut(text as usize) {
                step(&mut entry.count);
            }
        }
    }

    pub fn people(&self) -> u32 {
        self.people.iter().copied().max().unwrap_or_default()
    }

    /// Bytes that stand in memory, roughly.
    pub fn bytes(&self) -> usize {
        let words: usize = self.words.iter().map(|word| 2 * word.text.len() + word.sound.len() + 4 * word.classes.len() + 112).sum();
        let texts: usize = self.texts.iter().map(|text| 2 * text.text.len() + 64).sum();
        words + texts
    }
}

/// One of those counted is the person who is asked about; half of one stands for what was never met.
fn share(count: u32, all: u32) -> f32 {
    (count as f32 - 1.0).max(0.5) / (all as f32).max(1.0)
}

/// A house's number before or behind its street.
fn house_and_street(line: &str) -> (&str, &str) {
    let line = line.trim();
    let numbered = |word: &str| word.chars().next().is_some_and(|sign| sign.is_numeric());
    match line.split_once([' ', ',']) {
        Some((house, street)) if numbered(house) => (house, street),
        _ if numbered(line) => (line, ""),
        _ => ("", line),
    }
}

const SIGNS: u64 = 38;
/// How many signs a number keeps as they are.
const KEPT: usize = 12;
const TOO_LONG: u64 = 1 << 63;

/// Letters and digits as one number; a longer text as its hash, which only tells the same from the other.
pub fn pack(text: &str) -> u64 {
    let mut out = 0u64;
    for (at, sign) in text.bytes().enumerate() {
        let value = match sign {
            b'0'..=b'9' => sign - b'0' + 1,
            b'a'..=b'z' => sign - b'a' + 11,
            b'+' => 37,
            _ => return crate::hash::of_text(text) | TOO_LONG,
        };
        if at >= KEPT {
            return crate::hash::of_text(text) | TOO_LONG;
        }
        out = out * SIGNS + u64::from(value);
    }
    out
}

/// The text of a packed number, if it was kept.
pub fn unpack(number: u64) -> Option<String> {
    let mut left = (number & TOO_LONG == 0).then_some(number)?;
    let mut out = Vec::new();
    while left > 0 {
        let sign = (left % SIGNS) as u8;
        out.push(match sign {
            1..=10 => b'0' + sign - 1,
            11..=36 => b'a' + sign - 11,
            _ => b'+',
        });
        left /= SIGNS;
    }
    out.reverse();
    String::from_utf8(out).ok()
}

//! Names: words in any order, spellings, sounds, slips; given and family name exchanged.

use super::{Comparer, Comparison};
use crate::distance::{likeness, slips};
use crate::field::{Field, Level};
use crate::names::is_arabic;
use crate::prepared::{NameWords, Prepared, Role, Texts, WordEntry};

/// Words are somewhat like each other from here on.
const LIKE: f32 = 0.8;
/// An exchange of given and family name has to agree so much better before it is believed.
const EXCHANGE: u32 = 4;

/// How two lists of words agree, and the share of people of whom that is true by chance.
#[derive(Clone, Copy, Debug)]
struct Agreement {
    level: Level,
    rarity: f32,
}

impl Comparer {
    pub(super) fn compare_names(&mut self, vocabulary: &dyn Texts, left: &Prepared, right: &Prepared, out: &mut Comparison) {
        let mut best: Option<(u32, Comparison)> = None;
        for one in &left.names {
            for other in &right.names {
                let (cost, found) = self.compare_name(vocabulary, one, other);
                if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                    best = Some((cost, found));
                }
            }
        }
        if let Some((_, found)) = best {
            *out = found;
        }
        for (field, one, other) in [(Field::Father, &left.father, &right.father), (Field::Mother, &left.mother, &right.mother)] {
            if let Some(agreement) = self.lists(vocabulary, one, other, [Role::Parent, Role::Parent]) {
                out.set(field, agreement.level, agreement.rarity);
            }
        }
    }

    fn compare_name(&mut self, vocabulary: &dyn Texts, one: &NameWords, other: &NameWords) -> (u32, Comparison) {
        let given = self.lists(vocabulary, &one.given, &other.given, [Role::Given; 2]);
        let family = self.lists(vocabulary, &one.family, &other.family, [Role::Family; 2]);
        let cost = |agreement: &Option<Agreement>| agreement.map_or(5, |agreement| price(agreement.level));
        let straight = cost(&given) + cost(&family);
        let mut found = (straight, given, family, Level::Same);
        if straight > EXCHANGE {
            let first = self.lists(vocabulary, &one.given, &other.family, [Role::Given, Role::Family]);
            let second = self.lists(vocabulary, &one.family, &other.given, [Role::Family, Role::Given]);
            let exchanged = cost(&first) + cost(&second) + EXCHANGE;
            if exchanged < straight {
                found = (exchanged, first, second, Level::Exchanged);
            }
        }
        let mut out = Comparison::default();
        let (cost, given, family, order) = found;
        if let Some(agreement) = given {
            out.set(Field::Given, agreement.level, agreement.rarity);
        }
        if let Some(agreement) = family {
            out.set(Field::Family, agreement.level, agreement.rarity);
        }
        out.set(Field::NameOrder, order, 0.0);
        (cost, out)
    }

    /// Each word of the shorter list with the word of the other that it fits best.
    fn lists(&mut self, vocabulary: &dyn Texts, left: &[u32], right: &[u32], roles: [Role; 2]) -> Option<Agreement> {
        if left.is_empty() || right.is_empty() {
            return None;
        }
        if let ([one], [other]) = (left, right) {
            let level = self.word(vocabulary, *one, *other);
            return Some(Agreement { level, rarity: rarity(vocabulary, level, *one, *other, roles) });
        }
        let (short, long, roles) = if left.len() <= right.len() { (left, right, roles) } else { (right, left, [roles[1], roles[0]]) };
        let (mut worst, mut best, mut rare) = (Level::Same, Level::Different, 0.0);
        let mut taken = 0u32;
        for one in short {
            let free = long.iter().enumerate().filter(|(at, _)| taken & (1 << at) == 0);
            let Some((level, at, other)) = free.map(|(at, other)| (self.word(vocabulary, *one, *other), at, *other)).min() else { break };
            taken |= 1 << at;
            worst = worst.max(level);
            best = best.min(level);
            if level <= Level::Slips {
                rare += rarity(vocabulary, level, *one, other, roles);
            }
        }
        let level = match (worst, best) {
            _ if worst <= Level::Slips && short.len() == long.len() => worst,
            (_, Level::Same | Level::Spelling | Level::Sound | Level::Slip) => Level::Part,
            _ => worst,
        };
        Some(
            self.glued(vocabulary, left, right)
                .filter(|glued| *glued < level)
                .map_or(Agreement { level, rarity: rare }, |level| Agreement { level, rarity: rare }),
        )
    }

    /// A space more or less in a name is a slip like any other.
    fn glued(&self, vocabulary: &dyn Texts, left: &[u32], right: &[u32]) -> Option<Level> {
        if left.len() == right.len() {
            return None;
        }
        let text = |words: &[u32]| words.iter().filter_map(|word| vocabulary.word(*word)).map(|word| &*word.text).collect::<String>();
        match slips(&text(left), &text(right), 2) {
            0 | 1 => Some(Level::Slip),
            2 => Some(Level::Slips),
            _ => None,
        }
    }

    pub(super) fn word(&mut self, vocabulary: &dyn Texts, one: u32, other: u32) -> Level {
        if one == other {
            return Level::Same;
        }
        let key = (one.min(other), one.max(other));
        if let Some(level) = self.words.get(&key) {
            return *level;
        }
        let level = match (vocabulary.word(key.0), vocabulary.word(key.1)) {
            (Some(one), Some(other)) => word_level(vocabulary, key, one, other),
            _ => Level::Different,
        };
        self.words.insert(key, level);
        level
    }
}

fn word_level(vocabulary: &dyn Texts, key: (u32, u32), one: &WordEntry, other: &WordEntry) -> Level {
    let shared = |a: &WordEntry, b: &WordEntry| a.classes.iter().any(|class| b.classes.contains(class));
    if shared(one, other) {
        return Level::Spelling;
    }
    if one.sound == other.sound && one.sound.len() >= 2 {
        return Level::Sound;
    }
    // Two scripts have no letters in common; what can be compared is how they sound.
    let two_scripts = is_arabic(&one.text) != is_arabic(&other.text);
    let (a, b) = if two_scripts { (&*one.sound, &*other.sound) } else { (&*one.text, &*other.text) };
    let length = a.chars().count().min(b.chars().count());
    let apart = slips(a, b, 2);
    if apart <= 1 && length >= 3 {
        return Level::Slip;
    }
    let bare = |entry: &WordEntry, other_at: u32, other: &WordEntry| {
        entry.bare != crate::prepared::NONE && (entry.bare == other_at || vocabulary.word(entry.bare).is_some_and(|bare| shared(bare, other)))
    };
    if bare(one, key.1, other) || bare(other, key.0, one) {
        return Level::Part;
    }
    match likeness(a, b) {
        _ if apart <= 2 && length >= 5 => Level::Slips,
        like if like >= 0.9 && length >= 4 => Level::Slips,
        // An initial, or a name that was cut off.
        _ if length <= 4 && !two_scripts && (a.starts_with(b) || b.starts_with(a)) => Level::Part,
        like if like >= LIKE => Level::Near,
        _ => Level::Different,
    }
}

/// The share of people who have the more frequent of the two, as a power of two.
fn rarity(vocabulary: &dyn Texts, level: Level, one: u32, other: u32, roles: [Role; 2]) -> f32 {
    if level > Level::Part {
        return 0.0;
    }
    let [first, second] = roles;
    vocabulary.share_of_word(one, first).max(vocabulary.share_of_word(other, second)).log2()
}

/// What a level costs when ways of reading two names are held against each other.
fn price(level: Level) -> u32 {
    match level {
        Level::Same => 0,
        Level::Spelling => 1,
        Level::Sound | Level::Slip => 2,
        Level::Slips | Level::Part => 4,
        Level::Near => 7,
        _ => 10,
    }
}

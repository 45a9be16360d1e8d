//! Addresses: lines in each other's place, slips, words left out.

use super::{Comparer, Comparison};
use crate::distance::{likeness, slips};
use crate::field::{Field, Level};
use crate::prepared::{NONE, Place, Prepared, Texts};

/// Ways in which street, quarter and city may stand in each other's place.
const ORDERS: [[usize; 3]; 4] = [[0, 1, 2], [1, 0, 2], [0, 2, 1], [2, 1, 0]];
/// An exchange has to agree so much better before it is believed.
const EXCHANGE: u32 = 5;
const LINES: [Field; 3] = [Field::Street, Field::Quarter, Field::City];

/// A field of an address, how it agrees, and the text whose rarity counts.
type Part = (Field, Option<Level>, u32);

/// One way of reading two addresses.
struct Reading {
    cost: u32,
    parts: [Part; 6],
    order: Level,
}

/// One way of laying the lines of one address beside those of the other.
struct Order {
    cost: u32,
    lines: [(Option<Level>, u32); 3],
    order: Level,
}

impl Comparer {
    pub(super) fn compare_places(&mut self, vocabulary: &dyn Texts, left: &Prepared, right: &Prepared, out: &mut Comparison) {
        let mut best: Option<Reading> = None;
        for one in &left.places {
            for other in &right.places {
                let reading = self.place(vocabulary, one, other);
                if best.as_ref().is_none_or(|least| reading.cost < least.cost) {
                    best = Some(reading);
                }
            }
        }
        let Some(best) = best else { return };
        for (field, level, text) in best.parts {
            if let Some(level) = level {
                let rarity = if level <= Level::Slips && text != NONE { vocabulary.share_of_text(text).log2() } else { 0.0 };
                out.set(field, level, rarity);
            }
        }
        out.set(Field::AddressOrder, best.order, 0.0);
    }

    fn place(&mut self, vocabulary: &dyn Texts, one: &Place, other: &Place) -> Reading {
        let mut best: Option<Order> = None;
        for (at, order) in ORDERS.iter().enumerate() {
            let lines: [(Option<Level>, u32); 3] = std::array::from_fn(|line| {
                let theirs = order.get(line).and_then(|line| other.lines.get(*line)).copied().unwrap_or(NONE);
                let own = one.lines.get(line).copied().unwrap_or(NONE);
                (self.text(vocabulary, own, theirs), more_frequent(vocabulary, own, theirs))
            });
            let cost = lines.iter().map(|(level, _)| price(*level)).sum::<u32>() + if at == 0 { 0 } else { EXCHANGE };
            if best.as_ref().is_none_or(|least| cost < least.cost) {
                best = Some(Order { cost, lines, order: if at == 0 { Level::Same } else { Level::Exchanged } });
            }
            // Only what disagrees twice can be an exchange.
            if at == 0 && lines.iter().filter(|(level, _)| price(*level) >= 4).count() < 2 {
                break;
            }
        }
        let Order { mut cost, lines, order } = best.unwrap_or(Order { cost: 0, lines: [(None, NONE); 3], order: Level::Same });
        let mut parts = [(Field::House, None, NONE); 6];
        let short = [(Field::House, one.house, other.house), (Field::PostalCode, one.postal, other.postal), (Field::Region, one.region, other.region)];
        let mut places = parts.iter_mut();
        for ((field, (level, text)), place) in LINES.into_iter().zip(lines).zip(places.by_ref()) {
            *place = (field, level, text);
        }
        for ((field, own, theirs), place) in short.into_iter().zip(places) {
            let level = code(vocabulary, own, theirs);
            cost += price(level);
            *place = (field, level, more_frequent(vocabulary, own, theirs));
        }
        Reading { cost, parts, order }
    }

    fn text(&mut self, vocabulary: &dyn Texts, one: u32, other: u32) -> Option<Level> {
        if one == NONE || other == NONE {
            return None;
        }
        if one == other {
            return Some(Level::Same);
        }
        let key = (one.min(other), one.max(other));
        if let Some(level) = self.texts.get(&key) {
            return Some(*level);
        }
        let level = text_level(vocabulary.text(key.0), vocabulary.text(key.1));
        self.texts.insert(key, level);
        Some(level)
    }
}

fn more_frequent(vocabulary: &dyn Texts, one: u32, other: u32) -> u32 {
    if vocabulary.share_of_text(other) > vocabulary.share_of_text(one) { other } else { one }
}

fn text_level(one: &str, other: &str) -> Level {
    let (a, b) = (one.replace(' ', ""), other.replace(' ', ""));
    let length = a.chars().count().min(b.chars().count());
    match slips(&a, &b, 3) {
        0 => return Level::Slip,
        1 if length >= 3 => return Level::Slip,
        2 if length >= 5 => return Level::Slips,
        3 if length >= 9 => return Level::Slips,
        _ => {}
    }
    let words = |text: &'_ str| text.split(' ').filter(|word| word.len() > 2).map(str::to_owned).collect::<Vec<_>>();
    let (left, right) = (words(one), words(other));
    let common = left.iter().filter(|word| right.contains(word)).count();
    let fewest = left.len().min(right.len());
    match likeness(&a, &b) {
        like if like >= 0.92 => Level::Slips,
        _ if common > 0 && common == fewest && left.len() != right.len() => Level::Part,
        like if like >= 0.8 => Level::Near,
        _ => Level::Different,
    }
}

/// Numbers of houses, postal codes, short names of regions.
fn code(vocabulary: &dyn Texts, one: u32, other: u32) -> Option<Level> {
    if one == NONE || other == NONE {
        return None;
    }
    if one == other {
        return Some(Level::Same);
    }
    let (one, other) = (vocabulary.text(one), vocabulary.text(other));
    let length = one.len().min(other.len());
    Some(match slips(one, other, 2) {
        0 | 1 if length >= 2 => Level::Slip,
        2 if length >= 4 => Level::Slips,
        _ => Level::Different,
    })
}

fn price(level: Option<Level>) -> u32 {
    match level {
        Some(Level::Same) => 0,
        Some(Level::Slip) => 1,
        Some(Level::Slips) => 2,
        Some(Level::Part | Level::Near) => 5,
        Some(_) => 8,
        None => 4,
    }
}

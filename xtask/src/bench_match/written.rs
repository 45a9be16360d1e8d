//! How a true person comes to stand in a file: in one script or both, in one of many spellings, with what was at hand that
//! day.

use super::made::{Home, Life, phone};
use super::pack::{Drawn, Name, Pack};
use rihla_matching::random::Random;
use rihla_matching::{Address, Birth, Identifier, Person, PersonName, Sex};

/// One registration. `first`: a newborn has no given name yet.
pub fn written(pack: &Pack, random: &mut Random, home: &Home, life: &Life, first: bool) -> Person {
    let mut out = Person { birth: birth(random, life), ..Person::default() };
    out.sex = match random.below(100) {
        0..3 => None,
        3 => Some(if life.sex == Sex::Male { Sex::Female } else { Sex::Male }),
        _ => Some(life.sex),
    };
    names(pack, random, life, first, &mut out);
    let parent = |random: &mut Random, names: &Drawn<Name>, at: usize| vec![script(random, names.get(at))];
    if random.unit() < 0.6 {
        out.father = parent(random, &pack.male, life.father);
    }
    if random.unit() < 0.5 || (life.newborn && first) {
        out.mother = parent(random, &pack.female, life.mother);
    }
    if random.unit() < 0.75 {
        out.phones.push(number(random, home, life));
    }
    if random.unit() < 0.9 {
        out.addresses.push(address(pack, random, home));
    }
    identifiers(random, home, life, &mut out);
    out
}

fn names(pack: &Pack, random: &mut Random, life: &Life, first: bool, out: &mut Person) {
    let given = pack.given(life.sex);
    let exchanged = random.unit() < 0.02;
    let second = life.second.filter(|_| random.unit() < 0.65);
    let married = life.married.filter(|_| random.unit() < 0.1);
    let which = random.below(100);
    for arabic in [false, true] {
        if (arabic && which < 55) || (!arabic && which >= 85) {
            continue;
        }
        let mut word = |names: &Drawn<Name>, at: usize, family: bool| match names.get(at) {
            Some(name) if arabic => slip(random, &name.arabic),
            Some(name) => latin(pack, random, name, family),
            None => String::new(),
        };
        let mut name = PersonName { given: word(given, life.given, false), family: word(&pack.family, life.family, true) };
        if let Some(second) = second {
            name.given = format!("{} {}", name.given, word(given, second, false));
        }
        if let Some(married) = married {
            name.family = format!("{} {}", name.family, word(&pack.family, married, true));
        }
        if first && life.newborn {
            name.given = String::new();
        }
        if exchanged {
            std::mem::swap(&mut name.given, &mut name.family);
        }
        out.names.push(name);
    }
}

/// A spelling of the list, the frequent ones more often; an article there or not; now and then a slip.
fn latin(pack: &Pack, random: &mut Random, name: &Name, family: bool) -> String {
    let chance = random.unit();
    let at = ((chance * chance) * name.latin.len() as f64) as usize;
    let mut out = name.latin.get(at).cloned().unwrap_or_default();
    let article = pack.articles.first().cloned().unwrap_or_default();
    match random.below(100) {
        0..6 if family && !out.contains(' ') => out = format!("{article} {out}"),
        6..10 => out = out.replace([' ', '-'], ""),
        10..16 => out = out.to_uppercase(),
        _ => {}
    }
    slip(random, &out)
}

fn script(random: &mut Random, name: Option<&Name>) -> String {
    let Some(name) = name else { return String::new() };
    let at = (random.unit() * random.unit() * name.latin.len() as f64) as usize;
    if random.below(4) == 0 { name.arabic.clone() } else { name.latin.get(at).cloned().unwrap_or_default() }
}

/// In four words of a hundred a letter is left out, doubled, or exchanged with the next.
fn slip(random: &mut Random, word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    if random.unit() >= 0.04 || letters.len() < 4 {
        return word.to_string();
    }
    let at = random.below(letters.len() as u64 - 1) as usize;
    match random.below(3) {
        0 => {
            letters.remove(at);
        }
        1 => letters.insert(at, letters.get(at).copied().unwrap_or('a')),
        _ => letters.swap(at, at + 1),
    }
    letters.into_iter().collect()
}

fn birth(random: &mut Random, life: &Life) -> Option<Birth> {
    let (year, month, day) = life.birth;
    let full = Birth { year, month, day, about: 0 };
    let near = |random: &mut Random, by: u64| year - by as u16 + random.below(2 * by + 1) as u16;
    if !life.dated {
        return Some(match random.below(10) {
            0..5 => Birth { month: 0, day: 0, ..full },
            5..7 => Birth { month: 1, day: 1, ..full },
            _ => Birth { year: near(random, 3), month: 0, day: 0, about: 3 },
        });
    }
    match random.below(200) {
        0..4 => None,
        4..14 => Some(Birth { month: 0, day: 0, ..full }),
        14..17 if day <= 12 => Some(Birth { month: day, day: month, ..full }),
        17..20 => Some(Birth { day: 1 + random.below(28) as u8, ..full }),
        20..23 => Some(Birth { year: near(random, 1), ..full }),
        23..25 => Some(Birth { month: 1 + random.below(12) as u8, ..full }),
        _ => Some(full),
    }
}

fn number(random: &mut Random, home: &Home, life: &Life) -> String {
    let own = life.phone.as_ref().filter(|_| random.unit() < 0.7).unwrap_or(&home.phone);
    match random.below(100) {
        0..8 => phone(random),
        8..10 => wrong_sign(random, own),
        10..20 => format!("+212 {}", own.trim_start_matches('0')),
        _ => own.clone(),
    }
}

fn wrong_sign(random: &mut Random, number: &str) -> String {
    let at = 1 + random.below(number.len() as u64 - 1) as usize;
    let digit = char::from_digit(random.below(10) as u32, 10).unwrap_or('0');
    number.chars().enumerate().map(|(place, sign)| if place == at { digit } else { sign }).collect()
}

fn address(pack: &Pack, random: &mut Random, home: &Home) -> Address {
    // One in ten has moved since.
    let moved = random.unit() < 0.1;
    let city = if moved { pack.cities.draw(random) } else { home.city };
    let city = pack.cities.get(city).map(|names| if random.below(5) == 0 { names[1].clone() } else { names[0].clone() }).unwrap_or_default();
    let latin = |name: Option<&Name>| name.and_then(|name| name.latin.first()).cloned().unwrap_or_default();
    let mut out = Address { city, ..Address::default() };
    if random.unit() < 0.6 {
        let (given, family) = if moved { (pack.male.draw(random), pack.family.draw(random)) } else { home.street };
        let house = if moved { 1 + random.below(250) } else { home.house };
        let street = slip(random, &format!("rue {} {}", latin(pack.male.get(given)), latin(pack.family.get(family))));
        let quarter = if random.below(2) == 0 { format!("Hay {}", latin(pack.male.get(home.quarter))) } else { String::new() };
        out.lines = vec![format!("{house} {street}"), if moved { String::new() } else { quarter }];
    }
    out
}

/// Papers that were at hand: one's own card, a parent's on a child, the household's insured number.
fn identifiers(random: &mut Random, home: &Home, life: &Life, out: &mut Person) {
    let mut add = |system: &str, value: String| out.identifiers.push(Identifier { system: system.into(), value });
    match (&life.card, &life.parent_card) {
        (Some(card), _) if random.unit() < 0.7 => add("card", if random.below(50) == 0 { wrong_sign(random, card) } else { card.clone() }),
        (None, Some(parent)) if random.unit() < 0.3 => add("card", parent.clone()),
        _ => {}
    }
    if random.unit() < 0.4 {
        add("insured", home.insured.clone());
    }
}

use super::*;
use crate::names::Writing;
use crate::person::{Address, Birth, Identifier, PersonName, Sex};
use crate::random::Random;

const GIVEN: [&str; 24] = [
    "Mohamed",
    "Mohammed",
    "محمد",
    "Fatima",
    "فاطمة",
    "Youssef",
    "Yusuf",
    "Khadija",
    "خديجة",
    "Rachid",
    "Hicham",
    "Samira",
    "Nadia",
    "Karim",
    "Omar",
    "Ali",
    "Leila",
    "Zineb",
    "Hassan",
    "Houria",
    "Amine",
    "Salma",
    "Tarik",
    "Wafaa",
];
const FAMILY: [&str; 16] = [
    "El Idrissi",
    "Idrissi",
    "الإدريسي",
    "Benali",
    "Ben Ali",
    "Tazi",
    "Bennani",
    "Berrada",
    "Chraibi",
    "Ouazzani",
    "Alaoui",
    "Skalli",
    "Fassi",
    "Lahlou",
    "Kettani",
    "Naciri",
];

fn rules() -> NameRules {
    let list = |words: &[&str]| words.iter().map(|word| (*word).to_string()).collect();
    let writing = Writing { articles: list(&["el", "al", "ال"]), particles: list(&["ben", "بن"]), ..Writing::default() };
    NameRules::new(&writing, [["محمد", "Mohamed", "Mohammed"]])
}

fn any(random: &mut Random) -> Person {
    let pick = |random: &mut Random, list: &[&str]| list[random.below(list.len() as u64) as usize].to_string();
    // Few enough to be met twice, and none a slip away from another.
    let number = |below: u64, random: &mut Random| crate::hash::mix(random.below(below)) % 100_000_000;
    Person {
        names: vec![PersonName { given: pick(random, &GIVEN), family: pick(random, &FAMILY) }],
        birth: (random.below(10) > 0).then(|| Birth {
            year: 1950 + random.below(60) as u16,
            month: 1 + random.below(12) as u8,
            day: 1 + random.below(28) as u8,
            about: 0,
        }),
        sex: (random.below(5) > 0).then(|| if random.below(2) == 0 { Sex::Female } else { Sex::Male }),
        phones: if random.below(3) > 0 { vec![format!("06{:08}", number(400, random))] } else { vec![] },
        identifiers: if random.below(3) > 0 { vec![Identifier { system: "card".into(), value: format!("AB{:08}", number(900, random)) }] } else { vec![] },
        addresses: vec![Address {
            lines: vec![format!("{} rue {}", random.below(30), pick(random, &FAMILY))],
            city: pick(random, &["Fès", "Salé", "Oujda"]),
            ..Address::default()
        }],
        ..Person::default()
    }
}

/// Somebody of whom two things are not as they were.
fn changed(random: &mut Random, person: &Person) -> Person {
    let mut out = person.clone();
    for _ in 0..2 {
        let other = any(random);
        match random.below(6) {
            0 => out.names = other.names,
            1 => out.birth = other.birth,
            2 => out.phones = other.phones,
            3 => out.identifiers = other.identifiers,
            4 => out.addresses = other.addresses,
            _ => out.sex = other.sex,
        }
    }
    out
}

fn filled(people: u64, random: &mut Random) -> Index {
    let mut index = Index::new(rules(), Model::default());
    for key in 0..people {
        index.put(key, &any(random));
    }
    index
}

#[test]
fn the_index_finds_what_looking_at_everybody_finds() {
    let mut random = Random::new(3);
    let people: Vec<Person> = (0..1_500).map(|_| any(&mut random)).collect();
    let mut index = Index::new(rules(), Model::default());
    people.iter().zip(0..).for_each(|(person, key)| index.put(key, person));
    let (mut found, mut missed) = (0, 0);
    for person in people.iter().step_by(10) {
        let person = changed(&mut random, person);
        let (quick, slow) = (index.matches(&person, 20), index.matches_slowly(&person, 20));
        for candidate in slow.iter().filter(|candidate| candidate.verdict.bits > 0.0) {
            found += 1;
            missed += usize::from(!quick.contains(candidate));
        }
        assert!(quick.iter().all(|candidate| slow.len() == 20 || slow.contains(candidate)), "nobody whom looking at everybody would not find");
    }
    assert!(found > 70 && missed == 0, "{missed} of {found}");
}

#[test]
fn who_is_put_in_is_found_and_who_is_taken_out_is_not() {
    let mut random = Random::new(4);
    let mut index = filled(800, &mut random);
    let person = any(&mut random);
    index.put(9_000, &person);
    assert_eq!(index.matches(&person, 5).first().map(|candidate| candidate.key), Some(9_000));
    let other = Person { names: vec![PersonName { given: "Zoubida".into(), family: "Xerxes".into() }], birth: Birth::parse("1931-07-08"), ..Person::default() };
    index.put(9_000, &other);
    assert!(index.matches(&person, 50).iter().all(|candidate| candidate.key != 9_000), "what was known before is not known any more");
    assert_eq!(index.matches(&other, 5).first().map(|candidate| candidate.key), Some(9_000));
    assert!(index.remove(9_000) && !index.remove(9_000));
    assert!(index.matches(&other, 50).iter().all(|candidate| candidate.key != 9_000));
    assert_eq!(index.standing().people, 800);
}

/// Changing everybody again and again leaves the answers and the memory of an index that was filled once.
#[test]
fn room_is_won_back() {
    let people: Vec<Person> = {
        let mut random = Random::new(5);
        (0..1_200).map(|_| any(&mut random)).collect()
    };
    let mut once = Index::new(rules(), Model::default());
    people.iter().zip(0..).for_each(|(person, key)| once.put(key, person));
    let mut often = Index::new(rules(), Model::default());
    for round in 0..6 {
        for (person, key) in people.iter().cycle().skip(if round == 5 { 0 } else { round }).zip(0..1_200) {
            often.put(key, person);
        }
    }
    for person in people.iter().step_by(37) {
        assert_eq!(once.matches(person, 10), often.matches(person, 10));
    }
    assert!(often.slots.len() <= 2 * 1_200 + 1, "{} places for 1,200 people", often.slots.len());
}

#[test]
fn a_question_leaves_nothing_behind() {
    let mut random = Random::new(6);
    let index = filled(300, &mut random);
    let before = index.standing();
    for at in 0..50 {
        let strange = Person { names: vec![PersonName { given: format!("Xq{at}zz"), family: format!("Wv{at}") }], ..any(&mut random) };
        index.matches(&strange, 5);
    }
    assert_eq!(index.standing(), before);
}

#[test]
fn an_empty_index_and_an_empty_question_answer_nobody() {
    let mut random = Random::new(7);
    assert!(Index::new(rules(), Model::default()).matches(&any(&mut random), 5).is_empty());
    assert!(filled(50, &mut random).matches(&Person::default(), 5).is_empty());
}

//! The sets of the index against a look at each card.

use super::card::Card;
use super::index::{Index, Tiers};
use super::question::{How, Question};
use super::{NameRules, Particles, PhoneRules};
use proptest::prelude::*;
use rihla_kernel::SiteId;

const WORDS: [&str; 20] = [
    "mohamed",
    "mohammed",
    "محمد",
    "hamed",
    "el",
    "al",
    "idrissi",
    "elidrissi",
    "ادريسي",
    "الادريسي",
    "ben",
    "bin",
    "ali",
    "benali",
    "abd",
    "allah",
    "abdellah",
    "الله",
    "عبد",
    "m",
];

fn rules() -> NameRules {
    let list = |texts: &[&str]| texts.iter().map(|text| (*text).to_string()).collect();
    let particles = Particles { articles: list(&["el", "al", "ال"]), others: list(&["ben", "abd", "عبد"]) };
    let classes =
        [vec!["محمد", "Mohamed", "Mohammed", "M'hamed"], vec!["الإدريسي", "El Idrissi"], vec!["عبد الله", "Abdellah", "Abd Allah"], vec!["ben", "bin"]];
    NameRules::new(&particles, PhoneRules::default(), classes)
}

fn word() -> impl Strategy<Value = String> {
    // Whole words, beginnings of them, and slips.
    (0..WORDS.len(), 0usize..12, 0u8..6).prop_map(|(at, cut, change)| {
        let letters: Vec<char> = WORDS[at].chars().collect();
        match change {
            0 => letters.iter().take(cut.max(1)).collect(),
            1 => letters.iter().enumerate().filter(|(at, _)| *at != cut).map(|(_, letter)| *letter).collect(),
            2 => letters.iter().enumerate().flat_map(|(at, letter)| std::iter::repeat_n(*letter, if at == cut { 2 } else { 1 })).collect(),
            _ => letters.into_iter().collect(),
        }
    })
}

proptest! {
    #[test]
    fn sets_hold_whom_a_look_at_each_card_finds(
        people in prop::collection::vec((prop::collection::vec(word(), 1..5), 1970u32..1973), 1..30),
        typed in prop::collection::vec(word(), 1..4), year in prop::option::of(1970u32..1974),
    ) {
        let cards: Vec<Card> = people.into_iter().map(|(words, year)| {
            let mut words: Vec<Box<str>> = words.into_iter().filter(|word| !word.is_empty()).map(Into::into).collect();
            words.sort_unstable();
            words.dedup();
            Card { words, birth: year * 10_000 + 101, ..Card::default() }
        }).collect();
        let mut index = Index::at(0);
        for (at, card) in cards.iter().enumerate() {
            let person = index.push(at as u32 + 1, (1, SiteId(1)));
            index.add(person, card);
        }
        let text = format!("{} {}", typed.join(" "), year.map(|year| year.to_string()).unwrap_or_default());
        for question in Question::readings(&text, &rules()) {
            let numbers = vec![None; question.units.len()];
            let parts = index.parts(&question, &numbers);
            let Tiers(tiers) = index.find(&parts, None);
            let look = |near: bool, upto: How| -> Vec<u32> {
                let fits = |card: &Card| question.units.iter().all(|unit| unit.matched(card, near).is_some_and(|(how, _)| how <= upto || how == How::Birth));
                (0..cards.len()).filter(|at| !question.units.is_empty() && fits(&cards[*at])).map(|at| at as u32).collect()
            };
            let found = |at: usize| tiers.get(at).map(|set| set.iter().collect::<Vec<_>>()).unwrap_or_default();
            prop_assert_eq!(found(0), look(false, How::Exact), "exact {:?}", text);
            prop_assert_eq!(found(1), look(false, How::Same), "same {:?}", text);
            prop_assert_eq!(found(3), look(false, How::Phone), "all {:?}", text);
            let near = index.find_near(&question, &parts, None).iter().collect::<Vec<_>>();
            prop_assert_eq!(near, look(true, How::Phone), "near {:?}", text);
        }
    }
}

#[test]
fn a_number_is_written_in_several_ways() {
    let phone = PhoneRules { country: "212".into(), trunk: "0".into(), abroad: "00".into() };
    for typed in ["0612", "+212612", "00212 612", "+212 (0)612", "212612"] {
        let ways = phone.ways(typed);
        assert!(["0612", "212612"].iter().all(|way| ways.iter().any(|own| own == way)), "{typed}: {ways:?}");
    }
    assert_eq!(PhoneRules::default().ways("06 12"), ["0612"]);
}

#[test]
fn a_scope_of_few_patients_is_the_same_looked_up_or_gone_through() {
    let mut index = Index::at(0);
    // Keys are not in the order of rows once records were changed.
    for row in 0..50_000u32 {
        index.push(row + 1, (row.wrapping_mul(7_919) % 30_000 + 1, SiteId((row % 3) as u16)));
    }
    let patients: roaring::RoaringBitmap = [1, 17, 29_999, 30_000, 30_001, 4].into_iter().collect();
    let allows = |res, site: SiteId| patients.contains(res) && site != SiteId(1);
    let mut through = roaring::RoaringBitmap::new();
    index.extend_allowed(0, allows, &mut through);
    assert!(through.len() > 3);
    assert_eq!(index.allowed_of(&patients, allows), through);
}

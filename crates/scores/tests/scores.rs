//! Every cut-point on both sides, and that nothing is scored of what is missing.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::unwrap_used, reason = "a test")]

use proptest::prelude::*;
use rihla_scores::{Bar, Given, Kind, Lack, Level, Number, Person, Score, Scores, Values, reckon};

fn scores() -> Scores {
    Scores::shipped().unwrap_or_else(|faults| panic!("{faults:#?}"))
}

const ADULT: Person = Person { years: Some(40), pregnant: None };

fn given(text: &str) -> Given {
    Number::parse(text).map_or_else(|| Given::Choice(text.to_owned()), Given::Number)
}

fn values(pairs: &[(&str, &str)]) -> Values {
    // Choices of some scores are digits: what an item takes decides.
    pairs.iter().map(|(code, value)| ((*code).to_owned(), if *code == "spo2-scale" { Given::Choice((*value).to_owned()) } else { given(value) })).collect()
}

/// Somebody who has no point.
const WELL: [(&str, &str); 7] =
    [("respiration", "16"), ("spo2", "98"), ("oxygen", "air"), ("systolic", "125"), ("pulse", "70"), ("consciousness", "A"), ("temperature", "37.0")];

fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    WELL.iter().filter(|(code, _)| !changes.iter().any(|(changed, _)| changed == code)).chain(changes).copied().collect()
}

/// SCORE-1: Royal College of Physicians, NEWS2, 2017: each boundary of each parameter on both sides.
#[test]
fn news2_has_the_published_cut_points() {
    let scores = scores();
    let news2 = scores.score("news2").expect("NEWS2");
    let table: [(&str, &[(&str, i32)]); 5] = [
        ("respiration", &[("0", 3), ("8", 3), ("9", 1), ("11", 1), ("12", 0), ("20", 0), ("21", 2), ("24", 2), ("25", 3), ("60", 3)]),
        ("spo2", &[("50", 3), ("91", 3), ("92", 2), ("93", 2), ("94", 1), ("95", 1), ("96", 0), ("100", 0)]),
        ("systolic", &[("40", 3), ("90", 3), ("91", 2), ("100", 2), ("101", 1), ("110", 1), ("111", 0), ("219", 0), ("220", 3), ("300", 3)]),
        ("pulse", &[("20", 3), ("40", 3), ("41", 1), ("50", 1), ("51", 0), ("90", 0), ("91", 1), ("110", 1), ("111", 2), ("130", 2), ("131", 3), ("250", 3)]),
        (
            "temperature",
            &[
                ("30.0", 3),
                ("35.0", 3),
                ("35.1", 1),
                ("36.0", 1),
                ("36.1", 0),
                ("38.0", 0),
                ("38.1", 1),
                ("39.0", 1),
                ("39.1", 2),
                ("42.5", 2),
                ("35.04", 3),
                ("35.05", 1),
                ("39.05", 2),
            ],
        ),
    ];
    for (code, rows) in table {
        for (value, points) in rows {
            assert_eq!(reckon(news2, &values(&with(&[(code, value)])), ADULT).total(), Some(*points), "{code} {value}");
        }
    }
    for (value, points) in [("A", 0), ("C", 3), ("V", 3), ("P", 3), ("U", 3)] {
        assert_eq!(reckon(news2, &values(&with(&[("consciousness", value)])), ADULT).total(), Some(points), "{value}");
    }
    assert_eq!(reckon(news2, &values(&with(&[("oxygen", "oxygen")])), ADULT).total(), Some(2));
}

/// SCORE-2: scale 2, on air and with oxygen.
#[test]
fn news2_reads_scale_two_only_where_it_was_set() {
    let scores = scores();
    let news2 = scores.score("news2").expect("NEWS2");
    let both = [("83", 3), ("84", 2), ("85", 2), ("86", 1), ("87", 1), ("88", 0), ("92", 0)];
    let rows = |more: &[(&'static str, i32)]| both.iter().chain(more).copied().collect::<Vec<_>>();
    for (oxygen, own, rows) in [
        ("air", 0, rows(&[("93", 0), ("94", 0), ("95", 0), ("96", 0), ("97", 0), ("100", 0)])),
        ("oxygen", 2, rows(&[("93", 1), ("94", 1), ("95", 2), ("96", 2), ("97", 3), ("100", 3)])),
    ] {
        for (value, points) in rows {
            let told = reckon(news2, &values(&with(&[("spo2-scale", "2"), ("oxygen", oxygen), ("spo2", value)])), ADULT).total();
            assert_eq!(told, Some(points + own), "{value} with {oxygen}");
        }
    }
    let without = WELL.iter().filter(|(code, _)| *code != "oxygen").copied().chain([("spo2-scale", "2")]).collect::<Vec<_>>();
    let told = reckon(news2, &values(&without), ADULT);
    let lacking: Vec<&str> = told.lacking().map(|(item, _)| item.code.as_str()).collect();
    assert_eq!((told.total(), lacking), (None, vec!["spo2", "oxygen"]), "on scale 2 nobody knows what 94 means without the oxygen");
}

/// SCORE-3: thresholds and frequency of the same publication.
#[test]
fn news2_says_how_often_to_look_again() {
    let scores = scores();
    let news2 = scores.score("news2").expect("NEWS2");
    let of = |changes: &[(&str, &str)]| {
        let told = reckon(news2, &values(&with(changes)), ADULT);
        let band = told.band().expect("a band");
        (told.total().expect("a total"), band.level, band.every)
    };
    assert_eq!(of(&[]), (0, Level::None, Some(720)));
    assert_eq!(of(&[("pulse", "91")]), (1, Level::Low, Some(360)));
    assert_eq!(of(&[("pulse", "111"), ("oxygen", "oxygen")]), (4, Level::Low, Some(360)));
    assert_eq!(of(&[("consciousness", "C")]), (3, Level::LowMedium, Some(60)));
    assert_eq!(of(&[("consciousness", "C"), ("pulse", "91")]), (4, Level::LowMedium, Some(60)));
    assert_eq!(of(&[("pulse", "111"), ("oxygen", "oxygen"), ("temperature", "38.5")]), (5, Level::Medium, Some(60)));
    assert_eq!(of(&[("pulse", "131"), ("consciousness", "C")]), (6, Level::Medium, Some(60)));
    assert_eq!(of(&[("pulse", "131"), ("consciousness", "C"), ("temperature", "38.5")]), (7, Level::High, Some(0)));
    assert_eq!(
        of(&[
            ("respiration", "25"),
            ("spo2", "80"),
            ("oxygen", "oxygen"),
            ("systolic", "80"),
            ("pulse", "140"),
            ("consciousness", "U"),
            ("temperature", "34.9")
        ])
        .0,
        20
    );
}

/// SCORE-4
#[test]
fn news2_is_for_nobody_under_sixteen_nor_with_child() {
    let scores = scores();
    let news2 = scores.score("news2").expect("NEWS2");
    let of = |person| {
        let told = reckon(news2, &values(&WELL), person);
        (told.total(), told.bars)
    };
    assert_eq!(of(Person { years: Some(15), pregnant: None }), (None, vec![Bar::TooYoung(16)]));
    assert_eq!(of(Person { years: Some(16), pregnant: Some(false) }), (Some(0), vec![]));
    assert_eq!(of(Person { years: Some(30), pregnant: Some(true) }), (None, vec![Bar::Pregnant]));
    assert_eq!(of(Person::default()), (None, vec![Bar::AgeUnknown]));
}

/// SCORE-5: Teasdale and Jennett 1974.
#[test]
fn glasgow_has_its_bands() {
    let scores = scores();
    let glasgow = scores.score("glasgow").expect("Glasgow");
    assert_eq!(glasgow.range(), (3, 15));
    let of = |eyes: &str, verbal: &str, motor: &str| {
        let values = [("eyes", eyes), ("verbal", verbal), ("motor", motor)].map(|(code, choice)| (code.to_owned(), Given::Choice(choice.to_owned())));
        let told = reckon(glasgow, &values.into_iter().collect(), ADULT);
        (told.total().expect("a total"), told.band().expect("a band").level)
    };
    for (choices, told) in [
        (("4", "5", "6"), (15, Level::Low)),
        (("3", "4", "6"), (13, Level::Low)),
        (("3", "4", "5"), (12, Level::Medium)),
        (("2", "2", "5"), (9, Level::Medium)),
        (("2", "2", "4"), (8, Level::High)),
        (("1", "1", "1"), (3, Level::High)),
    ] {
        assert_eq!(of(choices.0, choices.1, choices.2), told);
    }
}

/// SCORE-5: Sepsis-3, JAMA 2016, and Norton 1962.
#[test]
fn qsofa_and_norton_turn_at_their_thresholds() {
    let scores = scores();
    let qsofa = scores.score("qsofa").expect("qSOFA");
    let of = |respiration, systolic, glasgow| {
        let told = reckon(qsofa, &values(&[("respiration", respiration), ("systolic", systolic), ("glasgow", glasgow)]), ADULT);
        (told.total().expect("a total"), told.band().expect("a band").level)
    };
    assert_eq!(of("21", "101", "15"), (0, Level::Low));
    assert_eq!(of("22", "101", "15"), (1, Level::Low));
    assert_eq!(of("22", "100", "15"), (2, Level::High));
    assert_eq!(of("21", "101", "14"), (1, Level::Low));
    assert_eq!(of("22", "100", "14"), (3, Level::High));
    let norton = scores.score("norton").expect("Norton");
    assert_eq!(norton.range(), (5, 20));
    let norton_of = |choices: [&str; 5]| {
        let codes = ["physical", "mental", "activity", "mobility", "incontinence"];
        let values = codes.into_iter().zip(choices).map(|(code, choice)| (code.to_owned(), Given::Choice(choice.to_owned()))).collect();
        let told = reckon(norton, &values, ADULT);
        (told.total().expect("a total"), told.band().expect("a band").level)
    };
    assert_eq!(norton_of(["3", "3", "3", "3", "3"]), (15, Level::None));
    assert_eq!(norton_of(["3", "3", "3", "3", "2"]), (14, Level::Medium));
}

/// SCORE-6
#[test]
fn a_value_beyond_the_scale_or_of_another_kind_has_no_points() {
    let scores = scores();
    let lacks = |id: &str, pairs: &[(&str, &str)]| reckon(scores.score(id).expect("a score"), &values(pairs), ADULT).lacking().next().map(|(_, lack)| lack);
    assert_eq!(lacks("pain", &[("pain", "11")]), Some(Lack::Outside));
    assert_eq!(lacks("pain", &[("pain", "-1")]), Some(Lack::Outside));
    assert_eq!(lacks("pain", &[("pain", "fort")]), Some(Lack::Unknown));
    assert_eq!(lacks("pain", &[]), Some(Lack::Missing));
    assert_eq!(lacks("pain", &[("pain", "10")]), None);
    assert_eq!(lacks("news2", &with(&[("consciousness", "X")])), Some(Lack::Unknown));
    assert_eq!(lacks("news2", &with(&[("spo2", "101")])), Some(Lack::Outside));
}

/// SCORE-7
#[test]
fn a_score_that_nobody_verified_is_not_active_until_somebody_confirms_it() {
    let scores = scores();
    let active: Vec<&str> = scores.list.iter().filter(|score| score.is_active()).map(|score| score.id.as_str()).collect();
    assert_eq!(active, ["glasgow", "news2", "norton", "pain", "qsofa"]);
    assert!(["braden", "morse"].iter().all(|id| scores.score(id).is_none()), "what needs a licence is not shipped");
    let signed = include_str!("../../../packs/scores/apgar.toml").replace("validator = \"\"", "validator = \"Dr A\"");
    assert!(Score::parse("apgar", &signed).is_ok_and(|score| score.is_active()));
}

#[test]
fn a_file_with_a_fault_says_which() {
    let text = include_str!("../../../packs/scores/news2.toml");
    let fault = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        Score::parse("x", &text.replacen(from, to, 1)).expect_err(to).iter().map(|fault| fault.text.clone()).collect::<Vec<_>>().join("; ")
    };
    assert!(fault("missing = \"never scored\"", "missing = \"zero\"").contains("never"));
    assert!(fault("when = { spo2-scale = \"2\", oxygen = \"air\" }", "when = { spo2-scale = \"2\", oxygen = \"none\" }").contains("no table"));
    assert!(fault("{ to = 8, points = 3 }, { to = 11", "{ to = 12, points = 3 }, { to = 11").contains("do not rise"));
    assert!(fault("from = 7\nlevel", "from = 8\nlevel").contains("total of 7"));
    assert!(fault("setting = true\n", "").contains("not assumed"));
    assert!(fault("level = \"high\"", "level = \"purple\"").contains("no level"));
    assert!(fault("decimals = 0", "decimal = 0").contains("decimal"));
}

proptest! {
    /// Whatever is missing, there is no total; and what is there does not change the points of another item, on scale 1.
    #[test]
    fn no_total_of_some_items(kept in proptest::collection::vec(any::<bool>(), WELL.len())) {
        let scores = scores();
        let some: Vec<(&str, &str)> = WELL.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(pair, _)| *pair).collect();
        let told = reckon(scores.score("news2").expect("NEWS2"), &values(&some), ADULT);
        prop_assert_eq!(told.total().is_some(), kept.iter().all(|kept| *kept));
        prop_assert_eq!(told.lacking().count(), kept.iter().filter(|kept| !**kept).count());
        prop_assert_eq!(told.band().is_some(), told.total().is_some());
    }

    /// Every shipped score has points for every value within its limits, and a total within its range.
    #[test]
    fn every_score_can_be_had(seed in proptest::collection::vec(0_usize..1_000, 12)) {
        for score in &scores().list {
            let value = |(at, item): (usize, &rihla_scores::Item)| {
                let pick = seed[at % seed.len()];
                let given = match &item.kind {
                    Kind::Choice(choices) => Given::Choice(choices[pick % choices.len()].code.clone()),
                    Kind::Number(scale) => {
                        let (low, high) = (scale.min.map_or(0.0, Number::to_f64) as i32, scale.max.map_or(300.0, Number::to_f64) as i32);
                        Given::Number(Number::whole(low + pick as i32 % (high - low + 1)))
                    }
                };
                (item.measure.clone(), given)
            };
            let mut values: Values = score.items.iter().enumerate().map(value).collect();
            if score.id == "qsofa" {
                values.insert("glasgow".into(), Given::Number(Number::whole(3 + seed[0] as i32 % 13)));
            }
            let told = reckon(score, &values, Person { years: score.applies.years_to.or(Some(40)), pregnant: Some(false) });
            let total = told.total().unwrap_or_else(|| panic!("{}: {:?}", score.id, told.parts.iter().map(|(item, points)| (&item.code, points)).collect::<Vec<_>>()));
            let (least, most) = score.range();
            prop_assert!((least..=most).contains(&total), "{} {total}", score.id);
            prop_assert!(score.bands.is_empty() || told.band().is_some(), "{} {total}", score.id);
        }
    }
}

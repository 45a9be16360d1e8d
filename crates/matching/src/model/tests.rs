use super::fit::learn;
use super::*;
use crate::compare::Comparison;
use crate::random::Random;
use proptest::prelude::*;

/// Draws a level by its share.
fn draw(random: &mut Random, shares: &[(Level, f64)]) -> Level {
    let mut left = random.unit();
    for (level, share) in shares {
        left -= share;
        if left < 0.0 {
            return *level;
        }
    }
    Level::Different
}

type Truth = [(Field, [(Level, f64); 3], [(Level, f64); 3]); 5];

const TRUTH: Truth = [
    (Field::Given, [(Level::Same, 0.87), (Level::Slip, 0.12), (Level::Different, 0.01)], [(Level::Same, 0.01), (Level::Slip, 0.02), (Level::Different, 0.97)]),
    (
        Field::Family,
        [(Level::Same, 0.9), (Level::Slip, 0.07), (Level::Different, 0.03)],
        [(Level::Same, 0.004), (Level::Slip, 0.006), (Level::Different, 0.99)],
    ),
    (
        Field::Birth,
        [(Level::Same, 0.92), (Level::Slip, 0.05), (Level::Different, 0.03)],
        [(Level::Same, 0.0002), (Level::Slip, 0.002), (Level::Different, 0.9978)],
    ),
    (
        Field::Phone,
        [(Level::Same, 0.6), (Level::Slip, 0.05), (Level::Different, 0.35)],
        [(Level::Same, 0.0001), (Level::Slip, 0.0001), (Level::Different, 0.9998)],
    ),
    (Field::City, [(Level::Same, 0.8), (Level::Slip, 0.05), (Level::Different, 0.15)], [(Level::Same, 0.05), (Level::Slip, 0.002), (Level::Different, 0.948)]),
];

fn pair(random: &mut Random, same: bool) -> [Option<Level>; FIELDS] {
    let mut out = [None; FIELDS];
    for (field, one, other) in TRUTH {
        // One value in ten is not known, whoever it is.
        if random.unit() > 0.1 {
            out[field.place()] = Some(draw(random, if same { &one } else { &other }));
        }
    }
    out
}

/// The same levels once, with how often they were met.
fn counted(pairs: Vec<[Option<Level>; FIELDS]>) -> Vec<([Option<Level>; FIELDS], f64)> {
    let mut out = std::collections::BTreeMap::new();
    for levels in pairs {
        *out.entry(levels).or_insert(0.0) += 1.0;
    }
    out.into_iter().collect()
}

fn strangers(random: &mut Random) -> Vec<([Option<Level>; FIELDS], f64)> {
    counted((0..100_000).map(|_| pair(random, false)).collect())
}

#[test]
fn learning_finds_what_was_put_in() {
    let mut random = Random::new(11);
    let (people, same_pairs, all) = (456.0, 4_000, 104_000.0);
    // Candidates: all pairs of one person, and strangers among whom something agrees, as blocking would find them.
    let mut met: Vec<_> = (0..same_pairs).map(|_| pair(&mut random, true)).collect();
    met.extend((0..100_000).map(|_| pair(&mut random, false)).filter(|levels| levels.contains(&Some(Level::Same))));
    let (met, sampled) = (counted(met), strangers(&mut random));
    let model = learn(&met, &sampled, all, people);
    assert!((model.same * all - f64::from(same_pairs)).abs() < 0.03 * f64::from(same_pairs), "{} pairs", model.same * all);
    for (field, one, other) in TRUTH {
        let learnt = model.field(field).expect("a field");
        for ((level, share), (_, apart)) in one.into_iter().zip(other) {
            let (same, strangers) = (learnt.same[level as usize], learnt.strangers[level as usize]);
            assert!((same - share).abs() < 0.025, "{field:?} {level:?}: {same} for {share}");
            assert!((strangers - apart).abs() < 0.003, "{field:?} {level:?}: {strangers} for {apart}");
        }
    }
}

#[test]
fn a_file_without_duplicates_teaches_that_there_are_none() {
    let mut random = Random::new(12);
    let sampled = strangers(&mut random);
    let met: Vec<_> = sampled.iter().filter(|(levels, _)| levels.contains(&Some(Level::Same))).copied().collect();
    let model = learn(&met, &sampled, 1e5, 447.0);
    assert!(model.same * 1e5 < 20.0, "{} pairs", model.same * 1e5);
}

/// A household has name, telephone and city in common; given names and births are its people's own.
#[test]
fn a_household_is_a_sort_of_its_own() {
    let mut random = Random::new(13);
    let household = |random: &mut Random| {
        let mut out = pair(random, false);
        let shared = pair(random, true);
        for field in [Field::Family, Field::Phone, Field::City] {
            out[field.place()] = shared[field.place()];
        }
        out
    };
    let mut met: Vec<_> = (0..3_000).map(|_| pair(&mut random, true)).collect();
    met.extend((0..5_000).map(|_| household(&mut random)));
    met.extend((0..100_000).map(|_| pair(&mut random, false)).filter(|levels| levels.contains(&Some(Level::Same))));
    let model = learn(&counted(met), &strangers(&mut random), 108_000.0, 465.0);
    let brothers: f64 = (0..2_000).map(|_| chance(&model, &household(&mut random))).sum();
    assert!(brothers < 60.0, "{brothers} of 2,000 brothers taken for one person");
    let one: f64 = (0..2_000).map(|_| chance(&model, &pair(&mut random, true))).sum();
    assert!(one > 1_900.0, "{one} of 2,000 found");
}

fn chance(model: &Model, levels: &[Option<Level>; FIELDS]) -> f64 {
    let mut comparison = Comparison::default();
    for (field, level) in Field::all().zip(levels) {
        if let Some(level) = level {
            comparison.set(field, *level, 0.0);
        }
    }
    model.score(&comparison).probability
}

fn any_comparison() -> impl Strategy<Value = Comparison> {
    proptest::collection::vec(proptest::option::of((0..LEVELS, -20.0f32..-0.5)), FIELDS).prop_map(|found| {
        let mut out = Comparison::default();
        for (field, found) in Field::all().zip(found) {
            if let Some((level, rarity)) = found {
                out.set(field, crate::field::ALL_LEVELS[level], rarity);
            }
        }
        out
    })
}

fn learnt() -> Model {
    let mut model = Model::default();
    model.fields.iter_mut().for_each(|field| field.rarity = -6.0);
    model
}

proptest! {
    #[test]
    fn bits_are_the_sum_of_their_parts(comparison in any_comparison()) {
        let score = learnt().score(&comparison);
        prop_assert!((score.prior + score.fields.iter().sum::<f64>() - score.bits).abs() < 1e-9);
        let verdict = crate::Verdict::of(&learnt(), &crate::Lines::default(), &comparison);
        prop_assert!((verdict.prior + verdict.evidence.iter().map(|one| one.bits).sum::<f64>() - verdict.bits).abs() < 1e-9);
        prop_assert!((0.0..=1.0).contains(&verdict.probability));
        // One person is never more probable than the best other explanation allows.
        prop_assert!(verdict.probability <= 1.0 / (1.0 + (-verdict.bits).exp2()) + 1e-9);
    }

    #[test]
    fn a_rare_name_in_common_says_more(comparison in any_comparison(), rare in -19.0f32..-7.0) {
        let with = |rarity: f32| {
            let mut comparison = comparison;
            comparison.set(Field::Given, Level::Same, rarity);
            learnt().score(&comparison).probability
        };
        prop_assert!(with(rare) >= with(-3.0));
    }
}

//! Z-scores against those that the WHO's own program gives for its sample survey.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::unwrap_used, reason = "a test")]

use proptest::prelude::*;
use rihla_scores::growth::{LAST_DAY, Measured, Sex, Standard, value, z, z_scores};

const SURVEY: &str = include_str!("data/survey.tsv");

/// SCORE-9
#[test]
fn z_scores_are_those_of_the_whos_program() {
    let (mut held, mut beyond) = (0, 0);
    for line in SURVEY.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let number = |at: usize| fields[at].parse::<f64>().ok();
        let sex = if fields[0] == "1" { Sex::Male } else { Sex::Female };
        let lying = (!fields[4].is_empty()).then(|| fields[4] == "l");
        let measured = Measured { days: fields[1].parse().expect("days"), weight_kg: number(2), height_cm: number(3), lying, head_cm: number(5) };
        let found = z_scores(sex, &measured);
        let of = |standards: &[Standard]| found.iter().find(|z| standards.contains(&z.standard)).map(|z| z.z);
        let by_height = of(&[Standard::WeightForLength, Standard::WeightForHeight]);
        let told = [of(&[Standard::WeightForAge]), of(&[Standard::HeightForAge]), by_height, of(&[Standard::BmiForAge]), of(&[Standard::HeadForAge])];
        for (at, told) in told.into_iter().enumerate() {
            let Some(published) = number(6 + at) else { continue };
            let told = told.unwrap_or_else(|| panic!("{line}: no z-score in column {}", 6 + at));
            // Published to two decimals, of weights that were rounded to two for the file.
            assert!((told - published).abs() <= 0.011, "{line}: {told} in column {}", 6 + at);
            held += 1;
            beyond += usize::from(published.abs() > 3.0 && at != 1 && at != 4);
        }
    }
    assert!(held > 500 && beyond >= 5, "{held} held, {beyond} of them by weight beyond three deviations");
}

/// Rows of the published tables: weight-for-age of girls at birth and of boys at 60 months, length-for-age of boys at birth.
#[test]
fn the_median_and_the_deviations_are_the_published_ones() {
    let near = |standard, sex, x: f64, z: f64, published: f64| {
        let found = value(standard, sex, x, z).expect("a value");
        assert!((found - published).abs() < 0.06, "{standard:?} {z}: {found}");
    };
    for (z, kg) in [(-3.0, 2.0), (-2.0, 2.4), (0.0, 3.2), (2.0, 4.2), (3.0, 4.8)] {
        near(Standard::WeightForAge, Sex::Female, 0.0, z, kg);
    }
    for (z, kg) in [(-3.0, 12.4), (-2.0, 14.1), (0.0, 18.3), (2.0, 24.2), (3.0, 27.9)] {
        near(Standard::WeightForAge, Sex::Male, 1826.0, z, kg);
    }
    for (z, cm) in [(-2.0, 46.1), (0.0, 49.9), (2.0, 53.7)] {
        near(Standard::HeightForAge, Sex::Male, 0.0, z, cm);
    }
}

#[test]
fn nothing_is_told_beyond_the_tables() {
    let child = Measured { days: LAST_DAY + 1, weight_kg: Some(20.0), height_cm: Some(110.0), ..Measured::default() };
    assert_eq!(z_scores(Sex::Male, &child), []);
    assert_eq!(z(Standard::WeightForLength, Sex::Male, 44.0, 2.0), None);
    assert_eq!(z(Standard::WeightForHeight, Sex::Male, 120.1, 22.0), None);
    assert_eq!(z(Standard::WeightForAge, Sex::Male, 0.0, 0.0), None);
}

#[test]
fn standing_and_lying_are_told_apart_at_two_years() {
    let height = |days, lying| {
        let child = Measured { days, height_cm: Some(86.0), lying, ..Measured::default() };
        z_scores(Sex::Female, &child)[0].z
    };
    assert!(height(730, Some(false)) > height(730, Some(true)), "who stands before two years is longer lying");
    assert!(height(731, Some(true)) < height(731, Some(false)), "who lies after two years is shorter standing");
    assert_eq!((height(730, None), height(731, None)), (height(730, Some(true)), height(731, Some(false))));
}

proptest! {
    /// A value of the curve at z has the z-score z, beyond three deviations too for what is not measured by weight.
    #[test]
    fn curves_and_z_scores_are_inverse(at in 0_u32..=LAST_DAY, deviations in -3.0_f64..3.0, which in 0_usize..4, male in any::<bool>()) {
        let (standard, sex) = (Standard::ALL[which], if male { Sex::Male } else { Sex::Female });
        let there = value(standard, sex, f64::from(at), deviations).expect("a value");
        prop_assert!((z(standard, sex, f64::from(at), there).expect("a z-score") - deviations).abs() < 1e-6);
    }

    /// Heavier is never a smaller z-score, across the restriction at three deviations.
    #[test]
    fn heavier_is_never_less(at in 0_u32..=LAST_DAY, one in 1.0_f64..60.0, more in 0.0_f64..20.0) {
        let of = |kg| z(Standard::WeightForAge, Sex::Female, f64::from(at), kg).expect("a z-score");
        prop_assert!(of(one + more) >= of(one));
    }
}

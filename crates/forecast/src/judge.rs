//! Whether a forecast earns its place, on what came after it was made.

use crate::Row;
use crate::model::{Model, Range};
use crate::naive::Naive;
use serde::{Deserialize, Serialize};

/// Nine in ten.
const MISSED: f64 = 0.1;
/// Later rows, at least, and the part of them that must lie inside.
const FEWEST: usize = 50;
const COVERAGE: (f64, f64) = (0.85, 0.95);

/// The width, and what was missed, dearly (Gneiting and Raftery 2007, <https://doi.org/10.1198/016214506000001437>); less is
/// better, in the unit of the lengths.
pub fn interval_score(range: Range, value: f64) -> f64 {
    range.high - range.low + 2.0 / MISSED * ((range.low - value).max(0.0) + (value - range.high).max(0.0))
}

/// How one way of foretelling did, of so many later rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The part that lay inside the interval.
    pub coverage: f64,
    /// The part that lay below `most`: nine in ten, if that is right.
    pub below: f64,
    pub interval: f64,
    /// Mean distance from the middle, in the unit of the lengths.
    pub distance: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    Beats,
    /// Fewer later rows than fifty.
    TooFew,
    /// Too many or too few lay inside its interval, or too few below what nine in ten should.
    Coverage,
    /// The naive forecast did as well or better.
    Score,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    pub n: usize,
    pub ours: Score,
    pub naive: Score,
    /// The naive interval score less ours, row by row: mean and its 95 % interval, as if rows were independent. Where it
    /// reaches below nothing, the advantage may be chance.
    pub gain: [f64; 3],
    pub verdict: Verdict,
}

fn score(told: &[(Range, f64)]) -> Score {
    let mean = |of: &dyn Fn(&(Range, f64)) -> f64| told.iter().map(of).sum::<f64>() / told.len().max(1) as f64;
    Score {
        coverage: mean(&|(range, value)| f64::from(u8::from((range.low..=range.high).contains(value)))),
        below: mean(&|(range, value)| f64::from(u8::from(*value <= range.most))),
        interval: mean(&|(range, value)| interval_score(*range, *value)),
        distance: mean(&|(range, value)| (range.middle - value).abs()),
    }
}

fn gain(ours: &[(Range, f64)], naive: &[(Range, f64)]) -> [f64; 3] {
    let gains: Vec<f64> = ours.iter().zip(naive).map(|(ours, naive)| interval_score(naive.0, naive.1) - interval_score(ours.0, ours.1)).collect();
    let n = gains.len().max(1) as f64;
    let mean = gains.iter().sum::<f64>() / n;
    let variance = gains.iter().map(|gain| (gain - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
    let half = 1.96 * (variance / n).sqrt();
    [mean, mean - half, mean + half]
}

/// Judges a frozen model on later rows, beside the naive forecast, which goes on learning from `all`. Rows of which the naive
/// one cannot say anything count for neither.
pub fn judge(model: &Model, all: &[Row], later: &[Row]) -> Judged {
    let naive = Naive::of(all);
    let both: Vec<_> = later.iter().filter_map(|row| Some(((model.range(&row.features), row.value), (naive.range(row)?, row.value)))).collect();
    let (ours, naive): (Vec<_>, Vec<_>) = both.into_iter().unzip();
    let gain = gain(&ours, &naive);
    let (n, ours, naive) = (ours.len(), score(&ours), score(&naive));
    let verdict = match () {
        () if n < FEWEST => Verdict::TooFew,
        () if !(COVERAGE.0..=COVERAGE.1).contains(&ours.coverage) || ours.below < COVERAGE.0 => Verdict::Coverage,
        () if ours.interval >= naive.interval => Verdict::Score,
        () => Verdict::Beats,
    };
    Judged { n, ours, naive, gain, verdict }
}

/// The largest distance between two empirical distributions (Kolmogorov and Smirnov).
pub fn kolmogorov(one: &[f64], other: &[f64]) -> f64 {
    let sorted = |values: &[f64]| {
        let mut values = values.to_vec();
        values.sort_by(f64::total_cmp);
        values
    };
    let (one, other) = (sorted(one), sorted(other));
    let below = |values: &[f64], value: f64| values.partition_point(|other| *other <= value) as f64 / values.len().max(1) as f64;
    one.iter().chain(&other).map(|value| (below(&one, *value) - below(&other, *value)).abs()).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit;

    /// Numbers that look like chance, the same each time.
    fn noise(n: u32) -> f64 {
        let mixed = n.wrapping_mul(2_654_435_761) ^ (n.wrapping_mul(40_503) >> 7);
        f64::from(mixed.wrapping_mul(2_246_822_519) >> 8) / f64::from(1_u32 << 24)
    }

    /// Lengths that depend on a feature which the naive forecast does not look at, or on nothing.
    fn rows(depends: bool) -> Vec<Row> {
        let row = |n: u32| {
            let feature = f64::from(n % 5);
            let value = (if depends { 20.0 * (feature + 1.0) } else { 60.0 }) * (0.8 + 0.4 * noise(n));
            Row { at: f64::from(n) * 100.0, known: f64::from(n) * 100.0 + 50.0, hour: (n % 24) as u8, acuity: (n % 3) as u8, features: vec![feature], value }
        };
        (0..700).map(row).collect()
    }

    /// FC-2, FC-3, FC-5
    #[test]
    fn a_forecast_that_knows_more_beats_and_its_interval_holds_later() {
        let rows = rows(true);
        let model = fit(&rows[..400]).expect("there are enough");
        assert_ne!(model.chosen, "constant");
        let judged = judge(&model, &rows, &rows[400..]);
        assert_eq!((judged.verdict, judged.n), (Verdict::Beats, 300), "{judged:?}");
        assert!((judged.ours.coverage - 0.9).abs() <= 0.05 && judged.ours.interval < 0.5 * judged.naive.interval, "{judged:?}");
        assert_eq!(model, fit(&rows[..400]).expect("there are enough"));
    }

    /// FC-3, FC-5
    #[test]
    fn what_was_not_met_is_said() {
        let rows = rows(false);
        assert!(fit(&rows[..50]).is_none());
        let model = fit(&rows[..400]).expect("there are enough");
        assert_eq!(judge(&model, &rows, &rows[660..]).verdict, Verdict::TooFew);
        let mut other: Vec<Row> = rows.clone();
        other[400..].iter_mut().for_each(|row| row.value *= 3.0);
        assert_eq!(judge(&model, &other, &other[400..]).verdict, Verdict::Coverage);
    }

    #[test]
    fn scores_and_distances_are_as_published() {
        let range = Range { low: 10.0, middle: 15.0, most: 19.0, high: 20.0 };
        assert_eq!([15.0, 8.0, 21.0].map(|value| interval_score(range, value)), [10.0, 50.0, 30.0]);
        assert_eq!(kolmogorov(&[1.0, 2.0], &[1.0, 2.0]), 0.0);
        assert_eq!(kolmogorov(&[1.0, 2.0], &[3.0, 4.0]), 1.0);
        assert_eq!(kolmogorov(&[1.0, 2.0, 3.0, 4.0], &[3.0, 4.0]), 0.5);
    }
}

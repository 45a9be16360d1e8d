//! Gradient boosting of one quantile: each tree is fitted to the slope of the pinball loss, its leaves to the quantile of
//! what is left (Friedman 2001, <https://doi.org/10.1214/aos/1013203451>; Koenker and Bassett 1978,
//! <https://doi.org/10.2307/1913643>).

use crate::number::quantile;
use serde::{Deserialize, Serialize};

/// How much a model may bend.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    pub trees: usize,
    pub depth: usize,
    pub rate: f64,
    /// Rows in a leaf, at least.
    pub leaf: usize,
}

/// A quantile as a function of features.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Boost {
    start: f64,
    rate: f64,
    trees: Vec<Tree>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Tree {
    Leaf(f64),
    Split {
        feature: usize,
        /// Up to it: left.
        upto: f64,
        /// Where nothing is known of the feature.
        unknown_left: bool,
        left: Box<Tree>,
        right: Box<Tree>,
    },
}

impl Tree {
    fn value(&self, features: &[f64]) -> f64 {
        match self {
            Self::Leaf(value) => *value,
            Self::Split { feature, upto, unknown_left, left, right } => {
                let at = features.get(*feature).copied().unwrap_or(f64::NAN);
                if (at.is_nan() && *unknown_left) || at <= *upto { left.value(features) } else { right.value(features) }
            }
        }
    }
}

impl Boost {
    /// Learns the quantile `part` of `values`; features and values are of one length.
    pub fn fit(features: &[&[f64]], values: &[f64], part: f64, shape: Shape) -> Self {
        let start = quantile(&mut values.to_vec(), part).unwrap_or(0.0);
        let mut out = Self { start, rate: shape.rate, trees: Vec::new() };
        let edges = edges(features);
        let mut told = vec![start; values.len()];
        for _ in 0..shape.trees {
            let left: Vec<f64> = values.iter().zip(&told).map(|(value, told)| value - told).collect();
            let slope: Vec<f64> = left.iter().map(|left| if *left > 0.0 { part } else { part - 1.0 }).collect();
            let grower = Grower { features, edges: &edges, slope: &slope, left: &left, part, shape };
            let tree = grower.grow((0..values.len()).collect(), shape.depth);
            told.iter_mut().zip(features).for_each(|(told, features)| *told += shape.rate * tree.value(features));
            out.trees.push(tree);
        }
        out
    }

    pub fn value(&self, features: &[f64]) -> f64 {
        self.start + self.rate * self.trees.iter().map(|tree| tree.value(features)).sum::<f64>()
    }
}

const BINS: usize = 16;

/// Where each feature may be cut: between sixteenths of what was seen.
fn edges(features: &[&[f64]]) -> Vec<Vec<f64>> {
    let width = features.first().map_or(0, |row| row.len());
    let of = |at: usize| {
        let mut seen: Vec<f64> = features.iter().filter_map(|row| row.get(at).copied()).filter(|value| !value.is_nan()).collect();
        let mut cuts: Vec<f64> = (1..BINS).filter_map(|nth| quantile(&mut seen, nth as f64 / BINS as f64)).collect();
        cuts.dedup();
        cuts
    };
    (0..width).map(of).collect()
}

struct Grower<'g> {
    features: &'g [&'g [f64]],
    edges: &'g [Vec<f64>],
    slope: &'g [f64],
    left: &'g [f64],
    part: f64,
    shape: Shape,
}

/// A cut with what it gains.
struct Cut {
    gain: f64,
    feature: usize,
    upto: f64,
    unknown_left: bool,
}

impl Grower<'_> {
    fn grow(&self, rows: Vec<usize>, depth: usize) -> Tree {
        let cut = if depth == 0 { None } else { self.best(&rows) };
        let Some(cut) = cut else { return self.leaf(&rows) };
        let goes_left = |row: &usize| {
            let at = self.value(*row, cut.feature);
            (at.is_nan() && cut.unknown_left) || at <= cut.upto
        };
        let (left, right): (Vec<usize>, Vec<usize>) = rows.into_iter().partition(goes_left);
        let [left, right] = [left, right].map(|rows| Box::new(self.grow(rows, depth - 1)));
        Tree::Split { feature: cut.feature, upto: cut.upto, unknown_left: cut.unknown_left, left, right }
    }

    fn value(&self, row: usize, feature: usize) -> f64 {
        self.features.get(row).and_then(|row| row.get(feature)).copied().unwrap_or(f64::NAN)
    }

    fn leaf(&self, rows: &[usize]) -> Tree {
        let mut left: Vec<f64> = rows.iter().filter_map(|&row| self.left.get(row).copied()).collect();
        Tree::Leaf(quantile(&mut left, self.part).unwrap_or(0.0))
    }

    fn best(&self, rows: &[usize]) -> Option<Cut> {
        let mut best: Option<Cut> = None;
        let slope = |row: usize| self.slope.get(row).copied().unwrap_or(0.0);
        let whole: f64 = rows.iter().map(|&row| slope(row)).sum();
        let worth = |sum: f64, count: usize| sum * sum / count.max(1) as f64;
        for (feature, edges) in self.edges.iter().enumerate() {
            for &upto in edges {
                let (mut sum, mut count, mut unknown, mut unknowns) = (0.0, 0, 0.0, 0);
                for &row in rows {
                    let at = self.value(row, feature);
                    if at.is_nan() {
                        (unknown, unknowns) = (unknown + slope(row), unknowns + 1);
                    } else if at <= upto {
                        (sum, count) = (sum + slope(row), count + 1);
                    }
                }
                for unknown_left in [false, true] {
                    let (left, n) = if unknown_left { (sum + unknown, count + unknowns) } else { (sum, count) };
                    if n < self.shape.leaf || rows.len() - n < self.shape.leaf {
                        continue;
                    }
                    let gain = worth(left, n) + worth(whole - left, rows.len() - n) - worth(whole, rows.len());
                    if gain > best.as_ref().map_or(1e-9, |best| best.gain) {
                        best = Some(Cut { gain, feature, upto, unknown_left });
                    }
                }
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FC-1
    #[test]
    fn quantiles_follow_what_they_depend_on_and_repeat() {
        let rows: Vec<Vec<f64>> = (0..600).map(|n| vec![f64::from(n % 2), f64::from(n * 7 % 13), if n % 3 == 0 { f64::NAN } else { 1.0 }]).collect();
        let features: Vec<&[f64]> = rows.iter().map(Vec::as_slice).collect();
        // Where the first feature is one, everything is ten more.
        let values: Vec<f64> = (0..600).map(|n| f64::from(n % 2) * 10.0 + f64::from(n * 31 % 100) / 100.0).collect();
        let shape = Shape { trees: 60, depth: 2, rate: 0.2, leaf: 20 };
        let told = Boost::fit(&features, &values, 0.9, shape);
        assert_eq!(told, Boost::fit(&features, &values, 0.9, shape));
        for (first, from) in [(0.0, 0.0), (1.0, 10.0)] {
            let value = told.value(&[first, 5.0, f64::NAN]);
            assert!((from + 0.8..from + 1.05).contains(&value), "{first}: {value}");
        }
        let constant = Boost::fit(&features, &values, 0.5, Shape { trees: 0, ..shape });
        assert_eq!(constant.value(&[0.0]), constant.value(&[1.0]));
    }
}

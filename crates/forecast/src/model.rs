//! An interval and a middle for one thing: three quantiles, made conformal in time order (Romano, Patterson and Candès 2019,
//! <https://arxiv.org/abs/1905.03222>). Lengths have long tails: all is learned on ln(1 + length).

use crate::Row;
use crate::boost::{Boost, Shape};
use crate::judge::interval_score;
use crate::number::quantile;
use serde::{Deserialize, Serialize};

/// What is foretold: nine in ten lie between `low` and `high`, half below `middle`, nine in ten below `most`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Range {
    pub low: f64,
    pub middle: f64,
    pub most: f64,
    pub high: f64,
}

impl Range {
    pub fn holds(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

/// A way of learning that may be chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    pub name: &'static str,
    pub shape: Shape,
}

/// From what depends on nothing to what bends most.
const CANDIDATES: [Candidate; 4] = [
    Candidate { name: "constant", shape: Shape { trees: 0, depth: 0, rate: 0.1, leaf: 1 } },
    Candidate { name: "stumps", shape: Shape { trees: 40, depth: 1, rate: 0.1, leaf: 20 } },
    Candidate { name: "shallow", shape: Shape { trees: 40, depth: 2, rate: 0.1, leaf: 20 } },
    Candidate { name: "deep", shape: Shape { trees: 120, depth: 3, rate: 0.1, leaf: 20 } },
];

const PARTS: [f64; 4] = [0.05, 0.5, 0.9, 0.95];
const COVERED: f64 = 0.9;
/// Into so many stretches of time the rows are cut: the first is only learned from.
const STRETCHES: usize = 5;
/// With fewer rows nothing is learned.
pub const LEAST: usize = 60;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// Which candidate was chosen, and what each scored before the cut, in the unit of the lengths.
    pub chosen: String,
    pub tried: Vec<(String, f64)>,
    pub rows: usize,
    quantiles: [Boost; 4],
    /// Added on the logarithm to both ends, and to `most`.
    widening: [f64; 2],
}

impl Model {
    pub fn range(&self, features: &[f64]) -> Range {
        widened(logs(&self.quantiles, features), self.widening)
    }
}

/// Low, middle, most and high on the logarithm, in this order.
type Logs = [f64; 4];

fn logs(quantiles: &[Boost; 4], features: &[f64]) -> Logs {
    let [low, middle, most, high] = quantiles.each_ref().map(|boost| boost.value(features));
    [low.min(middle), middle, most.max(middle), high.max(middle)]
}

fn widened([low, middle, most, high]: Logs, [ends, up]: [f64; 2]) -> Range {
    let back = |log: f64| log.exp_m1().max(0.0);
    Range { low: back((low - ends).min(middle)), middle: back(middle), most: back((most + up).max(middle)), high: back((high + ends).max(middle)) }
}

fn learn(rows: &[Row], shape: Shape) -> [Boost; 4] {
    let features: Vec<&[f64]> = rows.iter().map(|row| row.features.as_slice()).collect();
    let values: Vec<f64> = rows.iter().map(|row| row.value.max(0.0).ln_1p()).collect();
    PARTS.map(|part| Boost::fit(&features, &values, part, shape))
}

/// Each row but those of the first stretch, foretold from the stretches before its own: with its length.
fn forward(rows: &[Row], shape: Shape) -> Vec<(Logs, f64)> {
    let cut = |nth: usize| rows.len() * nth / STRETCHES;
    let mut out = Vec::new();
    for nth in 1..STRETCHES {
        let (Some(before), Some(stretch)) = (rows.get(..cut(nth)), rows.get(cut(nth)..cut(nth + 1))) else { continue };
        let quantiles = learn(before, shape);
        out.extend(stretch.iter().map(|row| (logs(&quantiles, &row.features), row.value)));
    }
    out
}

/// The widenings under which nine in ten of those foretold forward would have lain between the ends, and nine in ten below
/// `most` (with the correction for a finite number).
fn widening(told: &[(Logs, f64)]) -> [f64; 2] {
    let n = told.len() as f64;
    let nine_in_ten = |outside: &dyn Fn(&Logs, f64) -> f64| {
        let mut all: Vec<f64> = told.iter().map(|(logs, value)| outside(logs, value.max(0.0).ln_1p())).collect();
        quantile(&mut all, ((n + 1.0) * COVERED / n.max(1.0)).min(1.0)).unwrap_or(0.0)
    };
    [nine_in_ten(&|[low, _, _, high], value| (low - value).max(value - high)), nine_in_ten(&|[_, _, most, _], value| value - most)]
}

/// Learns from rows whose outcome is known, in time order; none: too few.
pub fn fit(rows: &[Row]) -> Option<Model> {
    if rows.len() < LEAST {
        return None;
    }
    let tried = CANDIDATES.map(|candidate| {
        let told = forward(rows, candidate.shape);
        let widening = widening(&told);
        let scores: f64 = told.iter().map(|(logs, value)| interval_score(widened(*logs, widening), *value)).sum();
        (candidate, widening, scores / told.len().max(1) as f64)
    });
    let (candidate, widening, _) = *tried.iter().min_by(|one, other| one.2.total_cmp(&other.2))?;
    Some(Model {
        chosen: candidate.name.into(),
        tried: tried.iter().map(|(candidate, _, score)| (candidate.name.to_owned(), *score)).collect(),
        rows: rows.len(),
        quantiles: learn(rows, candidate.shape),
        widening,
    })
}

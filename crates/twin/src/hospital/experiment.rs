//! Two ways of running the same hospital, met by the same people: what differs, and how sure that is.

use super::index::{GATES, NOT_EVALUABLE, log_index};
use super::measures::MEASURES;
use super::policy::{More, Policy};
use super::{Figures, Indicators, People, Setting, simulate};
use crate::sim::Sample;
use crate::student::t_975;
use serde::Serialize;

/// One side of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Side {
    pub policy: Policy,
    pub more: Option<(More, usize)>,
}

/// A mean over runs with its 95 % interval; `n`: runs in which there was anything to reckon.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    pub mean: f64,
    pub low: f64,
    pub high: f64,
    pub n: u64,
}

impl Estimate {
    fn of(sample: &Sample) -> Option<Self> {
        let half = t_975(sample.count().checked_sub(1).filter(|free| *free > 0)?) * sample.error();
        Some(Self { mean: sample.mean(), low: sample.mean() - half, high: sample.mean() + half, n: sample.count() })
    }

    /// Whether the interval leaves no doubt about the sign.
    pub fn is_clear(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    pub code: &'static str,
    pub base: Estimate,
    pub other: Estimate,
    /// The other less the base, run by run.
    pub difference: Estimate,
}

/// What a gate of the index says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gate {
    /// Not worse than allowed, as far as the interval reaches.
    Holds,
    /// The interval reaches into what is not allowed.
    Unsure,
    /// Even the better end of the interval is worse than allowed.
    Broken,
    NotEvaluable,
}

/// What was found of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Found {
    pub lines: Vec<Line>,
    /// HOEI of the other side, the base being 100.
    pub index: Option<Estimate>,
    pub gates: Vec<(&'static str, Gate, Option<Estimate>)>,
    /// The largest gap in Little's law in any run: nothing but rounding.
    pub gap: f64,
    pub runs: u64,
}

impl Found {
    pub fn line(&self, code: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.code == code)
    }

    /// No gate is broken and none is in doubt, of those that can be judged here.
    pub fn gate_holds(&self) -> bool {
        self.gates.iter().all(|(_, gate, _)| matches!(gate, Gate::Holds | Gate::NotEvaluable))
    }
}

/// Compares two sides over so many runs. People are drawn from the hospital as it is, so that both sides meet the same.
pub fn compare(figures: &Figures, base: Side, other: Side, setting: Setting, runs: u64) -> Found {
    let with = |side: Side| {
        let mut own = figures.clone();
        side.more.into_iter().for_each(|(more, count)| more.add(count, &mut own));
        own
    };
    let (base_figures, other_figures) = (with(base), with(other));
    let mut tally = Tally::default();
    for run in 0..runs {
        let people = People::draw(figures, setting, run);
        let one = simulate(&base_figures, base.policy, &people, setting);
        let two = simulate(&other_figures, other.policy, &people, setting);
        tally.gap = tally.gap.max(one.gap).max(two.gap);
        tally.take(&one.indicators, &two.indicators);
    }
    tally.found(runs)
}

#[derive(Default)]
struct Tally {
    sides: Vec<[Sample; 3]>,
    index: Sample,
    gap: f64,
}

impl Tally {
    fn take(&mut self, base: &Indicators, other: &Indicators) {
        self.sides.resize_with(MEASURES.len(), Default::default);
        for (samples, values) in self.sides.iter_mut().zip(base.0.iter().zip(&other.0)) {
            if let (Some(one), Some(two)) = values {
                samples.iter_mut().zip([*one, *two, two - one]).for_each(|(sample, value)| sample.add(value));
            }
        }
        log_index(base, other).into_iter().for_each(|log| self.index.add(log));
    }

    fn found(self, runs: u64) -> Found {
        let line = |(at, [base, other, difference]): (usize, &[Sample; 3])| {
            let code = MEASURES.get(at)?.code;
            Some(Line { code, base: Estimate::of(base)?, other: Estimate::of(other)?, difference: Estimate::of(difference)? })
        };
        let lines: Vec<Line> = self.sides.iter().enumerate().filter_map(line).collect();
        let judged = GATES.iter().map(|(name, of, margin)| {
            let code = MEASURES.get(*of as usize).map_or("", |measure| measure.code);
            let difference = lines.iter().find(|line| line.code == code).map(|line| line.difference);
            let gate = difference.map_or(Gate::NotEvaluable, |difference| match () {
                () if difference.high <= *margin => Gate::Holds,
                () if difference.low > *margin => Gate::Broken,
                () => Gate::Unsure,
            });
            (*name, gate, difference)
        });
        let gates = judged.chain(NOT_EVALUABLE.iter().map(|name| (*name, Gate::NotEvaluable, None))).collect();
        let index = Estimate::of(&self.index).map(|log| {
            let of = |log: f64| 100.0 * log.exp();
            Estimate { mean: of(log.mean), low: of(log.low), high: of(log.high), n: log.n }
        });
        Found { lines, index, gates, gap: self.gap, runs }
    }
}

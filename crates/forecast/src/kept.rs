//! What a site keeps of its forecasts: the models, how they were judged, and whether they may be shown.

use crate::judge::{Judged, Verdict};
use crate::model::{Model, Range};
use serde::{Deserialize, Serialize};

/// What is foretold. Lengths in minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// From the end of triage to the first medical contact.
    DoctorWait,
    /// From the beginning of an admission to its end.
    Stay,
}

impl Kind {
    /// For how many seconds others are looked back on: a day of waits, sixty days of stays.
    pub fn reach(self) -> f64 {
        match self {
            Self::DoctorWait => DAY,
            Self::Stay => 60.0 * DAY,
        }
    }
}

const DAY: f64 = 86_400.0;

/// One thing that is foretold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Predictor {
    pub kind: Kind,
    /// When the first row was foretold, the cut, and the last row; milliseconds since 1970.
    pub period: Option<[i64; 3]>,
    /// Learned from, and foretold after the cut.
    pub before: usize,
    pub after: usize,
    /// None: too few to learn from.
    pub judged: Option<Judged>,
    /// The later rows in four stretches of time: how many, and the part of them inside the interval.
    pub quarters: Vec<(usize, f64)>,
    pub model: Option<Model>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    pub off: bool,
    /// When it was learned, in milliseconds since 1970.
    pub made: i64,
    pub predictors: Vec<Predictor>,
}

impl Predictor {
    pub fn beats(&self) -> bool {
        self.judged.is_some_and(|judged| judged.verdict == Verdict::Beats)
    }
}

impl Kept {
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// One line for each thing, for a terminal.
    pub fn to_lines(&self) -> Vec<String> {
        let line = |one: &Predictor| {
            let Predictor { kind, before, after, .. } = one;
            let Some(judged) = one.judged else { return format!("{kind:?}: {before} to learn from are too few; not shown") };
            let shown = if one.beats() && !self.off { "shown" } else { "not shown" };
            let (ours, naive) = (judged.ours, judged.naive);
            format!(
                "{kind:?}: learned from {before}, judged on {after}: coverage {:.1} %, interval score {:.1} (naive {:.1}): {:?}; {shown}{}",
                100.0 * ours.coverage,
                ours.interval,
                naive.interval,
                judged.verdict,
                if self.off { ", forecasts are off" } else { "" }
            )
        };
        self.predictors.iter().map(line).collect()
    }

    /// Whether anything may be shown of one thing.
    pub fn shows(&self, kind: Kind) -> bool {
        !self.off && self.predictors.iter().any(|one| one.kind == kind && one.beats())
    }

    /// What may be shown of one thing: nothing while forecasts are off or this one does not beat the naive one.
    pub fn estimate(&self, kind: Kind, features: &[f64]) -> Option<Range> {
        let predictor = self.predictors.iter().find(|one| one.kind == kind).filter(|one| !self.off && one.beats())?;
        predictor.model.as_ref().map(|model| model.range(features))
    }
}

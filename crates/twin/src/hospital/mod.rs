//! A hospital of several sites, simulated: emergency department, wards, cleaning, planned admissions, transfers.
//!
//! ```text
//! figures (data/flow.toml) ─► people of a run (drawn once) ─┬─► run under one policy  ─► indicators ─┐
//!                                                           └─► run under another one ─► indicators ─┴─► paired difference
//! ```

pub mod ask;
pub mod experiment;
pub mod figures;
pub mod index;
mod measures;
mod people;
mod policy;
mod pool;
mod report;
mod run;
#[cfg(test)]
mod tests;
mod wards;

pub use figures::{Figures, LEVELS};
pub use measures::{Better, Indicators, MEASURES, Measure, Of, Unit, quantile};
pub use policy::{Calling, Choice, Cleaning, More, Opening, Policy};
pub use report::NOT_SHOWN;

/// Which time a run is about, and its seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    pub seed: u64,
    /// Days before anything is counted.
    pub warm: usize,
    pub days: usize,
    /// 0 for January.
    pub month: usize,
}

impl Setting {
    pub const WARM: usize = 14;
    pub const SEED: u64 = 20_260_101;

    pub fn of(days: usize, seed: u64) -> Self {
        Self { seed, warm: Self::WARM, days, month: 0 }
    }
}

/// Everybody who comes in a run, from the hospital as it is.
#[derive(Debug)]
pub struct People(Vec<people::Person>);

impl People {
    pub fn draw(figures: &Figures, setting: Setting, run: u64) -> Self {
        Self(people::everybody(figures, setting.seed, run, setting.month, setting.warm + setting.days + 2))
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }
}

/// One run's indicators and the largest gap in Little's law at any of its queues, as a part.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub indicators: Indicators,
    pub gap: f64,
}

/// Lets the people of a run meet a hospital under a policy.
pub fn simulate(figures: &Figures, policy: Policy, people: &People, setting: Setting) -> Outcome {
    let window = measures::window(setting);
    let counted = run::Hospital::new(figures, policy, &people.0, window).run();
    Outcome { indicators: measures::indicators(figures, &people.0, &counted, window, setting), gap: counted.gap }
}

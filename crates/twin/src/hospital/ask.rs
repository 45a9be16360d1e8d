//! What somebody asks of the twin, from a command or from a page: bounded, and with the command that gives the same figures.

use super::experiment::{Found, Side, compare};
use super::policy::{More, Policy};
use super::{Figures, Setting};
use serde::Serialize;

/// One comparison. Names of policies are [`Policy::NAMES`]; `more` is one thing more on the other side, as [`More::parse`]
/// reads it, or empty; `month` is 1 to 12.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Asked {
    pub base: String,
    pub other: String,
    pub more: String,
    pub runs: u64,
    pub days: usize,
    pub beds: usize,
    pub month: usize,
    pub seed: u64,
    /// The file of the hospital's figures, as the command was given it; empty: those that come with the program.
    pub figures: String,
}

impl Default for Asked {
    fn default() -> Self {
        let usual = || "usual".to_owned();
        Self { base: usual(), other: usual(), more: String::new(), runs: 20, days: 28, beds: Self::BEDS, month: 1, seed: Setting::SEED, figures: String::new() }
    }
}

impl Asked {
    const BEDS: usize = 1_000;
    /// Fewest and most runs, days and beds.
    pub const RUNS: (u64, u64) = (2, 1_000);
    pub const DAYS: (usize, usize) = (1, 365);
    const BOUNDS_BEDS: (usize, usize) = (60, 5_000);

    /// The same figures at a terminal: what is as usual is left out.
    pub fn command(&self) -> String {
        let mut out = format!("rihla twin experiment --compare {},{}", self.base, self.other);
        let mut add = |name: &str, value: String, usual: bool| {
            if !usual {
                out.push_str(&format!(" --{name} {value}"));
            }
        };
        add("what", self.more.clone(), self.more.is_empty());
        add("runs", self.runs.to_string(), false);
        add("days", self.days.to_string(), false);
        add("beds", self.beds.to_string(), self.beds == Self::BEDS);
        add("month", self.month.to_string(), self.month == 1);
        add("seed", self.seed.to_string(), self.seed == Setting::SEED);
        add("figures", self.figures.clone(), self.figures.is_empty());
        out
    }

    fn setting(&self) -> Setting {
        Setting { month: self.month - 1, ..Setting::of(self.days, self.seed) }
    }

    fn sides(&self) -> Result<[Side; 2], String> {
        let policy = |name: &str| Policy::named(name).ok_or_else(|| format!("no policy is named {name}; there are {}", Policy::NAMES.join(", ")));
        let more = match self.more.as_str() {
            "" => None,
            text => Some(
                More::parse(text)
                    .ok_or_else(|| format!("{text}: write what and how many, up to 50, such as triage+1, physician+1, box+2, cleaner+1, bed+10"))?,
            ),
        };
        let sides = [Side { policy: policy(&self.base)?, more: None }, Side { policy: policy(&self.other)?, more }];
        if sides[0] == sides[1] {
            return Err("both sides are the same: choose another policy, or one more of something".into());
        }
        let within = |what: &str, value: usize, (least, most): (usize, usize)| {
            if (least..=most).contains(&value) { Ok(()) } else { Err(format!("{what} must be between {least} and {most}")) }
        };
        within("runs", self.runs as usize, (Self::RUNS.0 as usize, Self::RUNS.1 as usize))?;
        within("days", self.days, Self::DAYS)?;
        within("beds", self.beds, Self::BOUNDS_BEDS)?;
        within("month", self.month, (1, 12))?;
        Ok(sides)
    }

    /// # Errors
    ///
    /// In words, where what is asked makes no sense; nothing is run then.
    pub fn check(&self) -> Result<(), String> {
        self.sides().map(|_| ())
    }

    /// # Errors
    ///
    /// As [`Asked::check`].
    pub fn compare(&self) -> Result<Found, String> {
        self.compare_in(Figures::own()?)
    }

    /// In another hospital than the one that comes with the program.
    ///
    /// # Errors
    ///
    /// As [`Asked::check`].
    pub fn compare_in(&self, hospital: Figures) -> Result<Found, String> {
        let [base, other] = self.sides()?;
        Ok(compare(&hospital.scaled(self.beds), base, other, self.setting(), self.runs))
    }
}

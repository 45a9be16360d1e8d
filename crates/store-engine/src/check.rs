//! Is the place of a store fit for production? A back end brings a table of rules and what it found; the judging is here.

use std::fmt::Write as _;

/// How well a rule is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Ok,
    /// It cannot be seen from here.
    Unknown,
    Warning,
    Unfit,
}

impl Level {
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unknown => "unknown",
            Self::Warning => "warning",
            Self::Unfit => "not fit",
        }
    }
}

/// What a found value has to be.
#[derive(Clone, Copy, Debug)]
pub enum Judge {
    /// One of these; anything else is of that level.
    OneOf(&'static [&'static str], Level),
    /// None of these; they are of that level.
    NoneOf(&'static [&'static str], Level),
    /// Below the first it is not fit, below the second it is worth a warning.
    AtLeast(f64, f64),
    /// Above the first it is worth a warning, above the second it is not fit.
    AtMost(f64, f64),
    /// Outside it is worth a warning.
    Within(f64, f64),
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Rule<A> {
    pub name: &'static str,
    /// Where the value comes from.
    pub ask: A,
    pub judge: Judge,
    /// The unit of a number, shown behind it.
    pub unit: &'static str,
    /// What to do if it is not kept.
    pub advice: &'static str,
    /// Where the rule comes from.
    pub source: &'static str,
}

/// A rule and what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub name: &'static str,
    pub level: Level,
    pub found: String,
    pub advice: &'static str,
    pub source: &'static str,
}

impl Judge {
    pub fn level(&self, found: &str) -> Level {
        let number = || found.parse::<f64>().ok();
        match self {
            Self::OneOf(known, otherwise) => {
                if known.contains(&found) {
                    Level::Ok
                } else {
                    *otherwise
                }
            }
            Self::NoneOf(known, those) => {
                if known.contains(&found) {
                    *those
                } else {
                    Level::Ok
                }
            }
            Self::AtLeast(unfit, warning) => match number() {
                Some(value) if value >= *warning => Level::Ok,
                Some(value) if value >= *unfit => Level::Warning,
                Some(_) => Level::Unfit,
                None => Level::Unknown,
            },
            Self::AtMost(warning, unfit) => match number() {
                Some(value) if value <= *warning => Level::Ok,
                Some(value) if value <= *unfit => Level::Warning,
                Some(_) => Level::Unfit,
                None => Level::Unknown,
            },
            Self::Within(least, most) => match number() {
                Some(value) if (*least..=*most).contains(&value) => Level::Ok,
                Some(_) => Level::Warning,
                None => Level::Unknown,
            },
        }
    }
}

impl<A> Rule<A> {
    /// `None`: it cannot be seen from here.
    pub fn judged(&self, found: Option<String>) -> Finding {
        let level = found.as_deref().map_or(Level::Unknown, |found| self.judge.level(found));
        let found =
            found.map_or_else(|| "cannot be seen from here".into(), |found| if self.unit.is_empty() { found } else { format!("{found} {}", self.unit) });
        Finding { name: self.name, level, found, advice: self.advice, source: self.source }
    }
}

impl Finding {
    /// A line, and two more with what to do and why if the rule is not kept.
    pub fn to_text(&self) -> String {
        let mut out = format!("{:<8} {:<22} {}", self.level.name(), self.name, self.found);
        if self.level >= Level::Warning {
            // Writing to a string does not fail.
            let _ = write!(out, "\n         {}\n         {}", self.advice, self.source);
        }
        out
    }
}

/// The value in the middle.
pub fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_rule_tells_fit_from_unfit() {
        let level = |judge: Judge, found: &str| judge.level(found);
        assert_eq!((level(Judge::OneOf(&["on"], Level::Unfit), "on"), level(Judge::OneOf(&["on"], Level::Unfit), "off")), (Level::Ok, Level::Unfit));
        assert_eq!(
            (level(Judge::NoneOf(&["off"], Level::Warning), "local"), level(Judge::NoneOf(&["off"], Level::Warning), "off")),
            (Level::Ok, Level::Warning)
        );
        let least: Vec<Level> = ["9", "10", "19", "20", "x"].map(|found| level(Judge::AtLeast(10.0, 20.0), found)).into();
        assert_eq!(least, [Level::Unfit, Level::Warning, Level::Warning, Level::Ok, Level::Unknown]);
        let most: Vec<Level> = ["1", "1.5", "2.1"].map(|found| level(Judge::AtMost(1.0, 2.0), found)).into();
        assert_eq!(most, [Level::Ok, Level::Warning, Level::Unfit]);
        assert_eq!((level(Judge::Within(10.0, 40.0), "40"), level(Judge::Within(10.0, 40.0), "41")), (Level::Ok, Level::Warning));
        assert_eq!(median(vec![5.0, 1.0, 3.0]), Some(3.0));
    }
}

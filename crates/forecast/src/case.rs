//! What is known at the moment when something is foretold. The one place where features are made: for learning and for
//! whoever is shown an estimate, so that a model is asked in the words in which it was taught.

use crate::Row;
use crate::number::quantile;

/// Lengths that the recent median looks back on.
const LATELY: usize = 20;
const MINUTE: f64 = 60.0;

/// A wait or a stay, over or not. Times in seconds of one origin.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Where others are counted; empty: everywhere.
    pub place: String,
    /// When it begins, which is when it is foretold.
    pub at: f64,
    /// When it was over, however it ended; none: it goes on.
    pub until: Option<f64>,
    /// It ended with what is foretold, so that its length counts.
    pub reached: bool,
    /// Hour of the day, 0 to 23, and day of the week, Monday 0.
    pub hour: u8,
    pub weekday: u8,
    /// How urgent; other numbers are other levels.
    pub acuity: u8,
}

impl Case {
    /// Minutes, of one that ended with what is foretold and not before it began.
    fn length(&self) -> Option<f64> {
        let until = self.until.filter(|until| self.reached && *until >= self.at)?;
        Some((until - self.at) / MINUTE)
    }
}

/// All cases of a time, among which one is foretold.
#[derive(Clone, Debug)]
pub struct Past {
    /// In the order of their beginnings.
    cases: Vec<Case>,
    reach: f64,
}

impl Past {
    /// Others are looked at if they began within `reach` seconds before: one that nobody closed is not counted for ever.
    pub fn new(mut cases: Vec<Case>, reach: f64) -> Self {
        cases.sort_by(|one, other| one.at.total_cmp(&other.at));
        Self { cases, reach }
    }

    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// Hour, weekday, level, how many others went on at that moment, and the median of the last lengths that were known then,
    /// in minutes (NaN: none was).
    pub fn features(&self, case: &Case) -> Vec<f64> {
        let from = self.cases.partition_point(|other| other.at < case.at - self.reach);
        let until = self.cases.partition_point(|other| other.at < case.at);
        let others = || self.cases.get(from..until).unwrap_or_default().iter().filter(|other| other.place == case.place);
        let going = others().filter(|other| other.until.is_none_or(|until| until > case.at)).count();
        let known = others().filter_map(|other| Some((other.until.filter(|until| *until <= case.at)?, other.length()?)));
        let mut known: Vec<(f64, f64)> = known.collect();
        known.sort_by(|one, other| other.0.total_cmp(&one.0));
        let mut lately: Vec<f64> = known.into_iter().take(LATELY).map(|(_, length)| length).collect();
        let median = quantile(&mut lately, 0.5).unwrap_or(f64::NAN);
        vec![f64::from(case.hour), f64::from(case.weekday), f64::from(case.acuity), going as f64, median]
    }

    /// A row to learn from; none of what has no length.
    pub fn row(&self, case: &Case) -> Option<Row> {
        let (known, value) = (case.until?, case.length()?);
        Some(Row { at: case.at, known, hour: case.hour, acuity: case.acuity, features: self.features(case), value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: f64 = 3_600.0;

    fn case(place: &str, at: f64, until: Option<f64>, reached: bool) -> Case {
        Case { place: place.into(), at, until, reached, hour: 9, weekday: 1, acuity: 3 }
    }

    /// FC-10
    #[test]
    fn only_what_was_so_at_that_moment_and_in_that_place_is_known() {
        let all = vec![
            // Seen after ten minutes; left after twenty; goes on; seen after the moment; elsewhere; of the day before.
            case("a", 0.0, Some(600.0), true),
            case("a", 60.0, Some(1_260.0), false),
            case("a", 120.0, None, false),
            case("a", 180.0, Some(9_000.0), true),
            case("b", 60.0, Some(120.0), true),
            case("a", -30.0 * HOUR, None, false),
            case("a", 240.0, Some(2_040.0), true),
        ];
        let asked = case("a", HOUR, None, false);
        let past = Past::new(all, 24.0 * HOUR);
        assert_eq!(past.features(&asked), [9.0, 1.0, 3.0, 2.0, 20.0]);
        // Nobody is among those who wait before them.
        assert_eq!(Past::new(vec![asked.clone()], 24.0 * HOUR).features(&asked)[3], 0.0);
        assert!(past.features(&case("c", HOUR, None, false))[4].is_nan());
        assert!(past.row(&asked).is_none() && past.row(&case("a", 0.0, Some(1.0), false)).is_none());
        assert_eq!(past.row(&case("a", HOUR, Some(HOUR + 120.0), true)).map(|row| row.value), Some(2.0));
        assert!(past.row(&case("a", HOUR, Some(HOUR - 120.0), true)).is_none());
    }
}

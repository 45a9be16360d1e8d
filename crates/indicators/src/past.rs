//! The times that are over, as pages ask for them.

use crate::figure::Period;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// Those of a first page, and of one looked at half a year back.
const MONTHS: i64 = 12;
/// As many as a page of a quarter draws.
const QUARTERS: i64 = 6;

/// Months and quarters before those of `now`, the latest of each first.
pub fn all(zone: &TimeZone, now: i64) -> impl Iterator<Item = Period> {
    [past(zone, now, 1, MONTHS), past(zone, now, 3, QUARTERS)].into_iter().flatten()
}

/// The times of so many months each before that of `now`, as pages ask for them, the latest first.
fn past(zone: &TimeZone, now: i64, each: i64, count: i64) -> Vec<Period> {
    let Ok(now) = Timestamp::from_millisecond(now) else { return Vec::new() };
    let month = now.to_zoned(zone.clone()).date().first_of_month();
    // A quarter begins with January, April, July or October.
    let into = (i64::from(month.month()) - 1) % each;
    let begin = |back: i64| {
        let day = month.checked_sub(Span::new().months(into + each * back)).ok()?;
        Some(day.to_zoned(zone.clone()).ok()?.timestamp().as_millisecond())
    };
    (0..count).filter_map(|back| Some(Period { from: begin(back + 1)?, to: begin(back)? })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_those_that_are_over_where_the_house_is() {
        let zone = TimeZone::get("Africa/Casablanca").expect("a zone");
        let at = |text: &str| text.parse::<Timestamp>().expect("a time").as_millisecond();
        // One hour after midnight there; in UTC the month before still goes on.
        let months = past(&zone, at("2025-07-31T23:30:00Z"), 1, MONTHS);
        assert_eq!(months.len(), 12);
        assert_eq!(months.first(), Some(&Period { from: at("2025-06-30T23:00:00Z"), to: at("2025-07-31T23:00:00Z") }));
        assert!(months.windows(2).all(|pair| pair[0].from == pair[1].to));
        let quarters = past(&zone, at("2025-08-31T23:30:00Z"), 3, QUARTERS);
        assert_eq!(quarters.len(), 6);
        // The clocks of Ramadan were still an hour back on the first of April.
        assert_eq!(quarters.first(), Some(&Period { from: at("2025-04-01T00:00:00Z"), to: at("2025-06-30T23:00:00Z") }));
        assert!(quarters.windows(2).all(|pair| pair[0].from == pair[1].to));
    }
}

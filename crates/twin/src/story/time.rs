//! Seconds since 1970 and what they are called at the hospital.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

pub const MINUTE: i64 = 60;
pub const HOUR: i64 = 3_600;
pub const DAY: i64 = 86_400;

/// The hospital's now and zone.
#[derive(Clone, Debug)]
pub struct Calendar {
    pub now: i64,
    zone: TimeZone,
}

impl Calendar {
    /// `None` if the zone is not known.
    pub fn new(now_ms: i64, zone: &str) -> Option<Self> {
        Some(Self { now: now_ms.div_euclid(1000), zone: TimeZone::get(zone).ok()? })
    }

    /// A date and time with the offset that holds then.
    pub fn instant(&self, at: i64) -> String {
        let zoned = Timestamp::from_second(at).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(self.zone.clone());
        zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }

    pub fn date_of(&self, at: i64) -> Date {
        Timestamp::from_second(at).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(self.zone.clone()).date()
    }

    pub fn day(&self, at: i64) -> String {
        self.date_of(at).to_string()
    }

    /// So many days before now, at a time of the day.
    pub fn at(&self, days_ago: f64, minute_of_day: i64) -> i64 {
        let day = self.date_of(self.now - (days_ago * DAY as f64) as i64);
        self.start_of(day) + minute_of_day * MINUTE
    }

    pub fn start_of(&self, day: Date) -> i64 {
        self.zone.to_ambiguous_zoned(day.at(0, 0, 0, 0)).compatible().map_or(0, |zoned| zoned.timestamp().as_second())
    }

    /// The working day at or after a moment, at the same time of the day.
    pub fn working(&self, at: i64) -> i64 {
        use jiff::civil::Weekday::{Saturday, Sunday};
        match self.date_of(at).weekday() {
            Saturday => at + 2 * DAY,
            Sunday => at + DAY,
            _ => at,
        }
    }

    pub fn years_before_now(&self, years: f64) -> Date {
        self.date_of(self.now - (years * 365.25 * DAY as f64) as i64)
    }

    pub fn age_at(&self, birth: Date, at: i64) -> f64 {
        (at - self.start_of(birth)) as f64 / (365.25 * DAY as f64)
    }
}

/// The first of January, for people who know but the year of their birth.
pub fn new_year(year: i16) -> Date {
    date(year.clamp(1, 9999), 1, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_offset_is_that_of_the_day() {
        // Noon of 21 November 2024 in UTC, and a day of the Ramadan of that year.
        let calendar = Calendar::new(1_732_190_400_000, "Africa/Casablanca").expect("zone");
        assert_eq!(calendar.instant(calendar.now), "2024-11-21T13:00:00+01:00");
        assert_eq!(calendar.instant(1_711_022_400), "2024-03-21T12:00:00+00:00");
        assert_eq!(calendar.day(calendar.at(1.0, 600)), "2024-11-20");
        assert_eq!(calendar.instant(calendar.at(1.0, 600)), "2024-11-20T10:00:00+01:00");
        assert!(Calendar::new(0, "Nowhere/Else").is_none());
    }
}

//! How old a patient is: in days, months or years, and said to be approximate where only part of the date is known.

use super::Voice;
use super::calendar::{Dated, Moment, zoned};
use jiff::civil::Date;
use rihla_kernel::Instant;

/// An age in the unit that is used for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Age {
    Days(u64),
    Months(u64),
    Years(u64),
}

impl Voice {
    /// The age at a moment: `3 jours`, `7 mois`, `34 ans`, `≈ 34 ans`; words where the birth date tells none.
    pub fn age(&self, birth: &str, at: Instant) -> String {
        let (Some((first, last)), Some(at)) = (bounds(birth.moment(self.zone())), zoned(at, self.zone())) else {
            return self.t("text-age-unknown");
        };
        let at = at.date();
        if first > at {
            return self.t("text-age-unknown");
        }
        let (oldest, youngest) = (age(first, at), age(last.min(at), at));
        if oldest == youngest {
            return self.in_words(oldest);
        }
        match age_in_years(first, at) {
            0 => self.t("text-age-under-a-year"),
            years => self.put("text-age-about", &[("age", self.in_words(Age::Years(years)))]),
        }
    }

    fn in_words(&self, age: Age) -> String {
        match age {
            Age::Days(days) => self.tn("text-age-days", days),
            Age::Months(months) => self.tn("text-age-months", months),
            Age::Years(years) => self.tn("text-age-years", years),
        }
    }
}

/// The first and the last day that a birth date may mean.
fn bounds(birth: Moment<'_>) -> Option<(Date, Date)> {
    match birth {
        Moment::Year(year) => Some((Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?)),
        Moment::Month(year, month) => {
            let first = Date::new(year, month, 1).ok()?;
            Some((first, first.last_of_month()))
        }
        Moment::Day(date) => Some((date, date)),
        Moment::Full(at) => Some((at.date(), at.date())),
        Moment::Time(_) | Moment::Raw(_) => None,
    }
}

/// Days until four weeks and a whole month have passed, months in the first two years.
fn age(birth: Date, at: Date) -> Age {
    let days = at.duration_since(birth).as_hours() / 24;
    let months = (i64::from(at.year()) - i64::from(birth.year())) * 12 + i64::from(at.month()) - i64::from(birth.month());
    let months = months - i64::from(at.day() < birth.day());
    match (days, months) {
        (..28, _) | (_, ..1) => Age::Days(days.unsigned_abs()),
        (_, ..24) => Age::Months(months.unsigned_abs()),
        _ => Age::Years(months.unsigned_abs() / 12),
    }
}

fn age_in_years(birth: Date, at: Date) -> u64 {
    match age(birth, at) {
        Age::Years(years) => years,
        Age::Months(months) => months / 12,
        Age::Days(_) => 0,
    }
}

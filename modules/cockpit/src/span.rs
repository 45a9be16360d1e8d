//! Which time is looked at, and which part of the house.

use crate::HOUSE;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use rihla_indicators::figure::{Period, Question, Unit, morning};
use rihla_kernel::{Fault, FaultKind};
use rihla_web::{Desk, Refusal};
use serde::Deserialize;

/// What an address asks for.
#[derive(Clone, Default, Deserialize)]
pub struct Asked {
    /// `2026-01`
    #[serde(default)]
    pub month: String,
    /// `2026-1`
    #[serde(default)]
    pub quarter: String,
    /// The Location of a site; none: the whole house.
    #[serde(default)]
    pub site: String,
}

impl Asked {
    /// The end of an address that keeps to the site.
    pub fn kept(&self) -> String {
        if self.site.is_empty() { String::new() } else { format!("&site={}", rihla_web::percent(&self.site)) }
    }
}

/// One month or one quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looked {
    pub first: Date,
    /// 1 or 3.
    pub months: i64,
}

impl Looked {
    /// Of what was not said, or is no month, the month of now.
    pub fn of(asked: &Asked, today: Date) -> Self {
        let number = |text: &str| text.split_once('-').and_then(|(year, number)| Some((year.parse::<i16>().ok()?, number.parse::<i8>().ok()?)));
        let quarter =
            number(&asked.quarter).filter(|(_, quarter)| (1..=4).contains(quarter)).and_then(|(year, quarter)| Date::new(year, quarter * 3 - 2, 1).ok());
        let month = number(&asked.month).and_then(|(year, month)| Date::new(year, month, 1).ok());
        match (quarter, month) {
            (Some(first), _) => Self { first, months: 3 },
            (None, month) => Self { first: month.unwrap_or_else(|| today.first_of_month()), months: 1 },
        }
    }

    /// So many months or quarters before.
    pub fn before(self, count: i64) -> Self {
        Self { first: self.first.checked_sub(Span::new().months(self.months * count)).unwrap_or(self.first), ..self }
    }

    fn next(self) -> Date {
        self.first.checked_add(Span::new().months(self.months)).unwrap_or(self.first)
    }

    pub fn last(self) -> Date {
        self.next().yesterday().unwrap_or(self.first)
    }

    pub fn period(self, zone: &TimeZone) -> Period {
        Period { from: midnight(self.first, zone), to: midnight(self.next(), zone) }
    }

    /// As an address says it.
    pub fn query(self) -> String {
        match self.months {
            3 => format!("quarter={:04}-{}", self.first.year(), (self.first.month() + 2) / 3),
            _ => format!("month={}", self.month()),
        }
    }

    /// As a field takes it.
    pub fn month(self) -> String {
        format!("{:04}-{:02}", self.first.year(), self.first.month())
    }
}

/// When a day begins, in milliseconds.
pub fn midnight(day: Date, zone: &TimeZone) -> i64 {
    day.to_zoned(zone.clone()).map_or(0, |at| at.timestamp().as_millisecond())
}

pub fn day_of(at: i64, zone: &TimeZone) -> Date {
    Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone.clone()).date()
}

/// The days from which weeks begin: so many whole weeks that end before a day, and that day's own bound.
pub fn weeks(until: Date, count: i64, zone: &TimeZone) -> Vec<i64> {
    let monday = until.checked_sub(Span::new().days(i64::from(until.weekday().to_monday_zero_offset()))).unwrap_or(until);
    (0..=count).rev().filter_map(|back| Some(midnight(monday.checked_sub(Span::new().weeks(back)).ok()?, zone))).collect()
}

pub fn today(desk: &Desk) -> Date {
    day_of(desk.voice.now().0, desk.voice.zone())
}

/// The whole house for whom it is for; else the unit in which the person acts.
pub fn unit(desk: &Desk, asked: &Asked) -> Result<Unit, Refusal> {
    if desk.person.may(HOUSE.0) {
        let site = if asked.site.is_empty() { None } else { desk.place_key(&asked.site)? };
        return Ok(site.map_or(Unit::House, Unit::Site));
    }
    let none = || Fault::new(FaultKind::Invalid, "RH-COCKPIT-UNIT", "This role sees the figures of its own unit, and acts for none now.");
    let own = desk.person.unit.as_deref().ok_or_else(none)?;
    Ok(Unit::Ward(desk.place_key(own)?.ok_or_else(none)?))
}

/// The sites that can be chosen, by id and name, and whether one is; none where there is one alone, or the role sees a unit.
pub fn sites(desk: &Desk, asked: &Asked) -> Result<Vec<(String, String, bool)>, Refusal> {
    if !desk.person.may(HOUSE.0) {
        return Ok(Vec::new());
    }
    let (keys, _) = desk.figures(rihla_indicators::Facts::sites)?;
    let mut out = Vec::new();
    for key in keys {
        let Some((_, id)) = desk.behind(key)? else { continue };
        let here = id == asked.site;
        out.push((id, crate::said::place(desk, key), here));
    }
    Ok(if out.len() > 1 { out } else { Vec::new() })
}

pub fn question(desk: &Desk, period: Period, unit: Unit) -> Question {
    Question { period, unit, now: desk.voice.now().0, morning }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_month_and_a_quarter_are_read_and_written_alike() {
        let today = date(2026, 5, 17);
        let asked = |month: &str, quarter: &str| Looked::of(&Asked { month: month.into(), quarter: quarter.into(), site: String::new() }, today);
        assert_eq!(asked("", ""), Looked { first: date(2026, 5, 1), months: 1 });
        assert_eq!(asked("2025-13", ""), asked("", ""));
        assert_eq!((asked("2026-02", "").last(), asked("2026-02", "").query()), (date(2026, 2, 28), "month=2026-02".to_owned()));
        let quarter = asked("", "2025-4");
        assert_eq!((quarter.last(), quarter.query(), quarter.before(1).query()), (date(2025, 12, 31), "quarter=2025-4".into(), "quarter=2025-3".into()));
    }

    #[test]
    fn weeks_begin_on_mondays_and_are_over() {
        let bounds = weeks(date(2026, 1, 15), 2, &TimeZone::UTC);
        let days: Vec<Date> = bounds.iter().map(|at| day_of(*at, &TimeZone::UTC)).collect();
        assert_eq!(days, [date(2025, 12, 29), date(2026, 1, 5), date(2026, 1, 12)]);
    }
}

//! Dates and times as FHIR writes them, in words, in the zone of the site.

use super::Voice;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use rihla_kernel::Instant;
use std::borrow::Cow;

/// A point in time as precise as it was written (<https://hl7.org/fhir/R4/datatypes.html#dateTime>).
#[derive(Clone, Debug, PartialEq)]
pub enum Moment<'t> {
    Year(i16),
    Month(i16, i8),
    Day(Date),
    Time(Time),
    Full(Zoned),
    /// Was not understood, and is shown as it came.
    Raw(Cow<'t, str>),
}

/// What can be shown as a date: a text of FHIR, or an instant.
pub trait Dated {
    fn moment(&self, zone: &TimeZone) -> Moment<'_>;
}

impl<T: Dated + ?Sized> Dated for &T {
    fn moment(&self, zone: &TimeZone) -> Moment<'_> {
        (**self).moment(zone)
    }
}

impl Dated for str {
    fn moment(&self, zone: &TimeZone) -> Moment<'_> {
        read(self, zone).unwrap_or(Moment::Raw(Cow::Borrowed(self)))
    }
}

impl Dated for String {
    fn moment(&self, zone: &TimeZone) -> Moment<'_> {
        self.as_str().moment(zone)
    }
}

/// What is absent is shown as nothing.
impl<T: Dated> Dated for Option<T> {
    fn moment(&self, zone: &TimeZone) -> Moment<'_> {
        self.as_ref().map_or(Moment::Raw(Cow::Borrowed("")), |when| when.moment(zone))
    }
}

impl Dated for Instant {
    fn moment(&self, zone: &TimeZone) -> Moment<'_> {
        zoned(*self, zone).map_or_else(|| Moment::Raw(Cow::Owned(self.0.to_string())), Moment::Full)
    }
}

pub(super) fn zoned(at: Instant, zone: &TimeZone) -> Option<Zoned> {
    Timestamp::from_millisecond(at.0).ok().map(|at| at.to_zoned(zone.clone()))
}

fn read(text: &str, zone: &TimeZone) -> Option<Moment<'static>> {
    let number = |from: usize, until: usize| text.get(from..until).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    match (text.len(), text.as_bytes().get(4)) {
        (4, None) => number(0, 4)?.parse().ok().filter(|year| *year > 0).map(Moment::Year),
        (7, Some(b'-')) => {
            let (year, month) = (number(0, 4)?.parse().ok()?, number(5, 7)?.parse().ok()?);
            Date::new(year, month, 1).ok().map(|_| Moment::Month(year, month))
        }
        (10, Some(b'-')) => text.parse().ok().map(Moment::Day),
        (_, Some(b'-')) if text.as_bytes().get(10) == Some(&b'T') => full(text, zone).map(Moment::Full),
        (5.., _) if text.as_bytes().get(2) == Some(&b':') => text.parse().ok().map(Moment::Time),
        _ => None,
    }
}

/// A time with its offset; without one it is meant in the zone of the site.
fn full(text: &str, zone: &TimeZone) -> Option<Zoned> {
    match text.parse::<Timestamp>() {
        Ok(at) => Some(at.to_zoned(zone.clone())),
        Err(_) => text.parse::<DateTime>().ok()?.to_zoned(zone.clone()).ok(),
    }
}

impl Voice {
    /// `21 nov. 2026`; of a partial date what there is of it.
    pub fn date(&self, when: impl Dated) -> String {
        match when.moment(self.zone()) {
            Moment::Full(at) => self.day(at.date()),
            other => self.whole(&other),
        }
    }

    /// `14:05`; of a date without a time the date.
    pub fn time(&self, when: impl Dated) -> String {
        match when.moment(self.zone()) {
            Moment::Full(at) => clock(at.time()),
            other => self.whole(&other),
        }
    }

    /// `21 nov. 2026, 14:05`; of a date without a time the date.
    pub fn date_time(&self, when: impl Dated) -> String {
        self.whole(&when.moment(self.zone()))
    }

    /// `21 novembre 2026`, where there is room: letters, prints, the head of a page.
    pub fn long_date(&self, when: impl Dated) -> String {
        match when.moment(self.zone()) {
            Moment::Full(at) => self.long_day(at.date()),
            Moment::Day(date) => self.long_day(date),
            other => self.whole(&other),
        }
    }

    fn whole(&self, moment: &Moment<'_>) -> String {
        match moment {
            Moment::Year(year) => format!("{year:04}"),
            Moment::Month(year, month) => self.put("text-month-of-year", &[("month", self.month(*month)), ("year", format!("{year:04}"))]),
            Moment::Day(date) => self.day(*date),
            Moment::Time(time) => clock(*time),
            Moment::Full(at) => self.put("text-date-time", &[("date", self.day(at.date())), ("time", clock(at.time()))]),
            Moment::Raw(text) => self.isolated(text),
        }
    }

    fn day(&self, date: Date) -> String {
        self.written_day(date, self.month(date.month()))
    }

    fn long_day(&self, date: Date) -> String {
        self.written_day(date, self.tn("text-month-long", date.month() as u8))
    }

    fn written_day(&self, date: Date, month: String) -> String {
        self.put("text-day", &[("day", date.day().to_string()), ("month", month), ("year", format!("{:04}", date.year()))])
    }

    fn month(&self, month: i8) -> String {
        self.tn("text-month", month.unsigned_abs())
    }

    /// How long ago, or how long until: `il y a 12 min`, `hier`, `dans 3 h`. Of a date without a time in days.
    pub fn ago(&self, when: impl Dated) -> String {
        let Some(now) = zoned(self.now(), self.zone()) else { return self.date_time(when) };
        match when.moment(self.zone()) {
            Moment::Full(at) => self.since(&now, &at),
            Moment::Day(date) => self.days_since(days_between(date, now.date())),
            other => self.whole(&other),
        }
    }

    fn since(&self, now: &Zoned, at: &Zoned) -> String {
        let seconds = now.timestamp().as_second() - at.timestamp().as_second();
        let (minutes, future) = (seconds.abs() / 60, seconds < 0);
        let days = days_between(at.date(), now.date());
        match (minutes, future) {
            (0, _) => self.t("text-now"),
            (1..60, false) => self.tn("text-minutes-ago", minutes),
            (1..60, true) => self.tn("text-in-minutes", minutes),
            (60..1440, false) => self.tn("text-hours-ago", minutes / 60),
            (60..1440, true) => self.tn("text-in-hours", minutes / 60),
            _ if days == 0 => self.tn(if future { "text-in-hours" } else { "text-hours-ago" }, minutes / 60),
            _ => self.days_since(days),
        }
    }

    fn days_since(&self, days: i64) -> String {
        let (count, future) = (days.abs(), days < 0);
        match (count, future) {
            (0, _) => self.t("text-today"),
            (1, false) => self.t("text-yesterday"),
            (1, true) => self.t("text-tomorrow"),
            (2..60, false) => self.tn("text-days-ago", count),
            (2..60, true) => self.tn("text-in-days", count),
            (60..730, false) => self.tn("text-months-ago", count * 100 / 3_044),
            (60..730, true) => self.tn("text-in-months", count * 100 / 3_044),
            (_, false) => self.tn("text-years-ago", count * 100 / 36_525),
            (_, true) => self.tn("text-in-years", count * 100 / 36_525),
        }
    }
}

fn clock(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

fn days_between(from: Date, until: Date) -> i64 {
    let days = |date: Date| date.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24;
    days(until) - days(from)
}

//! Which shift it is, since when and until when, in the hours of the site.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use rihla_kernel::Instant;
use rihla_packs::{Names, Shift, Shifts};

const HOUR: i64 = 3_600_000;
const MINUTE: i64 = 60_000;
/// What is looked at, back and ahead, while the pack names no shift of today.
const UNKNOWN: i64 = 8 * HOUR;

/// A stretch of work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span<'p> {
    /// None: the pack names no shift of today.
    pub names: Option<&'p Names>,
    pub from: Instant,
    pub to: Instant,
    /// The shift after it.
    pub next: Option<&'p Names>,
    /// From here on a handover is for the next shift.
    pub handover: Instant,
    /// From here on one was for this shift.
    pub taken: Instant,
}

impl<'p> Span<'p> {
    pub fn at(now: Instant, shifts: &'p Shifts, zone: &TimeZone) -> Self {
        Self::known(now, shifts, zone).unwrap_or(Self {
            names: None,
            from: Instant(now.0 - UNKNOWN),
            to: Instant(now.0 + UNKNOWN),
            next: None,
            handover: Instant(now.0 + UNKNOWN),
            taken: Instant(now.0 - UNKNOWN),
        })
    }

    fn known(now: Instant, shifts: &'p Shifts, zone: &TimeZone) -> Option<Self> {
        let here = Timestamp::from_millisecond(now.0).ok()?.to_zoned(zone.clone());
        let today = here.date();
        let (shift, before) = shifts.at(u8::try_from(here.hour()).ok()?).filter(|_| shifts.hold_on(today))?;
        let day = if before { today.checked_sub(1.day()).ok()? } else { today };
        let (next, later) = shifts.after(shift)?;
        let after = if later { day.checked_add(1.day()).ok()? } else { day };
        let (from, to) = (begin(day, shift, zone)?, begin(after, next, zone)?);
        let lead = i64::from(shifts.handover) * MINUTE;
        Some(Self { names: Some(&shift.names), from, to, next: Some(&next.names), handover: Instant(to.0 - lead), taken: Instant(from.0 - lead) })
    }
}

/// When a shift begins that is named after this day.
fn begin(day: Date, shift: &Shift, zone: &TimeZone) -> Option<Instant> {
    let at = day.at(i8::try_from(shift.from).ok()?, 0, 0, 0).to_zoned(zone.clone()).ok()?;
    Some(Instant(at.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shift(code: &str, from: u8) -> Shift {
        Shift { code: code.to_owned(), from, names: Names::from([("fr".to_owned(), code.to_owned())]) }
    }

    fn shifts() -> Shifts {
        let provenance = rihla_packs::Provenance { source: "s".to_owned(), from: Some(jiff::civil::date(2026, 1, 1)), until: None, validator: None };
        Shifts { list: vec![shift("day", 7), shift("night", 19)], handover: 60, provenance: Some(provenance) }
    }

    fn at(text: &str) -> Instant {
        Instant(text.parse::<Timestamp>().expect("a time").as_millisecond())
    }

    #[test]
    fn the_night_began_on_the_day_before() {
        let (shifts, zone) = (shifts(), TimeZone::fixed(jiff::tz::offset(1)));
        let span = |now: &str| Span::at(at(now), &shifts, &zone);
        let night = span("2026-01-15T02:00:00Z");
        assert_eq!((night.from, night.to), (at("2026-01-14T18:00:00Z"), at("2026-01-15T06:00:00Z")));
        assert_eq!((night.taken, night.handover), (at("2026-01-14T17:00:00Z"), at("2026-01-15T05:00:00Z")));
        assert_eq!(night.names.and_then(|names| names.get("fr")).map(String::as_str), Some("night"));
        assert_eq!(span("2026-01-15T06:00:00Z").from, at("2026-01-15T06:00:00Z"), "a shift begins with its hour");
    }

    #[test]
    fn before_shifts_hold_eight_hours_are_looked_at() {
        let shifts = shifts();
        let span = Span::at(at("2025-12-31T12:00:00Z"), &shifts, &TimeZone::UTC);
        assert_eq!((span.names, span.from, span.to), (None, at("2025-12-31T04:00:00Z"), at("2025-12-31T20:00:00Z")));
    }
}

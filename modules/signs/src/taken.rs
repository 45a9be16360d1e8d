//! When something was measured: now unless somebody says otherwise, and never in the future.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rihla_kernel::Instant;

/// What is wrong with a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    Unreadable,
    Future,
}

/// One minute, in milliseconds.
const MINUTE: i64 = 60_000;

/// A moment as a browser's field has it, in the zone of the site.
pub fn field(at: Instant, zone: &TimeZone) -> String {
    Timestamp::from_millisecond(at.0).map(|at| at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M").to_string()).unwrap_or_default()
}

/// What was typed; empty: now. The minute that goes on is not the future.
pub fn read(text: &str, now: Instant, zone: &TimeZone) -> Result<Instant, Wrong> {
    let minute = Instant(now.0 - now.0.rem_euclid(MINUTE));
    if text.is_empty() {
        return Ok(minute);
    }
    let time: DateTime = text.parse().map_err(|_| Wrong::Unreadable)?;
    if !text.contains('T') {
        return Err(Wrong::Unreadable);
    }
    let at = time.to_zoned(zone.clone()).map_err(|_| Wrong::Unreadable)?.timestamp().as_millisecond();
    if at > now.0 { Err(Wrong::Future) } else { Ok(Instant(at)) }
}

/// As FHIR writes it, with the offset of the site.
pub fn fhir(at: Instant, zone: &TimeZone) -> String {
    Timestamp::from_millisecond(at.0).map(|at| at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SIGN-5
    #[test]
    fn earlier_is_kept_and_later_is_refused() {
        let zone = TimeZone::get("Africa/Casablanca").expect("a zone");
        // 2026-01-15T08:00:30Z, 09:00:30 in Casablanca.
        let now = Instant(1_768_464_030_000);
        assert_eq!(field(now, &zone), "2026-01-15T09:00");
        let read = |text: &str| read(text, now, &zone).map(|at| fhir(at, &zone));
        assert_eq!(read(""), Ok("2026-01-15T09:00:00+01:00".into()));
        assert_eq!(read("2026-01-15T09:00"), Ok("2026-01-15T09:00:00+01:00".into()));
        assert_eq!(read("2026-01-14T23:10"), Ok("2026-01-14T23:10:00+01:00".into()));
        assert_eq!(read("2026-01-15T09:01"), Err(Wrong::Future));
        for text in ["2026-01-15", "09:00", "15/01/2026 09:00", "2026-02-30T09:00"] {
            assert_eq!(read(text), Err(Wrong::Unreadable), "{text}");
        }
    }
}

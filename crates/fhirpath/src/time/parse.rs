//! FHIR's date, dateTime and instant (<https://hl7.org/fhir/R4/datatypes.html#dateTime>) as the range they cover.

use super::Zone;

const DAY: i64 = 86_400_000;

/// From the first to the last millisecond, both within.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub lo: i64,
    pub hi: i64,
}

impl Span {
    /// No earlier bound: a Period without a start.
    pub const OPEN_START: i64 = i64::MIN;
    /// No later bound: a Period without an end.
    pub const OPEN_END: i64 = i64::MAX;

    /// The smallest range that covers both.
    pub fn cover(self, other: Span) -> Span {
        Span { lo: self.lo.min(other.lo), hi: self.hi.max(other.hi) }
    }
}

/// Reads a date as precisely as it was written. Without an offset it is meant in `zone`.
///
/// Minutes without seconds are accepted too, since queries may have them
/// (<https://hl7.org/fhir/R4/search.html#date>). What no calendar has (31 April) is `None`.
pub fn parse_date(text: &str, zone: &Zone) -> Option<Span> {
    let bytes = text.as_bytes();
    let year = number(bytes, 0, 4)?;
    if year == 0 {
        return None;
    }
    if bytes.len() == 4 {
        return Some(local_days(days_from_civil(year, 1, 1), days_from_civil(year + 1, 1, 1), zone));
    }
    let month = number_after(bytes, 4, b'-').filter(|month| (1..=12).contains(month))?;
    let first = days_from_civil(year, month, 1);
    let next = if month == 12 { days_from_civil(year + 1, 1, 1) } else { days_from_civil(year, month + 1, 1) };
    if bytes.len() == 7 {
        return Some(local_days(first, next, zone));
    }
    let day = first + number_after(bytes, 7, b'-')? - 1;
    if day < first || day >= next {
        return None;
    }
    if bytes.len() == 10 {
        return Some(local_days(day, day + 1, zone));
    }
    let (wall, length, rest) = time_of_day(bytes)?;
    let wall = day * DAY + wall;
    let lo = match rest {
        b"" => zone.to_utc(wall),
        b"Z" => wall,
        offset => wall - offset_millis(offset)?,
    };
    Some(Span { lo, hi: lo + length - 1 })
}

fn local_days(from: i64, until: i64, zone: &Zone) -> Span {
    Span { lo: zone.to_utc(from * DAY), hi: zone.to_utc(until * DAY) - 1 }
}

/// Milliseconds into the day, how many of them the precision covers, and what follows.
fn time_of_day(bytes: &[u8]) -> Option<(i64, i64, &[u8])> {
    let hour = number_after(bytes, 10, b'T').filter(|hour| *hour < 24)?;
    let minute = number_after(bytes, 13, b':').filter(|minute| *minute < 60)?;
    let minutes = (hour * 60 + minute) * 60_000;
    if bytes.get(16) != Some(&b':') {
        return Some((minutes, 60_000, bytes.get(16..)?));
    }
    // 60 is a leap second, which the format allows; it is read as the first moment of the next minute.
    let second = number(bytes, 17, 2).filter(|second| *second <= 60)?;
    let at = minutes + second * 1_000;
    let rest = bytes.get(19..)?;
    let Some((b'.', fraction)) = rest.split_first() else {
        return Some((at, 1_000, rest));
    };
    let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (mut millis, mut unit) = (0, 1_000);
    for byte in fraction.get(..digits.min(3))? {
        unit /= 10;
        millis += i64::from(byte - b'0') * unit;
    }
    (digits > 0).then_some((at + millis, unit, fraction.get(digits..)?))
}

fn offset_millis(text: &[u8]) -> Option<i64> {
    let sign = match text.first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = number(text, 1, 2).filter(|hours| *hours <= 14)?;
    let minutes = number_after(text, 3, b':').filter(|minutes| *minutes < 60)?;
    (text.len() == 6).then_some(sign * (hours * 60 + minutes) * 60_000)
}

fn number_after(bytes: &[u8], at: usize, sign: u8) -> Option<i64> {
    if bytes.get(at) != Some(&sign) {
        return None;
    }
    number(bytes, at + 1, 2)
}

fn number(bytes: &[u8], at: usize, length: usize) -> Option<i64> {
    let mut value = 0;
    for byte in bytes.get(at..at + length)? {
        value = value * 10 + i64::from(char::from(*byte).to_digit(10)?);
    }
    Some(value)
}

/// Days since 1970-01-01 in the Gregorian calendar (Hinnant, "chrono-compatible low-level date algorithms").
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(text: &str, zone: &Zone) -> Option<(String, String)> {
        let show = |at: i64| jiff::Timestamp::from_millisecond(at).expect("time").to_string();
        parse_date(text, zone).map(|span| (show(span.lo), show(span.hi)))
    }

    fn pair(lo: &str, hi: &str) -> Option<(String, String)> {
        Some((lo.into(), hi.into()))
    }

    #[test]
    fn each_precision_covers_its_whole_length() {
        let utc = Zone::utc();
        assert_eq!(span("2020", &utc), pair("2020-01-01T00:00:00Z", "2020-12-31T23:59:59.999Z"));
        assert_eq!(span("2020-02", &utc), pair("2020-02-01T00:00:00Z", "2020-02-29T23:59:59.999Z"));
        assert_eq!(span("2020-12", &utc), pair("2020-12-01T00:00:00Z", "2020-12-31T23:59:59.999Z"));
        assert_eq!(span("1969-05-17", &utc), pair("1969-05-17T00:00:00Z", "1969-05-17T23:59:59.999Z"));
        assert_eq!(span("2020-05-17T10:30", &utc), pair("2020-05-17T10:30:00Z", "2020-05-17T10:30:59.999Z"));
        assert_eq!(span("2020-05-17T10:30:05Z", &utc), pair("2020-05-17T10:30:05Z", "2020-05-17T10:30:05.999Z"));
        assert_eq!(span("2020-05-17T10:30:05.1Z", &utc), pair("2020-05-17T10:30:05.1Z", "2020-05-17T10:30:05.199Z"));
        assert_eq!(span("2020-05-17T10:30:05.123456Z", &utc), pair("2020-05-17T10:30:05.123Z", "2020-05-17T10:30:05.123Z"));
    }

    #[test]
    fn an_offset_counts_whatever_the_zone() {
        let zone = Zone::named("Africa/Casablanca").expect("zone");
        assert_eq!(span("2020-05-17T10:30:05+05:30", &zone), pair("2020-05-17T05:00:05Z", "2020-05-17T05:00:05.999Z"));
        assert_eq!(span("2020-05-17T23:30:05-01:00", &zone), pair("2020-05-18T00:30:05Z", "2020-05-18T00:30:05.999Z"));
    }

    #[test]
    fn partial_dates_follow_the_site_through_ramadan() {
        let zone = Zone::named("Africa/Casablanca").expect("zone");
        // In 2026 clocks go back on 15 February at 03:00 and forward on 22 March at 02:00.
        assert_eq!(span("2026-02-14", &zone), pair("2026-02-13T23:00:00Z", "2026-02-14T22:59:59.999Z"));
        assert_eq!(span("2026-02-15", &zone), pair("2026-02-14T23:00:00Z", "2026-02-15T23:59:59.999Z"));
        assert_eq!(span("2026-02-16", &zone), pair("2026-02-16T00:00:00Z", "2026-02-16T23:59:59.999Z"));
        assert_eq!(span("2026-03-22", &zone), pair("2026-03-22T00:00:00Z", "2026-03-22T22:59:59.999Z"));
        assert_eq!(span("2026-02", &zone), pair("2026-01-31T23:00:00Z", "2026-02-28T23:59:59.999Z"));
        assert_eq!(span("2026-03-01T08:00", &zone), pair("2026-03-01T08:00:00Z", "2026-03-01T08:00:59.999Z"));
    }

    #[test]
    fn what_no_calendar_has_is_refused() {
        for text in [
            "",
            "20",
            "0000",
            "2020-13",
            "2020-00",
            "2021-02-29",
            "2020-04-31",
            "2020-05-00",
            "2020-05-17T",
            "2020-05-17T24:00",
            "2020-05-17T10:30:05.Z",
            "2020-05-17T10:30:05+15:00",
            "2020-05-17T10:30:05+05:30x",
            "2020-05-17 10:30",
            "2020-5-1",
            "année",
        ] {
            assert_eq!(parse_date(text, &Zone::utc()), None, "{text}");
        }
    }
}

//! Since when: a year, a month or a day, as people know it.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rihla_kernel::Instant;

/// What was typed, as FHIR writes it: `2019`, `2019-05`, `2019-05-03`; also `05/2019` and `03/05/2019`. `Ok(None)`: nothing.
/// `Err`: the key of what is wrong.
pub fn since(typed: &str, now: Instant, zone: &TimeZone) -> Result<Option<String>, &'static str> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let parts: Vec<&str> = if typed.contains('/') { typed.split('/').rev().collect() } else { typed.split('-').collect() };
    let numbers: Option<Vec<i16>> = parts.iter().map(|part| part.trim().parse().ok()).collect();
    let wrong = rihla_web::key!("problems-wrong-since");
    let (text, first) = match numbers.as_deref() {
        Some([year]) => (format!("{year:04}"), day(*year, 1, 1)),
        Some([year, month]) => (format!("{year:04}-{month:02}"), day(*year, *month, 1)),
        Some([year, month, date]) => (format!("{year:04}-{month:02}-{date:02}"), day(*year, *month, *date)),
        _ => return Err(wrong),
    };
    let first = first.filter(|first| first.year() >= 1850).ok_or(wrong)?;
    let today = jiff::Timestamp::from_millisecond(now.0).map_err(|_| wrong)?.to_zoned(zone.clone()).date();
    if first > today { Err(rihla_web::key!("problems-wrong-future")) } else { Ok(Some(text)) }
}

fn day(year: i16, month: i16, date: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(date).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PROB-2
    #[test]
    fn a_year_is_enough_and_nothing_begins_tomorrow() {
        let now = Instant(1_768_465_800_000); // 2026-01-15
        let said = |typed: &str| since(typed, now, &TimeZone::UTC);
        assert_eq!(said(" "), Ok(None));
        for (typed, text) in [("2019", "2019"), ("05/2019", "2019-05"), ("2019-5", "2019-05"), ("03/05/2019", "2019-05-03"), ("2026-01-15", "2026-01-15")] {
            assert_eq!(said(typed), Ok(Some(text.to_owned())), "{typed}");
        }
        assert_eq!(said("2026-01-16"), Err("problems-wrong-future"));
        assert_eq!(said("2027"), Err("problems-wrong-future"));
        for typed in ["19", "13/2019", "31/02/2019", "mai 2019", "1/2/3/4"] {
            assert_eq!(said(typed), Err("problems-wrong-since"), "{typed}");
        }
    }
}

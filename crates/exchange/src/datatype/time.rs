//! DTM, TS, DT: times. FHIR wants a zone with every time of day; one that is not written is the channel's.

use crate::Settings;
use crate::node::Object;
use jiff::civil::DateTime;
use rihla_hl7v2::Value;
use rihla_hl7v2::time::Stamp;
use std::borrow::Cow;

/// A day, a month or a year; the day alone of a time.
pub fn date(value: Value<'_>) -> Option<String> {
    stamp(value).map(|it| it.date())
}

/// With the time of day if there is one.
pub fn date_time(value: Value<'_>, settings: &Settings) -> Option<String> {
    let stamp = stamp(value)?;
    let Some(clock) = stamp.clock() else { return Some(stamp.date()) };
    Some(format!("{}T{clock}{}", stamp.date(), zone(&stamp, settings)?))
}

/// An instant has a time of day: midnight of a day, nothing for less.
pub fn instant(value: Value<'_>, settings: &Settings) -> Option<String> {
    let stamp = stamp(value)?;
    stamp.day?;
    Some(format!("{}T{}{}", stamp.date(), stamp.clock().unwrap_or_else(|| "00:00:00".to_owned()), zone(&stamp, settings)?))
}

pub fn period(start: Value<'_>, end: Value<'_>, settings: &Settings) -> Object {
    Object::new().with("start", date_time(start, settings)).with("end", date_time(end, settings))
}

pub fn period_of_days(start: Option<Cow<'_, str>>, end: Option<Cow<'_, str>>) -> Object {
    let day = |text: Option<Cow<'_, str>>| text.and_then(|it| Stamp::parse(&it)).map(|it| it.date());
    Object::new().with("start", day(start)).with("end", day(end))
}

fn stamp(value: Value<'_>) -> Option<Stamp> {
    Stamp::parse(&value.some()?)
}

/// Minutes east of UTC at that time of the channel's zone, or as they were written.
fn zone(stamp: &Stamp, settings: &Settings) -> Option<String> {
    let minutes = match stamp.offset {
        Some(minutes) => i32::from(minutes),
        None => {
            let small = |it: Option<u8>, otherwise: i8| it.and_then(|it| i8::try_from(it).ok()).unwrap_or(otherwise);
            let civil = DateTime::new(
                i16::try_from(stamp.year).ok()?,
                small(stamp.month, 1),
                small(stamp.day, 1),
                small(stamp.hour, 0),
                small(stamp.minute, 0),
                small(stamp.second, 0),
                0,
            );
            settings.zone.to_zoned(civil.ok()?).ok()?.offset().seconds() / 60
        }
    };
    let sign = if minutes < 0 { '-' } else { '+' };
    let minutes = minutes.abs();
    Some(format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_hl7v2::{Limits, Message};

    #[test]
    fn a_time_without_a_zone_is_the_channels() {
        let settings = Settings::of_sender("urn:x", jiff::tz::TimeZone::get("Africa/Casablanca").expect("zone"));
        // The clocks of this zone change for Ramadan: 11 March to 14 April 2024.
        let cases = [
            ("20240102030405", Some("2024-01-02T03:04:05+01:00")),
            ("20240320100000", Some("2024-03-20T10:00:00+00:00")),
            ("20240320100000-0500", Some("2024-03-20T10:00:00-05:00")),
            ("20240102", Some("2024-01-02")),
            ("soon", None),
        ];
        for (text, wanted) in cases {
            let line = format!("MSH|^~\\&|{text}");
            let message = Message::parse(&line, &Limits::default()).expect("message");
            assert_eq!(date_time(message.header().field(3), &settings).as_deref(), wanted, "{text}");
        }
    }
}

//! A time zone as a sorted list of its changes, so that a date costs a binary search and no lookup by name.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use thiserror::Error;

/// The name is in no time-zone table.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("time zone {0} is not known")]
pub struct UnknownZone(pub String);

/// The rules of a site's zone.
///
/// Changes are listed from 1900 to 2200; dates beyond keep the offset of the last change within.
#[derive(Clone, Debug)]
pub struct Zone {
    name: String,
    first_offset: i64,
    changes: Vec<Change>,
}

#[derive(Clone, Copy, Debug)]
struct Change {
    /// The first wall-clock time (ms, as if it were UTC) that is read with the new offset. A time that is skipped is
    /// read with the old offset, and so is the first pass of a time that comes twice, as RFC 5545 has it.
    wall: i64,
    /// Offset from UTC in ms from then on.
    offset: i64,
}

impl Zone {
    /// Finds a zone by its IANA name in the built-in table.
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        let zone = TimeZone::get(name).map_err(|_| UnknownZone(name.to_owned()))?;
        Ok(Self::from_rules(name, &zone))
    }

    /// No offset, no changes.
    pub fn utc() -> Self {
        Self { name: "UTC".to_owned(), first_offset: 0, changes: Vec::new() }
    }

    fn from_rules(name: &str, zone: &TimeZone) -> Self {
        let year = |seconds: i64| Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
        let (start, end) = (year(-2_208_988_800), year(7_258_118_400));
        let first_offset = millis(zone.to_offset(start));
        let mut before = first_offset;
        let mut changes = Vec::new();
        for change in zone.following(start).take_while(|change| change.timestamp() < end) {
            let offset = millis(change.offset());
            changes.push(Change { wall: change.timestamp().as_millisecond() + before.max(offset), offset });
            before = offset;
        }
        Self { name: name.to_owned(), first_offset, changes }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The UTC time of a wall-clock time; both in ms, the latter written as if it were UTC.
    pub fn to_utc(&self, wall: i64) -> i64 {
        let after = self.changes.partition_point(|change| change.wall <= wall);
        let offset = after.checked_sub(1).and_then(|at| self.changes.get(at)).map_or(self.first_offset, |change| change.offset);
        wall.saturating_sub(offset)
    }
}

fn millis(offset: Offset) -> i64 {
    i64::from(offset.seconds()) * 1_000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wall(text: &str) -> i64 {
        text.parse::<Timestamp>().expect("time").as_millisecond()
    }

    fn casablanca() -> Zone {
        Zone::named("Africa/Casablanca").expect("zone")
    }

    #[test]
    fn agrees_with_the_full_rules_hour_by_hour() {
        for name in ["Africa/Casablanca", "Europe/Paris", "America/New_York", "Asia/Kolkata", "UTC"] {
            let (zone, rules) = (Zone::named(name).expect("zone"), TimeZone::get(name).expect("rules"));
            for hour in 0..(4 * 366 * 24) {
                let at = wall("2024-01-01T00:30:00Z") + hour * 3_600_000;
                let civil = Timestamp::from_millisecond(at).expect("time").to_zoned(TimeZone::UTC).datetime();
                let expected = rules.to_ambiguous_zoned(civil).compatible().expect("zoned").timestamp().as_millisecond();
                assert_eq!(zone.to_utc(at), expected, "{name} {civil}");
            }
        }
    }

    #[test]
    fn morocco_is_an_hour_behind_itself_in_ramadan() {
        let zone = casablanca();
        assert_eq!(zone.to_utc(wall("2026-01-15T12:00:00Z")), wall("2026-01-15T11:00:00Z"));
        assert_eq!(zone.to_utc(wall("2026-03-01T12:00:00Z")), wall("2026-03-01T12:00:00Z"));
        assert_eq!(zone.to_utc(wall("2026-04-01T12:00:00Z")), wall("2026-04-01T11:00:00Z"));
    }

    #[test]
    fn far_dates_keep_the_last_offset() {
        let zone = Zone::named("America/New_York").expect("zone");
        assert_eq!(zone.to_utc(wall("9999-06-30T00:00:00Z")), wall("9999-06-30T05:00:00Z"));
        assert_eq!(Zone::named("Nowhere/Land").map(|_| ()), Err(UnknownZone("Nowhere/Land".into())));
    }
}

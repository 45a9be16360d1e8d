//! Time stamps (data types DTM, TS, DT): `YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]`.

/// A time as precise as it was written. Parts that were not written are `None`, and none is without the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub year: u16,
    pub month: Option<u8>,
    pub day: Option<u8>,
    pub hour: Option<u8>,
    pub minute: Option<u8>,
    pub second: Option<u8>,
    /// Tenths of milliseconds, and with how many digits they were written.
    pub fraction: Option<(u16, u8)>,
    /// Minutes east of UTC.
    pub offset: Option<i16>,
}

impl Stamp {
    /// `None` if the text is no time stamp. Days and months that no calendar has are none.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (moment, zone) = match text.find(['+', '-']) {
            Some(place) => (text.get(..place)?, Some(text.get(place..)?)),
            None => (text, None),
        };
        let (digits, fraction) = match moment.split_once('.') {
            Some((digits, fraction)) => (digits, Some(fraction)),
            None => (moment, None),
        };
        let known = matches!(digits.len(), 4 | 6 | 8 | 10 | 12 | 14) && digits.bytes().all(|it| it.is_ascii_digit());
        if !known || (fraction.is_some() && digits.len() != 14) {
            return None;
        }
        let two = |at: usize, low: u8, high: u8| match digits.get(at..at + 2) {
            None => Some(None),
            Some(part) => part.parse().ok().filter(|it| (low..=high).contains(it)).map(Some),
        };
        let year = digits.get(..4)?.parse().ok().filter(|it| *it > 0)?;
        let month = two(4, 1, 12)?;
        let day = two(6, 1, month.map_or(31, |it| days(year, it)))?;
        // A zone of a whole day says nothing.
        let offset = match zone {
            Some(zone) => Some(offset(zone)?).filter(|_| digits.len() >= 10),
            None => None,
        };
        let fraction = match fraction {
            Some(digits) => Some(tenths(digits)?),
            None => None,
        };
        // A leap second is the last one of its minute: FHIR has no other.
        let second = two(12, 0, 60)?.map(|it: u8| it.min(59));
        Some(Self { year, month, day, hour: two(8, 0, 23)?, minute: two(10, 0, 59)?, second, fraction, offset })
    }

    /// `2024-01-31`, `2024-01`, `2024`.
    pub fn date(&self) -> String {
        match (self.month, self.day) {
            (Some(month), Some(day)) => format!("{:04}-{month:02}-{day:02}", self.year),
            (Some(month), None) => format!("{:04}-{month:02}", self.year),
            _ => format!("{:04}", self.year),
        }
    }

    /// The time of day to the second, with the fraction as it was written; missing minutes and seconds are 0. `None` for a
    /// stamp of a day or longer.
    pub fn clock(&self) -> Option<String> {
        let hour = self.hour?;
        let mut out = format!("{hour:02}:{:02}:{:02}", self.minute.unwrap_or(0), self.second.unwrap_or(0));
        if let Some((value, digits)) = self.fraction {
            let all = format!("{value:04}");
            out.push('.');
            out.push_str(all.get(..usize::from(digits)).unwrap_or("0"));
        }
        Some(out)
    }
}

/// More than four digits are cut: the standard has no more.
fn tenths(digits: &str) -> Option<(u16, u8)> {
    let kept = digits.get(..digits.len().min(4))?;
    if kept.is_empty() || !digits.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let value: u16 = format!("{kept:0<4}").parse().ok()?;
    Some((value, u8::try_from(kept.len()).ok()?))
}

fn offset(zone: &str) -> Option<i16> {
    let digits = zone.get(1..).filter(|it| it.len() == 4 && it.bytes().all(|it| it.is_ascii_digit()))?;
    let hours: i16 = digits.get(..2)?.parse().ok().filter(|it| *it <= 14)?;
    let minutes: i16 = digits.get(2..)?.parse().ok().filter(|it| *it < 60)?;
    let east = hours * 60 + minutes;
    Some(if zone.starts_with('-') { -east } else { east })
}

fn days(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_keeps_its_precision() {
        let cases = [
            ("1954", "1954", None, None),
            ("195402", "1954-02", None, None),
            ("20240229", "2024-02-29", None, None),
            ("2024022914", "2024-02-29", Some("14:00:00"), None),
            ("20240229140509", "2024-02-29", Some("14:05:09"), None),
            ("20240229140509.120+0100", "2024-02-29", Some("14:05:09.120"), Some(60)),
            ("202402291405-0530", "2024-02-29", Some("14:05:00"), Some(-330)),
            ("20240229+0100", "2024-02-29", None, None),
        ];
        for (text, date, clock, offset) in cases {
            let stamp = Stamp::parse(text).expect(text);
            assert_eq!((stamp.date().as_str(), stamp.clock().as_deref(), stamp.offset), (date, clock, offset), "{text}");
        }
        for bad in ["", "20230229", "202413", "2024010125", "203", "2024-01-02", "20240101120000.", "20240101120000+1", "x", "٢٠٢٤", "00000101"] {
            assert_eq!(Stamp::parse(bad), None, "{bad}");
        }
    }
}

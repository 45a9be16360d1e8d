//! Dates as the system before wrote them: by formats that a map names, the first that fits.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// What a date says: the year, and as much of the rest as is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct When {
    pub year: u16,
    /// 0: not known; so is the day.
    pub month: u8,
    pub day: u8,
    /// Hour, minute, second.
    pub time: Option<(u8, u8, u8)>,
}

/// One way of writing: `YYYY`, `MM`, `DD`, `hh`, `mm`, `ss`, and signs between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Format(Vec<Piece>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    /// A part, and how many digits it has at most.
    Part(Part, usize),
    Sign(char),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

const PARTS: [(&str, Part); 6] = [("YYYY", Part::Year), ("MM", Part::Month), ("DD", Part::Day), ("hh", Part::Hour), ("mm", Part::Minute), ("ss", Part::Second)];
/// Years that somebody who is in a list of a hospital was born in, or came.
const YEARS: std::ops::RangeInclusive<u16> = 1880..=2200;

impl Format {
    /// Nothing if a letter stands for no part, a part stands twice, or there is no year. Two digits are no year: nobody
    /// knows which century.
    pub fn parse(text: &str) -> Option<Self> {
        let (mut pieces, mut rest) = (Vec::new(), text);
        while let Some(sign) = rest.chars().next() {
            if let Some((name, part)) = PARTS.iter().find(|(name, _)| rest.starts_with(name)) {
                pieces.push(Piece::Part(*part, name.len()));
                rest = rest.strip_prefix(name)?;
            } else if sign.is_alphanumeric() && sign != 'T' {
                return None;
            } else {
                pieces.push(Piece::Sign(sign));
                rest = rest.strip_prefix(sign)?;
            }
        }
        let count = |part: Part| pieces.iter().filter(|piece| matches!(piece, Piece::Part(known, _) if *known == part)).count();
        let has = |part: Part| count(part) == 1;
        let sound = has(Part::Year)
            && PARTS.iter().all(|(_, part)| count(*part) <= 1)
            && (!has(Part::Day) || has(Part::Month))
            && (!has(Part::Hour) || (has(Part::Day) && has(Part::Minute)))
            && (!has(Part::Minute) || has(Part::Hour))
            && (!has(Part::Second) || has(Part::Minute));
        sound.then_some(Self(pieces))
    }

    /// A month or a day of zeros is one that is not known. Where a sign follows, a single digit may stand for two.
    pub fn read(&self, text: &str) -> Option<When> {
        let (mut when, mut clock, mut rest) = (When::default(), [None; 3], text);
        for (at, piece) in self.0.iter().enumerate() {
            let (part, width) = match piece {
                Piece::Sign(sign) => {
                    rest = rest.strip_prefix(*sign)?;
                    continue;
                }
                Piece::Part(part, width) => (*part, *width),
            };
            let digits = rest.bytes().take(width).take_while(u8::is_ascii_digit).count();
            let may_be_short = part != Part::Year && digits > 0 && !matches!(self.0.get(at + 1), Some(Piece::Part(..)));
            if digits < width && !may_be_short {
                return None;
            }
            let (number, more) = rest.split_at_checked(digits)?;
            let number: u16 = number.parse().ok()?;
            let small = u8::try_from(number.min(99)).ok()?;
            match part {
                Part::Year => when.year = number,
                Part::Month => when.month = small,
                Part::Day => when.day = small,
                Part::Hour => clock[0] = Some(small),
                Part::Minute => clock[1] = Some(small),
                Part::Second => clock[2] = Some(small),
            }
            rest = more;
        }
        when.time = clock[0].zip(clock[1]).map(|(hour, minute)| (hour, minute, clock[2].unwrap_or(0)));
        (rest.is_empty() && when.is_one()).then_some(when)
    }
}

/// By the first format that fits.
pub fn read(text: &str, formats: &[Format]) -> Option<When> {
    formats.iter().find_map(|format| format.read(text))
}

impl When {
    fn is_one(&self) -> bool {
        let day = i8::try_from(self.day.max(1)).unwrap_or(0);
        let month = i8::try_from(self.month.max(1)).unwrap_or(0);
        let (hour, minute, second) = self.time.map_or((0, 0, 0), |(hour, minute, second)| (hour as i8, minute as i8, second as i8));
        YEARS.contains(&self.year)
            && (self.month > 0 || self.day == 0)
            && (self.day > 0 || self.time.is_none())
            && DateTime::new(self.year as i16, month, day, hour, minute, second, 0).is_ok()
    }

    /// As FHIR writes a date: as much as is known (<https://hl7.org/fhir/R4/datatypes.html#date>).
    pub fn date(&self) -> String {
        match (self.month, self.day) {
            (0, _) => format!("{:04}", self.year),
            (month, 0) => format!("{:04}-{month:02}", self.year),
            (month, day) => format!("{:04}-{month:02}-{day:02}", self.year),
        }
    }

    /// The first moment that it may mean, in milliseconds since 1970. An hour that a change of clocks skips is the one after.
    pub fn begins(&self, zone: &TimeZone) -> Option<i64> {
        let (hour, minute, second) = self.time.unwrap_or_default();
        let date = DateTime::new(self.year as i16, self.month.max(1) as i8, self.day.max(1) as i8, hour as i8, minute as i8, second as i8, 0).ok()?;
        zone.to_ambiguous_timestamp(date).compatible().ok().map(jiff::Timestamp::as_millisecond)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_format_may_be() {
        for good in ["DD/MM/YYYY", "YYYYMMDD", "YYYY", "MM.YYYY", "DD/MM/YYYY hh:mm", "YYYY-MM-DDThh:mm:ss"] {
            assert!(Format::parse(good).is_some(), "{good}");
        }
        for bad in ["", "DD/MM/YY", "DD/MM", "DD YYYY", "DD/MM/YYYY hh", "YYYY mm", "DD/DD/MM/YYYY", "jj/MM/YYYY", "MM/YYYY hh:mm"] {
            assert_eq!(Format::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_date_is_read_as_far_as_it_is_known() {
        let formats: Vec<Format> = ["DD/MM/YYYY hh:mm", "DD/MM/YYYY", "MM/YYYY", "YYYYMMDD", "YYYY"].iter().filter_map(|text| Format::parse(text)).collect();
        for (text, date) in [
            ("17/05/1984", Some("1984-05-17")),
            ("7/5/1984", Some("1984-05-07")),
            ("00/05/1984", Some("1984-05")),
            ("00/00/1984", Some("1984")),
            ("05/1984", Some("1984-05")),
            ("19840517", Some("1984-05-17")),
            ("1984", Some("1984")),
            ("17/05/1984 08:30", Some("1984-05-17")),
            ("31/02/1984", None),
            ("17/00/1984", None),
            ("17/05/84", None),
            ("17/05/1984 25:00", None),
            ("00/05/1984 08:30", None),
            ("", None),
            ("١٧/٠٥/١٩٨٤", None),
        ] {
            assert_eq!(read(text, &formats).map(|when| when.date()).as_deref(), date, "{text}");
        }
    }

    #[test]
    fn a_time_is_that_of_the_zone() {
        let zone = TimeZone::get("Africa/Casablanca").expect("a zone");
        let format = Format::parse("DD/MM/YYYY hh:mm").expect("a format");
        // Outside of Ramadan an hour before UTC, within it none.
        for (text, hour) in [("15/01/2026 08:00", 7), ("01/03/2026 08:00", 8)] {
            let at = format.read(text).and_then(|when| when.begins(&zone)).expect(text);
            assert_eq!(at / 3_600_000 % 24, hour, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_date_or_none(text in "\\PC{0,20}|[0-9/: T-]{0,20}") {
            for format in ["DD/MM/YYYY hh:mm:ss", "YYYYMMDD", "YYYY"].iter().filter_map(|text| Format::parse(text)) {
                if let Some(when) = format.read(&text) {
                    prop_assert!(when.begins(&TimeZone::UTC).is_some());
                }
            }
        }
    }
}

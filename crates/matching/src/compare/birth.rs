//! Dates of birth: slips of the finger, day and month exchanged, what is not known, what was estimated.

use crate::distance::slips;
use crate::field::Level;
use crate::person::Birth;

/// Years between which two births are still near if one of them was not known to the day.
const NEAR: u16 = 2;

/// How well two dates of birth agree.
pub fn birth(one: Birth, other: Birth) -> Level {
    let apart = one.year.abs_diff(other.year);
    let about = u16::from(one.about.max(other.about));
    if !(one.is_full() && other.is_full()) {
        return partial(one, other, apart, about);
    }
    let same = [one.year == other.year, one.month == other.month, one.day == other.day];
    match same.iter().filter(|same| **same).count() {
        3 => return Level::Same,
        1 if same == [true, false, false] && one.month == other.day && one.day == other.month => return Level::Exchanged,
        _ => {}
    }
    let text = |date: Birth| format!("{:04}{:02}{:02}", date.year, date.month, date.day);
    match slips(&text(one), &text(other), 2) {
        1 => Level::Slip,
        _ if same.iter().filter(|same| **same).count() == 2 => Level::Most,
        2 => Level::Slips,
        _ if about > 0 && apart <= about => Level::Near,
        _ => Level::Different,
    }
}

/// Where a month or a day is missing, or the date stands for an estimated age.
fn partial(one: Birth, other: Birth, apart: u16, about: u16) -> Level {
    let months = one.month == 0 || other.month == 0 || one.month == other.month;
    match apart {
        0 if months => Level::Part,
        _ if apart <= about.max(NEAR) => Level::Near,
        _ => Level::Different,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_they_are_mistaken() {
        for (one, other, level) in [
            ("1984-05-17", "19840517", Level::Same),
            ("1984-05-07", "1984-07-05", Level::Exchanged),
            ("1984-05-17", "1984-05-11", Level::Slip),
            ("1984-05-17", "1948-05-17", Level::Slip),
            ("1984-05-17", "1984-05-26", Level::Most),
            ("1984-05-17", "1985-05-18", Level::Slips),
            ("1984-05-17", "1984", Level::Part),
            ("1984-05", "1984-05-17", Level::Part),
            ("1984-06", "1984-05-17", Level::Near),
            ("1984", "1986", Level::Near),
            ("1984", "1987", Level::Different),
            ("1984-05-17", "1961-11-02", Level::Different),
        ] {
            let (Some(one), Some(other)) = (Birth::parse(one), Birth::parse(other)) else { panic!("{one} {other}") };
            assert_eq!((birth(one, other), birth(other, one)), (level, level), "{one:?} {other:?}");
        }
        let estimated = Birth { year: 1960, month: 0, day: 0, about: 5 };
        assert_eq!(birth(estimated, Birth { year: 1965, month: 3, day: 9, about: 0 }), Level::Near);
        assert_eq!(birth(estimated, Birth { year: 1966, month: 3, day: 9, about: 0 }), Level::Different);
    }

    #[test]
    fn what_is_no_date_is_not_read() {
        for text in ["", "84", "1984-5", "mai 1984", "١٩٨٤"] {
            assert_eq!(Birth::parse(text), None, "{text}");
        }
    }
}

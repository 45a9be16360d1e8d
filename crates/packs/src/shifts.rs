//! The shifts of the wards: when they begin, and from when on a handover is for the next.

use crate::build::{code, names, provenance};
use crate::read::{Problem, Section};
use crate::{Names, Provenance};
use jiff::civil::Date;
use toml::Value;

/// The shifts of a day, by the hour at which they begin.
#[derive(Clone, Debug, Default)]
pub struct Shifts {
    pub list: Vec<Shift>,
    /// Minutes before a shift begins from which on a handover is for it.
    pub handover: u16,
    /// `from` is the first day on which they hold.
    pub provenance: Option<Provenance>,
}

/// A part of the day, from an hour to the next one's.
#[derive(Clone, Debug)]
pub struct Shift {
    pub code: String,
    pub from: u8,
    pub names: Names,
}

impl Shifts {
    /// Whether they hold on a day: shown and not acted upon, they need nobody who confirmed them.
    pub fn hold_on(&self, day: Date) -> bool {
        let dates = self.provenance.as_ref();
        dates.is_some_and(|dates| dates.from.is_none_or(|from| from <= day) && dates.until.is_none_or(|until| day <= until))
    }

    /// The one of an hour of the day, and whether it began on the day before.
    pub fn at(&self, hour: u8) -> Option<(&Shift, bool)> {
        let begun = self.list.iter().rfind(|shift| shift.from <= hour);
        begun.map(|shift| (shift, false)).or_else(|| self.list.last().map(|shift| (shift, true)))
    }

    /// The one after another, and whether that begins on the next day.
    pub fn after(&self, shift: &Shift) -> Option<(&Shift, bool)> {
        let next = self.list.iter().find(|next| next.from > shift.from);
        next.map(|next| (next, false)).or_else(|| self.list.first().map(|next| (next, true)))
    }

    /// In the order of a day that begins at an hour. None: no shift begins then.
    pub fn of_day(&self, begins: u8) -> Option<Vec<Shift>> {
        let at = self.list.iter().position(|shift| shift.from == begins)?;
        let (before, after) = self.list.split_at_checked(at)?;
        Some(after.iter().chain(before).cloned().collect())
    }
}

/// An hour of the day.
pub(crate) fn hour(value: &Value) -> Option<u8> {
    value.as_integer().and_then(|hour| u8::try_from(hour).ok()).filter(|hour| *hour < 24)
}

pub(crate) fn read(mut root: Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Shifts {
    let provenance = provenance(&mut root, out);
    let handover = root.need("handover", "minutes", |value| value.as_integer().and_then(|minutes| u16::try_from(minutes).ok()), out);
    let mut list: Vec<Shift> = Vec::new();
    for mut row in root.list("shift", out) {
        let (code, from, names) = (code(&mut row, "code", out), row.need("from", "an hour", hour, out), names(&mut row, languages, out));
        if code.as_ref().is_some_and(|code| list.iter().any(|other| other.code == *code)) {
            row.fault("code", "another shift has this code", out);
        }
        if from.is_some_and(|from| list.last().is_some_and(|before| from <= before.from)) {
            row.fault("from", "shifts stand in the order in which they begin", out);
        }
        list.extend(code.zip(from).map(|(code, from)| Shift { code, from, names }));
        row.end(out);
    }
    if list.is_empty() {
        root.fault("shift", "one shift at least is expected", out);
    }
    root.end(out);
    Shifts { list, handover: handover.unwrap_or(0), provenance }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const FILE: &str = r#"
handover = 60
provenance = { source = "s", from = "2026-01-01", validator = "" }
[[shift]]
code = "day"
from = 7
names = { fr = "Jour" }
[[shift]]
code = "night"
from = 19
names = { fr = "Nuit" }
"#;

    fn parsed(text: &str) -> (Shifts, Vec<String>) {
        let table = text.parse().expect("a table");
        let mut out = Vec::new();
        let shifts = read(Section::root("shifts.toml", &table), &["fr".to_owned()], &mut out);
        (shifts, out.iter().map(Problem::to_string).collect())
    }

    #[test]
    fn the_night_goes_on_after_midnight() {
        let (shifts, problems) = parsed(FILE);
        assert_eq!(problems, [""; 0]);
        let at = |hour| shifts.at(hour).map(|(shift, before)| (shift.code.as_str(), before));
        assert_eq!(
            [at(7), at(18), at(19), at(23), at(6)],
            [Some(("day", false)), Some(("day", false)), Some(("night", false)), Some(("night", false)), Some(("night", true))]
        );
        let after = |at: usize| shifts.list.get(at).and_then(|shift| shifts.after(shift)).map(|(next, later)| (next.code.as_str(), later));
        assert_eq!([after(0), after(1)], [Some(("night", false)), Some(("day", true))]);
        let codes = |begins| shifts.of_day(begins).map(|list| list.into_iter().map(|shift| shift.code).collect::<Vec<_>>());
        assert_eq!((codes(19), codes(8)), (Some(vec!["night".to_owned(), "day".to_owned()]), None));
        assert!(shifts.hold_on(date(2026, 1, 1)) && !shifts.hold_on(date(2025, 12, 31)));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_key() {
        for (from, to, said) in [
            ("from = 19", "from = 7", "shift[1].from: shifts stand in the order"),
            ("from = 19", "from = 24", "shift[1].from: an hour is expected"),
            ("\"night\"", "\"day\"", "shift[1].code: another shift"),
            ("handover = 60", "handover = -1", "handover: minutes"),
        ] {
            let (_, problems) = parsed(&FILE.replacen(from, to, 1));
            assert!(problems.iter().any(|problem| problem.contains(said)), "{said}: {problems:?}");
        }
    }
}

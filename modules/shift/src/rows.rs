//! A row of the worklist, and how rows are ordered.

use rihla_kernel::Instant;
use rihla_web::text::{Html, Voice};

/// Rows of a group that are shown.
pub const MOST: usize = 150;

/// The groups in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    Late,
    Due,
    New,
}

/// One thing that waits.
#[derive(Clone, Debug)]
pub struct Row {
    pub group: Group,
    /// The number of the person in the ward.
    pub person: usize,
    pub icon: &'static str,
    /// What kind of thing it is.
    pub what: String,
    pub detail: Html,
    /// Since when it is late or new, or by when it is due.
    pub at: Option<Instant>,
    /// Comes first in its group.
    pub critical: bool,
    /// It came in this shift, though it stands in another group.
    pub fresh: bool,
    /// Where it is done.
    pub path: String,
}

impl Row {
    pub fn new(group: Group, person: usize, icon: &'static str, what: String, path: String) -> Self {
        Self { group, person, icon, what, detail: Html::default(), at: None, critical: false, fresh: false, path }
    }

    pub fn at(self, at: Instant) -> Self {
        Self { at: Some(at), ..self }
    }

    pub fn detail(self, detail: Html) -> Self {
        Self { detail, ..self }
    }

    /// Critical first; then what is late longest and due soonest, but the newest of what is new.
    fn order(&self) -> (Group, bool, i64, usize) {
        // What never was comes after what is late by the clock.
        let at = self.at.map_or(i64::MAX, |at| at.0);
        (self.group, !self.critical, if self.group == Group::New { at.saturating_neg() } else { at }, self.person)
    }
}

/// By group and time.
pub fn by_time(rows: &mut [Row]) {
    rows.sort_by_key(Row::order);
}

/// A clock time of today, a date with it of another day.
pub fn clock(voice: &Voice, at: Instant) -> String {
    if voice.date(at) == voice.date(voice.now()) { voice.time(at) } else { voice.date_time(at) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_critical_stands_above_what_is_late_and_the_newest_above_what_is_new() {
        let row = |group, at: i64, what: &str| Row::new(group, 0, "clock", what.to_owned(), String::new()).at(Instant(at));
        let mut rows = vec![
            row(Group::New, 1, "older"),
            row(Group::New, 2, "newer"),
            row(Group::Due, 5, "due"),
            row(Group::Late, 4, "late"),
            row(Group::Late, 3, "longer"),
            Row { critical: true, ..row(Group::Late, 9, "critical") },
            Row::new(Group::Late, 0, "clock", "never".to_owned(), String::new()),
        ];
        by_time(&mut rows);
        assert_eq!(rows.iter().map(|row| row.what.as_str()).collect::<Vec<_>>(), ["critical", "longer", "late", "never", "due", "newer", "older"]);
    }
}

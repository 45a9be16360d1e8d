//! Where a row comes from, when it holds, and who answers for it.

use jiff::civil::Date;

/// What every row of a pack says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// A public text: a law, a register, a standard.
    pub source: String,
    /// The first day on which it holds; open if the source names none.
    pub from: Option<Date>,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Who confirmed the row for this hospital. Rows are shipped without.
    pub validator: Option<String>,
}

/// Whether something that touches care or money may act on a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Active,
    /// Nobody has confirmed it yet: it may be shown and may warn, no more.
    ShippedInactive,
    NotYet,
    Ended,
}

impl Provenance {
    /// How the row stands on a day.
    pub fn standing(&self, on: Date) -> Standing {
        if self.from.is_some_and(|from| on < from) {
            Standing::NotYet
        } else if self.until.is_some_and(|until| on > until) {
            Standing::Ended
        } else if self.validator.is_none() {
            Standing::ShippedInactive
        } else {
            Standing::Active
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_row_acts_only_when_confirmed_and_in_force() {
        let mut row = Provenance { source: "law".into(), from: Some(date(2026, 1, 1)), until: Some(date(2026, 12, 31)), validator: None };
        assert_eq!(row.standing(date(2026, 6, 1)), Standing::ShippedInactive);
        row.validator = Some("DIM".into());
        assert_eq!(row.standing(date(2026, 1, 1)), Standing::Active);
        assert_eq!(row.standing(date(2026, 12, 31)), Standing::Active);
        assert_eq!(row.standing(date(2025, 12, 31)), Standing::NotYet);
        assert_eq!(row.standing(date(2027, 1, 1)), Standing::Ended);
    }
}

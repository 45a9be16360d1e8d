//! What anybody would say without a model: the median of what was seen lately at this hour and of this urgency.

use crate::Row;
use crate::model::Range;
use crate::number::quantile;

/// Rows that are looked back on, and how many a cell must hold to be believed.
const BACK: usize = 250;
const CELL: usize = 20;

/// Foretells from whatever was known at that moment.
#[derive(Clone, Debug)]
pub struct Naive<'r> {
    /// In the order in which they became known.
    known: Vec<&'r Row>,
}

impl<'r> Naive<'r> {
    pub fn of(rows: &'r [Row]) -> Self {
        let mut known: Vec<&Row> = rows.iter().collect();
        known.sort_by(|one, other| one.known.total_cmp(&other.known));
        Self { known }
    }

    /// Of the hour and the urgency; where these are few, of six hours, then of the urgency, then of all.
    pub fn range(&self, row: &Row) -> Option<Range> {
        let until = self.known.partition_point(|other| other.known <= row.at);
        let lately = self.known.get(until.saturating_sub(BACK)..until)?;
        let cells: [&dyn Fn(&Row) -> bool; 4] = [
            &|other| other.acuity == row.acuity && other.hour == row.hour,
            &|other| other.acuity == row.acuity && other.hour / 6 == row.hour / 6,
            &|other| other.acuity == row.acuity,
            &|_| true,
        ];
        let of = |cell: &&dyn Fn(&Row) -> bool| -> Vec<f64> { lately.iter().filter(|other| cell(other)).map(|other| other.value).collect() };
        let mut values = cells.iter().map(of).find(|values| values.len() >= CELL)?;
        Some(Range {
            low: quantile(&mut values, 0.05)?,
            middle: quantile(&mut values, 0.5)?,
            most: quantile(&mut values, 0.9)?,
            high: quantile(&mut values, 0.95)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FC-4
    #[test]
    fn only_what_was_known_counts_and_small_cells_are_not_believed() {
        let row = |n: u32, acuity: u8| Row { at: f64::from(n), known: f64::from(n) + 5.0, hour: 3, acuity, features: Vec::new(), value: f64::from(n) };
        let rows: Vec<Row> = (0..60).map(|n| row(n, u8::from(n % 4 == 0))).collect();
        let naive = Naive::of(&rows);
        let asked = Row { at: 40.0, ..row(40, 0) };
        // Known by 40: those of 0 to 35; of urgency 0 these are 27, in their middle 18.
        assert_eq!(naive.range(&asked).map(|range| range.middle), Some(18.0));
        // Of urgency 1 there are nine: all are taken.
        assert_eq!(naive.range(&Row { acuity: 1, ..asked.clone() }).map(|range| range.middle), Some(17.5));
        assert_eq!(naive.range(&Row { at: 10.0, ..asked }), None);
    }
}

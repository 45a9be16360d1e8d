//! From rows of a site to what it keeps.

use crate::Row;
use crate::judge::judge;
use crate::kept::{Kind, Predictor};
use crate::model::fit;
use crate::number::quantile;

/// The latest rows that are looked at: learning takes some seconds.
const MOST: usize = 4_000;
/// The part of them that is learned from.
const LEARNED: f64 = 0.6;

/// Learns from the earlier rows and judges on the later.
pub fn train(kind: Kind, mut rows: Vec<Row>) -> Predictor {
    rows.sort_by(|one, other| one.at.total_cmp(&other.at));
    rows.drain(..rows.len().saturating_sub(MOST));
    history(&mut rows);
    let cut = rows.get((rows.len() as f64 * LEARNED) as usize).map(|row| row.at);
    let period = || Some([rows.first()?.at, cut?, rows.last()?.at].map(|seconds| (seconds * 1_000.0) as i64));
    let before: Vec<Row> = rows.iter().filter(|row| cut.is_some_and(|cut| row.known < cut)).cloned().collect();
    let later: Vec<Row> = rows.iter().filter(|row| cut.is_some_and(|cut| row.at >= cut)).cloned().collect();
    let model = fit(&before);
    let inside = |row: &Row| model.as_ref().is_some_and(|model| model.range(&row.features).holds(row.value));
    let quarter = |nth: usize| later.get(later.len() * nth / 4..later.len() * (nth + 1) / 4).unwrap_or_default();
    let part = |rows: &[Row]| (rows.len(), rows.iter().filter(|row| inside(row)).count() as f64 / rows.len().max(1) as f64);
    let quarters = if model.is_some() { (0..4).map(|nth| part(quarter(nth))).collect() } else { Vec::new() };
    let judged = model.as_ref().map(|model| judge(model, &rows, &later));
    Predictor { kind, period: period(), before: before.len(), after: later.len(), judged, quarters, model }
}

/// Adds what was known of others at that moment: how many were begun and not over, and the median of the last twenty lengths.
pub fn history(rows: &mut [Row]) {
    let mut known: Vec<(f64, f64)> = rows.iter().map(|row| (row.known, row.value)).collect();
    known.sort_by(|one, other| one.0.total_cmp(&other.0));
    for nth in 0..rows.len() {
        let Some(at) = rows.get(nth).map(|row| row.at) else { continue };
        let until = known.partition_point(|(known, _)| *known <= at);
        let begun = rows.partition_point(|row| row.at < at);
        let mut lately: Vec<f64> = known.get(until.saturating_sub(20)..until).unwrap_or_default().iter().map(|(_, value)| *value).collect();
        let more = [begun.saturating_sub(until) as f64, quantile(&mut lately, 0.5).unwrap_or(f64::NAN)];
        rows.get_mut(nth).into_iter().for_each(|row| row.features.extend(more));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kept::Kept;

    /// FC-6
    #[test]
    fn what_is_kept_shows_nothing_while_off_or_beaten() {
        let row = |n: u32| {
            let hard = n % 2;
            let value = f64::from(10 + 50 * hard + n * 7 % 11);
            Row {
                at: f64::from(n) * 600.0,
                known: f64::from(n) * 600.0 + 60.0 * value,
                hour: (n / 6 % 24) as u8,
                acuity: 0,
                features: vec![f64::from(hard)],
                value,
            }
        };
        let predictor = train(Kind::DoctorWait, (0..500).map(row).collect());
        assert!(predictor.beats(), "{:?}", predictor.judged);
        assert_eq!((predictor.quarters.len(), predictor.after), (4, 200));
        assert!(predictor.period.is_some_and(|[from, cut, until]| from < cut && cut < until));
        let mut kept = Kept { predictors: vec![predictor], ..Kept::default() };
        let again = Kept::parse(&kept.to_json()).expect("it is read again");
        let middle = |kept: &Kept| kept.estimate(Kind::DoctorWait, &[1.0, 2.0, 15.0]).expect("it is shown").middle;
        assert!((middle(&again) - middle(&kept)).abs() < 1e-6, "numbers of a file may differ in their last places");
        assert!(kept.estimate(Kind::DoctorWait, &[1.0, 2.0, 15.0]).is_some_and(|range| range.middle > 40.0));
        assert_eq!(kept.estimate(Kind::Stay, &[]), None);
        kept.off = true;
        assert_eq!(kept.estimate(Kind::DoctorWait, &[1.0, 2.0, 15.0]), None);
        let few = train(Kind::Stay, (0..20).map(row).collect());
        assert!(!few.beats() && few.model.is_none() && few.quarters.is_empty() && few.period.is_some());
        assert_eq!(train(Kind::Stay, Vec::new()).period, None);
    }
}

//! From rows of a site to what it keeps.

use crate::Row;
use crate::case::{Case, Past};
use crate::judge::judge;
use crate::kept::{Kind, Predictor};
use crate::model::fit;

/// The latest rows that are looked at: learning takes some seconds.
const MOST: usize = 4_000;
/// The part of them that is learned from.
const LEARNED: f64 = 0.6;

/// Learns from the earlier cases and judges on the later.
pub fn train(kind: Kind, cases: Vec<Case>) -> Predictor {
    let past = Past::new(cases, kind.reach());
    let ended: Vec<&Case> = past.cases().iter().filter(|case| case.reached).collect();
    let rows: Vec<Row> = ended.iter().skip(ended.len().saturating_sub(MOST)).filter_map(|case| past.row(case)).collect();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kept::Kept;

    /// FC-6
    #[test]
    fn what_is_kept_shows_nothing_while_off_or_beaten() {
        // Numbers that look like chance, the same each time.
        let noise = |n: u32| {
            let mixed = n.wrapping_mul(2_654_435_761) ^ (n.wrapping_mul(40_503) >> 7);
            10.0 * f64::from(mixed.wrapping_mul(2_246_822_519) >> 8) / f64::from(1_u32 << 24)
        };
        let case = |n: u32| {
            let hard = n % 2;
            let (at, minutes) = (f64::from(n) * 600.0, f64::from(10 + 50 * hard) + noise(n));
            let (hour, weekday, acuity) = ((n / 6 % 24) as u8, (n / 144 % 7) as u8, 0);
            let place = if hard == 1 { "full" } else { "calm" }.to_owned();
            Case { place, at, until: Some(at + 60.0 * minutes), reached: true, hour, weekday, acuity }
        };
        let predictor = train(Kind::DoctorWait, (0..500).map(case).collect());
        assert!(predictor.beats(), "{:?}", predictor.judged);
        assert_eq!((predictor.quarters.len(), predictor.after), (4, 200));
        assert!(predictor.period.is_some_and(|[from, cut, until]| from < cut && cut < until));
        let mut kept = Kept { predictors: vec![predictor], ..Kept::default() };
        let again = Kept::parse(&kept.to_json()).expect("it is read again");
        let middle = |kept: &Kept| kept.estimate(Kind::DoctorWait, &[3.0, 2.0, 0.0, 1.0, 65.0]).expect("it is shown").middle;
        assert!((middle(&again) - middle(&kept)).abs() < 1e-6, "numbers of a file may differ in their last places");
        assert!(kept.estimate(Kind::DoctorWait, &[3.0, 2.0, 0.0, 1.0, 65.0]).is_some_and(|range| range.middle > 40.0));
        assert_eq!(kept.estimate(Kind::Stay, &[]), None);
        kept.off = true;
        assert_eq!(kept.estimate(Kind::DoctorWait, &[3.0, 2.0, 0.0, 1.0, 65.0]), None);
        let few = train(Kind::Stay, (0..20).map(case).collect());
        assert!(!few.beats() && few.model.is_none() && few.quarters.is_empty() && few.period.is_some());
        assert_eq!(train(Kind::Stay, Vec::new()).period, None);
    }
}

//! What a log says of a hospital, learned from its first part and judged on the rest.
//!
//! The cut is a moment: what is learned was known by then, what is judged was foretold after it. Nothing of the later part
//! chooses anything.

mod figures;
mod log;
#[cfg(test)]
mod tests;

pub use figures::{Learned, figures};
pub use log::Mapping;
use log::{Case, Interval, begin, read};
use rihla_forecast::{Judged, Model, Row, Verdict, fit, judge, kolmogorov, quantile};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

const DAY: f64 = 86_400.0;
const HOUR: f64 = 3_600.0;

/// What was learned of a log and how it did later. Times in seconds since 1970, lengths in minutes.
#[derive(Clone, Debug, Serialize)]
pub struct Calibration {
    pub cases: usize,
    pub unread_lines: usize,
    pub begins: f64,
    pub cut: f64,
    pub ends: f64,
    pub arrivals: Arrivals,
    pub routes: Vec<Route>,
    pub intervals: Vec<Length>,
}

/// First events, by the hour of the day: a day, before the cut.
#[derive(Clone, Debug, Serialize)]
pub struct Arrivals {
    pub hourly: Vec<f64>,
    pub a_day_before: f64,
    pub a_day_after: f64,
    /// Of the later gaps between cases, stretched by the rates of before, the distance from the exponential distribution.
    pub distance: f64,
}

/// How many cases of before and after have an activity.
#[derive(Clone, Debug, Serialize)]
pub struct Route {
    pub activity: String,
    pub before: f64,
    pub after: f64,
}

#[derive(Clone, Debug, Serialize)]
pub struct Length {
    pub name: String,
    /// Learned from, judged on.
    pub before: usize,
    pub after: usize,
    /// Left out before the cut: begun, but not known to have ended by then.
    pub open_at_cut: usize,
    pub median_before: Option<f64>,
    pub median_after: Option<f64>,
    /// Between the lengths of before and after (Kolmogorov and Smirnov).
    pub distance: f64,
    pub judged: Option<Judged>,
    pub model: Option<Model>,
}

/// Learns from the cases that begin in the first `split` of them and judges on the later ones.
///
/// # Errors
///
/// In words, where the log cannot be read or is too short.
pub fn calibrate(text: &str, mapping: &Mapping, split: f64) -> Result<Calibration, String> {
    let (cases, unread_lines) = read(text, mapping)?;
    let cut = cut(&cases, split)?;
    let ends = cases.iter().map(begin).fold(cut, f64::max);
    let zone = jiff::tz::TimeZone::get(&mapping.zone).map_err(|error| error.to_string())?;
    let intervals = mapping.intervals.iter().map(|interval| length(&cases, interval, mapping, &zone, cut)).collect();
    let begins = cases.first().map_or(cut, begin);
    Ok(Calibration {
        cases: cases.len(),
        unread_lines,
        begins,
        cut,
        ends,
        arrivals: arrivals(&cases, begins, cut, ends, &zone),
        routes: routes(&cases, cut),
        intervals,
    })
}

/// The moment at which the first case after the part to learn from begins.
fn cut(cases: &[Case], split: f64) -> Result<f64, String> {
    if !(0.2..=0.9).contains(&split) {
        return Err("the part to learn from must be between 0.2 and 0.9".into());
    }
    let at = (cases.len() as f64 * split) as usize;
    cases.get(at).map(begin).filter(|_| cases.len() >= 100).ok_or_else(|| "the log has fewer than a hundred cases".into())
}

fn local(at: f64, zone: &jiff::tz::TimeZone) -> jiff::Zoned {
    jiff::Timestamp::from_second(at as i64).unwrap_or_default().to_zoned(zone.clone())
}

/// Hour of the day and day of the week, Monday 0.
fn clock(at: f64, zone: &jiff::tz::TimeZone) -> (u8, u8) {
    let local = local(at, zone);
    (local.hour().unsigned_abs(), local.weekday().to_monday_zero_offset().unsigned_abs())
}

fn length(cases: &[Case], interval: &Interval, mapping: &Mapping, zone: &jiff::tz::TimeZone, cut: f64) -> Length {
    let mut rows: Vec<Row> = cases.iter().filter_map(|case| row(case, interval, mapping, zone)).collect();
    rows.sort_by(|one, other| one.at.total_cmp(&other.at));
    history(&mut rows);
    let later: Vec<Row> = rows.iter().filter(|row| row.at >= cut).cloned().collect();
    let before: Vec<Row> = rows.iter().filter(|row| row.known < cut).cloned().collect();
    let values = |rows: &[Row]| rows.iter().map(|row| row.value).collect::<Vec<_>>();
    let model = fit(&before);
    Length {
        name: interval.name.clone(),
        before: before.len(),
        after: later.len(),
        open_at_cut: rows.len() - before.len() - later.len(),
        median_before: quantile(&mut values(&before), 0.5),
        median_after: quantile(&mut values(&later), 0.5),
        distance: kolmogorov(&values(&before), &values(&later)),
        judged: model.as_ref().map(|model| judge(model, &rows, &later)),
        model,
    }
}

/// One case's length with what is known when it is foretold; none: it has none, or it was over by then.
fn row(case: &Case, interval: &Interval, mapping: &Mapping, zone: &jiff::tz::TimeZone) -> Option<Row> {
    let from = case.first(&interval.from, f64::NEG_INFINITY)?;
    let at = case.first(&interval.at, from)?;
    let known = case.first(&interval.to, from).filter(|known| *known > at)?;
    let (hour, weekday) = clock(from, zone);
    let names = interval.attributes.as_ref().unwrap_or(&mapping.attributes);
    let told = |name: &String| case.attributes.get(name).copied().unwrap_or(f64::NAN);
    let mut features = vec![f64::from(hour), f64::from(weekday), (at - from) / 60.0];
    features.extend(names.iter().map(told));
    let urgent = mapping.urgent.iter().filter(|name| case.attributes.get(*name).is_some_and(|value| *value > 0.0)).count();
    // The naive forecast knows no more than the model does.
    let acuity = if interval.attributes.is_some() { 0 } else { u8::try_from(urgent).unwrap_or(u8::MAX) };
    Some(Row { at, known, hour, acuity, features, value: (known - from) / 60.0 })
}

/// Adds what went before: how many were foretold within a day, and the median of the last twenty lengths known.
fn history(rows: &mut [Row]) {
    let mut known: Vec<(f64, f64)> = rows.iter().map(|row| (row.known, row.value)).collect();
    known.sort_by(|one, other| one.0.total_cmp(&other.0));
    let ats: Vec<f64> = rows.iter().map(|row| row.at).collect();
    for (nth, row) in rows.iter_mut().enumerate() {
        let day = nth - ats.partition_point(|at| *at < row.at - DAY).min(nth);
        let until = known.partition_point(|(known, _)| *known <= row.at);
        let mut lately: Vec<f64> = known.get(until.saturating_sub(20)..until).unwrap_or_default().iter().map(|(_, value)| *value).collect();
        row.features.extend([day as f64, quantile(&mut lately, 0.5).unwrap_or(f64::NAN)]);
    }
}

fn arrivals(cases: &[Case], begins: f64, cut: f64, ends: f64, zone: &jiff::tz::TimeZone) -> Arrivals {
    let (before, after): (Vec<f64>, Vec<f64>) = cases.iter().map(begin).partition(|at| *at < cut);
    let days = ((cut - begins) / DAY).max(1.0);
    let mut hourly = vec![0.0_f64; 24];
    for at in &before {
        hourly.get_mut(usize::from(clock(*at, zone).0)).into_iter().for_each(|count| *count += 1.0 / days);
    }
    // A Poisson process run by its own rate has gaps of mean one (Brown et al. 2002, <https://doi.org/10.1162/08997660252741149>).
    let expected = |from: f64, to: f64| {
        let (mut at, mut sum) = (from, 0.0);
        while at < to {
            let next = ((at / HOUR).floor() + 1.0) * HOUR;
            sum += hourly.get(usize::from(clock(at, zone).0)).copied().unwrap_or(0.0) * (next.min(to) - at) / HOUR;
            at = next;
        }
        sum
    };
    let gaps: Vec<f64> = after.windows(2).filter_map(|pair| Some(expected(*pair.first()?, *pair.last()?))).collect();
    let exponential: Vec<f64> = (0..2_000).map(|nth| -(1.0 - (f64::from(nth) + 0.5) / 2_000.0).ln()).collect();
    let a_day_after = after.len() as f64 / ((ends - cut) / DAY).max(1.0);
    Arrivals { hourly, a_day_before: before.len() as f64 / days, a_day_after, distance: kolmogorov(&gaps, &exponential) }
}

fn routes(cases: &[Case], cut: f64) -> Vec<Route> {
    let mut counts: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    let mut all = [0_usize; 2];
    for case in cases {
        let later = usize::from(begin(case) >= cut);
        all.get_mut(later).into_iter().for_each(|count| *count += 1);
        let activities: std::collections::BTreeSet<&str> = case.events.iter().map(|(_, activity)| activity.as_str()).collect();
        for activity in activities {
            counts.entry(activity).or_default().get_mut(later).into_iter().for_each(|count| *count += 1);
        }
    }
    let part = |count: usize, of: usize| count as f64 / of.max(1) as f64;
    counts
        .into_iter()
        .map(|(activity, [before, after])| Route { activity: activity.into(), before: part(before, all[0]), after: part(after, all[1]) })
        .collect()
}

impl Calibration {
    /// Whether every length was judged and its forecast earned its place.
    pub fn holds(&self) -> bool {
        self.intervals.iter().all(|length| length.judged.is_some_and(|judged| judged.verdict == Verdict::Beats))
    }

    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    pub fn to_text(&self) -> String {
        let mut out = String::new();
        let days = |from: f64, to: f64| (to - from) / DAY;
        _ = writeln!(
            out,
            "{} cases, {:.0} days before the cut, {:.0} after; {} lines could not be read",
            self.cases,
            days(self.begins, self.cut),
            days(self.cut, self.ends),
            self.unread_lines
        );
        let a = &self.arrivals;
        _ = writeln!(out, "arrivals a day: {:.2} before, {:.2} after; distance of the later gaps {:.3}\n", a.a_day_before, a.a_day_after, a.distance);
        _ = writeln!(
            out,
            "{:<24} {:>6} {:>6} {:>5} {:>8} {:>8} {:>6}  {:>8} {:>8} {:>10} {:>10}  {:>8} {:>8} {:>10} {:>10}  {:<9} verdict",
            "minutes",
            "before",
            "after",
            "open",
            "median",
            "later",
            "KS",
            "coverage",
            "below 90",
            "score",
            "distance",
            "naive c.",
            "below 90",
            "score",
            "distance",
            "model"
        );
        for length in &self.intervals {
            let median = |value: Option<f64>| value.map_or("-".into(), |value| format!("{value:.1}"));
            let Length { name, before, after, open_at_cut, distance, .. } = length;
            let (first, later) = (median(length.median_before), median(length.median_after));
            _ = write!(out, "{name:<24} {before:>6} {after:>6} {open_at_cut:>5} {first:>8} {later:>8} {distance:>6.3}");
            let Some((judged, model)) = length.judged.zip(length.model.as_ref()) else {
                _ = writeln!(out, "  too few to learn from");
                continue;
            };
            for score in [judged.ours, judged.naive] {
                _ = write!(out, "  {:>6.1} % {:>6.1} % {:>10.1} {:>10.1}", 100.0 * score.coverage, 100.0 * score.below, score.interval, score.distance);
            }
            let [gain, low, high] = judged.gain;
            _ = writeln!(out, "  {:<9} {:?} (n {}); gain {gain:.1} ({low:.1} to {high:.1})", model.chosen, judged.verdict, judged.n);
        }
        let judged: Vec<Judged> = self.intervals.iter().filter_map(|length| length.judged).collect();
        let all = judged.iter().map(|judged| judged.n).sum::<usize>();
        let inside: f64 = judged.iter().map(|judged| judged.ours.coverage * judged.n as f64).sum();
        _ = writeln!(out, "all {all}: coverage {:.1} %", 100.0 * inside / all.max(1) as f64);
        out
    }
}

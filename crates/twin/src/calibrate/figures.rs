//! Figures of the simulated hospital that a log tells, each with the log as its source.

use super::log::{Case, Interval, Mapping, begin, read};
use super::{DAY, clock, cut, local};
use crate::hospital::Figures;
use crate::hospital::figures::{Length, Sourced};
use jiff::tz::TimeZone;

/// Fewer cases for each weight, or fewer lengths, tell more of chance than of the house.
const LEAST: usize = 30;
const LEAST_LENGTHS: usize = 100;

/// What was taken from a log, and what was not and why; in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Learned {
    pub taken: Vec<String>,
    pub left: Vec<String>,
}

/// Puts what the first part of a log tells in the place of assumptions: the part that [`calibrate`](super::calibrate) learns
/// from, so that what it judged is what is written. `source`: what the figures say of where they are from.
///
/// # Errors
///
/// In words, where the log cannot be read, or its mapping names nothing that could be taken, or a figure or site that is not
/// there.
pub fn figures(text: &str, mapping: &Mapping, split: f64, source: &str, into: &mut Figures) -> Result<Learned, String> {
    if !mapping.figures.arrivals && mapping.intervals.iter().all(|interval| interval.figure.is_none()) {
        return Err("the mapping names no figure of the simulated hospital: write [figures] arrivals = true if its cases are all who come, or figure = \"care.laboratory\" at an interval".into());
    }
    let (cases, _) = read(text, mapping)?;
    let cut = cut(&cases, split)?;
    let zone = TimeZone::get(&mapping.zone).map_err(|error| error.to_string())?;
    let mut learned = Learned::default();
    if mapping.figures.arrivals {
        let begins: Vec<f64> = cases.iter().map(begin).filter(|at| *at < cut).collect();
        arrivals(&begins, cut, mapping, &zone, source, into, &mut learned)?;
    }
    for interval in &mapping.intervals {
        let Some(name) = &interval.figure else { continue };
        let place = into.length_mut(name).ok_or_else(|| format!("interval {}: the simulated hospital has no length {name}", interval.name))?;
        match length(&cases, interval, cut) {
            Ok((value, count)) => {
                *place = Sourced { value, source: format!("{source}: {}, {count} lengths", interval.name) };
                learned.taken.push(format!("{name}: mean {:.1}, deviation {:.1} ({count} lengths)", value.mean, value.deviation));
            }
            Err(count) => learned.left.push(format!("{name}: {count} lengths, {LEAST_LENGTHS} are needed")),
        }
    }
    Ok(learned)
}

/// Weights are counts for each hour, weekday and month that the log saw.
fn arrivals(begins: &[f64], cut: f64, mapping: &Mapping, zone: &TimeZone, source: &str, into: &mut Figures, learned: &mut Learned) -> Result<(), String> {
    let days = (cut - begins.first().copied().unwrap_or(cut)) / DAY;
    let (mut hours, mut weekdays, mut months) = ([0.0; 24], [0.0; 7], [0.0; 12]);
    for at in begins {
        let (hour, weekday) = clock(*at, zone);
        count(&mut hours, hour);
        count(&mut weekdays, weekday);
        count(&mut months, month(*at, zone));
    }
    let source = format!("{source}: {} arrivals of {days:.0} days", begins.len());
    let mut told = |name: &str, weights: usize, least: f64| {
        let short = (days < least).then(|| format!("{days:.0} days, {least:.0} are needed"));
        let few = (begins.len() < LEAST * weights).then(|| format!("{} cases, {} are needed", begins.len(), LEAST * weights));
        let why = short.or(few);
        match &why {
            Some(why) => learned.left.push(format!("{name}: {why}")),
            None => learned.taken.push(name.into()),
        }
        why.is_none()
    };
    if told("arrivals.hours", 24, 7.0) {
        into.arrivals.hours = Sourced { value: hours, source: source.clone() };
    }
    if told("arrivals.weekdays", 7, 28.0) {
        into.arrivals.weekdays = Sourced { value: weekdays, source: source.clone() };
    }
    // A part of a year says more of which months it saw than of which are busy.
    if told("arrivals.months", 12, 365.0) {
        into.arrivals.months = Sourced { value: a_day(months, begins, cut, zone), source: source.clone() };
    }
    let Some(name) = &mapping.figures.site else { return Ok(()) };
    let site = into.sites.iter_mut().find(|site| site.name == *name).ok_or_else(|| format!("the simulated hospital has no site {name}"))?;
    site.arrivals = begins.len() as f64 / days.max(1.0);
    // Its staff and beds are what they were.
    site.source = format!("{}; arrivals: {source}", site.source);
    learned.taken.push(format!("arrivals of site {name}: {:.1} a day", site.arrivals));
    Ok(())
}

/// January 0.
fn month(at: f64, zone: &TimeZone) -> u8 {
    (local(at, zone).month() - 1).unsigned_abs()
}

fn count(weights: &mut [f64], place: u8) {
    weights.get_mut(usize::from(place)).into_iter().for_each(|weight| *weight += 1.0);
}

/// Arrivals a day of each month: of the days of it that lie between the first arrival and the cut.
fn a_day(mut months: [f64; 12], begins: &[f64], cut: f64, zone: &TimeZone) -> [f64; 12] {
    let mut days = [0.0_f64; 12];
    let mut at = begins.first().copied().unwrap_or(cut);
    while at < cut {
        count(&mut days, month(at, zone));
        at += DAY;
    }
    months.iter_mut().zip(days).for_each(|(month, days)| *month /= days.max(1.0));
    months
}

/// Mean and deviation in minutes, and of how many; where they are too few, how many.
fn length(cases: &[Case], interval: &Interval, cut: f64) -> Result<(Length, usize), usize> {
    let minutes = |case: &Case| {
        let from = case.first(&interval.from, f64::NEG_INFINITY)?;
        let to = case.first(&interval.to, from).filter(|to| *to < cut)?;
        Some((to - from) / 60.0).filter(|minutes| *minutes > 0.0)
    };
    let all: Vec<f64> = cases.iter().filter_map(minutes).collect();
    if all.len() < LEAST_LENGTHS {
        return Err(all.len());
    }
    let mean = all.iter().sum::<f64>() / all.len() as f64;
    let variance = all.iter().map(|minutes| (minutes - mean).powi(2)).sum::<f64>() / (all.len() - 1) as f64;
    Ok((Length { mean, deviation: variance.sqrt() }, all.len()))
}

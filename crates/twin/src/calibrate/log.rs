//! An event log: case, activity, time, and what is known of a case.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// How a log is read (`data/log-sepsis.toml` says what each is).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    pub case: String,
    pub activity: String,
    pub time: String,
    #[serde(default = "utc")]
    pub zone: String,
    #[serde(default)]
    pub attributes: Vec<String>,
    #[serde(default)]
    pub urgent: Vec<String>,
    #[serde(rename = "interval")]
    pub intervals: Vec<Interval>,
    /// What of the simulated hospital the log tells, besides the lengths of intervals that name a figure.
    #[serde(default)]
    pub figures: Told,
}

/// A log of one illness tells nothing of all who come, so nothing is told unless it is said.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// Whether its cases are all who come: hours, days of the week and months are theirs.
    #[serde(default)]
    pub arrivals: bool,
    /// The site of the simulated hospital whose arrivals a day they are.
    pub site: Option<String>,
}

fn utc() -> String {
    "UTC".into()
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    pub name: String,
    pub from: Vec<String>,
    pub to: Vec<String>,
    pub at: Vec<String>,
    /// Those known at that moment; all, unless told.
    pub attributes: Option<Vec<String>>,
    /// The figure of the simulated hospital that this length is, such as `care.laboratory`.
    pub figure: Option<String>,
}

impl Mapping {
    /// # Errors
    ///
    /// In words, where the text is no mapping.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mapping: Self = toml::from_str(text).map_err(|error| error.to_string().trim().to_owned())?;
        TimeZone::get(&mapping.zone).map_err(|_| format!("the time zone {} is not known", mapping.zone))?;
        Ok(mapping)
    }

    /// The one for the public log of sepsis cases.
    ///
    /// # Errors
    ///
    /// As [`Mapping::parse`].
    pub fn own() -> Result<Self, String> {
        Self::parse(include_str!("../../data/log-sepsis.toml"))
    }
}

/// One case: what happened when, in seconds since 1970, in the order of time.
#[derive(Clone, Debug, Default)]
pub struct Case {
    pub events: Vec<(f64, String)>,
    pub attributes: BTreeMap<String, f64>,
}

impl Case {
    /// When one of some activities first happened, not before a moment.
    pub fn first(&self, activities: &[String], from: f64) -> Option<f64> {
        self.events.iter().find(|(at, activity)| *at >= from && activities.contains(activity)).map(|(at, _)| *at)
    }
}

/// Reads a log; cases in the order of their first event. Lines that cannot be read are counted.
pub fn read(text: &str, mapping: &Mapping) -> Result<(Vec<Case>, usize), String> {
    let zone = TimeZone::get(&mapping.zone).map_err(|_| format!("the time zone {} is not known", mapping.zone))?;
    let mut rows = rows(text).into_iter();
    let head = rows.next().ok_or("the log is empty")?;
    let column = |name: &str| head.iter().position(|cell| cell == name).ok_or_else(|| format!("the log has no column {name}"));
    let (case, activity, time) = (column(&mapping.case)?, column(&mapping.activity)?, column(&mapping.time)?);
    let attributes: Vec<(usize, &String)> = mapping.attributes.iter().map(|name| Ok((column(name)?, name))).collect::<Result<_, String>>()?;
    let (mut places, mut cases, mut unread) = (HashMap::new(), Vec::<Case>::new(), 0);
    for row in rows {
        let cell = |at: usize| row.get(at).map(String::as_str).unwrap_or("");
        let Some(at) = moment(cell(time), &zone).filter(|_| !cell(case).is_empty() && !cell(activity).is_empty()) else {
            unread += 1;
            continue;
        };
        let place = *places.entry(cell(case).to_owned()).or_insert_with(|| {
            cases.push(Case::default());
            cases.len() - 1
        });
        let Some(known) = cases.get_mut(place) else { continue };
        known.events.push((at, cell(activity).to_owned()));
        for (at, name) in &attributes {
            if let Some(value) = number(cell(*at)) {
                known.attributes.entry((*name).clone()).or_insert(value);
            }
        }
    }
    cases.iter_mut().for_each(|case| case.events.sort_by(|one, other| one.0.total_cmp(&other.0)));
    cases.sort_by(|one, other| begin(one).total_cmp(&begin(other)));
    Ok((cases, unread))
}

pub fn begin(case: &Case) -> f64 {
    case.events.first().map_or(f64::INFINITY, |(at, _)| *at)
}

fn number(text: &str) -> Option<f64> {
    match text.trim() {
        "true" | "TRUE" | "True" => Some(1.0),
        "false" | "FALSE" | "False" => Some(0.0),
        text => text.parse().ok().filter(|value: &f64| value.is_finite()),
    }
}

fn moment(text: &str, zone: &TimeZone) -> Option<f64> {
    let text = text.trim();
    let whole = |at: Timestamp| at.as_millisecond() as f64 / 1_000.0;
    text.parse().ok().filter(|seconds: &f64| seconds.is_finite()).or_else(|| text.parse().ok().map(whole)).or_else(|| {
        let local: DateTime = text.parse().ok()?;
        Some(whole(zone.to_timestamp(local).ok()?))
    })
}

/// Cells of a CSV text.
fn rows(text: &str) -> Vec<Vec<String>> {
    let (mut reader, mut out, mut row) = (csv_core::Reader::new(), Vec::new(), Vec::new());
    let (mut input, mut cell, mut buffer) = (text.as_bytes(), Vec::new(), [0_u8; 4_096]);
    loop {
        let (result, read, written) = reader.read_field(input, &mut buffer);
        input = input.get(read..).unwrap_or_default();
        cell.extend_from_slice(buffer.get(..written).unwrap_or_default());
        match result {
            csv_core::ReadFieldResult::InputEmpty | csv_core::ReadFieldResult::OutputFull => {}
            csv_core::ReadFieldResult::Field { record_end } => {
                row.push(String::from_utf8_lossy(&std::mem::take(&mut cell)).into_owned());
                if record_end {
                    out.push(std::mem::take(&mut row));
                }
            }
            csv_core::ReadFieldResult::End => return out,
        }
    }
}

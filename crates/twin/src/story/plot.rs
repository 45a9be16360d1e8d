//! Story templates: what befalls a kind of patient, step by step, in days before now.

use super::TwinError;
use super::content::Content;
use super::lists::Sex;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plot {
    pub id: String,
    /// How many of a hundred patients.
    pub share: f64,
    #[serde(default)]
    pub sex: Option<Sex>,
    /// Years today.
    pub age: [f64; 2],
    /// The ward whose specialty sees the patient at visits.
    #[serde(default)]
    pub service: Option<String>,
    /// Values that wander from one end of the story to the other.
    #[serde(default)]
    pub trend: BTreeMap<String, [f64; 2]>,
    /// Who knows the country for a day: no cover, a passport.
    #[serde(default)]
    pub foreign: bool,
    /// Told once, to the first patient drawn for it.
    #[serde(default)]
    pub once: bool,
    pub step: Vec<Step>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    #[default]
    Visit,
    Emergency,
    Stay,
    /// A place for a day: dialysis, chemotherapy.
    Day,
    /// An appointment that lies ahead.
    Booked,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Days before now, drawn between the two; below zero it lies ahead.
    pub ago: [f64; 2],
    /// Again after so many days, to the day `until`.
    #[serde(default)]
    pub every: Option<f64>,
    #[serde(default)]
    pub until: f64,
    #[serde(default)]
    pub class: Class,
    /// Wards in the order in which the patient goes through them.
    pub ward: Vec<String>,
    /// Days of a stay, hours of an emergency, minutes of a visit.
    #[serde(default)]
    pub long: Option<[f64; 2]>,
    /// How likely it goes on now.
    #[serde(default)]
    pub open: f64,
    /// Comes through the emergency department.
    #[serde(default)]
    pub via_emergency: bool,
    pub reason: String,
    #[serde(default)]
    pub conditions: Vec<String>,
    #[serde(default)]
    pub vitals: Option<String>,
    #[serde(default)]
    pub panels: Vec<String>,
    #[serde(default)]
    pub findings: BTreeMap<String, usize>,
    /// Values of this step, from its beginning to its end.
    #[serde(default)]
    pub values: BTreeMap<String, [f64; 2]>,
    #[serde(default)]
    pub medicines: Vec<String>,
    /// Taken at home, as told by the patient.
    #[serde(default)]
    pub at_home: Vec<String>,
    #[serde(default)]
    pub imaging: Vec<String>,
    #[serde(default)]
    pub procedures: Vec<String>,
    #[serde(default)]
    pub alerts: Vec<String>,
    #[serde(default)]
    pub letter: Option<String>,
    /// Orders that wait while the step goes on.
    #[serde(default)]
    pub pending: Vec<String>,
    #[serde(default)]
    pub died: bool,
    #[serde(default)]
    pub birth: bool,
    #[serde(default)]
    pub picture: bool,
    /// Of the doses of medicines in a stay, each is recorded as given.
    #[serde(default)]
    pub given: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    story: Vec<Plot>,
}

const FILES: &[(&str, &str)] = &[
    ("stories/chronic.toml", include_str!("../../data/stories/chronic.toml")),
    ("stories/acute.toml", include_str!("../../data/stories/acute.toml")),
    ("stories/surgery.toml", include_str!("../../data/stories/surgery.toml")),
    ("stories/family.toml", include_str!("../../data/stories/family.toml")),
];

pub fn read(content: &Content) -> Result<Vec<Plot>, TwinError> {
    for (name, ranges) in &content.vitals {
        if let Some(sign) = ranges.keys().find(|sign| !content.sign.contains_key(*sign)) {
            return Err(TwinError::Data(format!("vitals.{name}: no sign is called {sign}")));
        }
    }
    let mut plots = Vec::new();
    for (file, text) in FILES {
        let read: File = toml::from_str(text).map_err(|error| TwinError::data(file, &error))?;
        for plot in read.story {
            check(&plot, content).map_err(|wrong| TwinError::Data(format!("{file}: {}: {wrong}", plot.id)))?;
            plots.push(plot);
        }
    }
    Ok(plots)
}

/// Every name that a template uses must be known: a misspelt one would leave a hole in a chart.
fn check(plot: &Plot, content: &Content) -> Result<(), String> {
    known("lab", plot.trend.keys(), |name| content.lab.contains_key(name))?;
    known("ward", &plot.service, |name| content.ward.iter().any(|ward| ward.code == name))?;
    for step in &plot.step {
        known("ward", &step.ward, |name| content.ward.iter().any(|ward| ward.code == name))?;
        known("condition", &step.conditions, |name| content.condition.contains_key(name))?;
        known("set of vital signs", &step.vitals, |name| content.vitals.contains_key(name))?;
        known("panel", &step.panels, |name| content.panel.contains_key(name))?;
        known("finding", step.findings.keys(), |name| content.finding.contains_key(name))?;
        known("lab", step.values.keys(), |name| content.lab.contains_key(name))?;
        known("medicine", step.medicines.iter().chain(&step.at_home), |name| content.medicine.contains_key(name))?;
        known("imaging", &step.imaging, |name| content.imaging.contains_key(name))?;
        known("procedure", &step.procedures, |name| content.procedure.contains_key(name))?;
        known("alert", &step.alerts, |name| content.alert.contains_key(name))?;
        known("letter", &step.letter, |name| content.letter.contains_key(name))?;
        known("order", &step.pending, |name| content.panel.contains_key(name) || content.imaging.contains_key(name))?;
    }
    Ok(())
}

fn known<'n>(what: &str, names: impl IntoIterator<Item = &'n String>, has: impl Fn(&str) -> bool) -> Result<(), String> {
    match names.into_iter().find(|name| !has(name)) {
        Some(name) => Err(format!("no {what} is called {name}")),
        None => Ok(()),
    }
}

//! What the living hospital is made of: `data/living.toml`.

use crate::TwinError;
use crate::sim::Draw;
use serde::Deserialize;
use std::collections::BTreeMap;

/// How many are on duty.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    pub day: usize,
    pub night: usize,
}

/// A level of the scale, with its share of those who come and how many of them are admitted.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    pub code: String,
    pub share: f64,
    pub admitted: f64,
}

/// Mean and deviation of lognormal times, in minutes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Minutes {
    pub triage: (f64, f64),
    pub consultation: (f64, f64),
    pub results: (f64, f64),
    pub leaving: (f64, f64),
    pub watching: (f64, f64),
    pub patience: (f64, f64),
    pub carrying: (f64, f64),
    pub cleaning: (f64, f64),
    pub going: (f64, f64),
    pub stay: (f64, f64),
}

pub const fn draw((mean, deviation): (f64, f64)) -> Draw {
    Draw::Lognormal { mean, deviation }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// People a day at each site.
    pub arrivals: f64,
    /// Weights of the hours from 0 to 23.
    pub hours: [f64; 24],
    pub level: Vec<Level>,
    pub watched: f64,
    pub triage: Duty,
    pub doctors: Duty,
    pub cleaners: Duty,
    pub minutes: Minutes,
    pub wards: BTreeMap<String, f64>,
    pub reasons: BTreeMap<String, f64>,
    pub modes: BTreeMap<String, f64>,
}

impl Params {
    pub fn own() -> Result<Self, TwinError> {
        toml::from_str(include_str!("../../data/living.toml")).map_err(|error| TwinError::Data(format!("living.toml: {}", error.to_string().trim())))
    }

    /// People an hour at an hour of the day.
    pub fn rate(&self, hour: usize) -> f64 {
        let all: f64 = self.hours.iter().sum();
        self.arrivals * self.hours.get(hour).copied().unwrap_or(0.0) / all.max(f64::MIN_POSITIVE)
    }
}

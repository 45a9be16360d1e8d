//! What medicine is made of here: read from `data/`, and checked for names that lead nowhere.

use super::TwinError;
use super::lists::Sex;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A text in French, and in Arabic where there is one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    pub fr: String,
    #[serde(default)]
    pub ar: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ward {
    pub code: String,
    pub name: Text,
    /// v3 RoleCode of the service.
    pub kind: String,
    pub rooms: u32,
    pub beds: u32,
    /// What one place is called.
    #[serde(default)]
    pub place: Option<Text>,
    /// What stands there, where it is no bed: a code of `rihla-clinical`.
    #[serde(default)]
    pub stands: Option<String>,
    /// Rounds of vital signs in a day.
    #[serde(default = "three")]
    pub rounds: u32,
}

const fn three() -> u32 {
    3
}

/// Where people are called to with a ticket.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counter {
    pub code: String,
    pub name: Text,
    /// Codes of the services for which it calls.
    pub services: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    pub code: String,
    /// HL7 practitioner-role.
    pub hl7: String,
    pub name: Text,
    #[serde(default)]
    pub feminine: Option<String>,
    /// A ward of each holder, at each site.
    pub wards: Vec<String>,
    #[serde(default)]
    pub prefix: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    pub icd10: String,
    pub name: Text,
    #[serde(default)]
    pub chronic: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Medicine {
    pub atc: String,
    pub ingredient: Text,
    pub form: String,
    pub strength: String,
    pub route: String,
    /// Number, unit as read, UCUM code.
    pub dose: [String; 3],
    pub times: u32,
    pub period: u32,
    pub unit: String,
    /// Event codes (MORN, AC, HS…) in the place of plain times.
    #[serde(default)]
    pub when: Vec<String>,
    #[serde(default)]
    pub at: Vec<String>,
    #[serde(default)]
    pub prn: Option<String>,
    #[serde(default)]
    pub days: Option<u32>,
    /// Number, unit as read, UCUM code, for what runs.
    #[serde(default)]
    pub rate: Option<[String; 3]>,
    /// The most in a day.
    #[serde(default)]
    pub most: Option<[String; 3]>,
    pub text: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// EDQM standard terms.
    pub code: String,
    pub name: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lab {
    pub loinc: String,
    /// Another LOINC code that says the same less exactly.
    #[serde(default)]
    pub also: Option<String>,
    pub name: Text,
    pub unit: String,
    /// UCUM; the unit itself unless told.
    #[serde(default)]
    pub ucum: Option<String>,
    #[serde(default)]
    pub decimals: usize,
    /// `[low, high]` of the healthy; a bound that is not told is -1.
    pub range: [f64; 2],
    #[serde(default)]
    pub male: Option<[f64; 2]>,
    /// Another value of the same panel, before it, of which this is about so many times, unless a story says otherwise.
    #[serde(default)]
    pub follows: Option<(String, f64)>,
    #[serde(default)]
    pub critical: Option<[f64; 2]>,
}

/// A result in words.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    pub loinc: String,
    pub name: Text,
    pub values: Vec<Text>,
    /// v3 ObservationInterpretation, one a value.
    pub flags: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Panel {
    pub name: Text,
    pub labs: Vec<String>,
}

/// Vital signs as ranges, by the name of the sign.
pub type Vitals = BTreeMap<String, [f64; 2]>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Imaging {
    #[serde(default)]
    pub loinc: Option<String>,
    pub name: Text,
    pub modality: String,
    pub conclusion: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allergy {
    #[serde(default)]
    pub atc: Option<String>,
    /// Beginnings of ATC codes that nobody who has it is given.
    #[serde(default)]
    pub avoid: Vec<String>,
    pub name: Text,
    pub category: String,
    pub criticality: String,
    pub reaction: Text,
    pub severity: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vaccine {
    pub cvx: String,
    pub name: Text,
    /// Ages in days, one a dose, with what the dose is called.
    pub doses: Vec<(u32, String)>,
    #[serde(default)]
    pub sex: Option<Sex>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alert {
    pub category: String,
    pub name: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    pub loinc: String,
    pub title: Text,
    pub lines: Vec<String>,
}

/// Everything but the stories.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    pub streets: Vec<String>,
    pub ward: Vec<Ward>,
    pub desk: Vec<Counter>,
    pub role: Vec<Role>,
    pub condition: BTreeMap<String, Condition>,
    pub route: BTreeMap<String, Route>,
    pub medicine: BTreeMap<String, Medicine>,
    pub lab: BTreeMap<String, Lab>,
    pub finding: BTreeMap<String, Finding>,
    pub panel: BTreeMap<String, Panel>,
    /// What is measured at the bedside; blood pressure is `systolic` and `diastolic`, shown as one.
    pub sign: BTreeMap<String, Lab>,
    pub vitals: BTreeMap<String, Vitals>,
    pub imaging: BTreeMap<String, Imaging>,
    pub procedure: BTreeMap<String, Text>,
    pub allergy: BTreeMap<String, Allergy>,
    pub vaccine: Vec<Vaccine>,
    pub alert: BTreeMap<String, Alert>,
    pub letter: BTreeMap<String, Letter>,
}

const FILES: &[(&str, &str)] = &[
    ("hospital.toml", include_str!("../../data/hospital.toml")),
    ("desks.toml", include_str!("../../data/desks.toml")),
    ("conditions.toml", include_str!("../../data/conditions.toml")),
    ("medicines.toml", include_str!("../../data/medicines.toml")),
    ("measures.toml", include_str!("../../data/measures.toml")),
    ("acts.toml", include_str!("../../data/acts.toml")),
];

impl Content {
    pub fn read() -> Result<Self, TwinError> {
        let mut all = toml::Table::new();
        for (file, text) in FILES {
            let table: toml::Table = text.parse().map_err(|error: toml::de::Error| TwinError::data(file, &error))?;
            all.extend(table);
        }
        all.try_into().map_err(|error: toml::de::Error| TwinError::data("data", &error))
    }
}

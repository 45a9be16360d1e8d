//! What a channel says about how its messages are to be read.

use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// Whether a message may write the patient that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patients {
    /// The sender keeps the patients: what it says of them is written.
    Written,
    /// The sender names patients of ours (a laboratory, a machine): they are referred to by their number and never written.
    Named,
}

/// Whether a message may write the stay that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stays {
    Written,
    /// Stays are written by others, or by the commands that admit and move: they are referred to by their number, and what
    /// belongs to a stay that is not known is filed all the same.
    Named,
}

/// How identifiers, code systems and times of one sender are read.
#[derive(Clone, Debug)]
pub struct Settings {
    /// System by assigning authority, as the sender writes it: its name (`HOSP`) or its OID.
    pub systems: BTreeMap<String, String>,
    /// Begins the system of an authority that has a name and is not in `systems`.
    pub unknown_system: String,
    /// System of numbers without an authority; such a number identifies nobody if this is empty.
    pub usual_system: String,
    /// System of the codes of places (PV1-3); any that a place bears, if this is empty and the facility has none.
    pub places: String,
    /// Begins the system of codes whose coding system is not known.
    pub unknown_coding: String,
    /// Zone of times that are written without one.
    pub zone: TimeZone,
    pub patients: Patients,
    pub stays: Stays,
    /// Types of patient identifiers by which a patient is looked up, in order (table 0203): `PI`, `MR`.
    pub patient_types: Vec<String>,
}

impl Settings {
    /// Numbers and codes of a sender under addresses of its own.
    pub fn of_sender(base: &str, zone: TimeZone) -> Self {
        Self {
            systems: BTreeMap::new(),
            unknown_system: format!("{base}/Identifier/"),
            usual_system: format!("{base}/Identifier"),
            places: String::new(),
            unknown_coding: format!("{base}/CodeSystem/"),
            zone,
            patients: Patients::Written,
            stays: Stays::Written,
            patient_types: vec!["PI".to_owned(), "MR".to_owned()],
        }
    }
}

//! An answer that a screen can show: a grade, and for each field what agreed, how well, and what that is worth.

use crate::compare::Comparison;
use crate::field::{Field, Level};
use crate::model::{Model, Rival, Score};
use serde::Serialize;

/// How sure it is that two are one, in the words of FHIR
/// (<http://hl7.org/fhir/match-grade>, <https://hl7.org/fhir/R4/patient-operation-match.html>). Best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    Certain,
    Probable,
    Possible,
    CertainlyNot,
}

impl Grade {
    /// The code of the value set.
    pub fn code(self) -> &'static str {
        match self {
            Grade::Certain => "certain",
            Grade::Probable => "probable",
            Grade::Possible => "possible",
            Grade::CertainlyNot => "certainly-not",
        }
    }
}

/// From how many bits on a grade is given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lines {
    pub certain: f64,
    pub probable: f64,
    pub possible: f64,
}

impl Default for Lines {
    /// One wrong in ten thousand, one wrong in twenty, one right in a hundred.
    fn default() -> Self {
        Self { certain: 13.3, probable: 4.3, possible: -6.6 }
    }
}

/// One field's part of a score.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct FieldEvidence {
    pub field: Field,
    pub level: Level,
    /// What it adds to the score; below 0 it speaks against.
    pub bits: f64,
    /// Of these, what it adds or takes that the value is rarer or more common than others.
    pub rarity: f64,
}

/// What somebody should look at before they believe the grade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Warning {
    /// The number is the same, and the name or the birth is not: a child may carry a parent's number. By the system's place.
    NumberOfAnother(u8),
    /// Nearly everything agrees, but both have a number of one system, and not the same.
    OtherNumber(u8),
    /// All of a household agrees, and the given name does not: it may be a twin.
    MaybeTwin,
}

/// What is said of two people.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    pub grade: Grade,
    /// From 0 to 1.
    pub probability: f64,
    /// `prior` and the bits of all evidence together.
    pub bits: f64,
    pub prior: f64,
    pub rival: Rival,
    /// What says most comes first.
    pub evidence: Vec<FieldEvidence>,
    pub warnings: Vec<Warning>,
}

impl Verdict {
    pub fn of(model: &Model, lines: &Lines, comparison: &Comparison) -> Self {
        let score = model.score(comparison);
        let warnings = warnings(comparison, &score);
        let mut evidence: Vec<FieldEvidence> = Field::all()
            .zip(score.fields.iter().zip(&score.rarity))
            .filter_map(|(field, (bits, rarity))| Some(FieldEvidence { field, level: comparison.level(field)?, bits: *bits, rarity: *rarity }))
            .collect();
        evidence.sort_by(|a, b| b.bits.abs().total_cmp(&a.bits.abs()));
        Self {
            grade: grade(lines, comparison, &score, &warnings),
            probability: score.probability,
            bits: score.bits,
            prior: score.prior,
            rival: score.rival,
            evidence,
            warnings,
        }
    }
}

/// Whether both carry one number: somebody has to see that, whoever they are.
pub(crate) fn shares_a_number(comparison: &Comparison) -> bool {
    (0..crate::field::SYSTEMS as u8).any(|system| comparison.level(Field::Identifier(system)) == Some(Level::Same))
}

/// Bits alone make nobody certain: given name and birth must be known and must not speak against it, and nothing may warn.
fn grade(lines: &Lines, comparison: &Comparison, score: &Score, warnings: &[Warning]) -> Grade {
    let stands = |field: Field, worst: Level| comparison.level(field).is_some_and(|level| level <= worst);
    let held = stands(Field::Given, Level::Part) && stands(Field::Birth, Level::Part) && comparison.level(Field::Sex) != Some(Level::Different);
    match score.bits {
        bits if bits >= lines.certain && held && warnings.is_empty() => Grade::Certain,
        bits if bits >= lines.probable => Grade::Probable,
        bits if bits >= lines.possible => Grade::Possible,
        _ if shares_a_number(comparison) => Grade::Possible,
        _ => Grade::CertainlyNot,
    }
}

fn warnings(comparison: &Comparison, score: &Score) -> Vec<Warning> {
    let differs = |field: Field| comparison.level(field).is_some_and(|level| level >= Level::Near);
    let mut out = Vec::new();
    for system in 0..crate::field::SYSTEMS as u8 {
        match comparison.level(Field::Identifier(system)) {
            Some(Level::Same) if differs(Field::Given) || differs(Field::Birth) => out.push(Warning::NumberOfAnother(system)),
            Some(Level::Different) if score.bits > 0.0 => out.push(Warning::OtherNumber(system)),
            _ => {}
        }
    }
    if differs(Field::Given) && comparison.level(Field::Birth) == Some(Level::Same) && comparison.level(Field::Family).is_some_and(Level::agrees) {
        out.push(Warning::MaybeTwin);
    }
    out
}

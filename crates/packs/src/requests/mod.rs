//! What is asked of others about a patient: examinations, acts, opinions, transports, diets; who asks and who does them, in
//! what time, and which results cannot wait.

mod read;
#[cfg(test)]
mod tests;

pub(crate) use read::read;

use crate::{Names, Provenance};

/// The catalogue of a country's hospitals, in the order in which it is offered.
#[derive(Clone, Debug, Default)]
pub struct Requests {
    pub kinds: Vec<RequestKind>,
    pub list: Vec<Orderable>,
    pub asks: Vec<RequestAsk>,
    pub analytes: Vec<Analyte>,
    pub criticals: Vec<Critical>,
    pub sets: Vec<OrderSet>,
    /// The same thing asked for again within so many hours, and still open, is said.
    pub duplicate_hours: u16,
    pub callback: Callback,
}

/// How soon something is wanted (<https://hl7.org/fhir/R4/valueset-request-priority.html>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    Stat,
    Asap,
    Urgent,
    Routine,
}

#[derive(Clone, Debug)]
pub struct RequestKind {
    pub code: String,
    pub names: Names,
    /// The roles that ask for it.
    pub orderers: Vec<String>,
    /// Those of them whose request is a draft until another of `orderers` signs it.
    pub drafters: Vec<String>,
    /// The roles that do it.
    pub doers: Vec<String>,
    /// The kind of unit that does it, a code of `Location.type`; none: the patient's own unit.
    pub unit: Option<String>,
    /// It takes the patient somewhere.
    pub moves: bool,
    /// Minutes from asking to done, for each of [`Priority::ALL`].
    pub targets: [u32; 4],
    pub provenance: Provenance,
}

/// Something that can be asked for.
#[derive(Clone, Debug)]
pub struct Orderable {
    pub code: String,
    pub names: Names,
    /// Other words by which it is found.
    pub also: Vec<String>,
    pub kind: String,
    /// The code by which other systems know it (<https://loinc.org>).
    pub loinc: Option<String>,
    /// The roles that ask for it, where they are not all of its kind's.
    pub orderers: Option<Vec<String>>,
    /// A reason has to be given.
    pub reason: bool,
    /// Where it takes the patient: a kind of unit.
    pub to: Option<String>,
    /// Codes of [`RequestAsk`].
    pub asks: Vec<String>,
    pub specimen: Option<Names>,
    /// Codes of [`Analyte`]: what is measured. Of none, the result is a text.
    pub measures: Vec<String>,
}

/// A question to whoever asks.
#[derive(Clone, Debug)]
pub struct RequestAsk {
    pub code: String,
    pub names: Names,
    /// Answers to choose from.
    pub answers: Vec<(String, Names)>,
}

/// What is measured.
#[derive(Clone, Debug)]
pub struct Analyte {
    pub code: String,
    pub names: Names,
    pub loinc: String,
    /// UCUM (<https://ucum.org/ucum>); empty for a value without one.
    pub unit: String,
    pub low: Option<Limit>,
    pub high: Option<Limit>,
}

/// A value as it is written, and as it is compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    pub text: String,
    pub value: f64,
}

/// Values of an adult that somebody has to be told of at once.
#[derive(Clone, Debug)]
pub struct Critical {
    pub loinc: String,
    pub unit: String,
    pub below: Option<Limit>,
    pub above: Option<Limit>,
    pub provenance: Provenance,
}

/// Things that are asked for together.
#[derive(Clone, Debug)]
pub struct OrderSet {
    pub code: String,
    pub names: Names,
    /// Codes of [`Orderable`].
    pub list: Vec<String>,
    pub provenance: Provenance,
}

/// Telling somebody of a critical result.
#[derive(Clone, Debug, Default)]
pub struct Callback {
    /// Until somebody has been told; and again at each step.
    pub minutes: u16,
    /// Whom to tell, and whom next if they are not reached.
    pub roles: Vec<String>,
}

impl Priority {
    pub const ALL: [Self; 4] = [Self::Stat, Self::Asap, Self::Urgent, Self::Routine];

    pub fn code(self) -> &'static str {
        match self {
            Self::Stat => "stat",
            Self::Asap => "asap",
            Self::Urgent => "urgent",
            Self::Routine => "routine",
        }
    }

    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|priority| priority.code() == code)
    }
}

impl RequestKind {
    /// Minutes from asking to done.
    pub fn target(&self, priority: Priority) -> u32 {
        Priority::ALL.iter().zip(self.targets).find(|(one, _)| **one == priority).map_or(0, |(_, minutes)| minutes)
    }

    pub fn is_done_by(&self, role: &str) -> bool {
        self.doers.iter().any(|doer| doer == role)
    }
}

impl Critical {
    /// Whether a value is beyond a limit.
    pub fn is_met(&self, value: f64) -> bool {
        self.below.as_ref().is_some_and(|limit| value < limit.value) || self.above.as_ref().is_some_and(|limit| value > limit.value)
    }
}

impl Requests {
    pub fn kind(&self, code: &str) -> Option<&RequestKind> {
        self.kinds.iter().find(|kind| kind.code == code)
    }

    pub fn orderable(&self, code: &str) -> Option<&Orderable> {
        self.list.iter().find(|one| one.code == code)
    }

    pub fn ask(&self, code: &str) -> Option<&RequestAsk> {
        self.asks.iter().find(|ask| ask.code == code)
    }

    pub fn analyte(&self, code: &str) -> Option<&Analyte> {
        self.analytes.iter().find(|analyte| analyte.code == code)
    }

    pub fn set(&self, code: &str) -> Option<&OrderSet> {
        self.sets.iter().find(|set| set.code == code)
    }

    /// Where a value lies beyond the limits of adults: a code of its interpretation, and whether the limit was confirmed, so
    /// that somebody has to be told at once.
    pub fn crossed(&self, loinc: &str, unit: &str, value: f64) -> Option<(&'static str, bool)> {
        let rule = self.critical(loinc, unit).filter(|rule| rule.is_met(value))?;
        let low = rule.below.as_ref().is_some_and(|limit| value < limit.value);
        Some((if low { "LL" } else { "HH" }, rule.provenance.validator.is_some()))
    }

    /// The rule for a code in a unit.
    pub fn critical(&self, loinc: &str, unit: &str) -> Option<&Critical> {
        self.criticals.iter().find(|rule| rule.loinc == loinc && rule.unit == unit)
    }

    /// The roles that ask for something.
    pub fn orderers<'r>(&'r self, one: &'r Orderable) -> &'r [String] {
        let of_kind = || self.kind(&one.kind).map(|kind| kind.orderers.as_slice()).unwrap_or_default();
        one.orderers.as_deref().unwrap_or_else(of_kind)
    }

    pub fn is_ordered_by(&self, one: &Orderable, role: &str) -> bool {
        self.orderers(one).iter().any(|orderer| orderer == role)
    }

    /// Whether what this role asks for is a draft until somebody else signs it.
    pub fn is_drafted_by(&self, one: &Orderable, role: &str) -> bool {
        self.kind(&one.kind).is_some_and(|kind| kind.drafters.iter().any(|drafter| drafter == role))
    }
}

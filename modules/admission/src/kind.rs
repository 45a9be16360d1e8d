//! Kinds of admission, and what they are in HL7's words.

use crate::{BIRTH, ORDER};
use rihla_clinical::Object;
use rihla_web::Desk;

pub struct Kind {
    pub code: &'static str,
    /// <https://hl7.org/fhir/R4/v3/ActEncounterCode/vs.html>
    pub class: &'static str,
    /// <https://hl7.org/fhir/R4/codesystem-encounter-admit-source.html>
    source: &'static str,
    /// A midwife may order it.
    birth: bool,
}

pub const KINDS: [Kind; 6] = [
    Kind { code: "planned", class: "IMP", source: "outp", birth: false },
    Kind { code: "emergency", class: "IMP", source: "emd", birth: false },
    Kind { code: "day", class: "SS", source: "outp", birth: false },
    Kind { code: "birth", class: "IMP", source: "other", birth: true },
    Kind { code: "newborn", class: "IMP", source: "born", birth: true },
    Kind { code: "transfer-in", class: "IMP", source: "hosp-trans", birth: false },
];

pub fn kind(code: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.code == code)
}

impl Kind {
    /// Physicians order admissions; for births midwives as well (FACTS §7, art. 44).
    pub fn may_be_ordered_by(&self, desk: &Desk) -> bool {
        desk.person.may(ORDER.0) || self.birth && desk.person.may(BIRTH.0)
    }

    /// What a new stay of this kind says besides its movements.
    pub fn base(&self, site: Option<&str>) -> Object {
        rihla_clinical::planned(self.code, self.source, site)
    }
}

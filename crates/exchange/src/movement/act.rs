//! The description of what is asked.

use super::event::Event;
use crate::datatype::identifier::{Number, Place};

/// A number of a patient, and its type (table 0203; empty if the sender does not say).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatientNumber {
    pub number: Number,
    pub kind: String,
}

/// Whom a message names, and the traits by which a person recognises them. Empty is what the message does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    pub numbers: Vec<PatientNumber>,
    /// Family and given names; other ways of writing them follow the first.
    pub names: Vec<(String, String)>,
    /// As FHIR writes it, as precise as it was written.
    pub birth_date: String,
    /// FHIR code.
    pub sex: String,
    pub mother: String,
    /// PID-32: how sure the sender is (table 0445 and those of countries).
    pub reliability: Vec<String>,
}

/// Somebody who looks after the patient.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carer {
    pub number: Option<Number>,
    pub name: String,
}

/// A unit that answers for the patient: ZBE-7 for medicine, ZBE-8 for nursing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unit {
    pub code: String,
    pub name: String,
}

/// What is said of a stay. Times as FHIR writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stay {
    pub visit: Number,
    /// PV1-2 as it was written: I, O, E, P, R (table 0004).
    pub class: String,
    pub place: Option<Place>,
    pub prior_place: Option<Place>,
    /// Where the patient is to go (PV1-42), and where for a while (PV1-11).
    pub pending_place: Option<Place>,
    pub temporary_place: Option<Place>,
    pub attending: Vec<Carer>,
    pub admitted: Option<String>,
    pub left: Option<String>,
    /// PV2-8 and PV2-9.
    pub expected_start: Option<String>,
    pub expected_end: Option<String>,
    /// PV1-36.
    pub disposition: String,
    pub medical_unit: Option<Unit>,
    pub nursing_unit: Option<Unit>,
}

/// ZBE-4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Insert,
    Update,
    Cancel,
}

impl Action {
    pub fn name(self) -> &'static str {
        match self {
            Self::Insert => "INSERT",
            Self::Update => "UPDATE",
            Self::Cancel => "CANCEL",
        }
    }

    pub fn read(name: &str) -> Option<Self> {
        [Self::Insert, Self::Update, Self::Cancel].into_iter().find(|it| it.name() == name)
    }
}

/// ZBE: one movement of a stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// ZBE-1: by which it is named later. The first is the sender's own.
    pub numbers: Vec<Number>,
    pub starts: Option<String>,
    pub ends: Option<String>,
    pub action: Action,
    /// ZBE-5: it happened before others that are known, and changes nothing of where the patient is now.
    pub historic: bool,
    /// ZBE-6: by which event it was first told, when it is updated or cancelled.
    pub original: Option<Event>,
    /// ZBE-9: what it changes, in the letters of a national extension: S unit of care, H housing, M medicine, L place, D demography.
    pub nature: String,
}

/// When and by whom something was told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub control_id: String,
    pub application: String,
    pub facility: String,
    /// EVN-6: when it happened; else ZBE-2.
    pub occurred: Option<String>,
    /// EVN-2: when it was entered.
    pub recorded: Option<String>,
    pub operator: Carer,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    Admit(Stay),
    /// An outpatient, or somebody in the emergency department.
    Register(Stay),
    PreAdmit(Stay),
    Transfer(Stay),
    Discharge(Stay),
    /// The stay becomes one of another class (A06, A07).
    ChangeClass(Stay),
    UpdateStay(Stay),
    ChangeDoctor(Stay),
    LeaveStart(Stay),
    LeaveEnd(Stay),
    /// Something that was told did not happen, or was taken back.
    Cancel {
        what: Event,
        stay: Stay,
    },
    /// A movement that was told was otherwise (Z99).
    UpdateMovement {
        original: Event,
        stay: Stay,
    },
    CreatePerson,
    UpdatePerson,
    /// Two records are one patient: the first stays.
    Merge {
        kept: Vec<PatientNumber>,
        gone: Vec<PatientNumber>,
    },
    Link {
        one: Vec<PatientNumber>,
        other: Vec<PatientNumber>,
    },
    Unlink {
        one: Vec<PatientNumber>,
        other: Vec<PatientNumber>,
    },
    /// A stay or account was of somebody else.
    MoveAccount {
        account: Number,
        from: Vec<PatientNumber>,
        to: Vec<PatientNumber>,
    },
    ChangeNumber {
        from: Vec<PatientNumber>,
        to: Vec<PatientNumber>,
    },
}

/// A whole message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub event: Event,
    pub told: Told,
    pub person: Person,
    pub movement: Option<Movement>,
    pub act: Act,
}

impl Asked {
    /// The stay that the act is about.
    pub fn stay(&self) -> Option<&Stay> {
        match &self.act {
            Act::Admit(stay)
            | Act::Register(stay)
            | Act::PreAdmit(stay)
            | Act::Transfer(stay)
            | Act::Discharge(stay)
            | Act::ChangeClass(stay)
            | Act::UpdateStay(stay)
            | Act::ChangeDoctor(stay)
            | Act::LeaveStart(stay)
            | Act::LeaveEnd(stay)
            | Act::Cancel { stay, .. }
            | Act::UpdateMovement { stay, .. } => Some(stay),
            _ => None,
        }
    }

    /// Whether it changes where the patient is now.
    pub fn is_current(&self) -> bool {
        self.movement.as_ref().is_none_or(|it| !it.historic)
    }
}

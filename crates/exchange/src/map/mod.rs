//! A message as a FHIR transaction: one segment a file.
//!
//! Segments are read in their order; what one of them begins (a patient, an order) is what the next ones belong to.
//! Source: HL7 v2-to-FHIR implementation guide (<https://hl7.org/fhir/uv/v2mappings/>), with the departures that
//! `docs/conformance/hl7v2.md` argues.

mod al1;
mod bundle;
mod context;
mod dg1;
mod mrg;
mod nk1;
mod nte;
mod obr;
mod obx;
mod orc;
mod pid;
mod pv1;
mod rx;
mod rxa;
mod sch;
mod spm;
mod txa;

pub use bundle::{Bundle, Entry, How, Written};

use crate::Settings;
use crate::datatype::identifier::Number;
use context::Context;
use rihla_hl7v2::Message;

/// What a message says, and what of it could not be said in FHIR.
pub struct Mapped {
    pub bundle: Bundle,
    /// The examinations on which it brings results.
    pub results: Vec<Told>,
    /// MSH-3 and MSH-10.
    pub sender: String,
    pub control_id: String,
    /// Sentences for whoever looks after the channel: what was left out, and why.
    pub remarks: Vec<String>,
}

/// One examination of a message of results: an OBR with what was found.
#[derive(Clone, Debug)]
pub struct Told {
    /// Places of what was made of it.
    pub request: usize,
    pub report: usize,
    pub values: Vec<usize>,
    /// OBR-2, or ORC-2, as it stands.
    pub placer: Option<Placer>,
    /// When it was reported (OBR-22), and when the last of it was known (OBX-19). FHIR times.
    pub reported: Option<String>,
    pub known: Option<String>,
}

/// The number of who placed an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placer {
    pub value: String,
    /// None where it names no authority.
    pub system: Option<String>,
}

/// Reads a whole message. Segments that are not known are left out without a word: their content stays in the journal.
pub fn map(message: &Message<'_>, settings: &Settings) -> Mapped {
    map_of(message, settings, None)
}

/// The same, of the patient with this id, where that is decided: then their number is not asked.
pub fn map_of(message: &Message<'_>, settings: &Settings, whose: Option<&str>) -> Mapped {
    let mut context = Context::new(message, settings, whose);
    for segment in message.segments() {
        match segment.name() {
            "PID" => pid::patient(&mut context, segment),
            "PD1" => pid::more(&mut context, segment),
            "NK1" => nk1::contact(&mut context, segment),
            "MRG" => mrg::link(&mut context, segment),
            "PV1" => pv1::stay(&mut context, segment),
            "PV2" => pv1::more(&mut context, segment),
            "AL1" => al1::allergy(&mut context, segment),
            "IAM" => al1::detailed(&mut context, segment),
            "DG1" => dg1::diagnosis(&mut context, segment),
            "ORC" => orc::order(&mut context, segment),
            "OBR" => obr::request(&mut context, segment),
            "TQ1" => orc::timing(&mut context, segment),
            "OBX" => obx::observation(&mut context, segment),
            "SPM" => spm::specimen(&mut context, segment),
            "RXO" | "RXE" => rx::prescription(&mut context, segment),
            "RXR" => rx::route(&mut context, segment),
            "RXA" => rxa::vaccination(&mut context, segment),
            "SCH" => sch::appointment(&mut context, segment),
            "AIS" => sch::service(&mut context, segment),
            "AIP" | "AIL" | "AIG" => sch::resource(&mut context, segment),
            "TXA" => txa::document(&mut context, segment),
            "NTE" => nte::note(&mut context, segment),
            _ => {}
        }
    }
    context.finish()
}

/// The numbers by which the patients of a message are found, in their order: those of PID, and of MRG.
pub fn numbers(message: &Message<'_>, settings: &Settings) -> Vec<Number> {
    let of = |segment: rihla_hl7v2::Segment<'_>| match segment.name() {
        "PID" => pid::number(segment, settings),
        "MRG" => pid::chosen(segment.field(1), settings),
        _ => None,
    };
    message.segments().filter_map(of).collect()
}

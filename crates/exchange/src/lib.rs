//! What goes between this record and systems that speak HL7 v2.
//!
//! - [`map`]: a message becomes a FHIR transaction, by tables and one file a segment.
//! - [`datatype`], [`tables`]: data types and codes of v2 as those of FHIR.
//! - [`movement`]: what an ADT message asks for, as a description.
//! - [`conduct`]: what it asks of a stay, by the house's own commands.
//! - [`filing`]: what a message says, into the record, in one commit.
//! - [`outbound`]: what happens here, as messages.
//! - [`intake`], [`queue`], [`work`], [`reconcile`]: kept, in order, judged, filed or asked about.
//! - [`line`]: MLLP server, client and courier.
//!
//! Nobody is filed by guess: whom a message names is decided before its transaction is written (see `spec.md`).

pub mod conduct;
pub mod datatype;
pub mod filing;
pub mod intake;
pub mod line;
pub mod map;
pub mod movement;
pub mod node;
pub mod outbound;
pub mod people;
pub mod queue;
pub mod reconcile;
mod settings;
pub mod tables;
pub mod work;

pub use settings::{Patients, Settings, Stays};

/// The zone of a sender that works in UTC.
pub fn utc() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::UTC
}

/// A FHIR time with a zone as an instant in UTC; nothing for a day or longer.
pub fn instant_of(text: &str) -> Option<String> {
    text.parse::<jiff::Timestamp>().ok().map(|it| it.to_string())
}

//! An ADT message of what happened to a patient.

use super::partner::{Authority, Partner};
use super::{pid, pv1};
use crate::datatype::identifier::Number;
use crate::movement::{Action, Concerns, Event, Unit};
use rihla_fhir::json::Value;
use rihla_hl7v2::{Charset, Draft, DraftSegment};
use std::collections::BTreeMap;

/// A movement as it is told.
#[derive(Clone, Debug)]
pub struct Moved {
    /// ZBE-1.
    pub number: Number,
    /// FHIR time.
    pub starts: String,
    pub historic: bool,
    /// ZBE-6, for what updates or cancels.
    pub original: Option<Event>,
    pub medical_unit: Option<Unit>,
    pub nursing_unit: Option<Unit>,
    /// ZBE-9; empty where the receiver does not use it.
    pub nature: String,
}

/// What happened. Times as FHIR writes them.
pub struct Announcement<'r> {
    pub event: Event,
    /// MSH-10; unique for ever among what this server sends.
    pub control_id: &'r str,
    /// MSH-7 and EVN-2.
    pub recorded: &'r str,
    /// EVN-6.
    pub occurred: &'r str,
    pub patient: Value<'r>,
    pub encounter: Option<Value<'r>>,
    pub movement: Option<Moved>,
    /// The number that is no more, for merges and changed numbers.
    pub before: Option<Number>,
    /// The second patient, of those who are linked or parted.
    pub other: Option<Value<'r>>,
    /// What the receiver calls places that the stay refers to: `Location/…` and unit, room and bed with `^` between.
    pub places: &'r BTreeMap<String, String>,
}

/// Writes the message. Nothing if the event needs a stay or another number that is not given, or if no number of the
/// patient goes to this receiver: such a message would name nobody.
pub fn announce(what: &Announcement<'_>, partner: &Partner) -> Option<Draft> {
    let mut draft = Draft::new(partner.marks);
    head(&mut draft, what, partner);
    let pid = pid::patient(what.patient, partner)?;
    draft.push(pid);
    match what.event.concerns() {
        Concerns::Two if matches!(what.event, Event::Link | Event::Unlink) => draft.push(pid::patient(what.other?, partner)?),
        Concerns::Two => draft.push(before(what.before.as_ref()?, partner)?),
        // The structure wants the segment, and N says that there is no stay.
        Concerns::Person => draft.add("PV1", |pv1| _ = pv1.set(2, "N")),
        Concerns::Stay => {
            pv1::stay(&mut draft, what.encounter?, partner, what.places)?;
            if let Some(moved) = &what.movement {
                draft.push(movement(moved, what, partner));
            }
        }
    }
    Some(draft)
}

fn head(draft: &mut Draft, what: &Announcement<'_>, partner: &Partner) {
    draft.add("MSH", |msh| {
        msh.set(3, &partner.sending_application).set(4, &partner.sending_facility);
        msh.set(5, &partner.receiving_application).set(6, &partner.receiving_facility);
        msh.set(7, &partner.time(what.recorded)).set_all(9, &["ADT", what.event.code(), what.event.structure()]);
        msh.set(10, what.control_id).set(11, &partner.processing).set(12, &partner.version);
        if partner.enhanced {
            msh.set(15, "AL").set(16, "AL");
        }
        if partner.charset != Charset::Ascii {
            msh.set(18, partner.charset.name());
        }
    });
    draft.add("EVN", |evn| _ = evn.set(1, what.event.code()).set(2, &partner.time(what.recorded)).set(6, &partner.time(what.occurred)));
}

fn before(number: &Number, partner: &Partner) -> Option<DraftSegment> {
    let authority = partner.authorities.get(&number.system)?;
    let mut mrg = DraftSegment::new("MRG");
    put_cx(&mut mrg, 1, 0, &number.value, authority, &authority.kind);
    Some(mrg)
}

/// CX at a place: number, authority in three parts, type.
pub(super) fn put_cx(segment: &mut DraftSegment, field: usize, repetition: usize, value: &str, authority: &Authority, kind: &str) {
    segment.put(field, repetition, 1, 1, value).put(field, repetition, 4, 1, &authority.name);
    if !authority.oid.is_empty() {
        segment.put(field, repetition, 4, 2, &authority.oid).put(field, repetition, 4, 3, "ISO");
    }
    segment.put(field, repetition, 5, 1, kind);
}

fn movement(moved: &Moved, what: &Announcement<'_>, partner: &Partner) -> DraftSegment {
    let action = match what.event {
        Event::UpdateMovement => Action::Update,
        event if event.cancels().is_some() => Action::Cancel,
        _ => Action::Insert,
    };
    let mut zbe = DraftSegment::new("ZBE");
    zbe.set(1, &moved.number.value);
    if !partner.authorities.contains_key(&moved.number.system) {
        zbe.put(1, 0, 2, 1, &partner.sending_application);
    }
    if let Some(authority) = partner.authorities.get(&moved.number.system) {
        zbe.put(1, 0, 2, 1, &authority.name);
        if !authority.oid.is_empty() {
            zbe.put(1, 0, 3, 1, &authority.oid).put(1, 0, 4, 1, "ISO");
        }
    }
    zbe.set(2, &partner.time(&moved.starts)).set(4, action.name()).set(5, if moved.historic { "Y" } else { "N" });
    if let Some(original) = moved.original.or_else(|| what.event.cancels()).filter(|_| action != Action::Insert) {
        zbe.set(6, original.code());
    }
    for (field, unit) in [(7, &moved.medical_unit), (8, &moved.nursing_unit)] {
        if let Some(unit) = unit {
            zbe.put(field, 0, 1, 1, &unit.name).put(field, 0, 10, 1, &unit.code);
        }
    }
    zbe.set(9, &moved.nature);
    zbe
}

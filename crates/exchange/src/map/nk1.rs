//! NK1: whom to call.

use super::context::Context;
use crate::datatype::{address, coded, identifier, name, telecom, time};
use crate::node::{Node, Object};
use crate::tables;
use rihla_hl7v2::Segment;

pub fn contact(context: &mut Context<'_, '_>, nk1: Segment<'_>) {
    let Some(place) = context.patient_place else { return };
    let settings = context.settings;
    let mut out = Object::new();
    out.put("relationship", Node::list([coded::mapped(nk1.field(3), "0063", settings), coded::concept(nk1.field(7), settings)]));
    out.put("name", nk1.field(2).repeats().next().map(name::human));
    for (field, usual) in [(5, "home"), (6, "work")] {
        nk1.field(field).repeats().for_each(|it| out.push("telecom", telecom::contact(it, usual)));
    }
    out.put("address", nk1.field(4).repeats().next().map(address::address));
    out.put("gender", nk1.field(15).part(1).and_then(|it| tables::code("0001", &it)));
    out.put("organization", nk1.field(13).repeats().next().map(|it| identifier::organization(it, settings)));
    out.put("period", time::period(nk1.field(8), nk1.field(9), settings));
    // FHIR asks for a name, a number, an address or an organisation (pat-1).
    let says_who = ["name", "telecom", "address", "organization"].iter().any(|key| out.get(key).is_some());
    if let Some(patient) = context.bundle.resource_mut(place).filter(|_| says_who) {
        patient.push("contact", out);
    }
}

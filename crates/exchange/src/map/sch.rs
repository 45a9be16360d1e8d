//! SCH, AIS, AIG, AIL, AIP: appointments.

use super::context::{Context, by_number};
use crate::datatype::identifier::{self, Place};
use crate::datatype::{coded, time};
use crate::node::{Node, Object};
use crate::tables;
use rihla_hl7v2::{Segment, Value};

pub fn appointment(context: &mut Context<'_, '_>, sch: Segment<'_>) {
    let settings = context.settings;
    let numbers = [(identifier::entity(sch.field(1), settings), "PLAC"), (identifier::entity(sch.field(2), settings), "FILL")];
    let mut out = Object::resource("Appointment");
    for (number, kind) in &numbers {
        out.push("identifier", number.as_ref().map(|it| it.identifier().with("type", identifier::kind(kind))));
    }
    out.put("status", status(context.event, sch.field(25)));
    out.put("appointmentType", coded::concept(sch.field(8), settings));
    out.put("reasonCode", Node::list([coded::concept(sch.field(7), settings)]));
    let timing = sch.field(11).repeat(0);
    out.put("start", time::instant(timing.component(4), settings));
    out.put("end", time::instant(timing.component(5), settings));
    if matches!(sch.field(10).part(1).as_deref().map(str::to_ascii_lowercase).as_deref(), None | Some("min" | "m")) {
        out.put("minutesDuration", sch.field(9).some().and_then(|it| it.trim().parse::<usize>().ok()).filter(|it| *it > 0));
    }
    let number = numbers.iter().rev().find_map(|(it, _)| it.as_ref());
    let place = context.add("Appointment", number.map(by_number).unwrap_or_default(), true, out);
    context.appointment = Some(place);
    context.noted = Some(place);
}

/// By the event, else by SCH-25 (table 0278).
fn status(event: &str, filler: Value<'_>) -> &'static str {
    if let Some(known) = tables::code("appointment-status", event) {
        return known;
    }
    match filler.text().to_ascii_lowercase().as_str() {
        "pending" | "waitlist" => "pending",
        "overbook" | "booked" | "started" => "booked",
        "complete" => "fulfilled",
        "cancelled" | "dc" | "deleted" | "blocked" => "cancelled",
        "noshow" => "noshow",
        _ => "proposed",
    }
}

/// AIS: what is to be done.
pub fn service(context: &mut Context<'_, '_>, ais: Segment<'_>) {
    let settings = context.settings;
    let code = coded::concept(ais.field(3), settings);
    if code.is_empty() || context.patient.is_none() {
        return;
    }
    let mut out = Object::resource("ServiceRequest");
    out.put("status", tables::code("service-of-appointment", context.event).unwrap_or("active"));
    out.put("intent", "filler-order");
    out.put("code", code.clone());
    out.put("subject", context.subject());
    let token = ais.field(3).part(1).map(|it| super::al1::code_token(None, &it)).unwrap_or_default();
    let number = context.appointment.and_then(|place| context.bundle.entries().get(place)).map(|it| it.known_by.clone());
    let known_by = number.filter(|it| !it.is_empty()).map(|it| format!("{it}&code={token}")).unwrap_or_default();
    // The service bears the appointment's number, so that a change of the appointment finds it.
    let identifiers = context.appointment.and_then(|place| context.bundle.resource(place)).and_then(|it| it.get("identifier")).cloned();
    out.put("identifier", identifiers.unwrap_or(Node::Nothing));
    let place = context.add("ServiceRequest", known_by, true, out);
    context.noted = Some(place);
    if let Some(appointment) = context.appointment.and_then(|place| context.bundle.resource_mut(place)) {
        appointment.push("serviceType", code);
        appointment.push("basedOn", super::context::reference_to(place));
    }
}

/// AIP: who is to be there; AIL: where; AIG: with what.
pub fn resource(context: &mut Context<'_, '_>, segment: Segment<'_>) {
    let settings = context.settings;
    let actor = match segment.name() {
        "AIP" => segment.field(3).repeats().next().map(|it| identifier::carer(it, settings)),
        "AIL" => Place::read(segment.field(3)).map(|it| it.reference(settings)),
        _ => segment.field(3).part(2).or_else(|| segment.field(3).part(1)).map(|it| Object::new().with("type", "Device").with("display", it)),
    };
    let Some(actor) = actor.filter(|it| !it.is_empty()) else { return };
    if let Some(appointment) = context.appointment.and_then(|place| context.bundle.resource_mut(place)) {
        appointment.push("participant", Object::new().with("actor", actor).with("status", "accepted"));
    }
    context.noted = None;
}

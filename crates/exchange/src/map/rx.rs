//! RXO, RXE, RXR: prescriptions.

use super::al1::code_token;
use super::context::{Context, reference_to};
use super::orc::put_numbers;
use crate::datatype::{coded, quantity};
use crate::node::{Node, Object};
use rihla_hl7v2::Segment;

/// RXO is what was prescribed; RXE is how the pharmacy read it. Each is a request of its own, the second by the first.
pub fn prescription(context: &mut Context<'_, '_>, rx: Segment<'_>) {
    if context.patient.is_none() {
        return;
    }
    let settings = context.settings;
    let encoded = rx.name() == "RXE";
    // RXE counts its fields from the timing on, which RXO has not.
    let (code, amount, most, unit, words) = if encoded { (2, 3, 4, 5, 7) } else { (1, 2, 3, 4, 7) };
    let mut out = Object::resource("MedicationRequest");
    put_numbers(&mut out, &context.order);
    let head = context.order.head.clone();
    out.put("status", head.text("status").filter(|it| *it != "revoked").or_else(|| head.text("status").map(|_| "cancelled")).unwrap_or("active"));
    out.put("intent", if encoded { "filler-order" } else { "original-order" });
    for key in ["priority", "authoredOn", "requester"] {
        out.put(key, head.get(key).cloned().unwrap_or(Node::Nothing));
    }
    let medication = coded::concept(rx.field(code), settings);
    if medication.is_empty() {
        return context.remarks.push(format!("{} does not say which medicine is meant. It was not read.", rx.name()));
    }
    out.put("medicationCodeableConcept", medication);
    out.put("subject", context.subject());
    out.put("encounter", context.encounter());
    let original = context.order.request.filter(|_| encoded);
    out.put("basedOn", original.map(|place| Node::list([reference_to(place)])));
    let number = |field: usize| rx.field(field).some().and_then(|it| quantity::quantity(&it, rx.field(unit), settings));
    let dose = match (number(amount), number(most)) {
        (Some(low), Some(high)) => Object::new().with("doseRange", Object::new().with("low", low).with("high", high)),
        (low, _) => Object::new().with("doseQuantity", low),
    };
    let mut dosage = Object::new().with("text", rx.field(words).repeat(0).part(2).or_else(|| rx.field(words).repeat(0).part(1)));
    dosage.put("doseAndRate", (!dose.is_empty()).then(|| Node::list([dose])));
    out.push("dosageInstruction", dosage);
    let known_by = context.order.placer.as_ref().or(context.order.filler.as_ref());
    let intent = if encoded { "filler-order" } else { "original-order" };
    let system = rx.field(code).part(3).map(|it| coded::system(&it, settings));
    let medicine = code_token(system.as_deref(), &rx.field(code).part(1).unwrap_or_default());
    // One number may order several medicines.
    let known_by = known_by.map(|it| format!("identifier={}&intent={intent}&code={medicine}", it.token())).unwrap_or_default();
    let place = context.add("MedicationRequest", known_by, true, out);
    context.order.request = Some(place);
    context.noted = Some(place);
}

/// RXR: by which way, and where.
pub fn route(context: &mut Context<'_, '_>, rxr: Segment<'_>) {
    let settings = context.settings;
    let (way, site) = (coded::concept(rxr.field(1), settings), coded::concept(rxr.field(2), settings));
    if let Some(vaccination) = context.order.vaccination.and_then(|place| context.bundle.resource_mut(place)) {
        vaccination.put("route", way);
        return vaccination.put("site", site);
    }
    let Some(request) = context.order.request.and_then(|place| context.bundle.resource_mut(place)) else { return };
    let dosage = match request.get("dosageInstruction") {
        Some(Node::List(list)) => list.first().cloned(),
        _ => None,
    };
    let Some(Node::Object(mut dosage)) = dosage else { return };
    dosage.put("route", way);
    dosage.put("site", site);
    request.set("dosageInstruction", Node::list([dosage]));
}

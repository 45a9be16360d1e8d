//! SPM: specimens.

use super::context::{Context, by_number};
use super::obx::of_its_patient;
use crate::datatype::{coded, identifier, quantity, time};
use crate::node::{Node, Object};
use rihla_hl7v2::Segment;

pub fn specimen(context: &mut Context<'_, '_>, spm: Segment<'_>) {
    if context.patient.is_none() {
        return;
    }
    let settings = context.settings;
    // SPM-2 is a pair: the placer's number and the filler's, each with subcomponents.
    let pair = spm.field(2);
    let number = |component: usize| {
        let own = pair.component(component);
        let value = own.sub(1).some()?.trim().to_owned();
        let system =
            own.sub(2).some().map_or_else(|| settings.usual_system.clone(), |it| format!("{}{}", settings.unknown_system, coded::in_address(it.trim())));
        Some(identifier::Number { system, value })
    };
    let numbers = [(number(1), "PLAC"), (number(2), "FILL")];
    let mut out = Object::resource("Specimen");
    for (number, kind) in &numbers {
        if let Some(number) = number {
            out.push("identifier", number.identifier().with("type", identifier::kind(kind)));
        }
    }
    out.put("type", coded::concept(spm.field(4), settings));
    out.put("subject", context.subject());
    out.put("receivedTime", time::date_time(spm.field(18), settings));
    let mut collection = Object::new();
    match time::period(spm.field(17).component(1), spm.field(17).component(2), settings) {
        period if period.get("end").is_some() => collection.put("collectedPeriod", period),
        period => collection.put("collectedDateTime", period.get("start").cloned().unwrap_or(Node::Nothing)),
    }
    collection.put("quantity", spm.field(12).part(1).and_then(|it| quantity::quantity(&it, spm.field(12).component(2), settings)));
    collection.put("method", coded::concept(spm.field(7), settings));
    collection.put("bodySite", coded::concept(spm.field(8), settings));
    out.put("collection", collection);
    spm.field(24).repeats().for_each(|it| out.push("condition", coded::concept(it, settings)));
    let known_by = of_its_patient(context, numbers.iter().rev().find_map(|(it, _)| it.as_ref()).map(by_number).unwrap_or_default());
    let place = context.add("Specimen", known_by, false, out);
    context.specimen = Some(place);
    let reference = super::context::reference_to(place);
    for target in [context.order.request, context.order.report].into_iter().flatten() {
        if let Some(resource) = context.bundle.resource_mut(target).filter(|it| matches!(it.text("resourceType"), Some("ServiceRequest" | "DiagnosticReport")))
        {
            resource.push("specimen", reference.clone());
        }
    }
}

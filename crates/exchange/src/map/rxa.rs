//! RXA: vaccinations, and the observations on them.

use super::context::{Context, by_number};
use super::orc::put_numbers;
use crate::datatype::{coded, identifier, quantity, time};
use crate::node::{Node, Object};
use crate::tables;
use rihla_hl7v2::Segment;

/// LOINC codes of what stands in the Immunization itself (CDC implementation guide for immunization messaging 1.5).
const ELIGIBILITY: &str = "64994-7";
const FUNDING: &str = "30963-3";

pub fn vaccination(context: &mut Context<'_, '_>, rxa: Segment<'_>) {
    if context.patient.is_none() || context.kind != "VXU" {
        return;
    }
    let settings = context.settings;
    let mut out = Object::resource("Immunization");
    put_numbers(&mut out, &context.order);
    let refused = rxa.field(18).is_valued();
    let status = rxa.field(20).part(1).and_then(|it| tables::code("0322", &it)).unwrap_or("completed");
    out.put(
        "status",
        if rxa.field(21).text() == "D" {
            "entered-in-error"
        } else if refused {
            "not-done"
        } else {
            status
        },
    );
    out.put("statusReason", coded::concept(rxa.field(18).repeat(0), settings));
    out.put("vaccineCode", coded::concept(rxa.field(5), settings));
    out.put("patient", context.subject());
    out.put("encounter", context.encounter());
    out.put("occurrenceDateTime", time::date_time(rxa.field(3), settings));
    // 00: given by the sender; anything else is told by others (table NIP001).
    let told = rxa.field(9).repeats().find_map(|it| it.part(1)).map(|it| it.trim() == "00");
    out.put("primarySource", told);
    if told == Some(false) {
        out.put("reportOrigin", coded::concept(rxa.field(9).repeat(0), settings));
    }
    out.put("manufacturer", Object::new().with("display", rxa.field(17).repeat(0).part(2)));
    out.put("lotNumber", rxa.field(15).repeat(0).part(1));
    out.put("expirationDate", time::date(rxa.field(16).repeat(0)));
    // 999: the amount is not known.
    let amount = rxa.field(6).some().filter(|it| it.trim() != "999");
    out.put("doseQuantity", amount.and_then(|it| quantity::quantity(&it, rxa.field(7), settings)));
    for value in rxa.field(10).repeats() {
        let coding = Object::new().with("system", "http://terminology.hl7.org/CodeSystem/v2-0443").with("code", "AP");
        let who = identifier::carer(value, settings);
        if !who.is_empty() {
            out.push("performer", Object::new().with("function", Object::new().with("coding", Node::list([coding]))).with("actor", who));
        }
    }
    if out.get("vaccineCode").is_none() || out.get("occurrenceDateTime").is_none() {
        return context.remarks.push("RXA has no vaccine (RXA-5) or no date (RXA-3). It was not read.".to_owned());
    }
    let number = context.order.filler.as_ref().or(context.order.placer.as_ref());
    let known_by = number.map(by_number).unwrap_or_default();
    let place = context.add("Immunization", known_by, true, out);
    context.order.vaccination = Some(place);
    context.noted = Some(place);
}

/// Takes an OBX that says something of the vaccination itself; false if it is an observation.
pub fn take(context: &mut Context<'_, '_>, obx: Segment<'_>) -> bool {
    let concept = coded::concept(obx.field(5), context.settings);
    let Some(vaccination) = context.order.vaccination.and_then(|place| context.bundle.resource_mut(place)) else { return false };
    match obx.field(3).part(1).as_deref() {
        Some(ELIGIBILITY) => vaccination.push("programEligibility", concept),
        Some(FUNDING) => vaccination.put("fundingSource", concept),
        _ => return false,
    }
    true
}

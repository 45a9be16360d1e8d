//! PV1, PV2: the stay.

use super::context::{Context, by_number};
use super::pid::chosen;
use crate::datatype::identifier::{self, Place};
use crate::datatype::{coded, time};
use crate::node::{Node, Object};
use crate::{Stays, tables};
use rihla_hl7v2::{Segment, Value};

const PARTICIPANT: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";

/// Messages that join or part people or accounts say nothing of a stay; their PV1 tells only which account is meant.
const JOINING_PEOPLE: [&str; 5] = ["A24", "A37", "A40", "A41", "A47"];
/// A stay that is announced, or was announced and will not be, has no other period than the expected one.
const EXPECTED: [&str; 4] = ["A05", "A14", "A27", "A38"];

pub fn stay(context: &mut Context<'_, '_>, pv1: Segment<'_>) {
    context.stay = None;
    context.named_stay = None;
    let settings = context.settings;
    // N: "not applicable". Messages about people alone carry such a segment because the standard makes them.
    if pv1.field(2).text() == "N" || context.patient.is_none() || JOINING_PEOPLE.contains(&context.event) {
        return;
    }
    let Some(number) = chosen(pv1.field(19), settings) else {
        return context.remarks.push("PV1-19 has no visit number. The stay was not read, since it could not be found again.".to_owned());
    };
    if settings.stays == Stays::Named {
        context.named_stay = Some(Object::new().with("type", "Encounter").with("identifier", number.identifier()));
        return;
    }
    // What happened before what is known must not become what is now. It reaches the record as a movement, or not at all.
    if context.historic {
        return context.remarks.push("The movement is a historic one (ZBE-5). The stay as it is now was not written.".to_owned());
    }
    let mut out = Object::resource("Encounter");
    let visit = identifier::identifier(pv1.field(19).repeat(0), settings);
    out.push("identifier", if visit.get("type").is_some() { visit } else { visit.with("type", identifier::kind("VN")) });
    pv1.field(50).repeats().for_each(|it| out.push("identifier", identifier::identifier(it, settings)));
    let status = status(context.event, pv1);
    out.put("status", status);
    out.put("class", class(pv1.field(2)));
    out.push("type", coded::concept(pv1.field(4), settings));
    out.put("serviceType", coded::concept(pv1.field(10), settings));
    out.put("subject", context.subject());
    put_participants(&mut out, pv1, context);
    out.put("period", time::period(pv1.field(44), pv1.field(45).repeat(0), settings));
    out.put("hospitalization", hospitalization(pv1, context));
    put_places(&mut out, pv1, status, context);
    let place = context.add("Encounter", by_number(&number), true, out);
    context.stay = Some(place);
    context.noted = None;
}

/// By the event where it says so; else a stay that ended is over, one that is announced is planned, and any other runs.
fn status(event: &str, pv1: Segment<'_>) -> &'static str {
    if let Some(known) = tables::code("encounter-status", event) {
        return known;
    }
    match (pv1.field(45).is_valued(), pv1.field(2).text().as_ref()) {
        (true, _) => "finished",
        (false, "P") => "planned",
        _ => "in-progress",
    }
}

fn class(value: Value<'_>) -> Object {
    let text = value.text();
    match tables::find("0004", &text) {
        Some(row) => coded::of_row(row),
        None if text.is_empty() => Object::new().with("system", "http://terminology.hl7.org/CodeSystem/v3-NullFlavor").with("code", "UNK"),
        None => Object::new().with("system", "http://terminology.hl7.org/CodeSystem/v2-0004").with("code", text),
    }
}

fn put_participants(out: &mut Object, pv1: Segment<'_>, context: &Context<'_, '_>) {
    for (field, code) in [(7, "ATND"), (8, "REF"), (9, "CON"), (17, "ADM"), (52, "PART")] {
        for value in pv1.field(field).repeats() {
            push_participant(out, code, identifier::carer(value, context.settings));
        }
    }
}

fn push_participant(out: &mut Object, code: &str, who: Object) {
    if who.is_empty() {
        return;
    }
    let kind = Object::new().with("coding", Node::list([Object::new().with("system", PARTICIPANT).with("code", code)]));
    out.push("participant", Object::new().with("type", Node::list([kind])).with("individual", who));
}

fn hospitalization(pv1: Segment<'_>, context: &Context<'_, '_>) -> Object {
    let settings = context.settings;
    let mut out = Object::new();
    out.put("preAdmissionIdentifier", identifier::identifier(pv1.field(5).repeat(0), settings));
    out.put("admitSource", coded::concept(pv1.field(14), settings));
    out.put("reAdmission", coded::concept(pv1.field(13), settings));
    out.put("dietPreference", Node::list([coded::concept(pv1.field(38), settings)]));
    out.put("dischargeDisposition", coded::concept(pv1.field(36), settings));
    out.put("destination", Object::new().with("display", pv1.field(37).part(1)));
    out
}

/// Where the patient is, was before, and waits.
fn put_places(out: &mut Object, pv1: Segment<'_>, status: &str, context: &Context<'_, '_>) {
    let here = match status {
        "planned" => "planned",
        "finished" | "cancelled" => "completed",
        _ => "active",
    };
    for (field, state) in [(3, here), (6, "completed"), (11, "active"), (42, "planned"), (43, "completed")] {
        let Some(place) = Place::read(pv1.field(field)) else { continue };
        let reference = place.reference(context.settings);
        out.push("location", Object::new().with("location", reference).with("status", state));
    }
}

pub fn more(context: &mut Context<'_, '_>, pv2: Segment<'_>) {
    let Some(place) = context.stay else { return };
    let settings = context.settings;
    let reason = coded::concept(pv2.field(3), settings);
    let referrers: Vec<Object> = pv2.field(13).repeats().map(|it| identifier::carer(it, settings)).collect();
    let (expected_start, expected_end) = (time::date_time(pv2.field(8), settings), time::date_time(pv2.field(9), settings));
    let waits = Place::read(pv2.field(1)).map(|it| it.reference(settings));
    let announced = EXPECTED.contains(&context.event);
    let Some(stay) = context.bundle.resource_mut(place) else { return };
    stay.push("reasonCode", reason);
    referrers.into_iter().for_each(|it| push_participant(stay, "REF", it));
    stay.push("location", Object::new().with("status", waits.as_ref().map(|_| "planned")).with("location", waits));
    let expected = Object::new().with("start", expected_start).with("end", expected_end);
    if expected.get("start").is_some() && (announced || (stay.text("status") == Some("planned") && stay.get("period").is_none())) {
        stay.set("period", expected);
    }
}

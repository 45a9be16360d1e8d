//! OBX: results.

use super::context::{Context, reference_to};
use super::obr::RESULTS;
use super::{context, rxa};
use crate::datatype::identifier::{self, Number, in_query};
use crate::datatype::{coded, quantity, time};
use crate::node::{Node, Object};
use crate::tables;
use rihla_hl7v2::{Segment, Value};

const INTERPRETATION: &str = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";

pub fn observation(context: &mut Context<'_, '_>, obx: Segment<'_>) {
    if context.patient.is_none() || rxa::take(context, obx) {
        return;
    }
    let kind = obx.field(2).text();
    if matches!(kind.as_ref(), "ED" | "RP") {
        return attachment(context, obx);
    }
    let settings = context.settings;
    let code = coded::concept(obx.field(3), settings);
    if code.is_empty() {
        return context.remarks.push("An OBX does not say in OBX-3 what was observed. It was not read.".to_owned());
    }
    let mut out = Object::resource("Observation");
    let number = number(context, obx);
    out.put("identifier", number.as_ref().map(|it| Node::list([it.identifier()])));
    out.put("basedOn", context.order.request.map(|place| Node::list([reference_to(place)])));
    let status = obx.field(11).part(1).and_then(|it| tables::code("0085", &it)).unwrap_or("unknown");
    out.put("status", status);
    out.put("code", code.clone());
    out.put("subject", context.subject());
    out.put("encounter", context.encounter());
    out.put("effectiveDateTime", effective(context, obx));
    obx.field(16).repeats().for_each(|it| out.push("performer", identifier::carer(it, settings)));
    put_value(&mut out, obx, &kind, &code, context);
    for flag in obx.field(8).repeats().filter_map(|it| it.part(1).map(|it| it.trim().to_owned())) {
        let coding = Object::new().with("system", INTERPRETATION).with("code", flag);
        out.push("interpretation", Object::new().with("coding", Node::list([coding])));
    }
    out.put("bodySite", coded::concept(obx.field(20), settings));
    out.put("method", coded::concept(obx.field(17), settings));
    out.put("specimen", context.specimen.map(reference_to));
    put_range(&mut out, obx, &kind, settings);
    let known_by = number.as_ref().map(context::by_number).unwrap_or_default();
    let known_by = of_its_patient(context, known_by);
    let place = context.add("Observation", known_by, true, out);
    context.noted = Some(place);
    found(context, obx, place);
    if let Some(report) = context.order.report.and_then(|place| context.bundle.resource_mut(place)) {
        report.push("result", reference_to(place));
    }
}

/// A result is looked for among its patient's alone: laboratories begin their numbers anew.
pub(super) fn of_its_patient(context: &Context<'_, '_>, known_by: String) -> String {
    if RESULTS.contains(&context.kind) && !known_by.is_empty() { context.of_patient("patient", &known_by) } else { known_by }
}

/// Notes that an examination found this, and when that was known (OBX-19).
fn found(context: &mut Context<'_, '_>, obx: Segment<'_>, place: usize) {
    let (report, known) = (context.order.report, time::instant(obx.field(19), context.settings));
    let Some(told) = context.results.last_mut().filter(|told| Some(told.report) == report) else { return };
    told.values.push(place);
    told.known = known.max(told.known.take());
}

/// OBX-21 if the sender numbers its results, else of the order's number, the code and OBX-4: a correction has the same.
/// Two results of one message that bear one number are told apart by their order.
fn number(context: &mut Context<'_, '_>, obx: Segment<'_>) -> Option<Number> {
    let number = match identifier::entity(obx.field(21), context.settings) {
        Some(own) => own,
        None => {
            let order = context.order.filler.as_ref().or(context.order.placer.as_ref())?;
            let code = obx.field(3).part(1).or_else(|| obx.field(3).part(2))?;
            let sub = obx.field(4).some().unwrap_or_default();
            Number { system: order.system.clone(), value: format!("{}/{}/{}", order.value, in_query(code.trim()), sub.trim()) }
        }
    };
    Some(context.given(number))
}

/// OBX-14; else when the specimen was taken, by OBR-7 of the report.
fn effective(context: &Context<'_, '_>, obx: Segment<'_>) -> Node {
    if let Some(own) = time::date_time(obx.field(14), context.settings) {
        return own.into();
    }
    let report = context.order.report.and_then(|place| context.bundle.resource(place));
    report.and_then(|it| it.get("effectiveDateTime")).cloned().unwrap_or(Node::Nothing)
}

/// One value stands as itself; several as components of the same code.
fn put_value(out: &mut Object, obx: Segment<'_>, kind: &str, code: &Object, context: &Context<'_, '_>) {
    let values: Vec<Value<'_>> = obx.field(5).repeats().filter(|it| it.is_valued()).collect();
    match values.as_slice() {
        [] => {}
        [one] => {
            if let Some((key, value)) = value(*one, kind, obx.field(6), context) {
                out.put(key, value);
            }
        }
        // Long text is sent in lines.
        lines if matches!(kind, "TX" | "FT" | "ST") => {
            out.put("valueString", lines.iter().map(|it| it.text().into_owned()).collect::<Vec<_>>().join("\n"));
        }
        several => {
            for (key, value) in several.iter().filter_map(|it| value(*it, kind, obx.field(6), context)) {
                out.push("component", Object::new().with("code", code.clone()).with(key, value));
            }
        }
    }
}

fn value(value: Value<'_>, kind: &str, unit: Value<'_>, context: &Context<'_, '_>) -> Option<(&'static str, Node)> {
    let settings = context.settings;
    let text = || value.some().map(|it| ("valueString", Node::from(it.trim_end().to_owned())));
    match kind {
        // What is no number is kept as the text that it is.
        "NM" => value.some().and_then(|it| quantity::quantity(&it, unit, settings)).map(|it| ("valueQuantity", it.into())).or_else(text),
        "SN" => {
            quantity::structured(value, unit, settings).map(|(key, it)| (key, it.into())).or_else(|| Some(("valueString", value.raw().replace('^', "").into())))
        }
        "CE" | "CWE" | "CNE" | "CF" | "IS" | "ID" => {
            let concept = coded::concept(value, settings);
            (!concept.is_empty()).then(|| ("valueCodeableConcept", concept.into()))
        }
        "DT" | "TS" | "DTM" => time::date_time(value, settings).map(|it| ("valueDateTime", it.into())).or_else(text),
        "CQ" => {
            let number = value.part(1)?;
            quantity::quantity(&number, value.component(2), settings).map(|it| ("valueQuantity", it.into()))
        }
        "DR" => Some(("valuePeriod", time::period(value.component(1), value.component(2), settings).into())),
        // A pointer into an archive is no value that a person reads.
        "HD" | "EI" | "OG" => None,
        _ => text(),
    }
}

/// OBX-7: two numbers are bounds, anything else is words.
fn put_range(out: &mut Object, obx: Segment<'_>, kind: &str, settings: &crate::Settings) {
    let Some(text) = obx.field(7).some() else { return };
    let text = text.trim().to_owned();
    let mut range = Object::new();
    let bounds = matches!(kind, "NM" | "SN").then(|| bounds(&text)).flatten();
    if let Some((low, high)) = bounds {
        range.put("low", quantity::quantity(low, obx.field(6), settings));
        range.put("high", quantity::quantity(high, obx.field(6), settings));
    }
    out.push("referenceRange", range.with("text", text));
}

fn bounds(text: &str) -> Option<(&str, &str)> {
    let (low, high) = text.split_once('-').filter(|(low, _)| !low.is_empty()).or_else(|| text.split_once(" to "))?;
    let (low, high) = (low.trim(), high.trim());
    (quantity::decimal(low).is_some() && quantity::decimal(high).is_some()).then_some((low, high))
}

/// ED and RP: a document or a pointer to one, as a report that holds it.
fn attachment(context: &mut Context<'_, '_>, obx: Segment<'_>) {
    let settings = context.settings;
    let value = obx.field(5);
    let code = coded::concept(obx.field(3), settings);
    let pointer = obx.field(2).text() == "RP";
    let (kind, sub) = if pointer { (value.part(3), value.part(4)) } else { (value.part(2), value.part(3)) };
    let media = media_type(kind.as_deref(), sub.as_deref());
    let mut form = Object::new().with("contentType", media);
    if pointer {
        form.put("url", value.component(1).text());
    } else if value.part(4).as_deref().is_some_and(|it| it.eq_ignore_ascii_case("base64")) {
        form.put("data", value.part(5).map(|it| it.split_whitespace().collect::<String>()).filter(|it| rihla_fhir::base64::decode(it).is_some()));
    }
    form.put("title", obx.field(3).part(2));
    if code.is_empty() {
        return context.remarks.push("An OBX holds a document and does not say in OBX-3 which. It was not read.".to_owned());
    }
    if form.get("url").is_none() && form.get("data").is_none() {
        context.remarks.push("An OBX names a document without its content.".to_owned());
    }
    let number = number(context, obx);
    let mut out = Object::resource("DiagnosticReport");
    out.put("identifier", number.as_ref().map(|it| Node::list([it.identifier()])));
    out.put("basedOn", context.order.request.map(|place| Node::list([reference_to(place)])));
    out.put("status", obx.field(11).part(1).and_then(|it| tables::code("0123", &it)).unwrap_or("unknown"));
    out.put("code", code);
    out.put("subject", context.subject());
    out.put("encounter", context.encounter());
    out.put("effectiveDateTime", effective(context, obx));
    out.push("presentedForm", form);
    let known_by = of_its_patient(context, number.as_ref().map(context::by_number).unwrap_or_default());
    context.add("DiagnosticReport", known_by, true, out);
}

/// Tables 0191 and 0291 as a media type.
fn media_type(kind: Option<&str>, sub: Option<&str>) -> Option<String> {
    let sub = sub?.trim().to_ascii_lowercase();
    let kind = match kind.map(|it| it.trim().to_ascii_lowercase()).as_deref() {
        Some("im" | "image") => "image",
        Some("tx" | "text" | "ft") => "text",
        Some("au" | "audio") => "audio",
        _ if matches!(sub.as_str(), "jpeg" | "png" | "gif" | "tiff" | "pict") => "image",
        _ => "application",
    };
    sub.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'.' | b'+')).then(|| format!("{kind}/{sub}"))
}

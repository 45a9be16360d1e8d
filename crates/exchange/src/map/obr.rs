//! OBR: an examination that is asked for, and the report on it.

use super::Told;
use super::al1::code_token;
use super::context::{Context, Order, reference_to};
use super::orc::{priority, put_numbers};
use crate::datatype::{coded, identifier, time};
use crate::node::{Node, Object};
use crate::tables;
use rihla_hl7v2::Segment;

/// Messages that bring results: only these make a report.
pub(super) const RESULTS: [&str; 5] = ["ORU", "OUL", "REF", "DFT", "OMG"];

pub fn request(context: &mut Context<'_, '_>, obr: Segment<'_>) {
    let settings = context.settings;
    if context.order.request.is_some() {
        // A second OBR without an ORC of its own is another examination of the same order.
        let control = context.order.has_control && !RESULTS.contains(&context.kind);
        let head = if control { std::mem::take(&mut context.order.head) } else { Object::new() };
        context.order = Order { head, has_control: control, ..Order::default() };
    }
    let number = |field: usize| identifier::entity(obr.field(field), settings);
    context.order.placer = number(2).or(context.order.placer.take());
    context.order.placed = identifier::placer(obr.field(2), settings).or(context.order.placed.take());
    context.order.filler = number(3).or(context.order.filler.take());
    if context.patient.is_none() {
        return;
    }
    let mut out = Object::resource("ServiceRequest");
    put_numbers(&mut out, &context.order);
    let head = context.order.head.clone();
    let status = head.text("status").unwrap_or(if context.order.has_control { "unknown" } else { "active" });
    out.put("status", status);
    out.put("intent", if matches!(context.kind, "ORU" | "OUL") { "filler-order" } else { "order" });
    out.put("priority", head.get("priority").cloned().unwrap_or(Node::Nothing));
    out.put("priority", priority(obr.field(5)).or_else(|| priority(obr.field(27).component(6))));
    out.put("code", coded::concept(obr.field(4), settings));
    out.put("subject", context.subject());
    out.put("encounter", context.encounter());
    for key in ["occurrencePeriod", "authoredOn", "requester"] {
        out.put(key, head.get(key).cloned().unwrap_or(Node::Nothing));
    }
    out.put("authoredOn", time::date_time(obr.field(6), settings));
    out.put("requester", obr.field(16).repeats().next().map(|it| identifier::carer(it, settings)));
    obr.field(31).repeats().for_each(|it| out.push("reasonCode", coded::concept(it, settings)));
    let known_by = known_by(context, obr);
    // What a laboratory notes of an order is never the order itself, which bears the placer's number as well.
    let noted = if context.kind == "ORU" && !known_by.is_empty() { format!("{known_by}&intent=filler-order") } else { known_by.clone() };
    let place = context.add("ServiceRequest", noted, true, out);
    context.order.request = Some(place);
    context.noted = Some(place);
    context.specimen = None;
    if RESULTS.contains(&context.kind) {
        report(context, obr, known_by);
    }
}

/// By an order number and the code of the examination: one number may order several.
fn known_by(context: &Context<'_, '_>, obr: Segment<'_>) -> String {
    let Some(number) = context.order.filler.as_ref().or(context.order.placer.as_ref()) else { return String::new() };
    let code = obr.field(4);
    let system = code.part(3).map(|it| coded::system(&it, context.settings));
    let asked = code.part(1).map(|it| format!("&code={}", code_token(system.as_deref(), &it)));
    let known = format!("identifier={}{}", number.token(), asked.unwrap_or_default());
    // Numbers begin anew, and slip to somebody else: a result never reaches what is there of another patient.
    if RESULTS.contains(&context.kind) { context.of_patient("patient", &known) } else { known }
}

fn report(context: &mut Context<'_, '_>, obr: Segment<'_>, known_by: String) {
    let settings = context.settings;
    let mut out = Object::resource("DiagnosticReport");
    put_numbers(&mut out, &context.order);
    out.put("basedOn", context.order.request.map(|place| Node::list([reference_to(place)])));
    out.put("status", obr.field(25).part(1).and_then(|it| tables::code("0123", &it)).unwrap_or("unknown"));
    if let Some(section) = obr.field(24).part(1) {
        let coding = Object::new().with("system", "http://terminology.hl7.org/CodeSystem/v2-0074").with("code", section);
        out.push("category", Object::new().with("coding", Node::list([coding])));
    }
    out.put("code", coded::concept(obr.field(4), settings));
    out.put("subject", context.subject());
    out.put("encounter", context.encounter());
    match time::period(obr.field(7), obr.field(8), settings) {
        period if period.get("end").is_some() => out.put("effectivePeriod", period),
        _ => out.put("effectiveDateTime", time::date_time(obr.field(7), settings)),
    }
    out.put("issued", time::instant(obr.field(22), settings));
    out.put("resultsInterpreter", interpreter(obr, context));
    let report = context.add("DiagnosticReport", known_by, true, out);
    context.order.report = Some(report);
    if let (Some(request), "ORU") = (context.order.request, context.kind) {
        let reported = time::instant(obr.field(22), settings);
        context.results.push(Told { request, report, values: Vec::new(), placer: context.order.placed.clone(), reported, known: None });
    }
}

/// OBR-32: number, family and given name stand in the first component (NDL).
fn interpreter(obr: Segment<'_>, context: &Context<'_, '_>) -> Node {
    let value = obr.field(32).repeat(0).component(1);
    let names = [value.sub(3), value.sub(2)].iter().filter_map(|it| it.some()).collect::<Vec<_>>().join(" ");
    let mut out = Object::new();
    out.put("identifier", value.sub(1).some().map(|it| Object::new().with("system", context.settings.usual_system.as_str()).with("value", it.trim())));
    out.put("display", names);
    Node::list([out])
}

//! ORC, TQ1: what is common to all kinds of orders.

use super::context::{Context, Order};
use crate::datatype::{identifier, time};
use crate::node::Object;
use crate::tables;
use rihla_hl7v2::{Segment, Value};

pub fn order(context: &mut Context<'_, '_>, orc: Segment<'_>) {
    let settings = context.settings;
    let mut order = Order { has_control: true, ..Order::default() };
    order.placer = identifier::entity(orc.field(2), settings);
    order.placed = identifier::placer(orc.field(2), settings);
    order.filler = identifier::entity(orc.field(3), settings);
    order.group = identifier::entity(orc.field(4), settings);
    order.head.put("status", status(orc.field(1), orc.field(5)));
    order.head.put("authoredOn", time::date_time(orc.field(9), settings));
    order.head.put("requester", orc.field(12).repeats().next().map(|it| identifier::carer(it, settings)));
    order.head.put("priority", priority(orc.field(7).component(6)));
    // In messages of results ORC may follow OBR, and then speaks of it.
    if context.kind == "OUL" && context.order.request.is_some() && !context.order.has_control {
        return complete(context, order);
    }
    context.order = order;
    context.noted = None;
}

/// What cancels says so, whatever the order's last state was; else the state; else what the message does with the order.
fn status(control: Value<'_>, state: Value<'_>) -> Option<&'static str> {
    let control = control.part(1).and_then(|it| tables::code("0119", &it));
    let state = state.part(1).and_then(|it| tables::code("0038", &it));
    control.filter(|it| *it == "revoked").or(state).or(control)
}

fn complete(context: &mut Context<'_, '_>, order: Order) {
    context.order.has_control = true;
    let Some(request) = context.order.request.and_then(|place| context.bundle.resource_mut(place)) else { return };
    if let Some(status) = order.head.text("status") {
        request.set("status", status);
    }
    for key in ["authoredOn", "requester", "priority"] {
        request.put(key, order.head.get(key).cloned().unwrap_or(crate::node::Node::Nothing));
    }
    // In these messages an order that was placed is an order, not a note of the laboratory.
    request.set("intent", "order");
}

/// TQ1-9 and the like (table 0485).
pub(super) fn priority(value: Value<'_>) -> Option<&'static str> {
    value.part(1).and_then(|it| tables::code("0485", &it))
}

pub fn timing(context: &mut Context<'_, '_>, tq1: Segment<'_>) {
    let settings = context.settings;
    if let Some(appointment) = context.appointment.and_then(|place| context.bundle.resource_mut(place)) {
        // SCH-11 is kept by the standard for older senders alone.
        for (key, field) in [("start", 7), ("end", 8)] {
            if let Some(time) = time::instant(tq1.field(field), settings) {
                appointment.set(key, time);
            }
        }
        return;
    }
    let urgency = priority(tq1.field(9).repeat(0));
    let when = time::period(tq1.field(7), tq1.field(8), settings);
    let put = |out: &mut Object| {
        out.put("priority", urgency);
        out.put("occurrencePeriod", when);
    };
    match context.order.request.and_then(|place| context.bundle.resource_mut(place)) {
        Some(request) if request.text("resourceType") == Some("ServiceRequest") => put(request),
        Some(request) => request.put("priority", urgency),
        None => put(&mut context.order.head),
    }
}

/// Order numbers as identifiers of the resources that are made of the order.
pub(super) fn put_numbers(out: &mut Object, order: &Order) {
    for (number, kind) in [(&order.placer, "PLAC"), (&order.filler, "FILL"), (&order.group, "PGN")] {
        if let Some(number) = number {
            out.push(
                "identifier",
                Object::new().with("type", identifier::kind(kind)).with("system", number.system.as_str()).with("value", number.value.as_str()),
            );
        }
    }
}

//! NTE: notes on what came before.

use super::context::Context;
use crate::datatype::time;
use crate::node::Object;
use rihla_hl7v2::Segment;

pub fn note(context: &mut Context<'_, '_>, nte: Segment<'_>) {
    let text = nte.field(3).repeats().map(|it| it.text().into_owned()).collect::<Vec<_>>().join("\n");
    let when = time::date_time(nte.field(6), context.settings);
    let Some(resource) = context.noted.and_then(|place| context.bundle.resource_mut(place)) else { return };
    match resource.text("resourceType") {
        Some("Appointment") => resource.put("comment", text),
        Some("DocumentReference") => resource.put("description", text),
        _ if !text.trim().is_empty() => resource.push("note", Object::new().with("time", when).with("text", text)),
        _ => {}
    }
}

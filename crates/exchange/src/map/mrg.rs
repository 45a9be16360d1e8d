//! MRG: two numbers are one patient, or one account.

use super::context::Context;
use crate::datatype::identifier;
use crate::node::{Node, Object};
use rihla_hl7v2::Segment;

/// What PID names, until MRG was read.
#[derive(Clone, Debug, Default)]
pub(super) struct Linked {
    /// PID-18.
    pub account: Object,
}

/// A Linkage says that the sender holds both for one. Joining the records is an act of its own (see `movement`).
pub fn link(context: &mut Context<'_, '_>, mrg: Segment<'_>) {
    let settings = context.settings;
    let (ty, kept, gone) = match context.event {
        "A40" | "A47" | "A24" => ("Patient", of_patient(context), mrg.field(1).repeats().next().map(|it| identifier::identifier(it, settings))),
        "A41" => ("Account", context.merged.account.clone(), mrg.field(3).repeats().next().map(|it| identifier::identifier(it, settings))),
        _ => return,
    };
    let Some(gone) = gone.filter(|it| !it.is_empty()) else {
        return context.remarks.push("MRG does not say which number is joined. Nothing was linked.".to_owned());
    };
    let item = |kind: &str, identifier: Object| {
        let resource = Object::new().with("type", ty).with("identifier", identifier);
        Object::new().with("type", kind).with("resource", resource)
    };
    let linkage = Object::resource("Linkage").with("active", true).with("item", Node::list([item("source", kept), item("historical", gone)]));
    context.add("Linkage", String::new(), false, linkage);
}

fn of_patient(context: &Context<'_, '_>) -> Object {
    let pid = context.message.segments().rfind(|it| it.name() == "PID");
    pid.and_then(|pid| pid.field(3).repeats().next()).map(|it| identifier::identifier(it, context.settings)).unwrap_or_default()
}

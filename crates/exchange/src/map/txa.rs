//! TXA: documents. The text is in the OBX that follow.

use super::context::{Context, by_number};
use crate::datatype::{coded, identifier, time};
use crate::node::{Node, Object};
use crate::tables;
use rihla_hl7v2::Segment;

pub fn document(context: &mut Context<'_, '_>, txa: Segment<'_>) {
    if context.patient.is_none() || context.kind != "MDM" {
        return;
    }
    let settings = context.settings;
    let Some(number) = identifier::entity(txa.field(12), settings) else {
        return context.remarks.push("TXA-12 has no number of the document. It was not read.".to_owned());
    };
    let mut out = Object::resource("DocumentReference");
    out.put("masterIdentifier", number.identifier());
    out.put("status", if matches!(context.event, "T11") { "entered-in-error" } else { "current" });
    out.put("docStatus", txa.field(17).part(1).and_then(|it| tables::code("0271", &it)));
    out.put("type", coded::concept(txa.field(2), settings));
    out.put("subject", context.subject());
    out.put("date", time::instant(txa.field(6), settings));
    txa.field(9).repeats().for_each(|it| out.push("author", identifier::carer(it, settings)));
    let encounter = context.encounter();
    let mut about = Object::new();
    if !encounter.is_empty() {
        about.put("encounter", Node::List(vec![encounter]));
    }
    about.put("period", Object::new().with("start", time::date_time(txa.field(4), settings)));
    out.put("context", about);
    let creation = time::date_time(txa.field(6), settings);
    let attachment = Object::new().with("title", txa.field(16).some()).with("creation", creation);
    out.push("content", Object::new().with("attachment", attachment));
    let place = context.add("DocumentReference", by_number(&number), true, out);
    context.document = Some(place);
    context.noted = Some(place);
}

//! AL1, IAM: allergies.

use super::context::{Context, by_number};
use crate::datatype::{coded, identifier, time};
use crate::node::{Node, Object};
use crate::tables;
use rihla_hl7v2::{Segment, Value};

pub fn allergy(context: &mut Context<'_, '_>, al1: Segment<'_>) {
    let settings = context.settings;
    let mut out = begun(context, al1.field(2), al1.field(3), al1.field(4));
    let manifestations = al1.field(5).repeats().filter_map(|it| it.some()).map(|text| Object::new().with("text", text.trim()));
    let mut reaction = Object::new().with("manifestation", Node::list(manifestations)).with("onset", time::date(al1.field(6)));
    reaction.put("severity", al1.field(4).part(1).and_then(|it| tables::code("0128-severity", &it)));
    if reaction.get("manifestation").is_some() {
        out.push("reaction", reaction);
    }
    let code = al1.field(3).part(1).or_else(|| al1.field(3).part(2)).unwrap_or_default();
    let system = al1.field(3).part(3).map(|it| coded::system(&it, settings));
    finish(context, out, &code, system.as_deref(), None);
}

pub fn detailed(context: &mut Context<'_, '_>, iam: Segment<'_>) {
    let settings = context.settings;
    let mut out = begun(context, iam.field(2), iam.field(3), iam.field(4));
    let number = identifier::entity(iam.field(7), settings);
    out.put("identifier", number.as_ref().map(|it| Node::list([it.identifier()])));
    out.put("onsetDateTime", time::date_time(iam.field(11), settings));
    out.put("recordedDate", time::date_time(iam.field(20), settings));
    let manifestations = iam.field(5).repeats().filter_map(|it| it.some()).map(|text| Object::new().with("text", text.trim()));
    let manifestations = Node::list(manifestations);
    if !manifestations.is_empty() {
        out.push("reaction", Object::new().with("manifestation", manifestations));
    }
    let code = iam.field(3).part(1).or_else(|| iam.field(3).part(2)).unwrap_or_default();
    let system = iam.field(3).part(3).map(|it| coded::system(&it, settings));
    let confirmed = iam.field(17).part(1).as_deref() == Some("C");
    out.put("verificationStatus", confirmed.then(|| status("allergyintolerance-verification", "confirmed")));
    finish(context, out, &code, system.as_deref(), number);
}

fn begun(context: &Context<'_, '_>, kind: Value<'_>, what: Value<'_>, severity: Value<'_>) -> Object {
    let mut out = Object::resource("AllergyIntolerance");
    out.put("clinicalStatus", status("allergyintolerance-clinical", "active"));
    out.put("type", "allergy");
    out.put("category", kind.part(1).and_then(|it| tables::code("0127", &it)).map(|it| Node::list([it])));
    out.put("criticality", severity.part(1).and_then(|it| tables::code("0128", &it)));
    out.put("code", coded::concept(what, context.settings));
    out.put("patient", context.subject());
    out
}

/// An allergy that is known is left as it is: what people here noted of it is worth more than its being sent again.
fn finish(context: &mut Context<'_, '_>, out: Object, code: &str, system: Option<&str>, number: Option<identifier::Number>) {
    if out.get("code").is_none() || context.patient.is_none() {
        return;
    }
    let known_by = match &number {
        Some(number) => by_number(number),
        None => context.of_patient("patient", &format!("code={}", code_token(system, code))),
    };
    let place = context.add("AllergyIntolerance", known_by, false, out);
    context.noted = Some(place);
}

fn status(system: &str, code: &str) -> Object {
    let coding = Object::new().with("system", format!("http://terminology.hl7.org/CodeSystem/{system}")).with("code", code);
    Object::new().with("coding", Node::list([coding]))
}

/// A code as a search parameter's value.
pub(super) fn code_token(system: Option<&str>, code: &str) -> String {
    let code = identifier::in_query(code.trim());
    system.map_or_else(|| code.clone(), |system| format!("{}|{code}", identifier::in_query(system)))
}

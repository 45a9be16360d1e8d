//! DG1: diagnoses.

use super::al1::code_token;
use super::context::{Context, by_number, reference_to};
use crate::datatype::{coded, identifier, time};
use crate::node::{Node, Object};
use rihla_hl7v2::Segment;

const ROLES: &str = "http://terminology.hl7.org/CodeSystem/diagnosis-role";

pub fn diagnosis(context: &mut Context<'_, '_>, dg1: Segment<'_>) {
    let settings = context.settings;
    let mut code = coded::concept(dg1.field(3), settings);
    code.put("text", dg1.field(4).some());
    if code.is_empty() || context.patient.is_none() {
        return;
    }
    let number = identifier::entity(dg1.field(20), settings);
    let mut out = Object::resource("Condition");
    out.put("identifier", number.as_ref().map(|it| Node::list([it.identifier()])));
    out.put("clinicalStatus", status("condition-clinical", "active"));
    out.put("category", Node::list([status("condition-category", "encounter-diagnosis")]));
    out.put("code", code);
    out.put("subject", context.subject());
    out.put("encounter", context.encounter());
    out.put("onsetDateTime", time::date_time(dg1.field(5), settings));
    out.put("recordedDate", time::date_time(dg1.field(19), settings));
    out.put("asserter", dg1.field(16).repeats().next().map(|it| identifier::carer(it, settings)));
    let known_by = match (&number, dg1.field(3).part(1)) {
        (Some(number), _) => by_number(number),
        (None, Some(code)) => {
            let system = dg1.field(3).part(3).map(|it| coded::system(&it, settings));
            context.of_patient("subject", &format!("code={}", code_token(system.as_deref(), &code)))
        }
        (None, None) => String::new(),
    };
    let place = context.add("Condition", known_by, false, out);
    context.noted = Some(place);
    put_use(context, dg1, place);
}

/// Which diagnosis it is of the stay: of admission, working, final (table 0052).
fn put_use(context: &mut Context<'_, '_>, dg1: Segment<'_>, place: usize) {
    let role = match dg1.field(6).text().as_ref() {
        "A" => Some(("AD", "Admission diagnosis")),
        "W" => Some(("CM", "Comorbidity diagnosis")),
        "F" => Some(("DD", "Discharge diagnosis")),
        _ => None,
    };
    let rank = dg1.field(15).some().and_then(|it| it.trim().parse::<usize>().ok()).filter(|it| *it > 0);
    let Some(stay) = context.stay.and_then(|stay| context.bundle.resource_mut(stay)) else { return };
    // A working diagnosis is none of the roles that FHIR has.
    let role = role.filter(|(code, _)| *code != "CM");
    let role =
        role.map(|(code, display)| Object::new().with("coding", Node::list([Object::new().with("system", ROLES).with("code", code).with("display", display)])));
    stay.push("diagnosis", Object::new().with("condition", reference_to(place)).with("use", role).with("rank", rank));
}

fn status(system: &str, code: &str) -> Object {
    let coding = Object::new().with("system", format!("http://terminology.hl7.org/CodeSystem/{system}")).with("code", code);
    Object::new().with("coding", Node::list([coding]))
}

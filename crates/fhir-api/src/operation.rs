//! Operations by name (<https://hl7.org/fhir/R4/operations.html>).

use crate::answer::Answer;
use crate::ask::Ask;
use crate::everything::everything;
use crate::matching::matched;
use crate::messages;
use crate::refusal::{Refusal, Result};
use rihla_fhir::json::Value;
use rihla_fhir::r4::{TypeId, tables};

/// What is offered: name, the type it is on, and where R4 defines it.
pub const OPERATIONS: [(&str, &str, &str); 2] = [
    ("everything", "Patient", "http://hl7.org/fhir/OperationDefinition/Patient-everything"),
    ("match", "Patient", "http://hl7.org/fhir/OperationDefinition/Patient-match"),
];

/// `name` with its dollar sign; `parameters` is the Parameters resource of a POST.
pub fn operation(ask: &Ask<'_>, name: &str, on: Option<&(TypeId, Option<String>)>, parameters: Option<Value<'_>>) -> Result<Answer> {
    match (name, on) {
        ("$everything", Some((ty, Some(id)))) if tables().type_name(*ty) == "Patient" => {
            let mut pairs = ask.pairs.clone();
            pairs.extend(given(parameters)?);
            everything(&Ask { pairs, conditions: ask.conditions.clone(), ..*ask }, id)
        }
        ("$match", Some((ty, None))) if tables().type_name(*ty) == "Patient" => matched(ask, parameters),
        _ => Err(Refusal::with(&messages::UNKNOWN_OPERATION, name.chars().take(64).collect::<String>())),
    }
}

/// Simple parameters as pairs (<https://hl7.org/fhir/R4/parameters.html>).
fn given(parameters: Option<Value<'_>>) -> Result<Vec<(String, String)>> {
    let Some(parameters) = parameters else { return Ok(Vec::new()) };
    if parameters.get("resourceType").and_then(|name| name.as_plain_str()) != Some("Parameters") {
        return Err(Refusal::with(&messages::TYPE_MISMATCH, "Parameters"));
    }
    let mut pairs = Vec::new();
    for parameter in parameters.get("parameter").into_iter().flat_map(|list| list.items()) {
        let Some(name) = parameter.get("name").and_then(|name| name.as_str()) else { continue };
        let value = parameter.members().find(|member| member.key_source().starts_with("value")).map(|member| member.value);
        let text = value.and_then(|value| value.as_str().map(|text| text.into_owned()).or_else(|| value.number_source().map(str::to_owned)));
        pairs.push((name.clone().into_owned(), text.ok_or_else(|| Refusal::with(&messages::BAD_QUERY, name))?));
    }
    Ok(pairs)
}

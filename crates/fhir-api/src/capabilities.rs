//! The capability statement, made from what is wired (<https://hl7.org/fhir/R4/capabilitystatement.html>).

use crate::caller::Entrance;
use crate::operation::OPERATIONS;
use rihla_fhir::json::escape_into;
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhirpath::{ParamKind, SearchParam, Support, params_for};

/// What can be done with every resource type.
const INTERACTIONS: [&str; 8] = ["read", "vread", "update", "delete", "history-instance", "history-type", "create", "search-type"];
/// What can be done with the record as a whole.
const SYSTEM_INTERACTIONS: [&str; 4] = ["transaction", "batch", "history-system", "search-system"];
/// What else is true of every type; these words are the statement's own.
const FACETS: &str = r#""versioning":"versioned-update","readHistory":true,"updateCreate":true,"conditionalCreate":true,"conditionalRead":"full-support","conditionalUpdate":true,"conditionalDelete":"single","referencePolicy":["literal","logical"]"#;

/// The statement but for the address it is asked at.
#[derive(Debug)]
pub struct Capabilities {
    before: Vec<u8>,
    after: Vec<u8>,
}

impl Capabilities {
    pub fn new(date: &str, entrance: Option<&Entrance>) -> Self {
        let mut before = br#"{"resourceType":"CapabilityStatement","status":"active","date":"#.to_vec();
        escape_into(date, &mut before);
        before.extend_from_slice(br#","publisher":"Rihla","kind":"instance","software":{"name":"Rihla","version":"#);
        escape_into(env!("CARGO_PKG_VERSION"), &mut before);
        before.extend_from_slice(br#"},"implementation":{"description":"Rihla","url":"#);
        let mut after = br#"},"fhirVersion":"4.0.1","format":["json","xml","application/fhir+json","application/fhir+xml"],"rest":[{"mode":"server","#.to_vec();
        if let Some(entrance) = entrance {
            push_security(entrance, &mut after);
        }
        after.extend_from_slice(b"\"resource\":[");
        for (position, ty) in tables().resource_types().enumerate() {
            if position > 0 {
                after.push(b',');
            }
            push_resource(ty, &mut after);
        }
        after.extend_from_slice(b"],");
        push_interactions(&SYSTEM_INTERACTIONS, &mut after);
        after.extend_from_slice(b",\"compartment\":[");
        for (position, compartment) in tables().compartments().iter().enumerate() {
            let comma = if position > 0 { "," } else { "" };
            after.extend_from_slice(
                format!("{comma}\"http://hl7.org/fhir/CompartmentDefinition/{}\"", tables().type_name(compartment.ty).to_ascii_lowercase()).as_bytes(),
            );
        }
        after.extend_from_slice(b"]}]}");
        Self { before, after }
    }

    pub fn json(&self, base: &str) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.before.len() + self.after.len() + base.len() + 2);
        out.extend_from_slice(&self.before);
        escape_into(base, &mut out);
        out.extend_from_slice(&self.after);
        out
    }
}

/// How programs come in: SMART 1's addresses, which some clients still look for
/// (<https://hl7.org/fhir/smart-app-launch/conformance.html#using-cs>).
fn push_security(entrance: &Entrance, out: &mut Vec<u8>) {
    out.extend_from_slice(br#""security":{"extension":[{"url":"http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris","extension":["#);
    let named = [
        ("authorize", &entrance.authorize),
        ("token", &entrance.token),
        ("register", &entrance.register),
        ("introspect", &entrance.introspect),
        ("revoke", &entrance.revoke),
    ];
    for (position, (name, address)) in named.into_iter().enumerate() {
        out.extend_from_slice(if position > 0 { b",{\"url\":\"" } else { b"{\"url\":\"" });
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"\",\"valueUri\":");
        escape_into(address, out);
        out.push(b'}');
    }
    out.extend_from_slice(br#"]}],"cors":true,"service":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/restful-security-service","code":"SMART-on-FHIR"}],"text":"OAuth2, SMART-on-FHIR"}]},"#);
}

fn push_resource(ty: TypeId, out: &mut Vec<u8>) {
    let name = tables().type_name(ty);
    out.extend_from_slice(format!("{{\"type\":\"{name}\",\"profile\":\"http://hl7.org/fhir/StructureDefinition/{name}\",").as_bytes());
    push_interactions(&INTERACTIONS, out);
    out.push(b',');
    out.extend_from_slice(FACETS.as_bytes());
    let params = || params_for(ty).iter().filter(|param| is_served(param));
    let references = || params().filter(|param| param.kind == ParamKind::Reference);
    push_list("searchInclude", references().map(|param| format!("\"{name}:{}\"", param.code)), out);
    push_list("searchRevInclude", reverse_includes(ty).into_iter(), out);
    push_list(
        "searchParam",
        params().map(|param| {
            format!(
                "{{\"name\":\"{}\",\"definition\":\"http://hl7.org/fhir/SearchParameter/{}\",\"type\":\"{}\"}}",
                param.code,
                param.definition,
                kind_name(param.kind)
            )
        }),
        out,
    );
    let operations = OPERATIONS.iter().filter(|(_, on, _)| *on == name);
    push_list("operation", operations.map(|(operation, _, definition)| format!("{{\"name\":\"{operation}\",\"definition\":\"{definition}\"}}")), out);
    out.push(b'}');
}

/// Whether a search by this parameter finds anything.
pub fn is_served(param: &SearchParam) -> bool {
    !matches!(param.support, Support::None(_))
}

/// References of other types that may point here.
fn reverse_includes(ty: TypeId) -> Vec<String> {
    let mut out = Vec::new();
    for source in tables().resource_types() {
        let pointing = params_for(source).iter().filter(|param| is_served(param) && param.kind == ParamKind::Reference && param.targets.contains(&ty));
        out.extend(pointing.map(|param| format!("\"{}:{}\"", tables().type_name(source), param.code)));
    }
    out
}

fn push_list(name: &str, items: impl Iterator<Item = String>, out: &mut Vec<u8>) {
    let start = out.len();
    for item in items {
        out.extend_from_slice(if out.len() == start { b",\"" } else { b"," });
        if out.len() == start + 2 {
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b"\":[");
        }
        out.extend_from_slice(item.as_bytes());
    }
    if out.len() > start {
        out.push(b']');
    }
}

fn push_interactions(codes: &[&str], out: &mut Vec<u8>) {
    out.extend_from_slice(b"\"interaction\":[");
    for (position, code) in codes.iter().enumerate() {
        let comma = if position > 0 { "," } else { "" };
        out.extend_from_slice(format!("{comma}{{\"code\":\"{code}\"}}").as_bytes());
    }
    out.push(b']');
}

fn kind_name(kind: ParamKind) -> &'static str {
    match kind {
        ParamKind::Token => "token",
        ParamKind::String => "string",
        ParamKind::Date => "date",
        ParamKind::Reference => "reference",
        ParamKind::Number => "number",
        ParamKind::Quantity => "quantity",
        ParamKind::Uri => "uri",
        ParamKind::Composite => "composite",
        ParamKind::Special => "special",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_fhir::json::{Limits, parse};

    #[test]
    fn the_statement_is_json_and_names_every_type() {
        let json = Capabilities::new("2026-01-31", None).json("http://h/fhir");
        let doc = parse(&json, &Limits::default()).expect("json");
        let rest = doc.root().get("rest").and_then(|rest| rest.items().next()).expect("rest");
        let types = rest.get("resource").expect("resources").len();
        assert_eq!(types, tables().resource_types().count());
    }
}

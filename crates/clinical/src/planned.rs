//! What a stay says that was ordered and has not begun, besides its movements.

use crate::object::{Object, concept, quoted, reference};

/// The system of our kinds of admission, in `Encounter.type`.
const KIND: &str = "urn:rihla:admission-kind";
/// <https://terminology.hl7.org/ValueSet-v3-ActPriority.html>
const PRIORITY: &str = "http://terminology.hl7.org/CodeSystem/v3-ActPriority";
/// <https://hl7.org/fhir/R4/codesystem-encounter-admit-source.html>
const SOURCE: &str = "http://terminology.hl7.org/CodeSystem/admit-source";

/// Of a kind of admission, from a source of HL7's, at a site (an Organization's id).
pub fn planned(kind: &str, source: &str, site: Option<&str>) -> Object {
    let mut base = Object::default();
    base.set("type", format!("[{}]", concept(KIND, kind)));
    base.set("status", quoted("planned"));
    base.set("priority", concept(PRIORITY, if kind == "emergency" { "EM" } else { "R" }));
    base.set("hospitalization", format!(r#"{{"admitSource":{}}}"#, concept(SOURCE, source)));
    if let Some(site) = site {
        base.set("serviceProvider", reference(&format!("Organization/{site}")));
    }
    base
}

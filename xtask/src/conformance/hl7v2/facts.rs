//! What of a bundle is compared: sets of facts by path, without ids and without the order of resources.

use rihla_exchange::instant_of;
use rihla_hl7v2::Message;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Facts by path. `exact` has to be the same on both sides; of `told`, what is expected has to be found.
#[derive(Default)]
pub struct Facts {
    exact: BTreeMap<&'static str, BTreeSet<String>>,
    told: BTreeMap<&'static str, BTreeSet<String>>,
}

type Difference = (String, Vec<String>, Vec<String>);

impl Facts {
    fn exact(&mut self, path: &'static str, fact: impl Into<String>) {
        self.exact.entry(path).or_default().insert(fact.into());
    }

    fn told(&mut self, path: &'static str, fact: impl Into<String>) {
        self.told.entry(path).or_default().insert(fact.into());
    }

    /// Paths that differ, with what only the first has and what only the second has.
    pub fn compare(expected: &Self, found: &Self) -> Vec<Difference> {
        let none = BTreeSet::new();
        let mut out = Vec::new();
        let paths: BTreeSet<_> = expected.exact.keys().chain(found.exact.keys()).collect();
        for path in paths {
            let (wanted, had) = (expected.exact.get(path).unwrap_or(&none), found.exact.get(path).unwrap_or(&none));
            if wanted != had {
                out.push(((*path).to_owned(), wanted.difference(had).cloned().collect(), had.difference(wanted).cloned().collect()));
            }
        }
        for (path, wanted) in &expected.told {
            let had = found.told.get(path).unwrap_or(&none);
            let missing: Vec<_> = wanted.difference(had).cloned().collect();
            if !missing.is_empty() {
                out.push(((*path).to_owned(), missing, had.difference(wanted).cloned().collect()));
            }
        }
        out
    }
}

/// The facts of a bundle that was made of a message.
pub fn facts(bundle: &Value, message: &Message<'_>) -> Facts {
    let resources: Vec<&Value> = list(bundle, "entry").filter_map(|it| it.get("resource")).collect();
    let said: String = message.segments().filter(|it| it.name() == "PID").map(|it| it.raw()).collect::<Vec<_>>().join("\r");
    let diagnosed: String = message.segments().filter(|it| it.name() == "DG1").map(|it| it.raw()).collect::<Vec<_>>().join("\r");
    let mut out = Facts::default();
    for resource in &resources {
        match text(resource, "resourceType") {
            "Patient" => patient(resource, &said, &mut out),
            "Encounter" => encounter(resource, &resources, &mut out),
            "ServiceRequest" => request(resource, &mut out),
            "MedicationRequest" => prescription(resource, &resources, &mut out),
            "DiagnosticReport" => report(resource, &mut out),
            "Observation" => observation(resource, &mut out),
            "Specimen" => codes(resource, "type").into_iter().for_each(|it| out.exact("Specimen.type", it)),
            "AllergyIntolerance" => allergy(resource, &mut out),
            "Condition" => codes(resource, "code").into_iter().filter(|it| diagnosed.contains(it.as_str())).for_each(|it| out.exact("Condition.code", it)),
            "Immunization" => immunization(resource, &mut out),
            "Appointment" => appointment(resource, &mut out),
            "DocumentReference" if message.header().event().0 == "MDM" => document(resource, &mut out),
            "Linkage" => linkage(resource, &mut out),
            _ => {}
        }
    }
    out
}

fn patient(resource: &Value, said: &str, out: &mut Facts) {
    let own = |it: &&Value| said.contains(text(it, "value")) && !text(it, "value").is_empty();
    for identifier in list(resource, "identifier").filter(own) {
        out.exact("Patient.identifier.value", text(identifier, "value"));
        let kind = codes(identifier, "type").join("+");
        // Types that no table has are words that slipped into CX-5.
        if kind.len() == 2 {
            out.exact("Patient.identifier.type", format!("{} {kind}", text(identifier, "value")));
        }
    }
    for name in list(resource, "name")
        .filter(|it| !text(it, "family").is_empty() && said.contains(&format!("|{}", text(it, "family"))) || said.contains(&format!("~{}", text(it, "family"))))
    {
        let given: Vec<_> = list(name, "given").filter_map(Value::as_str).take(2).collect();
        out.exact("Patient.name", format!("{} {} {}", text(name, "family"), given.first().unwrap_or(&""), text(name, "use")));
    }
    out.exact("Patient.birthDate", text(resource, "birthDate"));
    out.exact("Patient.gender", text(resource, "gender"));
    for address in list(resource, "address").filter(|it| said.contains(text(it, "city")) && !text(it, "city").is_empty()) {
        let lines: Vec<_> = list(address, "line").filter_map(Value::as_str).collect();
        let rest = ["city", "state", "postalCode", "country", "use", "type"].map(|key| text(address, key).trim()).join(" ");
        out.exact("Patient.address", format!("{} {rest}", lines.join(" ")));
    }
    for telecom in list(resource, "telecom").filter(own) {
        out.exact("Patient.telecom.value", text(telecom, "value"));
    }
    codes(resource, "maritalStatus").into_iter().for_each(|it| out.exact("Patient.maritalStatus", it));
    if let Some(when) = resource.get("deceasedDateTime").and_then(Value::as_str) {
        out.exact("Patient.deceased", instant(when));
    }
    if let Some(dead) = resource.get("deceasedBoolean").and_then(Value::as_bool) {
        out.exact("Patient.deceased", dead.to_string());
    }
}

fn encounter(resource: &Value, all: &[&Value], out: &mut Facts) {
    let visit = list(resource, "identifier").next().map_or("", |it| text(it, "value"));
    out.exact("Encounter.identifier", visit);
    out.exact("Encounter.class", format!("{visit} {}", resource.get("class").map_or("", |it| text(it, "code"))));
    out.exact("Encounter.status", format!("{visit} {}", text(resource, "status")));
    if let Some(start) = resource.pointer("/period/start").and_then(Value::as_str) {
        out.exact("Encounter.period.start", format!("{visit} {}", instant(start)));
    }
    for participant in list(resource, "participant") {
        let kind = list(participant, "type").flat_map(|it| list(it, "coding")).map(|it| text(it, "code")).next().unwrap_or("");
        // A participant without a type is of a segment (ROL) that says who works where, not who looks after the patient.
        if let Some(number) = who(participant.get("individual"), all).filter(|_| !kind.is_empty()) {
            out.exact("Encounter.participant", format!("{visit} {kind} {number}"));
        }
    }
    for (path, pointer) in [
        ("Encounter.hospitalization.admitSource", "/hospitalization/admitSource"),
        ("Encounter.hospitalization.dischargeDisposition", "/hospitalization/dischargeDisposition"),
    ] {
        if let Some(concept) = resource.pointer(pointer) {
            concept_codes(concept).into_iter().for_each(|it| out.exact(path, format!("{visit} {it}")));
        }
    }
    list(resource, "reasonCode").flat_map(concept_codes).for_each(|it| out.exact("Encounter.reasonCode", format!("{visit} {it}")));
}

/// The number by which somebody is known, of a reference by number or of the resource that a reference names.
fn who(reference: Option<&Value>, all: &[&Value]) -> Option<String> {
    let reference = reference?;
    let own = reference.pointer("/identifier/value").and_then(Value::as_str).map(str::to_owned);
    own.or_else(|| resolve(text(reference, "reference"), all).and_then(|it| list(it, "identifier").next()).map(|it| text(it, "value").to_owned()))
        .filter(|it| !it.is_empty())
}

fn resolve<'v>(reference: &str, all: &[&'v Value]) -> Option<&'v Value> {
    let (ty, id) = reference.split_once('/')?;
    all.iter().find(|it| text(it, "resourceType") == ty && text(it, "id") == id).copied()
}

/// Numbers of the one who asks and the one who does.
fn order_numbers(resource: &Value) -> String {
    let of = |it: &&Value| codes(it, "type").iter().any(|it| it == "PLAC" || it == "FILL");
    let numbers: BTreeSet<_> = list(resource, "identifier").filter(of).map(|it| text(it, "value")).filter(|it| !it.is_empty()).collect();
    numbers.into_iter().collect::<Vec<_>>().join("+")
}

fn request(resource: &Value, out: &mut Facts) {
    let code = codes(resource, "code").join("+");
    if code.is_empty() {
        return;
    }
    // Services of an appointment bear its numbers here and none there.
    let numbers =
        if resource.get("occurrencePeriod").is_none() && text(resource, "intent") == "filler-order" { String::new() } else { order_numbers(resource) };
    out.exact("ServiceRequest.code", code.clone());
    out.exact("ServiceRequest.intent", format!("{code} {}", text(resource, "intent")));
    if !numbers.is_empty() {
        out.told("ServiceRequest.identifier", format!("{code} {numbers}"));
    }
    status(resource, "ServiceRequest.status", &code, out);
    if !text(resource, "priority").is_empty() {
        out.exact("ServiceRequest.priority", format!("{code} {}", text(resource, "priority")));
    }
    list(resource, "reasonCode").flat_map(concept_codes).for_each(|it| out.told("ServiceRequest.reasonCode", format!("{code} {it}")));
}

/// `unknown` is what is said where nothing is known: any other word tells more.
fn status(resource: &Value, path: &'static str, of: &str, out: &mut Facts) {
    if text(resource, "status") != "unknown" {
        out.told(path, format!("{of} {}", text(resource, "status")));
    }
}

fn prescription(resource: &Value, all: &[&Value], out: &mut Facts) {
    let placer: Vec<_> = list(resource, "identifier").filter(|it| codes(it, "type").iter().any(|it| it == "PLAC")).map(|it| text(it, "value")).collect();
    let named = resource.get("medicationReference").and_then(|it| resolve(text(it, "reference"), all));
    let code = named.map_or_else(|| codes(resource, "medicationCodeableConcept"), |it| codes(it, "code"));
    let code = code.first().cloned().unwrap_or_default();
    out.exact("MedicationRequest", format!("{} {code} {} {}", placer.join("+"), text(resource, "status"), text(resource, "intent")));
}

fn report(resource: &Value, out: &mut Facts) {
    let code = codes(resource, "code").join("+");
    if resource.get("presentedForm").is_some() {
        return out.exact("DiagnosticReport.presentedForm", code);
    }
    out.exact("DiagnosticReport.code", code.clone());
    out.told("DiagnosticReport.identifier", format!("{code} {}", order_numbers(resource)));
    status(resource, "DiagnosticReport.status", &code, out);
}

fn observation(resource: &Value, out: &mut Facts) {
    let own = list(resource.get("code").unwrap_or(&Value::Null), "coding").all(|it| !text(it, "system").ends_with("/observation-code"));
    if !own {
        return;
    }
    let code = codes(resource, "code").join("+");
    out.exact("Observation.code", code.clone());
    status(resource, "Observation.status", &code, out);
    if let Some(value) = value(resource) {
        out.exact("Observation.value", format!("{code} {value}"));
    }
    list(resource, "component").filter_map(value).for_each(|it| out.exact("Observation.component.value", format!("{code} {it}")));
    list(resource, "interpretation").flat_map(concept_codes).for_each(|it| out.exact("Observation.interpretation", format!("{code} {it}")));
    list(resource, "referenceRange").for_each(|it| out.told("Observation.referenceRange.text", format!("{code} {}", text(it, "text"))));
    if let Some(when) = resource.get("effectiveDateTime").and_then(Value::as_str) {
        out.told("Observation.effective", format!("{code} {}", instant(when)));
    }
}

fn value(resource: &Value) -> Option<String> {
    if let Some(quantity) = resource.get("valueQuantity") {
        let number = quantity.get("value").map(|it| it.as_f64().map_or_else(String::new, |it| it.to_string())).unwrap_or_default();
        let unit = if text(quantity, "code").is_empty() { text(quantity, "unit") } else { text(quantity, "code") };
        return Some(format!("{}{number} {unit}", text(quantity, "comparator")));
    }
    if let Some(concept) = resource.get("valueCodeableConcept") {
        return Some(concept_codes(concept).join("+"));
    }
    let plain = resource.get("valueString").or_else(|| resource.get("valueDateTime"));
    plain.and_then(Value::as_str).map(str::to_owned)
}

fn allergy(resource: &Value, out: &mut Facts) {
    let code = codes(resource, "code").first().cloned().unwrap_or_default();
    let category = list(resource, "category").filter_map(Value::as_str).collect::<Vec<_>>().join("+");
    out.exact("AllergyIntolerance", format!("{code} {category} {}", text(resource, "criticality")));
}

fn immunization(resource: &Value, out: &mut Facts) {
    let code = codes(resource, "vaccineCode").join("+");
    out.exact("Immunization", format!("{code} {} {} {}", text(resource, "status"), text(resource, "occurrenceDateTime"), order_numbers(resource)));
    out.exact("Immunization.lotNumber", format!("{code} {}", text(resource, "lotNumber")));
}

fn appointment(resource: &Value, out: &mut Facts) {
    let numbers: Vec<_> = list(resource, "identifier").map(|it| text(it, "value")).collect();
    let numbers = numbers.join("+");
    out.exact("Appointment.status", format!("{numbers} {}", text(resource, "status")));
    out.exact("Appointment.time", format!("{numbers} {} {}", instant(text(resource, "start")), instant(text(resource, "end"))));
}

fn document(resource: &Value, out: &mut Facts) {
    let number = resource.get("masterIdentifier").map_or("", |it| text(it, "value"));
    out.exact("DocumentReference", format!("{number} {} {}", codes(resource, "type").join("+"), text(resource, "status")));
}

fn linkage(resource: &Value, out: &mut Facts) {
    for item in list(resource, "item") {
        let about = item.get("resource").unwrap_or(&Value::Null);
        let number = about.pointer("/identifier/value").and_then(Value::as_str).unwrap_or("");
        out.exact("Linkage.item", format!("{} {} {number}", text(item, "type"), text(about, "type")));
    }
}

/// A time as an instant, whichever zone it is written in; a day stays a day.
fn instant(text: &str) -> String {
    instant_of(text).unwrap_or_else(|| text.to_owned())
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn codes(value: &Value, key: &str) -> Vec<String> {
    value.get(key).map(concept_codes).unwrap_or_default()
}

fn concept_codes(concept: &Value) -> Vec<String> {
    list(concept, "coding").map(|it| text(it, "code").trim().to_owned()).filter(|it| !it.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(observation: Value) -> Facts {
        let message = Message::parse("MSH|^~\\&|", &rihla_hl7v2::Limits::default()).expect("message");
        facts(&json!({"entry": [{"resource": observation}]}), &message)
    }

    #[test]
    fn what_is_expected_has_to_be_found_and_what_is_compared_exactly_has_no_more() {
        let code = json!({"coding": [{"code": "718-7"}]});
        let expected = json!({"resourceType": "Observation", "status": "unknown", "code": code, "valueQuantity": {"value": 11.2, "unit": "g/dL"}});
        let found = json!({"resourceType": "Observation", "status": "final", "code": code, "valueQuantity": {"value": 11.20, "unit": "g/dL"}, "effectiveDateTime": "2024-01-01"});
        assert!(Facts::compare(&of(expected.clone()), &of(found.clone())).is_empty(), "more may be told, and unknown is no status");
        let paths = |one: Value, other: Value| Facts::compare(&of(one), &of(other)).into_iter().map(|it| it.0).collect::<Vec<_>>();
        assert_eq!(paths(found.clone(), expected.clone()), ["Observation.effective", "Observation.status"]);
        let mut other = expected.clone();
        other["valueQuantity"]["value"] = json!(12);
        assert_eq!(paths(expected, other), ["Observation.value"]);
    }

    #[test]
    fn a_time_is_the_same_in_any_zone() {
        assert_eq!(instant("2015-02-08T15:54:19+05:30"), instant("2015-02-08T11:34:19+01:10"));
        assert_eq!(instant("2015-02-08"), "2015-02-08");
    }
}

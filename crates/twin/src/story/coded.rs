//! Codes and the small shapes that many resources share.

use super::content::{Condition, Medicine, Text};
use super::lists::Pair;
use crate::json::Json;

pub const LOINC: &str = "http://loinc.org";
pub const ICD10: &str = "http://hl7.org/fhir/sid/icd-10";
pub const ATC: &str = "http://www.whocc.no/atc";
pub const CVX: &str = "http://hl7.org/fhir/sid/cvx";
pub const UCUM: &str = "http://unitsofmeasure.org";
pub const EDQM: &str = "http://standardterms.edqm.eu";
/// International Patient Summary: says “none known” without naming a substance.
pub const ABSENT: &str = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips";
const TERMINOLOGY: &str = "http://terminology.hl7.org/CodeSystem/";
const TRANSLATION: &str = "http://hl7.org/fhir/StructureDefinition/translation";
const LANGUAGE: &str = "http://hl7.org/fhir/StructureDefinition/language";

pub fn refer(kind: &str, id: &str) -> Json {
    obj! { "reference": format!("{kind}/{id}") }
}

pub fn coding(system: &str, code: &str, display: &str) -> Json {
    obj! { "system": system, "code": code, "display": Some(display).filter(|text| !text.is_empty()) }
}

/// A concept from one of HL7's own code systems, by its last part.
pub fn hl7(system: &str, code: &str, display: &str) -> Json {
    obj! { "coding": list![coding(&format!("{TERMINOLOGY}{system}"), code, display)] }
}

pub fn hl7_coding(system: &str, code: &str, display: &str) -> Json {
    coding(&format!("{TERMINOLOGY}{system}"), code, display)
}

/// What stands beside a French text: the same in Arabic.
pub fn translated(ar: Option<&str>) -> Json {
    let Some(ar) = ar.filter(|text| !text.is_empty()) else { return Json::Nothing };
    let parts = list![obj! { "url": "lang", "valueCode": "ar" }, obj! { "url": "content", "valueString": ar }];
    obj! { "extension": list![obj! { "url": TRANSLATION, "extension": parts }] }
}

/// Which language a name is in.
pub fn in_language(code: &str) -> Json {
    list![obj! { "url": LANGUAGE, "valueCode": code }]
}

pub fn concept(system: &str, code: &str, text: &Text) -> Json {
    obj! { "coding": list![coding(system, code, &text.fr)], "text": &text.fr, "_text": translated(text.ar.as_deref()) }
}

pub fn words(text: &Text) -> Json {
    obj! { "text": &text.fr, "_text": translated(text.ar.as_deref()) }
}

pub fn said(fr: &str) -> Json {
    obj! { "text": fr }
}

pub fn diagnosis(condition: &Condition) -> Json {
    concept(ICD10, &condition.icd10, &condition.name)
}

pub fn medication(medicine: &Medicine) -> Json {
    let text = format!("{} {}, {}", medicine.ingredient.fr, medicine.strength, medicine.form);
    let ar = medicine.ingredient.ar.as_ref().map(|name| format!("{name} {}", medicine.strength));
    obj! { "coding": list![coding(ATC, &medicine.atc, &medicine.ingredient.fr)], "text": text, "_text": translated(ar.as_deref()) }
}

/// `[number, unit as read, UCUM]`.
pub fn quantity([value, unit, code]: &[String; 3]) -> Json {
    obj! { "value": Json::Number(value.clone()), "unit": unit, "system": UCUM, "code": code }
}

pub fn measured(value: String, unit: &str, ucum: &str) -> Json {
    obj! { "value": Json::Number(value), "unit": unit, "system": UCUM, "code": ucum }
}

pub fn period(from: String, to: Option<String>) -> Json {
    obj! { "start": from, "end": to }
}

pub fn aliases(pair: &Pair) -> Json {
    list![Some(pair.ar.as_str()).filter(|text| !text.is_empty())]
}

//! Who belongs to a patient: family, a guardian, an authority that was told.

use crate::REGISTER;
use crate::people::{LONGEST, page, same_page};
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_web::{Desk, Refusal, go, key, quoted};
use serde::Deserialize;

/// What somebody is to a patient, and its code. Family after <https://terminology.hl7.org/CodeSystem-v3-RoleCode.html>; an
/// authority, who is told of minors, incapable and unconscious patients and of prisoners (FACTS §7, art. 67), is a state
/// agency of <https://terminology.hl7.org/CodeSystem-v2-0131.html>.
pub const RELATIONS: [(&str, &str); 7] =
    [("mother", "MTH"), ("father", "FTH"), ("guardian", "GUARD"), ("spouse", "SPS"), ("child", "CHILD"), ("family", "FAMMEMB"), (AUTHORITY, "S")];
pub const AUTHORITY: &str = "authority";
/// When an authority was told (`valueDateTime`).
pub const TOLD: &str = "urn:rihla:extension:authority-told";
/// The record of the same person, as a patient (`valueReference`).
pub const SEES: &str = "urn:rihla:extension:own-record";

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    #[serde(rename = "_author")]
    author: String,
    #[serde(rename = "_patient")]
    patient: String,
    #[serde(rename = "_id")]
    id: String,
    kind: String,
    name: String,
    phone: String,
}

/// `POST /patients/{patient}/relations`
pub async fn add(desk: Desk, Path(patient): Path<String>, Form(wanted): Form<Wanted>) -> Result<Response, Refusal> {
    desk.require(REGISTER)?;
    same_page(&desk, &wanted.author, &wanted.patient, &patient)?;
    let kind = RELATIONS.iter().find(|(kind, _)| *kind == wanted.kind);
    let (name, phone) = (wanted.name.trim(), wanted.phone.trim());
    let mut wrong = Vec::new();
    wrong.extend(kind.is_none().then_some(key!("registration-wrong-relation")));
    wrong.extend(name.is_empty().then_some(key!("registration-wrong-name")));
    wrong.extend((name.chars().count() > LONGEST || phone.chars().count() > LONGEST).then_some(key!("registration-wrong-long")));
    let (Some((kind, code)), []) = (kind, wrong.as_slice()) else { return page(&desk, &patient, &wrong, false) };
    let told = if *kind == AUTHORITY { Some(desk.instant()) } else { None };
    let one = Related { id: &wanted.id, patient: &patient, code, name: &format!(r#"{{"text":{}}}"#, quoted(name)), phone, told, record: None };
    desk.create_as(&wanted.id, &one.json(), Vec::new()).await?;
    Ok(go(&format!("/patients/{patient}/people?done=1"), &[]))
}

/// What somebody is to a patient, as it is written.
pub struct Related<'r> {
    pub id: &'r str,
    pub patient: &'r str,
    /// One of the codes of [`RELATIONS`].
    pub code: &'r str,
    /// A HumanName, as JSON.
    pub name: &'r str,
    pub phone: &'r str,
    pub told: Option<String>,
    /// Their own record.
    pub record: Option<&'r str>,
}

impl Related<'_> {
    pub fn json(&self) -> String {
        let system = if self.code == "S" { "http://terminology.hl7.org/CodeSystem/v2-0131" } else { "http://terminology.hl7.org/CodeSystem/v3-RoleCode" };
        let told = self.told.as_ref().map(|at| format!(r#"{{"url":"{TOLD}","valueDateTime":{}}}"#, quoted(at)));
        let record = self.record.map(|id| format!(r#"{{"url":"{SEES}","valueReference":{{"reference":{}}}}}"#, quoted(&format!("Patient/{id}"))));
        let extensions: Vec<String> = told.into_iter().chain(record).collect();
        let extensions = if extensions.is_empty() { String::new() } else { format!(r#""extension":[{}],"#, extensions.join(",")) };
        let phone = if self.phone.is_empty() { String::new() } else { format!(r#","telecom":[{{"system":"phone","value":{}}}]"#, quoted(self.phone)) };
        format!(
            r#"{{"resourceType":"RelatedPerson","id":{},{extensions}"active":true,"patient":{{"reference":{}}},"relationship":[{{"coding":[{{"system":"{system}","code":"{}"}}]}}],"name":[{}]{phone}}}"#,
            quoted(self.id),
            quoted(&format!("Patient/{}", self.patient)),
            self.code,
            self.name
        )
    }
}

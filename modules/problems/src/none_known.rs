//! That no allergy is known: said by somebody, at a time; and no more so once there is one.

use crate::ALLERGIES;
use crate::one::holds;
use crate::whose::Whose;
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_fhir::view::Concept;
use rihla_web::{Allergies, Change, Desk, Refusal, go, look, quoted, read_on};
use serde::Deserialize;

/// International Patient Summary (<https://hl7.org/fhir/uv/ips/STU1.1/ValueSet-allergies-intolerances-uv-ips.html>).
const SYSTEM: &str = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips";
const CODE: &str = "no-known-allergies";
/// Its twin in SNOMED CT, as other systems write it.
const TWIN: &str = "716186003";

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Said {
    #[serde(rename = "_patient")]
    patient: String,
    #[serde(rename = "_author")]
    author: String,
    #[serde(rename = "_id")]
    id: String,
}

/// `POST /patients/{patient}/allergies/none`
pub async fn say(desk: Desk, Path(patient): Path<String>, Form(said): Form<Said>) -> Result<Response, Refusal> {
    let whose = Whose::sent(desk, &patient, ALLERGIES, &said.patient, &said.author)?;
    let list = whose.path("problems");
    if matches!(whose.banner.allergies, Allergies::Known(_)) {
        return Ok(go(&format!("{list}?wrong=RH-PROBLEMS-ALLERGIC"), &[]));
    }
    if whose.banner.allergies == Allergies::NoneKnown {
        return Ok(go(&list, &[]));
    }
    let id = if said.id.is_empty() { whose.desk.reserve("AllergyIntolerance", whose.id())? } else { said.id };
    whose.desk.create_as(&id, &json(&whose), Vec::new()).await?;
    Ok(go(&list, &[]))
}

fn json(whose: &Whose) -> String {
    let names = rihla_kernel::Lang::ALL.map(|lang| (lang.tag().to_owned(), whose.voice().in_lang(lang).t("problems-none-known"))).into();
    format!(
        r#"{{"resourceType":"AllergyIntolerance","clinicalStatus":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}}]}},"verificationStatus":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-verification","code":"confirmed"}}]}},"code":{},"patient":{{"reference":{}}},"recordedDate":{},"recorder":{}}}"#,
        rihla_web::concept(SYSTEM, CODE, &names),
        quoted(&format!("Patient/{}", whose.id())),
        quoted(&whose.desk.instant()),
        whose.desk.author_reference()
    )
}

/// The changes that take back what was said of there being none.
pub fn no_longer(whose: &Whose) -> Result<Vec<Change>, Refusal> {
    let (found, _) = read_on(&whose.desk, "AllergyIntolerance", whose.id())?;
    let says = |stored| look(stored, |one| holds(one) && Concept::at(one, "code").is_some_and(|code| code.has_code(CODE) || code.has_code(TWIN)));
    let refuted = r#"{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-verification","code":"refuted"}]}"#;
    let change = |stored: &rihla_store::Stored| Change {
        ty: "AllergyIntolerance",
        id: stored.id.to_text(),
        version: stored.vid,
        members: vec![("verificationStatus", Some(refuted.to_owned()))],
    };
    Ok(found.iter().filter(|stored| says(stored) == Some(true)).map(change).collect())
}

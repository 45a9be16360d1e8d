//! Who pays for a patient: a scheme of the pack, from a day on.

use crate::REGISTER;
use crate::people::{LONGEST, page, same_page};
use crate::typed::Typed;
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_web::{Desk, Refusal, go, key, quoted};
use serde::Deserialize;

/// What the patient is to whoever holds the cover (<https://hl7.org/fhir/R4/valueset-subscriber-relationship.html>).
pub const RELATIONS: [&str; 4] = ["self", "spouse", "child", "parent"];

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    #[serde(rename = "_author")]
    author: String,
    #[serde(rename = "_patient")]
    patient: String,
    #[serde(rename = "_id")]
    id: String,
    scheme: String,
    number: String,
    holder: String,
    from: String,
    until: String,
}

/// `POST /patients/{patient}/cover`
pub async fn add(desk: Desk, Path(patient): Path<String>, Form(wanted): Form<Wanted>) -> Result<Response, Refusal> {
    desk.require(REGISTER)?;
    same_page(&desk, &wanted.author, &wanted.patient, &patient)?;
    let pack = desk.house.pack();
    let day = |typed: &str| Typed { birth: typed.to_owned(), ..Typed::default() }.birth_date().filter(|date| date.len() == 10);
    let (from, until) = (day(&wanted.from), day(&wanted.until));
    let scheme = pack.cover.scheme(&wanted.scheme);
    let mut wrong = Vec::new();
    wrong.extend(scheme.is_none().then_some(key!("registration-wrong-scheme")));
    wrong.extend((!RELATIONS.contains(&wanted.holder.as_str())).then_some(key!("registration-wrong-holder")));
    wrong.extend((from.is_none() || (until.is_none() && !wanted.until.trim().is_empty())).then_some(key!("registration-wrong-day")));
    wrong.extend((from.as_ref().zip(until.as_ref()).is_some_and(|(from, until)| until < from)).then_some(key!("registration-wrong-span")));
    wrong.extend((wanted.number.chars().count() > LONGEST).then_some(key!("registration-wrong-long")));
    let (Some(scheme), Some(from), []) = (scheme, from, wrong.as_slice()) else { return page(&desk, &patient, &wrong, false) };
    let manager = from.parse().ok().and_then(|day| pack.cover.manager_on(scheme, day));
    let name = scheme.names.get("fr").map(String::as_str).unwrap_or(&scheme.code);
    let payor = manager.map_or(name, |manager| manager.short.as_str());
    let number = Some(wanted.number.trim()).filter(|number| !number.is_empty()).map(|number| format!(r#""subscriberId":{},"#, quoted(number)));
    let end = until.map(|until| format!(r#","end":"{until}""#)).unwrap_or_default();
    let json = format!(
        r#"{{"resourceType":"Coverage","id":{},"status":"active","type":{{"coding":[{{"system":{},"code":{}}}],"text":{}}},{}"beneficiary":{{"reference":{}}},"relationship":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/subscriber-relationship","code":"{}"}}]}},"period":{{"start":"{from}"{end}}},"payor":[{{"display":{}}}]}}"#,
        quoted(&wanted.id),
        quoted(&pack.scheme_system()),
        quoted(&scheme.code),
        quoted(name),
        number.unwrap_or_default(),
        quoted(&format!("Patient/{patient}")),
        wanted.holder,
        quoted(payor)
    );
    desk.create_as(&wanted.id, &json, Vec::new()).await?;
    Ok(go(&format!("/patients/{patient}/people?done=1"), &[]))
}

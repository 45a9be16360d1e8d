//! The Observations that come of a form: made with it, changed and struck through with it.

use crate::whose::Whose;
use rihla_fhir::view::Look;
use rihla_questionnaire::Observed;
use rihla_store::Stored;
use rihla_web::{Change, Members, Refusal, look, quoted, written};

/// Which answer an Observation comes of.
const ANSWER: &str = "urn:rihla:extension:form-answer";
/// Observations of one response.
const MOST: &str = "500";
/// <https://hl7.org/fhir/R4/observation.html>: what a value may be of.
const VALUES: [&str; 9] =
    ["valueQuantity", "valueCodeableConcept", "valueString", "valueBoolean", "valueInteger", "valueDateTime", "valueTime", "valueRange", "valuePeriod"];

/// New resources with their ids, and changes of those that are there.
type Turned = (Vec<(String, String)>, Vec<Change>);

/// A new Observation.
pub fn json(whose: &Whose, response: &str, stay: &str, at: &str, observed: &Observed) -> String {
    let encounter = if stay.is_empty() { String::new() } else { format!(r#","encounter":{{"reference":{}}}"#, quoted(&format!("Encounter/{stay}"))) };
    format!(
        r#"{{"resourceType":"Observation","extension":[{{"url":"{ANSWER}","valueString":{}}}],"status":"final",{},"subject":{{"reference":{}}}{encounter},"effectiveDateTime":{},"issued":{},"performer":[{}],{},"derivedFrom":[{{"reference":{}}}]}}"#,
        quoted(&observed.key.name('q')),
        observed.code,
        quoted(&format!("Patient/{}", whose.id())),
        quoted(at),
        quoted(&whose.desk.instant()),
        whose.desk.author_reference(),
        observed.value,
        quoted(&format!("QuestionnaireResponse/{response}")),
    )
}

/// Those of a response that count.
pub fn of_response(whose: &Whose, response: &str) -> Result<Vec<Stored>, Refusal> {
    if !whose.desk.shows("Observation") {
        return Ok(Vec::new());
    }
    let from = format!("QuestionnaireResponse/{response}");
    let wanted = [("patient", whose.id()), ("derived-from", from.as_str()), ("status:not", "entered-in-error"), ("_count", MOST)];
    Ok(whose.desk.search("Observation", &wanted)?.matches)
}

/// What becomes of the Observations of a response whose answers are now these: new ones, and changes of those that are there.
pub fn after(whose: &Whose, response: &str, stay: &str, at: &str, all: &[Observed]) -> Result<Turned, Refusal> {
    let there = of_response(whose, response)?;
    let (mut new, mut changed, mut kept) = (Vec::new(), Vec::new(), Vec::new());
    for stored in &there {
        let key = look(stored, |value| value.extensions("", ANSWER).first().and_then(|one| one.text("valueString")).map(|key| key.into_owned())).flatten();
        let now = all.iter().find(|observed| Some(observed.key.name('q')) == key);
        kept.extend(now.map(|observed| observed.key.clone()));
        let members: Members = match now {
            Some(observed) if look(stored, |value| holds(value, &observed.value)) == Some(true) => continue,
            Some(observed) => with_value(&observed.value),
            None => vec![("status", Some(r#""entered-in-error""#.to_owned()))],
        };
        changed.push(Change { ty: "Observation", id: stored.id.to_text(), version: stored.vid, members });
    }
    for observed in all.iter().filter(|observed| !kept.contains(&observed.key)) {
        new.push((whose.desk.reserve("Observation", whose.id())?, json(whose, response, stay, at, observed)));
    }
    Ok((new, changed))
}

/// Whether it has that value, written as we write it.
fn holds(value: rihla_fhir::json::Value<'_>, wanted: &str) -> bool {
    value.members().any(|member| format!(r#""{}":{}"#, member.key(), written(member.value)) == wanted)
}

fn with_value(value: &str) -> Members {
    let (name, json) = value.trim_start_matches('"').split_once("\":").unwrap_or(("", ""));
    let members = VALUES.iter().map(|known| (*known, (*known == name).then(|| json.to_owned())));
    members.chain([("status", Some(r#""corrected""#.to_owned()))]).collect()
}

//! Which event a change of the record is, for those who follow the feed.
//!
//! Two versions of a stay that others wrote as a whole do not tell a cancelled transfer from a transfer back: of stays with
//! movements of ours [`super::moved`] tells, and is taken instead of this.

use super::pid::{list, text};
use crate::movement::Event;
use rihla_fhir::json::Value;

/// The event of a new version of an Encounter; nothing if nothing changed that others are told.
pub fn of_encounter(before: Option<Value<'_>>, after: Value<'_>) -> Option<Event> {
    let status = |it: Value<'_>| text(it, "status").map(|it| it.into_owned()).unwrap_or_default();
    let now = status(after);
    let then = before.map(status).unwrap_or_default();
    let begins = || if is_inpatient(after) { Event::Admit } else { Event::Register };
    match (then.as_str(), now.as_str()) {
        ("" | "cancelled" | "entered-in-error", "cancelled" | "entered-in-error") => None,
        ("" | "cancelled" | "entered-in-error", "planned") => Some(Event::PreAdmit),
        ("" | "planned" | "cancelled" | "entered-in-error", "arrived" | "triaged" | "in-progress") => Some(begins()),
        ("", "finished") => Some(Event::Discharge),
        ("planned", "cancelled" | "entered-in-error") => Some(Event::CancelPreAdmit),
        (_, "cancelled" | "entered-in-error") => Some(Event::CancelAdmit),
        ("finished", "arrived" | "triaged" | "in-progress" | "onleave") => Some(Event::CancelDischarge),
        ("finished", "finished") => changed(before?, after).then_some(Event::UpdateStay),
        (_, "finished") => Some(Event::Discharge),
        ("onleave", "arrived" | "triaged" | "in-progress") => Some(Event::LeaveEnd),
        ("arrived" | "triaged" | "in-progress", "onleave") => Some(Event::LeaveStart),
        _ => within(before?, after),
    }
}

/// A change of a stay that goes on as it was.
fn within(before: Value<'_>, after: Value<'_>) -> Option<Event> {
    match (is_inpatient(before), is_inpatient(after)) {
        (false, true) => return Some(Event::ToInpatient),
        (true, false) => return Some(Event::ToOutpatient),
        _ => {}
    }
    if place(before) != place(after) {
        return Some(Event::Transfer);
    }
    if doctor(before) != doctor(after) {
        return Some(Event::ChangeDoctor);
    }
    changed(before, after).then_some(Event::UpdateStay)
}

/// The event of a new version of a Patient. A merge is told with the number of the one that is no more: this version's.
pub fn of_patient(before: Option<Value<'_>>, after: Value<'_>) -> Option<Event> {
    let replaced = |it: Value<'_>| list(it, "link").any(|it| text(it, "type").as_deref() == Some("replaced-by"));
    match before {
        None => Some(Event::CreatePerson),
        Some(before) if replaced(after) && !replaced(before) => Some(Event::Merge),
        Some(before) if replaced(before) && !replaced(after) => Some(Event::Unlink),
        Some(before) => changed(before, after).then_some(Event::UpdatePerson),
    }
}

fn is_inpatient(encounter: Value<'_>) -> bool {
    let class = encounter.get("class").and_then(|it| text(it, "code").map(|it| it.into_owned()));
    matches!(class.as_deref(), Some("IMP" | "ACUTE" | "NONAC"))
}

/// Where the patient is now.
fn place(encounter: Value<'_>) -> Option<&str> {
    let here = list(encounter, "location").find(|it| matches!(text(*it, "status").as_deref(), Some("active") | None))?;
    here.get("location").map(|it| it.source())
}

fn doctor(encounter: Value<'_>) -> Option<&str> {
    let attends = |it: &Value<'_>| list(*it, "type").flat_map(|it| list(it, "coding")).any(|it| text(it, "code").as_deref() == Some("ATND"));
    list(encounter, "participant").find(attends).and_then(|it| it.get("individual")).map(|it| it.source())
}

/// Anything but what the server writes itself.
fn changed(before: Value<'_>, after: Value<'_>) -> bool {
    let content = |it: Value<'_>| {
        it.members().filter(|it| !it.is("meta") && !it.is("text")).map(|it| (it.key().into_owned(), it.value.source().to_owned())).collect::<Vec<_>>()
    };
    content(before) != content(after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_fhir::json::{Limits, parse};

    fn stay(status: &str, class: &str, place: &str, doctor: &str) -> String {
        format!(
            r#"{{"resourceType":"Encounter","meta":{{"versionId":"{}"}},"status":"{status}","class":{{"code":"{class}"}},"location":[{{"status":"active","location":{{"display":"{place}"}}}}],
            "participant":[{{"type":[{{"coding":[{{"code":"ATND"}}]}}],"individual":{{"display":"{doctor}"}}}}]}}"#,
            status.len() + place.len()
        )
    }

    #[test]
    fn two_versions_of_a_stay_tell_the_event() {
        let running = stay("in-progress", "IMP", "A", "x");
        let cases = [
            (None, stay("planned", "IMP", "A", "x"), Some(Event::PreAdmit)),
            (None, running.clone(), Some(Event::Admit)),
            (None, stay("arrived", "EMER", "A", "x"), Some(Event::Register)),
            (Some(stay("planned", "IMP", "A", "x")), running.clone(), Some(Event::Admit)),
            (Some(stay("planned", "IMP", "A", "x")), stay("cancelled", "IMP", "A", "x"), Some(Event::CancelPreAdmit)),
            (Some(running.clone()), stay("entered-in-error", "IMP", "A", "x"), Some(Event::CancelAdmit)),
            (Some(running.clone()), stay("finished", "IMP", "A", "x"), Some(Event::Discharge)),
            (Some(stay("finished", "IMP", "A", "x")), running.clone(), Some(Event::CancelDischarge)),
            (Some(running.clone()), stay("onleave", "IMP", "A", "x"), Some(Event::LeaveStart)),
            (Some(stay("onleave", "IMP", "A", "x")), running.clone(), Some(Event::LeaveEnd)),
            (Some(running.clone()), stay("in-progress", "IMP", "B", "x"), Some(Event::Transfer)),
            (Some(running.clone()), stay("in-progress", "IMP", "A", "y"), Some(Event::ChangeDoctor)),
            (Some(stay("in-progress", "EMER", "A", "x")), running.clone(), Some(Event::ToInpatient)),
            (Some(running.clone()), stay("in-progress", "AMB", "A", "x"), Some(Event::ToOutpatient)),
            (Some(running.clone()), running.replace("Encounter\"", "Encounter\",\"length\":{\"value\":1}"), Some(Event::UpdateStay)),
            (Some(running.replace("\"versionId\":\"", "\"versionId\":\"9")), running.clone(), None),
        ];
        for (before, after, wanted) in cases {
            let before = before.as_deref().map(|it| parse(it.as_bytes(), &Limits::default()).expect("before"));
            let doc = parse(after.as_bytes(), &Limits::default()).expect("after");
            assert_eq!(of_encounter(before.as_ref().map(|it| it.root()), doc.root()), wanted, "{after}");
        }
    }

    #[test]
    fn two_versions_of_a_patient_tell_the_event() {
        let plain = r#"{"resourceType":"Patient","gender":"female"}"#;
        let other = r#"{"resourceType":"Patient","gender":"female","birthDate":"1954"}"#;
        let gone = r#"{"resourceType":"Patient","gender":"female","link":[{"type":"replaced-by","other":{"reference":"Patient/1"}}]}"#;
        let cases = [
            (None, plain, Some(Event::CreatePerson)),
            (Some(plain), plain, None),
            (Some(plain), other, Some(Event::UpdatePerson)),
            (Some(plain), gone, Some(Event::Merge)),
            (Some(gone), gone, None),
            (Some(gone), plain, Some(Event::Unlink)),
        ];
        for (before, after, wanted) in cases {
            let before = before.map(|it| parse(it.as_bytes(), &Limits::default()).expect("before"));
            let doc = parse(after.as_bytes(), &Limits::default()).expect("after");
            assert_eq!(of_patient(before.as_ref().map(|it| it.root()), doc.root()), wanted, "{after}");
        }
    }
}

//! A FHIR Patient as PID.

use super::adt::put_cx;
use super::partner::Partner;
use rihla_fhir::json::Value;
use rihla_hl7v2::DraftSegment;
use std::borrow::Cow;

pub(super) fn text<'d>(value: Value<'d>, key: &str) -> Option<Cow<'d, str>> {
    value.get(key).and_then(|it| it.as_str()).filter(|it| !it.trim().is_empty())
}

pub(super) fn list<'d>(value: Value<'d>, key: &str) -> impl Iterator<Item = Value<'d>> {
    value.get(key).into_iter().flat_map(|it| it.items())
}

/// Nothing if no number of the patient goes to this receiver.
pub fn patient(patient: Value<'_>, partner: &Partner) -> Option<DraftSegment> {
    let mut pid = DraftSegment::new("PID");
    let numbers: Vec<_> = list(patient, "identifier").filter_map(|it| partner.number(it)).collect();
    if numbers.is_empty() {
        return None;
    }
    for (repetition, number) in numbers.iter().enumerate() {
        put_cx(&mut pid, 3, repetition, &number.value, &number.authority, &number.kind);
    }
    for (repetition, name) in list(patient, "name").enumerate() {
        put_name(&mut pid, repetition, name);
    }
    if let Some(mother) = mother(patient) {
        pid.put(6, 0, 1, 1, &mother);
    }
    pid.set(7, &text(patient, "birthDate").map(|it| partner.time(&it)).unwrap_or_default());
    pid.set(
        8,
        match text(patient, "gender").as_deref() {
            Some("male") => "M",
            Some("female") => "F",
            Some("other") => "O",
            _ => "U",
        },
    );
    for (repetition, address) in list(patient, "address").enumerate() {
        put_address(&mut pid, repetition, address);
    }
    put_telecoms(&mut pid, patient);
    let marital = patient.get("maritalStatus").and_then(|it| list(it, "coding").next()).and_then(|it| text(it, "code").map(|it| it.into_owned()));
    pid.set(16, &marital.unwrap_or_default());
    match text(patient, "deceasedDateTime") {
        Some(when) => _ = pid.set(29, &partner.time(&when)).set(30, "Y"),
        None => {
            if let Some(dead) = patient.get("deceasedBoolean").and_then(|it| it.as_bool()) {
                pid.set(30, if dead { "Y" } else { "N" });
            }
        }
    }
    Some(pid)
}

fn put_name(pid: &mut DraftSegment, repetition: usize, name: Value<'_>) {
    let given: Vec<String> = list(name, "given").filter_map(|it| it.as_str()).map(|it| it.into_owned()).collect();
    pid.put(5, repetition, 1, 1, &text(name, "family").unwrap_or_default());
    pid.put(5, repetition, 2, 1, given.first().map_or("", String::as_str));
    pid.put(5, repetition, 3, 1, &given.get(1..).unwrap_or(&[]).join(" "));
    let first = |key: &str| list(name, key).next().and_then(|it| it.as_str()).map(|it| it.into_owned()).unwrap_or_default();
    pid.put(5, repetition, 4, 1, &first("suffix")).put(5, repetition, 5, 1, &first("prefix"));
    pid.put(
        5,
        repetition,
        7,
        1,
        match text(name, "use").as_deref() {
            Some("official") => "L",
            Some("usual") => "D",
            Some("maiden") => "M",
            Some("nickname") => "N",
            Some("anonymous") => "S",
            Some("old") => "BAD",
            Some("temp") => "TEMP",
            _ => "",
        },
    );
}

fn mother(patient: Value<'_>) -> Option<String> {
    let known = list(patient, "extension").find(|it| text(*it, "url").is_some_and(|it| it.ends_with("/patient-mothersMaidenName")))?;
    text(known, "valueString").map(|it| it.into_owned())
}

fn put_address(pid: &mut DraftSegment, repetition: usize, address: Value<'_>) {
    let lines: Vec<String> = list(address, "line").filter_map(|it| it.as_str()).map(|it| it.into_owned()).collect();
    pid.put(11, repetition, 1, 1, lines.first().map_or("", String::as_str));
    pid.put(11, repetition, 2, 1, &lines.get(1..).unwrap_or(&[]).join(", "));
    for (component, key) in [(3, "city"), (4, "state"), (5, "postalCode"), (6, "country"), (9, "district")] {
        pid.put(11, repetition, component, 1, &text(address, key).unwrap_or_default());
    }
    pid.put(
        11,
        repetition,
        7,
        1,
        match text(address, "use").as_deref() {
            Some("home") => "H",
            Some("work") => "O",
            Some("temp") => "TM",
            Some("old") => "BA",
            Some("billing") => "BI",
            _ => "",
        },
    );
}

/// PID-13 has what is private, PID-14 what is at work.
fn put_telecoms(pid: &mut DraftSegment, patient: Value<'_>) {
    let mut next = [0usize; 2];
    for telecom in list(patient, "telecom") {
        let Some(value) = text(telecom, "value") else { continue };
        let work = text(telecom, "use").as_deref() == Some("work");
        let (field, place) = if work { (14, 1) } else { (13, 0) };
        let repetition = next.get(place).copied().unwrap_or(0);
        let (kind, equipment) = match (text(telecom, "system").as_deref(), text(telecom, "use").as_deref()) {
            (Some("email"), _) => ("NET", "Internet"),
            (Some("fax"), _) => ("", "FX"),
            (_, Some("mobile")) => ("PRS", "CP"),
            (_, Some("work")) => ("WPN", "PH"),
            _ => ("PRN", "PH"),
        };
        // An address of the Internet stands in the fourth component, a number in the first.
        pid.put(field, repetition, if equipment == "Internet" { 4 } else { 1 }, 1, &value);
        pid.put(field, repetition, 2, 1, kind).put(field, repetition, 3, 1, equipment);
        if let Some(count) = next.get_mut(place) {
            *count += 1;
        }
    }
}

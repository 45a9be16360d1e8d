//! PID, PD1: the patient.

use super::bundle::Entry;
use super::context::{Context, Subject, by_number, reference_to};
use crate::datatype::identifier::Number;
use crate::datatype::{address, coded, identifier, name, telecom, time};
use crate::node::{Node, Object};
use crate::{Patients, Settings, tables};
use rihla_hl7v2::{Segment, Value};

/// Messages that join, part or move records name two patients; what they say of one is no news about them.
const JOINING: [&str; 9] = ["A24", "A37", "A40", "A41", "A42", "A43", "A44", "A45", "A47"];

pub fn patient(context: &mut Context<'_, '_>, pid: Segment<'_>) {
    let settings = context.settings;
    context.patient = None;
    context.patient_place = None;
    context.stay = None;
    context.named_stay = None;
    context.merged.account = pid.field(18).repeats().next().map(|it| identifier::identifier(it, settings)).unwrap_or_default();
    let decided = context.whose.take();
    let number = number(pid, settings);
    let known_by = number.as_ref().map(by_number).unwrap_or_default();
    let (named, search) = match (&decided, &number) {
        (Some(id), _) => (format!("Patient/{id}"), format!("=Patient/{id}")),
        (None, Some(number)) => (format!("Patient?{known_by}"), format!(".identifier={}", number.token())),
        (None, None) => {
            return context.remarks.push("PID-3 has no number by which the patient can be found. Nothing of this patient was read.".to_owned());
        }
    };
    let mut reference = Object::new().with("reference", named);
    if settings.patients == Patients::Written && !JOINING.contains(&context.event) {
        let mut resource = Object::resource("Patient").with("id", decided.as_deref());
        demographics(&mut resource, pid, settings);
        let entry = Entry { resource, ty: "Patient", known_by, replaces: true, id: decided.unwrap_or_default() };
        let place = context.bundle.add(entry);
        reference = reference_to(place);
        context.patient_place = Some(place);
    }
    context.patient = Some(Subject { reference, search });
    let subject = context.subject();
    // In messages of appointments the patient comes after what they are expected for.
    if let Some(appointment) = context.appointment.and_then(|place| context.bundle.resource_mut(place)) {
        appointment.push("participant", Object::new().with("actor", subject).with("status", "accepted"));
    }
}

/// The number by which the patient is looked up: of the channel's types in their order, else the first of PID-3, else PID-2.
pub(crate) fn number(pid: Segment<'_>, settings: &Settings) -> Option<Number> {
    chosen(pid.field(3), settings).or_else(|| chosen(pid.field(2), settings))
}

pub(crate) fn chosen(numbers: Value<'_>, settings: &Settings) -> Option<Number> {
    let of_type = |kind: &String| numbers.repeats().find(|it| it.part(5).as_deref() == Some(kind.as_str()));
    let value = settings.patient_types.iter().find_map(of_type).or_else(|| numbers.repeats().next())?;
    identifier::number(value, settings)
}

fn demographics(out: &mut Object, pid: Segment<'_>, settings: &Settings) {
    for field in [3, 2, 4] {
        pid.field(field).repeats().for_each(|it| push_new(out, identifier::identifier(it, settings)));
    }
    for (field, kind) in [(19, "SB"), (20, "DL")] {
        push_new(out, national(pid.field(field), kind, settings));
    }
    for value in pid.field(5).repeats().chain(pid.field(9).repeats()) {
        out.push("name", name::human(value));
    }
    out.put("extension", extensions(pid, settings));
    for (field, usual) in [(13, "home"), (14, "work"), (40, "home")] {
        pid.field(field).repeats().for_each(|it| out.push("telecom", telecom::contact(it, usual)));
    }
    out.put("gender", pid.field(8).part(1).and_then(|it| tables::code("0001", &it)));
    out.put("birthDate", time::date(pid.field(7)));
    put_death(out, pid, settings);
    pid.field(11).repeats().for_each(|it| out.push("address", address::address(it)));
    out.put("maritalStatus", coded::mapped(pid.field(16), "0002", settings));
    put_birth_order(out, pid);
    let language = coded::concept(pid.field(15), settings);
    if !language.is_empty() {
        out.push("communication", Object::new().with("language", language).with("preferred", true));
    }
}

/// PID-2 and PID-3 often hold the same number: it stands once.
fn push_new(out: &mut Object, identifier: Object) {
    if let Some(Node::List(known)) = out.get("identifier") {
        let same = |it: &Node| matches!(it, Node::Object(it) if it.text("value") == identifier.text("value") && it.text("system") == identifier.text("system"));
        if known.iter().any(same) {
            return;
        }
    }
    out.push("identifier", identifier);
}

/// PID-19 and PID-20 hold numbers without saying whose: the type is what the field is for.
fn national(value: Value<'_>, kind: &str, settings: &Settings) -> Object {
    let Some(number) = value.part(1) else { return Object::new() };
    let system =
        value.part(2).map_or_else(|| format!("{}{kind}", settings.unknown_system), |it| format!("{}{}", settings.unknown_system, coded::in_address(&it)));
    Object::new().with("type", identifier::kind(kind)).with("system", system).with("value", number.trim())
}

fn extensions(pid: Segment<'_>, settings: &Settings) -> Node {
    let mother = pid.field(6).repeats().next().map(|it| name::line(&name::human(it))).filter(|it| !it.is_empty());
    let place = pid.field(23).some();
    let nationality = coded::concept(pid.field(28), settings);
    let mut list = Vec::new();
    if let Some(name) = mother {
        list.push(Object::new().with("url", "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName").with("valueString", name));
    }
    if let Some(text) = place {
        list.push(
            Object::new().with("url", "http://hl7.org/fhir/StructureDefinition/patient-birthPlace").with("valueAddress", Object::new().with("text", text)),
        );
    }
    if !nationality.is_empty() {
        let code = Object::new().with("url", "code").with("valueCodeableConcept", nationality);
        list.push(Object::new().with("url", "http://hl7.org/fhir/StructureDefinition/patient-nationality").with("extension", Node::list([code])));
    }
    Node::list(list)
}

fn put_death(out: &mut Object, pid: Segment<'_>, settings: &Settings) {
    let dead = yes_or_no(pid.field(30));
    let when = time::date_time(pid.field(29), settings);
    match (when, dead) {
        // A time of death of somebody who is said to live: the time is a mistake, or the other is; neither is taken.
        (Some(_), Some(false)) => {}
        (Some(when), _) => out.put("deceasedDateTime", when),
        (None, dead) => out.put("deceasedBoolean", dead),
    }
}

fn put_birth_order(out: &mut Object, pid: Segment<'_>) {
    let order = pid.field(25).some().and_then(|it| it.trim().parse::<usize>().ok());
    match (order, yes_or_no(pid.field(24))) {
        (Some(order), _) if order > 0 => out.put("multipleBirthInteger", order),
        (_, Some(multiple)) => out.put("multipleBirthBoolean", multiple),
        _ => {}
    }
}

/// Table 0136. Some write it out.
pub(crate) fn yes_or_no(value: Value<'_>) -> Option<bool> {
    match value.text().trim() {
        "Y" | "YES" => Some(true),
        "N" | "NO" => Some(false),
        _ => None,
    }
}

/// PD1-4: the family's doctor.
pub fn more(context: &mut Context<'_, '_>, pd1: Segment<'_>) {
    let Some(place) = context.patient_place else { return };
    let doctors: Vec<Object> = pd1.field(4).repeats().map(|it| identifier::carer(it, context.settings)).collect();
    if let Some(patient) = context.bundle.resource_mut(place) {
        doctors.into_iter().for_each(|it| patient.push("generalPractitioner", it));
    }
}

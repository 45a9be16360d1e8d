//! Where a patient is, and what is theirs.

use crate::desk::Desk;
use crate::record::look;
use crate::refuse::Refusal;
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_fhirpath::{IndexValue, Target, compartment, extract};
use rihla_store::Stored;

/// The place of a stay that holds now: the last one that nobody said to be over, reserved or planned.
pub fn present_place<'a>(stay: Value<'a>) -> Option<Value<'a>> {
    stay.all("location").into_iter().rev().find(|place| place.text("status").is_none_or(|status| status == "active") && place.at("period.end").is_none())
}

/// The bed of the stay that is going on, or the unit.
pub(super) fn place(desk: &Desk, patient: &str) -> Result<Option<String>, Refusal> {
    let running = desk.search("Encounter", &[("patient", patient), ("status", "in-progress,arrived,triaged,onleave"), ("_count", "10")])?;
    let here = |stay: Value<'_>| {
        let now = present_place(stay)?;
        Some((now.text("location.display").map(|name| name.into_owned()), now.reference("location.reference", "Location").map(|id| id.into_owned())))
    };
    for (name, id) in running.matches.iter().filter_map(|stay| look(stay, here).flatten()) {
        let known = id.and_then(|id| desk.read("Location", &id).ok());
        let name = name.or_else(|| known.and_then(|place| look(&place, |place| place.text("name").map(|name| name.into_owned())).flatten()));
        if name.is_some() {
            return Ok(name);
        }
    }
    Ok(None)
}

/// Whether a resource belongs to a patient: their own record, or of their compartment
/// (<https://hl7.org/fhir/R4/compartmentdefinition-patient.html>).
pub fn is_about(desk: &Desk, stored: &Stored, patient: &str) -> bool {
    let Some(patients) = compartment("Patient") else { return false };
    if stored.ty == patients.type_id && stored.id.to_text() == patient {
        return true;
    }
    let Some(membership) = patients.membership(stored.ty) else { return false };
    let own = |value: Value<'_>| {
        let mut entries = Vec::new();
        extract(value, stored.ty, desk.house.store().indexer().zone(), &mut entries);
        let fits = |target: &Target<'_>| matches!(target, Target::Local { type_id, id, .. } if *type_id == patients.type_id && id == patient);
        let named = |field| membership.fields.iter().any(|used| used.field == field);
        entries.iter().any(|entry| matches!(&entry.value, IndexValue::Reference { target } if fits(target)) && named(entry.field))
    };
    look(stored, own).unwrap_or(false)
}

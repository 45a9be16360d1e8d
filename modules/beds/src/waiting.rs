//! Who waits for a place: stays that are prepared and have not begun, the most urgent first.

use crate::who::name_of;
use rihla_clinical::Stay;
use rihla_fhir::view::{HumanName, Look, Names, Script};
use rihla_kernel::Instant;
use rihla_web::text::{Html, auto};
use rihla_web::{Desk, Refusal, look};

/// Stays that are looked through.
const MOST: &str = "200";

/// Somebody who waits.
pub struct Waiting {
    pub stay: String,
    pub patient: String,
    pub name: Html,
    pub urgent: bool,
    pub ordered: bool,
    /// Since when they wait.
    pub since: String,
    pub promised: String,
}

/// Those whom this desk may see.
pub fn waiting(desk: &Desk) -> Result<Vec<Waiting>, Refusal> {
    if !desk.shows("Encounter") {
        return Ok(Vec::new());
    }
    let found = desk.search("Encounter", &[("status", "planned"), ("_count", MOST)])?;
    let mut out: Vec<(bool, Option<Instant>, Waiting)> = Vec::new();
    for stored in &found.matches {
        let read = |value: rihla_fhir::json::Value<'_>| {
            (Stay::read(value, stored.vid, desk.record.zone()), value.text("priority.coding.code").as_deref() == Some("EM"))
        };
        let Some((stay, urgent)) = look(stored, read).filter(|(stay, _)| !stay.patient.is_empty() && stay.class != "AMB") else { continue };
        let Some(name) = name(desk, &stay.patient) else { continue };
        let at = stay.order.as_ref().map(|order| order.at);
        let waiting = Waiting {
            name,
            urgent,
            ordered: stay.order.is_some(),
            since: desk.voice.ago(at.unwrap_or(stored.last_updated)),
            promised: stay.promised().map(|entry| name_of(desk, &entry.spot.location)).unwrap_or_default(),
            patient: stay.patient,
            stay: stay.id,
        };
        out.push((!urgent, at, waiting));
    }
    out.sort_by_key(|(calm, at, waiting)| (*calm, !waiting.promised.is_empty(), at.unwrap_or(Instant(i64::MAX))));
    Ok(out.into_iter().map(|(_, _, waiting)| waiting).collect())
}

fn name(desk: &Desk, patient: &str) -> Option<Html> {
    let stored = desk.read("Patient", patient).ok()?;
    let script = Script::of_lang(desk.voice.lang());
    look(&stored, |patient| auto(Names::of(patient).first(script).map(HumanName::formal).unwrap_or_default()))
}

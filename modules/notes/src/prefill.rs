//! What the record already knows of a section: lines to be read over, changed or taken out by whoever signs them.

use rihla_fhir::json::Value;
use rihla_fhir::view::{Concept, Look};
use rihla_kernel::Lang;
use rihla_packs::Prefill;
use rihla_store::Stored;
use rihla_web::{Allergy, Desk, Refusal, look};

/// Lines of one section.
const MOST: &str = "40";

/// The lines; empty where the record knows nothing, or this person is shown nothing of the kind.
pub fn lines(desk: &Desk, patient: &str, what: Prefill) -> Result<String, Refusal> {
    let lang = desk.voice.lang();
    let lines = match what {
        Prefill::Problems => {
            of(desk, "Condition", &[("patient", patient), ("clinical-status", "active,recurrence,relapse"), ("_count", MOST)], |one| words(one, "code", lang))?
        }
        Prefill::Allergies => {
            let asked = [("patient", patient), ("verification-status:not", "entered-in-error,refuted"), ("_count", MOST)];
            of(desk, "AllergyIntolerance", &asked, |one| Some(Allergy::of(one, &desk.voice).what))?
        }
        Prefill::Medicines => of(desk, "MedicationRequest", &[("patient", patient), ("status", "active"), ("_count", MOST)], |one| medicine(one, lang))?,
    };
    Ok(lines.join("\n"))
}

fn of(desk: &Desk, ty: &str, asked: &[(&str, &str)], line: impl Fn(Value<'_>) -> Option<String>) -> Result<Vec<String>, Refusal> {
    if !desk.shows(ty) {
        return Ok(Vec::new());
    }
    let found = desk.search(ty, asked)?;
    let read = |stored: &Stored| look(stored, &line).flatten().filter(|line| !line.is_empty());
    let mut lines: Vec<String> = Vec::new();
    for line in found.matches.iter().filter_map(read) {
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    Ok(lines)
}

fn words(value: Value<'_>, path: &str, lang: Lang) -> Option<String> {
    Concept::at(value, path)?.words(lang).map(|words| words.into_owned())
}

fn medicine(order: Value<'_>, lang: Lang) -> Option<String> {
    let what = words(order, "medicationCodeableConcept", lang).or_else(|| order.text("medicationReference.display").map(|name| name.into_owned()))?;
    let how = order.text("dosageInstruction.text").unwrap_or_default();
    Some(if how.is_empty() { what } else { format!("{what} — {how}") })
}

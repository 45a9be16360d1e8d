//! Procedures: what was done to the patient, what is being done, and what was not done.

use crate::rows::{Row, first_text, joined, render, words};
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_web::text::{Html, Voice, auto};
use rihla_web::{Desk, Refusal, look};

/// The acts of a patient, newest first. Without those in error for a page that has no room for them.
pub fn acts(desk: &Desk, patient: &str, count: &str, with_errors: bool) -> Result<String, Refusal> {
    let mut parameters = vec![("patient", patient), ("_sort", "-date"), ("_count", count)];
    parameters.extend((!with_errors).then_some(("status:not", "entered-in-error")));
    let page = desk.search("Procedure", &parameters)?;
    let rows: Vec<Row> = page.matches.iter().filter_map(|stored| look(stored, |act| read(act, desk))).collect();
    render(&desk.voice, &rows, desk.none_of(&["Procedure"], "chart-acts-none"), page.next.is_some())
}

pub fn read(act: Value<'_>, desk: &Desk) -> Row {
    let (voice, lang) = (&desk.voice, desk.voice.lang());
    let status = act.text("status").unwrap_or_default();
    let end = |path: &str| first_text(act, &[path]).unwrap_or_default();
    let when = match (act.at("performedPeriod"), first_text(act, &["performedDateTime"])) {
        (Some(_), _) => crate::stays::span(&end("performedPeriod.start"), &end("performedPeriod.end"), voice),
        (None, Some(at)) => Html::text(voice.date_time(at.as_str())),
        (None, None) => auto(end("performedString")),
    };
    Row {
        what: auto(words(act, "code", lang)),
        when,
        more: joined([words(act, "bodySite", lang), words(act, "outcome", lang), words(act, "statusReason", lang), end("note.text")]),
        badge: badge(&status, voice),
        on: status == "in-progress",
        warns: matches!(status.as_ref(), "not-done" | "stopped"),
        struck: status == "entered-in-error",
        ..Row::default()
    }
}

/// Words for a status that is worth saying (<https://hl7.org/fhir/R4/valueset-event-status.html>).
fn badge(status: &str, voice: &Voice) -> String {
    match status {
        "preparation" => voice.t("chart-act-preparation"),
        "in-progress" => voice.t("chart-stay-running"),
        "not-done" => voice.t("chart-not-done"),
        "on-hold" => voice.t("chart-medicine-held"),
        "stopped" => voice.t("chart-act-stopped"),
        "unknown" => voice.t("chart-status-unknown"),
        _ => String::new(),
    }
}

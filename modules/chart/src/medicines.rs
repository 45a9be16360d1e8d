//! Medicines: what runs now, and what was.

use crate::chart::{Chart, Content, Panel, Tab};
use crate::rows::{Panels, Row, first_text, render, words};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_web::text::{DoseLine, Html};
use rihla_web::{Desk, Icon, Refusal, look};

const MOST: &str = "200";
/// Look-alike spellings come from the pack; it has none that anybody has confirmed.
const TALL: &[String] = &[];

/// A medicine with what decides its place.
struct Medicine {
    row: Row,
    running: bool,
    since: String,
}

/// `GET /patients/{patient}/medicines`
pub async fn show(desk: Desk, Path(patient): Path<String>) -> Result<Response, Refusal> {
    let chart = Chart::open(desk, &patient)?;
    let voice = chart.voice();
    let found = medicines(&chart.desk, chart.id())?;
    let panel = |title: &str, inside| Panel { icon: Icon("pill"), title: voice.t(title), more: None, part: "", class: "wide", inside }.render();
    let panels = vec![
        panel("chart-medicines-running", render(voice, &found.running, "chart-medicines-none", found.running_cut)?)?,
        panel("chart-medicines-over", render(voice, &found.over, "chart-medicines-over-none", found.over_cut)?)?,
    ];
    let body = Panels { title: voice.t("chart-tab-medicines"), panels }.render()?;
    chart.page(Tab::Medicines, Content { body, ..Content::default() })
}

/// Medicines that run, those that ended or were entered in error, and whether there are more of either.
pub struct Medicines {
    pub running: Vec<Row>,
    pub running_cut: bool,
    over: Vec<Row>,
    over_cut: bool,
}

pub fn medicines(desk: &Desk, patient: &str) -> Result<Medicines, Refusal> {
    let mut found = Vec::new();
    let (mut running_cut, mut over_cut) = (false, false);
    for ty in ["MedicationRequest", "MedicationStatement"] {
        // What runs is asked for by itself, so that a long past cannot push it off the page.
        let running = desk.search(ty, &[("patient", patient), ("status", "active,on-hold"), ("_count", MOST)])?;
        let over = desk.search(ty, &[("patient", patient), ("status:not", "active,on-hold"), ("_count", "60")])?;
        running_cut |= running.next.is_some();
        over_cut |= over.next.is_some();
        found.extend(running.matches.iter().chain(&over.matches).filter_map(|stored| look(stored, |medicine| read(medicine, desk)).flatten()));
    }
    found.sort_by(|a, b| b.since.cmp(&a.since));
    let (running, over): (Vec<_>, Vec<_>) = found.into_iter().partition(|medicine| medicine.running);
    let rows = |list: Vec<Medicine>| list.into_iter().map(|medicine| medicine.row).collect();
    Ok(Medicines { running: rows(running), running_cut, over: rows(over), over_cut })
}

fn read(medicine: Value<'_>, desk: &Desk) -> Option<Medicine> {
    let (voice, lang) = (&desk.voice, desk.voice.lang());
    let status = medicine.text("status").unwrap_or_default().into_owned();
    // A proposal or a plan is no medicine that somebody takes.
    if matches!(medicine.text("intent").as_deref(), Some("proposal" | "plan" | "option")) {
        return None;
    }
    let mut line = DoseLine::of(medicine, lang);
    if let Some(kept) = medicine.reference("medicationReference.reference", "Medication").and_then(|id| desk.read("Medication", &id).ok()) {
        look(&kept, |known| line.is_of(known, lang));
    }
    let since = first_text(medicine, &["authoredOn", "effectivePeriod.start", "effectiveDateTime", "dateAsserted"]).unwrap_or_default();
    let ended = matches!(status.as_str(), "stopped" | "completed" | "cancelled" | "entered-in-error" | "not-taken");
    let badge = match status.as_str() {
        "on-hold" => voice.t("chart-medicine-held"),
        "stopped" | "cancelled" => voice.t("chart-medicine-stopped"),
        "draft" => voice.t("chart-medicine-draft"),
        _ => String::new(),
    };
    let by = medicine.text("requester.display").map(|name| name.into_owned()).unwrap_or_default();
    let row = Row {
        what: voice.dose_line(&line, TALL),
        when: if since.is_empty() { Html::default() } else { Html::text(voice.date(since.as_str())) },
        more: crate::rows::joined([words(medicine, "reasonCode", lang), by, words(medicine, "statusReason", lang)]),
        badge,
        struck: status == "entered-in-error",
        ..Row::default()
    };
    Some(Medicine { row, running: !ended && status != "draft", since })
}

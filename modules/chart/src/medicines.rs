//! Medicines: what must not be given, what runs now, and what was.

use crate::chart::{Chart, Content, Panel};
use crate::rows::{Panels, Row, first_text, instant, render, words};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_web::text::{DoseLine, Html, Voice};
use rihla_web::{Desk, Icon, Refusal, look};

const MOST: &str = "200";
/// Look-alike spellings come from the pack; it has none that anybody has confirmed.
const TALL: &[String] = &[];
/// What a patient takes, or may take: MedicationRequest and MedicationStatement say it with different codes.
const NOT_OVER: &str = "active,on-hold,unknown,intended";

/// Under which heading a medicine stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Ordered not to be given.
    Never,
    Running,
    Over,
}

/// A medicine with what decides its place.
pub struct Medicine {
    row: Row,
    place: Place,
    since: i64,
}

/// Medicines by their places, newest first.
#[derive(Default)]
pub struct Medicines {
    pub never: Vec<Row>,
    pub running: Vec<Row>,
    pub over: Vec<Row>,
    /// There are more that run or must not be given, and more that are over.
    pub cut: bool,
    pub over_cut: bool,
}

impl Medicines {
    pub fn sorted(mut found: Vec<Medicine>) -> Self {
        found.sort_by_key(|medicine| std::cmp::Reverse(medicine.since));
        let mut out = Self::default();
        for medicine in found {
            let place = match medicine.place {
                Place::Never => &mut out.never,
                Place::Running => &mut out.running,
                Place::Over => &mut out.over,
            };
            place.push(medicine.row);
        }
        out
    }
}

/// `GET /patients/{patient}/medicines`
pub async fn show(desk: Desk, Path(patient): Path<String>) -> Result<Response, Refusal> {
    let chart = Chart::open(desk, &patient)?;
    let voice = chart.voice();
    let found = medicines(&chart.desk, chart.id())?;
    let panel = |icon, title: &str, inside| Panel { icon: Icon(icon), title: voice.t(title), more: None, part: "", class: "wide", inside }.render();
    let mut panels = Vec::new();
    if !found.never.is_empty() {
        panels.push(panel("octagon-alert", "chart-medicines-never", render(voice, &found.never, "chart-medicines-none", found.cut)?)?);
    }
    panels.push(panel("pill", "chart-medicines-running", render(voice, &found.running, "chart-medicines-none", found.cut)?)?);
    panels.push(panel("pill", "chart-medicines-over", render(voice, &found.over, "chart-medicines-over-none", found.over_cut)?)?);
    let body = Panels { title: voice.t("chart-tab-medicines"), panels }.render()?;
    chart.page("medicines", Content { body, ..Content::default() })
}

/// The medicines of a patient.
pub fn medicines(desk: &Desk, patient: &str) -> Result<Medicines, Refusal> {
    let mut found = Vec::new();
    let (mut cut, mut over_cut) = (false, false);
    for (ty, newest_first) in [("MedicationRequest", "-authoredon"), ("MedicationStatement", "-effective")] {
        // What runs is asked for by itself, so that a long past cannot push it off the page.
        let running = desk.search(ty, &[("patient", patient), ("status", NOT_OVER), ("_sort", newest_first), ("_count", MOST)])?;
        let over = desk.search(ty, &[("patient", patient), ("status:not", NOT_OVER), ("_sort", newest_first), ("_count", "60")])?;
        cut |= running.next.is_some();
        over_cut |= over.next.is_some();
        found.extend(running.matches.iter().chain(&over.matches).filter_map(|stored| look(stored, |medicine| read(medicine, desk)).flatten()));
    }
    Ok(Medicines { cut, over_cut, ..Medicines::sorted(found) })
}

pub fn read(medicine: Value<'_>, desk: &Desk) -> Option<Medicine> {
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
    let never = medicine.at("doNotPerform").and_then(|never| never.as_bool()).unwrap_or_default();
    let since = first_text(medicine, &["authoredOn", "effectivePeriod.start", "effectiveDateTime", "dateAsserted"]).unwrap_or_default();
    let by = medicine.text("requester.display").map(|name| name.into_owned()).unwrap_or_default();
    let row = Row {
        what: voice.dose_line(&line, TALL),
        when: if since.is_empty() { Html::default() } else { Html::text(voice.date(since.as_str())) },
        more: crate::rows::joined([words(medicine, "reasonCode", lang), by, words(medicine, "statusReason", lang)]),
        badge: badge(&status, never, voice),
        warns: never,
        struck: status == "entered-in-error",
        ..Row::default()
    };
    Some(Medicine { row, place: place(&status, never), since: instant(voice, &since) })
}

fn place(status: &str, never: bool) -> Place {
    match status {
        "stopped" | "completed" | "cancelled" | "entered-in-error" | "not-taken" | "draft" => Place::Over,
        _ if never => Place::Never,
        _ => Place::Running,
    }
}

/// What has to be said of a medicine that is not simply being taken.
fn badge(status: &str, never: bool, voice: &Voice) -> String {
    let state = match status {
        "on-hold" => voice.t("chart-medicine-held"),
        "stopped" => voice.t("chart-medicine-stopped"),
        "cancelled" => voice.t("chart-cancelled"),
        "draft" => voice.t("chart-medicine-draft"),
        "unknown" => voice.t("chart-status-unknown"),
        "intended" => voice.t("chart-medicine-intended"),
        "not-taken" => voice.t("chart-medicine-not-taken"),
        _ => String::new(),
    };
    let never = if never { voice.t("chart-medicine-never") } else { String::new() };
    [never, state].into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::tests::voice;
    use rihla_kernel::Lang;

    #[test]
    fn what_must_not_be_given_never_runs() {
        assert_eq!((place("active", true), place("on-hold", true), place("stopped", true)), (Place::Never, Place::Never, Place::Over));
        assert_eq!((place("active", false), place("unknown", false), place("not-taken", false)), (Place::Running, Place::Running, Place::Over));
        assert_eq!(badge("stopped", true, &voice(Lang::French)), "ne pas administrer · arrêté");
    }

    #[test]
    fn only_what_is_taken_goes_without_a_badge() {
        for status in ["on-hold", "stopped", "cancelled", "draft", "unknown", "intended", "not-taken"] {
            assert!(!badge(status, false, &voice(Lang::English)).is_empty(), "{status}");
        }
        assert!(badge("active", false, &voice(Lang::English)).is_empty());
    }
}

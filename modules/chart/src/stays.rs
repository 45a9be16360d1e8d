//! Stays and visits over all sites: a line of time, and each by itself.

use crate::chart::{Chart, Content, Panel, Tab};
use crate::observation::Observation;
use crate::results::trend_of;
use crate::rows::{Row, behind, first_text, joined, render, said, words};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use rihla_fhir::json::Value;
use rihla_fhir::view::{Concept, Look};
use rihla_web::text::{Dated, Html, Moment, Voice, auto};
use rihla_web::{Desk, Icon, Refusal, look, percent};
use serde::Deserialize;

/// Stays of one page.
const STAYS: &str = "40";

#[derive(Deserialize)]
pub struct Asked {
    /// Where the list goes on.
    #[serde(default)]
    older: String,
}

/// One stay or visit.
pub struct Stay {
    pub id: String,
    pub kind: String,
    pub year: String,
    pub when: Html,
    pub site: String,
    pub place: String,
    pub reason: String,
    pub running: bool,
    pub in_error: bool,
    pub state: String,
}

#[derive(Template)]
#[template(path = "chart/stays.html")]
struct Stays<'s> {
    voice: &'s Voice,
    base: String,
    stays: Vec<Stay>,
    older: Option<String>,
    newest: Option<String>,
}

impl Stays<'_> {
    /// Whether a year begins with this entry.
    fn opens_year(&self, at: &usize) -> bool {
        let year = |at: usize| self.stays.get(at).map(|stay| stay.year.as_str());
        *at == 0 || year(*at) != year(*at - 1)
    }
}

/// `GET /patients/{patient}/stays`
pub async fn list(desk: Desk, Path(patient): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    let chart = Chart::open(desk, &patient)?;
    let (stays, next) = stays(&chart.desk, chart.id(), STAYS, &asked.older)?;
    let here = chart.path("stays");
    let older = next.map(|cursor| format!("{here}?older={}", percent(&cursor)));
    let body = Stays { voice: chart.voice(), base: here.clone(), stays, older, newest: (!asked.older.is_empty()).then_some(here) }.render()?;
    chart.page(Tab::Stays, Content { body, ..Content::default() })
}

/// Stays, newest first, and where the list goes on.
pub fn stays(desk: &Desk, patient: &str, count: &str, older: &str) -> Result<(Vec<Stay>, Option<String>), Refusal> {
    let mut parameters = vec![("patient", patient), ("_sort", "-date"), ("_count", count)];
    if !older.is_empty() {
        parameters.push(("_cursor", older));
    }
    let page = desk.search("Encounter", &parameters)?;
    let found = page.matches.iter().filter_map(|stored| look(stored, |stay| read(stay, desk, stored.id.to_text()))).collect();
    Ok((found, page.next))
}

fn read(stay: Value<'_>, desk: &Desk, id: String) -> Stay {
    let (voice, lang) = (&desk.voice, desk.voice.lang());
    let from = stay.text("period.start").map(|from| from.into_owned()).unwrap_or_default();
    let status = stay.text("status").unwrap_or_default().into_owned();
    let kind = words(stay, "type", lang);
    let reason = stay.all("reasonCode").into_iter().find_map(|reason| Concept(reason).words(lang)).map(|reason| reason.into_owned());
    Stay {
        id,
        kind: if kind.is_empty() { class(stay, voice) } else { kind },
        year: year(&from, voice),
        when: span(&from, stay.text("period.end").as_deref().unwrap_or(""), voice),
        site: behind(desk, stay, "serviceProvider"),
        place: stay.all("location").into_iter().next_back().map(|place| behind(desk, place, "location")).unwrap_or_default(),
        reason: reason.unwrap_or_else(|| {
            stay.all("diagnosis").into_iter().map(|diagnosis| behind(desk, diagnosis, "condition")).find(|name| !name.is_empty()).unwrap_or_default()
        }),
        running: matches!(status.as_str(), "arrived" | "triaged" | "in-progress" | "onleave"),
        in_error: status == "entered-in-error",
        state: state(&status, voice),
    }
}

/// Words for the class of an encounter (<https://hl7.org/fhir/R4/v3/ActEncounterCode/vs.html>).
fn class(stay: Value<'_>, voice: &Voice) -> String {
    match stay.text("class.code").as_deref() {
        Some("AMB") => voice.t("chart-class-ambulatory"),
        Some("EMER") => voice.t("chart-class-emergency"),
        Some("IMP" | "ACUTE" | "NONAC") => voice.t("chart-class-inpatient"),
        Some("SS") => voice.t("chart-class-day"),
        Some("HH" | "FLD") => voice.t("chart-class-home"),
        Some("VR") => voice.t("chart-class-remote"),
        _ => stay.text("class.display").map_or_else(|| voice.t("chart-class-other"), |words| words.into_owned()),
    }
}

/// Words for a status that is worth saying.
fn state(status: &str, voice: &Voice) -> String {
    match status {
        "planned" => voice.t("chart-stay-planned"),
        "arrived" | "triaged" | "in-progress" => voice.t("chart-stay-running"),
        "onleave" => voice.t("chart-stay-leave"),
        "cancelled" => voice.t("chart-stay-cancelled"),
        "entered-in-error" => voice.t("chart-in-error"),
        _ => String::new(),
    }
}

fn year(when: &str, voice: &Voice) -> String {
    match when.moment(voice.zone()) {
        Moment::Full(at) => at.year().to_string(),
        Moment::Day(day) => day.year().to_string(),
        Moment::Month(year, _) | Moment::Year(year) => year.to_string(),
        _ => String::new(),
    }
}

/// From when to when; a visit within a day is the day with its hours.
pub fn span(from: &str, to: &str, voice: &Voice) -> Html {
    if from.is_empty() {
        return Html::text(voice.date(to));
    }
    if to.is_empty() {
        return auto(voice.date_time(from));
    }
    let (first, last) = (voice.date(from), voice.date(to));
    if first == last { Html::text(format!("{first}, {} – {}", voice.time(from), voice.time(to))) } else { Html::text(format!("{first} – {last}")) }
}

#[derive(Template)]
#[template(path = "chart/stay.html")]
struct One<'s> {
    voice: &'s Voice,
    stay: Stay,
    facts: Vec<(String, String)>,
    moves: String,
    panels: Vec<String>,
    back: String,
}

/// `GET /patients/{patient}/stays/{stay}`
pub async fn show(desk: Desk, Path((patient, stay)): Path<(String, String)>) -> Result<Response, Refusal> {
    let chart = Chart::open(desk, &patient)?;
    let (desk, voice) = (&chart.desk, chart.voice());
    let stored = desk.read("Encounter", &stay)?;
    let own = look(&stored, |stay| stay.reference("subject.reference", "Patient").as_deref() == Some(chart.id())).unwrap_or(false);
    if !own {
        return Err(Refusal::not_found());
    }
    let stay_view = look(&stored, |value| read(value, desk, stay.clone())).ok_or_else(Refusal::not_found)?;
    let facts = look(&stored, |value| facts(value, desk)).unwrap_or_default();
    let moves = render(voice, &look(&stored, |value| moves(value, desk)).unwrap_or_default(), "chart-stay-no-moves", false)?;
    let title = stay_view.kind.clone();
    let panels = panels(&chart, &stay)?;
    let body = One { voice, stay: stay_view, facts, moves, panels, back: chart.path("stays") }.render()?;
    chart.page(Tab::Stays, Content { title: Some(title), body, ..Content::default() })
}

fn facts(stay: Value<'_>, desk: &Desk) -> Vec<(String, String)> {
    let voice = &desk.voice;
    let people = stay.all("participant").into_iter().map(|part| {
        let role = said(voice, part, "type");
        let name = behind(desk, part, "individual");
        (if role.is_empty() { voice.t("chart-stay-with") } else { role }, name)
    });
    let more = [
        (voice.t("chart-stay-site"), behind(desk, stay, "serviceProvider")),
        (voice.t("chart-stay-class"), class(stay, voice)),
        (voice.t("chart-stay-source"), said(voice, stay, "hospitalization.admitSource")),
        (voice.t("chart-stay-exit"), said(voice, stay, "hospitalization.dischargeDisposition")),
        (voice.t("chart-stay-priority"), said(voice, stay, "priority")),
    ];
    more.into_iter().chain(people).filter(|(_, value)| !value.is_empty()).collect()
}

fn moves(stay: Value<'_>, desk: &Desk) -> Vec<Row> {
    let one = |place: Value<'_>| {
        let text = |path: &str| place.text(path).map(|text| text.into_owned()).unwrap_or_default();
        let end = text("period.end");
        let running = end.is_empty() && place.text("status").is_none_or(|status| status == "active");
        Row {
            what: auto(behind(desk, place, "location")),
            when: span(&text("period.start"), &end, &desk.voice),
            badge: if running { desk.voice.t("chart-stay-here") } else { String::new() },
            on: running,
            ..Row::default()
        }
    };
    stay.all("location").into_iter().rev().map(one).collect()
}

/// What belongs to the stay, a panel a kind; kinds without anything are left out.
fn panels(chart: &Chart, stay: &str) -> Result<Vec<String>, Refusal> {
    let (desk, voice) = (&chart.desk, chart.voice());
    let lang = voice.lang();
    let mut out = Vec::new();
    let kinds: [(&str, &'static str, &str, &str, &[&str]); 4] = [
        ("Condition", "clipboard-list", "chart-problems-active", "code", &["onsetDateTime", "recordedDate"]),
        ("Procedure", "scan-line", "chart-acts", "code", &["performedDateTime", "performedPeriod.start"]),
        ("DiagnosticReport", "file-text", "chart-reports", "code", &["effectiveDateTime", "issued"]),
        ("MedicationRequest", "pill", "chart-tab-medicines", "medicationCodeableConcept", &["authoredOn"]),
    ];
    for (ty, icon, title, name, dates) in kinds {
        let page = desk.search(ty, &[("patient", chart.id()), ("encounter", stay), ("_count", "60")])?;
        let row = |value: Value<'_>| Row {
            what: auto(words(value, name, lang)),
            when: first_text(value, dates).map(|when| Html::text(voice.date_time(when.as_str()))).unwrap_or_default(),
            more: joined([value.text("conclusion").unwrap_or_default().into_owned(), words(value, "outcome", lang)]),
            struck: value.text("status").as_deref() == Some("entered-in-error"),
            ..Row::default()
        };
        let rows: Vec<Row> = page.matches.iter().filter_map(|stored| look(stored, row)).collect();
        if !rows.is_empty() {
            let inside = render(voice, &rows, "chart-results-none", page.next.is_some())?;
            out.push(Panel { icon: Icon(icon), title: voice.t(title), more: None, part: "", class: "", inside }.render()?);
        }
    }
    let found = desk.search("Observation", &[("patient", chart.id()), ("encounter", stay), ("_sort", "-date"), ("_count", "60")])?;
    let mut rows = Vec::new();
    for one in found.matches.iter().filter_map(|stored| Observation::of(stored, lang)) {
        rows.push(Row {
            what: auto(&one.name),
            when: Html::text(voice.date_time(one.when.as_str())),
            more: one.value(voice)?,
            path: trend_of(chart.id(), &one.code),
            struck: !one.counts(),
            ..Row::default()
        });
    }
    if !rows.is_empty() {
        let inside = render(voice, &rows, "chart-results-none", found.next.is_some())?;
        out.push(Panel { icon: Icon("flask-conical"), title: voice.t("chart-tab-results"), more: None, part: "", class: "", inside }.render()?);
    }
    Ok(out)
}

//! The synthesis: a patient on one page that prints, each of its parts following the record.

use crate::READ;
use crate::acts::acts;
use crate::care::{team, vaccines};
use crate::chart::{Chart, Content, Panel};
use crate::documents::newest;
use crate::medicines::medicines;
use crate::problems::{allergies_that_hold, problems};
use crate::results::last;
use crate::rows::{Row, joined, render};
use crate::stays::stays;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use rihla_web::text::{Voice, auto};
use rihla_web::{Desk, Icon, Part, Refusal};

/// Rows of a part; the whole list is one press away.
const ROWS: usize = 8;
/// Results on the page: what is out of range first.
const RESULTS: usize = 14;

/// The parts, in the order of the page.
pub const PARTS: &[Part] = &[
    part("chart-problems", &["Condition"], problems_part),
    part("chart-allergies", &["AllergyIntolerance"], allergies_that_hold),
    part("chart-medicines", &["MedicationRequest", "MedicationStatement"], medicines_part),
    part("chart-results", &["Observation"], results_part),
    part("chart-stays", &["Encounter"], stays_part),
    part("chart-acts", &["Procedure"], |desk, patient| acts(desk, patient, "6", false)),
    part("chart-documents", &["DocumentReference", "DiagnosticReport", "Media"], newest),
    part("chart-vaccines", &["Immunization"], |desk, patient| vaccines(desk, patient, "6", false)),
    part("chart-team", &["CareTeam", "Patient"], team),
];

const fn part(name: &'static str, watches: &'static [&'static str], render: fn(&Desk, &str) -> Result<String, Refusal>) -> Part {
    Part { name, permission: Some(READ), watches, render }
}

/// How each part is headed: name, icon, words, whole list, class.
const HEADS: [(&str, &str, &str, &str, &str); 9] = [
    ("chart-problems", "clipboard-list", rihla_web::key!("chart-problems-active"), "problems", ""),
    ("chart-allergies", "triangle-alert", rihla_web::key!("chart-allergies"), "problems", ""),
    ("chart-medicines", "pill", rihla_web::key!("chart-medicines-running"), "medicines", "wide"),
    ("chart-results", "flask-conical", rihla_web::key!("chart-results-last"), "results", "wide"),
    ("chart-stays", "hospital", rihla_web::key!("chart-tab-stays"), "stays", ""),
    ("chart-acts", "scan-line", rihla_web::key!("chart-acts"), "stays", ""),
    ("chart-documents", "file-text", rihla_web::key!("chart-tab-documents"), "documents", ""),
    ("chart-vaccines", "syringe", rihla_web::key!("chart-vaccines"), "care", ""),
    ("chart-team", "users", rihla_web::key!("chart-team"), "care", ""),
];

#[derive(Template)]
#[template(path = "chart/synthesis.html")]
struct Synthesis<'s> {
    voice: &'s Voice,
    printed: String,
    panels: Vec<String>,
}

/// `GET /patients/{patient}/chart`
pub async fn show(desk: Desk, Path(patient): Path<String>) -> Result<Response, Refusal> {
    let chart = Chart::open(desk, &patient)?;
    let (desk, voice) = (&chart.desk, chart.voice());
    let mut panels = Vec::new();
    for (name, icon, title, list, class) in HEADS {
        let Some(part) = PARTS.iter().find(|part| part.name == name) else { continue };
        let inside = part.shown(desk, chart.id())?;
        let more = chart.way(list).map(|path| (path, voice.t("chart-all")));
        panels.push(Panel { icon: Icon(icon), title: voice.t(title), more, part: part.name, class, inside }.render()?);
    }
    let printed = voice.ta("chart-printed", &[("when", voice.date_time(voice.now()).as_str()), ("who", desk.person.name.as_str())]);
    desk.note_recent(chart.id()).await?;
    let body = Synthesis { voice, printed, panels }.render()?;
    chart.page("chart", Content { body, live: PARTS.iter().map(|part| part.name).collect(), ..Content::default() })
}

fn problems_part(desk: &Desk, patient: &str) -> Result<String, Refusal> {
    let found = problems(desk, patient)?;
    short(desk, found.active, "chart-problems-none", found.cut, ROWS)
}

fn medicines_part(desk: &Desk, patient: &str) -> Result<String, Refusal> {
    let found = medicines(desk, patient)?;
    let running = short(desk, found.running, "chart-medicines-none", found.cut, 2 * ROWS)?;
    if found.never.is_empty() {
        return Ok(running);
    }
    // What must not be given stands before what is, and none of it is left out for want of room.
    let never = render(&desk.voice, &found.never, "chart-medicines-none", found.cut)?;
    Ok(MedicinesPart { voice: &desk.voice, never, running }.render()?)
}

fn short(desk: &Desk, mut rows: Vec<Row>, empty: &str, cut: bool, most: usize) -> Result<String, Refusal> {
    let longer = rows.len() > most;
    rows.truncate(most);
    render(&desk.voice, &rows, empty, cut || longer)
}

fn stays_part(desk: &Desk, patient: &str) -> Result<String, Refusal> {
    let (found, next) = stays(desk, patient, "6", "", false)?;
    let row = |stay: crate::stays::Stay| Row {
        what: auto(&stay.kind),
        path: format!("/patients/{patient}/stays/{}", stay.id),
        more: joined([stay.reason, stay.site]),
        when: stay.when,
        badge: stay.state,
        on: stay.running,
        struck: stay.in_error,
        ..Row::default()
    };
    render(&desk.voice, &found.into_iter().map(row).collect::<Vec<_>>(), "chart-stays-none", next.is_some())
}

#[derive(Template)]
#[template(path = "chart/medicines-part.html")]
struct MedicinesPart<'m> {
    voice: &'m Voice,
    never: String,
    running: String,
}

#[derive(Template)]
#[template(path = "chart/results-part.html")]
struct ResultsPart<'r> {
    voice: &'r Voice,
    lines: Vec<crate::results::Line>,
    cut: bool,
}

fn results_part(desk: &Desk, patient: &str) -> Result<String, Refusal> {
    let (mut lines, cut) = last(desk, patient)?;
    // Newest first already: what is out of range comes before the rest of its time.
    lines.sort_by_key(|line| !line.flagged);
    let longer = lines.len() > RESULTS;
    lines.truncate(RESULTS);
    Ok(ResultsPart { voice: &desk.voice, lines, cut: cut || longer }.render()?)
}

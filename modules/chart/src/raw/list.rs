//! What is stored about a patient, in the order in which it was last written, the oldest first, by type.

use crate::RAW;
use crate::chart::{Chart, Content};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use rihla_fhir::r4::tables;
use rihla_store::EverythingQuery;
use rihla_web::text::Voice;
use rihla_web::{Desk, Refusal, percent};
use serde::Deserialize;

/// Resources of one page.
const RESOURCES: usize = 60;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default, rename = "type")]
    ty: String,
    #[serde(default)]
    older: String,
}

struct Line {
    ty: &'static str,
    id: String,
    version: u32,
    when: String,
    path: String,
}

#[derive(Template)]
#[template(path = "chart/raw-list.html")]
struct List<'l> {
    voice: &'l Voice,
    here: String,
    types: Vec<&'static str>,
    chosen: String,
    total: Option<u64>,
    lines: Vec<Line>,
    older: Option<String>,
}

/// `GET /patients/{patient}/raw`
pub async fn list(desk: Desk, Path(patient): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(RAW)?;
    let chart = Chart::open(desk, &patient)?;
    let (voice, here) = (chart.voice(), chart.path("raw"));
    let types = if asked.ty.is_empty() { Vec::new() } else { vec![rihla_web::type_of(&asked.ty).map_err(|_| Refusal::not_found())?] };
    let cursor = Some(asked.older).filter(|older| !older.is_empty());
    let page = chart.desk.record.everything(chart.id(), &EverythingQuery { types, count: Some(RESOURCES), cursor, ..EverythingQuery::default() })?;
    let line = |stored: &rihla_store::Stored| {
        let (ty, id) = (tables().type_name(stored.ty), stored.id.to_text());
        Line { ty, path: format!("{here}/{ty}/{id}"), id, version: stored.vid, when: voice.date_time(stored.last_updated) }
    };
    let lines: Vec<Line> = page.matches.iter().map(line).collect();
    let chosen = if asked.ty.is_empty() { String::new() } else { format!("type={}&", percent(&asked.ty)) };
    let older = page.next.map(|cursor| format!("{here}?{chosen}older={}", percent(&cursor)));
    let types = TYPES.to_vec();
    let body = List { voice, types, chosen: asked.ty, total: page.total, lines, older, here: here.clone() }.render()?;
    chart.page("raw", Content { body, ..Content::default() })
}

/// Types that are worth choosing by themselves.
const TYPES: [&str; 16] = [
    "AllergyIntolerance",
    "Appointment",
    "CareTeam",
    "Condition",
    "Coverage",
    "DiagnosticReport",
    "DocumentReference",
    "Encounter",
    "Flag",
    "Immunization",
    "MedicationAdministration",
    "MedicationRequest",
    "Observation",
    "Procedure",
    "RelatedPerson",
    "ServiceRequest",
];

//! Who opened a record without having the patient in care, and why: newest first, each to be looked over once.

use super::{LIST, REVIEW};
use crate::desk::{Desk, porter};
use crate::door::go;
use crate::page::Page;
use crate::record::look;
use crate::refuse::Refusal;
use crate::text::Voice;
use askama::Template;
use axum::extract::Form;
use axum::response::Response;
use rihla_fhir::json::Value;
use rihla_fhir::view::{Look, Names, Script};
use rihla_store::{SearchPage, Stored};
use serde::Deserialize;

/// Events on the page.
const SHOWN: &str = "100";
/// "Emergency Override Started" (<https://dicom.nema.org/medical/dicom/current/output/chtml/part16/sect_CID_403.html>).
const STARTED: &str = "http://dicom.nema.org/resources/ontology/DCM|110127";

struct Broken {
    id: String,
    when: String,
    who: String,
    role: String,
    patient: String,
    path: String,
    why: String,
    /// Who looked it over, and when.
    seen: Option<String>,
}

#[derive(Template)]
#[template(path = "web/glasses.html")]
struct List<'l> {
    voice: &'l Voice,
    author: String,
    broken: Vec<Broken>,
    more: bool,
}

/// `GET /glasses`
pub(crate) async fn show(desk: Desk) -> Result<Response, Refusal> {
    desk.require(REVIEW)?;
    let found = newest(&desk)?;
    let mut broken = Vec::new();
    for stored in &found.matches {
        broken.extend(look(stored, |event| read(event, stored, &desk)).transpose()?);
    }
    let body = List { voice: &desk.voice, author: desk.person.mark(), broken, more: found.next.is_some() };
    desk.page(Page { title: desk.voice.t("web-glasses"), nav: LIST, body: body.render()?, ..Page::default() })
}

fn newest(desk: &Desk) -> Result<SearchPage, Refusal> {
    desk.search("AuditEvent", &[("subtype", STARTED), ("_sort", "-date"), ("_count", SHOWN)])
}

fn read(event: Value<'_>, stored: &Stored, desk: &Desk) -> Result<Broken, Refusal> {
    let text = |path: &str| event.text(path).map(|text| text.into_owned()).unwrap_or_default();
    let role = text("agent.role.text");
    let patient = event.reference("entity.what.reference", "Patient").map(|id| id.into_owned()).unwrap_or_default();
    let id = stored.id.to_text();
    let seen = desk.house.store().mark(&mark(&id))?;
    Ok(Broken {
        when: desk.voice.date_time(text("recorded").as_str()),
        who: text("agent.name"),
        role: desk.house.pack().roles.role(&role).map_or(role.clone(), |role| desk.named(&role.names).into_owned()),
        patient: name_of(&patient, desk),
        path: format!("/patients/{patient}"),
        why: text("outcomeDesc"),
        seen: seen.map(|seen| String::from_utf8_lossy(&seen).into_owned()),
        id,
    })
}

fn name_of(patient: &str, desk: &Desk) -> String {
    let script = Script::of_lang(desk.voice.lang());
    let name = |stored: Stored| look(&stored, |patient| Names::of(patient).first(script).map(rihla_fhir::view::HumanName::formal)).flatten();
    desk.read("Patient", patient).ok().and_then(name).unwrap_or_else(|| patient.to_owned())
}

/// Who looked an event over.
fn mark(event: &str) -> String {
    format!("glass-seen/{event}")
}

#[derive(Deserialize)]
pub(crate) struct Seen {
    #[serde(default)]
    event: String,
    #[serde(default, rename = "_author")]
    author: String,
}

/// `POST /glasses/seen`
pub(crate) async fn seen(desk: Desk, Form(seen): Form<Seen>) -> Result<Response, Refusal> {
    desk.require(REVIEW)?;
    desk.same_author(&seen.author)?;
    // What is no event of the record has nothing to be looked over.
    let event = desk.read("AuditEvent", &seen.event)?.id.to_text();
    let said = format!("{} · {}", desk.person.name, desk.voice.date_time(desk.voice.now()));
    porter(&desk.house).commit(Vec::new(), Vec::new(), vec![(mark(&event), said.into_bytes())]).await?;
    Ok(go(LIST, &[]))
}

/// How many nobody looked over yet, of the newest.
pub(crate) fn unseen(desk: &Desk) -> Result<usize, Refusal> {
    let mut count = 0;
    for stored in &newest(desk)?.matches {
        count += usize::from(desk.house.store().mark(&mark(&stored.id.to_text()))?.is_none());
    }
    Ok(count)
}

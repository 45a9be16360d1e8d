//! The patients in one's care: those whose running stay or care team names one, with the place.

use crate::FIND;
use crate::person::Line;
use askama::Template;
use axum::response::Response;
use rihla_fhir::json::Value;
use rihla_fhir::view::{Concept, Look};
use rihla_web::text::{Html, Voice, auto};
use rihla_web::{Desk, Page, Refusal, look, present_place};
use std::collections::BTreeMap;

/// Stays and teams that are looked through.
const MOST: &str = "200";
/// Stays that go on.
const RUNNING: &str = "arrived,triaged,in-progress,onleave";

#[derive(Template)]
#[template(path = "patients/mine.html")]
struct Mine<'m> {
    voice: &'m Voice,
    known: bool,
    lines: Vec<Line>,
    cut: bool,
}

/// `GET /patients/mine`
pub async fn show(desk: Desk) -> Result<Response, Refusal> {
    desk.require(FIND)?;
    let (lines, cut) = match &desk.person.practitioner {
        Some(id) => mine(&desk, &format!("Practitioner/{id}"))?,
        None => (Vec::new(), false),
    };
    let body = Mine { voice: &desk.voice, known: desk.person.practitioner.is_some(), lines, cut }.render()?;
    desk.page(Page { title: desk.voice.t("patients-mine"), nav: "/patients/mine", body, ..Page::default() })
}

fn mine(desk: &Desk, me: &str) -> Result<(Vec<Line>, bool), Refusal> {
    // The place sorts the list, so a ward is walked in its order.
    let mut found: BTreeMap<String, Html> = BTreeMap::new();
    let stays = desk.search("Encounter", &[("participant", me), ("status", RUNNING), ("_count", MOST)])?;
    let teams = desk.search("CareTeam", &[("participant", me), ("status", "active"), ("_count", MOST)])?;
    for stay in &stays.matches {
        if let Some((patient, place)) = look(stay, |stay| Some((patient_of(stay)?, place_of(stay, desk)))).flatten() {
            found.insert(patient, place);
        }
    }
    for team in &teams.matches {
        if let Some((patient, name)) = look(team, |team| Some((patient_of(team)?, team.text("name").unwrap_or_default().into_owned()))).flatten() {
            found.entry(patient).or_insert_with(|| auto(name));
        }
    }
    let line = |(patient, place): (String, Html)| Some(Line { place, ..Line::of(&desk.read("Patient", &patient).ok()?, desk)? });
    let mut lines: Vec<Line> = found.into_iter().filter_map(line).collect();
    lines.sort_by(|a, b| (a.place.as_str(), &a.name).cmp(&(b.place.as_str(), &b.name)));
    Ok((lines, stays.next.is_some() || teams.next.is_some()))
}

fn patient_of(resource: Value<'_>) -> Option<String> {
    resource.reference("subject.reference", "Patient").map(|id| id.into_owned())
}

/// Unit and bed of the present place.
fn place_of(stay: Value<'_>, desk: &Desk) -> Html {
    let here = present_place(stay).and_then(|place| place.reference("location.reference", "Location"));
    let Some(bed) = here.and_then(|id| desk.read("Location", &id).ok()) else { return auto(stay.text("serviceType.text").unwrap_or_default()) };
    let name = look(&bed, |bed| bed.text("name").map(|name| name.into_owned())).flatten().unwrap_or_default();
    let service = Concept::at(stay, "serviceType").and_then(|service| service.words(desk.voice.lang())).unwrap_or_default();
    let mut out = auto(service.as_ref());
    if !service.is_empty() {
        out.push_text(" · ");
    }
    out.push(&auto(name));
    out
}

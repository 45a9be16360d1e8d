//! Opening a program from a patient's page.

use super::{away, signed, wrong};
use crate::desk::{Desk, Visitor};
use crate::page::Page;
use crate::patient::{Banner, CLINICAL};
use crate::refuse::Refusal;
use crate::text::Voice;
use askama::Template;
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_smart::{Client, State};
use serde::Deserialize;

struct Listed {
    id: String,
    name: String,
    host: String,
}

#[derive(Template)]
#[template(path = "programs/launch.html")]
struct Launch {
    voice: Voice,
    author: String,
    patient: String,
    programs: Vec<Listed>,
}

/// Programs that a chart opens.
fn openable(desk: &Desk) -> Result<Vec<Client>, Refusal> {
    let mut known = desk.house.smart().clients()?;
    known.retain(|client| client.state() == State::Approved && client.launch.is_some());
    known.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(known)
}

/// Whether a patient's page has a way to programs.
pub(crate) fn is_any(desk: &Desk) -> Result<bool, Refusal> {
    Ok(desk.person.may(CLINICAL.0) && !openable(desk)?.is_empty())
}

/// `GET /patients/{patient}/programs`
pub(super) async fn show(desk: Desk, Path(patient): Path<String>) -> Result<Response, Refusal> {
    desk.require(CLINICAL)?;
    desk.must_reach(&patient)?;
    let banner = Banner::load(&desk, &patient)?;
    let known = openable(&desk)?;
    let listed = |client: &Client| {
        let launch = client.launch.as_deref().unwrap_or("");
        let host = launch.split_once("://").map_or(launch, |(_, rest)| rest).split(['/', '?']).next().unwrap_or("").to_owned();
        Listed { id: client.id.clone(), name: client.name.clone(), host }
    };
    let programs = known.iter().map(listed).collect();
    let body = Launch { voice: desk.voice.clone(), author: desk.person.mark(), patient: banner.id.clone(), programs }.render()?;
    let live = crate::patient::BANNER.map(|part| (part, banner.id.clone())).to_vec();
    let response = desk.page(Page { title: desk.voice.t("program-open"), nav: "/patients", patient: Some(&banner), live, body, ..Page::default() })?;
    Ok(away::may_end_at(response, known.iter().filter_map(|client| client.launch.as_deref())))
}

#[derive(Deserialize)]
pub(super) struct Opening {
    #[serde(default, rename = "_author")]
    author: String,
    #[serde(default)]
    program: String,
}

/// `POST /patients/{patient}/programs`
pub(super) async fn open(visitor: Visitor, desk: Desk, Path(patient): Path<String>, Form(opening): Form<Opening>) -> Result<Response, Refusal> {
    desk.require(CLINICAL)?;
    desk.same_author(&opening.author)?;
    desk.must_reach(&patient)?;
    let stays = desk.search("Encounter", &[("patient", &patient), ("status", "in-progress"), ("_count", "1")])?;
    let stay = stays.matches.first().map(|stay| stay.id.to_text());
    match desk.house.smart().open_from(&signed(&desk)?, &opening.program, Some(&patient), stay.as_deref()).await {
        Ok(opened) => away::after_form(&visitor, &opened.address),
        Err(refused) => wrong(&desk, &refused),
    }
}

//! A patient's requests by how they stand: what each waits for, and since when.

use crate::whose::{Whose, kind_of, orderables, priority, sees, waits};
use crate::{LIST, SEE};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use rihla_clinical::request::Phase;
use rihla_clinical::request::Request;
use rihla_packs::Priority;
use rihla_web::text::{Html, Voice, auto, listed};
use rihla_web::{Desk, Refusal, percent};

/// Requests that are over, in the list.
const OVER: usize = 30;

/// A request as lists show it.
pub struct Shown {
    pub path: String,
    pub words: Html,
    pub kind: String,
    pub priority: String,
    /// Whether it is more than routine.
    pub soon: bool,
    pub waits: String,
    pub since: String,
    pub phase: String,
    pub late: bool,
    pub orderer: Html,
    pub asked: String,
    pub owner: Html,
}

impl Shown {
    pub fn of(request: &Request, desk: &Desk) -> Self {
        let voice = &desk.voice;
        Self {
            path: format!("/patients/{}/requests/{}", percent(&request.patient), percent(&request.id)),
            words: words_of(request, desk),
            kind: kind_of(desk, &request.kind),
            priority: priority(voice, request.priority),
            soon: request.priority != Priority::Routine,
            waits: waits(desk, request),
            since: voice.ago(request.since()),
            phase: phase_words(voice, request.phase),
            late: request.is_late(&desk.instant()),
            orderer: auto(&request.orderer),
            asked: voice.date_time(request.asked_at.as_str()),
            owner: auto(&request.owner),
        }
    }
}

/// The name of what is asked for, in the reader's language.
pub fn words_of(request: &Request, desk: &Desk) -> Html {
    let known = desk.house.pack().requests.orderable(&request.code);
    auto(known.map_or_else(|| request.words.clone(), |one| desk.named(&one.names).into_owned()))
}

pub fn phase_words(voice: &Voice, phase: Phase) -> String {
    voice.t(&listed(rihla_web::key!("requests-phase-*"), phase.code()))
}

#[derive(Template)]
#[template(path = "requests/list.html")]
struct List<'l> {
    voice: &'l Voice,
    groups: Vec<(String, Vec<Shown>)>,
    none: String,
    cut: bool,
}

#[derive(Template)]
#[template(path = "requests/patient.html")]
struct Body<'b> {
    voice: &'b Voice,
    list: String,
    part: &'static str,
    new: Option<String>,
}

/// `GET /patients/{patient}/requests`
pub async fn show(desk: Desk, Path(patient): Path<String>) -> Result<Response, Refusal> {
    let whose = Whose::open(desk, &patient, SEE)?;
    let new = (!orderables(&whose.desk).is_empty()).then(|| whose.path("new"));
    let body = Body { voice: whose.voice(), list: render(&whose)?, part: LIST, new }.render()?;
    whose.page(whose.voice().t("requests-title"), body)
}

/// The part that follows the record.
pub fn part(desk: &Desk, patient: &str) -> Result<String, Refusal> {
    render(&Whose::open(desk.clone(), patient, SEE)?)
}

fn render(whose: &Whose) -> Result<String, Refusal> {
    let (all, mut cut) = whose.all()?;
    let (voice, desk) = (whose.voice(), &whose.desk);
    let mut group = |key: &'static str, fits: &dyn Fn(Phase) -> bool, most: usize| {
        cut |= all.iter().filter(|request| fits(request.phase)).count() > most;
        let own = all.iter().filter(|request| fits(request.phase)).take(most).map(|request| Shown::of(request, desk)).collect::<Vec<_>>();
        (voice.t(key), own)
    };
    let mut groups = vec![
        group(rihla_web::key!("requests-group-draft"), &|phase| phase == Phase::Draft, usize::MAX),
        group(rihla_web::key!("requests-group-open"), &Phase::is_open, usize::MAX),
        group(rihla_web::key!("requests-group-done"), &|phase| phase == Phase::Done, OVER),
        group(rihla_web::key!("requests-group-stopped"), &|phase| !phase.is_open() && phase != Phase::Draft && phase != Phase::Done, OVER),
    ];
    groups.retain(|(_, own)| !own.is_empty());
    let none = voice.t(if sees(desk) { "requests-none" } else { "web-not-shown" });
    Ok(List { voice, groups, none, cut }.render()?)
}

//! Transports, for who carries: from where to where, how soon, what to beware of. Not whom, and not why: that is asked at the
//! bed, of who knows.

use crate::inbox::waiting;
use crate::list::{phase_words, words_of};
use crate::units::{RUNNING, name_of, place_of};
use crate::whose::{act, priority};
use crate::{CARRIES, CARRY};
use askama::Template;
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_clinical::request::{KIND, Move, Phase, Request, Wanted, refusal};
use rihla_fhir::view::{Concept, Look};
use rihla_kernel::FaultKind;
use rihla_packs::{Priority, RequestKind};
use rihla_store::Stored;
use rihla_web::text::{Html, Voice, auto, listed};
use rihla_web::{Desk, Page, Refusal, go, look};
use serde::Deserialize;

/// Transports in the list.
const MOST: &str = "100";
/// Alerts that everybody has to see.
const SAFETY: &str = "safety";

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Stepping {
    version: u32,
    #[serde(rename = "_author")]
    author: String,
}

struct Line {
    id: String,
    version: u32,
    words: Html,
    from: String,
    to: String,
    priority: Option<String>,
    phase: String,
    since: String,
    due: String,
    late: bool,
    owner: Html,
    beware: Vec<Html>,
    /// The step that comes next: its code and words.
    next: Option<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "requests/carry.html")]
struct Lines<'l> {
    voice: &'l Voice,
    author: String,
    lines: Vec<Line>,
    cut: bool,
}

/// The kinds that this role carries.
fn kinds(desk: &Desk) -> impl Iterator<Item = &RequestKind> {
    let role = &desk.person.role.code;
    desk.house.pack().requests.kinds.iter().filter(move |kind| kind.moves && kind.is_done_by(role))
}

/// `GET /requests/carry`
pub async fn show(desk: Desk) -> Result<Response, Refusal> {
    desk.require(CARRY)?;
    let body = crate::inbox::frame(&desk, rihla_web::key!("requests-carry"), CARRIES, part(&desk, "")?)?;
    desk.page(Page { title: desk.voice.t("requests-carry"), nav: "/requests/carry", live: vec![(CARRIES, String::new())], body, ..Page::default() })
}

/// The part that follows the record: what is late first, then what is due first.
pub fn part(desk: &Desk, _: &str) -> Result<String, Refusal> {
    let codes = kinds(desk).map(|kind| format!("{KIND}|{}", kind.code)).collect::<Vec<_>>().join(",");
    let (mut lines, mut cut) = (Vec::new(), false);
    if !codes.is_empty() && desk.shows("Task") {
        let (found, more) = waiting(desk, &[("code", &codes), ("status", Phase::OPEN_TASKS)], MOST)?;
        cut = more;
        lines = found.iter().filter_map(|task| line(desk, task)).collect::<Vec<_>>();
    }
    lines.sort_by(|(one, a), (other, b)| b.late.cmp(&a.late).then_with(|| one.cmp(other)));
    Ok(Lines { voice: &desk.voice, author: desk.person.mark(), lines: lines.into_iter().map(|(_, line)| line).collect(), cut }.render()?)
}

fn line(desk: &Desk, task: &Stored) -> Option<(String, Line)> {
    let id = look(task, |task| task.reference("focus.reference", "ServiceRequest").map(|id| id.into_owned())).flatten()?;
    let request = Request::read(&desk.read("ServiceRequest", &id).ok()?, Some(task), desk.voice.lang())?;
    let (from, mut beware) = around(desk, &id);
    beware.extend(answers(desk, &request));
    let voice = &desk.voice;
    let next = [Move::Accept, Move::Start, Move::Done].into_iter().find(|step| request.phase.after(*step).is_some());
    let line = Line {
        version: request.version,
        words: words_of(&request, desk),
        from,
        to: request.unit.as_deref().map(|unit| name_of(desk, unit)).unwrap_or_default(),
        priority: (request.priority != Priority::Routine).then(|| priority(voice, request.priority)),
        phase: phase_words(voice, request.phase),
        since: voice.ago(request.since()),
        due: request.due.as_deref().map(|at| voice.date_time(at)).unwrap_or_default(),
        late: request.is_late(&desk.instant()),
        owner: auto(&request.owner),
        beware,
        next: next.map(|step| (step.code(), voice.t(&listed(rihla_web::key!("requests-carry-*"), step.code())))),
        id,
    };
    Some((request.due.unwrap_or_default(), line))
}

/// Where the patient is now, and what to beware of: asked by the node, as who carries is not shown whose transport it is.
fn around(desk: &Desk, request: &str) -> (String, Vec<Html>) {
    let patient = || {
        let found = desk.search_as_node("ServiceRequest", &[("_id", request)]).ok()?;
        look(found.matches.first()?, |it| it.reference("subject.reference", "Patient").map(|id| id.into_owned())).flatten()
    };
    let Some(patient) = patient() else { return Default::default() };
    let stays = desk.search_as_node("Encounter", &[("patient", &patient), ("status", RUNNING), ("_count", "10")]);
    let place = stays.ok().and_then(|found| found.matches.iter().find_map(place_of)).map(|place| name_of(desk, &place)).unwrap_or_default();
    let flags = desk.search_as_node("Flag", &[("patient", &patient), ("_count", "50")]).map(|found| found.matches).unwrap_or_default();
    let words = |flag: &Stored| {
        look(flag, |flag| {
            let safety = flag.all("category.coding").iter().any(|one| one.text("code").as_deref() == Some(SAFETY));
            let holds = safety && flag.text("status").as_deref() == Some("active");
            holds.then(|| Concept::at(flag, "code").and_then(|code| code.words(desk.voice.lang())).map(|words| auto(words.into_owned()))).flatten()
        })
        .flatten()
    };
    (place, flags.iter().filter_map(words).collect())
}

/// What whoever asks was asked about the way, such as oxygen.
fn answers(desk: &Desk, request: &Request) -> Vec<Html> {
    let pack = &desk.house.pack().requests;
    let said = |(ask, answer): &(String, String)| {
        let known = pack.ask(ask)?;
        let (_, words) = known.answers.iter().find(|(code, _)| code == answer)?;
        Some(auto(format!("{} {}", desk.named(&known.names), desk.named(words))))
    };
    request.answers.iter().filter_map(said).collect()
}

/// `POST /requests/carry/{request}/{step}`
pub async fn step(desk: Desk, Path((request, step)): Path<(String, String)>, Form(stepping): Form<Stepping>) -> Result<Response, Refusal> {
    desk.require(CARRY)?;
    desk.same_author(&stepping.author)?;
    let step = Move::of(&step).filter(|step| matches!(step, Move::Accept | Move::Start | Move::Done)).ok_or_else(Refusal::not_found)?;
    let acting = act(&desk);
    let found = acting.request(&request)?;
    if !kinds(&desk).any(|kind| kind.code == found.kind) {
        return Err(Refusal::not_found());
    }
    let wanted = Wanted { seen: Some(stepping.version), ..Wanted::default() };
    match acting.step(&request, step, &wanted, Vec::new()).await {
        // Somebody else was faster, or stopped it: the list shows how it is.
        Err(fault) if fault.kind != FaultKind::Conflict && fault.code != refusal::state().code => Err(fault.into()),
        _ => Ok(go("/requests/carry", &[])),
    }
}

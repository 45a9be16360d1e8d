//! The worklist of those who do what is asked: to accept, in hand, done today; what is late first.

use crate::list::{Shown, words_of};
use crate::one::{Way, ways};
use crate::{DO, WORK};
use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use rihla_clinical::request::Phase;
use rihla_clinical::request::{KIND, Request};
use rihla_fhir::view::{HumanName, Look, Names, Script};
use rihla_kernel::Instant;
use rihla_store::Stored;
use rihla_store::body::instant_text;
use rihla_web::text::{Html, Voice, auto};
use rihla_web::{Desk, Page, Refusal, look, percent};
use serde::Deserialize;

/// Tasks in the list.
const MOST: &str = "200";
const DAY: i64 = 24 * 60 * 60 * 1000;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    kind: String,
}

struct Line {
    shown: Shown,
    id: String,
    patient: String,
    name: Html,
    words: Html,
    version: u32,
    ways: Vec<Way>,
    /// Of a hundred of the time that there is so much is gone; and the time itself.
    spent: u8,
    due: String,
    result: Option<String>,
}

#[derive(Template)]
#[template(path = "requests/work.html")]
struct Lines<'l> {
    voice: &'l Voice,
    author: String,
    groups: Vec<(String, Vec<Line>)>,
    cut: bool,
}

#[derive(Template)]
#[template(path = "requests/board.html")]
struct Body<'b> {
    voice: &'b Voice,
    kinds: Vec<(String, String, bool)>,
    part: &'static str,
    list: String,
}

/// `GET /requests?kind=…`
pub async fn show(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(DO)?;
    let role = &desk.person.role.code;
    let kinds = desk.house.pack().requests.kinds.iter().filter(|kind| kind.is_done_by(role));
    let chosen = kinds.clone().find(|kind| kind.code == asked.kind).map_or("", |kind| kind.code.as_str());
    let all = (desk.voice.t("requests-all"), "/requests".to_owned(), chosen.is_empty());
    let kinds = kinds.map(|kind| (desk.named(&kind.names).into_owned(), format!("/requests?kind={}", kind.code), kind.code == chosen));
    let body = Body { voice: &desk.voice, kinds: std::iter::once(all).chain(kinds).collect(), part: WORK, list: part(&desk, chosen)? }.render()?;
    desk.page(Page { title: desk.voice.t("requests-work"), nav: "/requests", live: vec![(WORK, chosen.to_owned())], body, ..Page::default() })
}

/// The part that follows the record; of a kind, or of all that this role does.
pub fn part(desk: &Desk, kind: &str) -> Result<String, Refusal> {
    let role = &desk.person.role.code;
    let own = desk.house.pack().requests.kinds.iter().filter(|one| one.is_done_by(role) && (kind.is_empty() || one.code == kind));
    let codes = own.map(|one| format!("{KIND}|{}", one.code)).collect::<Vec<_>>().join(",");
    let (mut open, mut done, mut cut) = (Vec::new(), Vec::new(), false);
    if !codes.is_empty() && desk.shows("Task") {
        let found = desk.search("Task", &[("code", &codes), ("status", Phase::OPEN_TASKS), ("_sort", "authored-on"), ("_count", MOST)])?;
        cut = found.next.is_some();
        open = lines(desk, &found.matches);
        let since = format!("ge{}", instant_text(Instant(desk.voice.now().0 - DAY)));
        let found = desk.search("Task", &[("code", &codes), ("status", "completed"), ("modified", &since), ("_sort", "-modified"), ("_count", "50")])?;
        done = lines(desk, &found.matches);
    }
    // What is late comes first, then what is due first.
    open.sort_by(|(one, a), (other, b)| b.shown.late.cmp(&a.shown.late).then_with(|| one.due.cmp(&other.due)));
    let (asked, in_hand): (Vec<_>, Vec<_>) = open.into_iter().partition(|(request, _)| request.phase == Phase::Asked);
    let group = |key: &str, own: Vec<(Request, Line)>| (desk.voice.t(key), own.into_iter().map(|(_, line)| line).collect::<Vec<_>>());
    let mut groups = vec![
        group(rihla_web::key!("requests-to-accept"), asked),
        group(rihla_web::key!("requests-in-hand"), in_hand),
        group(rihla_web::key!("requests-done"), done),
    ];
    groups.retain(|(_, own)| !own.is_empty());
    Ok(Lines { voice: &desk.voice, author: desk.person.mark(), groups, cut }.render()?)
}

fn lines(desk: &Desk, tasks: &[Stored]) -> Vec<(Request, Line)> {
    let script = Script::of_lang(desk.voice.lang());
    let line = |task: &Stored| {
        let id = look(task, |task| task.reference("focus.reference", "ServiceRequest").map(|id| id.into_owned())).flatten()?;
        let stored = desk.read("ServiceRequest", &id).ok()?;
        let request = Request::read(&stored, Some(task), desk.voice.lang())?;
        let person = desk.read("Patient", &request.patient).ok()?;
        let name = look(&person, |person| Names::of(person).first(script).map(HumanName::formal)).flatten().unwrap_or_default();
        let result = format!("/patients/{}/requests/{}/result", percent(&request.patient), percent(&id));
        let line = Line {
            shown: Shown::of(&request, desk),
            id,
            patient: request.patient.clone(),
            name: auto(name),
            words: words_of(&request, desk),
            version: request.version,
            ways: ways(desk, &request),
            spent: spent(&request, desk.voice.now(), desk),
            due: request.due.as_deref().map(|at| desk.voice.date_time(at)).unwrap_or_default(),
            result: (request.phase == Phase::Started).then_some(result),
        };
        Some((request, line))
    };
    tasks.iter().filter_map(line).collect()
}

fn spent(request: &Request, now: Instant, desk: &Desk) -> u8 {
    let minutes = desk.house.pack().requests.kind(&request.kind).map_or(0, |kind| kind.target(request.priority));
    let due = request.due.as_deref().and_then(|due| due.parse::<jiff::Timestamp>().ok()).map(|due| due.as_millisecond());
    let (Some(due), true) = (due, minutes > 0) else { return 0 };
    let whole = i64::from(minutes) * 60_000;
    let gone = (now.0 - (due - whole)).clamp(0, whole);
    u8::try_from(gone * 100 / whole).unwrap_or(100)
}

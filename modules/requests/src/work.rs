//! The worklist of those who do what is asked: to accept, in hand, done today; what is late first.

use crate::inbox::waiting;
use crate::list::{Shown, words_of};
use crate::one::{Way, ways};
use crate::units::name_of;
use crate::{DO, WORK};
use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use rihla_clinical::request::Phase;
use rihla_clinical::request::{KIND, Request, UNIT};
use rihla_fhir::view::{HumanName, Look, Names, Script};
use rihla_kernel::Instant;
use rihla_store::Stored;
use rihla_store::body::instant_text;
use rihla_web::text::{Html, Voice, auto};
use rihla_web::{Desk, OF_PLACE, Page, Refusal, look, percent};
use serde::Deserialize;

/// Tasks in the list.
const MOST: &str = "200";
/// Of those that are done.
const DONE: &str = "50";
/// Of the address: requests of every unit.
const EVERYWHERE: &str = "all";
const DAY: i64 = 24 * 60 * 60 * 1000;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    kind: String,
    /// `all`: of every unit, where whoever sits here works in one.
    units: String,
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
    /// The name of one's own unit and that of all, each with its path.
    units: Vec<(String, String, bool)>,
    part: &'static str,
    list: String,
}

/// `GET /requests?kind=…`
pub async fn show(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    desk.require(DO)?;
    let role = &desk.person.role.code;
    let kinds = desk.house.pack().requests.kinds.iter().filter(|kind| kind.is_done_by(role));
    let chosen = kinds.clone().find(|kind| kind.code == asked.kind).map_or("", |kind| kind.code.as_str());
    let own = own_unit(&desk)?;
    let everywhere = asked.units == EVERYWHERE;
    let path = |kind: &str, everywhere: bool| format!("/requests?kind={kind}{}", if everywhere { "&units=all" } else { "" });
    let all = (desk.voice.t("requests-all"), path("", everywhere), chosen.is_empty());
    let kinds = kinds.map(|kind| (desk.named(&kind.names).into_owned(), path(&kind.code, everywhere), kind.code == chosen));
    let ways = own
        .iter()
        .flat_map(|unit| [(name_of(&desk, unit), path(chosen, false), !everywhere), (desk.voice.t("requests-units-all"), path(chosen, true), everywhere)]);
    // What the list is narrowed to is no patient: it is written as a part of the house, and says everything, as a list that is
    // sent again is shared by who sees the same.
    let unit = own.as_deref().filter(|_| !everywhere).unwrap_or_default();
    let about = if chosen.is_empty() && unit.is_empty() { String::new() } else { format!("{OF_PLACE}{chosen}.{unit}") };
    let kinds = std::iter::once(all).chain(kinds).collect();
    let body = Body { voice: &desk.voice, kinds, units: ways.collect(), part: WORK, list: part(&desk, &about)? }.render()?;
    desk.page(Page { title: desk.voice.t("requests-work"), nav: "/requests", live: vec![(WORK, about)], body, ..Page::default() })
}

/// The unit in which whoever sits here works, where it is one that does requests.
fn own_unit(desk: &Desk) -> Result<Option<String>, Refusal> {
    let Some(unit) = desk.person.unit.as_ref() else { return Ok(None) };
    let known = |stored: Stored| look(&stored, |unit| unit.all("type.coding").iter().any(|one| one.text("system").as_deref() == Some(UNIT)));
    Ok(desk.read("Location", unit).ok().and_then(known).filter(|does| *does).map(|_| unit.clone()))
}

/// The part that follows the record: `place.KIND.UNIT`, where either may be empty: every kind that this role does, every unit.
/// What is of no unit is everybody's.
pub fn part(desk: &Desk, about: &str) -> Result<String, Refusal> {
    let asked = about.strip_prefix(OF_PLACE).unwrap_or_default();
    let (kind, unit) = asked.split_once('.').unwrap_or((asked, ""));
    let role = &desk.person.role.code;
    let own = desk.house.pack().requests.kinds.iter().filter(|one| one.is_done_by(role) && (kind.is_empty() || one.code == kind));
    let codes = own.map(|one| format!("{KIND}|{}", one.code)).collect::<Vec<_>>().join(",");
    let (mut open, mut done, mut cut) = (Vec::new(), Vec::new(), false);
    if !codes.is_empty() && desk.shows("Task") {
        let (found, more) = waiting(desk, &[("code", &codes), ("status", Phase::OPEN_TASKS)], MOST)?;
        cut = more;
        open = lines(desk, &found);
        let since = format!("ge{}", instant_text(Instant(desk.voice.now().0 - DAY)));
        let found = desk.search("Task", &[("code", &codes), ("status", "completed"), ("modified", &since), ("_sort", "-modified"), ("_count", DONE)])?;
        cut |= found.next.is_some();
        done = lines(desk, &found.matches);
    }
    let ours = |(request, _): &(Request, Line)| unit.is_empty() || request.unit.as_deref().is_none_or(|own| own == unit);
    open.retain(ours);
    done.retain(ours);
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

//! Telling somebody of a critical result: whom, whether they read it back, when; and the next role where nobody is reached.

use crate::inbox::{Line, frame, of};
use crate::whose::act;
use crate::{CALLS, DO};
use askama::Template;
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_clinical::request::TASK;
use rihla_clinical::request::calls::{self, Attempt, Outcome};
use rihla_clinical::request::line;
use rihla_clinical::request::tasks::{self, ROLE, about};
use rihla_clinical::{Object, concept, quoted};
use rihla_fhir::view::{Concept, Look};
use rihla_kernel::{FaultKind, Instant};
use rihla_store::Stored;
use rihla_store::body::instant_text;
use rihla_web::text::{Voice, auto};
use rihla_web::{Desk, Page, Refusal, go, look};
use serde::Deserialize;

const MOST: &str = "100";
/// The longest name of whom one told.
const LONGEST: usize = 120;
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Told {
    version: u32,
    whom: String,
    /// `back`: told, and read back. `told`: told. `none`: nobody was reached.
    outcome: String,
    /// The id for the Communication.
    #[serde(rename = "_id")]
    id: String,
    #[serde(rename = "_author")]
    author: String,
}

struct Call {
    line: Line,
    /// The id for the Communication of the next attempt.
    id: String,
    role: String,
    due: String,
    until: String,
    late: bool,
    attempts: Vec<Tried>,
}

struct Tried {
    at: String,
    by: rihla_web::text::Html,
    whom: rihla_web::text::Html,
    /// A code of the words of what came of it.
    outcome: &'static str,
}

#[derive(Template)]
#[template(path = "requests/calls.html")]
struct Calls<'c> {
    voice: &'c Voice,
    author: String,
    calls: Vec<Call>,
    cut: bool,
    longest: usize,
}

/// `GET /results/critical`
pub async fn show(desk: Desk) -> Result<Response, Refusal> {
    desk.require(DO)?;
    let body = frame(&desk, rihla_web::key!("requests-calls"), CALLS, part(&desk, "")?)?;
    desk.page(Page { title: desk.voice.t("requests-calls"), nav: "/results/critical", live: vec![(CALLS, String::new())], body, ..Page::default() })
}

/// The part that follows the record: what is overdue first.
pub fn part(desk: &Desk, _: &str) -> Result<String, Refusal> {
    let (mut calls, mut cut) = (Vec::new(), false);
    if desk.shows("Task") && desk.shows("DiagnosticReport") {
        let code = format!("{TASK}|{}", tasks::CALL);
        let found = desk.search("Task", &[("code", &code), ("status", "requested"), ("_sort", "authored-on"), ("_count", MOST)])?;
        cut = found.next.is_some();
        for task in &found.matches {
            if let Some(line) = of(desk, task) {
                calls.push(call(desk, task, line)?);
            }
        }
    }
    calls.sort_by(|one, other| one.due.cmp(&other.due));
    Ok(Calls { voice: &desk.voice, author: desk.person.mark(), calls, cut, longest: LONGEST }.render()?)
}

fn call(desk: &Desk, task: &Stored, line: Line) -> Result<Call, Refusal> {
    let (role, due, patient) = look(task, |task| {
        let role = Concept::at(task, "performerType").and_then(|role| role.code(ROLE)).unwrap_or_default().into_owned();
        let patient = task.reference("for.reference", "Patient").unwrap_or_default().into_owned();
        (role, task.text("restriction.period.end").unwrap_or_default().into_owned(), patient)
    })
    .unwrap_or_default();
    Ok(Call {
        id: desk.reserve("Communication", &patient)?,
        role: role_name(desk, &role),
        until: desk.voice.date_time(due.as_str()),
        late: due.as_str() < desk.instant().as_str(),
        due,
        attempts: attempts(desk, &line.task)?,
        line,
    })
}

pub fn role_name(desk: &Desk, code: &str) -> String {
    desk.house.pack().roles.role(code).map_or_else(|| code.to_owned(), |known| desk.named(&known.names).into_owned())
}

/// What was tried already, the oldest first.
fn attempts(desk: &Desk, task: &str) -> Result<Vec<Tried>, Refusal> {
    if !desk.shows("Communication") {
        return Ok(Vec::new());
    }
    let found = desk.search("Communication", &[("based-on", &format!("Task/{task}")), ("_sort", "sent"), ("_count", "50")])?;
    let attempt = |stored: &Stored| {
        look(stored, |one| {
            let role = one.text("recipient.identifier.value").map(|code| role_name(desk, &code));
            let back = one.extensions("", calls::READ_BACK).first().and_then(|said| said.text("valueBoolean")).as_deref() == Some("true");
            let reached = one.text("status").as_deref() == Some("completed");
            let unanswered = Concept::at(one, "statusReason").and_then(|why| why.code(calls::OUTCOME)).as_deref() == Some(calls::UNANSWERED);
            Tried {
                at: desk.voice.date_time(one.text("sent").unwrap_or_default().as_ref()),
                by: auto(one.text("sender.display").unwrap_or_default()),
                whom: auto(role.unwrap_or_else(|| one.text("recipient.display").unwrap_or_default().into_owned())),
                outcome: if unanswered {
                    "unanswered"
                } else if back {
                    "back"
                } else if reached {
                    "told"
                } else {
                    "none"
                },
            }
        })
    };
    Ok(found.matches.iter().filter_map(attempt).collect())
}

/// `POST /results/critical/{task}`: one attempt.
pub async fn tell(desk: Desk, Path(task): Path<String>, Form(told): Form<Told>) -> Result<Response, Refusal> {
    desk.require(DO)?;
    desk.same_author(&told.author)?;
    let whom: String = line(&told.whom).chars().take(LONGEST).collect();
    let wrong = || Refusal::invalid("RH-REQUEST-CALL", "Say whom you called and what came of it.");
    if whom.is_empty() {
        return Err(wrong());
    }
    let stored = desk.read("Task", &task)?;
    // Other Tasks about a result are of those who read it.
    if look(&stored, |task| Concept::at(task, "code").and_then(|code| code.code(TASK)).as_deref() == Some(tasks::CALL)) != Some(true) {
        return Err(Refusal::not_found());
    }
    let acting = act(&desk);
    let Some((patient, _)) = about(&stored) else { return Err(Refusal::not_found()) };
    let callback = &desk.house.pack().requests.callback;
    let outcome = match told.outcome.as_str() {
        "back" => Outcome::ReadBack,
        "told" => Outcome::Told,
        "none" => Outcome::Missed,
        _ => return Err(wrong()),
    };
    let again = instant_text(Instant(acting.now.0 + i64::from(callback.minutes) * 60_000));
    let json = look(&stored, |task| {
        let role = Concept::at(task, "performerType").and_then(|role| role.code(ROLE)).unwrap_or_default().into_owned();
        let open = task.text("status").as_deref() == Some("requested");
        let report = task.reference("focus.reference", "DiagnosticReport")?.into_owned();
        let mut out = Object::of(task);
        out.set("lastModified", quoted(&desk.instant()));
        if outcome == Outcome::ReadBack {
            out.set("status", quoted("completed"));
            out.set("owner", desk.author_reference());
        } else {
            out.set("restriction", format!(r#"{{"period":{{"end":{}}}}}"#, quoted(&again)));
        }
        if outcome == Outcome::Missed {
            out.set("performerType", format!("[{}]", concept(ROLE, calls::next(&callback.roles, &role).unwrap_or(&role))));
        }
        open.then(|| (out.text(), report))
    });
    // What somebody else told meanwhile is seen on the list.
    if let Some((json, report)) = json.flatten().filter(|_| stored.vid == told.version) {
        let whom = format!(r#"{{"display":{}}}"#, quoted(&whom));
        let said = Attempt { task: &task, patient: &patient, report: &report, whom, outcome, at: acting.now, by: &acting.by }.json();
        let steps = vec![acting.amended("Task", &task, stored.vid, &json)?, acting.made(&told.id, &said)?];
        match desk.record.commit(steps, Vec::new(), Vec::new()).await {
            Err(fault) if !matches!(fault.kind, FaultKind::PreconditionFailed | FaultKind::Conflict) => return Err(fault.into()),
            _ => {}
        }
    }
    Ok(go("/results/critical", &[]))
}

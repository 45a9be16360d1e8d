//! Telling somebody of a critical result: whom, whether they read it back, when; and the next role where nobody is reached.

use crate::inbox::{Line, frame, of};
use crate::request::TASK;
use crate::run::line;
use crate::tasks::{self, ROLE, about};
use crate::whose::act;
use crate::{CALLS, DO};
use askama::Template;
use axum::extract::{Form, Path};
use axum::response::Response;
use rihla_clinical::{Object, concept, quoted, reference};
use rihla_fhir::view::{Concept, Look};
use rihla_kernel::{FaultKind, Instant};
use rihla_store::Stored;
use rihla_store::body::instant_text;
use rihla_web::text::Voice;
use rihla_web::{Desk, Page, Refusal, go, look};
use serde::Deserialize;

const MOST: &str = "100";
/// The longest name of whom one told.
const LONGEST: usize = 120;
/// Whether a message was read back.
const READ_BACK: &str = "urn:rihla:extension:read-back";

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
    attempts: Vec<Attempt>,
}

struct Attempt {
    at: String,
    by: rihla_web::text::Html,
    whom: rihla_web::text::Html,
    reached: bool,
    back: bool,
}

#[derive(Template)]
#[template(path = "requests/calls.html")]
struct Calls<'c> {
    voice: &'c Voice,
    author: String,
    calls: Vec<Call>,
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
    let mut calls = Vec::new();
    if desk.shows("Task") && desk.shows("DiagnosticReport") {
        let code = format!("{TASK}|{}", tasks::CALL);
        let found = desk.search("Task", &[("code", &code), ("status", "requested"), ("_sort", "authored-on"), ("_count", MOST)])?;
        for task in &found.matches {
            if let Some(line) = of(desk, task) {
                calls.push(call(desk, task, line)?);
            }
        }
    }
    calls.sort_by(|one, other| one.due.cmp(&other.due));
    Ok(Calls { voice: &desk.voice, author: desk.person.mark(), calls, longest: LONGEST }.render()?)
}

fn call(desk: &Desk, task: &Stored, line: Line) -> Result<Call, Refusal> {
    let (role, due, patient) = look(task, |task| {
        let role = Concept::at(task, "performerType").and_then(|role| role.code(ROLE)).unwrap_or_default().into_owned();
        let patient = task.reference("for.reference", "Patient").unwrap_or_default().into_owned();
        (role, task.text("restriction.period.end").unwrap_or_default().into_owned(), patient)
    })
    .unwrap_or_default();
    let named = desk.house.pack().roles.role(&role).map(|known| desk.named(&known.names).into_owned());
    Ok(Call {
        id: desk.reserve("Communication", &patient)?,
        role: named.unwrap_or(role),
        until: desk.voice.date_time(due.as_str()),
        late: due.as_str() < desk.instant().as_str(),
        due,
        attempts: attempts(desk, &line.task)?,
        line,
    })
}

/// What was tried already, the oldest first.
fn attempts(desk: &Desk, task: &str) -> Result<Vec<Attempt>, Refusal> {
    if !desk.shows("Communication") {
        return Ok(Vec::new());
    }
    let found = desk.search("Communication", &[("based-on", &format!("Task/{task}")), ("_sort", "sent"), ("_count", "50")])?;
    let attempt = |stored: &Stored| {
        look(stored, |one| Attempt {
            at: desk.voice.date_time(one.text("sent").unwrap_or_default().as_ref()),
            by: rihla_web::text::auto(one.text("sender.display").unwrap_or_default()),
            whom: rihla_web::text::auto(one.text("recipient.display").unwrap_or_default()),
            reached: one.text("status").as_deref() == Some("completed"),
            back: one.extensions("", READ_BACK).first().and_then(|said| said.text("valueBoolean")).as_deref() == Some("true"),
        })
    };
    Ok(found.matches.iter().filter_map(attempt).collect())
}

/// `POST /results/critical/{task}`: one attempt.
pub async fn tell(desk: Desk, Path(task): Path<String>, Form(told): Form<Told>) -> Result<Response, Refusal> {
    desk.require(DO)?;
    desk.same_author(&told.author)?;
    let whom: String = line(&told.whom).chars().take(LONGEST).collect();
    if whom.is_empty() || !["back", "told", "none"].contains(&told.outcome.as_str()) {
        return Err(Refusal::invalid("RH-REQUEST-CALL", "Say whom you called and what came of it."));
    }
    let stored = desk.read("Task", &task)?;
    let acting = act(&desk);
    let Some((patient, _)) = about(&stored) else { return Err(Refusal::not_found()) };
    let callback = &desk.house.pack().requests.callback;
    let again = instant_text(Instant(acting.now.0 + i64::from(callback.minutes) * 60_000));
    let json = look(&stored, |task| {
        let role = Concept::at(task, "performerType").and_then(|role| role.code(ROLE)).unwrap_or_default().into_owned();
        let open = task.text("status").as_deref() == Some("requested");
        let report = task.reference("focus.reference", "DiagnosticReport")?.into_owned();
        let mut out = Object::of(task);
        out.set("lastModified", quoted(&desk.instant()));
        if told.outcome == "back" {
            out.set("status", quoted("completed"));
            out.set("owner", desk.author_reference());
        } else {
            out.set("restriction", format!(r#"{{"period":{{"end":{}}}}}"#, quoted(&again)));
        }
        if told.outcome == "none" {
            out.set("performerType", format!("[{}]", concept(ROLE, next(&callback.roles, &role))));
        }
        open.then(|| (out.text(), report))
    });
    // What somebody else told meanwhile is seen on the list.
    if let Some((json, report)) = json.flatten().filter(|_| stored.vid == told.version) {
        let said = communication(&desk, &task, &patient, &report, &whom, &told.outcome);
        let steps = vec![acting.amended("Task", &task, stored.vid, &json)?, acting.made(&told.id, &said)?];
        match desk.record.commit(steps, Vec::new(), Vec::new()).await {
            Err(fault) if !matches!(fault.kind, FaultKind::PreconditionFailed | FaultKind::Conflict) => return Err(fault.into()),
            _ => {}
        }
    }
    Ok(go("/results/critical", &[]))
}

/// The role after one; the last stays.
fn next<'r>(roles: &'r [String], role: &'r str) -> &'r str {
    let at = roles.iter().position(|one| one == role);
    at.and_then(|at| roles.get(at + 1)).map_or(role, String::as_str)
}

fn communication(desk: &Desk, task: &str, patient: &str, report: &str, whom: &str, outcome: &str) -> String {
    let mut out = Object::default();
    out.set("resourceType", quoted("Communication"));
    out.set("extension", format!(r#"[{{"url":"{READ_BACK}","valueBoolean":{}}}]"#, outcome == "back"));
    out.set("basedOn", format!("[{}]", reference(&format!("Task/{task}"))));
    out.set("status", quoted(if outcome == "none" { "not-done" } else { "completed" }));
    out.set("priority", quoted("stat"));
    out.set("subject", reference(&format!("Patient/{patient}")));
    out.set("about", format!("[{}]", reference(&format!("DiagnosticReport/{report}"))));
    out.set("sent", quoted(&desk.instant()));
    out.set("recipient", format!(r#"[{{"display":{}}}]"#, quoted(whom)));
    out.set("sender", desk.author_reference());
    out.text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_call_goes_from_role_to_role_and_stays_with_the_last() {
        let roles = ["resident", "physician"].map(str::to_owned);
        assert_eq!((next(&roles, "resident"), next(&roles, "physician"), next(&roles, "nobody")), ("physician", "physician", "nobody"));
    }
}

//! Telling somebody of a critical result: each attempt is a Communication, and what nobody answers in time goes to the next
//! role by the clock.

use super::look;
use super::record::TASK;
use super::run::{Act, type_of};
use super::tasks::{CALL, ROLE, about};
use crate::{Object, concept, quoted, reference};
use rihla_fhir::view::{Concept, Look};
use rihla_fhirpath::parse_date;
use rihla_kernel::{Fault, FaultKind, Instant};
use rihla_packs::Callback;
use rihla_store::Stored;
use rihla_store::backend::Step;
use rihla_store::body::instant_text;
use rihla_store::query::Handling;

/// Whether a message was read back.
pub const READ_BACK: &str = "urn:rihla:extension:read-back";
/// The system of why nobody was reached.
pub const OUTCOME: &str = "urn:rihla:call-outcome";
/// The role let its time pass.
pub const UNANSWERED: &str = "unanswered";
/// Calls that are looked at together. More of them at once are no longer a matter of a clock.
const MOST: &str = "500";

/// What came of telling somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// They heard it and read it back.
    ReadBack,
    Told,
    /// Nobody was reached.
    Missed,
    /// The time of a role passed without an answer.
    Unanswered,
}

/// One attempt.
pub struct Attempt<'a> {
    pub task: &'a str,
    pub patient: &'a str,
    /// The id of the DiagnosticReport.
    pub report: &'a str,
    /// Whom: a Reference as JSON.
    pub whom: String,
    pub outcome: Outcome,
    pub at: Instant,
    /// Who tells: a Reference as JSON.
    pub by: &'a str,
}

impl Attempt<'_> {
    /// As a Communication (<https://hl7.org/fhir/R4/communication.html>).
    pub fn json(&self) -> String {
        let reached = matches!(self.outcome, Outcome::ReadBack | Outcome::Told);
        let mut out = Object::default();
        out.set("resourceType", quoted("Communication"));
        out.set("extension", format!(r#"[{{"url":"{READ_BACK}","valueBoolean":{}}}]"#, self.outcome == Outcome::ReadBack));
        out.set("basedOn", format!("[{}]", reference(&format!("Task/{}", self.task))));
        out.set("status", quoted(if reached { "completed" } else { "not-done" }));
        if self.outcome == Outcome::Unanswered {
            out.set("statusReason", concept(OUTCOME, UNANSWERED));
        }
        out.set("priority", quoted("stat"));
        out.set("subject", reference(&format!("Patient/{}", self.patient)));
        out.set("about", format!("[{}]", reference(&format!("DiagnosticReport/{}", self.report))));
        out.set("sent", quoted(&instant_text(self.at)));
        out.set("recipient", format!("[{}]", self.whom));
        out.set("sender", self.by.to_owned());
        out.text()
    }
}

/// The role after one; none after the last, and none after one that is not in the list.
pub fn next<'r>(roles: &'r [String], role: &str) -> Option<&'r str> {
    let at = roles.iter().position(|one| one == role)?;
    roles.get(at + 1).map(String::as_str)
}

/// The role that a call is with.
pub fn role_of(task: &Stored) -> Option<String> {
    look(task, |task| Concept::at(task, "performerType").and_then(|role| role.code(ROLE)).map(|role| role.into_owned())).flatten()
}

/// Takes every call whose time is past to the next role, which has the pack's time again; how many. What the last role does
/// not answer stays with it, overdue. After a stop of the server a role is not passed over: each has its time.
pub async fn escalate(act: &Act<'_>, callback: &Callback) -> Result<usize, Fault> {
    let pairs = [("code", format!("{TASK}|{CALL}")), ("status", "requested".into()), ("_sort", "authored-on".into()), ("_count", MOST.into())];
    let (query, _) = act.record.query(&[type_of("Task")?], &pairs.map(|(name, value)| (name.to_owned(), value)), Handling::Strict)?;
    let (mut moved, mut failed) = (0, None);
    for task in &act.record.search(&query)?.matches {
        let kept = match passed_on(act, callback, task) {
            Ok(None) => continue,
            Ok(Some(steps)) => act.record.commit(steps, Vec::new(), Vec::new()).await.map(drop),
            Err(fault) => Err(fault),
        };
        match kept {
            Ok(()) => moved += 1,
            // Somebody answered at this very moment.
            Err(fault) if matches!(fault.kind, FaultKind::PreconditionFailed | FaultKind::Conflict) => {}
            // One call that cannot be taken on keeps no other one waiting.
            Err(fault) => failed = Some(fault),
        }
    }
    failed.map_or(Ok(moved), Err)
}

fn passed_on(act: &Act<'_>, callback: &Callback, task: &Stored) -> Result<Option<Vec<Step>>, Fault> {
    let (Some(role), Some((patient, _))) = (role_of(task), about(task)) else { return Ok(None) };
    let Some(next) = next(&callback.roles, &role) else { return Ok(None) };
    let again = instant_text(Instant(act.now.0 + i64::from(callback.minutes) * 60_000));
    let changed = look(task, |task| {
        let due = parse_date(&task.text("restriction.period.end")?, act.record.zone())?;
        let report = task.reference("focus.reference", "DiagnosticReport")?.into_owned();
        let mut out = Object::of(task);
        out.set("performerType", format!("[{}]", concept(ROLE, next)));
        out.set("restriction", format!(r#"{{"period":{{"end":{}}}}}"#, quoted(&again)));
        out.set("lastModified", quoted(&instant_text(act.now)));
        (due.lo < act.now.0).then(|| (out.text(), report))
    });
    let Some((json, report)) = changed.flatten() else { return Ok(None) };
    let id = task.id.to_text();
    let whom = format!(r#"{{"identifier":{{"system":"{ROLE}","value":{}}}}}"#, quoted(&role));
    let said = Attempt { task: &id, patient: &patient, report: &report, whom, outcome: Outcome::Unanswered, at: act.now, by: &act.by };
    let new = act.record.reserve(type_of("Communication")?, Some(&patient))?.to_text();
    Ok(Some(vec![act.amended("Task", &id, task.vid, &json)?, act.made(&new, &said.json())?]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_goes_from_role_to_role_and_ends_with_the_last() {
        let roles = ["resident", "physician"].map(str::to_owned);
        assert_eq!((next(&roles, "resident"), next(&roles, "physician"), next(&roles, "nobody")), (Some("physician"), None, None));
    }
}

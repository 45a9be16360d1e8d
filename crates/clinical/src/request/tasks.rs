//! What a result makes others do: read it, and be told of it if it is critical.

use super::look;
use super::record::{Request, TASK};
use super::run::{Act, type_of};
use crate::{Draft, Object, concept, quoted, reference};
use rihla_fhir::view::Look;
use rihla_kernel::{Fault, Instant};
use rihla_packs::{Callback, Priority};
use rihla_store::Stored;
use rihla_store::backend::Step;
use rihla_store::body::instant_text;
use rihla_store::query::Handling;

pub const ACKNOWLEDGE: &str = "acknowledge";
pub const CALL: &str = "critical-call";
/// The system of roles, for whom to tell.
pub const ROLE: &str = "urn:rihla:role";
/// The mark of the account that a result is for.
pub const FOR: &str = "urn:rihla:extension:for-account";

/// A result that was filed.
pub struct Fresh<'f> {
    pub request: &'f Request,
    /// A reference to the report: `DiagnosticReport/…`, or the address of one that comes into being in the same commit.
    pub report: &'f str,
    pub priority: Priority,
    /// Somebody has to be told at once.
    pub critical: bool,
    /// Ids for the Tasks; empty where whoever writes them gives them one.
    pub ids: [&'f str; 2],
}

impl Fresh<'_> {
    /// What is to be written beside it. What is still open of an earlier version stays, as soon as it is now.
    pub fn drafts(&self, act: &Act<'_>, callback: &Callback) -> Result<Vec<Draft>, Fault> {
        let [reading, telling] = self.ids;
        let mut drafts = vec![self.one(act, ACKNOWLEDGE, reading, None, None)?];
        if self.critical {
            let due = Instant(act.now.0 + i64::from(callback.minutes) * 60_000);
            drafts.push(self.one(act, CALL, telling, Some(due), callback.roles.first().map(String::as_str))?);
        }
        Ok(drafts)
    }

    /// The same as steps of a commit.
    pub fn steps(&self, act: &Act<'_>, callback: &Callback) -> Result<Vec<Step>, Fault> {
        self.drafts(act, callback)?.iter().map(|draft| act.put(draft)).collect()
    }

    fn one(&self, act: &Act<'_>, code: &str, id: &str, due: Option<Instant>, role: Option<&str>) -> Result<Draft, Fault> {
        // A report that is not there yet has nothing open.
        if self.report.starts_with("DiagnosticReport/")
            && let Some(open) = open(act, code, self.report)?
        {
            let changed = look(&open, |task| {
                let mut out = Object::of(task);
                out.set("priority", quoted(self.priority.code()));
                out.set("lastModified", quoted(&instant_text(act.now)));
                out.text()
            });
            return Ok(Draft { ty: "Task", id: open.id.to_text(), version: open.vid, json: changed.unwrap_or_default() });
        }
        Ok(Draft { ty: "Task", id: id.to_owned(), version: 0, json: self.task(act, code, due, role) })
    }

    fn task(&self, act: &Act<'_>, code: &str, due: Option<Instant>, role: Option<&str>) -> String {
        let mut out = Object::default();
        out.set("resourceType", quoted("Task"));
        out.set("extension", format!(r#"[{{"url":"{FOR}","valueString":{}}}]"#, quoted(&self.request.account)));
        out.set("basedOn", format!("[{}]", reference(&format!("ServiceRequest/{}", self.request.id))));
        out.set("status", quoted("requested"));
        out.set("intent", quoted("order"));
        out.set("priority", quoted(self.priority.code()));
        out.set("code", concept(TASK, code));
        out.set("focus", reference(self.report));
        out.set("for", reference(&format!("Patient/{}", self.request.patient)));
        out.set("authoredOn", quoted(&instant_text(act.now)));
        out.set("lastModified", quoted(&instant_text(act.now)));
        out.set("requester", act.by.clone());
        if let Some(role) = role {
            out.set("performerType", format!("[{}]", concept(ROLE, role)));
        }
        if let Some(due) = due {
            out.set("restriction", format!(r#"{{"period":{{"end":{}}}}}"#, quoted(&instant_text(due))));
        }
        out.text()
    }
}

/// What is open of a kind about a report.
fn open(act: &Act<'_>, code: &str, report: &str) -> Result<Option<Stored>, Fault> {
    let pairs = [("focus", report.to_owned()), ("code", format!("{TASK}|{code}")), ("status", "requested".into()), ("_count", "1".into())];
    let (query, _) = act.record.query(&[type_of("Task")?], &pairs.map(|(name, value)| (name.to_owned(), value)), Handling::Strict)?;
    Ok(act.record.search(&query)?.matches.into_iter().next())
}

/// What a Task is about: the patient and the request.
pub fn about(task: &Stored) -> Option<(String, String)> {
    look(task, |task| {
        let request = task.reference("basedOn.reference", "ServiceRequest")?.into_owned();
        Some((task.reference("for.reference", "Patient")?.into_owned(), request))
    })
    .flatten()
}

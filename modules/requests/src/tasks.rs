//! What a result makes others do: read it, and be told of it if it is critical.

use crate::request::{Request, TASK};
use crate::run::{Act, type_of};
use rihla_clinical::{Object, concept, quoted, reference};
use rihla_fhir::view::Look;
use rihla_kernel::{Fault, Instant};
use rihla_packs::{Callback, Priority};
use rihla_store::Stored;
use rihla_store::backend::Step;
use rihla_store::body::instant_text;
use rihla_store::query::Handling;
use rihla_web::look;

pub const ACKNOWLEDGE: &str = "acknowledge";
pub const CALL: &str = "critical-call";
/// The system of roles, for whom to tell.
pub const ROLE: &str = "urn:rihla:role";
/// The mark of the account that a result is for.
pub const FOR: &str = "urn:rihla:extension:for-account";

/// A result that was filed.
pub struct Fresh<'f> {
    pub request: &'f Request,
    pub report: &'f str,
    pub priority: Priority,
    /// Somebody has to be told at once.
    pub critical: bool,
    /// Ids for the Tasks.
    pub ids: [&'f str; 2],
}

impl Fresh<'_> {
    /// What is to be written beside it. What is still open of an earlier version stays, as soon as it is now.
    pub fn steps(&self, act: &Act<'_>, callback: &Callback) -> Result<Vec<Step>, Fault> {
        let [reading, telling] = self.ids;
        let mut steps = vec![self.one(act, ACKNOWLEDGE, reading, None, None)?];
        if self.critical {
            let due = Instant(act.now.0 + i64::from(callback.minutes) * 60_000);
            steps.push(self.one(act, CALL, telling, Some(due), callback.roles.first().map(String::as_str))?);
        }
        Ok(steps)
    }

    fn one(&self, act: &Act<'_>, code: &str, id: &str, due: Option<Instant>, role: Option<&str>) -> Result<Step, Fault> {
        if let Some(open) = open(act, code, self.report)? {
            let changed = look(&open, |task| {
                let mut out = Object::of(task);
                out.set("priority", quoted(self.priority.code()));
                out.set("lastModified", quoted(&instant_text(act.now)));
                out.text()
            });
            return act.amended("Task", &open.id.to_text(), open.vid, &changed.unwrap_or_default());
        }
        let mut out = Object::default();
        out.set("resourceType", quoted("Task"));
        out.set("extension", format!(r#"[{{"url":"{FOR}","valueString":{}}}]"#, quoted(&self.request.account)));
        out.set("basedOn", format!("[{}]", reference(&format!("ServiceRequest/{}", self.request.id))));
        out.set("status", quoted("requested"));
        out.set("intent", quoted("order"));
        out.set("priority", quoted(self.priority.code()));
        out.set("code", concept(TASK, code));
        out.set("focus", reference(&format!("DiagnosticReport/{}", self.report)));
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
        act.made(id, &out.text())
    }
}

/// What is open of a kind about a report.
fn open(act: &Act<'_>, code: &str, report: &str) -> Result<Option<Stored>, Fault> {
    let pairs = [("focus", format!("DiagnosticReport/{report}")), ("code", format!("{TASK}|{code}")), ("status", "requested".into()), ("_count", "1".into())];
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

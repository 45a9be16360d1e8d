//! Taking a step: read, decide, commit both halves at once. Of two who are at it, one is told.

use super::record::{Doable, Request, Signed, doing, step_json, stepped, task_json, task_stepped};
use super::state::{Move, Phase};
use super::{look, refusal};
use crate::Draft;
use rihla_fhir::json::{Limits, Value, parse};
use rihla_fhir::r4::{TypeId, tables};
use rihla_kernel::{Fault, FaultKind, Instant, Lang};
use rihla_store::backend::{Expect, Name, Step};
use rihla_store::body::instant_text;
use rihla_store::query::Handling;
use rihla_store::{Scoped, Stored};

/// The longest reason, in letters.
pub const REASON: usize = 300;

/// One act of one person on the record.
pub struct Act<'a> {
    pub record: &'a Scoped,
    pub now: Instant,
    /// A Reference to whoever acts, as JSON.
    pub by: String,
    /// The mark of their account.
    pub account: String,
    pub lang: Lang,
}

/// What somebody wants of a request.
#[derive(Default)]
pub struct Wanted<'w> {
    /// The version that was on screen; what was decided on another is not done.
    pub seen: Option<u32>,
    pub reason: &'w str,
    /// When it was, if it was earlier.
    pub at: Option<Instant>,
    /// Of a draft that is signed: the id for its Task, and when it is due.
    pub task: Option<(&'w str, Instant)>,
}

impl Act<'_> {
    pub fn request(&self, id: &str) -> Result<Request, Fault> {
        let stored = self.record.read(type_of("ServiceRequest")?, id)?;
        let task = self.task_of(id)?;
        Request::read(&stored, task.as_ref(), self.lang).ok_or_else(refusal::state)
    }

    /// The Task of doing a request.
    pub fn task_of(&self, id: &str) -> Result<Option<Stored>, Fault> {
        let pairs = [("focus", format!("ServiceRequest/{id}")), ("code", doing()), ("_count", "1".into())];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value));
        let (query, _) = self.record.query(&[type_of("Task")?], &pairs, Handling::Strict)?;
        Ok(self.record.search(&query)?.matches.into_iter().next())
    }

    /// Takes a step, and writes what belongs to it in the same commit.
    pub async fn step(&self, id: &str, step: Move, wanted: &Wanted<'_>, more: Vec<Step>) -> Result<Request, Fault> {
        let before = self.request(id)?;
        if wanted.seen.is_some_and(|seen| seen != before.version) {
            return Err(refusal::changed());
        }
        let to = before.phase.after(step).ok_or_else(refusal::state)?;
        let reason = line(wanted.reason);
        if (step.needs_reason() && reason.is_empty()) || reason.chars().count() > REASON {
            return Err(refusal::reason());
        }
        let at = match wanted.at {
            Some(told) => self.told_time(&before, told)?,
            None => self.now,
        };
        let signed = Signed { at, recorded: self.now, by: &self.by, account: &self.account, reason: &reason };
        let mut steps = vec![self.put_request(&before, to, step, &signed)?];
        steps.extend(self.put_task(&before, to, step, &signed, wanted.task)?);
        steps.extend(more);
        match self.record.commit(steps, Vec::new(), Vec::new()).await {
            Ok(_) => self.request(id),
            Err(fault) if matches!(fault.kind, FaultKind::PreconditionFailed | FaultKind::Conflict) => Err(refusal::changed()),
            Err(fault) => Err(fault),
        }
    }

    fn put_request(&self, before: &Request, to: Phase, step: Move, signed: &Signed<'_>) -> Result<Step, Fault> {
        let ty = type_of("ServiceRequest")?;
        let stored = self.record.read(ty, &before.id)?;
        let json = look(&stored, |value| stepped(value, to, &step_json(step, signed))).ok_or_else(refusal::state)?;
        self.amended("ServiceRequest", &before.id, before.version, &json)
    }

    fn put_task(&self, before: &Request, to: Phase, step: Move, signed: &Signed<'_>, new: Option<(&str, Instant)>) -> Result<Option<Step>, Fault> {
        if let Some((id, version)) = &before.task {
            let stored = self.record.read(type_of("Task")?, id)?;
            let json = look(&stored, |value| task_stepped(value, to, step, signed)).ok_or_else(refusal::state)?;
            return self.amended("Task", id, *version, &json).map(Some);
        }
        match (step, new) {
            (Move::Sign, Some((id, due))) => {
                let of = Doable {
                    request: &before.id,
                    patient: &before.patient,
                    stay: before.stay.as_deref(),
                    kind: &before.kind,
                    priority: before.priority,
                    due,
                    now: self.now,
                    by: signed.by,
                };
                self.made(id, &task_json(&of)).map(Some)
            }
            (Move::Cancel | Move::Strike, _) if before.phase == Phase::Draft => Ok(None),
            _ => Err(refusal::foreign()),
        }
    }

    /// What a request and its Task become by several steps at once, told by somebody who took them elsewhere: none is skipped.
    /// `note`: what the Task says besides (`Task.businessStatus`), as JSON.
    pub fn told(&self, before: &Request, steps: &[Move], at: Instant, reason: &str, note: Option<&str>) -> Result<Vec<Draft>, Fault> {
        let (id, version) = before.task.clone().ok_or_else(refusal::foreign)?;
        let mut request = text_of(&self.record.read(type_of("ServiceRequest")?, &before.id)?)?;
        let mut task = text_of(&self.record.read(type_of("Task")?, &id)?)?;
        let mut phase = before.phase;
        let signed = Signed { at: self.between(before, at), recorded: self.now, by: &self.by, account: &self.account, reason };
        for step in steps {
            phase = phase.after(*step).ok_or_else(refusal::state)?;
            request = changed(&request, |value| stepped(value, phase, &step_json(*step, &signed)))?;
            task = changed(&task, |value| task_stepped(value, phase, *step, &signed))?;
        }
        if let Some(note) = note {
            task = changed(&task, |value| {
                let mut out = crate::Object::of(value);
                out.set("lastModified", crate::quoted(&instant_text(self.now)));
                out.set("businessStatus", note.to_owned());
                out.text()
            })?;
        }
        let mut drafts = vec![Draft { ty: "Task", id, version, json: task }];
        if !steps.is_empty() {
            drafts.insert(0, Draft { ty: "ServiceRequest", id: before.id.clone(), version: before.version, json: request });
        }
        Ok(drafts)
    }

    /// The real time of a step that is entered afterwards: people tell minutes, so that the minute of the step before is that
    /// step's time.
    fn told_time(&self, before: &Request, told: Instant) -> Result<Instant, Fault> {
        const MINUTE: i64 = 60_000;
        let last = rihla_fhirpath::parse_date(before.since(), self.record.zone()).map_or(told, |span| Instant(span.lo));
        if told > self.now || told.0 + MINUTE <= last.0 {
            return Err(refusal::time());
        }
        Ok(told.max(last))
    }

    /// A time that another clock tells, not before the last step and not after now.
    fn between(&self, before: &Request, at: Instant) -> Instant {
        let last = rihla_fhirpath::parse_date(before.since(), self.record.zone()).map_or(at, |span| Instant(span.lo));
        Instant(at.0.max(last.0).min(self.now.0))
    }

    /// A draft of this crate as a step of a commit: new under an id that was reserved, or the next version.
    pub fn put(&self, draft: &Draft) -> Result<Step, Fault> {
        if draft.version == 0 { self.made(&draft.id, &draft.json) } else { self.amended(draft.ty, &draft.id, draft.version, &draft.json) }
    }

    /// A new resource under an id that was reserved for it.
    pub fn made(&self, id: &str, json: &str) -> Result<Step, Fault> {
        let (ty, content) = self.record.made(json.as_bytes())?;
        Ok(Step::Put { ty: ty.0, name: Name::Id(id.into()), expect: Expect::Absent, content })
    }

    /// The next version of one that is there.
    pub fn amended(&self, ty: &str, id: &str, version: u32, json: &str) -> Result<Step, Fault> {
        let ty = type_of(ty)?;
        let content = self.record.amended(ty, id, version, json.as_bytes())?;
        Ok(Step::Put { ty: ty.0, name: Name::Id(id.into()), expect: Expect::Version(version), content })
    }
}

fn text_of(stored: &Stored) -> Result<String, Fault> {
    look(stored, crate::written).ok_or_else(refusal::state)
}

fn changed(json: &str, how: impl FnOnce(Value<'_>) -> String) -> Result<String, Fault> {
    let doc = parse(json.as_bytes(), &Limits { values: usize::MAX, ..Limits::default() }).map_err(|_| refusal::state())?;
    Ok(how(doc.root()))
}

/// One line of what was typed.
pub fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn type_of(name: &str) -> Result<TypeId, Fault> {
    tables().resource_type(name).ok_or_else(|| Fault::new(FaultKind::Internal, "RH-TABLES", "The R4 tables lack a type of requests."))
}

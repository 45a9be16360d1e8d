//! Taking a step: read, decide, commit both halves at once. Of two who are at it, one is told.

use crate::refusal;
use crate::request::{Doable, Request, Signed, doing, step_json, stepped, task_json, task_stepped};
use crate::state::{Move, Phase};
use rihla_fhir::r4::{TypeId, tables};
use rihla_kernel::{Fault, FaultKind, Instant, Lang};
use rihla_store::backend::{Expect, Name, Step};
use rihla_store::query::Handling;
use rihla_store::{Scoped, Stored};
use rihla_web::look;

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
    fn task_of(&self, id: &str) -> Result<Option<Stored>, Fault> {
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
        let at = wanted.at.unwrap_or(self.now);
        let last = before.steps.last().map_or(before.asked_at.as_str(), |step| step.at.as_str());
        if at > self.now || (wanted.at.is_some() && rihla_store::body::instant_text(at).as_str() < last) {
            return Err(refusal::time());
        }
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

/// One line of what was typed.
pub fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn type_of(name: &str) -> Result<TypeId, Fault> {
    tables().resource_type(name).ok_or_else(|| Fault::new(FaultKind::Internal, "RH-TABLES", "The R4 tables lack a type of requests."))
}

//! What a handle leaves in the audit chain, and how the platform reads it (docs/decisions/0019-audit.md).

use crate::backend::{AccessAction, AccessNote, Hit, ResourceRow, Snapshot};
use crate::handle::{Scoped, Store, not_found};
use crate::key::ResKey;
use crate::trail::{self, Entry, EventKind, EventNote, Seen, TrailPage, TrailPlace, TrailQuestion};
use rihla_fhir::r4::{TypeId, tables};
use rihla_kernel::{Actor, Fault, Origin, Purpose};

/// Whose data are among resources: each patient once, in order.
pub(crate) fn patients_of<'h>(shown: impl Iterator<Item = &'h ResourceRow>) -> Vec<ResKey> {
    let mut patients: Vec<ResKey> = shown.map(|known| known.patient).filter(|patient| *patient > 0).collect();
    patients.sort_unstable();
    patients.dedup();
    patients
}

impl Scoped {
    /// The same handle, for a call that comes from there.
    #[must_use]
    pub fn from(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }

    /// From where this handle's actor asks.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The same handle, for another purpose.
    #[must_use]
    pub fn for_purpose(mut self, purpose: Purpose) -> Self {
        self.purpose = purpose;
        self
    }

    pub(crate) fn note(&self, action: AccessAction, ty: TypeId, res: ResKey, shown: u32, patients: Vec<ResKey>) {
        self.leave(AccessNote { patients, ..self.entry(action, ty, res, shown) });
    }

    fn entry(&self, action: AccessAction, ty: TypeId, res: ResKey, shown: u32) -> AccessNote {
        AccessNote {
            actor: self.actor().clone(),
            purpose: self.purpose(),
            origin: self.origin.clone(),
            action,
            denied: false,
            ty: ty.0,
            res,
            shown,
            patients: Vec::new(),
        }
    }

    fn leave(&self, note: AccessNote) {
        self.backend.note_access(note);
    }

    pub(crate) fn note_one(&self, hit: &Hit) {
        let patients = patients_of(std::iter::once(&hit.resource));
        self.note(AccessAction::Read, TypeId(hit.version.ty), hit.version.res, 1, patients);
    }

    pub(crate) fn note_hits<'h>(&self, ty: TypeId, res: ResKey, hits: impl Iterator<Item = &'h Hit> + Clone) {
        let shown = hits.clone().count() as u32;
        self.note(AccessAction::Execute, ty, res, shown, patients_of(hits.map(|hit| &hit.resource)));
    }

    pub(crate) fn note_refused(&self, action: AccessAction, ty: TypeId, res: ResKey, patients: Vec<ResKey>) {
        self.leave(AccessNote { denied: true, patients, ..self.entry(action, ty, res, 0) });
    }

    /// A version that was asked for by its id, if it may be shown. That it was asked for in vain is noted.
    pub(crate) fn let_see(&self, view: &dyn Snapshot, hit: Hit) -> Result<Hit, Fault> {
        if self.gate(view).lets(&hit)? {
            return Ok(hit);
        }
        let patients = patients_of(std::iter::once(&hit.resource));
        self.note_refused(AccessAction::Read, TypeId(hit.version.ty), hit.version.res, patients);
        Err(not_found())
    }
}

impl Scoped {
    /// Whether entries of the audit chain may be shown through this handle: AuditEvents of everybody are.
    pub fn may_audit(&self) -> bool {
        tables().resource_type("AuditEvent").is_some_and(|ty| self.scope.allows_type(ty.0) && self.scope.is_of_everybody(ty))
    }

    /// Entries of the audit chain, newest first, about a patient if one is named; `None`: not for this handle. That the trail
    /// was read is an event of it.
    pub fn trail(&self, patient: Option<&str>, question: &TrailQuestion) -> Result<Option<TrailPage>, Fault> {
        if !self.may_audit() {
            return Ok(None);
        }
        let view = self.backend.snapshot(None)?;
        let mut question = question.clone();
        if let Some(id) = patient {
            match view.find(self.indexer().patient_type(), id)? {
                Some(key) => question.patient = Some(key),
                None => return Ok(Some(TrailPage::default())),
            }
        }
        let shown = |entry: &Entry| !entry.patients().iter().any(|patient| self.scope.hides(*patient));
        let page = trail::search(self.backend.trail(), view.as_ref(), &question, &shown)?;
        if question.before.is_none() {
            self.backend.note_event(EventNote {
                kind: EventKind::TrailRead,
                actor: self.actor().clone(),
                purpose: self.purpose(),
                origin: self.origin.clone(),
                denied: false,
                patient: question.patient.unwrap_or(0),
                subject: "audit trail".into(),
                detail: "".into(),
            });
        }
        Ok(Some(page))
    }
}

/// An event as its edge tells it.
#[derive(Clone, Debug)]
pub struct Event<'e> {
    pub kind: EventKind,
    pub actor: Actor,
    pub origin: Origin,
    /// It was refused or failed.
    pub denied: bool,
    /// The id of the patient whom it is about.
    pub patient: Option<&'e str>,
    pub subject: &'e str,
    pub detail: &'e str,
}

impl Event<'_> {
    pub fn of(kind: EventKind, actor: Actor) -> Self {
        Self { kind, actor, origin: Origin::unknown(), denied: false, patient: None, subject: "", detail: "" }
    }
}

impl Store {
    /// Leaves an event in the audit chain; durable as reads are.
    pub fn note_event(&self, event: &Event<'_>) {
        let ty = TypeId(self.indexer().patient_type());
        let patient = event.patient.and_then(|id| self.key_for_platform(ty, id).ok().flatten()).unwrap_or(0);
        self.backend.note_event(EventNote {
            kind: event.kind,
            actor: event.actor.clone(),
            purpose: Purpose::SystemAdministration,
            origin: event.origin.clone(),
            denied: event.denied,
            patient,
            subject: event.subject.into(),
            detail: event.detail.into(),
        });
    }

    /// For those who may audit only: entries of the chain, newest first. That they were read is the caller's to note.
    pub fn trail(&self, question: &TrailQuestion) -> Result<TrailPage, Fault> {
        let view = self.backend.snapshot(None)?;
        trail::search(self.backend.trail(), view.as_ref(), question, &|_| true)
    }

    /// Entries of the chain after a place, oldest first: for the platform's own way out of this machine.
    pub fn follow_trail(&self, after: TrailPlace, limit: usize) -> Result<Vec<Seen>, Fault> {
        let view = self.backend.snapshot(None)?;
        trail::follow(self.backend.trail(), view.as_ref(), after, limit)
    }

    /// The last link of the audit chain and its hash; (0, nothing) of an empty one.
    pub fn trail_end(&self) -> Result<(i64, Vec<u8>), Fault> {
        self.backend.trail().end()
    }
}

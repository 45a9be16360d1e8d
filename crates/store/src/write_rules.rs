//! What a handle may write: types, patients, and what is written in a resource.

use crate::backend::{AccessAction, Hit, LogicalId, Name, ResourceRow, Snapshot, Step, VersionRow};
use crate::body::{meta_of, parts_of};
use crate::handle::Scoped;
use crate::key::ResKey;
use crate::prepared::Prepared;
use crate::scope::{AccessScope, Act};
use crate::search::Gate;
use rihla_fhir::r4::{TypeId, tables};
use rihla_kernel::{Fault, FaultKind, Hlc, SiteId};
use std::collections::BTreeSet;
use std::sync::Arc;

fn not_allowed(ty: TypeId) -> Fault {
    let name = tables().type_name(ty);
    Fault::new(FaultKind::Forbidden, "RH-STORE-NOT-ALLOWED", format!("You may not write this {name}, or not about this patient. Nothing was kept."))
}

impl Scoped {
    /// The same handle, which writes by scopes of their own: for creating, updating and deleting. What it shows stays as it is.
    pub fn writing(mut self, scopes: [AccessScope; 3]) -> Self {
        self.writes = Some(Arc::new(scopes));
        self
    }

    pub(crate) fn writes_everything(&self) -> bool {
        self.writes.as_deref().map_or_else(|| self.scope.is_everything(), |scopes| scopes.iter().all(AccessScope::is_everything))
    }

    fn gate_of<'g>(&'g self, view: &'g dyn Snapshot, scope: &'g AccessScope) -> Gate<'g> {
        Gate { scope, ..self.gate(view) }
    }

    fn scope_of(&self, act: Act) -> &AccessScope {
        let own = self.writes.as_deref().and_then(|scopes| scopes.iter().zip(Act::ALL).find(|(_, known)| *known == act));
        own.map_or(&self.scope, |(scope, _)| scope)
    }

    /// Whether all steps may be taken by this handle. Decided on what is there now; the writer asks again.
    pub(crate) fn may_write(&self, view: &dyn Snapshot, steps: &[StepRule]) -> Result<(), Fault> {
        self.first_refused(view, steps)?.map_or(Ok(()), |step| Err(not_allowed(step.ty)))
    }

    fn first_refused<'r>(&self, view: &dyn Snapshot, steps: &'r [StepRule]) -> Result<Option<&'r StepRule>, Fault> {
        let made: BTreeSet<&str> = steps.iter().filter(|step| step.ty.0 == self.indexer().patient_type()).map(|step| step.id.as_str()).collect();
        for step in steps {
            if !self.may_take(view, step, &made)? {
                return Ok(Some(step));
            }
        }
        Ok(None)
    }

    /// The same, for who asks; that it was refused is noted with whom it would have been about.
    pub(crate) fn may_write_or_noted(&self, view: &dyn Snapshot, steps: &[StepRule]) -> Result<(), Fault> {
        let Some(refused) = self.first_refused(view, steps)? else { return Ok(()) };
        let there = view.find(refused.ty.0, &refused.id)?;
        let known = there.map_or(Ok(None), |res| view.resource(res))?;
        let home = refused.writes.as_ref().and_then(|written| written.home.as_deref());
        let home = home.map_or(Ok(None), |home| view.find(self.indexer().patient_type(), home))?;
        let action = match (&refused.writes, &known) {
            (None, _) => AccessAction::Delete,
            (Some(_), Some(known)) if known.row > 0 => AccessAction::Update,
            (Some(_), _) => AccessAction::Create,
        };
        let (res, own) = known.map_or((0, 0), |known| (known.res, known.patient));
        let patients: BTreeSet<ResKey> = [own, home.unwrap_or(0)].into_iter().filter(|patient| *patient > 0).collect();
        self.note_refused(action, refused.ty, res, patients.into_iter().collect());
        Err(not_allowed(refused.ty))
    }

    fn may_take(&self, view: &dyn Snapshot, step: &StepRule, made: &BTreeSet<&str>) -> Result<bool, Fault> {
        let present = match view.find(step.ty.0, &step.id)? {
            Some(res) => view.current(res, true)?,
            None => None,
        };
        let there = present.as_ref().filter(|hit| !hit.version.deleted);
        let act = match (&step.writes, there) {
            (None, _) => Act::Delete,
            (Some(_), Some(_)) => Act::Update,
            (Some(_), None) => Act::Create,
        };
        let scope = self.scope_of(act);
        if !scope.allows_act(step.ty.0, act) {
            return Ok(false);
        }
        // What was deleted is judged as well: its id is not free for whoever could not see it.
        if let Some(hit) = &present
            && !self.gate_of(view, scope).lets(hit)?
        {
            return Ok(false);
        }
        // What was taken out of a step cannot be judged.
        if step.writes.as_ref().is_some_and(|written| written.body.is_empty()) {
            return Ok(false);
        }
        if let Some(written) = &step.writes
            && !keeps_the_rest(scope, step.ty, &written.body, there.map(|hit| hit.body.as_slice()))
        {
            return Ok(false);
        }
        match &step.writes {
            Some(written) => self.may_hold(view, scope, step.ty, written, made),
            None => Ok(true),
        }
    }

    /// Whether the new content is about a patient of this handle, and of a kind that it may see.
    fn may_hold(&self, view: &dyn Snapshot, scope: &AccessScope, ty: TypeId, written: &Written, made: &BTreeSet<&str>) -> Result<bool, Fault> {
        let patient = match &written.home {
            Some(home) => view.find(self.indexer().patient_type(), home)?,
            None => None,
        };
        if patient.is_some_and(|patient| scope.hides(patient)) {
            return Ok(false);
        }
        if let Some(patients) = scope.patients_of(ty) {
            // A patient who is made in the same transaction is the handle's own.
            let own = written.home.as_deref().is_some_and(|home| made.contains(home));
            if !own && !patient.is_some_and(|patient| patients.contains(patient)) {
                return Ok(false);
            }
        }
        self.gate_of(view, scope).lets_content(&as_hit(ty, patient.unwrap_or(0), &written.body))
    }
}

/// Whether new content leaves alone what a handle is not shown, what it may not touch, and what is in a state that is not
/// its own.
fn keeps_the_rest(scope: &AccessScope, ty: TypeId, new: &[u8], there: Option<&[u8]>) -> bool {
    let same = |wanted: &dyn Fn(&str) -> bool| parts_of(new, wanted) == there.map(|old| parts_of(old, wanted)).unwrap_or_default();
    if !is_written_as(scope.written_as(ty.0), new) || there.is_some_and(|old| !is_written_as(scope.written_as(ty.0), old)) {
        return false;
    }
    let unseen = scope.omits(ty.0).is_none_or(|names| same(&|name| names.contains(name)));
    // What there is of meta is part of what may not be touched.
    let untouched = |names: &BTreeSet<String>| same(&|name| !names.contains(name)) && there.is_none_or(|old| meta_of(old) == meta_of(new));
    unseen && scope.touches(ty.0).is_none_or(untouched)
}

/// Whether a body has one of the texts that are asked for in each element that is named.
fn is_written_as(wanted: &[(String, BTreeSet<String>)], body: &[u8]) -> bool {
    if wanted.is_empty() {
        return true;
    }
    let parts = parts_of(body, |name| wanted.iter().any(|(element, _)| element == name));
    let has = |(element, texts): &(String, BTreeSet<String>)| parts.get(element).is_some_and(|found| texts.contains(found.trim_matches('"')));
    wanted.iter().all(has)
}

/// What the rules have to know of a step, taken before the step goes to the writer.
pub(crate) struct StepRule {
    ty: TypeId,
    id: String,
    /// `None`: a deletion.
    writes: Option<Written>,
}

struct Written {
    home: Option<String>,
    body: Vec<u8>,
}

impl StepRule {
    pub fn of(step: &Step) -> Self {
        match step {
            Step::Put { ty, name, content, .. } => {
                let id = match name {
                    Name::New(id) => id.to_text(),
                    Name::Id(id) => id.to_string(),
                };
                Self { ty: TypeId(*ty), id, writes: Some(Written::of(content)) }
            }
            Step::Delete { ty, id, .. } => Self { ty: TypeId(*ty), id: id.to_string(), writes: None },
        }
    }
}

impl Written {
    fn of(content: &Prepared) -> Self {
        Self { home: content.home.as_deref().map(str::to_owned), body: content.body.clone() }
    }
}

/// Content that is not written yet, in the form in which it would be judged.
fn as_hit(ty: TypeId, patient: ResKey, body: &[u8]) -> Hit {
    let version = VersionRow { row: 0, res: 0, ty: ty.0, vid: 1, deleted: false, hlc: Hlc::ZERO, actor: 0, site: SiteId(0), prev: 0 };
    let resource = ResourceRow { res: 0, ty: ty.0, row: 0, patient, id: LogicalId::Chosen("new".into()) };
    Hit { version, resource, body: body.to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::to_stored;
    use rihla_fhir::json::{Edits, Limits, parse};

    fn stored(members: &str) -> Vec<u8> {
        let text = format!(r#"{{"resourceType":"Composition"{}{members}}}"#, if members.is_empty() { "" } else { "," });
        to_stored(parse(text.as_bytes(), &Limits::default()).expect("json").root(), &Edits::default())
    }

    /// R15
    #[test]
    fn what_is_written_in_one_state_alone_has_it() {
        let wanted = [("status".to_owned(), BTreeSet::from(["preliminary".to_owned(), "registered".to_owned()]))];
        let is = |members: &str| is_written_as(&wanted, &stored(members));
        assert!(is(r#""status":"preliminary""#) && is(r#""title":"x","status":"registered""#));
        assert!(!is(r#""status":"final""#) && !is(r#""title":"preliminary""#) && !is(r#""_status":"preliminary""#));
        assert!(is_written_as(&[], &stored("")));
    }
}

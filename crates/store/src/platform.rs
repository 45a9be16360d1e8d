//! What the platform itself may ask without an actor: *that* something changed, never what.
//!
//! One hub reads the feed for all live screens. It shows nothing by itself: for each subscriber it asks that one's handle
//! ([`Scoped::may_see`], no look-up) before it says a word, and what the subscriber then reads is read through the handle.
//! Modules are given a [`Scoped`] handle and no [`Store`], so none of this is within their reach.

use crate::backend::{AccessAction, LogicalId, Snapshot, VersionRow};
use crate::feed::Change;
use crate::handle::{Scoped, Store};
use crate::key::{ResKey, Row};
use rihla_fhir::r4::TypeId;
use rihla_kernel::{Actor, Fault};

/// That something changed, whoever may know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlatformChange {
    pub change: Change,
    /// The id of the patient that it belongs to; a Patient's own id for a Patient.
    pub patient: Option<LogicalId>,
    home: ResKey,
}

impl Store {
    /// For the platform's own hub only: the next changes after a row, whoever may see them, and the row to go on from.
    /// It leaves no audit entry, since nobody is shown anything by it.
    pub fn feed_for_platform(&self, after: Row, limit: usize) -> Result<(Vec<PlatformChange>, Row), Fault> {
        let view = self.backend.snapshot(None)?;
        let versions = view.versions_after(after, limit)?;
        let reached = versions.last().map_or(after, |last| last.row);
        let mut changes = Vec::with_capacity(versions.len());
        for version in versions {
            changes.extend(platform_change(view.as_ref(), version)?);
        }
        Ok((changes, reached))
    }
}

impl Store {
    /// For the platform's own rules only: the key by which scopes name a resource.
    pub fn key_for_platform(&self, ty: TypeId, id: &str) -> Result<Option<ResKey>, Fault> {
        self.backend.snapshot(None)?.find(ty.0, id)
    }

    /// For the platform's own ways out only: who stands behind the number of a version's actor.
    pub fn party_for_platform(&self, number: u32) -> Result<Option<Actor>, Fault> {
        self.backend.trail().party(number)
    }
}

fn platform_change(view: &dyn Snapshot, version: VersionRow) -> Result<Option<PlatformChange>, Fault> {
    let Some(hit) = view.hit(version.row, false)? else { return Ok(None) };
    let home = hit.resource.patient;
    let patient = match home {
        0 => None,
        own if own == hit.resource.res => Some(hit.resource.id.clone()),
        other => view.resource(other)?.map(|known| known.id),
    };
    Ok(Some(PlatformChange { change: Change::of(&version, hit.resource.id), patient, home }))
}

impl Scoped {
    /// Whether this handle may know of a change. It looks nothing up and leaves no audit entry: reading what changed does.
    pub fn may_see(&self, change: &PlatformChange) -> bool {
        self.scope.allows_that(change.change.ty.0, change.change.site, change.home)
    }

    /// Whether this handle may see the version of a row. It leaves no audit entry: [`Scoped::at_row`] does when it is read.
    pub fn allows(&self, row: Row) -> Result<bool, Fault> {
        let view = self.backend.snapshot(None)?;
        Ok(self.gate(view.as_ref()).pass(view.hit(row, false)?)?.is_some())
    }
}

impl Scoped {
    /// Whether anything of a patient may be shown besides who they are. It tells nothing of them and leaves no audit entry.
    pub fn reaches(&self, patient: &str) -> Result<bool, Fault> {
        let found = self.backend.snapshot(None)?.find(self.indexer().patient_type(), patient)?;
        Ok(found.is_some_and(|key| self.scope.reaches(key)))
    }

    /// Whether anything of a type may be shown.
    pub fn shows(&self, ty: TypeId) -> bool {
        self.scope.allows_type(ty.0)
    }

    /// Names what this handle may see: two of one fingerprint are shown the same.
    pub fn scope_fingerprint(&self) -> u64 {
        self.scope.fingerprint()
    }

    /// Leaves the audit entry of something that this handle's actor was shown without reading it: a live screen sends what
    /// it read once to all who may see the same. Nothing under that id: nothing was shown.
    pub fn note_shown(&self, patient: &str) {
        let ty = TypeId(self.indexer().patient_type());
        let found = self.backend.snapshot(None).and_then(|view| view.find(ty.0, patient));
        if let Ok(Some(res)) = found {
            self.note(AccessAction::Read, ty, res, 1, vec![res]);
        }
    }
}

impl Change {
    pub(crate) fn of(version: &VersionRow, id: LogicalId) -> Self {
        Self { ty: TypeId(version.ty), id, vid: version.vid, deleted: version.deleted, at: version.hlc.instant(), site: version.site, row: version.row }
    }
}

//! Everybody, for the platform's own index of who may be one person: read in the order in which they were written, and from
//! then on what changed.

use super::fill::type_range;
use crate::handle::{Store, Stored};
use crate::key::{KeyBuf, ResKey, Row, row_of};
use crate::scope::AccessScope;
use rihla_fhir::r4::TypeId;
use rihla_kernel::Fault;

/// A Patient as it stands now.
#[derive(Clone, Debug)]
pub struct PlatformPatient {
    pub key: ResKey,
    pub stored: Stored,
}

impl Store {
    /// For the platform's own rules only: Patients whose present version was written after a row, and the row to go on from;
    /// at most `limit` versions are looked at. The same row as was given: there is no more. It leaves no audit entry, since
    /// nobody is shown anything by it.
    pub fn patients_for_platform(&self, beyond: Row, limit: usize) -> Result<(Vec<PlatformPatient>, Row), Fault> {
        let view = self.backend.snapshot(None)?;
        let mut keys = KeyBuf::new();
        view.scan(&type_range(self.indexer().patient_type(), beyond), false, limit, &mut keys)?;
        let (mut out, mut reached) = (Vec::with_capacity(keys.len()), beyond);
        for row in keys.iter().map(row_of).filter(|row| *row <= view.tick()) {
            reached = row;
            if !view.is_current(row) {
                continue;
            }
            if let Some(hit) = view.hit(row, true)? {
                out.push(PlatformPatient { key: hit.resource.res, stored: Stored::of_hit(hit, &AccessScope::everything()) });
            }
        }
        Ok((out, reached))
    }

    /// For the platform's own rules only: the Patient of a key as it stands now; none if it is no Patient, or not any more.
    pub fn patient_for_platform(&self, key: ResKey) -> Result<Option<Stored>, Fault> {
        let view = self.backend.snapshot(None)?;
        let hit = view.current(key, true)?.filter(|hit| TypeId(hit.version.ty) == TypeId(self.indexer().patient_type()) && !hit.version.deleted);
        Ok(hit.map(|hit| Stored::of_hit(hit, &AccessScope::everything())))
    }
}

/// A version as the platform's own views take it in.
#[derive(Clone, Debug)]
pub struct PlatformVersion {
    pub key: ResKey,
    pub stored: Stored,
}

impl Store {
    /// For the platform's own views only: versions of some types that were written after a row, oldest first, and the row to go
    /// on from; at most `limit` versions are looked at. Of `whole` types every version is given, of the others the newest. It
    /// leaves no audit entry, since nobody is shown anything by it.
    pub fn versions_for_platform(&self, after: Row, limit: usize, types: &[TypeId], whole: &[TypeId]) -> Result<(Vec<PlatformVersion>, Row), Fault> {
        let view = self.backend.snapshot(None)?;
        let versions = view.versions_after(after, limit)?;
        let (mut out, mut reached) = (Vec::new(), after);
        for version in versions {
            reached = version.row;
            let ty = TypeId(version.ty);
            let newest = || Ok::<_, Fault>(view.is_current(version.row) || version.deleted);
            if !types.contains(&ty) || !(whole.contains(&ty) || newest()?) {
                continue;
            }
            if let Some(hit) = view.hit(version.row, true)? {
                out.push(PlatformVersion { key: hit.resource.res, stored: Stored::of_hit(hit, &AccessScope::everything()) });
            }
        }
        Ok((out, reached))
    }

    /// For the platform's own views only: the type and id behind a key.
    pub fn named_for_platform(&self, key: ResKey) -> Result<Option<(TypeId, String)>, Fault> {
        Ok(self.backend.snapshot(None)?.resource(key)?.map(|row| (TypeId(row.ty), row.id.to_text())))
    }
}

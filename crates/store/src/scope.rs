//! What an actor may see. Compiled once for a handle and asked for every version that would be shown.

use crate::backend::{Hit, TypeKey};
use crate::key::ResKey;
use rihla_kernel::SiteId;
use roaring::RoaringBitmap;
use std::collections::BTreeSet;

/// A limit on what a handle gives. Each part that is set narrows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AccessScope {
    types: Option<BTreeSet<TypeKey>>,
    sites: Option<BTreeSet<SiteId>>,
    /// Home patients; what belongs to no patient is not limited by it.
    patients: Option<RoaringBitmap>,
}

impl AccessScope {
    /// Everything: the node itself, and every caller until accounts exist.
    pub fn everything() -> Self {
        Self::default()
    }

    pub fn only_types(mut self, types: impl IntoIterator<Item = TypeKey>) -> Self {
        self.types = Some(types.into_iter().collect());
        self
    }

    pub fn only_sites(mut self, sites: impl IntoIterator<Item = SiteId>) -> Self {
        self.sites = Some(sites.into_iter().collect());
        self
    }

    pub fn only_patients(mut self, patients: impl IntoIterator<Item = ResKey>) -> Self {
        self.patients = Some(patients.into_iter().collect());
        self
    }

    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    pub fn allows(&self, hit: &Hit) -> bool {
        self.allows_that(hit.version.ty, hit.version.site, hit.resource.patient)
    }

    /// The same for a version of which no more is known. `patient`: its home patient, or 0.
    pub fn allows_that(&self, ty: TypeKey, site: SiteId, patient: ResKey) -> bool {
        self.allows_type(ty)
            && self.sites.as_ref().is_none_or(|sites| sites.contains(&site))
            && self.patients.as_ref().is_none_or(|patients| patient == 0 || patients.contains(patient))
    }

    /// The only patients whose data are let through; `None`: no limit by patient.
    pub(crate) fn patients(&self) -> Option<&RoaringBitmap> {
        self.patients.as_ref()
    }

    pub fn allows_type(&self, ty: TypeKey) -> bool {
        self.types.as_ref().is_none_or(|types| types.contains(&ty))
    }

    /// Names the scope, so that a cursor made under other rights is refused.
    pub fn fingerprint(&self) -> u64 {
        let mut hash = 0xcbf2_9ce4_8422_2325u64;
        let mut add = |value: u64| hash = (hash ^ value).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23);
        for (mark, values) in [
            (1, self.types.as_ref().map(|types| types.iter().map(|ty| u64::from(*ty)).collect::<Vec<_>>())),
            (2, self.sites.as_ref().map(|sites| sites.iter().map(|site| u64::from(site.0)).collect())),
            (3, self.patients.as_ref().map(|patients| patients.iter().map(u64::from).collect())),
        ] {
            if let Some(values) = values {
                add(mark);
                values.into_iter().for_each(&mut add);
            }
        }
        hash
    }
}

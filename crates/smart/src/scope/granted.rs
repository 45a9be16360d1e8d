//! What a token was granted, as limits on the record.

use super::limits::{Limits, Show};
use super::{Acts, Level, ScopeSet};
use rihla_fhir::r4::{TypeId, tables};
use rihla_kernel::Fault;
use rihla_store::Scoped;
use rihla_store::scope::{AccessScope, Act};
use roaring::RoaringBitmap;
use std::sync::Arc;

/// An interaction with a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// By id, of a version, or the history of one resource: `r`.
    Read,
    /// Over a type or all, also its history, and what conditional writes look for: `s`.
    Search,
    Write(Act),
}

impl Asked {
    fn acts(self) -> Acts {
        match self {
            Self::Read => Acts::READ,
            Self::Search => Acts::SEARCH,
            Self::Write(act) => Acts::of(act),
        }
    }
}

/// Scopes of a token, and the patient that they are about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Granted {
    pub scopes: ScopeSet,
    /// The id of the patient of the context.
    pub patient: Option<String>,
}

impl Granted {
    /// Whether anything of a type was granted for an interaction; of what, [`Self::narrow_for`] tells.
    pub fn permits(&self, ty: TypeId, asked: Asked) -> bool {
        let reached = |level: Level| level != Level::Patient || self.patient.is_some();
        self.scopes.resources().any(|one| one.is_of(ty) && one.acts.has(asked.acts()) && reached(one.level))
    }

    /// What of a person's own rights a handle may use that serves interactions of all kinds: it shows what may be both read
    /// and searched, and lets be written what is granted so for all that a type shows. Never more than `own`.
    ///
    /// `node`: a handle that sees the patient of the context and reads questions, such as the node's own.
    pub fn narrow(&self, own: AccessScope, node: &Scoped) -> Result<AccessScope, Fault> {
        self.narrowed(&Show::Everything, own, node)
    }

    /// The same for a handle that serves one interaction, exactly as it was granted.
    pub fn narrow_for(&self, asked: Asked, own: AccessScope, node: &Scoped) -> Result<AccessScope, Fault> {
        let show = match asked {
            Asked::Write(act) => Show::One(asked.acts(), Some(act)),
            _ => Show::One(asked.acts(), None),
        };
        self.narrowed(&show, own, node)
    }

    fn narrowed(&self, show: &Show, own: AccessScope, node: &Scoped) -> Result<AccessScope, Fault> {
        let patient_type = tables().resource_type("Patient");
        let patient = match (&self.patient, patient_type) {
            (Some(id), Some(ty)) => node.key_of(ty, id)?.map(|key| (id.as_str(), Arc::new(RoaringBitmap::from_iter([key])))),
            _ => None,
        };
        let mut rules = Vec::new();
        for ty in tables().resource_types() {
            let limits = Limits { ty, patient: patient.as_ref(), own: &own, node };
            let granted = self.scopes.resources().filter(|one| one.is_of(ty));
            rules.extend(limits.rule(granted, show)?.map(|rule| (ty.0, rule)));
        }
        Ok(own.meet(&AccessScope::everything().with_rules(rules)))
    }
}

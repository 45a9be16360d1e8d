//! What a scope lets be asked: nothing about elements that it leaves out.

use crate::query::{Criterion, Sort, SortBy};
use crate::scope::AccessScope;
use rihla_fhir::r4::TypeId;
use rihla_fhirpath::{FieldUse, field};
use rihla_kernel::{Fault, FaultKind};

impl AccessScope {
    /// Refuses a question on what is not shown.
    pub(crate) fn may_ask(&self, ty: TypeId, criteria: &[Criterion], sort: &[Sort]) -> Result<(), Fault> {
        let sorted = sort.iter().all(|sort| match sort.by {
            SortBy::Param(param) => self.shows_fields(ty, &param.fields),
            SortBy::Id | SortBy::LastUpdated => true,
        });
        if sorted && criteria.iter().all(|criterion| self.may_ask_one(ty, criterion)) {
            return Ok(());
        }
        Err(Fault::new(FaultKind::Forbidden, "RH-SEARCH-NOT-ALLOWED", "The search asks about what you may not see. Leave that parameter out."))
    }

    fn may_ask_one(&self, ty: TypeId, criterion: &Criterion) -> bool {
        match criterion {
            Criterion::Any { fields, .. } | Criterion::Missing { fields, .. } => self.shows_fields(ty, fields),
            Criterion::Chain { fields, ty: of, inner } => self.shows_fields(ty, fields) && inner.iter().all(|one| self.may_ask_one(*of, one)),
            Criterion::Has { fields, ty: of, inner } => self.shows_fields(*of, fields) && inner.iter().all(|one| self.may_ask_one(*of, one)),
            Criterion::Either(ways) => ways.iter().all(|way| self.may_ask_one(ty, way)),
            Criterion::Compartment { .. } | Criterion::Id(_) | Criterion::LastUpdated(_) => true,
        }
    }

    fn shows_fields(&self, ty: TypeId, fields: &[FieldUse]) -> bool {
        let Some(omits) = self.omits(ty.0) else { return true };
        fields.iter().all(|used| {
            // A field that is not known is not known to be shown.
            field(used.field).is_some_and(|info| !omits.contains(info.path.split(['.', '[', ' ', '(']).next().unwrap_or("")))
        })
    }
}

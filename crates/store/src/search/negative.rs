//! What is *not* so, as a set: all of a type without those of which it is so.

use super::bind::{Binding, Source, Verify, materialise, type_span};
use super::compile::whole_field;
use super::run::Run;
use crate::query::Criterion;
use rihla_fhirpath::{FieldUse, ParamKind, field};
use rihla_kernel::Fault;
use roaring::RoaringBitmap;

impl Run<'_> {
    /// Reads `:not` and `:missing` out of the index, so that they need no look at each body. Worth its cost when many
    /// candidates would be looked at.
    pub fn settle_negatives(&self, binding: &mut Binding<'_>) -> Result<(), Fault> {
        for bound in &mut binding.bounds {
            if let (Source::Body, Some(rows)) = (&bound.source, self.rows_without(bound.criterion)?) {
                (bound.source, bound.verify) = (Source::Set(rows), Verify::Sure);
            }
        }
        Ok(())
    }

    /// The rows that fulfil a negative condition, superseded ones among them; `None` where the index cannot tell.
    pub fn rows_without(&self, criterion: &Criterion) -> Result<Option<RoaringBitmap>, Fault> {
        let (positive, wanted) = match criterion {
            Criterion::Any { fields, want, negated: true } => (self.compiler().any(fields, want)?.spans, false),
            Criterion::Missing { fields, missing } if fields.iter().all(stands_by_value) => {
                let kind_of = |used: &FieldUse| field(used.field).map_or(ParamKind::Special, |info| info.kind);
                (fields.iter().flat_map(|used| whole_field(used.field.0, kind_of(used))).collect(), !*missing)
            }
            _ => return Ok(None),
        };
        let positive = materialise(&positive, self.view)?;
        let all = materialise(&[type_span(self.ty)], self.view)?;
        Ok(Some(if wanted { all & positive } else { all - positive }))
    }
}

/// Whether all values of a field stand in one stretch of the index: not so for references, which stand with what they
/// refer to, nor where a parameter reads some of the values only.
fn stands_by_value(used: &FieldUse) -> bool {
    used.target_filter.is_none()
        && used.system_filter.is_none()
        && field(used.field).is_some_and(|info| info.kind != ParamKind::Reference && info.kind != ParamKind::Composite)
}

//! Questions by somebody who may see few patients: a ward. They begin with those patients' own rows, so that they cost what
//! the ward has and not what the store holds.

use super::bind::{Bound, Source, Verify, source_of, verify_of};
use super::run::Run;
use crate::query::Criterion;
use rihla_fhir::r4::TypeId;
use rihla_kernel::Fault;
use roaring::RoaringBitmap;

/// Patients whose rows are sought one by one, at a few µs each; of more, rows are found by the question and then judged.
const FEW: u64 = 2_000;
/// One of so many patients at most: of a larger part, most rows that the question finds may be seen.
const PART: u64 = 8;

/// So few are sought in any case.
const ALWAYS: u64 = 50;

/// What the scope itself asks; nothing on a body has to be decided for it, since each row is judged.
static WITHIN: Criterion = Criterion::Either(Vec::new());

impl Bound<'_> {
    /// Whether this is no condition of the question, but what the scope says anyway.
    pub fn is_the_scopes(&self) -> bool {
        std::ptr::eq(self.criterion, &WITHIN)
    }
}

impl Run<'_> {
    /// The patients of whom alone anything of a type is shown, if they are few.
    pub fn few_patients(&self, ty: TypeId) -> Option<&RoaringBitmap> {
        let patient = self.indexer.patient_type();
        self.scope.patients_of(ty).filter(|patients| patients.len() <= FEW && patients.len() * PART <= self.view.count(patient).max(PART * ALWAYS))
    }

    /// A condition on codes, from the stretches of those patients.
    pub fn among_few<'q>(&self, ty: TypeId, criterion: &'q Criterion, few: &RoaringBitmap) -> Result<Option<Bound<'q>>, Fault> {
        let Criterion::Any { fields, want, negated: false } = criterion else { return Ok(None) };
        let (mut spans, mut inexact) = (Vec::new(), false);
        for patient in few {
            let Some(found) = self.in_patient(ty, patient, fields, want)? else { return Ok(None) };
            spans.extend(found.spans);
            inexact |= found.inexact;
        }
        Ok(Some(Bound { criterion, source: source_of(spans), verify: verify_of(criterion, inexact) }))
    }

    /// All their rows of a type.
    pub fn of_few<'q>(&self, ty: TypeId, few: &RoaringBitmap) -> Result<Bound<'q>, Fault> {
        let patient = self.indexer.patient_type();
        let source = if ty.0 == patient {
            let mut rows = RoaringBitmap::new();
            for res in few {
                rows.extend(self.view.current(res, false)?.filter(|hit| !hit.version.deleted).map(|hit| hit.version.row));
            }
            Source::Set(rows)
        } else {
            let homes = self.indexer.home_fields(ty).iter();
            source_of(homes.flat_map(|used| few.iter().map(|res| self.compiler().reference(used.field.0, patient, res))).collect())
        };
        Ok(Bound { criterion: &WITHIN, source, verify: Verify::Sure })
    }
}

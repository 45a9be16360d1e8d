//! `Patient/$match` on this node: asked of the index of people.

use rihla_fhir::json::Value;
use rihla_fhir_api::{Likely, Matching};
use rihla_kernel::Fault;
use rihla_mpi::{Mpi, person};
use std::sync::Arc;

/// The node's index of people, for the FHIR interface.
pub struct People(pub Arc<Mpi>);

impl Matching for People {
    fn who_may_be(&self, patient: Value<'_>, limit: usize) -> Result<Vec<Likely>, Fault> {
        let (found, _) = self.0.who_may_be(&person(patient), limit)?;
        let likely = |found: rihla_mpi::Found| Likely { id: found.id, score: found.verdict.probability, grade: found.verdict.grade.code() };
        Ok(found.into_iter().map(likely).collect())
    }
}

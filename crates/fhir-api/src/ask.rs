//! One interaction's question, wherever it came from: a request, or an entry of a batch.

use crate::api::Limits;
use crate::caller::{Caller, Interaction, not_granted, on};
use crate::capabilities::Capabilities;
use crate::headers::{Conditions, Preferences, Return, Strictness};
use crate::lang::Lang;
use crate::matching::Matching;
use crate::messages;
use crate::refusal::{Issue, Refusal, Result};
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhirpath::Zone;
use rihla_kernel::Fault;
use rihla_store::query::{Handling, Query};
use rihla_store::{Scoped, Stored};

pub struct Ask<'a> {
    pub caller: &'a dyn Caller,
    /// The site's zone: partial dates expand in it.
    pub zone: &'a Zone,
    /// The base address, without a slash at its end.
    pub base: &'a str,
    pub lang: Lang,
    pub limits: &'a Limits,
    pub conditions: Conditions,
    pub prefer: Preferences,
    /// What the answer to a write shows where the sender left it open.
    pub shown: Return,
    /// Parameters of the query string, those of the form already taken out.
    pub pairs: Vec<(String, String)>,
    /// What `metadata` shows; nothing where no client can ask for it.
    pub capabilities: Option<&'a Capabilities>,
    /// Who knows which records may be one person's; nothing where nobody does.
    pub matching: Option<&'a dyn Matching>,
}

/// Reads the text of a conditional reference into a query.
pub type Criterion<'c> = &'c (dyn Fn(TypeId, &str) -> Result<Query> + Sync);

impl Ask<'_> {
    /// The record for an interaction with a type, if anything was granted for it.
    pub fn on(&self, interaction: Interaction, ty: TypeId) -> Result<&Scoped> {
        on(self.caller, interaction, ty)
    }

    /// The record for a search through several types: each has to be granted.
    pub fn searching(&self, types: &[TypeId]) -> Result<&Scoped> {
        match types.iter().find(|ty| !self.caller.may(Interaction::Search, **ty)) {
            Some(ty) => Err(not_granted(tables().type_name(*ty))),
            None => Ok(self.caller.record(Interaction::Search)?),
        }
    }

    /// Those of some types that may be searched; none at all is refused.
    pub fn searchable(&self, types: impl Iterator<Item = TypeId>) -> Result<Vec<TypeId>> {
        let types: Vec<TypeId> = types.filter(|ty| self.caller.may(Interaction::Search, *ty)).collect();
        if types.is_empty() { Err(not_granted("*")) } else { Ok(types) }
    }

    /// What the answer to a write shows.
    pub fn shows(&self) -> Return {
        self.prefer.shown.unwrap_or(self.shown)
    }

    /// Reads search parameters; those that are ignored come back as warnings.
    pub fn query(&self, types: &[TypeId], pairs: &[(String, String)]) -> Result<(Query, Vec<Fault>)> {
        let handling = match self.prefer.handling {
            Strictness::Strict => Handling::Strict,
            Strictness::Lenient => Handling::Lenient,
        };
        Ok(self.searching(types)?.query(types, pairs, handling)?)
    }

    /// The parameters that a lenient search does use.
    pub fn used_pairs(&self, types: &[TypeId]) -> Vec<(String, String)> {
        let Ok(record) = self.searching(types) else { return Vec::new() };
        let is_used = |pair: &&(String, String)| record.query(types, std::slice::from_ref(*pair), Handling::Strict).is_ok();
        self.pairs.iter().filter(is_used).cloned().collect()
    }

    /// Reads the criteria of a conditional interaction. What is unknown here would widen the match, so it is refused
    /// (<https://hl7.org/fhir/R4/http.html#ccreate>).
    pub fn criteria(&self, ty: TypeId, pairs: &[(String, String)]) -> Result<Query> {
        let criteria: Vec<_> = pairs.iter().filter(|(name, _)| !RESULT_PARAMETERS.contains(&name.as_str())).cloned().collect();
        if criteria.is_empty() {
            return Err(Refusal::new(&messages::NO_CRITERIA));
        }
        Ok(self.on(Interaction::Search, ty)?.query(&[ty], &criteria, Handling::Strict)?.0)
    }
}

/// Parameters that shape a result but match nothing.
const RESULT_PARAMETERS: [&str; 11] =
    ["_sort", "_count", "_total", "_summary", "_elements", "_include", "_revinclude", "_contained", "_containedType", "_format", "_pretty"];

/// Warnings as issues.
pub fn warnings(faults: Vec<Fault>) -> Vec<Issue> {
    faults.into_iter().map(Issue::warning).collect()
}

/// ETag and Last-Modified of a version.
pub fn version_of(stored: &Stored) -> (u32, rihla_kernel::Instant) {
    (stored.vid, stored.last_updated)
}

//! The last word before a version is shown: what a scope says of its type, patient and site, and of what is written in it.

use super::candidate::Candidate;
use super::run::Run;
use crate::backend::{Hit, Snapshot};
use crate::body::{meta_of, rest_of};
use crate::indexer::Indexer;
use crate::scope::AccessScope;
use rihla_fhir::json::{self, Limits};
use rihla_fhir::r4::TypeId;
use rihla_kernel::Fault;
use std::collections::BTreeSet;

/// A scope, with what it needs to look into a body.
#[derive(Clone, Copy)]
pub struct Gate<'g> {
    pub view: &'g dyn Snapshot,
    pub indexer: &'g Indexer,
    pub scope: &'g AccessScope,
}

impl Gate<'_> {
    /// Whether a version may be shown. What was deleted is judged by what it was.
    pub fn lets(&self, hit: &Hit) -> Result<bool, Fault> {
        if self.scope.is_everything() {
            return Ok(true);
        }
        if !self.scope.allows(hit) {
            return Ok(false);
        }
        let by_type = self.scope.only(hit.version.ty).is_some() || !self.scope.coded(hit.version.ty).is_empty();
        if !by_type && self.scope.withheld().is_none() {
            return Ok(true);
        }
        if !hit.body.is_empty() {
            return self.lets_written(hit);
        }
        let written = if hit.version.deleted { hit.version.prev } else { hit.version.row };
        self.view.hit(written, true)?.map_or(Ok(false), |hit| self.lets_written(&hit))
    }

    /// A version that was found, if it may be shown.
    pub fn pass(&self, hit: Option<Hit>) -> Result<Option<Hit>, Fault> {
        match hit {
            Some(hit) if self.lets(&hit)? => Ok(Some(hit)),
            _ => Ok(None),
        }
    }

    fn lets_written(&self, hit: &Hit) -> Result<bool, Fault> {
        if self.scope.withheld().is_some_and(|withheld| bears(meta_of(&hit.body), withheld)) {
            return Ok(false);
        }
        self.lets_content(hit)
    }

    /// Whether the scope's questions on a type are answered by a body.
    pub fn lets_content(&self, hit: &Hit) -> Result<bool, Fault> {
        if self.scope.coded(hit.version.ty).iter().any(|coded| !is_coded(rest_of(&hit.body), &coded.0, &coded.1)) {
            return Ok(false);
        }
        let Some(questions) = self.scope.only(hit.version.ty) else { return Ok(true) };
        let run = Run { view: self.view, indexer: self.indexer, scope: self.scope, ty: TypeId(hit.version.ty) };
        let mut candidate = Candidate::of(hit.clone());
        for question in questions {
            let mut all = true;
            for criterion in question {
                all = all && run.fulfils(criterion, &mut candidate)?;
            }
            if all {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Whether one of some labels stands in the members of a `meta`. What cannot be read is taken to bear them all.
fn bears(meta: &[u8], labels: &BTreeSet<(String, String)>) -> bool {
    // Most resources bear no label at all, which is seen without reading them.
    if memchr::memmem::find(meta, b"\"security\"").is_none() {
        return false;
    }
    let text = [b"{".as_slice(), meta, b"}"].concat();
    let Ok(doc) = json::parse(&text, &Limits::default()) else { return true };
    doc.root().get("security").is_some_and(|security| security.items().any(|label| labels.contains(&pair(label))))
}

/// Whether an element, among the members of a resource, bears one of some codes.
fn is_coded(members: &[u8], element: &str, codes: &BTreeSet<(String, String)>) -> bool {
    let text = [b"{".as_slice(), members, b"}"].concat();
    let Ok(doc) = json::parse(&text, &Limits::default()) else { return false };
    let concepts = doc.root().get(element).into_iter().flat_map(|concepts| concepts.each());
    let mut codings = concepts.flat_map(|concept| concept.get("coding").into_iter().flat_map(|codings| codings.each()));
    codings.any(|coding| codes.contains(&pair(coding)))
}

fn pair(coding: json::Value<'_>) -> (String, String) {
    let text = |name: &str| coding.get(name).and_then(|value| value.as_str()).map_or(String::new(), |text| text.into_owned());
    (text("system"), text("code"))
}

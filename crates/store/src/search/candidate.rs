//! One row on its way into an answer.

use super::run::Run;
use super::span::Place;
use crate::backend::Hit;
use crate::body::{Head, compose_into};
use crate::key::Row;
use rihla_fhir::json::{self, Limits};
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhirpath::{Entry, extract};
use rihla_kernel::{Fault, FaultKind};

/// A row that may be wanted, with what has been read of it so far.
pub struct Candidate {
    pub row: Row,
    pub place: Place,
    hit: Option<Hit>,
    text: Option<Vec<u8>>,
}

impl Candidate {
    pub fn at(place: Place) -> Self {
        Self { row: place.row, place, hit: None, text: None }
    }

    pub fn of(hit: Hit) -> Self {
        let row = hit.version.row;
        Self { row, place: Place { order: Vec::new(), row }, hit: Some(hit), text: None }
    }

    pub fn hit(&mut self, run: &Run<'_>) -> Result<&Hit, Fault> {
        let missing = || Fault::new(FaultKind::Internal, "RH-STORE-INDEX", "The index names a version that the log does not hold. Run `rihla rebuild`.");
        if self.hit.is_none() {
            self.hit = run.view.hit(self.row, true)?;
        }
        self.hit.as_ref().ok_or_else(missing)
    }

    pub fn into_hit(mut self, run: &Run<'_>) -> Result<Hit, Fault> {
        self.hit(run)?;
        self.hit.ok_or_else(|| Fault::new(FaultKind::Internal, "RH-STORE-INDEX", "The index names a version that the log does not hold. Run `rihla rebuild`."))
    }

    /// Lends the extracted values of the body.
    pub fn with_entries(&mut self, run: &Run<'_>, ask: impl FnOnce(&[Entry<'_>]) -> bool) -> Result<bool, Fault> {
        let unreadable =
            || Fault::new(FaultKind::Internal, "RH-STORE-BODY", "A stored resource could not be read. Run `rihla verify`, and restore it from a backup.");
        if self.text.is_none() {
            let hit = self.hit(run)?;
            let mut text = Vec::new();
            let head = Head {
                resource_type: tables().type_name(TypeId(hit.version.ty)),
                id: &hit.resource.id,
                vid: hit.version.vid,
                last_updated: hit.version.hlc.instant(),
            };
            compose_into(&head, &hit.body, &mut text);
            self.text = Some(text);
        }
        let ty = self.hit.as_ref().map_or(run.ty, |hit| TypeId(hit.version.ty));
        let text = self.text.as_deref().unwrap_or(&[]);
        let doc = json::parse(text, &Limits { bytes: usize::MAX, values: usize::MAX, ..Limits::default() }).map_err(|_| unreadable())?;
        let mut entries = Vec::new();
        extract(doc.root(), ty, run.indexer.zone(), &mut entries);
        Ok(ask(&entries))
    }
}

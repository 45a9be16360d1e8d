//! The change feed: every version in the order in which it became true, from any point on, none left out.
//!
//! A consumer keeps the cursor of what it has dealt with and asks again from there; [`crate::Store::ticks`] tells when
//! asking is worth while. The order is that of the node's log, and so of each shard.

use crate::backend::{AccessAction, LogicalId};
use crate::handle::Scoped;
use crate::key::Row;
use crate::noted::patients_of;
use rihla_fhir::r4::TypeId;
use rihla_kernel::{Fault, FaultKind, Instant, SiteId};

/// That something became true. The content is read by [`Scoped::at_row`], if it is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub ty: TypeId,
    pub id: LogicalId,
    pub vid: u32,
    pub deleted: bool,
    pub at: Instant,
    pub site: SiteId,
    pub row: Row,
}

/// Where a consumer stands. Opaque: it means something to the node that gave it only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedCursor(String);

impl FeedCursor {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn new(node: u32, row: Row) -> Self {
        Self(format!("{node:06x}{row:08x}"))
    }

    fn row(text: &str, node: u32) -> Result<Row, Fault> {
        let parts = text.split_at_checked(6).filter(|_| text.len() == 14);
        let read = |(of, row): (&str, &str)| Some((u32::from_str_radix(of, 16).ok()?, Row::from_str_radix(row, 16).ok()?));
        match parts.and_then(read) {
            Some((of, row)) if of == node => Ok(row),
            Some(_) => {
                Err(Fault::new(FaultKind::Gone, "RH-FEED-NODE", "This place in the change feed belongs to another node. Begin from the start of this one."))
            }
            None => Err(Fault::new(FaultKind::Invalid, "RH-FEED-CURSOR", "This is no place in the change feed. Use one that the feed gave.")),
        }
    }
}

impl Scoped {
    /// The next changes after a place in the feed (from the beginning without one) that this handle may see, and the
    /// place to go on from. No changes: all has been seen.
    pub fn feed(&self, after: Option<&str>, limit: usize) -> Result<(Vec<Change>, FeedCursor), Fault> {
        let node = self.backend.node().get();
        let after = after.map_or(Ok(0), |text| FeedCursor::row(text, node))?;
        let view = self.backend.snapshot(None)?;
        let versions = view.versions_after(after, limit)?;
        let reached = versions.last().map_or(after, |last| last.row);
        let (mut changes, mut shown) = (Vec::with_capacity(versions.len()), Vec::new());
        for version in versions {
            let hit = self.gate(view.as_ref()).pass(view.hit(version.row, false)?)?;
            if let Some(hit) = hit {
                shown.push(hit.resource.clone());
                changes.push(Change::of(&version, hit.resource.id));
            }
        }
        drop(view);
        self.note(AccessAction::Execute, TypeId(0), 0, changes.len() as u32, patients_of(shown.iter()));
        Ok((changes, FeedCursor::new(node, reached)))
    }
}

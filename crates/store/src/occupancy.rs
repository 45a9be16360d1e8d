//! Is this place free? The one thing about places that is told without regard to whose data may be seen: a bed in which
//! somebody lies whom this handle may not see is not free. Who lies there is not told, and that it was asked is noted.

use crate::backend::{AccessAction, Name, Snapshot, Step};
use crate::handle::{Scoped, Stored};
use crate::key::ResKey;
use crate::places;
use crate::scope::AccessScope;
use rihla_fhir::json::{Limits, parse};
use rihla_fhir::r4::tables;
use rihla_fhir::view::Look;
use rihla_fhirpath::Zone;
use rihla_kernel::{Fault, FaultKind};

/// Whether somebody is in a slot of a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Taken {
    #[default]
    Free,
    Occupied,
    /// Kept for somebody who is elsewhere for a while.
    Held,
}

/// One slot of a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Slot {
    pub taken: Taken,
    /// Promised to whoever comes next.
    pub reserved: bool,
}

impl Scoped {
    /// The zone of the site: what a date without a time stands for.
    pub fn zone(&self) -> &Zone {
        self.indexer().zone()
    }

    /// The slots of some places as they are now, in the order of the question: id and capacity of each.
    pub fn occupancy(&self, of: &[(&str, u32)]) -> Result<Vec<Vec<Slot>>, Fault> {
        let location = tables().resource_type("Location").filter(|ty| self.shows(*ty));
        let forbidden = || Fault::new(FaultKind::Forbidden, "RH-STORE-NOT-ALLOWED", "You may not see the places of this hospital.");
        let ty = location.ok_or_else(forbidden)?;
        let each = || of.iter().flat_map(|(place, capacity)| (0..*capacity).map(|slot| (*place, slot)));
        let kept = |name: String| self.indexer().as_kept(name);
        let names: Vec<Box<str>> = each().flat_map(|(place, slot)| [kept(places::taken(place, slot)), kept(places::reserved(place, slot))]).collect();
        let view = self.backend.snapshot(None)?;
        let holders = view.claimed(&names)?;
        let mut slots = Vec::with_capacity(names.len() / 2);
        for ((place, slot), holders) in each().zip(holders.chunks(2)) {
            let holder = |at: usize| holders.get(at).copied().flatten();
            let taken = holder(0).map_or(Ok(Taken::Free), |stay| taken_by(view.as_ref(), stay, place, slot))?;
            slots.push(Slot { taken, reserved: holder(1).is_some() });
        }
        drop(view);
        self.note(AccessAction::Execute, ty, 0, of.len() as u32, Vec::new());
        let mut slots = slots.into_iter();
        Ok(of.iter().map(|(_, capacity)| slots.by_ref().take(*capacity as usize).collect()).collect())
    }

    /// Adds to a step what a place claims.
    pub(crate) fn claim_slots(&self, step: &mut Step) {
        let Step::Put { name, content, .. } = step else { return };
        let id = match name {
            Name::New(id) => id.to_text(),
            Name::Id(id) => id.to_string(),
        };
        self.indexer().claim_slots(&id, content);
        content.capacity = None;
    }
}

/// Whether the stay that claims a slot has its patient there or keeps it for them.
fn taken_by(view: &dyn Snapshot, stay: ResKey, place: &str, slot: u32) -> Result<Taken, Fault> {
    let Some(hit) = view.current(stay, true)? else { return Ok(Taken::Occupied) };
    let json = Stored::of_hit(hit, &AccessScope::everything()).json();
    let Ok(doc) = parse(&json, &Limits { values: usize::MAX, ..Limits::default() }) else { return Ok(Taken::Occupied) };
    let here = format!("Location/{place}");
    let kept = doc.root().all("location").into_iter().any(|entry| {
        entry.text("location.reference").as_deref() == Some(&here) && places::slot(entry) == slot && entry.text("status").as_deref() == Some("reserved")
    });
    Ok(if kept { Taken::Held } else { Taken::Occupied })
}

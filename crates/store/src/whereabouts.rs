//! Which places a change is about, so that a board is made anew when something happened on it and not whenever somebody
//! lies down anywhere in the house.

use crate::backend::{Hit, Snapshot};
use crate::handle::{Store, Stored};
use crate::platform::PlatformChange;
use crate::scope::AccessScope;
use rihla_fhir::json::{Limits, Value, parse};
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhir::view::Look;
use rihla_kernel::Fault;
use std::collections::BTreeSet;

/// What names the stay to which it belongs in `encounter`.
const OF_STAYS: [&str; 4] = ["Observation", "Task", "ServiceRequest", "Composition"];
/// Levels of a house: group, site, building, ward, room, place.
const DEEP: usize = 8;

impl Store {
    /// For the platform's own hub only: the ids of the Locations that a change is about, and of what they are part of,
    /// before it and after it. None: it may be about any. It leaves no audit entry, since nobody is shown anything by it.
    pub fn places_for_platform(&self, change: &PlatformChange) -> Result<Option<BTreeSet<String>>, Fault> {
        let (location, encounter) = (tables().resource_type("Location"), tables().resource_type("Encounter"));
        let ty = Some(change.change.ty);
        let mut out = BTreeSet::new();
        if OF_STAYS.iter().any(|known| ty == tables().resource_type(known)) {
            return self.places_of_stay(change, encounter, location);
        }
        if ty != encounter && ty != location {
            // Somebody who was only just written down lies nowhere yet.
            return Ok((ty == tables().resource_type("Patient") && change.change.vid == 1).then_some(out));
        }
        let view = self.backend.snapshot(None)?;
        let Some(hit) = view.hit(change.change.row, true)? else { return Ok(None) };
        let before = if hit.version.prev == 0 { None } else { view.hit(hit.version.prev, true)? };
        if ty == location {
            out.insert(hit.resource.id.to_text());
        }
        for hit in [Some(hit), before].into_iter().flatten() {
            named(hit, &mut out);
        }
        above(view.as_ref(), location, &mut out)?;
        Ok(Some(out))
    }
}

impl Store {
    /// What was measured, asked for or written is about where the stay is in which it was. None: it names no stay that is here.
    fn places_of_stay(&self, change: &PlatformChange, encounter: Option<TypeId>, location: Option<TypeId>) -> Result<Option<BTreeSet<String>>, Fault> {
        let view = self.backend.snapshot(None)?;
        let Some(hit) = view.hit(change.change.row, true)? else { return Ok(None) };
        let json = Stored::of_hit(hit, &AccessScope::everything()).json();
        let doc = parse(&json, &Limits { values: usize::MAX, ..Limits::default() }).ok();
        let stay = doc.as_ref().and_then(|doc| doc.root().reference("encounter.reference", "Encounter"));
        let stay = stay.zip(encounter).map(|(id, ty)| view.named(ty.0, &id)).transpose()?.flatten();
        let Some(stay) = stay else { return Ok(None) };
        let mut out = BTreeSet::new();
        named(stay, &mut out);
        above(view.as_ref(), location, &mut out)?;
        Ok(Some(out))
    }
}

/// The Locations that a stay's movements name, or that a Location is part of.
fn named(hit: Hit, out: &mut BTreeSet<String>) {
    let json = Stored::of_hit(hit, &AccessScope::everything()).json();
    let Ok(doc) = parse(&json, &Limits { values: usize::MAX, ..Limits::default() }) else { return };
    let of = |value: Value<'_>, path: &str| value.reference(path, "Location").map(|id| id.into_owned());
    out.extend(of(doc.root(), "partOf.reference"));
    out.extend(doc.root().all("location").into_iter().filter_map(|entry| of(entry, "location.reference")));
}

/// Adds what the Locations of a set are part of.
fn above(view: &dyn Snapshot, location: Option<TypeId>, all: &mut BTreeSet<String>) -> Result<(), Fault> {
    let mut last: Vec<String> = all.iter().cloned().collect();
    for _ in 0..DEEP {
        let mut next = BTreeSet::new();
        for id in &last {
            if let Some(hit) = location.map(|ty| view.named(ty.0, id)).transpose()?.flatten() {
                named(hit, &mut next);
            }
        }
        last = next.into_iter().filter(|id| all.insert(id.clone())).collect();
        if last.is_empty() {
            break;
        }
    }
    Ok(())
}

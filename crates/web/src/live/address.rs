//! Which parts a page shows, and since when.

use crate::desk::Desk;
use crate::hatch::OF_HATCH;
use crate::patient::CLINICAL;
use crate::refuse::Refusal;
use crate::screens::Part;
use rihla_fhir::r4::{TypeId, tables};
use rihla_kernel::Fault;
use rihla_store::PlatformChange;
use rihla_store::backend::LogicalId;
use std::collections::BTreeSet;

/// Parts of one page that may be live.
const PARTS_MAX: usize = 32;

/// What a part is about that is about a ward: this, and the ward's id.
pub const OF_PLACE: &str = "place.";

/// In the place of an id: the whole house.
pub const ALL_PLACES: &str = "all";

/// What changed, and where that is.
pub struct Event {
    pub change: PlatformChange,
    /// The Locations that it is about; none: any.
    pub places: Option<BTreeSet<String>>,
}

/// What one connection listens for.
pub struct Address {
    /// Changes after this tick are news.
    pub since: u32,
    pub parts: Vec<Wanted>,
}

/// One part of one page.
pub struct Wanted {
    pub part: &'static Part,
    types: Vec<TypeId>,
    /// The patient that it is about.
    pub about: String,
    /// Names the bytes that the page last got, so that what did not change is not sent.
    pub last: u64,
}

impl Address {
    pub fn read(desk: &Desk, query: &str, resumed: Option<&str>) -> Result<Self, Refusal> {
        let wrong = || Refusal::invalid("RH-WEB-LIVE", "This is no address of live parts.");
        let mut address = Self { since: 0, parts: Vec::new() };
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("since", tick)) => address.since = tick.parse().map_err(|_| wrong())?,
                Some(("part", part)) if address.parts.len() < PARTS_MAX => address.parts.push(Wanted::read(desk, part).ok_or_else(wrong)?),
                _ => return Err(wrong()),
            }
        }
        if let Some(last) = resumed.and_then(|id| id.parse().ok()) {
            address.since = last;
        }
        Ok(address)
    }
}

impl Address {
    /// Whether every part may still be shown of its patient.
    pub fn within_reach(&self, desk: &Desk) -> Result<bool, Fault> {
        all_within_reach(&self.parts, desk)
    }
}

/// Whether every part that is clinical is about somebody whose record the desk may see.
pub fn all_within_reach(parts: &[Wanted], desk: &Desk) -> Result<bool, Fault> {
    for wanted in parts.iter().filter(|wanted| wanted.part.permission == Some(CLINICAL)) {
        if !desk.record.reaches(&wanted.about)? {
            return Ok(false);
        }
    }
    Ok(true)
}

impl Wanted {
    fn read(desk: &Desk, text: &str) -> Option<Self> {
        let (name, about) = text.split_once(':')?;
        let mut parts = desk.house.screens().iter().flat_map(|screens| screens.parts).chain(crate::PARTS);
        let part = parts.find(|part| part.name == name)?;
        if part.permission.is_some_and(|permission| !desk.person.may(permission.0)) {
            return None;
        }
        let types = part.watches.iter().filter_map(|ty| tables().resource_type(ty)).collect();
        let plain = about.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'));
        plain.then(|| Self { part, types, about: about.to_owned(), last: 0 })
    }

    /// Whether it is about the whole house.
    pub fn is_of_all_places(&self) -> bool {
        self.about.strip_prefix(OF_PLACE) == Some(ALL_PLACES)
    }

    /// Whether it is the same for whoever may see it, whatever they may see of the record besides.
    pub fn is_of_hatch(&self) -> bool {
        self.about.starts_with(OF_HATCH)
    }

    /// Whether a change may change this part. One that is about neither a patient nor a part of the house is changed by any.
    pub fn is_touched_by(&self, event: &Event) -> bool {
        let about = || match self.about.strip_prefix(OF_PLACE) {
            Some(place) => event.places.as_ref().is_none_or(|places| place == ALL_PLACES || places.iter().any(|id| is_place(place, id))),
            None => self.about.is_empty() || self.is_of_hatch() || event.change.patient.as_ref().is_some_and(|patient| is(patient, &self.about)),
        };
        self.types.contains(&event.change.change.ty) && about()
    }
}

/// Whether a part is about this place: its id, and whatever the module says after it (`--wall`).
fn is_place(about: &str, id: &str) -> bool {
    about.strip_prefix(id).is_some_and(|rest| rest.is_empty() || rest.starts_with("--"))
}

fn is(id: &LogicalId, text: &str) -> bool {
    match id {
        LogicalId::Chosen(chosen) => chosen.as_ref() == text,
        LogicalId::Server(_) => id.to_text() == text,
    }
}

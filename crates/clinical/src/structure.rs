//! The house: sites, wards, rooms and places, and who is in them.

use crate::place::{Hygiene, Place, Service};
use crate::run::{read, type_of};
use crate::stay::Stay;
use rihla_kernel::{Fault, Instant};
use rihla_store::body::instant_text;
use rihla_store::query::Handling;
use rihla_store::{Scoped, Slot, Stored, Taken};
use std::collections::BTreeMap;

/// Locations and stays read at once.
const PAGE: &str = "500";
/// Pages of Locations at most: a group of hospitals has some thousand.
const PAGES: usize = 60;
/// Levels of a house: group, site, building, ward, room, place.
const DEEP: usize = 8;
const WARD: &str = "wa";
const GOES_ON: &str = "planned,arrived,triaged,in-progress,onleave";

/// All Locations that a handle is shown, by id.
#[derive(Clone, Debug, Default)]
pub struct House {
    all: BTreeMap<String, Place>,
}

/// A place with its slots as they are now.
#[derive(Clone, Debug)]
pub struct Seen {
    pub place: Place,
    pub slots: Vec<Slot>,
}

impl Seen {
    pub fn free(&self) -> usize {
        self.slots.iter().filter(|slot| slot.taken == Taken::Free).count()
    }

    pub fn is_promised(&self) -> bool {
        self.slots.iter().any(|slot| slot.reserved)
    }

    /// Whether somebody could lie down there now.
    pub fn is_ready(&self) -> bool {
        self.free() > 0 && !self.is_promised() && self.place.hygiene == Hygiene::Clean && self.place.service == Service::Open
    }
}

impl House {
    pub fn read(record: &Scoped) -> Result<Self, Fault> {
        let mut all = BTreeMap::new();
        for stored in pages(record, "Location", &[], PAGES)? {
            let place = read(&stored, |value| Place::read(value, stored.vid, record.zone()))?;
            all.insert(place.id.clone(), place);
        }
        Ok(Self { all })
    }

    /// A ward with its rooms and places alone: the others of a large house are not read.
    pub fn of_ward(record: &Scoped, ward: &str) -> Result<Self, Fault> {
        let mut all = BTreeMap::new();
        let mut level = vec![("_id", ward.to_owned())];
        for _ in 0..DEEP {
            let mut names = Vec::new();
            for stored in pages(record, "Location", &level, PAGES)? {
                let place = read(&stored, |value| Place::read(value, stored.vid, record.zone()))?;
                // What is part of itself is read once.
                if !all.contains_key(&place.id) {
                    names.extend((!place.is_place).then(|| format!("Location/{}", place.id)));
                    all.insert(place.id.clone(), place);
                }
            }
            if names.is_empty() {
                break;
            }
            level = vec![("partof", names.join(","))];
        }
        Ok(Self { all })
    }

    #[cfg(test)]
    pub(crate) fn of(places: Vec<Place>) -> Self {
        Self { all: places.into_iter().map(|place| (place.id.clone(), place)).collect() }
    }

    pub fn get(&self, id: &str) -> Option<&Place> {
        self.all.get(id)
    }

    /// Wards in the order of their ids, which is that of their sites.
    pub fn wards(&self) -> impl Iterator<Item = &Place> {
        self.all.values().filter(|place| place.level == WARD)
    }

    /// What a place is part of, itself first.
    fn above<'h>(&'h self, id: &str) -> impl Iterator<Item = &'h Place> + use<'h> {
        std::iter::successors(self.all.get(id), |place| self.all.get(place.above.as_deref()?)).take(DEEP)
    }

    /// The ward of a place, or itself.
    pub fn ward_of(&self, id: &str) -> Option<&Place> {
        self.above(id).find(|place| place.level == WARD)
    }

    /// The room of a place.
    pub fn room_of(&self, id: &str) -> Option<&Place> {
        self.above(id).nth(1).filter(|room| room.level == "ro")
    }

    /// The places of a ward, by room and name: bed 2 before bed 10.
    pub fn places_of(&self, ward: &str) -> Vec<&Place> {
        let own = |place: &&Place| place.is_place && self.ward_of(&place.id).is_some_and(|of| of.id == ward);
        let mut out: Vec<&Place> = self.all.values().filter(own).collect();
        out.sort_by_cached_key(|place| (place.above.clone(), counted(&place.name)));
        out
    }

    /// The places of all wards with what they hold now.
    pub fn seen(&self, record: &Scoped, ward: Option<&str>) -> Result<Vec<Seen>, Fault> {
        let places: Vec<&Place> = match ward {
            Some(ward) => self.places_of(ward),
            None => self.all.values().filter(|place| place.is_place).collect(),
        };
        let asked: Vec<(&str, u32)> = places.iter().map(|place| (place.id.as_str(), place.capacity)).collect();
        let slots = record.occupancy(&asked)?;
        Ok(places.into_iter().cloned().zip(slots).map(|(place, slots)| Seen { place, slots }).collect())
    }
}

/// A name as its words and numbers, so that numbers are compared as such.
fn counted(name: &str) -> Vec<(String, u64)> {
    let mut out: Vec<(String, u64)> = Vec::new();
    let mut last = ' ';
    for letter in name.chars() {
        let digit = letter.to_digit(10).map(u64::from);
        match (digit, out.last_mut()) {
            (Some(digit), Some((_, number))) => *number = number.saturating_mul(10).saturating_add(digit),
            (Some(digit), None) => out.push((String::new(), digit)),
            (None, Some((words, _))) if !last.is_ascii_digit() => words.push(letter),
            (None, _) => out.push((letter.to_string(), 0)),
        }
        last = letter;
    }
    out
}

/// The stays that go on, or are planned, in some places.
pub fn stays_in(record: &Scoped, places: &[&str]) -> Result<Vec<Stay>, Fault> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<String> = places.iter().map(|id| format!("Location/{id}")).collect();
    let pairs = [("location", names.join(",")), ("status", GOES_ON.to_owned())];
    stays(record, &pairs)
}

/// All stays that go on, or are planned, wherever they are; whether there are more than are read.
pub fn stays_that_go_on(record: &Scoped) -> Result<(Vec<Stay>, bool), Fault> {
    let found = stays(record, &[("status", GOES_ON.to_owned())])?;
    let cut = found.len() >= PAGES * PAGE.parse::<usize>().unwrap_or(usize::MAX);
    Ok((found, cut))
}

/// The stays of some places that covered an instant.
pub fn stays_at(record: &Scoped, places: &[&str], at: Instant) -> Result<Vec<Stay>, Fault> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<String> = places.iter().map(|id| format!("Location/{id}")).collect();
    let at = instant_text(at);
    let pairs = [("location", names.join(",")), ("date", format!("le{at}")), ("date", format!("ge{at}"))];
    stays(record, &pairs)
}

fn stays(record: &Scoped, pairs: &[(&str, String)]) -> Result<Vec<Stay>, Fault> {
    let found = pages(record, "Encounter", pairs, PAGES)?;
    found.iter().map(|stored| read(stored, |value| Stay::read(value, stored.vid, record.zone()))).collect()
}

pub(crate) fn pages(record: &Scoped, ty: &str, pairs: &[(&str, String)], most: usize) -> Result<Vec<Stored>, Fault> {
    let ty = type_of(ty)?;
    let asked: Vec<(String, String)> = pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let (mut out, mut cursor) = (Vec::new(), None);
    for _ in 0..most {
        let mut pairs = asked.clone();
        pairs.push(("_count".to_owned(), PAGE.to_owned()));
        pairs.extend(cursor.take().map(|cursor| ("_cursor".to_owned(), cursor)));
        let (query, _) = record.query(&[ty], &pairs, Handling::Strict)?;
        let page = record.search(&query)?;
        out.extend(page.matches);
        match page.next {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_are_counted() {
        let mut names = ["Lit 10", "Lit 2", "101-2", "101-10", "Couloir", "Lit 2 bis", "9"];
        names.sort_by_key(|name| counted(name));
        assert_eq!(names, ["9", "101-2", "101-10", "Couloir", "Lit 2", "Lit 2 bis", "Lit 10"]);
    }
}

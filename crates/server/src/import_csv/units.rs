//! Units and places as a list calls them: by the id of their Location, by a number, or by a name that only one has.

use super::known::{bearing, type_of};
use crate::failure::Failure;
use rihla_clinical::{House, Place};
use rihla_fhir::r4::TypeId;
use rihla_kernel::Fault;
use rihla_packs::Problem;
use rihla_store::Scoped;
use std::collections::{BTreeMap, HashMap};

pub struct Units {
    house: House,
    ty: TypeId,
    /// What was asked before.
    known: HashMap<String, Option<String>>,
}

impl Units {
    pub fn read(record: &Scoped) -> Result<Self, Failure> {
        Ok(Self { house: House::read(record)?, ty: type_of("Location")?, known: HashMap::new() })
    }

    /// What the house does not have of the units that rows name, with the key of the map.
    pub fn check(&mut self, record: &Scoped, named: &BTreeMap<String, String>, map_file: &str) -> Result<Vec<Problem>, Failure> {
        let mut out = Vec::new();
        for (unit, place) in named {
            if self.unit(record, unit)?.is_none() {
                let text = format!("the house has not this unit, or several of this name: {place}; say in unit.values which it is, or \"\" for none");
                out.push(Problem { file: map_file.to_owned(), key: "unit".to_owned(), text });
            }
        }
        Ok(out)
    }

    /// The id of a unit's Location.
    pub fn unit(&mut self, record: &Scoped, text: &str) -> Result<Option<String>, Fault> {
        if let Some(known) = self.known.get(text) {
            return Ok(known.clone());
        }
        let wards: Vec<&Place> = self.house.wards().collect();
        let found = self.only(record, &wards, text)?.map(|place| place.id.clone());
        self.known.insert(text.to_owned(), found.clone());
        Ok(found)
    }

    /// A place in a unit; without a unit by what only one place of the house has.
    pub fn place(&self, record: &Scoped, unit: Option<&str>, text: &str) -> Result<Option<Place>, Fault> {
        let wards = self.house.wards().filter(|ward| unit.is_none_or(|unit| ward.id == unit));
        let places: Vec<&Place> = wards.flat_map(|ward| self.house.places_of(&ward.id)).collect();
        Ok(self.only(record, &places, text)?.cloned())
    }

    /// The unit of a place.
    pub fn unit_of(&self, place: &str) -> Option<String> {
        self.house.ward_of(place).map(|ward| ward.id.clone())
    }

    fn only<'p>(&self, record: &Scoped, among: &[&'p Place], text: &str) -> Result<Option<&'p Place>, Fault> {
        if let Some(place) = among.iter().find(|place| place.id == text) {
            return Ok(Some(place));
        }
        let numbered: Vec<String> = bearing(record, self.ty, "", text)?.iter().map(|stored| stored.id.to_text()).collect();
        let by_number: Vec<&&Place> = among.iter().filter(|place| numbered.contains(&place.id)).collect();
        let by_name = || among.iter().filter(|place| place.name == text || place.aliases.iter().any(|alias| alias == text)).collect();
        let found: Vec<&&Place> = if by_number.is_empty() { by_name() } else { by_number };
        Ok(match found.as_slice() {
            [one] => Some(**one),
            _ => None,
        })
    }
}

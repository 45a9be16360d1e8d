//! The wards to choose from, and who lies in the one that was chosen.

use crate::asked::all;
use rihla_clinical::{House, Place, Status, Stay, stays_in};
use rihla_fhir::json::Value;
use rihla_fhir::view::{HumanName, Look, Names, Script};
use rihla_kernel::Lang;
use rihla_store::{Stored, Taken};
use rihla_web::text::{Html, auto, ltr, marked};
use rihla_web::{Desk, Refusal, look, numbers, percent, sex};
use std::collections::BTreeMap;

/// Patients of a ward that are looked at.
const MOST: usize = 240;

/// A ward to choose.
pub struct Choice {
    pub path: String,
    pub name: String,
    /// What the ward is part of, where there are several.
    pub site: String,
    pub here: bool,
}

/// The wards of a house, and the one that is looked at: the one that was asked for, the reader's own, or the only one.
pub fn choices(desk: &Desk, house: &House, asked: &str, page: &str) -> (Vec<Choice>, Option<Place>) {
    let known: Vec<&Place> = house.wards().filter(|ward| !house.places_of(&ward.id).is_empty()).collect();
    let own = Some(asked).filter(|ward| !ward.is_empty()).or(desk.person.unit.as_deref()).unwrap_or_default();
    let ward = known.iter().find(|ward| ward.id == own).or(known.first().filter(|_| known.len() == 1)).copied();
    let mut above: Vec<Option<&str>> = known.iter().map(|ward| ward.above.as_deref()).collect();
    above.dedup();
    let site = |one: &Place| one.above.as_deref().filter(|_| above.len() > 1).and_then(|id| house.get(id)).map(|above| name_of(desk, above));
    let choice = |one: &&Place| Choice {
        path: format!("{page}?ward={}", percent(&one.id)),
        name: name_of(desk, one),
        site: site(one).unwrap_or_default(),
        here: ward.is_some_and(|ward| ward.id == one.id),
    };
    (known.iter().map(choice).collect(), ward.cloned())
}

/// Of a place's name and its aliases the one in the reader's script.
pub fn name_of(desk: &Desk, place: &Place) -> String {
    marked(rihla_clinical::called(&place.name, &place.aliases, desk.voice.lang() == Lang::Arabic))
}

/// Somebody who lies in the ward.
pub struct Person {
    pub id: String,
    pub place: String,
    pub name: Html,
    pub number: Option<Html>,
    pub age: String,
    pub sex: String,
    pub stay: Stay,
}

/// Who lies in a ward, in the order of its places.
pub struct Ward {
    pub id: String,
    pub people: Vec<Person>,
    /// Those who lie there and are not shown to this reader.
    pub unseen: usize,
    /// The ward has more patients than are looked at.
    pub cut: bool,
    /// By each id under which something may stand, the number of the person.
    by_id: BTreeMap<String, usize>,
}

impl Ward {
    pub fn read(desk: &Desk, house: &House, ward: &str) -> Result<Self, Refusal> {
        let places: Vec<&str> = house.places_of(ward).into_iter().map(|place| place.id.as_str()).collect();
        let taken = house.seen(&desk.record, Some(ward))?.iter().flat_map(|seen| &seen.slots).filter(|slot| slot.taken == Taken::Occupied).count();
        let stays = if desk.shows("Encounter") { stays_in(&desk.record, &places)? } else { Vec::new() };
        let mut lying: Vec<(usize, Stay)> = stays.into_iter().filter_map(|stay| Some((rank(&stay, &places)?, stay))).collect();
        lying.sort_by_key(|(rank, _)| *rank);
        let cut = lying.len() > MOST;
        lying.truncate(MOST);
        let mut ward = Self { id: ward.to_owned(), people: Vec::new(), unseen: 0, cut, by_id: BTreeMap::new() };
        ward.fill(desk, house, &places, lying)?;
        if !cut {
            ward.unseen = taken.saturating_sub(ward.people.len());
        }
        Ok(ward)
    }

    fn fill(&mut self, desk: &Desk, house: &House, places: &[&str], lying: Vec<(usize, Stay)>) -> Result<(), Refusal> {
        let ids: Vec<&str> = lying.iter().map(|(_, stay)| stay.patient.as_str()).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let found: BTreeMap<String, Stored> =
            all(desk, "Patient", &[("_id", &ids.join(","))])?.0.into_iter().map(|stored| (stored.id.to_text(), stored)).collect();
        for (rank, stay) in lying {
            let Some((person, others)) = found.get(&stay.patient).and_then(|stored| look(stored, |patient| person(desk, patient, &stay))) else { continue };
            let place = places.get(rank).and_then(|id| house.get(id)).map(|place| name_of(desk, place)).unwrap_or_default();
            for id in others.into_iter().chain([stay.patient.clone()]) {
                self.by_id.insert(id, self.people.len());
            }
            self.people.push(Person { place, stay, ..person });
        }
        Ok(())
    }

    /// The ids of all, for a question; empty for nobody.
    pub fn ids(&self) -> String {
        self.people.iter().map(|person| person.id.as_str()).collect::<Vec<_>>().join(",")
    }

    /// Whose a patient's id is.
    pub fn person(&self, id: &str) -> Option<(usize, &Person)> {
        let at = *self.by_id.get(id)?;
        Some((at, self.people.get(at)?))
    }

    /// Whose a resource is, by the reference at a path.
    pub fn whose(&self, value: Value<'_>, path: &str) -> Option<(usize, &Person)> {
        self.person(&value.reference(path, "Patient")?)
    }
}

/// Where somebody of a stay lies now, among some places.
fn rank(stay: &Stay, places: &[&str]) -> Option<usize> {
    let now = stay.movements.iter().find(|one| one.cancelled.is_none() && one.status == Status::Active)?;
    places.iter().position(|place| *place == now.spot.location)
}

/// Who it is, and the records that were merged with theirs: what is known of a person stands under either.
fn person(desk: &Desk, patient: Value<'_>, stay: &Stay) -> (Person, Vec<String>) {
    let voice = &desk.voice;
    let name = Names::of(patient).first(Script::of_lang(voice.lang())).map(HumanName::formal).unwrap_or_default();
    let links = patient.all("link").into_iter().filter(|link| matches!(link.text("type").as_deref(), Some("replaced-by" | "replaces")));
    let others = links.filter_map(|link| link.reference("other.reference", "Patient").map(|id| id.into_owned())).collect();
    let person = Person {
        id: stay.patient.clone(),
        place: String::new(),
        name: auto(name),
        number: numbers(patient, desk).into_iter().next().map(|number| ltr(number.value)),
        age: patient.text("birthDate").map(|born| voice.age(&born, voice.now())).unwrap_or_default(),
        sex: sex(patient.text("gender").as_deref(), voice),
        stay: stay.clone(),
    };
    (person, others)
}

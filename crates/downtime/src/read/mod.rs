//! The record, read once for a pack: who is in the house and where, then of each what a ward has to know.

mod ask;
mod known;

use crate::manifest::Listed;
use crate::pack::{Pack, Patient, Presence, Sheet};
use ask::{People, all};
use known::{Known, read_known};
use rihla_clinical::{House, Movement, Place, State, Stay, called, stays_that_go_on};
use rihla_fhir::json::Value;
use rihla_fhir::view::{Look, Names, Script};
use rihla_kernel::{Fault, Lang, SiteId};
use rihla_packs::{Names as PackNames, Pack as Country};
use rihla_store::Scoped;
use rihla_web::text::{Voice, marked};
use rihla_web::{World, look, sex};
use std::collections::BTreeMap;

/// Patients of one round of questions.
const AT_ONCE: usize = 40;
/// The most patients of one sheet: a printed page takes three.
const SHEET: usize = 400;

/// Somebody with a stay that goes on, and where.
struct Lying {
    stay: Stay,
    /// Empty: in no ward.
    ward: String,
    place: String,
    presence: Presence,
    answers: String,
    /// How the ward orders its places.
    rank: usize,
}

/// Where a pack is read from.
pub struct Source<'s> {
    pub record: Scoped,
    pub country: &'s Country,
    pub site: SiteId,
    pub world: World,
    /// Whether a patient's name is shown to their own ward alone.
    pub is_masked: &'s dyn Fn(&str) -> Result<bool, Fault>,
}

/// What is asked along the way.
struct Reading<'n> {
    source: &'n Source<'n>,
    record: &'n Scoped,
    voice: &'n Voice,
    house: House,
}

/// Who is on which sheet.
pub fn listed(pack: &Pack) -> Vec<Listed> {
    let mut out = Vec::new();
    for sheet in &pack.sheets {
        out.push(Listed::Ward { id: sheet.ward.clone(), file: sheet.file(), name: sheet.name.clone() });
        let patient = |one: &Patient| Listed::Patient { stay: one.stay.clone(), patient: one.id.clone(), ward: sheet.ward.clone() };
        out.extend(sheet.patients.iter().map(patient));
    }
    out
}

/// Reads a pack; `voice` says when it is.
pub fn collect(source: &Source<'_>, voice: &Voice) -> Result<Pack, Fault> {
    let record = &source.record;
    let reading = Reading { source, record, voice, house: House::read(record)? };
    let (stays, cut) = stays_that_go_on(record)?;
    let mut wards: BTreeMap<String, Vec<Lying>> = BTreeMap::new();
    for lying in stays.into_iter().filter_map(|stay| reading.lying(stay)) {
        wards.entry(lying.ward.clone()).or_default().push(lying);
    }
    let mut sheets = Vec::new();
    for ward in reading.house.wards() {
        sheets.push(reading.sheet(Some(ward), wards.remove(&ward.id).unwrap_or_default())?);
    }
    sheets.push(reading.sheet(None, wards.remove("").unwrap_or_default())?);
    let site = source.country.site(source.site);
    let world = match source.world {
        World::Production => String::new(),
        World::Training => voice.t("web-world-training"),
        World::Simulation => voice.t("web-world-simulation"),
    };
    Ok(Pack {
        made: voice.date_time(voice.now()),
        house: site.map(|site| named(&site.names, voice.lang())).unwrap_or_default(),
        world,
        phones: reading.phones()?,
        sheets,
        cut,
    })
}

fn named(names: &PackNames, lang: Lang) -> String {
    names.get(lang.tag()).or_else(|| names.get(Lang::French.tag())).or_else(|| names.values().next()).cloned().unwrap_or_default()
}

impl Reading<'_> {
    fn name_of(&self, place: &Place) -> String {
        marked(called(&place.name, &place.aliases, self.voice.lang() == Lang::Arabic))
    }

    /// `None`: planned, and no place is kept yet.
    fn lying(&self, stay: Stay) -> Option<Lying> {
        let (at, presence) = match (stay.state, stay.here(), stay.kept()) {
            (State::Running, Some(here), _) => (Some(here), Presence::Here),
            (State::OnLeave, here, kept) => (kept.or(here).or_else(|| last(&stay)), Presence::OnLeave),
            (State::Running, None, kept) => (kept, Presence::Expected),
            (State::Planned, _, kept) => (Some(kept.or_else(|| last(&stay))?), Presence::Expected),
            (State::Finished | State::Void, ..) => return None,
        };
        // Somebody who is in the house and in no place is there all the same.
        let presence = if at.is_none() && presence == Presence::Expected { Presence::Here } else { presence };
        let place = at.and_then(|at| self.house.get(&at.spot.location));
        let ward = place.and_then(|place| self.house.ward_of(&place.id));
        let rank = match (ward, place) {
            (Some(ward), Some(place)) => self.house.places_of(&ward.id).iter().position(|one| one.id == place.id).unwrap_or(usize::MAX),
            _ => usize::MAX,
        };
        let answers = at.map(|at| self.unit(&at.answers.medical)).unwrap_or_default();
        let (ward, place) = (ward.map(|ward| ward.id.clone()).unwrap_or_default(), place.map(|place| self.name_of(place)).unwrap_or_default());
        Some(Lying { ward, place, presence, answers, rank, stay })
    }

    /// The name of a unit that answers for somebody.
    fn unit(&self, reference: &str) -> String {
        match reference.split_once('/') {
            Some(("Location", id)) => self.house.get(id).map(|place| self.name_of(place)).unwrap_or_default(),
            Some(("Organization", id)) => {
                let ty = rihla_fhir::r4::tables().resource_type("Organization");
                let found = ty.and_then(|ty| self.record.read(ty, id).ok());
                found.and_then(|found| look(&found, |unit| unit.text("name").unwrap_or_default().into_owned())).unwrap_or_default()
            }
            _ => String::new(),
        }
    }

    fn sheet(&self, ward: Option<&Place>, mut lying: Vec<Lying>) -> Result<Sheet, Fault> {
        lying.sort_by(|one, other| {
            let order = |one: &Lying| (one.presence == Presence::Expected, one.rank, one.place.clone(), std::cmp::Reverse(one.stay.from));
            order(one).cmp(&order(other))
        });
        let cut = lying.len() > SHEET;
        lying.truncate(SHEET);
        let mut patients = Vec::with_capacity(lying.len());
        for some in lying.chunks(AT_ONCE) {
            let ids: Vec<&str> = some.iter().map(|one| one.stay.patient.as_str()).filter(|id| !id.is_empty()).collect();
            let people = People::read(self.record, &ids)?;
            let mut known = read_known(self.record, self.voice, self.source.country, &people)?;
            for one in some {
                patients.push(self.patient(one, &people, &mut known)?);
            }
        }
        let Some(ward) = ward else {
            return Ok(Sheet { name: self.voice.t("sheet-no-ward"), patients, cut, ..Sheet::default() });
        };
        let seen = self.house.seen(self.record, Some(&ward.id))?;
        let free = seen.iter().filter(|seen| seen.free() > 0 && !seen.is_promised()).map(|seen| self.name_of(&seen.place)).collect();
        let other = marked(called(&ward.name, &ward.aliases, self.voice.lang() != Lang::Arabic));
        let name = self.name_of(ward);
        Ok(Sheet { ward: ward.id.clone(), second: if other == name { String::new() } else { other }, name, patients, free, cut })
    }

    fn patient(&self, lying: &Lying, people: &People, known: &mut BTreeMap<String, Known>) -> Result<Patient, Fault> {
        let (voice, id) = (self.voice, people.one(&lying.stay.patient));
        let stored = people.records.get(&id).or_else(|| people.records.get(&lying.stay.patient));
        let mut out = stored.and_then(|stored| look(stored, |patient| self.identity(patient))).unwrap_or_default();
        if out.name.is_empty() {
            out.name = voice.t("sheet-unnamed");
        }
        let of = known.remove(&id).unwrap_or_default();
        Ok(Patient {
            id: lying.stay.patient.clone(),
            stay: lying.stay.id.clone(),
            place: lying.place.clone(),
            presence: lying.presence,
            masked: (self.source.is_masked)(&lying.stay.patient)?,
            since: lying.stay.from.map(|from| voice.date_time(from)).unwrap_or_default(),
            answers: lying.answers.clone(),
            allergies: of.allergies,
            alerts: of.alerts,
            requests: of.requests,
            medicines: of.medicines,
            held: of.held,
            never: of.never,
            signs: of.signs,
            diet: of.diet,
            notes: of.notes,
            cut: of.cut,
            ..out
        })
    }

    fn identity(&self, patient: Value<'_>) -> Patient {
        let (voice, names) = (self.voice, Names::of(patient));
        let script = Script::of_lang(voice.lang());
        let formal = |name: Option<&rihla_fhir::view::HumanName>| name.map(rihla_fhir::view::HumanName::formal).unwrap_or_default();
        let born = patient.text("birthDate").unwrap_or_default().into_owned();
        Patient {
            name: formal(names.first(script)),
            second: formal(names.second(script)),
            age: if born.is_empty() { String::new() } else { voice.age(&born, voice.now()) },
            born: if born.is_empty() { String::new() } else { voice.date(born.as_str()) },
            sex: sex(patient.text("gender").as_deref(), voice),
            number: self.number(patient),
            ..Patient::default()
        }
    }

    /// The first of a patient's numbers in the order of the pack; one of another site only if there is no other.
    fn number(&self, patient: Value<'_>) -> String {
        let kinds = &self.source.country.identifiers;
        let rank = |system: &str| match kinds.iter().position(|kind| kind.system == system) {
            Some(at) if kinds.get(at).is_some_and(|kind| kind.site.is_none_or(|site| site == self.source.site)) => at,
            Some(at) => kinds.len() + 1 + at,
            None => kinds.len(),
        };
        let numbers = patient.all("identifier").into_iter().filter_map(|one| Some((rank(&one.text("system").unwrap_or_default()), one.text("value")?)));
        numbers.min_by_key(|(rank, _)| *rank).map(|(_, value)| value.into_owned()).unwrap_or_default()
    }

    /// The telephones of wards, as the record knows them.
    fn phones(&self) -> Result<Vec<(String, String)>, Fault> {
        let ids: Vec<&str> = self.house.wards().map(|ward| ward.id.as_str()).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let (found, _) = all(self.record, "Location", &[("_id", &ids.join(","))])?;
        let numbers = |place: Value<'_>| -> Vec<String> {
            let phones = place.all("telecom").into_iter().filter(|one| one.text("system").as_deref() == Some("phone"));
            phones.filter_map(|one| one.text("value").map(|value| value.into_owned())).collect()
        };
        let mut out = Vec::new();
        for stored in found {
            let name = self.house.get(&stored.id.to_text()).map(|place| self.name_of(place)).unwrap_or_default();
            out.extend(look(&stored, numbers).unwrap_or_default().into_iter().map(|number| (name.clone(), number)));
        }
        Ok(out)
    }
}

/// The last movement that happened or is to happen.
fn last(stay: &Stay) -> Option<&Movement> {
    stay.movements.iter().rev().find(|one| one.cancelled.is_none())
}

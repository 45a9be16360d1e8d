//! Made-up people: names in both scripts, numbers, addresses.

use super::coded::{hl7, in_language, refer};
use super::content::Content;
use super::lists::{Lists, Name, Numbered, Sex};
use super::plot::Plot;
use super::time::{Calendar, DAY, new_year};
use crate::json::Json;
use jiff::civil::Date;
use rihla_plan::rng::Rng;

/// A name as one person writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spelt {
    pub latin: String,
    pub arabic: String,
}

#[derive(Clone, Debug)]
pub struct Person {
    pub id: String,
    pub number: u32,
    pub sex: Sex,
    pub family: Spelt,
    pub given: Spelt,
    pub father: Spelt,
    pub mother: Spelt,
    pub birth: Date,
    /// Only the year is known.
    pub approximate: bool,
    /// The moment, of those born here.
    pub born: Option<i64>,
    /// The site that knows them best.
    pub site: usize,
    pub place: usize,
    pub foreign: bool,
}

/// From 0 to a bound, drawn.
pub fn between(rng: &mut Rng, [low, high]: [f64; 2]) -> f64 {
    low + (high - low) * rng.unit()
}

pub fn chance(rng: &mut Rng, of: f64) -> bool {
    rng.unit() < of
}

/// Frequent names more often, but not as often as in life: boards full of one name teach nothing.
fn draw<'n>(rng: &mut Rng, names: &'n [Name]) -> Option<&'n Name> {
    let weight = |name: &Name| f64::from(name.weight.max(1)).sqrt();
    let mut left = rng.unit() * names.iter().map(weight).sum::<f64>();
    names.iter().find(|name| {
        left -= weight(name);
        left <= 0.0
    })
}

/// Most people write their name as most do.
fn spell(rng: &mut Rng, name: &Name, usual: f64) -> Spelt {
    let latin = if chance(rng, usual) { name.latin.first() } else { rng.pick(&name.latin) };
    Spelt { latin: latin.cloned().unwrap_or_default(), arabic: name.arabic.clone() }
}

pub fn given(rng: &mut Rng, lists: &Lists, sex: Sex) -> Spelt {
    let names = if sex == Sex::Female { &lists.female_names } else { &lists.male_names };
    draw(rng, names).map(|name| spell(rng, name, 0.7)).unwrap_or_default()
}

pub fn family(rng: &mut Rng, lists: &Lists) -> Spelt {
    draw(rng, &lists.family_names).map(|name| spell(rng, name, 0.7)).unwrap_or_default()
}

/// The same name as somebody else's, written as another clerk might.
pub fn respell(rng: &mut Rng, names: &[Name], known: &Spelt) -> Spelt {
    names.iter().find(|name| name.arabic == known.arabic).map_or_else(|| known.clone(), |name| spell(rng, name, 0.0))
}

pub fn place(rng: &mut Rng, lists: &Lists, site: usize) -> usize {
    // People live near the hospital they go to: the communes of the region whose name its own town bears, else anywhere.
    let near = |place: &super::lists::Place| lists.sites.get(site).is_some_and(|site| site.name.fr.contains(&place.name.fr));
    let region = lists.places.iter().find(|place| near(place)).map(|place| &place.region.fr);
    let weight = |place: &super::lists::Place| {
        let close = if region == Some(&place.region.fr) { 12.0 } else { 1.0 };
        f64::from(place.population).sqrt() * close
    };
    let mut left = rng.unit() * lists.places.iter().map(weight).sum::<f64>();
    lists
        .places
        .iter()
        .position(|place| {
            left -= weight(place);
            left <= 0.0
        })
        .unwrap_or(0)
}

pub fn person(rng: &mut Rng, lists: &Lists, calendar: &Calendar, number: u32, plot: &Plot) -> Person {
    let sex = plot.sex.unwrap_or(if chance(rng, 0.52) { Sex::Female } else { Sex::Male });
    let age = between(rng, plot.age);
    let site = if chance(rng, 0.2) { 0 } else { rng.below(lists.sites.len()) };
    let birth = calendar.years_before_now(age);
    let approximate = age > 58.0 && chance(rng, 0.25);
    Person {
        id: format!("p{number:05}"),
        number,
        sex,
        family: family(rng, lists),
        given: given(rng, lists, sex),
        father: given(rng, lists, Sex::Male),
        mother: given(rng, lists, Sex::Female),
        birth: if approximate { new_year(birth.year()) } else { birth },
        approximate,
        born: None,
        site,
        place: place(rng, lists, site),
        foreign: plot.foreign,
    }
}

/// A child of somebody's, of the father's name.
pub fn child(rng: &mut Rng, lists: &Lists, calendar: &Calendar, mother: &Person, number: u32, base: u32, born: i64) -> Person {
    let sex = if chance(rng, 0.5) { Sex::Female } else { Sex::Male };
    Person {
        id: format!("{}-b{number}", mother.id),
        number: base + mother.number * 10 + number,
        sex,
        family: family(rng, lists),
        given: given(rng, lists, sex),
        father: given(rng, lists, Sex::Male),
        mother: mother.given.clone(),
        birth: calendar.date_of(born),
        approximate: false,
        born: Some(born),
        site: mother.site,
        place: mother.place,
        foreign: false,
    }
}

/// A value of the shape of a mask: A is a letter, 9 a digit, X either.
pub fn masked(rng: &mut Rng, mask: &str) -> String {
    const LETTERS: &[char] = &['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z'];
    let digit = |rng: &mut Rng| char::from(b'0' + rng.below(10) as u8);
    mask.chars()
        .map(|sign| match sign {
            'A' => rng.pick(LETTERS).copied().unwrap_or('A'),
            '9' | 'X' => digit(rng),
            other => other,
        })
        .collect()
}

/// A number of the hospital's own, as wide as its mask.
pub fn numbered(kind: &Numbered, number: u32) -> String {
    format!("{number:0width$}", width = kind.mask.chars().count())
}

impl Person {
    /// Both scripts, each saying its language.
    pub fn names(&self) -> Json {
        let text = format!("{} {}", self.given.latin, self.family.latin);
        let arabic = format!("{} {}", self.given.arabic, self.family.arabic);
        let given: Vec<Json> = self.given.latin.split(' ').map(Json::from).collect();
        let latin = obj! { "extension": in_language("fr"), "use": "official", "text": text, "family": &self.family.latin, "given": given };
        if self.foreign {
            return list![latin];
        }
        let other = obj! {
            "extension": in_language("ar"), "use": "usual", "text": arabic, "family": &self.family.arabic, "given": list![&self.given.arabic],
        };
        list![latin, other]
    }

    pub fn latin(&self) -> String {
        format!("{} {}", self.given.latin, self.family.latin.to_uppercase())
    }

    pub fn birth_text(&self) -> String {
        if self.approximate { self.birth.year().to_string() } else { self.birth.to_string() }
    }

    pub fn age(&self, calendar: &Calendar) -> f64 {
        calendar.age_at(self.birth, calendar.now)
    }

    fn identifiers(&self, rng: &mut Rng, lists: &Lists, adult: bool) -> Json {
        let number =
            |kind: &Numbered| obj! { "use": "official", "type": hl7("v2-0203", "MR", ""), "system": &kind.system, "value": numbered(kind, self.number) };
        let mut all: Vec<Json> = lists.sites.get(self.site).map(|site| number(&site.patient_number)).into_iter().collect();
        // One in six is known at another site as well.
        if chance(rng, 0.16) {
            let other = lists.sites.iter().enumerate().find(|(at, _)| *at != self.site);
            all.extend(other.map(|(_, site)| number(&site.patient_number)));
        }
        all.extend(lists.group_number.as_ref().map(|kind| obj! { "use": "secondary", "system": &kind.system, "value": numbered(kind, self.number) }));
        let card = if self.foreign { lists.passport.as_ref().map(|kind| (kind, "PPN")) } else { lists.identity_card.as_ref().map(|kind| (kind, "NI")) };
        if let Some((kind, code)) = card.filter(|_| adult && chance(rng, 0.85)) {
            all.push(obj! { "type": hl7("v2-0203", code, ""), "system": &kind.system, "value": masked(rng, &kind.mask) });
        }
        Json::List(all)
    }

    fn address(&self, rng: &mut Rng, lists: &Lists, content: &Content) -> Json {
        let Some(place) = lists.places.get(self.place).filter(|_| !self.foreign) else { return Json::Nothing };
        let line = format!("{}, {}", 1 + rng.below(180), rng.pick(&content.streets).map_or("", String::as_str));
        obj! { "use": "home", "line": list![line], "city": &place.name.fr, "district": &place.province.fr, "state": &place.region.fr, "country": &lists.country }
    }

    fn contacts(&self, rng: &mut Rng, lists: &Lists, child: bool, married: bool) -> Json {
        let one = |rng: &mut Rng, role: &str, given: &Spelt, family: &Spelt, sex: Sex| {
            let phone = rng.pick(&lists.phones).cloned().map(|mask| obj! { "system": "phone", "value": masked(rng, &mask), "use": "mobile" });
            obj! {
                "relationship": list![hl7("v3-RoleCode", role, "")],
                "name": obj! { "family": &family.latin, "given": list![&given.latin] },
                "telecom": list![phone], "gender": sex.code(),
            }
        };
        if child {
            let other = family(rng, lists);
            return list![one(rng, "MTH", &self.mother, &other, Sex::Female), one(rng, "FTH", &self.father, &self.family, Sex::Male)];
        }
        if !married {
            return Json::Nothing;
        }
        let (role, sex) = if self.sex == Sex::Male { ("WIFE", Sex::Female) } else { ("HUSB", Sex::Male) };
        let name = given(rng, lists, sex);
        let surname = family(rng, lists);
        list![one(rng, role, &name, &surname, sex)]
    }

    /// The Patient; what the chart adds (links, death) is handed in.
    pub fn resource(
        &self,
        rng: &mut Rng,
        (lists, content, calendar): (&Lists, &Content, &Calendar),
        doctor: Option<&str>,
        links: Vec<Json>,
        died: Option<i64>,
    ) -> Json {
        let age = self.age(calendar);
        let (adult, child) = (age >= 18.0, age < 16.0);
        let identifiers = self.identifiers(rng, lists, adult);
        let phone =
            rng.pick(&lists.phones).cloned().filter(|_| chance(rng, 0.9)).map(|mask| obj! { "system": "phone", "value": masked(rng, &mask), "use": "mobile" });
        let language = if self.foreign {
            "fr"
        } else if chance(rng, 0.2) {
            "zgh"
        } else {
            "ar"
        };
        let married = age > 22.0 && chance(rng, 0.7);
        let marital = adult.then(|| hl7("v3-MaritalStatus", if married { "M" } else { "S" }, ""));
        let born = self.born.map(|at| obj! { "extension": list![obj! { "url": "http://hl7.org/fhir/StructureDefinition/patient-birthTime", "valueDateTime": calendar.instant(at) }] });
        let managing = lists.sites.get(self.site).map(|site| refer("Organization", &site.code));
        obj! {
            "resourceType": "Patient", "id": &self.id, "identifier": identifiers, "active": true, "name": self.names(), "telecom": list![phone],
            "gender": self.sex.code(), "birthDate": self.birth_text(), "_birthDate": born, "deceasedDateTime": died.map(|at| calendar.instant(at)),
            "address": list![self.address(rng, lists, content)], "maritalStatus": marital, "contact": self.contacts(rng, lists, child, married),
            "communication": list![obj! { "language": obj! { "coding": list![obj! { "system": "urn:ietf:bcp:47", "code": language }] }, "preferred": true }],
            "generalPractitioner": list![doctor.map(|id| refer("Practitioner", id))], "managingOrganization": managing, "link": links,
        }
    }
}

/// Gives some people the name of somebody else of about their age, in another spelling.
pub fn homonyms(rng: &mut Rng, people: &mut [Person], lists: &Lists) {
    let wanted = (people.len() / 30).max(5);
    let mut made = 0;
    for at in 1..people.len() {
        let (before, rest) = people.split_at_mut(at);
        let Some(person) = rest.first_mut().filter(|person| made < wanted && !person.foreign && person.number % 3 == 0) else { continue };
        let alike = |other: &&Person| other.sex == person.sex && !other.foreign && (other.birth.year() - person.birth.year()).abs() <= 4;
        let Some(other) = before.iter().rev().find(alike) else { continue };
        let names = if person.sex == Sex::Female { &lists.female_names } else { &lists.male_names };
        person.given = respell(rng, names, &other.given);
        person.family = respell(rng, &lists.family_names, &other.family);
        made += 1;
    }
}

/// The day that lies so many seconds after birth, or before if below zero.
pub fn born_at(calendar: &Calendar, person: &Person, after: i64) -> i64 {
    calendar.start_of(person.birth) + after + DAY / 2
}

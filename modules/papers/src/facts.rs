//! What the record tells a paper, in the paper's own language.

use crate::stays::Told;
use jiff::tz::TimeZone;
use rihla_clinical::{House, Place, Signed, called};
use rihla_fhir::json::{Limits, parse};
use rihla_fhir::view::{Look, Names, Script};
use rihla_kernel::{Instant, Lang};
use rihla_web::text::{Voice, listed};
use rihla_web::{Desk, Numbered, Refusal, look, numbers, sex};

/// Of whom a paper is.
pub struct Person {
    pub names: Names,
    pub gender: Option<String>,
    pub birth: Option<String>,
    pub numbers: Vec<Numbered>,
}

impl Person {
    pub fn read(desk: &Desk, patient: &str) -> Result<Self, Refusal> {
        let stored = desk.read("Patient", patient)?;
        let person = look(&stored, |patient| Self {
            names: Names::of(patient),
            gender: patient.text("gender").map(|gender| gender.into_owned()),
            birth: patient.text("birthDate").map(|birth| birth.into_owned()),
            numbers: numbers(patient, desk),
        });
        person.ok_or_else(Refusal::not_found)
    }
}

/// Everything that a paper may be told.
pub struct Facts<'f> {
    /// Speaks the language of the paper.
    pub desk: Desk,
    pub house: House,
    pub person: Person,
    pub told: Option<&'f Told>,
}

impl<'f> Facts<'f> {
    pub fn read(desk: &Desk, patient: &str, told: Option<&'f Told>, lang: Lang) -> Result<Self, Refusal> {
        let desk = speaking(desk, lang);
        let house = if told.is_some() { House::read(&desk.record)? } else { House::default() };
        Ok(Self { house, person: Person::read(&desk, patient)?, told, desk })
    }

    pub fn voice(&self) -> &Voice {
        &self.desk.voice
    }

    /// The value of a fact of `rihla_packs::PAPER_FACTS`; `None` where the record does not know it.
    pub fn value(&self, fact: &str) -> Option<String> {
        let found = self.of_person(fact).or_else(|| self.of_stay(fact)).or_else(|| match fact {
            "today" => Some(self.voice().long_date(self.voice().now())),
            "now" => Some(self.voice().date_time(self.voice().now())),
            "author" => Some(self.desk.person.name.clone()),
            "site" => self.site(),
            _ => None,
        });
        found.filter(|value| !value.is_empty())
    }

    /// The name of the site that this server serves.
    pub fn site(&self) -> Option<String> {
        let site = self.desk.house.pack().site(self.desk.house.site())?;
        Some(self.desk.named(&site.names).into_owned())
    }

    fn of_person(&self, fact: &str) -> Option<String> {
        let (person, script) = (&self.person, Script::of_lang(self.voice().lang()));
        match fact {
            "name" => person.names.first(script).map(rihla_fhir::view::HumanName::formal),
            "other-name" => person.names.second(script).map(rihla_fhir::view::HumanName::formal),
            "sex" => Some(sex(person.gender.as_deref(), self.voice())),
            "born" => person.birth.as_deref().map(|birth| self.voice().long_date(birth)),
            _ => None,
        }
    }

    fn of_stay(&self, fact: &str) -> Option<String> {
        let told = self.told?;
        let (stay, voice) = (&told.stay, self.voice());
        let at = |at: Option<Instant>| at.map(|at| voice.date_time(at));
        let signed = |signed: &Option<Signed>| at(signed.as_ref().map(|signed| signed.at));
        let who = |signed: &Option<Signed>| signed.as_ref().and_then(|signed| named_by(&signed.by));
        match fact {
            "stay" => Some(told.number.clone()),
            "kind" => Some(voice.t(&listed(rihla_web::key!("papers-kind-*"), &told.kind))),
            "admitted" => at(stay.from),
            "left" => at(stay.to),
            "days-stayed" => nights(stay.from?, stay.to.unwrap_or(voice.now()), voice.zone()).map(|nights| nights.to_string()),
            "way" => stay.disposition.as_ref().map(|way| way_of(voice, way)),
            "unit" => self.unit(told).map(|unit| self.called(unit)),
            "place" => told.last_place().and_then(|entry| self.house.get(&entry.spot.location)).filter(|place| place.is_place).map(|place| self.called(place)),
            "ordered-by" => who(&stay.order),
            "decided" => signed(&stay.decision),
            "decided-by" => who(&stay.decision),
            "died" => signed(&stay.death),
            "died-by" => who(&stay.death),
            "costs" => stay.steps.iter().find(|step| !step.proof.is_empty()).map(|step| {
                let proof = voice.t(&listed(rihla_web::key!("papers-proof-*"), &step.proof));
                if step.text.is_empty() { proof } else { format!("{proof} {}", step.text) }
            }),
            "slip" => stay.steps.iter().find(|step| step.number == rihla_clinical::exit::STEPS).map(|step| step.text.clone()),
            _ => None,
        }
    }

    /// The unit in which the patient is, or was last.
    pub fn unit(&self, told: &Told) -> Option<&Place> {
        self.house.ward_of(&told.last_place()?.spot.location)
    }

    fn called(&self, place: &Place) -> String {
        called_in(place, self.voice().lang())
    }
}

/// How a patient left, in words.
pub fn way_of(voice: &Voice, way: &str) -> String {
    const KNOWN: [&str; 6] = ["home", "transfer-out", "aadvice", "absconded", "oth", "exp"];
    let way = KNOWN.iter().find(|known| **known == way).unwrap_or(&"oth");
    voice.t(&listed(rihla_web::key!("papers-way-*"), way))
}

/// The name of a place in the script of a language.
pub fn called_in(place: &Place, lang: Lang) -> String {
    called(&place.name, &place.aliases, lang == Lang::Arabic).to_owned()
}

/// The same desk, speaking the language of a paper.
pub fn speaking(desk: &Desk, lang: Lang) -> Desk {
    let mut desk = desk.clone();
    desk.voice = desk.voice.in_lang(lang);
    desk
}

/// The name in a Reference that is kept as JSON.
fn named_by(reference: &str) -> Option<String> {
    let doc = parse(reference.as_bytes(), &Limits::default()).ok()?;
    doc.root().text("display").map(|name| name.into_owned())
}

/// Midnights between two instants, in a zone.
fn nights(from: Instant, to: Instant, zone: &TimeZone) -> Option<i64> {
    let day = |at: Instant| Some(jiff::Timestamp::from_millisecond(at.0).ok()?.to_zoned(zone.clone()).date());
    Some(day(to)?.duration_since(day(from)?).as_hours() / 24)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nights_are_midnights_of_the_site() {
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        let at = |text: &str| Instant(text.parse::<jiff::Timestamp>().expect("an instant").as_millisecond());
        let between = |from: &str, to: &str| nights(at(from), at(to), &zone);
        assert_eq!(between("2026-01-15T08:00:00Z", "2026-01-15T22:59:00Z"), Some(0));
        assert_eq!(between("2026-01-15T08:00:00Z", "2026-01-15T23:00:00Z"), Some(1), "midnight at the site");
        assert_eq!(between("2026-01-31T22:00:00Z", "2026-03-01T08:00:00Z"), Some(29));
    }

    #[test]
    fn who_signed_is_read_off_the_reference() {
        assert_eq!(named_by(r#"{"reference":"Practitioner/p","display":"Dr A"}"#).as_deref(), Some("Dr A"));
        assert_eq!(named_by(r#"{"reference":"Practitioner/p"}"#), None);
    }
}

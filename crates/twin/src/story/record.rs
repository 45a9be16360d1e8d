//! What a chart says of a person beside the visits: cover, allergies, diagnoses, vaccines, alerts, kin.

use super::chart::{Chart, Visit};
use super::coded::{ABSENT, ATC, CVX, coding, concept, diagnosis, hl7, period, refer, words};
use super::people::{born_at, chance};
use super::plot::{Class, Step};
use super::time::DAY;
use crate::json::Json;

/// The name of a list of codes that the pack gives, for schemes of cover.
fn scheme_system(country: &str) -> String {
    format!("urn:rihla:{}:scheme", country.to_lowercase())
}

impl Chart<'_> {
    pub fn background(&mut self) {
        self.coverage();
        self.allergies();
        self.vaccines();
    }

    fn coverage(&mut self) {
        if self.person.foreign || chance(&mut self.rng, 0.12) {
            return;
        }
        let Some(scheme) = self.rng.pick(&self.lists.schemes).cloned() else { return };
        let id = self.id("cov");
        let number = format!("{:09}", self.rng.below(1_000_000_000));
        let child = self.person.age(self.calendar) < 18.0;
        let from = self.now() - DAY * (90 + self.rng.below(900) as i64);
        let identifier = self.lists.insured.as_ref().map(|system| obj! { "system": system, "value": &number });
        self.out.push(obj! {
            "resourceType": "Coverage", "id": id, "identifier": list![identifier], "status": "active",
            "type": obj! {
                "coding": list![coding(&scheme_system(&self.lists.country), &scheme.code, &scheme.name.fr)], "text": &scheme.name.fr,
                "_text": super::coded::translated(Some(&scheme.name.ar)),
            },
            "subscriberId": number, "beneficiary": self.subject(), "relationship": hl7("subscriber-relationship", if child { "child" } else { "self" }, ""),
            "period": period(self.calendar.day(from), None), "payor": list![refer("Organization", &scheme.manager)],
        });
    }

    /// One in five was never asked: nothing is said of them, and that is what the record has to show.
    fn allergies(&mut self) {
        let drawn = self.rng.unit();
        if drawn < 0.2 {
            return;
        }
        let active = |code: &str| hl7("allergyintolerance-clinical", code, "");
        if drawn < 0.74 {
            let id = self.id("al");
            let ago = DAY * (1 + self.rng.below(900) as i64);
            let recorded = self.instant(self.now() - ago);
            let code = obj! { "coding": list![coding(ABSENT, "no-known-allergies", "No known allergies")], "text": "Aucune allergie connue", "_text": super::coded::translated(Some("لا حساسية معروفة")) };
            self.out.push(obj! {
                "resourceType": "AllergyIntolerance", "id": id, "clinicalStatus": active("active"), "verificationStatus": hl7("allergyintolerance-verification", "confirmed", ""),
                "code": code, "patient": self.subject(), "recordedDate": recorded,
            });
            return;
        }
        let content = self.content;
        let given: Vec<&str> =
            self.plot.step.iter().flat_map(|step| &step.medicines).filter_map(|key| content.medicine.get(key)).map(|medicine| medicine.atc.as_str()).collect();
        let harmless = |start: &String| !given.iter().any(|atc| atc.starts_with(start.as_str()));
        let all: Vec<_> = content.allergy.values().filter(|allergy| allergy.avoid.iter().all(harmless)).collect();
        let first = self.rng.below(all.len());
        let count = if chance(&mut self.rng, 0.2) { 2 } else { 1 };
        for allergy in all.iter().cycle().skip(first).take(count) {
            let id = self.id("al");
            let ago = DAY * (1 + self.rng.below(900) as i64);
            let recorded = self.instant(self.now() - ago);
            let code = allergy.atc.as_ref().map_or_else(|| words(&allergy.name), |code| concept(ATC, code, &allergy.name));
            self.out.push(obj! {
                "resourceType": "AllergyIntolerance", "id": id, "clinicalStatus": active("active"), "verificationStatus": hl7("allergyintolerance-verification", "confirmed", ""),
                "type": "allergy", "category": list![&allergy.category], "criticality": &allergy.criticality, "code": code, "patient": self.subject(),
                "recordedDate": recorded, "reaction": list![obj! { "manifestation": list![words(&allergy.reaction)], "severity": &allergy.severity }],
            });
        }
    }

    /// The doses that a child of that age has had, most of them in time.
    fn vaccines(&mut self) {
        if self.person.age(self.calendar) > 13.0 || self.person.foreign {
            return;
        }
        let content = self.content;
        for vaccine in &content.vaccine {
            if vaccine.sex.is_some_and(|sex| sex != self.person.sex) {
                continue;
            }
            for (number, (age, dose)) in vaccine.doses.iter().enumerate() {
                let late = if *age == 0 { 0 } else { self.rng.below(12) as i64 };
                let at = born_at(self.calendar, &self.person, (i64::from(*age) + late) * DAY);
                if at > self.now() || chance(&mut self.rng, 0.04) {
                    continue;
                }
                let id = self.id("v");
                let lot = format!("L{:05}", self.rng.below(100_000));
                self.out.push(obj! {
                    "resourceType": "Immunization", "id": id, "status": "completed", "vaccineCode": concept(CVX, &vaccine.cvx, &vaccine.name), "patient": self.subject(),
                    "occurrenceDateTime": self.calendar.day(at), "primarySource": *age == 0, "lotNumber": lot,
                    "protocolApplied": list![obj! { "series": dose, "doseNumberPositiveInt": number as u32 + 1 }],
                });
            }
        }
    }

    /// The id that a condition of this key has or will have.
    pub fn condition_id(&self, key: &str) -> String {
        format!("{}-c-{key}", self.person.id)
    }

    /// Tells a diagnosis once; its id.
    pub fn condition(&mut self, key: &str, visit: &Visit) -> Option<String> {
        if let Some(known) = self.conditions.get(key) {
            return Some(known.clone());
        }
        let condition = self.content.condition.get(key)?;
        let id = self.condition_id(key);
        self.conditions.insert(key.to_owned(), id.clone());
        let over = visit.to.filter(|_| !condition.chronic);
        self.out.push(obj! {
            "resourceType": "Condition", "id": &id, "clinicalStatus": hl7("condition-clinical", if over.is_some() { "resolved" } else { "active" }, ""),
            "verificationStatus": hl7("condition-ver-status", "confirmed", ""),
            "category": list![hl7("condition-category", if condition.chronic { "problem-list-item" } else { "encounter-diagnosis" }, "")],
            "code": diagnosis(condition), "subject": self.subject(), "encounter": refer("Encounter", &visit.id), "onsetDateTime": self.calendar.day(visit.from),
            "abatementDateTime": over.map(|to| self.calendar.day(to)), "recordedDate": self.instant(visit.from), "recorder": refer("Practitioner", &visit.doctor),
        });
        Some(id)
    }

    pub fn alerts(&mut self, step: &Step, visit: &Visit) {
        for key in &step.alerts {
            let Some(alert) = self.content.alert.get(key).filter(|_| self.told.insert(format!("alert:{key}:{}", visit.id))) else { continue };
            let id = self.id("f");
            let lasting = visit.class == Class::Visit || key == "fistula-arm" || key == "difficult-airway";
            let over = visit.to.filter(|_| !lasting);
            self.out.push(obj! {
                "resourceType": "Flag", "id": id, "status": if over.is_some() { "inactive" } else { "active" }, "category": list![hl7("flag-category", &alert.category, "")],
                "code": words(&alert.name), "subject": self.subject(), "period": period(self.instant(visit.from), over.map(|to| self.instant(to))),
                "encounter": (!lasting).then(|| refer("Encounter", &visit.id)), "author": refer("Practitioner", &visit.doctor),
            });
        }
    }

    pub fn team(&mut self, visit: &Visit) {
        let id = self.id("t");
        let ward = self.content.ward.get(visit.ward);
        let (code, site) = (self.ward_code(visit.ward), self.person.site);
        let head = self.staff.of(&mut self.rng, site, "head-nurse", code).map(|member| member.id.clone());
        let pharmacist = self.staff.of(&mut self.rng, site, "pharmacist", code).map(|member| member.id.clone());
        let member = |role: &str, id: &str| obj! { "role": list![obj! { "coding": list![obj! { "system": "urn:rihla:role", "code": role }] }], "member": refer("Practitioner", id) };
        let name = ward.map(|ward| format!("Équipe de soins, {}", ward.name.fr));
        self.out.push(obj! {
            "resourceType": "CareTeam", "id": id, "status": "active", "name": name, "subject": self.subject(), "encounter": refer("Encounter", &visit.id),
            "period": period(self.instant(visit.from), None),
            "participant": list![
                Some(&visit.doctor).filter(|id| !id.is_empty()).map(|id| member("physician", id)), Some(&visit.nurse).filter(|id| !id.is_empty()).map(|id| member("nurse", id)),
                head.map(|id| member("head-nurse", &id)), pharmacist.map(|id| member("pharmacist", &id)),
            ],
        });
    }

    /// A newborn's mother, as the newborn's chart names her.
    pub fn mother(&mut self, mother: &super::people::Person) -> String {
        let id = self.id("m");
        self.out.push(obj! {
            "resourceType": "RelatedPerson", "id": &id, "active": true, "patient": self.subject(),
            "relationship": list![hl7("v3-RoleCode", "MTH", "mother")], "name": mother.names(), "gender": "female", "birthDate": mother.birth_text(),
        });
        id
    }
}

/// The RelatedPerson that stands for a mother in her child's chart.
pub fn mother_id(mother: &str, child: usize) -> String {
    format!("{mother}-b{child}-m1")
}

/// A link from a Patient to the RelatedPerson that stands for the same or a close person.
pub fn see_also(related: &str) -> Json {
    obj! { "other": refer("RelatedPerson", related), "type": "seealso" }
}

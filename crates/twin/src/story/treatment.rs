//! Medicines, what was given of them, and what was done.

use super::chart::{Chart, Visit};
use super::coded::{EDQM, concept, hl7, medication, period, quantity, refer, words};
use super::content::Medicine;
use super::plot::{Class, Step};
use super::time::{DAY, HOUR, MINUTE};
use crate::json::Json;

/// Doses are shown as given so far back; an older stay keeps its orders alone.
const GIVEN_SINCE: i64 = 2 * DAY;

impl Chart<'_> {
    pub fn treatment(&mut self, step: &Step, visit: &Visit, reason: Option<&String>) {
        let content = self.content;
        for key in &step.at_home {
            let Some(medicine) = content.medicine.get(key).filter(|_| self.told.insert(format!("home:{key}"))) else { continue };
            let id = self.id("ms");
            let dosage = self.dosage(medicine, None);
            self.out.push(obj! {
                "resourceType": "MedicationStatement", "id": id, "status": "active", "medicationCodeableConcept": medication(medicine), "subject": self.subject(),
                "context": refer("Encounter", &visit.id), "effectivePeriod": period(self.calendar.day(visit.from - 200 * DAY), None), "dateAsserted": self.instant(visit.from),
                "informationSource": self.subject(), "dosage": list![dosage],
            });
        }
        for key in &step.medicines {
            if let Some(medicine) = content.medicine.get(key) {
                self.supersede(key);
                self.ordered.insert(key.clone(), self.out.len());
                self.order_medicine(step, visit, medicine, reason);
            }
        }
    }

    /// An order of the same medicine ends the one before it.
    fn supersede(&mut self, key: &str) {
        let before = self.ordered.get(key).and_then(|at| self.out.get_mut(*at));
        if let Some(Json::Object(fields)) = before {
            for (_, status) in fields.iter_mut().filter(|(name, _)| *name == "status") {
                *status = "completed".into();
            }
        }
    }

    fn order_medicine(&mut self, step: &Step, visit: &Visit, medicine: &Medicine, reason: Option<&String>) {
        let id = self.id("mr");
        let inside = visit.class != Class::Visit;
        let written = visit.from + (15 + self.rng.below(45) as i64) * MINUTE;
        let lasts = i64::from(medicine.days.unwrap_or(90)) * DAY;
        // What is taken for good is written for as long as it takes to the next visit.
        let lasts = step.every.filter(|_| lasts >= 90 * DAY).map_or(lasts, |every| lasts.max((every as i64 + 10) * DAY));
        let ends = match visit.to {
            Some(to) if inside => to.min(written + lasts),
            _ => written + lasts,
        };
        let status = if ends > self.now() { "active" } else { "completed" };
        let dosage = self.dosage(medicine, Some((written, written + lasts)));
        let category = if inside { "inpatient" } else { "outpatient" };
        self.out.push(obj! {
            "resourceType": "MedicationRequest", "id": &id, "status": status, "intent": "order", "category": list![hl7("medicationrequest-category", category, "")],
            "medicationCodeableConcept": medication(medicine), "subject": self.subject(), "encounter": refer("Encounter", &visit.id), "authoredOn": self.instant(written.min(self.now())),
            "requester": refer("Practitioner", &visit.doctor), "reasonReference": list![reason.map(|id| refer("Condition", id))], "dosageInstruction": list![dosage],
        });
        if step.given && medicine.prn.is_none() && visit.end(self.now()) > self.now() - GIVEN_SINCE {
            self.doses(visit, medicine, &id, written, ends.min(self.now()));
        }
    }

    fn dosage(&self, medicine: &Medicine, bounds: Option<(i64, i64)>) -> Json {
        let route = self.content.route.get(&medicine.route);
        let bounds = bounds.map(|(from, to)| period(self.calendar.day(from), Some(self.calendar.day(to))));
        let at: Vec<Json> = medicine.at.iter().map(Json::from).collect();
        let when: Vec<Json> = medicine.when.iter().map(Json::from).collect();
        let repeat = obj! {
            "boundsPeriod": bounds, "frequency": medicine.times, "period": medicine.period, "periodUnit": &medicine.unit, "timeOfDay": at, "when": when,
        };
        let as_needed = medicine.prn.as_ref().map(|why| obj! { "text": why });
        let most = medicine.most.as_ref().map(|most| obj! { "numerator": quantity(most), "denominator": quantity(&["1".into(), "j".into(), "d".into()]) });
        obj! {
            "sequence": 1u32, "text": &medicine.text.fr, "_text": super::coded::translated(medicine.text.ar.as_deref()), "timing": obj! { "repeat": repeat },
            "asNeededCodeableConcept": as_needed, "route": route.map(|route| concept(EDQM, &route.code, &route.name)),
            "doseAndRate": list![obj! { "doseQuantity": quantity(&medicine.dose), "rateQuantity": medicine.rate.as_ref().map(quantity) }], "maxDosePerPeriod": most,
        }
    }

    /// The doses of the last two days, at the hours of a ward; one in thirty was refused.
    fn doses(&mut self, visit: &Visit, medicine: &Medicine, order: &str, from: i64, to: i64) {
        if medicine.unit != "d" || medicine.times == 0 {
            return;
        }
        let from = from.max(self.now() - GIVEN_SINCE);
        let first = self.calendar.start_of(self.calendar.date_of(from));
        let hours = hours(medicine);
        for day in 0..=GIVEN_SINCE / DAY + 1 {
            for due in hours.iter().map(|hour| first + day * DAY + hour * HOUR).filter(|due| (from..to).contains(due)) {
                let id = self.id("ma");
                let refused = self.rng.below(30) == 0;
                let at = due + (self.rng.below(40) as i64 - 15) * MINUTE;
                let route = self.content.route.get(&medicine.route);
                let nurse = obj! { "actor": refer("Practitioner", &visit.nurse) };
                self.out.push(obj! {
                    "resourceType": "MedicationAdministration", "id": id, "status": if refused { "not-done" } else { "completed" },
                    "statusReason": refused.then(|| list![obj! { "text": "Refus du patient" }]), "medicationCodeableConcept": medication(medicine), "subject": self.subject(),
                    "context": refer("Encounter", &visit.id), "effectiveDateTime": self.instant(at.min(self.now())), "performer": list![nurse],
                    "request": refer("MedicationRequest", order),
                    "dosage": (!refused).then(|| obj! { "route": route.map(|route| concept(EDQM, &route.code, &route.name)), "dose": quantity(&medicine.dose) }),
                });
            }
        }
    }

    /// Procedures and alerts.
    pub fn acts(&mut self, step: &Step, visit: &Visit) {
        self.alerts(step, visit);
        let content = self.content;
        let theatre = content.ward.iter().find(|ward| ward.code == "bloc").map(|ward| super::places::ward_id(self.lists, self.person.site, ward));
        for key in &step.procedures {
            let Some(text) = content.procedure.get(key) else { continue };
            let (from, to) = match visit.class {
                Class::Stay => {
                    let start = visit.from + 6 * HOUR + self.rng.below(8) as i64 * HOUR;
                    (start, Some(start + (40 + self.rng.below(120) as i64) * MINUTE))
                }
                _ => (visit.from + 10 * MINUTE, visit.to.map(|to| to - 5 * MINUTE)),
            };
            let (status, to) = match to {
                _ if from > self.now() => ("preparation", None),
                Some(to) if to <= self.now() => ("completed", Some(to)),
                _ => ("in-progress", None),
            };
            let id = self.id("pr");
            let performer = obj! { "actor": refer("Practitioner", &visit.doctor) };
            let surgical = visit.class == Class::Stay && !matches!(key.as_str(), "physiotherapy" | "phototherapy" | "intubation" | "delivery");
            self.out.push(obj! {
                "resourceType": "Procedure", "id": id, "status": status, "code": words(text), "subject": self.subject(), "encounter": refer("Encounter", &visit.id),
                "performedPeriod": (status != "preparation").then(|| period(self.instant(from), to.map(|to| self.instant(to)))), "performer": list![performer],
                "location": theatre.as_ref().filter(|_| surgical).map(|id| refer("Location", id)),
                "reasonReference": list![step.conditions.first().and_then(|key| self.conditions.get(key)).map(|id| refer("Condition", id))],
            });
        }
    }
}

/// The hours at which a ward gives a medicine: those of the order, else those of meals, else evenly through the day.
fn hours(medicine: &Medicine) -> Vec<i64> {
    if !medicine.at.is_empty() {
        return medicine.at.iter().filter_map(|time| time.get(..2)?.parse().ok()).collect();
    }
    if medicine.when.iter().any(|when| when == "HS") {
        return vec![22];
    }
    match (medicine.times, medicine.route.as_str()) {
        (1, _) => vec![8],
        (3, "oral" | "sc") => vec![8, 13, 20],
        (times, _) => (0..i64::from(times)).map(|dose| 6 + dose * 24 / i64::from(times)).collect(),
    }
}

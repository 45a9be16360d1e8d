//! A resource of the record as a fact.

use crate::fact::{Away, Fact, Lab, Place, Span, Stay, Ticket, Visit};
use rihla_clinical::emergency::{EMERGENCY, Moment};
use rihla_clinical::request::KIND;
use rihla_clinical::{Service, State};
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;
use rihla_fhirpath::{Zone, parse_date};
use rihla_packs::CodesBegin;
use rihla_store::key::ResKey;

/// Classes of stays in wards (<https://hl7.org/fhir/R4/v3/ActEncounterCode/vs.html>).
const WARDS: [&str; 3] = ["IMP", "ACUTE", "NONAC"];
/// The system of a ticket's code, and its times.
const QUEUE: &str = "urn:rihla:queue";
const QUEUE_TIME: &str = "urn:rihla:extension:queue-time";
const QUEUE_SLOT: &str = "urn:rihla:extension:queue-slot";
const STEP: &str = "urn:rihla:extension:request-step";
/// The type of emergency departments (<https://hl7.org/fhir/R4/v3/ServiceDeliveryLocationRoleType/vs.html>).
const DEPARTMENT: &str = "ER";

/// What is needed to read a resource.
pub struct Reader<'r> {
    pub zone: &'r Zone,
    pub antibiotics: &'r CodesBegin,
    /// The key of a resource by type and id; 0 for one that is not there.
    pub key: &'r dyn Fn(&str, &str) -> ResKey,
}

/// The types that are read.
pub const TYPES: [&str; 5] = ["Encounter", "Location", "ServiceRequest", "Task", "MedicationAdministration"];

impl Reader<'_> {
    /// `before`: the fact of the version before, which a place adds to. `written`: when this version was written.
    pub fn read(&self, ty: &str, value: Value<'_>, before: Option<&Fact>, written: i64) -> Option<Fact> {
        match ty {
            "Encounter" => self.encounter(value),
            "Location" => Some(self.place(value, before, written)),
            "ServiceRequest" => self.lab(value),
            "Task" => self.ticket(value),
            "MedicationAdministration" => self.dose(value),
            _ => None,
        }
    }

    fn encounter(&self, value: Value<'_>) -> Option<Fact> {
        let stay = rihla_clinical::Stay::read(value, 1, self.zone);
        if stay.state == State::Void {
            return None;
        }
        let present = stay.movements.iter().filter(|one| one.cancelled.is_none() && one.kind.is_presence());
        let spans: Vec<Span> = present
            .filter_map(|one| Some(Span { place: (self.key)("Location", &one.spot.location), from: one.from?.0, to: one.to.or(stay.to).map(|at| at.0) }))
            .collect();
        let patient = (self.key)("Patient", &stay.patient);
        let at = |moment: Moment| stay.first_time(moment).map(|time| time.signed.at.0);
        if stay.class == EMERGENCY {
            // Dead when they came: nobody waited, and nobody was admitted (FACTS §7, art. 46).
            if stay.death.is_some() && stay.arrived().is_some() && stay.arrived() == stay.to {
                return None;
            }
            // Whoever came back after leaving unseen was seen in the end.
            let last = stay.times.last().map(|time| time.moment);
            let admitted = stay.times.iter().find(|time| time.moment == Moment::Decision && time.what == "admit");
            return Some(Fact::Visit(Visit {
                patient,
                place: spans.first().map_or(0, |span| span.place),
                arrival: stay.arrived().map(|at| at.0),
                triage: at(Moment::TriageBegin),
                contact: at(Moment::Contact),
                admit: admitted.map(|time| time.signed.at.0),
                end: stay.to.map(|at| at.0),
                away: match last {
                    Some(Moment::LeftUnseen) => Away::Unseen,
                    Some(Moment::Redirected) => Away::Redirected,
                    _ => Away::No,
                },
                spans,
            }));
        }
        let (from, to) = (stay.from.map(|at| at.0), stay.to.map(|at| at.0));
        let died = stay.death.is_some() || stay.disposition.as_deref() == Some("exp");
        (WARDS.contains(&stay.class.as_str()) && stay.state != State::Planned).then_some(Fact::Stay(Stay { patient, from, to, died, spans }))
    }

    fn place(&self, value: Value<'_>, before: Option<&Fact>, written: i64) -> Fact {
        let read = rihla_clinical::Place::read(value, 1, self.zone);
        let codes = value.all("type").into_iter().flat_map(|one| one.all("coding"));
        let emergency = codes.into_iter().any(|coding| coding.text("code").as_deref() == Some(DEPARTMENT));
        let mut open = match before {
            Some(Fact::Place(before)) => before.open.clone(),
            _ => Vec::new(),
        };
        let now = read.service == Service::Open;
        if open.last().is_none_or(|(_, last)| *last != now) {
            open.push((written, now));
        }
        Fact::Place(Place {
            above: read.above.as_deref().map_or(0, |above| (self.key)("Location", above)),
            ward: read.level == "wa",
            emergency,
            capacity: if read.is_place { read.capacity } else { 0 },
            open,
        })
    }

    fn time(&self, text: Option<&str>) -> Option<i64> {
        parse_date(text?, self.zone).map(|span| span.lo)
    }

    fn lab(&self, value: Value<'_>) -> Option<Fact> {
        let coded = value.all("category").into_iter().flat_map(|one| one.all("coding"));
        let is_lab = coded.into_iter().any(|one| one.text("system").as_deref() == Some(KIND) && one.text("code").as_deref() == Some("lab"));
        let status = value.text("status").unwrap_or_default();
        if !is_lab || matches!(status.as_ref(), "draft" | "entered-in-error") {
            return None;
        }
        let step = |code: &str| {
            let steps = value.extensions("", STEP);
            let part = |one: &Value<'_>, url: &str, path: &str| one.extensions("", url).first().and_then(|part| part.text(path)).map(|text| text.into_owned());
            let own = steps.iter().find(|one| part(one, "step", "valueCode").as_deref() == Some(code))?;
            self.time(part(own, "at", "valueDateTime").as_deref())
        };
        let place = value.reference("locationReference.reference", "Location").map_or(0, |id| (self.key)("Location", &id));
        let asked = step("sign").or_else(|| self.time(value.text("authoredOn").as_deref()));
        Some(Fact::Lab(Lab { place, asked, done: step("done"), off: status == "revoked" }))
    }

    fn ticket(&self, value: Value<'_>) -> Option<Fact> {
        let coded = value.all("code.coding");
        if !coded.iter().any(|one| one.text("system").as_deref() == Some(QUEUE) && one.text("code").as_deref() == Some("ticket")) {
            return None;
        }
        let first = |moment: &str| {
            let times = value.extensions("", QUEUE_TIME);
            let part = |one: &Value<'_>, url: &str, path: &str| one.extensions("", url).first().and_then(|part| part.text(path)).map(|text| text.into_owned());
            let own = times.iter().filter(|one| part(one, "moment", "valueCode").as_deref() == Some(moment));
            own.filter_map(|one| self.time(part(one, "at", "valueDateTime").as_deref())).min()
        };
        let slot = value.extensions("", QUEUE_SLOT).first().and_then(|one| self.time(one.text("valueDateTime").as_deref()));
        let place = value.reference("location.reference", "Location").map_or(0, |id| (self.key)("Location", &id));
        let issued = first("issued").or_else(|| self.time(value.text("authoredOn").as_deref()));
        let over = matches!(value.text("status").as_deref(), Some("completed" | "cancelled" | "failed" | "entered-in-error"));
        Some(Fact::Ticket(Ticket { place, issued, slot, called: first("called"), over }))
    }

    fn dose(&self, value: Value<'_>) -> Option<Fact> {
        let given = matches!(value.text("status").as_deref(), Some("completed" | "in-progress"));
        let coded = value.all("medicationCodeableConcept.coding");
        let known = |one: &Value<'_>| {
            one.text("system").as_deref() == Some(&self.antibiotics.system) && one.text("code").is_some_and(|code| code.starts_with(&self.antibiotics.prefix))
        };
        if !given || !coded.iter().any(known) {
            return None;
        }
        let at = self.time(value.text("effectiveDateTime").or_else(|| value.text("effectivePeriod.start")).as_deref())?;
        let patient = (self.key)("Patient", &value.reference("subject.reference", "Patient")?);
        Some(Fact::Dose { patient, at })
    }
}

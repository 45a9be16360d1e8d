//! Vital signs, laboratory results and images.

use super::chart::{Chart, Visit};
use super::coded::{LOINC, coding, concept, hl7, measured, refer, words};
use super::content::{Lab, Panel, Vitals};
use super::people::between;
use super::plot::{Class, Step};
use super::time::{DAY, HOUR, MINUTE};
use crate::json::Json;
use std::collections::BTreeMap;

fn sign_code(sign: &Lab) -> Json {
    let also = sign.also.as_ref().map(|code| coding(LOINC, code, &sign.name.fr));
    obj! {
        "coding": list![coding(LOINC, &sign.loinc, &sign.name.fr), also], "text": &sign.name.fr,
    }
}

fn sign_value(sign: &Lab, value: f64) -> Json {
    measured(format!("{value:.*}", sign.decimals), &sign.unit, sign.ucum.as_deref().unwrap_or(&sign.unit))
}

fn toward([low, high]: [f64; 2], [good_low, good_high]: [f64; 2], share: f64) -> [f64; 2] {
    [low + (good_low - low) * share, high + (good_high - high) * share]
}

/// About what a body weighs and measures at an age.
fn body(age: f64, born: f64) -> (f64, f64) {
    match age {
        age if age < 1.0 => (3.2 + 6.3 * age * (0.9 + 0.2 * born), 50.0 + 25.0 * age),
        age if age < 12.0 => (8.0 + 2.3 * age * (0.85 + 0.3 * born), 75.0 + 6.2 * age),
        age if age < 17.0 => (36.0 + 5.0 * (age - 12.0) * (0.8 + 0.4 * born), 148.0 + 4.0 * (age - 12.0)),
        _ => (54.0 + 38.0 * born, 154.0 + 28.0 * born),
    }
}

impl Chart<'_> {
    fn healthy(&self) -> Option<&Vitals> {
        let age = self.person.age(self.calendar);
        let key = if age < 0.2 {
            "newborn"
        } else if age < 12.0 {
            "child"
        } else {
            "normal"
        };
        self.content.vitals.get(key)
    }

    /// Each round at its time: more of them where patients are watched, fewer in what lies long back.
    pub fn vital_signs(&mut self, step: &Step, visit: &Visit) {
        let Some(profile) = step.vitals.as_ref().and_then(|key| self.content.vitals.get(key)).cloned() else { return };
        let good = self.healthy().cloned().unwrap_or_else(|| profile.clone());
        let end = visit.end(self.now());
        let rounds = i64::from(self.content.ward.get(visit.ward).map_or(3, |ward| ward.rounds));
        let long_ago = self.now() - end > 45 * DAY;
        let every = match visit.class {
            Class::Stay if long_ago => DAY,
            Class::Stay => DAY / rounds.max(1),
            Class::Emergency => 2 * HOUR,
            Class::Day => 90 * MINUTE,
            Class::Visit | Class::Booked => DAY,
        };
        let every = if long_ago && visit.class == Class::Day { DAY } else { every };
        let mut at = (visit.from + 10 * MINUTE + self.rng.below(15) as i64 * MINUTE).min(end);
        if visit.class != Class::Emergency || step.class == Class::Emergency {
            self.body_size(visit, at);
        }
        while at <= end {
            let gain = match (visit.class, step.died) {
                (Class::Stay, false) => visit.share(at) * 0.9,
                _ => 0.0,
            };
            let mut read = profile.clone();
            for (sign, bad) in &mut read {
                let good = good.get(sign).copied().unwrap_or([0.0, 1.0]);
                let value = between(&mut self.rng, toward(*bad, good, gain));
                *bad = [if sign == "saturation" { value.min(100.0) } else { value }; 2];
            }
            self.pressure(visit, at, &read);
            for (sign, [value, _]) in read.iter().filter(|(sign, _)| !matches!(sign.as_str(), "systolic" | "diastolic")) {
                self.sign(visit, at, sign, *value);
            }
            at += every + (self.rng.below(21) as i64 - 10) * MINUTE;
        }
    }

    fn body_size(&mut self, visit: &Visit, at: i64) {
        let born = f64::from(self.person.number.wrapping_mul(2_654_435_761) >> 16) / 65_536.0;
        let (weight, height) = body(self.calendar.age_at(self.person.birth, at).max(0.0), born);
        let weight = weight * between(&mut self.rng, [0.98, 1.02]);
        self.sign(visit, at, "weight", weight);
        self.sign(visit, at, "height", height);
    }

    fn sign(&mut self, visit: &Visit, at: i64, sign: &str, value: f64) {
        let Some(sign) = self.content.sign.get(sign) else { return };
        let id = self.id("o");
        self.bedside(id, visit, at, sign_code(sign), sign_value(sign, value), Json::Nothing);
    }

    /// A healthy reading, where only the number of them counts.
    pub fn sign_like(&mut self, visit: &Visit, at: i64, sign: &str) {
        let range = self.healthy().and_then(|vitals| vitals.get(sign)).copied().unwrap_or([60.0, 75.0]);
        let value = between(&mut self.rng, range);
        self.sign(visit, at, sign, value);
    }

    /// A result that fits the story, where only the number of them counts.
    pub fn lab_like(&mut self, step: &Step, visit: &Visit, key: &str, at: i64) {
        if let Some(lab) = self.content.lab.get(key) {
            let value = self.value(step, visit, key, lab, at, None);
            self.lab(visit, lab, value, at, at + HOUR);
        }
    }

    fn pressure(&mut self, visit: &Visit, at: i64, read: &Vitals) {
        let sign = &self.content.sign;
        let part = |key: &str| {
            Some((sign.get(key)?, read.get(key)?)).map(|(sign, [value, _])| obj! { "code": sign_code(sign), "valueQuantity": sign_value(sign, *value) })
        };
        let (Some(both), systolic, diastolic) = (sign.get("pressure"), part("systolic"), part("diastolic")) else { return };
        let code = sign_code(both);
        let id = self.id("o");
        self.bedside(id, visit, at, code, Json::Nothing, list![systolic, diastolic]);
    }

    fn bedside(&mut self, id: String, visit: &Visit, at: i64, code: Json, value: Json, parts: Json) {
        let nurse = Some(&visit.nurse).filter(|id| !id.is_empty()).map(|id| refer("Practitioner", id));
        self.out.push(obj! {
            "resourceType": "Observation", "id": id, "status": "final", "category": list![hl7("observation-category", "vital-signs", "Vital Signs")], "code": code,
            "subject": self.subject(), "encounter": refer("Encounter", &visit.id), "effectiveDateTime": self.instant(at), "performer": list![nurse],
            "valueQuantity": value, "component": parts,
        });
    }

    /// Blood is taken at the beginning, and every other morning of a stay, every morning in intensive care.
    pub fn results(&mut self, step: &Step, visit: &Visit) {
        let end = visit.end(self.now());
        let mut times = vec![visit.from + 20 * MINUTE];
        if visit.class == Class::Stay {
            let every = if self.ward_code(visit.ward) == "rea" { 1 } else { 2 };
            let mut day = self.calendar.start_of(self.calendar.date_of(visit.from)) + every * DAY + 6 * HOUR + 30 * MINUTE;
            while day < end {
                times.push(day);
                day += every * DAY;
            }
        }
        for (round, at) in times.iter().enumerate().filter(|(_, at)| **at < end.max(visit.from + HOUR)) {
            for key in &step.panels {
                let Some(panel) = self.content.panel.get(key) else { continue };
                self.panel(step, visit, key, panel, *at);
            }
            if round == 0 {
                self.findings(step, visit, *at);
            }
        }
        if visit.to.is_none() {
            for key in &step.pending {
                self.pending(visit, key);
            }
        }
    }

    fn panel(&mut self, step: &Step, visit: &Visit, key: &str, panel: &Panel, at: i64) {
        let content = self.content;
        let done = at + HOUR + self.rng.below(90) as i64 * MINUTE;
        let known = done <= self.now();
        let order = self.order(visit, "laboratory", key, words(&panel.name), at - 15 * MINUTE, if known { "completed" } else { "active" });
        let mut results = Vec::new();
        let mut read: BTreeMap<&str, f64> = BTreeMap::new();
        for lab in panel.labs.iter().filter(|_| known) {
            let Some(what) = content.lab.get(lab) else { continue };
            let lead = what.follows.as_ref().and_then(|(lead, times)| Some(read.get(lead.as_str())? * times));
            let value = self.value(step, visit, lab, what, at, lead);
            read.insert(lab, value);
            results.push(refer("Observation", &self.lab(visit, what, value, at, done)));
        }
        if !known {
            return;
        }
        let id = self.id("r");
        let biologist = self.staff.of(&mut self.rng, self.person.site, "biologist", "").map(|member| refer("Practitioner", &member.id));
        self.out.push(obj! {
            "resourceType": "DiagnosticReport", "id": id, "basedOn": list![refer("ServiceRequest", &order)], "status": "final", "category": list![hl7("v2-0074", "LAB", "")],
            "code": obj! { "coding": list![coding(LOINC, "11502-2", "Laboratory report")], "text": &panel.name.fr, "_text": super::coded::translated(panel.name.ar.as_deref()) },
            "subject": self.subject(), "encounter": refer("Encounter", &visit.id), "effectiveDateTime": self.instant(at), "issued": self.instant(done),
            "resultsInterpreter": list![biologist], "result": results,
        });
    }

    /// What the step says, else what the story says, else what fits the value that it follows, else what is healthy.
    fn value(&mut self, step: &Step, visit: &Visit, key: &str, lab: &Lab, at: i64, lead: Option<f64>) -> f64 {
        let told = match (step.values.get(key), self.plot.trend.get(key)) {
            (Some([from, to]), _) => Some(from + (to - from) * visit.share(at)),
            (None, Some([from, to])) => Some(from + (to - from) * visit.progress),
            (None, None) => lead,
        };
        if let Some(value) = told {
            let loose = if key == "ph" { 0.001 } else { 0.04 };
            return value * between(&mut self.rng, [1.0 - loose, 1.0 + loose]);
        }
        let (low, high) = bounds(lab, self.person.sex);
        let low = low.unwrap_or(high.unwrap_or(1.0) * 0.1);
        let high = high.unwrap_or(low * 1.6);
        between(&mut self.rng, [low + (high - low) * 0.12, low + (high - low) * 0.88])
    }

    fn lab(&mut self, visit: &Visit, lab: &Lab, value: f64, at: i64, done: i64) -> String {
        let id = self.id("o");
        let text = format!("{value:.*}", lab.decimals);
        let (low, high) = bounds(lab, self.person.sex);
        let ucum = lab.ucum.as_deref().unwrap_or(&lab.unit);
        let bound = |limit: Option<f64>| limit.map(|limit| measured(format!("{limit:.*}", lab.decimals), &lab.unit, ucum));
        // Judged as it is printed, so that nobody sees a normal number with a flag.
        let flag = flag(text.parse().unwrap_or(value), low, high, lab.critical);
        self.out.push(obj! {
            "resourceType": "Observation", "id": &id, "status": "final", "category": list![hl7("observation-category", "laboratory", "Laboratory")],
            "code": concept(LOINC, &lab.loinc, &lab.name), "subject": self.subject(), "encounter": refer("Encounter", &visit.id), "effectiveDateTime": self.instant(at),
            "issued": self.instant(done), "valueQuantity": measured(text, &lab.unit, ucum), "interpretation": list![hl7("v3-ObservationInterpretation", flag, "")],
            "referenceRange": list![obj! { "low": bound(low), "high": bound(high) }],
        });
        id
    }

    fn findings(&mut self, step: &Step, visit: &Visit, at: i64) {
        let content = self.content;
        for (key, which) in &step.findings {
            let Some(finding) = content.finding.get(key) else { continue };
            let (Some(value), Some(flag)) = (finding.values.get(*which), finding.flags.get(*which)) else { continue };
            // A culture takes two days to be read.
            let done = at + if key.ends_with("culture") { 2 * DAY } else { 5 * HOUR };
            let order = self.order(visit, "laboratory", key, words(&finding.name), at, if done <= self.now() { "completed" } else { "active" });
            if done > self.now() {
                continue;
            }
            let id = self.id("o");
            self.out.push(obj! {
                "resourceType": "Observation", "id": &id, "basedOn": list![refer("ServiceRequest", &order)], "status": "final",
                "category": list![hl7("observation-category", "laboratory", "Laboratory")], "code": concept(LOINC, &finding.loinc, &finding.name), "subject": self.subject(),
                "encounter": refer("Encounter", &visit.id), "effectiveDateTime": self.instant(at), "issued": self.instant(done), "valueCodeableConcept": words(value),
                "interpretation": list![hl7("v3-ObservationInterpretation", flag, "")],
            });
        }
    }

    pub fn images(&mut self, step: &Step, visit: &Visit) {
        let content = self.content;
        for key in &step.imaging {
            let Some(image) = content.imaging.get(key) else { continue };
            let at = visit.from + (30 + self.rng.below(120) as i64) * MINUTE;
            let done = at + (20 + self.rng.below(180) as i64) * MINUTE;
            let order = self.order(visit, "imaging", key, words(&image.name), at - 20 * MINUTE, if done <= self.now() { "completed" } else { "active" });
            if done > self.now() {
                continue;
            }
            let id = self.id("r");
            let reader = self.staff.of(&mut self.rng, self.person.site, "radiologist", "").map(|member| refer("Practitioner", &member.id));
            self.out.push(obj! {
                "resourceType": "DiagnosticReport", "id": id, "basedOn": list![refer("ServiceRequest", &order)], "status": "final",
                "category": list![hl7("v2-0074", if image.modality == "ECG" { "EC" } else { "RAD" }, "")],
                "code": concept(LOINC, image.loinc.as_deref().unwrap_or("18748-4"), &image.name), "subject": self.subject(), "encounter": refer("Encounter", &visit.id),
                "effectiveDateTime": self.instant(at), "issued": self.instant(done), "resultsInterpreter": list![reader], "conclusion": &image.conclusion.fr,
                "_conclusion": super::coded::translated(image.conclusion.ar.as_deref()),
            });
        }
    }

    fn pending(&mut self, visit: &Visit, key: &str) {
        let content = self.content;
        let at = self.now() - (10 + self.rng.below(170) as i64) * MINUTE;
        let at = at.max(visit.from);
        if let Some(panel) = content.panel.get(key) {
            self.order(visit, "laboratory", key, words(&panel.name), at, "active");
        } else if let Some(image) = content.imaging.get(key) {
            self.order(visit, "imaging", key, words(&image.name), at, "active");
        }
    }

    fn order(&mut self, visit: &Visit, kind: &str, key: &str, code: Json, at: i64, status: &str) -> String {
        let id = self.id("s");
        let at = at.min(self.now()).max(visit.from);
        let urgent = visit.class == Class::Emergency || self.rng.below(8) == 0;
        let mut code = code;
        if let Json::Object(fields) = &mut code {
            fields.insert(0, ("coding", list![obj! { "system": "urn:rihla:order", "code": key }]));
        }
        self.out.push(obj! {
            "resourceType": "ServiceRequest", "id": &id, "status": status, "intent": "order",
            "category": list![obj! { "coding": list![obj! { "system": "urn:rihla:order-category", "code": kind }], "text": if kind == "imaging" { "Imagerie" } else { "Biologie" } }],
            "priority": if urgent { "urgent" } else { "routine" }, "code": code, "subject": self.subject(), "encounter": refer("Encounter", &visit.id),
            "occurrenceDateTime": self.instant(at), "authoredOn": self.instant(at), "requester": refer("Practitioner", &visit.doctor),
        });
        id
    }
}

fn bounds(lab: &Lab, sex: super::lists::Sex) -> (Option<f64>, Option<f64>) {
    let [low, high] = lab.male.filter(|_| sex == super::lists::Sex::Male).unwrap_or(lab.range);
    (Some(low).filter(|low| *low >= 0.0), Some(high).filter(|high| *high >= 0.0))
}

fn flag(value: f64, low: Option<f64>, high: Option<f64>, critical: Option<[f64; 2]>) -> &'static str {
    let [least, most] = critical.unwrap_or([-1.0, -1.0]);
    if least >= 0.0 && value <= least {
        "LL"
    } else if most >= 0.0 && value >= most {
        "HH"
    } else if low.is_some_and(|low| value < low) {
        "L"
    } else if high.is_some_and(|high| value > high) {
        "H"
    } else {
        "N"
    }
}

//! A set as it is written: one Observation a value, bound by the number of the set, and one of the score with where it came
//! from (<https://hl7.org/fhir/R4/observation-vitalsigns.html>).

use crate::of::Of;
use crate::taken;
use crate::told::named;
use crate::value::{LOINC, SIGN, Value, choice};
use rihla_kernel::{Instant, Lang};
use rihla_packs::{Measure, Sign, SignKind};
use rihla_scores::{Number, Reading};
use rihla_web::{Refusal, quoted};

/// The system of the numbers of sets.
pub const SET: &str = "urn:rihla:signs:set";
/// The system of scores by their ids; that of items has the score's id after it.
pub const SCORE: &str = "urn:rihla:score";
/// The system of what totals ask for.
pub const LEVEL: &str = "urn:rihla:score:level";
const CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/observation-category";
const UCUM: &str = "http://unitsofmeasure.org";

/// What all Observations of a set say.
pub struct Frame<'f> {
    pub of: &'f Of,
    /// The id of the set, which is that of its first Observation.
    pub set: &'f str,
    pub at: Instant,
    /// The stay that goes on.
    pub stay: Option<String>,
}

impl Frame<'_> {
    /// All Observations with their ids. The first has the id that the form was given, so whoever sends it twice writes once.
    pub fn all(&self, values: &[(&Sign, Value)], reading: Option<&Reading<'_>>) -> Result<Vec<(String, String)>, Refusal> {
        let mut out = Vec::new();
        for (sign, value) in values {
            let id = if out.is_empty() { self.set.to_owned() } else { self.of.desk.reserve("Observation", self.of.id())? };
            let json = self.observation("vital-signs", &code(&self.own(sign), &sign.loinc, &sign.code), &self.value(sign, value));
            out.push((id, json));
        }
        let froms: Vec<String> = out.iter().map(|(id, _)| id.clone()).collect();
        if let Some(reading) = reading.filter(|reading| reading.total().is_some()) {
            out.push((self.of.desk.reserve("Observation", self.of.id())?, self.score(reading, &froms)));
        }
        Ok(out)
    }

    fn own(&self, sign: &Sign) -> String {
        self.said(&sign.names)
    }

    /// In the language in which the house keeps its record.
    fn said(&self, names: &rihla_packs::Names) -> String {
        names.get(&self.of.desk.house.pack().default_language).cloned().unwrap_or_default()
    }

    fn observation(&self, category: &str, code: &str, more: &str) -> String {
        let voice = self.of.voice();
        let stay = self.stay.as_ref().map(|stay| format!(r#","encounter":{{"reference":{}}}"#, quoted(&format!("Encounter/{stay}")))).unwrap_or_default();
        format!(
            r#"{{"resourceType":"Observation","identifier":[{{"system":"{SET}","value":{set}}}],"status":"final","category":[{{"coding":[{{"system":"{CATEGORY}","code":"{category}"}}]}}],"code":{code},"subject":{{"reference":{patient}}}{stay},"effectiveDateTime":{at},"issued":{now},"performer":[{author}]{more}}}"#,
            set = quoted(self.set),
            patient = quoted(&format!("Patient/{}", self.of.id())),
            at = quoted(&taken::fhir(self.at, voice.zone())),
            now = quoted(&self.of.desk.instant()),
            author = self.of.desk.author_reference(),
        )
    }

    fn value(&self, sign: &Sign, value: &Value) -> String {
        match (value, &sign.kind) {
            (Value::Number(text), SignKind::Number(measure)) => format!(r#","valueQuantity":{}"#, quantity(text, measure)),
            (Value::Pair(texts), SignKind::Pair(parts, _)) => {
                let part = |(part, text): (&rihla_packs::Part, &String)| {
                    format!(r#"{{"code":{},"valueQuantity":{}}}"#, code(&self.said(&part.names), &part.loinc, &part.code), quantity(text, &part.measure))
                };
                format!(r#","component":[{}]"#, parts.iter().zip(texts).map(part).collect::<Vec<_>>().join(","))
            }
            (Value::Choice(chosen), _) => {
                let words = choice(sign, chosen).map(|choice| self.said(&choice.names)).unwrap_or_default();
                let system = quoted(&format!("{SIGN}:{}", sign.code));
                format!(r#","valueCodeableConcept":{{"coding":[{{"system":{system},"code":{}}}],"text":{}}}"#, quoted(chosen), quoted(&words))
            }
            _ => String::new(),
        }
    }

    /// The Observation of a score; `froms`: of which Observations its values came.
    pub fn score(&self, reading: &Reading<'_>, froms: &[String]) -> String {
        let score = reading.score;
        let froms = froms.iter().map(|id| format!(r#"{{"reference":{}}}"#, quoted(&format!("Observation/{id}")))).collect::<Vec<_>>().join(",");
        let derived = if froms.is_empty() { String::new() } else { format!(r#","derivedFrom":[{froms}]"#) };
        let lang = Lang::from_tag(&self.of.desk.house.pack().default_language).unwrap_or_default();
        let part = |(item, points): &(&rihla_scores::Item, Result<i32, rihla_scores::Lack>)| {
            let system = quoted(&format!("{SCORE}:{}", score.id));
            let points = (*points).ok()?;
            Some(format!(
                r#"{{"code":{{"coding":[{{"system":{system},"code":{}}}],"text":{}}},"valueQuantity":{}}}"#,
                quoted(&item.code),
                quoted(named(&item.names, lang)),
                in_points(points)
            ))
        };
        let parts = reading.parts.iter().filter_map(part).collect::<Vec<_>>().join(",");
        let meaning = reading.band().map(|band| {
            format!(r#","interpretation":[{{"coding":[{{"system":"{LEVEL}","code":"{}"}}],"text":{}}}]"#, band.level.code(), quoted(named(&band.names, lang)))
        });
        let code = format!(r#"{{"coding":[{{"system":"{SCORE}","code":{}}}],"text":{}}}"#, quoted(&score.id), quoted(named(&score.names, lang)));
        let total = in_points(reading.total().unwrap_or_default());
        let more = format!(r#","valueQuantity":{total}{}{derived},"component":[{parts}]"#, meaning.unwrap_or_default());
        self.observation("survey", &code, &more)
    }
}

fn in_points(points: i32) -> String {
    format!(r#"{{"value":{points},"unit":"points","system":"{UCUM}","code":"{{score}}"}}"#)
}

/// LOINC's code, or the house's own where LOINC has no word for it: one only, so that a value stands in one course.
fn code(words: &str, loinc: &[String], own: &str) -> String {
    let (system, code) = loinc.first().map_or((SIGN, own), |loinc| (LOINC, loinc.as_str()));
    format!(r#"{{"coding":[{{"system":"{system}","code":{}}}],"text":{}}}"#, quoted(code), quoted(words))
}

fn quantity(text: &str, measure: &Measure) -> String {
    // What was typed was read as a number: no other text is written where JSON has one.
    let value = Number::parse(text).map_or("0", |_| text);
    format!(r#"{{"value":{value},"unit":{},"system":"{UCUM}","code":{}}}"#, quoted(&measure.unit), quoted(&measure.ucum))
}

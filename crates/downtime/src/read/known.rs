//! What is known of some patients: allergies, alerts, medicines, requests, signs, diet, notes.

use super::ask::{People, all};
use crate::pack::{Allergies, Dated, Sign};
use rihla_fhir::json::Value;
use rihla_fhir::view::{Concept, Look, Quantity};
use rihla_kernel::{Fault, Instant};
use rihla_packs::Pack;
use rihla_store::body::instant_text;
use rihla_store::{Scoped, Stored};
use rihla_web::text::{DoseLine, Html, Voice, auto, ltr};
use rihla_web::{alerts, look};
use std::collections::{BTreeMap, BTreeSet};

const HOUR: i64 = 3_600_000;
/// Signs are read of so many hours, notes of so many days.
const SIGNS_HOURS: i64 = 48;
const NOTES_DAYS: i64 = 14;
/// Lines of one kind on a sheet, of one patient.
const LINES: usize = 40;
const SIGNS: usize = 16;
const NOTES: usize = 5;
/// Look-alike spellings come from the pack; it has none that anybody has confirmed.
const TALL: &[String] = &[];

#[derive(Clone, Debug, Default)]
pub struct Known {
    pub allergies: Allergies,
    pub alerts: Vec<String>,
    pub requests: Vec<Dated>,
    pub medicines: Vec<Html>,
    pub held: Vec<Html>,
    pub never: Vec<Html>,
    pub signs: Vec<Sign>,
    pub diet: Vec<String>,
    pub notes: Vec<Dated>,
    pub cut: bool,
}

/// How what was found of one patient becomes lines.
type Fill<'f> = dyn FnMut(&mut Known, Vec<Stored>) -> Result<(), Fault> + 'f;

struct Reading<'r> {
    record: &'r Scoped,
    voice: &'r Voice,
    people: &'r People,
    out: BTreeMap<String, Known>,
}

/// By the record that stands for the person.
pub fn read_known(record: &Scoped, voice: &Voice, pack: &Pack, people: &People) -> Result<BTreeMap<String, Known>, Fault> {
    if people.records.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut reading = Reading { record, voice, people, out: BTreeMap::new() };
    reading.allergies_and_alerts()?;
    reading.medicines()?;
    reading.requests()?;
    reading.signs(pack)?;
    reading.diet_and_notes()?;
    Ok(reading.out)
}

impl Reading<'_> {
    /// One question about all of them.
    fn each(&mut self, ty: &str, path: &str, more: &[(&str, &str)], fill: &mut Fill<'_>) -> Result<(), Fault> {
        let ids = self.people.asked();
        let mut asked = vec![("patient", ids.as_str())];
        asked.extend(more);
        let (found, cut) = all(self.record, ty, &asked)?;
        if cut {
            // Whose lines are missing is not known: it is said of all.
            for id in self.people.records.keys() {
                self.out.entry(self.people.one(id)).or_default().cut = true;
            }
        }
        for (id, of) in self.people.grouped(found, path) {
            fill(self.out.entry(id).or_default(), of)?;
        }
        Ok(())
    }

    fn allergies_and_alerts(&mut self) -> Result<(), Fault> {
        let voice = self.voice;
        self.each("AllergyIntolerance", "patient.reference", &[], &mut |known, found| {
            known.allergies = match rihla_web::Allergies::of(&found, voice) {
                rihla_web::Allergies::Hidden | rihla_web::Allergies::NotAsked => Allergies::NotAsked,
                rihla_web::Allergies::NoneKnown => Allergies::NoneKnown,
                rihla_web::Allergies::Known(list) => Allergies::Known(list.into_iter().map(|one| (one.what, one.severe)).collect()),
            };
            Ok(())
        })?;
        self.each("Flag", "subject.reference", &[], &mut |known, found| {
            known.alerts = alerts(&found, voice);
            Ok(())
        })
    }

    fn medicines(&mut self) -> Result<(), Fault> {
        let (voice, record) = (self.voice, self.record);
        let mut names: BTreeMap<String, Option<Stored>> = BTreeMap::new();
        let ty = rihla_fhir::r4::tables().resource_type("Medication");
        let mut named = |id: &str| -> Option<Stored> {
            let read = || ty.and_then(|ty| record.read(ty, id).ok());
            names.entry(id.to_owned()).or_insert_with(read).clone()
        };
        self.each("MedicationRequest", "subject.reference", &[("status", "active,on-hold"), ("_sort", "-authoredon")], &mut |known, found| {
            for stored in found {
                let Some(Some((line, of))) = look(&stored, |order| medicine(order, voice, &mut named)) else { continue };
                let to = match of {
                    Given::Never => &mut known.never,
                    Given::Held => &mut known.held,
                    Given::Runs => &mut known.medicines,
                };
                if to.len() < LINES { to.push(line) } else { known.cut = true }
            }
            Ok(())
        })
    }

    fn requests(&mut self) -> Result<(), Fault> {
        let voice = self.voice;
        let fill = |words: &'static str, when: &'static str| {
            move |known: &mut Known, found: Vec<Stored>| {
                for stored in found {
                    let Some(Some(line)) = look(&stored, |one| request(one, words, when, voice)) else { continue };
                    if known.requests.len() < LINES { known.requests.push(line) } else { known.cut = true }
                }
                Ok(())
            }
        };
        self.each("ServiceRequest", "subject.reference", &[("status", "active")], &mut fill("code", "authoredOn"))?;
        let open = "requested,received,accepted,ready,in-progress,on-hold";
        self.each("Task", "for.reference", &[("status", open)], &mut fill("code", "authoredOn"))
    }

    fn signs(&mut self, pack: &Pack) -> Result<(), Fault> {
        let voice = self.voice;
        let since = format!("ge{}", instant_text(Instant(voice.now().0 - SIGNS_HOURS * HOUR)));
        let asked = [("category", "vital-signs,survey"), ("date", since.as_str()), ("_sort", "-date")];
        self.each("Observation", "subject.reference", &asked, &mut |known, found| {
            let mut seen = BTreeSet::new();
            for stored in found {
                let Some(Some((key, sign))) = look(&stored, |one| sign(one, pack, voice)) else { continue };
                if known.signs.len() < SIGNS && seen.insert(key) {
                    known.signs.push(sign);
                }
            }
            Ok(())
        })
    }

    fn diet_and_notes(&mut self) -> Result<(), Fault> {
        let voice = self.voice;
        self.each("NutritionOrder", "patient.reference", &[("status", "active")], &mut |known, found| {
            for stored in found {
                known.diet.extend(look(&stored, |order| diet(order, voice)).unwrap_or_default());
            }
            Ok(())
        })?;
        let since = format!("ge{}", instant_text(Instant(voice.now().0 - NOTES_DAYS * 24 * HOUR)));
        self.each("Composition", "subject.reference", &[("date", &since), ("_sort", "-date")], &mut |known, found| {
            let lines = found.iter().filter_map(|stored| look(stored, |note| title(note, voice)).flatten());
            known.notes = lines.take(NOTES).collect();
            Ok(())
        })
    }
}

fn words(value: Value<'_>, path: &str, voice: &Voice) -> Option<String> {
    Concept::at(value, path).and_then(|concept| concept.words(voice.lang())).map(|words| words.into_owned())
}

enum Given {
    Runs,
    Held,
    Never,
}

fn medicine(order: Value<'_>, voice: &Voice, named: &mut dyn FnMut(&str) -> Option<Stored>) -> Option<(Html, Given)> {
    // A proposal or a plan is no medicine that somebody takes.
    if matches!(order.text("intent").as_deref(), Some("proposal" | "plan" | "option")) {
        return None;
    }
    let mut line = DoseLine::of(order, voice.lang());
    if let Some(known) = order.reference("medicationReference.reference", "Medication").and_then(|id| named(&id)) {
        look(&known, |medication| line.is_of(medication, voice.lang()));
    }
    let of = match (order.at("doNotPerform").and_then(|never| never.as_bool()), order.text("status").as_deref()) {
        (Some(true), _) => Given::Never,
        (_, Some("on-hold")) => Given::Held,
        _ => Given::Runs,
    };
    Some((voice.dose_line(&line, TALL), of))
}

fn request(one: Value<'_>, path: &str, when: &str, voice: &Voice) -> Option<Dated> {
    if matches!(one.text("intent").as_deref(), Some("proposal" | "option")) {
        return None;
    }
    let said = words(one, path, voice).or_else(|| one.text("description").map(|text| text.into_owned()));
    let at = one.text("occurrenceDateTime").or_else(|| one.text(when)).map(|at| voice.date_time(at.as_ref())).unwrap_or_default();
    let urgent = one.text("priority").filter(|priority| matches!(priority.as_ref(), "urgent" | "asap" | "stat")).is_some();
    let what = said.unwrap_or_else(|| voice.t("sheet-unnamed"));
    Some(Dated { at, what: if urgent { format!("{what} ({})", voice.t("sheet-urgent")) } else { what } })
}

/// What was measured, under which the newest is kept; and how it is said.
fn sign(one: Value<'_>, pack: &Pack, voice: &Voice) -> Option<(String, Sign)> {
    if matches!(one.text("status").as_deref(), Some("entered-in-error" | "cancelled")) {
        return None;
    }
    let code = Concept::at(one, "code")?;
    let codes: Vec<String> = code.codings().filter_map(|coding| coding.text("code")).map(|code| code.into_owned()).collect();
    let own = pack.signs.list.iter().find(|sign| codes.iter().any(|code| *code == sign.code || sign.loinc.contains(code)));
    let short = own.and_then(|sign| sign.short.get(voice.lang().tag()).or_else(|| sign.short.get("fr"))).cloned();
    let what = short.or_else(|| code.words(voice.lang()).map(|words| words.into_owned()))?;
    let at = one.text("effectiveDateTime").or_else(|| one.text("effectiveInstant")).or_else(|| one.text("effectivePeriod.start"))?;
    let value = value(one, voice)?;
    let key = own.map_or_else(|| codes.first().cloned().unwrap_or_else(|| what.clone()), |sign| sign.code.clone());
    Some((key, Sign { what, value, at: voice.date_time(at.as_ref()) }))
}

fn value(one: Value<'_>, voice: &Voice) -> Option<Html> {
    if let Some(quantity) = Quantity::at(one, "valueQuantity") {
        return Some(voice.quantity(&quantity));
    }
    if let Some(number) = one.text("valueInteger") {
        return Some(ltr(voice.number(&number)));
    }
    if let Some(said) = words(one, "valueCodeableConcept", voice).or_else(|| one.text("valueString").map(|text| text.into_owned())) {
        return Some(auto(said));
    }
    // A blood pressure: its parts in the order in which they stand.
    let parts: Vec<Quantity> = one.all("component").into_iter().filter_map(|part| Quantity::at(part, "valueQuantity")).collect();
    let numbers: Vec<String> = parts.iter().map(|part| voice.number(&part.value)).collect();
    let unit = parts.first().map(|part| part.unit.clone()).unwrap_or_default();
    (!numbers.is_empty()).then(|| ltr(format!("{} {unit}", numbers.join("/")).trim_end()))
}

fn diet(order: Value<'_>, voice: &Voice) -> Vec<String> {
    let types = ["oralDiet.type", "enteralFormula.baseFormulaType", "foodPreferenceModifier", "excludeFoodModifier"];
    let said = |path: &str| -> Vec<String> {
        order.all(path).into_iter().filter_map(|kind| Concept(kind).words(voice.lang())).map(|words| words.into_owned()).collect()
    };
    let mut out: Vec<String> = types
        .iter()
        .flat_map(|path| if *path == "excludeFoodModifier" { said(path).iter().map(|what| format!("≠ {what}")).collect() } else { said(path) })
        .collect();
    out.extend(order.text("oralDiet.instruction").map(|text| text.into_owned()));
    out.truncate(LINES);
    out
}

fn title(note: Value<'_>, voice: &Voice) -> Option<Dated> {
    if note.text("status").as_deref() == Some("entered-in-error") {
        return None;
    }
    let what = note.text("title").map(|title| title.into_owned()).or_else(|| words(note, "type", voice))?;
    Some(Dated { at: note.text("date").map(|at| voice.date_time(at.as_ref())).unwrap_or_default(), what })
}

//! Moving one thing that was written into the wrong person's record: a document, a result, an allergy. Whoever decides it is
//! shown when it was written and by whom, and nothing of what it says.

use crate::desk::{Desk, porter};
use crate::moving::Told;
use crate::record::{look, type_of};
use crate::refuse::Refusal;
use rihla_fhir::json::Value;
use rihla_fhir::r4::tables;
use rihla_fhir::view::Look;
use rihla_store::query::Handling;
use rihla_store::{Scoped, Stored};
use std::collections::BTreeMap;

/// What moves alone: the type, where it says when it was, and where it says who wrote it.
const KINDS: [(&str, &[&str], &[&str]); 6] = [
    ("DocumentReference", &["date", "context.period.start"], &["author.display", "custodian.display"]),
    ("DiagnosticReport", &["effectiveDateTime", "effectivePeriod.start", "issued"], &["performer.display", "resultsInterpreter.display"]),
    ("Observation", &["effectiveDateTime", "effectivePeriod.start", "issued"], &["performer.display"]),
    ("Media", &["createdDateTime", "issued"], &["operator.display"]),
    ("AllergyIntolerance", &["recordedDate", "onsetDateTime"], &["recorder.display", "asserter.display"]),
    ("Condition", &["recordedDate", "onsetDateTime"], &["recorder.display", "asserter.display"]),
];
/// Where a report names its results, and a result its parts.
const PARTS: [&str; 2] = ["result.reference", "hasMember.reference"];
/// Things of one kind in the list, the newest first.
const SHOWN: usize = 100;
/// Parts of one thing.
const MOST: usize = 500;

/// One thing that may be moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Single {
    pub id: String,
    /// As recorded; empty where it does not say.
    pub at: String,
    pub by: String,
}

impl Desk {
    /// Types of what may be moved alone.
    pub fn single_kinds() -> impl Iterator<Item = &'static str> {
        KINDS.iter().map(|(ty, _, _)| *ty)
    }

    /// What a patient's record holds of a type, the newest first, and whether there is more.
    pub fn singles(&self, patient: &str, ty: &str) -> Result<(Vec<Single>, bool), Refusal> {
        let (ty, when, who) = KINDS.iter().find(|(known, _, _)| *known == ty).ok_or_else(Refusal::not_found)?;
        let node = porter(&self.house);
        let pairs = [("patient", patient), ("_sort", "-_lastUpdated"), ("_count", "100")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let (query, _) = node.query(&[type_of(ty)?], &pairs, Handling::Strict)?;
        let page = node.search(&query)?;
        let first = |value: Value<'_>, paths: &[&str]| paths.iter().find_map(|path| value.text(path)).unwrap_or_default().into_owned();
        // A record that took another's place answers for both: only what is its own moves.
        let one = |stored: &Stored| {
            look(stored, |value| is_of(value, patient).then(|| Single { id: stored.id.to_text(), at: first(value, when), by: first(value, who) })).flatten()
        };
        Ok((page.matches.iter().filter_map(one).take(SHOWN).collect(), page.next.is_some()))
    }

    /// How many resources go with one thing, with itself.
    pub fn size_of_single(&self, patient: &str, ty: &str, id: &str) -> Result<usize, Refusal> {
        Ok(self.with_parts(&porter(&self.house), patient, ty, id)?.len())
    }

    /// Moves one thing, with its parts, to another patient.
    pub async fn move_single(&self, (ty, id): (&str, &str), from: &str, to: &str, told: &Told<'_>) -> Result<usize, Refusal> {
        let node = porter(&self.house);
        let all = self.with_parts(&node, from, ty, id)?;
        // All of it is named, so that what is moved back is what came.
        let part = |one: &Stored| format!("{}/{}", tables().type_name(one.ty), one.id.to_text());
        let named = std::iter::once(format!("{ty}/{id}")).chain(all.iter().map(part).filter(|name| *name != format!("{ty}/{id}"))).collect();
        self.move_all(&node, all, named, (from, to), told).await
    }

    /// The thing, and what it consists of as far as that is this patient's.
    fn with_parts(&self, node: &Scoped, patient: &str, ty: &str, id: &str) -> Result<Vec<Stored>, Refusal> {
        let (ty, _, _) = KINDS.iter().find(|(known, _, _)| *known == ty).ok_or_else(Refusal::not_found)?;
        let own = node.read(type_of(ty)?, id)?;
        if look(&own, |value| is_of(value, patient)) != Some(true) {
            return Err(Refusal::not_found());
        }
        let observation = type_of("Observation")?;
        let came = came_with(node, &format!("{ty}/{id}"))?;
        let mut all = BTreeMap::from([((own.ty.0, id.to_owned()), own.clone())]);
        let mut due = vec![own];
        while let Some(one) = due.pop() {
            for part in look(&one, parts).unwrap_or_default() {
                let stays = came.as_ref().is_some_and(|came| !came.contains(&format!("Observation/{part}")));
                if stays || all.contains_key(&(observation.0, part.clone())) || all.len() > MOST {
                    continue;
                }
                // What is not there, or somebody else's, stays as it is.
                let Ok(stored) = node.read(observation, &part) else { continue };
                if look(&stored, |value| is_of(value, patient)) == Some(true) {
                    all.insert((observation.0, part), stored.clone());
                    due.push(stored);
                }
            }
        }
        Ok(all.into_values().collect())
    }
}

/// What was moved together with something the last time that it was; none: it never was.
fn came_with(node: &Scoped, thing: &str) -> Result<Option<Vec<String>>, Refusal> {
    let pairs = [("target", thing), ("_sort", "-_lastUpdated"), ("_count", "20")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let (query, _) = node.query(&[type_of("Provenance")?], &pairs, Handling::Strict)?;
    let read = |value: Value<'_>| {
        let moved = value.all("activity.coding.code").iter().any(|code| code.as_str().as_deref() == Some("MOVE"));
        let first = value.text("target.reference").as_deref() == Some(thing);
        (moved && first).then(|| value.all("target.reference").iter().filter_map(|one| one.as_str().map(|one| one.into_owned())).collect())
    };
    Ok(node.search(&query)?.matches.iter().find_map(|stored| look(stored, read).flatten()))
}

/// Ids of the results that something names.
fn parts(value: Value<'_>) -> Vec<String> {
    let all = PARTS.iter().flat_map(|path| value.all(path));
    all.filter_map(|reference| reference.as_str()?.strip_prefix("Observation/").map(str::to_owned)).collect()
}

fn is_of(value: Value<'_>, patient: &str) -> bool {
    ["subject.reference", "patient.reference"].iter().any(|path| value.reference(path, "Patient").as_deref() == Some(patient))
}

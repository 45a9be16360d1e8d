//! Mothers and their newborns, as the record links them: a birth within the mother's stay (`Encounter.partOf`), or a
//! RelatedPerson of the child who is the mother and whom the mother's record names (`Patient.link`,
//! <https://hl7.org/fhir/R4/relatedperson.html>).

use crate::wearer::Wearer;
use rihla_fhir::view::Look;
use rihla_web::{Desk, Refusal, look};
use std::collections::BTreeSet;

/// Who says that a related person is the mother (<http://terminology.hl7.org/CodeSystem/v3-RoleCode>).
const MOTHER: [&str; 3] = ["MTH", "NMTH", "GESTM"];
/// Stays and links that are looked at.
const READ: &str = "20";

/// A mother and one of her children.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    pub mother: String,
    pub child: String,
    /// The mother's number, and which of her children it is.
    pub number: String,
}

/// The pairs in which somebody is, as mother or as child. What this person may not see makes none.
pub fn pairs(desk: &Desk, patient: &str) -> Result<Vec<Pair>, Refusal> {
    let mothers = mothers_of(desk, patient)?;
    let mut found = Vec::new();
    for mother in mothers.into_iter().chain([patient.to_owned()]).collect::<BTreeSet<_>>() {
        let children = children_of(desk, &mother)?;
        if children.is_empty() {
            continue;
        }
        let Ok(wearer) = Wearer::load(desk, &mother) else { continue };
        for (nth, child) in children.into_iter().enumerate().filter(|(_, child)| mother == patient || child == patient) {
            found.push(Pair { mother: mother.clone(), child, number: format!("{}/{}", wearer.number, nth + 1) });
        }
    }
    Ok(found)
}

fn ids(desk: &Desk, ty: &str, asked: &[(&str, &str)], path: &str, of: &str) -> Result<Vec<String>, Refusal> {
    if !desk.shows(ty) {
        return Ok(Vec::new());
    }
    let count = [("_count", READ)];
    let asked: Vec<(&str, &str)> = asked.iter().copied().chain(count).collect();
    let found = desk.search(ty, &asked)?;
    let read = |stored| look(stored, |value| value.reference(path, of).map(|id| id.into_owned())).flatten();
    Ok(found.matches.iter().filter_map(read).collect())
}

fn own_ids(desk: &Desk, ty: &str, asked: &[(&str, &str)]) -> Result<Vec<String>, Refusal> {
    if !desk.shows(ty) {
        return Ok(Vec::new());
    }
    let asked: Vec<(&str, &str)> = asked.iter().copied().chain([("_count", READ)]).collect();
    Ok(desk.search(ty, &asked)?.matches.iter().map(|stored| stored.id.to_text()).collect())
}

fn mothers_of(desk: &Desk, child: &str) -> Result<Vec<String>, Refusal> {
    let mut mothers = Vec::new();
    for stay in ids(desk, "Encounter", &[("patient", child)], "partOf.reference", "Encounter")? {
        let subject = desk
            .read("Encounter", &stay)
            .ok()
            .and_then(|stored| look(&stored, |stay| stay.reference("subject.reference", "Patient").map(|id| id.into_owned())).flatten());
        mothers.extend(subject.filter(|subject| subject != child));
    }
    for related in mothers_named(desk, child)? {
        mothers.extend(own_ids(desk, "Patient", &[("link", &format!("RelatedPerson/{related}"))])?);
    }
    Ok(mothers)
}

/// The child's related persons who are its mother.
fn mothers_named(desk: &Desk, child: &str) -> Result<Vec<String>, Refusal> {
    if !desk.shows("RelatedPerson") {
        return Ok(Vec::new());
    }
    let found = desk.search("RelatedPerson", &[("patient", child), ("_count", READ)])?;
    let is_mother = |stored: &&rihla_store::Stored| {
        let codes =
            look(stored, |value| value.all("relationship.coding.code").iter().filter_map(|code| code.as_str()).any(|code| MOTHER.contains(&code.as_ref())));
        codes.unwrap_or_default()
    };
    Ok(found.matches.iter().filter(is_mother).map(|stored| stored.id.to_text()).collect())
}

/// A mother's children, always in one order: by birth as recorded, then by id.
fn children_of(desk: &Desk, mother: &str) -> Result<Vec<String>, Refusal> {
    let mut children = BTreeSet::new();
    for stay in own_ids(desk, "Encounter", &[("patient", mother)])? {
        children.extend(ids(desk, "Encounter", &[("part-of", &format!("Encounter/{stay}"))], "subject.reference", "Patient")?);
    }
    let stored = desk.read("Patient", mother)?;
    let links = look(&stored, |value| {
        let others = value.all("link");
        others.iter().filter_map(|link| link.reference("other.reference", "RelatedPerson").map(|id| id.into_owned())).collect::<Vec<_>>()
    });
    for related in links.unwrap_or_default().into_iter().filter(|_| desk.shows("RelatedPerson")) {
        let Ok(stored) = desk.read("RelatedPerson", &related) else { continue };
        let child = look(&stored, |value| value.reference("patient.reference", "Patient").map(|id| id.into_owned())).flatten();
        if let Some(child) = child
            && mothers_named(desk, &child)?.contains(&related)
        {
            children.insert(child);
        }
    }
    children.remove(mother);
    let born = |child: &String| {
        let stored = desk.read("Patient", child).ok()?;
        look(&stored, |value| value.text("birthDate").map(|birth| birth.into_owned())).flatten()
    };
    let mut ordered: Vec<(Option<String>, String)> = children.into_iter().map(|child| (born(&child), child)).collect();
    ordered.sort();
    Ok(ordered.into_iter().map(|(_, child)| child).collect())
}

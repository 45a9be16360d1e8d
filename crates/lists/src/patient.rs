//! The Patient that a row makes: as registration writes one, provisional, with the number of the system before.

use crate::cells::Cells;
use crate::map::{Map, Number, Patients};
use crate::reason::{self, Reason};
use rihla_clinical::quoted;

/// As `rihla_mpi` reads it.
const BIRTH_ABOUT: &str = "urn:rihla:extension:birth-within-years";
/// As `rihla_registration` reads it.
const STATE: &str = "urn:rihla:extension:identity-state";

/// A Patient to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Of the system before.
    pub number: String,
    /// Other numbers that nobody else may bear: system, value.
    pub own: Vec<(String, String)>,
    /// The members of the resource without its type and id, as JSON.
    members: String,
}

impl Person {
    /// `today`: the day in the site, as in 2026-01-31.
    pub fn read(map: &Map, of: &Patients, cells: &Cells<'_>, today: &str) -> Result<Self, Reason> {
        let number = cells.number(&map.number)?.ok_or_else(|| reason::number_missing().of("number"))?.to_owned();
        let mut numbers = Vec::new();
        for one in &of.numbers {
            if let Some(value) = cells.number(one)? {
                numbers.push((one, value.to_owned()));
            }
        }
        let names = names(of, cells)?;
        if names.is_empty() {
            return Err(reason::name_missing());
        }
        let mut members = vec![list("extension", vec![format!(r#"{{"url":"{STATE}","valueCode":"provisional"}}"#)])];
        members.push(list("identifier", identifiers(&map.number, &number, &numbers)));
        members.push(r#""active":true"#.to_owned());
        members.push(list("name", names));
        members.push(list("telecom", telephones(of, cells)?));
        members.push(format!(r#""gender":{}"#, quoted(cells.may(&of.sex)?.unwrap_or("unknown"))));
        members.extend(birth(map, of, cells, today)?);
        members.extend(death(map, of, cells, today)?);
        members.push(list("address", address(of, cells)?.into_iter().collect()));
        members.push(list("contact", parents(of, cells)?));
        members.retain(|member| !member.is_empty());
        let own = numbers.iter().filter(|(one, _)| one.unique).map(|(one, value)| (one.system.clone(), value.clone())).collect();
        Ok(Self { number, own, members: members.join(",") })
    }

    /// The resource, without an id: so it also tells whether two rows say the same.
    pub fn json(&self) -> String {
        format!(r#"{{"resourceType":"Patient",{}}}"#, self.members)
    }
}

fn list(name: &str, items: Vec<String>) -> String {
    if items.is_empty() { String::new() } else { format!(r#""{name}":[{}]"#, items.join(",")) }
}

fn identifiers(own: &Number, number: &str, others: &[(&Number, String)]) -> Vec<String> {
    let one = |of: &Number, usage: &str, value: &str| format!(r#"{{"use":"{usage}","system":{},"value":{}}}"#, quoted(&of.system), quoted(value));
    // The hospital's own number stays the usual one; that of a system that is no more does not.
    let first = one(own, if own.unique { "usual" } else { "secondary" }, number);
    let others = others.iter().map(|(of, value)| one(of, if of.unique { "usual" } else { "official" }, value));
    std::iter::once(first).chain(others).collect()
}

/// Latin first.
fn names(of: &Patients, cells: &Cells<'_>) -> Result<Vec<String>, Reason> {
    let one = |usage: &str, family: Option<&str>, given: Option<&str>| {
        if family.is_none() && given.is_none() {
            return None;
        }
        let family = family.map(|family| format!(r#","family":{}"#, quoted(family))).unwrap_or_default();
        let given: Vec<String> = given.into_iter().flat_map(str::split_whitespace).map(quoted).collect();
        let given = if given.is_empty() { String::new() } else { format!(r#","given":[{}]"#, given.join(",")) };
        Some(format!(r#"{{"use":"{usage}"{family}{given}}}"#))
    };
    let latin = one("official", cells.may(&of.family)?, cells.may(&of.given)?);
    let usage = if latin.is_some() { "usual" } else { "official" };
    Ok(latin.into_iter().chain(one(usage, cells.may(&of.family_ar)?, cells.may(&of.given_ar)?)).collect())
}

fn telephones(of: &Patients, cells: &Cells<'_>) -> Result<Vec<String>, Reason> {
    let mut out: Vec<String> = Vec::new();
    for field in &of.telephones {
        let one = cells.text(field)?.map(|phone| format!(r#"{{"system":"phone","value":{}}}"#, quoted(phone)));
        out.extend(one.filter(|one| !out.contains(one)));
    }
    Ok(out)
}

fn birth(map: &Map, of: &Patients, cells: &Cells<'_>, today: &str) -> Result<Vec<String>, Reason> {
    let date = cells.date(&of.birth, &map.dates)?.map(|when| when.date());
    let about = match cells.may(&of.birth_about)? {
        None | Some("0") => None,
        Some(text) => Some(text.parse::<u8>().map_err(|_| reason::about().of("birth_about"))?),
    };
    let Some(date) = date else {
        return if about.is_some() { Err(reason::about().of("birth_about")) } else { Ok(Vec::new()) };
    };
    if is_to_come(&date, today) {
        return Err(reason::future().of("birth"));
    }
    let mut out = vec![format!(r#""birthDate":"{date}""#)];
    out.extend(about.map(|about| format!(r#""_birthDate":{{"extension":[{{"url":"{BIRTH_ABOUT}","valueInteger":{about}}}]}}"#)));
    Ok(out)
}

/// A part of a date is to come only if all that it may mean is.
fn is_to_come(date: &str, today: &str) -> bool {
    date > today.get(..date.len()).unwrap_or(today)
}

fn death(map: &Map, of: &Patients, cells: &Cells<'_>, today: &str) -> Result<Option<String>, Reason> {
    let (dead, date) = (cells.may(&of.dead)?, cells.date(&of.death_date, &map.dates)?.map(|when| when.date()));
    match (dead, date) {
        // Somebody who is said to live has no day of death: one of both is a mistake.
        (Some("no"), Some(_)) => Err(reason::value().of("death_date")),
        (_, Some(date)) if is_to_come(&date, today) => Err(reason::future().of("death_date")),
        (_, Some(date)) => Ok(Some(format!(r#""deceasedDateTime":"{date}""#))),
        (Some("yes"), None) => Ok(Some(r#""deceasedBoolean":true"#.to_owned())),
        _ => Ok(None),
    }
}

fn address(of: &Patients, cells: &Cells<'_>) -> Result<Option<String>, Reason> {
    let mut out = String::new();
    if let Some(line) = cells.may(&of.line)? {
        out.push_str(&format!(r#","line":[{}]"#, quoted(line)));
    }
    for (name, field) in [("city", &of.city), ("state", &of.region), ("postalCode", &of.postal_code)] {
        if let Some(text) = cells.may(field)? {
            out.push_str(&format!(r#","{name}":{}"#, quoted(text)));
        }
    }
    Ok((!out.is_empty()).then(|| format!(r#"{{"use":"home"{out}}}"#)))
}

/// Given names of the parents (<http://terminology.hl7.org/CodeSystem/v3-RoleCode>).
fn parents(of: &Patients, cells: &Cells<'_>) -> Result<Vec<String>, Reason> {
    let mut out = Vec::new();
    for (role, field) in [("FTH", &of.father), ("MTH", &of.mother)] {
        let coding = format!(r#"{{"system":"http://terminology.hl7.org/CodeSystem/v3-RoleCode","code":"{role}"}}"#);
        out.extend(cells.may(field)?.map(|given| format!(r#"{{"relationship":[{{"coding":[{coding}]}}],"name":{{"given":[{}]}}}}"#, quoted(given))));
    }
    Ok(out)
}

#[cfg(test)]
mod tests;

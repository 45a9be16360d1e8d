//! Reading the catalogue: whatever is named is there.

use super::{Analyte, Callback, Critical, Limit, OrderSet, Orderable, Priority, RequestAsk, RequestKind, Requests};
use crate::build::{code, names, names_at, provenance, texts};
use crate::read::{Problem, Section};
use crate::{Names, Roles};
use std::collections::HashSet;
use toml::Value;

/// The longest time to wait for something that is asked for, in minutes: a year.
const LONGEST: i64 = 366 * 24 * 60;

pub(crate) fn read(mut root: Section<'_>, languages: &[String], roles: &Roles, out: &mut Vec<Problem>) -> Requests {
    let duplicate_hours = root.need("duplicate_hours", "a number of hours from 1 to 720", hours, out).unwrap_or(0);
    let callback = root.section("callback", out).map(|section| callback(section, roles, out)).unwrap_or_default();
    let mut requests = Requests { duplicate_hours, callback, ..Requests::default() };
    requests.kinds = rows(&mut root, "kind", out, |row, out| kind(row, languages, roles, out), |kind| &kind.code);
    requests.asks = rows(&mut root, "ask", out, |row, out| ask(row, languages, out), |ask| &ask.code);
    requests.analytes = rows(&mut root, "analyte", out, |row, out| analyte(row, languages, out), |analyte| &analyte.code);
    requests.criticals = root.list("critical", out).into_iter().filter_map(|row| critical(row, out)).collect();
    let known = &requests;
    let list = rows(&mut root, "orderable", out, |row, out| orderable(row, languages, roles, known, out), |one| &one.code);
    requests.list = list;
    let known = &requests;
    let sets = rows(&mut root, "set", out, |row, out| set(row, languages, known, out), |set| &set.code);
    requests.sets = sets;
    root.end(out);
    requests
}

/// The rows of a table, no two of one code.
fn rows<T>(
    root: &mut Section<'_>,
    name: &'static str,
    out: &mut Vec<Problem>,
    read: impl Fn(&mut Section<'_>, &mut Vec<Problem>) -> Option<T>,
    code: impl Fn(&T) -> &String,
) -> Vec<T> {
    let (mut found, mut codes) = (Vec::new(), HashSet::new());
    for mut section in root.list(name, out) {
        let row = read(&mut section, out);
        if row.as_ref().is_some_and(|row| !codes.insert(code(row).clone())) {
            section.fault("code", "another one has this code", out);
        }
        section.end(out);
        found.extend(row);
    }
    found
}

fn kind(row: &mut Section<'_>, languages: &[String], roles: &Roles, out: &mut Vec<Problem>) -> Option<RequestKind> {
    let code = code(row, "code", out);
    let names = names(row, languages, out);
    let orderers = row.need("orderers", "a list of roles", texts, out).unwrap_or_default();
    let drafters = row.need("drafters", "a list of roles, which may be empty", list, out).unwrap_or_default();
    let doers = row.need("doers", "a list of roles", texts, out).unwrap_or_default();
    for (key, role) in
        [("orderers", &orderers), ("drafters", &drafters), ("doers", &doers)].into_iter().flat_map(|(key, all)| all.iter().map(move |one| (key, one)))
    {
        if roles.role(role).is_none() {
            row.fault(key, format!("{role} is no role of this pack"), out);
        }
    }
    if let Some(role) = drafters.iter().find(|role| !orderers.contains(role)) {
        row.fault("drafters", format!("{role} does not ask for this"), out);
    }
    if orderers.iter().all(|role| drafters.contains(role)) {
        row.fault("orderers", "nobody could sign what is drafted", out);
    }
    let unit = row.may("unit", "a code of a kind of unit", |value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned), out);
    let moves = row.may("moves", "true or false", Value::as_bool, out).unwrap_or(false);
    let targets = row.need("targets", "minutes for stat, asap, urgent and routine, none shorter than the one before", targets, out);
    let provenance = provenance(row, out);
    Some(RequestKind { code: code?, names, orderers, drafters, doers, unit, moves, targets: targets?, provenance: provenance? })
}

fn targets(value: &Value) -> Option<[u32; 4]> {
    let table = value.as_table().filter(|table| table.len() == Priority::ALL.len())?;
    let minutes = |priority: Priority| table.get(priority.code())?.as_integer().filter(|minutes| (1..=LONGEST).contains(minutes));
    let mut found = [0; 4];
    for (place, priority) in found.iter_mut().zip(Priority::ALL) {
        *place = u32::try_from(minutes(priority)?).ok()?;
    }
    found.is_sorted().then_some(found)
}

fn orderable(row: &mut Section<'_>, languages: &[String], roles: &Roles, known: &Requests, out: &mut Vec<Problem>) -> Option<Orderable> {
    let code = code(row, "code", out);
    let names = names(row, languages, out);
    let also = row.may("also", "a list of words", texts, out).unwrap_or_default();
    let kind = row.text("kind", out);
    if kind.as_ref().is_some_and(|kind| known.kind(kind).is_none()) {
        row.fault("kind", "there is no such kind", out);
    }
    let loinc = row.may("loinc", "a LOINC code such as 58410-2", loinc, out);
    let orderers = row.may("orderers", "a list of roles", texts, out);
    if let Some(role) = orderers.iter().flatten().find(|role| roles.role(role).is_none()) {
        row.fault("orderers", format!("{role} is no role of this pack"), out);
    }
    let reason = row.may("reason", "true or false", Value::as_bool, out).unwrap_or(false);
    let to = row.may("to", "a code of a kind of unit", |value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned), out);
    if to.is_some() && kind.as_ref().and_then(|kind| known.kind(kind)).is_some_and(|kind| !kind.moves) {
        row.fault("to", "its kind takes nobody anywhere", out);
    }
    let asks = row.may("asks", "a list of questions", texts, out).unwrap_or_default();
    if let Some(ask) = asks.iter().find(|ask| known.ask(ask).is_none()) {
        row.fault("asks", format!("there is no question {ask}"), out);
    }
    let specimen = row.has("specimen").then(|| names_at(row, "specimen", languages, out));
    let measures = row.may("measures", "a list of analytes", texts, out).unwrap_or_default();
    if let Some(analyte) = measures.iter().find(|analyte| known.analyte(analyte).is_none()) {
        row.fault("measures", format!("there is no analyte {analyte}"), out);
    }
    Some(Orderable { code: code?, names, also, kind: kind?, loinc, orderers, reason, to, asks, specimen, measures })
}

fn ask(row: &mut Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Option<RequestAsk> {
    let code = code(row, "code", out);
    let names = names(row, languages, out);
    let mut answers: Vec<(String, Names)> = Vec::new();
    for mut answer in row.list("answer", out) {
        let code = self::code(&mut answer, "code", out);
        let names = self::names(&mut answer, languages, out);
        if code.as_ref().is_some_and(|code| answers.iter().any(|(known, _)| known == code)) {
            answer.fault("code", "another answer has this code", out);
        }
        answer.end(out);
        answers.extend(code.map(|code| (code, names)));
    }
    if answers.len() < 2 {
        row.fault("answer", "a question has two answers or more", out);
    }
    Some(RequestAsk { code: code?, names, answers })
}

fn analyte(row: &mut Section<'_>, languages: &[String], out: &mut Vec<Problem>) -> Option<Analyte> {
    let code = code(row, "code", out);
    let names = names(row, languages, out);
    let loinc = row.need("loinc", "a LOINC code such as 718-7", loinc, out);
    let unit = row.need("unit", "a UCUM unit, which may be empty", |value| value.as_str().map(str::to_owned), out);
    let (low, high) = limits(row, ["low", "high"], out);
    Some(Analyte { code: code?, names, loinc: loinc?, unit: unit?, low, high })
}

fn critical(mut row: Section<'_>, out: &mut Vec<Problem>) -> Option<Critical> {
    let loinc = row.need("loinc", "a LOINC code such as 2823-3", loinc, out);
    let unit = row.need("unit", "a UCUM unit", |value| value.as_str().map(str::to_owned), out);
    let (below, above) = limits(&mut row, ["below", "above"], out);
    if below.is_none() && above.is_none() {
        row.fault("below", "a rule has a limit below or above", out);
    }
    let provenance = provenance(&mut row, out);
    row.end(out);
    Some(Critical { loinc: loinc?, unit: unit?, below, above, provenance: provenance? })
}

fn limits(row: &mut Section<'_>, [least, most]: [&'static str; 2], out: &mut Vec<Problem>) -> (Option<Limit>, Option<Limit>) {
    let low = row.may(least, "a number as a text", limit, out);
    let high = row.may(most, "a number as a text", limit, out);
    if let (Some(low), Some(high)) = (&low, &high)
        && low.value >= high.value
    {
        row.fault(most, "lies below the other limit", out);
    }
    (low, high)
}

fn limit(value: &Value) -> Option<Limit> {
    let text = value.as_str()?;
    let value = text.parse::<f64>().ok().filter(|value| value.is_finite())?;
    Some(Limit { text: text.to_owned(), value })
}

fn set(row: &mut Section<'_>, languages: &[String], known: &Requests, out: &mut Vec<Problem>) -> Option<OrderSet> {
    let code = code(row, "code", out);
    let names = names(row, languages, out);
    let list = row.need("list", "a list of what can be asked for", texts, out).unwrap_or_default();
    if let Some(one) = list.iter().find(|one| known.orderable(one).is_none()) {
        row.fault("list", format!("{one} cannot be asked for"), out);
    }
    let provenance = provenance(row, out);
    Some(OrderSet { code: code?, names, list, provenance: provenance? })
}

fn callback(mut section: Section<'_>, roles: &Roles, out: &mut Vec<Problem>) -> Callback {
    let minutes = section.need("minutes", "minutes from 1 to 720", |value| value.as_integer().filter(|minutes| (1..=720).contains(minutes)), out);
    let list = section.need("roles", "a list of roles", texts, out).unwrap_or_default();
    if let Some(role) = list.iter().find(|role| roles.role(role).is_none()) {
        section.fault("roles", format!("{role} is no role of this pack"), out);
    }
    provenance(&mut section, out);
    section.end(out);
    Callback { minutes: minutes.and_then(|minutes| u16::try_from(minutes).ok()).unwrap_or(0), roles: list }
}

fn hours(value: &Value) -> Option<u16> {
    value.as_integer().filter(|hours| (1..=720).contains(hours)).and_then(|hours| u16::try_from(hours).ok())
}

fn list(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

/// Digits, a hyphen, and the digit that checks them.
fn loinc(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    let (digits, check) = text.split_once('-')?;
    (!digits.is_empty() && digits.bytes().chain(check.bytes()).all(|sign| sign.is_ascii_digit()) && check.len() == 1).then(|| text.to_owned())
}

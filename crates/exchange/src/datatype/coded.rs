//! CWE, CNE, CE, IS: codes.

use crate::Settings;
use crate::node::{Node, Object};
use crate::tables;
use rihla_hl7v2::Value;

/// A code with its system, an alternate one, and the words that the sender saw.
pub fn concept(value: Value<'_>, settings: &Settings) -> Object {
    let mut out = Object::new();
    out.put("coding", Node::list([coding(value, 1, settings), coding(value, 4, settings)]));
    let only_words = out.is_empty().then(|| value.part(2)).flatten();
    out.put("text", value.part(9).or(only_words));
    out
}

/// A code of a table that is mapped: the FHIR code, else the sender's own.
pub fn mapped(value: Value<'_>, table: &str, settings: &Settings) -> Object {
    match value.part(1).and_then(|it| tables::find(table, &it)) {
        Some(row) => Object::new().with("coding", Node::list([of_row(row)])),
        None => concept(value, settings),
    }
}

pub fn of_row(row: tables::Row) -> Object {
    Object::new().with("system", row.system).with("code", row.code).with("display", row.display)
}

fn coding(value: Value<'_>, first: usize, settings: &Settings) -> Object {
    let Some(code) = value.part(first) else { return Object::new() };
    let version = if first == 1 { 7 } else { 8 };
    Object::new()
        .with("system", value.part(first + 2).map(|it| system(&it, settings)))
        .with("version", value.part(version))
        .with("code", code.trim())
        .with("display", value.part(first + 1))
}

/// The address of a coding system by its name in table 0396.
pub fn system(name: &str, settings: &Settings) -> String {
    let name = name.trim();
    if let Some(known) = settings.systems.get(name) {
        return known.clone();
    }
    if let Some(known) = tables::code("0396", name) {
        return known.to_owned();
    }
    match name.strip_prefix("HL7").or_else(|| name.strip_prefix("Hl7")) {
        Some(table) if (1..=4).contains(&table.len()) && table.bytes().all(|it| it.is_ascii_digit()) => {
            format!("http://terminology.hl7.org/CodeSystem/v2-{table:0>4}")
        }
        _ => format!("{}{}", settings.unknown_coding, in_address(name)),
    }
}

/// A name as part of an address: what may not stand there is written as `%XX`.
pub fn in_address(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

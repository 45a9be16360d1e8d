//! Many resources from a hundred bundles: replicas with fresh ids and varied names, dates, values and codes.

use serde_json::{Map, Number, Value};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// What was written, and examples from it to ask for.
#[derive(Default)]
pub struct Made {
    pub resources: usize,
    pub identifiers: Vec<(String, String)>,
    pub families: Vec<String>,
    pub codes: Vec<String>,
    /// Bundles that were not imported: for creates and transactions, unseen by any dictionary.
    pub held_out: Vec<Value>,
}

/// Bundles kept aside where there are enough.
const HELD_OUT: usize = 4;

/// Writes at least `wanted` resources as bundles into `to`.
pub fn write(from: &Path, to: &Path, wanted: usize) -> Result<Made, String> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(from)
        .map_err(|error| format!("{}: {error}", from.display()))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|kind| kind == "json"))
        .collect();
    files.sort();
    let mut bundles = Vec::new();
    for file in &files {
        let text = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
        bundles.push(serde_json::from_slice::<Value>(&text).map_err(|error| format!("{}: {error}", file.display()))?);
    }
    if bundles.is_empty() {
        return Err(format!("{}: no bundles", from.display()));
    }
    let held_out = bundles.split_off(bundles.len() - HELD_OUT.min(bundles.len() / 2));
    std::fs::create_dir_all(to).map_err(|error| format!("{}: {error}", to.display()))?;
    let mut made = Made::default();
    let mut number = 0usize;
    while made.resources < wanted {
        let Some(source) = bundles.get(number % bundles.len()) else { break };
        let replica = replica(source, (number / bundles.len()) as u64);
        made.resources += replica["entry"].as_array().map_or(0, Vec::len);
        remember(&replica, number, &mut made);
        let file = to.join(format!("{number:06}.json"));
        let mut out = BufWriter::new(File::create(&file).map_err(|error| format!("{}: {error}", file.display()))?);
        serde_json::to_writer(&mut out, &replica).map_err(|error| error.to_string())?;
        out.flush().map_err(|error| error.to_string())?;
        number += 1;
    }
    made.held_out = held_out;
    Ok(made)
}

fn remember(bundle: &Value, number: usize, made: &mut Made) {
    let resources = bundle["entry"].as_array().into_iter().flatten().map(|entry| &entry["resource"]);
    for resource in resources {
        match resource["resourceType"].as_str() {
            Some("Patient") if number.is_multiple_of(3) => {
                if let (Some(system), Some(value)) = (resource["identifier"][1]["system"].as_str(), resource["identifier"][1]["value"].as_str()) {
                    made.identifiers.push((system.into(), value.into()));
                }
                made.families.extend(resource["name"][0]["family"].as_str().map(String::from));
            }
            Some("Observation") if made.codes.len() < 5_000 => made.codes.extend(resource["code"]["coding"][0]["code"].as_str().map(String::from)),
            _ => {}
        }
    }
}

/// A copy of a bundle that shares no id, identifier or name with the original; copy 0 is the original.
pub fn replica(source: &Value, copy: u64) -> Value {
    let mut out = source.clone();
    if copy > 0 {
        vary(&mut out, "", copy);
    }
    out
}

fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

fn vary(value: &mut Value, key: &str, copy: u64) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| vary(item, key, copy)),
        Value::Object(members) => vary_object(members, copy),
        Value::String(text) => vary_text(text, key, copy),
        Value::Number(number) if key == "value" => vary_number(number, copy),
        _ => {}
    }
}

fn vary_object(members: &mut Map<String, Value>, copy: u64) {
    let coded = members.contains_key("system") && members.contains_key("display");
    for (key, value) in members.iter_mut() {
        match value {
            // One code in ten becomes a rarer one, so that codes are not only those of the source.
            Value::String(code) if coded && key == "code" && mix(hash(code) ^ copy).is_multiple_of(10) => code.push_str(&format!("-{}", copy % 50)),
            other => vary(other, key, copy),
        }
    }
}

fn vary_text(text: &mut String, key: &str, copy: u64) {
    if let Some(at) = uuid_at(text) {
        let fresh = fresh_uuid(text.get(at..at + 36).unwrap_or(""), copy);
        text.replace_range(at..at + 36, &fresh);
    } else if is_date(text) {
        shift(text, copy);
    } else if key == "family" {
        // Other letters make another family: a question for one then has as many answers in a large store as in a small one.
        let turns = (mix(hash(text) ^ copy) % 676) as usize;
        let turn = |at: usize, character: char, first: u8| {
            let by = if at.is_multiple_of(2) { turns % 26 } else { turns / 26 } + 1;
            char::from(first + ((character as usize - usize::from(first) + by) % 26) as u8)
        };
        let turned = |(at, character): (usize, char)| match character {
            'a'..='z' => turn(at, character, b'a'),
            'A'..='Z' => turn(at, character, b'A'),
            other => other,
        };
        *text = text.chars().enumerate().map(turned).collect();
    } else if key == "value" {
        // Numbers of people carry digits; others make another person.
        let salt = mix(hash(text) ^ copy.wrapping_mul(0x9E37_79B9));
        let mut digits = salt;
        *text = text
            .chars()
            .map(|character| {
                if character.is_ascii_digit() {
                    digits = mix(digits);
                    char::from(b'0' + (digits % 10) as u8)
                } else {
                    character
                }
            })
            .collect();
    }
}

fn vary_number(number: &mut Number, copy: u64) {
    if let Some(value) = number.as_f64() {
        let factor = 1.0 + ((mix(value.to_bits() ^ copy) % 200) as f64 - 100.0) / 1000.0;
        let varied = (value * factor * 100.0).round() / 100.0;
        if let Some(varied) = Number::from_f64(varied) {
            *number = varied;
        }
    }
}

fn uuid_at(text: &str) -> Option<usize> {
    let at = text.strip_prefix("urn:uuid:").map_or(0, |_| 9);
    let bytes = text.as_bytes().get(at..at + 36)?;
    let shape = bytes.iter().enumerate().all(|(at, byte)| if matches!(at, 8 | 13 | 18 | 23) { *byte == b'-' } else { byte.is_ascii_hexdigit() });
    (shape && text.len() == at + 36).then_some(at)
}

fn fresh_uuid(uuid: &str, copy: u64) -> String {
    let number = u128::from_str_radix(&uuid.replace('-', ""), 16).unwrap_or(0) ^ (u128::from(mix(copy)) << 64 | u128::from(mix(copy ^ 0xABCD)));
    let hex = format!("{number:032x}");
    [0..8, 8..12, 12..16, 16..20, 20..32].into_iter().filter_map(|part| hex.get(part)).collect::<Vec<_>>().join("-")
}

fn is_date(text: &str) -> bool {
    text.len() >= 10 && text.bytes().take(10).enumerate().all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() })
}

/// Moves a date by up to a year within its year's days; month and day stay legal.
fn shift(text: &mut String, copy: u64) {
    let part = |range| text.get(range).and_then(|digits: &str| digits.parse::<u64>().ok()).unwrap_or(1);
    let (year, month, day) = (part(0..4), part(5..7), part(8..10));
    let month = (month - 1 + copy % 12) % 12 + 1;
    let day = (day - 1 + copy / 12 * 5) % 28 + 1;
    text.replace_range(0..10, &format!("{year:04}-{month:02}-{day:02}"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_replica_keeps_its_links_and_shares_no_id() {
        let source = json!({"entry": [
            {"fullUrl": "urn:uuid:018f428e-34f6-4707-8009-5ad742f901e7", "resource": {"id": "018f428e-34f6-4707-8009-5ad742f901e7", "birthDate": "1980-12-31", "name": [{"family": "Koepp521"}]}},
            {"resource": {"subject": {"reference": "urn:uuid:018f428e-34f6-4707-8009-5ad742f901e7"}, "valueQuantity": {"value": 70.5}}},
        ]});
        let copy = replica(&source, 5);
        assert_eq!(copy["entry"][0]["fullUrl"], copy["entry"][1]["resource"]["subject"]["reference"]);
        assert_ne!(copy["entry"][0]["fullUrl"], source["entry"][0]["fullUrl"]);
        assert_eq!(copy["entry"][0]["resource"]["birthDate"], "1980-05-03");
        assert_ne!(copy["entry"][0]["resource"]["name"][0]["family"], "Koepp521");
        assert_eq!(replica(&source, 5), copy);
        assert_eq!(replica(&source, 0), source);
    }
}

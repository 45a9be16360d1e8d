//! The stored form of a resource, and how it becomes JSON again.
//!
//! `resourceType`, `id`, `meta.versionId` and `meta.lastUpdated` are columns of the log, so the body leaves them out:
//! ids and times do not compress. What is stored is `<other members of meta> 1F <other members>`, both without braces,
//! in the order and the form in which they came.

use rihla_fhir::json::{Edits, Kind, Limits, Value, minify_into, parse};
use rihla_kernel::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// Stands between the members of `meta` and the rest; cannot occur in JSON text.
const SEPARATOR: u8 = 0x1F;

/// Takes a resource apart for storing.
pub fn to_stored(resource: Value<'_>, edits: &Edits) -> Vec<u8> {
    let mut out = Vec::with_capacity(resource.source().len());
    let meta = resource.get("meta").filter(|meta| meta.kind() == Kind::Object);
    if let Some(meta) = meta {
        push_members(meta, &["versionId", "lastUpdated"], edits, &mut out);
    }
    out.push(SEPARATOR);
    push_members(resource, &["resourceType", "id", "meta"], edits, &mut out);
    out
}

fn push_members(object: Value<'_>, except: &[&str], edits: &Edits, out: &mut Vec<u8>) {
    let mut first = true;
    for member in object.members() {
        if except.contains(&member.key_source()) {
            continue;
        }
        if !first {
            out.push(b',');
        }
        first = false;
        out.push(b'"');
        out.extend_from_slice(member.key_source().as_bytes());
        out.extend_from_slice(b"\":");
        minify_into(member.value, edits, out);
    }
}

/// What stands before the stored members.
pub struct Head<'h> {
    pub resource_type: &'h str,
    /// Appends the logical id.
    pub id: &'h crate::backend::LogicalId,
    pub vid: u32,
    pub last_updated: Instant,
}

/// Appends the resource as JSON.
pub fn compose_into(head: &Head<'_>, stored: &[u8], out: &mut Vec<u8>) {
    let split = memchr_separator(stored);
    let (meta, rest) = (stored.get(..split).unwrap_or(&[]), stored.get(split + 1..).unwrap_or(&[]));
    out.reserve(stored.len() + 160);
    out.extend_from_slice(b"{\"resourceType\":\"");
    out.extend_from_slice(head.resource_type.as_bytes());
    out.extend_from_slice(b"\",\"id\":\"");
    head.id.push_to(out);
    out.extend_from_slice(b"\",\"meta\":{\"versionId\":\"");
    push_decimal(head.vid, out);
    out.extend_from_slice(b"\",\"lastUpdated\":\"");
    push_instant(head.last_updated, out);
    out.push(b'"');
    if !meta.is_empty() {
        out.push(b',');
        out.extend_from_slice(meta);
    }
    out.push(b'}');
    if !rest.is_empty() {
        out.push(b',');
        out.extend_from_slice(rest);
    }
    out.push(b'}');
}

/// The members of `meta` in a stored body, without braces.
pub fn meta_of(stored: &[u8]) -> &[u8] {
    stored.get(..memchr_separator(stored)).unwrap_or(&[])
}

/// The other members of a stored body, without braces.
pub fn rest_of(stored: &[u8]) -> &[u8] {
    stored.get(memchr_separator(stored) + 1..).unwrap_or(&[])
}

/// A stored body without some of its elements, and with the mark of what is shown in part
/// (<https://hl7.org/fhir/R4/search.html#elements>). What cannot be read is left out whole.
pub fn without(stored: &[u8], names: &BTreeSet<String>) -> Vec<u8> {
    const MARK: &str = r#"{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED"}"#;
    let mut out = Vec::with_capacity(stored.len() + MARK.len() + 12);
    let mut tagged = false;
    each_member(meta_of(stored), &mut |name, value| {
        let value = match (name, value.strip_suffix(']')) {
            ("tag", Some(open)) => {
                tagged = true;
                format!("{open},{MARK}]")
            }
            _ => value.to_owned(),
        };
        push_member(name, &value, &mut out);
    });
    if !tagged {
        push_member("tag", &format!("[{MARK}]"), &mut out);
    }
    out.push(SEPARATOR);
    let rest = rest_of(stored);
    let mut kept = Vec::with_capacity(rest.len());
    each_member(rest, &mut |name, value| {
        if !names.contains(name.strip_prefix('_').unwrap_or(name)) {
            push_member(name, value, &mut kept);
        }
    });
    out.append(&mut kept);
    out
}

/// The members of a stored body whose name, without the sign of what is said about it, is one of those wanted.
pub fn parts_of(stored: &[u8], wanted: impl Fn(&str) -> bool) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    each_member(rest_of(stored), &mut |name, value| {
        if wanted(name.strip_prefix('_').unwrap_or(name)) {
            out.insert(name.to_owned(), value.to_owned());
        }
    });
    out
}

fn push_member(name: &str, value: &str, out: &mut Vec<u8>) {
    if !out.is_empty() {
        out.push(b',');
    }
    out.push(b'"');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
    out.extend_from_slice(value.as_bytes());
}

fn each_member(members: &[u8], each: &mut dyn FnMut(&str, &str)) {
    let text = [b"{".as_slice(), members, b"}"].concat();
    if let Ok(doc) = parse(&text, &Limits { bytes: usize::MAX, values: usize::MAX, ..Limits::default() }) {
        for member in doc.root().members() {
            let mut value = Vec::new();
            minify_into(member.value, &Edits::default(), &mut value);
            each(member.key_source(), &String::from_utf8_lossy(&value));
        }
    }
}

fn memchr_separator(stored: &[u8]) -> usize {
    stored.iter().position(|byte| *byte == SEPARATOR).unwrap_or(stored.len())
}

pub fn push_decimal(value: u32, out: &mut Vec<u8>) {
    let mut digits = [b'0'; 10];
    let (mut at, mut rest) = (digits.len(), value);
    loop {
        at -= 1;
        if let Some(digit) = digits.get_mut(at) {
            *digit = b'0' + (rest % 10) as u8;
        }
        rest /= 10;
        if rest == 0 || at == 0 {
            break;
        }
    }
    out.extend_from_slice(digits.get(at..).unwrap_or(&[]));
}

/// A FHIR instant as text; its first ten letters are the date in UTC.
pub fn instant_text(instant: Instant) -> String {
    let mut out = Vec::with_capacity(24);
    push_instant(instant, &mut out);
    out.into_iter().map(char::from).collect()
}

/// Writes a FHIR instant in UTC with milliseconds (<https://hl7.org/fhir/R4/datatypes.html#instant>).
pub fn push_instant(instant: Instant, out: &mut Vec<u8>) {
    const DAY: i64 = 86_400_000;
    let (days, rest) = (instant.0.div_euclid(DAY), instant.0.rem_euclid(DAY) as u32);
    let (year, month, day) = civil_of(days);
    push_padded(year.clamp(0, 9999) as u32, 4, out);
    out.push(b'-');
    push_padded(month, 2, out);
    out.push(b'-');
    push_padded(day, 2, out);
    out.push(b'T');
    push_padded(rest / 3_600_000, 2, out);
    out.push(b':');
    push_padded(rest / 60_000 % 60, 2, out);
    out.push(b':');
    push_padded(rest / 1000 % 60, 2, out);
    out.push(b'.');
    push_padded(rest % 1000, 3, out);
    out.push(b'Z');
}

fn push_padded(value: u32, width: u32, out: &mut Vec<u8>) {
    for position in (0..width).rev() {
        out.push(b'0' + (value / 10u32.pow(position) % 10) as u8);
    }
}

/// Year, month, day of a count of days since 1970-01-01 in the proleptic Gregorian calendar
/// (<https://howardhinnant.github.io/date_algorithms.html#civil_from_days>).
fn civil_of(days: i64) -> (i64, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month_index + 2) / 5 + 1) as u32;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 } as u32;
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::LogicalId;
    use rihla_fhir::json::{Limits, parse};

    fn round(text: &str) -> String {
        let doc = parse(text.as_bytes(), &Limits::default()).expect("json");
        let stored = to_stored(doc.root(), &Edits::default());
        let mut out = Vec::new();
        let id = LogicalId::Chosen("a".into());
        compose_into(&Head { resource_type: "Patient", id: &id, vid: 12, last_updated: Instant(951_782_400_007) }, &stored, &mut out);
        String::from_utf8(out).expect("utf-8")
    }

    #[test]
    fn everything_but_the_servers_own_members_comes_back_as_it_came() {
        let text = r#"{ "id": "x", "resourceType":"Patient", "multipleBirthInteger": 2, "meta": {"lastUpdated":"2001-01-01T00:00:00Z","tag":[{"code":"a"}],"versionId":"9"},
            "_birthDate": {"extension":[{"url":"u","valueDecimal":1.50}]}, "name":[{"family":"\u00c9l Alami"}] }"#;
        assert_eq!(
            round(text),
            r#"{"resourceType":"Patient","id":"a","meta":{"versionId":"12","lastUpdated":"2000-02-29T00:00:00.007Z","tag":[{"code":"a"}]},"multipleBirthInteger":2,"_birthDate":{"extension":[{"url":"u","valueDecimal":1.50}]},"name":[{"family":"\u00c9l Alami"}]}"#
        );
    }

    #[test]
    fn an_empty_resource_is_still_json() {
        assert_eq!(
            round(r#"{"resourceType":"Patient"}"#),
            r#"{"resourceType":"Patient","id":"a","meta":{"versionId":"12","lastUpdated":"2000-02-29T00:00:00.007Z"}}"#
        );
    }

    #[test]
    fn instants_cover_centuries() {
        let written = |millis| {
            let mut out = Vec::new();
            push_instant(Instant(millis), &mut out);
            String::from_utf8(out).expect("ascii")
        };
        assert_eq!(written(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(written(-1), "1969-12-31T23:59:59.999Z");
        assert_eq!(written(4_102_444_799_999), "2099-12-31T23:59:59.999Z");
    }
}

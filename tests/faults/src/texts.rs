//! Small resources. The type stands first, so that what is read back ends as what was written.

use crate::site::UNIQUE;

/// A patient with a number that nobody shares, and a name of the write that made it.
pub fn patient(number: &str, group: &str, family: &str) -> String {
    format!(
        r#"{{"resourceType":"Patient","identifier":[{{"system":"{UNIQUE}","value":"{number}"}},{{"system":"urn:group","value":"{group}"}}],"name":[{{"family":"{family}"}}],"gender":"female","birthDate":"1980-05-17"}}"#
    )
}

/// An observation with a note of `note` bytes.
pub fn observation(patient: &str, group: &str, value: u32, note: usize) -> String {
    let words = ["tension", "stable", "au", "repos", "sous", "traitement", "الضغط", "مستقر"];
    let mut text = String::with_capacity(note + 16);
    let mut at = value as usize;
    while text.len() < note {
        at = at.wrapping_mul(31).wrapping_add(7);
        text.push_str(words[at % words.len()]);
        text.push(' ');
    }
    format!(
        r#"{{"resourceType":"Observation","identifier":[{{"system":"urn:group","value":"{group}"}}],"status":"final","code":{{"coding":[{{"system":"http://loinc.org","code":"8867-4","display":"Heart rate"}}]}},"subject":{{"reference":"Patient/{patient}"}},"effectiveDateTime":"2024-{:02}-{:02}T10:00:00Z","valueQuantity":{{"value":{value},"unit":"beats","system":"http://unitsofmeasure.org","code":"/min"}},"note":[{{"text":"{text}"}}]}}"#,
        value % 12 + 1,
        value % 28 + 1,
    )
}

/// What is left of a text when the server has put its own members before it.
pub fn tail(text: &str) -> &str {
    text.split_once(',').map_or(text, |(_, rest)| rest)
}

//! A patient's record and what a message says of them, put together field by field.
//!
//! What the message fills replaces what is there of the same kind: a name of the same use and script, a number of the same
//! system, a telephone of the same use. What it leaves empty stays. Names, birth and sex of an identity that the house
//! validated are never written by a message.

use rihla_clinical::{Object, written};
use rihla_fhir::json::Value;
use rihla_fhir::view::Look;

/// How sure the house is of an identity (`valueCode`).
const STATE: &str = "urn:rihla:extension:identity-state";
/// States in which papers were seen.
const VALIDATED: [&str; 2] = ["validated", "qualified"];
/// The traits by which people are told from others.
const STRICT: [&str; 3] = ["name", "birthDate", "gender"];
/// Members that are one value, or a list that the sender says as a whole.
const WHOLE: [&str; 9] = [
    "birthDate",
    "gender",
    "deceasedBoolean",
    "deceasedDateTime",
    "maritalStatus",
    "multipleBirthBoolean",
    "multipleBirthInteger",
    "communication",
    "generalPractitioner",
];

pub struct Merged {
    pub json: String,
    /// Whether anything is otherwise than it was.
    pub changed: bool,
    /// Whether the message says another name, birth or sex than those that are validated.
    pub kept: bool,
}

/// `told`: a Patient as a message is mapped to it.
pub fn merged(known: Value<'_>, told: Value<'_>) -> Merged {
    let validated = known.extensions("", STATE).first().and_then(|one| one.text("valueCode")).is_some_and(|code| VALIDATED.contains(&code.as_ref()));
    let before = Object::of(known);
    let mut after = before.clone();
    for name in WHOLE {
        if let Some(value) = told.get(name) {
            // Of a choice of types there is one.
            for (one, other) in [("deceasedBoolean", "deceasedDateTime"), ("multipleBirthBoolean", "multipleBirthInteger")] {
                if name == one {
                    after.remove(other);
                } else if name == other {
                    after.remove(one);
                }
            }
            after.set(name, written(value));
        }
    }
    for (name, key) in LISTS {
        if told.get(name).is_some() {
            after.set_list(name, &united(known, told, name, key));
        }
    }
    let kept = validated && STRICT.iter().any(|name| differs(known, told, name, &after));
    if validated {
        for name in STRICT {
            match known.get(name) {
                Some(value) => after.set(name, written(value)),
                None => after.remove(name),
            }
        }
    }
    Merged { changed: before.text() != after.text(), json: after.text(), kept }
}

fn differs(known: Value<'_>, told: Value<'_>, name: &str, after: &Object) -> bool {
    let mut before = Object::of(known);
    if told.get(name).is_none() {
        return false;
    }
    // The member alone, as it was and as it would be.
    let then = before.text();
    if let Some(json) = after.get(name) {
        before.set(name, json.to_owned());
    }
    before.text() != then
}

/// By what an item of a list is the same as another.
type Key = fn(Value<'_>) -> String;

const LISTS: [(&str, Key); 6] = [
    ("identifier", |one| texts(one, &["system", "value"])),
    ("name", |one| format!("{} {}", usual(one.text("use").as_deref(), "official"), is_arabic(one))),
    ("telecom", |one| texts(one, &["system", "use"])),
    ("address", |one| usual(one.text("use").as_deref(), "home")),
    ("contact", |one| texts(one, &["relationship.coding.code", "relationship.text", "name.family", "name.text"])),
    ("extension", |one| texts(one, &["url"])),
];

fn texts(one: Value<'_>, paths: &[&str]) -> String {
    paths.iter().map(|path| one.text(path).unwrap_or_default().into_owned()).collect::<Vec<_>>().join("\n")
}

fn usual(said: Option<&str>, otherwise: &str) -> String {
    said.unwrap_or(otherwise).to_owned()
}

fn is_arabic(name: Value<'_>) -> bool {
    let arabic = |text: &str| text.chars().any(|letter| ('\u{600}'..='\u{6ff}').contains(&letter));
    arabic(&name.text("family").unwrap_or_default()) || arabic(&name.text("given").unwrap_or_default()) || arabic(&name.text("text").unwrap_or_default())
}

/// Items that are told in the place of those of the same kind; a number that is there stays as it is.
fn united(known: Value<'_>, told: Value<'_>, name: &str, key: Key) -> Vec<String> {
    let (own, new) = (known.all(name), told.all(name));
    let keys: Vec<String> = new.iter().map(|one| key(*one)).collect();
    if name == "identifier" {
        let there: Vec<String> = own.iter().map(|one| key(*one)).collect();
        let more = new.into_iter().zip(&keys).filter(|(_, key)| !there.contains(key)).map(|(one, _)| one);
        return own.iter().copied().chain(more).map(written).collect();
    }
    let mut out = Vec::new();
    let mut put: Vec<usize> = Vec::new();
    // What is told takes the place of the first of its kind, so that the order stays.
    for one in own {
        let kind = key(one);
        if !keys.contains(&kind) {
            out.push(written(one));
            continue;
        }
        for (at, item) in new.iter().enumerate().filter(|(at, _)| keys.get(*at) == Some(&kind)) {
            if !put.contains(&at) {
                put.push(at);
                out.push(written(*item));
            }
        }
    }
    out.extend(new.iter().enumerate().filter(|(at, _)| !put.contains(at)).map(|(_, item)| written(*item)));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_fhir::json::{Limits, parse};

    fn of(known: &str, told: &str) -> Merged {
        let (known, told) = (parse(known.as_bytes(), &Limits::default()).expect("known"), parse(told.as_bytes(), &Limits::default()).expect("told"));
        merged(known.root(), told.root())
    }

    const KNOWN: &str = r#"{"resourceType":"Patient","id":"p","extension":[{"url":"urn:rihla:extension:identity-state","valueCode":"provisional"},{"url":"x","valueString":"1"}],"identifier":[{"type":{"text":"IPP"},"system":"urn:h","value":"7"}],"name":[{"use":"official","family":"Alaoui","given":["Salma"]},{"use":"official","family":"علوي","given":["سلمى"]}],"telecom":[{"system":"phone","use":"home","value":"1"}],"birthDate":"1954","maritalStatus":{"text":"mariée"}}"#;

    #[test]
    fn what_is_told_replaces_its_kind_and_the_rest_stays() {
        let told = r#"{"resourceType":"Patient","id":"p","identifier":[{"system":"urn:h","value":"7"},{"system":"urn:n","value":"AB"}],"name":[{"use":"official","family":"El Alaoui","given":["Salma"]}],"birthDate":"1954-02-03"}"#;
        let merged = of(KNOWN, told);
        let wanted = KNOWN
            .replace(r#""value":"7"}]"#, r#""value":"7"},{"system":"urn:n","value":"AB"}]"#)
            .replace("\"Alaoui\"", "\"El Alaoui\"")
            .replace("\"1954\"", "\"1954-02-03\"");
        assert_eq!((merged.json.as_str(), merged.changed, merged.kept), (wanted.as_str(), true, false));
        assert!(!of(&wanted, told).changed, "told again, nothing changes");
    }

    #[test]
    fn a_validated_identity_is_not_written_over() {
        let validated = KNOWN.replace("provisional", "validated");
        let told = r#"{"resourceType":"Patient","name":[{"use":"official","family":"Bennis"}],"birthDate":"1954","telecom":[{"system":"phone","use":"home","value":"2"}]}"#;
        let merged = of(&validated, told);
        assert_eq!(merged.json, validated.replace(r#""use":"home","value":"1""#, r#""use":"home","value":"2""#));
        assert!(merged.kept && merged.changed);
        let same = r#"{"resourceType":"Patient","name":[{"use":"official","family":"Alaoui","given":["Salma"]}],"birthDate":"1954"}"#;
        let merged = of(&validated, same);
        assert!(!merged.kept && !merged.changed, "{}", merged.json);
    }
}

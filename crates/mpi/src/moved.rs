//! A resource that was written into the wrong person's record, as it is in the right one's.

use rihla_fhir::json::{Edits, Value, escape_into, minify_into};

/// The resource with every reference to one Patient turned to another. What stands beside such a reference in words or
/// numbers named the wrong person, and goes. Everything else stays by the letter. None: it does not refer to the first.
pub fn moved(resource: Value<'_>, from: &str, to: &str) -> Option<Vec<u8>> {
    let (mut out, mut found) = (Vec::new(), false);
    let names = (format!("Patient/{from}"), format!("Patient/{to}"));
    push(resource, &names, &mut out, &mut found);
    found.then_some(out)
}

fn push(value: Value<'_>, names: &(String, String), out: &mut Vec<u8>, found: &mut bool) {
    if value.is_array() {
        out.push(b'[');
        for (at, item) in value.items().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            push(item, names, out, found);
        }
        out.push(b']');
        return;
    }
    if !value.is_object() {
        minify_into(value, &Edits::default(), out);
        return;
    }
    let points = value.get("reference").and_then(|reference| reference.as_str()).is_some_and(|reference| reference == names.0.as_str());
    *found |= points;
    out.push(b'{');
    let mut first = true;
    for member in value.members() {
        let key = member.key();
        if points && matches!(key.as_ref(), "display" | "identifier" | "_display") {
            continue;
        }
        if !std::mem::take(&mut first) {
            out.push(b',');
        }
        escape_into(&key, out);
        out.push(b':');
        if points && key == "reference" {
            escape_into(&names.1, out);
        } else {
            push(member.value, names, out, found);
        }
    }
    out.push(b'}');
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_fhir::json::{Limits, parse};

    fn of(json: &str) -> Option<String> {
        let doc = parse(json.as_bytes(), &Limits::default()).expect("JSON");
        moved(doc.root(), "a", "b").map(|bytes| String::from_utf8(bytes).expect("UTF-8"))
    }

    #[test]
    fn every_reference_to_the_first_is_one_to_the_second_and_the_rest_stays_by_the_letter() {
        let before = r#"{"resourceType":"Observation","id":"o","subject":{"reference":"Patient/a","display":"ALAMI Salma","identifier":{"value":"7"}},"valueQuantity":{"value":1.50},"note":[{"text":"Patient/a \"é\""}],"performer":[{"reference":"Practitioner/a"},{"reference":"Patient/a"},{"reference":"Patient/ab"}]}"#;
        let after = r#"{"resourceType":"Observation","id":"o","subject":{"reference":"Patient/b"},"valueQuantity":{"value":1.50},"note":[{"text":"Patient/a \"é\""}],"performer":[{"reference":"Practitioner/a"},{"reference":"Patient/b"},{"reference":"Patient/ab"}]}"#;
        assert_eq!(of(before).as_deref(), Some(after));
        assert_eq!(of(r#"{"resourceType":"Observation","subject":{"reference":"Patient/c","display":"x"}}"#), None);
    }

    #[test]
    fn moved_there_and_back_it_is_what_it_was() {
        let before =
            r#"{"resourceType":"Encounter","id":"e","status":"finished","subject":{"reference":"Patient/a"},"period":{"start":"2026-01-01T00:00:00+01:00"}}"#;
        let there = of(before).expect("moved");
        let doc = parse(there.as_bytes(), &Limits::default()).expect("JSON");
        assert_eq!(moved(doc.root(), "b", "a").map(|bytes| String::from_utf8(bytes).expect("UTF-8")).as_deref(), Some(before));
    }
}

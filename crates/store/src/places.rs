//! What stays and places claim, so that no two people are given one place: docs/decisions/0023-stays-and-places.md.
//!
//! A stay that goes on claims the places where its patient lies or that are kept for them, and its patient: who lies
//! somewhere lies nowhere else, and who died does not come to lie anywhere. A place claims the slots that it does not have.

use rihla_fhir::json::Value;
use rihla_fhir::view::Look;

/// Slots of a place at most: what does not lie in beds lies in more than one place.
pub const SLOTS: u32 = 8;
/// On an entry of `Encounter.location`: which slot of the place, from 0 (`valueUnsignedInt`); 0 unless told.
pub const SLOT: &str = "urn:rihla:extension:place-slot";
/// On a Location: how many may lie there at once (`valuePositiveInt`); 1 unless told.
pub const CAPACITY: &str = "urn:rihla:extension:place-capacity";
/// On an Encounter: its patient died. What was entered by error bears another name.
pub const DEATH: &str = "urn:rihla:extension:death";

/// <https://hl7.org/fhir/R4/valueset-encounter-status.html>
const RUNNING: [&str; 5] = ["planned", "arrived", "triaged", "in-progress", "onleave"];

/// Where somebody may lie: "a space that is allocated for sleeping or laying on", whatever stands there
/// (<https://hl7.org/fhir/R4/codesystem-location-physical-type.html>).
pub fn is_place(of: Value<'_>) -> bool {
    let codings = of.all("physicalType.coding");
    codings.iter().any(|coding| {
        coding.text("code").as_deref() == Some("bd") && coding.text("system").is_some_and(|system| system.ends_with("/CodeSystem/location-physical-type"))
    })
}

/// How many may lie in a place at once.
pub fn capacity(place: Value<'_>) -> u32 {
    number(place, CAPACITY, "valuePositiveInt").unwrap_or(1).clamp(1, SLOTS)
}

fn number(of: Value<'_>, url: &str, value: &str) -> Option<u32> {
    of.extensions("", url).first()?.text(value)?.parse().ok()
}

/// The slot of an entry of `Encounter.location`. One that no place has counts as the last, which few places have.
pub fn slot(entry: Value<'_>) -> u32 {
    number(entry, SLOT, "valueUnsignedInt").unwrap_or(0).min(SLOTS - 1)
}

/// The claim on a place that somebody lies in, or that is kept for them while they are away.
pub fn taken(place: &str, slot: u32) -> String {
    format!("place|{place}|{slot}")
}

/// The claim on a place for whoever comes next.
pub fn reserved(place: &str, slot: u32) -> String {
    format!("reserved|{place}|{slot}")
}

/// The claim on lying somewhere.
pub fn lies(patient: &str) -> String {
    format!("lies|{patient}")
}

/// What a Location of that capacity claims: the slots that it does not have.
pub fn of_place(id: &str, capacity: u32) -> Vec<String> {
    (capacity..SLOTS).flat_map(|slot| [taken(id, slot), reserved(id, slot)]).collect()
}

/// What an Encounter claims. `named`: the id of a Location that a reference names. A name that stands twice here is one that
/// the stay may not hold: it is refused when it is committed.
pub fn of_stay(stay: Value<'_>, patient: Option<&str>, named: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let (mut out, mut lying, mut kept) = (Vec::new(), 0, false);
    let running = stay.text("status").is_some_and(|status| RUNNING.contains(&status.as_ref()));
    for entry in stay.all("location").into_iter().filter(|entry| running && is_place(*entry)) {
        let Some(place) = entry.text("location.reference").and_then(|reference| named(&reference)) else { continue };
        match entry.text("status").as_deref() {
            Some("active") => {
                lying += 1;
                out.push(taken(&place, slot(entry)));
            }
            Some("reserved") => {
                kept = true;
                out.push(taken(&place, slot(entry)));
            }
            Some("planned") => out.push(reserved(&place, slot(entry))),
            _ => {}
        }
    }
    let dead = !stay.extensions("", DEATH).is_empty();
    let least = usize::from(kept || dead);
    out.extend(patient.into_iter().flat_map(|patient| std::iter::repeat_n(lies(patient), least.max(lying))));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_fhir::json::{Limits, parse};

    const BED: &str = r#""physicalType":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"bd"}]}"#;

    fn claims(status: &str, entries: &[(&str, &str, u32)], more: &str) -> Vec<String> {
        let entry = |(place, status, slot): &(&str, &str, u32)| {
            format!(r#"{{"extension":[{{"url":"{SLOT}","valueUnsignedInt":{slot}}}],"location":{{"reference":"Location/{place}"}},"status":"{status}",{BED}}}"#)
        };
        let entries: Vec<String> = entries.iter().map(entry).collect();
        let text = format!(r#"{{"resourceType":"Encounter","status":"{status}"{more},"location":[{}]}}"#, entries.join(","));
        let doc = parse(text.as_bytes(), &Limits::default()).expect("json");
        of_stay(doc.root(), Some("p"), |reference| reference.strip_prefix("Location/").map(str::to_owned))
    }

    #[test]
    fn a_stay_that_goes_on_claims_its_places_and_its_patient() {
        assert_eq!(claims("in-progress", &[("a", "active", 0)], ""), ["place|a|0", "lies|p"]);
        assert_eq!(claims("onleave", &[("a", "reserved", 1)], ""), ["place|a|1", "lies|p"]);
        assert_eq!(claims("planned", &[("a", "planned", 0)], ""), ["reserved|a|0"]);
        assert_eq!(claims("in-progress", &[("a", "completed", 0), ("b", "active", 0), ("c", "reserved", 0)], ""), ["place|b|0", "place|c|0", "lies|p"]);
        assert_eq!(claims("finished", &[("a", "active", 0)], ""), Vec::<String>::new());
    }

    #[test]
    fn two_places_at_once_and_a_dead_patient_show_in_the_claims() {
        assert_eq!(claims("in-progress", &[("a", "active", 0), ("b", "active", 0)], "").iter().filter(|claim| *claim == "lies|p").count(), 2);
        let dead = format!(r#","extension":[{{"url":"{DEATH}"}}]"#);
        assert_eq!(claims("finished", &[], &dead), ["lies|p"]);
        assert_eq!(claims("in-progress", &[("a", "active", 99)], &dead), ["place|a|7", "lies|p"]);
    }

    #[test]
    fn a_place_claims_what_it_does_not_have() {
        let room = |extension: &str| {
            let text = format!(r#"{{"resourceType":"Location",{extension}{BED}}}"#);
            let doc = parse(text.as_bytes(), &Limits::default()).expect("json");
            assert!(is_place(doc.root()));
            of_place("a", capacity(doc.root()))
        };
        let of = |number: u32| room(&format!(r#""extension":[{{"url":"{CAPACITY}","valuePositiveInt":{number}}}],"#));
        assert_eq!(room("").len(), 14);
        assert_eq!(of(7), ["place|a|7", "reserved|a|7"]);
        assert_eq!(of(70).len(), 0);
    }
}

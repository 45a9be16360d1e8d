//! A FHIR Encounter as PV1.

use super::adt::put_cx;
use super::partner::Partner;
use super::pid::{list, text};
use rihla_fhir::json::Value;
use rihla_hl7v2::{Draft, DraftSegment};
use std::collections::BTreeMap;

/// Nothing if no number of the stay goes to this receiver.
pub fn stay(draft: &mut Draft, encounter: Value<'_>, partner: &Partner, places: &BTreeMap<String, String>) -> Option<()> {
    let mut pv1 = DraftSegment::new("PV1");
    let class = encounter.get("class").and_then(|it| text(it, "code").map(|it| it.into_owned()));
    pv1.set(1, "1").set(
        2,
        match class.as_deref() {
            Some("IMP" | "ACUTE" | "NONAC") => "I",
            Some("EMER") => "E",
            Some("PRENC") => "P",
            Some("AMB" | "SS" | "VR" | "HH") => "O",
            _ => "U",
        },
    );
    put_places(&mut pv1, encounter, places);
    for (code, field) in [("ATND", 7), ("REF", 8), ("CON", 9), ("ADM", 17)] {
        for (repetition, who) in participants(encounter, code).enumerate() {
            put_carer(&mut pv1, field, repetition, who, partner);
        }
    }
    let number = list(encounter, "identifier").find_map(|it| partner.number(it))?;
    put_cx(&mut pv1, 19, 0, &number.value, &number.authority, &number.kind);
    let code_of = |key: &str| {
        let concept = encounter.get("hospitalization").and_then(|it| it.get(key));
        concept.and_then(|it| list(it, "coding").next()).and_then(|it| text(it, "code").map(|it| it.into_owned())).unwrap_or_default()
    };
    pv1.set(14, &code_of("admitSource")).set(36, &code_of("dischargeDisposition"));
    let period = |key: &str| encounter.get("period").and_then(|it| text(it, key).map(|it| partner.time(&it))).unwrap_or_default();
    let planned = text(encounter, "status").as_deref() == Some("planned");
    if !planned {
        pv1.set(44, &period("start")).set(45, &period("end"));
    }
    draft.push(pv1);
    if planned {
        draft.add("PV2", |pv2| _ = pv2.set(8, &period("start")).set(9, &period("end")));
    }
    Some(())
}

fn participants<'d>(encounter: Value<'d>, code: &'static str) -> impl Iterator<Item = Value<'d>> {
    let of_code = move |it: &Value<'d>| list(*it, "type").flat_map(|it| list(it, "coding")).any(|it| text(it, "code").as_deref() == Some(code));
    list(encounter, "participant").filter(of_code).filter_map(|it| it.get("individual"))
}

/// XCN of a reference by number: the number, the name in one piece.
pub(super) fn put_carer(pv1: &mut DraftSegment, field: usize, repetition: usize, who: Value<'_>, partner: &Partner) {
    if let Some(number) = who.get("identifier").and_then(|it| partner.number(it)) {
        pv1.put(field, repetition, 1, 1, &number.value).put(field, repetition, 9, 1, &number.authority.name);
        if !number.authority.oid.is_empty() {
            pv1.put(field, repetition, 9, 2, &number.authority.oid).put(field, repetition, 9, 3, "ISO");
        }
        pv1.put(field, repetition, 13, 1, &number.kind);
    }
    pv1.put(field, repetition, 2, 1, &text(who, "display").unwrap_or_default());
}

/// As a modifier of an entry: it did not happen (docs/decisions/0023-stays-and-places.md).
const CANCELLED: &str = "urn:rihla:extension:movement-cancelled";

/// PV1-3 is where the patient is (or was last), PV1-6 where before, PV1-42 where next.
fn put_places(pv1: &mut DraftSegment, encounter: Value<'_>, places: &BTreeMap<String, String>) {
    let planned = text(encounter, "status").as_deref() == Some("planned");
    let over = matches!(text(encounter, "status").as_deref(), Some("finished" | "cancelled"));
    let mut here = false;
    let mut before = false;
    for location in in_order(encounter) {
        let Some(place) = location.get("location") else { continue };
        match text(location, "status").as_deref() {
            Some("active" | "reserved") | None if !here => here = put_place(pv1, 3, place, places),
            Some("planned") if planned && !here => here = put_place(pv1, 3, place, places),
            Some("planned") => _ = put_place(pv1, 42, place, places),
            Some("completed") if over && !here => here = put_place(pv1, 3, place, places),
            Some("completed") if !before => before = put_place(pv1, 6, place, places),
            _ => {}
        }
    }
}

/// What happened, the last first where times are told; entries without times stay as they stand.
fn in_order<'d>(encounter: Value<'d>) -> Vec<Value<'d>> {
    let struck = |it: &Value<'d>| list(*it, "modifierExtension").any(|it| text(it, "url").as_deref() == Some(CANCELLED));
    let start = |it: &Value<'d>| it.get("period").and_then(|it| text(it, "start").map(|it| it.into_owned())).unwrap_or_default();
    let mut all: Vec<Value<'d>> = list(encounter, "location").filter(|it| !struck(it)).collect();
    all.sort_by_key(|it| std::cmp::Reverse(start(it)));
    all
}

/// A place is named by `unit^room^bed`, as it is read.
fn put_place(pv1: &mut DraftSegment, field: usize, place: Value<'_>, places: &BTreeMap<String, String>) -> bool {
    let known = text(place, "reference").and_then(|it| places.get(it.as_ref()).cloned());
    let named = known.or_else(|| place.get("identifier").and_then(|it| text(it, "value").map(|it| it.into_owned())));
    let Some(named) = named.or_else(|| text(place, "display").map(|it| it.into_owned())) else { return false };
    for (index, part) in named.split('^').take(3).enumerate() {
        pv1.put(field, 0, index + 1, 1, part);
    }
    true
}

//! What stays and places claim, through the FHIR interface: a program that writes by itself is held to the same as a screen.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

use rihla_testkit::{Client, Patient, TestSite};

const BED: &str = r#""physicalType":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"bd"}]}"#;

fn place(id: &str, capacity: u32) -> String {
    let capacity = format!(r#""extension":[{{"url":"urn:rihla:extension:place-capacity","valuePositiveInt":{capacity}}}]"#);
    format!(r#"{{"resourceType":"Location","id":"{id}","name":"{id}",{capacity},{BED}}}"#)
}

/// A stay whose entries are place, status and slot.
fn stay(id: &str, patient: &str, status: &str, entries: &[(&str, &str, u32)]) -> String {
    let entry = |(place, status, slot): &(&str, &str, u32)| {
        let slot = format!(r#""extension":[{{"url":"urn:rihla:extension:place-slot","valueUnsignedInt":{slot}}}]"#);
        format!(r#"{{{slot},"location":{{"reference":"Location/{place}"}},"status":"{status}",{BED}}}"#)
    };
    let entries: Vec<String> = entries.iter().map(entry).collect();
    format!(
        r#"{{"resourceType":"Encounter","id":"{id}","status":"{status}","class":{{"code":"IMP"}},"subject":{{"reference":"Patient/{patient}"}}{}}}"#,
        if entries.is_empty() { String::new() } else { format!(r#","location":[{}]"#, entries.join(",")) }
    )
}

async fn filled(client: &mut Client) {
    for id in ["amal", "badr", "chama"] {
        assert_eq!(client.put(&format!("Patient/{id}"), &Patient::new().id(id).family(id).json()).await.status, 201);
    }
    for (id, capacity) in [("bed", 1), ("other", 1), ("hall", 2)] {
        assert_eq!(client.put(&format!("Location/{id}"), &place(id, capacity)).await.status, 201);
    }
}

async fn put(client: &mut Client, json: &str) -> u16 {
    let id = json.split(r#""id":""#).nth(1).and_then(|rest| rest.split('"').next()).expect("an id");
    let ty = json.split(r#"{"resourceType":""#).nth(1).and_then(|rest| rest.split('"').next()).expect("a type");
    let reply = client.put(&format!("{ty}/{id}"), json).await;
    if reply.status == 409 {
        let text = reply.text();
        assert!(text.contains("RH-STORE-CLAIMED") && !text.contains("Patient/") && !text.contains("Encounter/"), "{text}");
    }
    reply.status
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_is_given_once_and_a_patient_lies_once() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    filled(&mut client).await;
    let c = &mut client;
    assert_eq!(put(c, &stay("a", "amal", "in-progress", &[("bed", "active", 0)])).await, 201);
    assert_eq!(put(c, &stay("b", "badr", "in-progress", &[("bed", "active", 0)])).await, 409, "taken");
    assert_eq!(put(c, &stay("b", "badr", "in-progress", &[("bed", "active", 1)])).await, 409, "a slot that the bed does not have");
    assert_eq!(put(c, &stay("b", "badr", "in-progress", &[("bed", "active", 99)])).await, 409, "nor this one");
    assert_eq!(put(c, &stay("a2", "amal", "in-progress", &[("other", "active", 0)])).await, 409, "amal lies elsewhere");
    assert_eq!(put(c, &stay("a", "amal", "in-progress", &[("bed", "active", 0), ("other", "active", 0)])).await, 409, "in two places");
    // Whoever comes next may be promised a place that is not free yet, and only one person is.
    assert_eq!(put(c, &stay("b", "badr", "planned", &[("bed", "planned", 0)])).await, 201);
    assert_eq!(put(c, &stay("c", "chama", "planned", &[("bed", "planned", 0)])).await, 409, "promised");
    // Kept for amal, who is in theatre.
    assert_eq!(put(c, &stay("a", "amal", "in-progress", &[("bed", "reserved", 0)])).await, 200);
    assert_eq!(put(c, &stay("b", "badr", "in-progress", &[("bed", "active", 0)])).await, 409, "kept");
    assert_eq!(put(c, &stay("a", "amal", "finished", &[("bed", "completed", 0)])).await, 200);
    assert_eq!(put(c, &stay("b", "badr", "in-progress", &[("bed", "active", 0)])).await, 200);
    // A hall of two.
    assert_eq!(put(c, &stay("a", "amal", "in-progress", &[("hall", "active", 0)])).await, 200);
    assert_eq!(put(c, &stay("c", "chama", "in-progress", &[("hall", "active", 1)])).await, 201);
    assert_eq!(put(c, &place("hall", 1)).await, 409, "somebody lies in what would go");
    assert_eq!(put(c, &stay("c", "chama", "finished", &[("hall", "completed", 1)])).await, 200);
    assert_eq!(put(c, &place("hall", 1)).await, 200);
    let report = site.node.backend.verify(site.node.store.indexer(), &mut |_| {}).expect("verified");
    assert_eq!((report.faults, report.unheld), (vec![], 0));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_died_comes_to_lie_nowhere_until_that_is_undone() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    filled(&mut client).await;
    let c = &mut client;
    let dead = stay("a", "amal", "finished", &[]).replacen(
        r#","status""#,
        r#","extension":[{"url":"urn:rihla:extension:death","valueDateTime":"2026-01-15"}],"status""#,
        1,
    );
    assert_eq!(put(c, &dead).await, 201);
    assert_eq!(put(c, &stay("a2", "amal", "in-progress", &[("bed", "active", 0)])).await, 409);
    assert_eq!(put(c, &dead.replace("extension:death", "extension:death-undone")).await, 200);
    assert_eq!(put(c, &stay("a2", "amal", "in-progress", &[("bed", "active", 0)])).await, 201);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_recorded_elsewhere_without_a_bed_claims_nothing() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    filled(&mut client).await;
    // As other systems write it: no status, no physical type, one place for everybody.
    for (id, patient) in [("x", "amal"), ("y", "badr"), ("z", "amal")] {
        let json = format!(
            r#"{{"resourceType":"Encounter","id":"{id}","status":"in-progress","class":{{"code":"AMB"}},"subject":{{"reference":"Patient/{patient}"}},"location":[{{"location":{{"reference":"Location/bed"}}}}]}}"#
        );
        assert_eq!(put(&mut client, &json).await, 201);
    }
    site.stop().await;
}

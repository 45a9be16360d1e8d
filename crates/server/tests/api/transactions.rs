//! Batches and transactions: <https://hl7.org/fhir/R4/http.html#transaction>.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where something is wrong")]

use rihla_testkit::{Patient, TestSite, bundle, entry, observation, transaction};

const SYSTEM: &str = "http://example.org/numbers";
const URN: &str = "urn:uuid:7d1f0f5e-7a52-4f6b-9c39-6d6f0a1f2b3c";

#[tokio::test(flavor = "multi_thread")]
async fn entries_that_name_each_other_are_renamed_together() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let document = format!(
        r#"{{"resourceType":"DocumentReference","status":"current","text":{{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><a href=\"{URN}\">patient</a></div>"}},"subject":{{"reference":"{URN}"}},"content":[{{"attachment":{{"url":"{URN}"}}}}],"identifier":[{{"value":"{URN}"}}]}}"#
    );
    let body = transaction(&[
        entry("urn:uuid:11111111-7a52-4f6b-9c39-6d6f0a1f2b3c", "POST", "Observation", "", &observation(URN, "2026-01-02", "70")),
        entry(URN, "POST", "Patient", "", &Patient::new().family("Chraibi").json()),
        entry("urn:uuid:22222222-7a52-4f6b-9c39-6d6f0a1f2b3c", "POST", "DocumentReference", "", &document),
    ]);
    let reply = client.send("POST", "", &[("Prefer", "return=representation")], body.as_bytes()).await;
    assert_eq!((reply.status, reply.at("type").as_deref(), reply.count("entry")), (200, Some("transaction-response"), 3), "{}", reply.text());
    assert_eq!(reply.at("entry.0.response.status").as_deref(), Some("201 Created"));
    let patient = format!("Patient/{}", reply.at("entry.1.resource.id").expect("an id"));
    assert_eq!(reply.at("entry.0.resource.subject.reference"), Some(patient.clone()));
    assert_eq!(reply.at("entry.2.resource.subject.reference"), Some(patient.clone()));
    assert_eq!(reply.at("entry.2.resource.content.0.attachment.url"), Some(patient.clone()));
    assert!(reply.at("entry.2.resource.text.div").is_some_and(|div| div.contains(&format!("href=\"{patient}\""))));
    assert_eq!(reply.at("entry.2.resource.identifier.0.value").as_deref(), Some(URN), "a value is no link");
    let found = client.get(&format!("Observation?subject={patient}")).await;
    assert_eq!(found.count("entry"), 1, "the renamed reference is indexed");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_fails_leaves_nothing() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let bad = r#"{"resourceType":"Patient","gender":"unheard-of"}"#;
    let reply = client.post("", &transaction(&[entry("", "POST", "Patient", "", &Patient::new().json()), entry("", "POST", "Patient", "", bad)])).await;
    assert_eq!((reply.status, reply.at("issue.0.expression.0").as_deref()), (422, Some("Bundle.entry[1].resource.gender")), "{}", reply.text());
    let stale = entry("", "PUT", "Patient/x", r#","ifMatch":"W/\"4\"""#, &Patient::new().id("x").json());
    assert_eq!(client.post("", &transaction(&[entry("", "POST", "Patient", "", &Patient::new().json()), stale])).await.status, 412);
    let twice = [entry("", "PUT", "Patient/x", "", &Patient::new().id("x").json()), entry("", "DELETE", "Patient/x", "", "")];
    let reply = client.post("", &transaction(&twice)).await;
    assert_eq!((reply.status, reply.code().as_deref()), (400, Some("RH-API-BUNDLE-DUPLICATE")));
    let same_url = [entry(URN, "POST", "Patient", "", &Patient::new().json()), entry(URN, "POST", "Patient", "", &Patient::new().json())];
    assert_eq!(client.post("", &transaction(&same_url)).await.code().as_deref(), Some("RH-FHIR-BUNDLE-FULL-URL-TWICE"));
    let patch = [entry("", "PATCH", "Patient/x", "", r#"{"resourceType":"Parameters"}"#)];
    assert_eq!(client.post("", &transaction(&patch)).await.code().as_deref(), Some("RH-API-NO-PATCH"));
    assert_eq!(client.get("Patient?_total=accurate").await.at("total").as_deref(), Some("0"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_hold_within_a_transaction() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    client.put("Practitioner/dr", &format!(r#"{{"resourceType":"Practitioner","id":"dr","identifier":[{{"system":"{SYSTEM}","value":"9"}}]}}"#)).await;
    let by_search = |value: &str| {
        observation(URN, "2026-01-02", "70")
            .replace(r#""status":"final""#, &format!(r#""status":"final","performer":[{{"reference":"Practitioner?identifier={SYSTEM}|{value}"}}]"#))
    };
    let unless = format!(r#","ifNoneExist":"identifier={SYSTEM}|1""#);
    let patient = Patient::new().identifier(SYSTEM, "1").json();
    let body = |value: &str| transaction(&[entry(URN, "POST", "Patient", &unless, &patient), entry("", "POST", "Observation", "", &by_search(value))]);

    let missing = client.post("", &body("8")).await;
    assert_eq!((missing.status, missing.code().as_deref()), (412, Some("RH-API-REFERENCE-UNRESOLVED")), "{}", missing.text());
    let first = client.post("", &body("9")).await;
    let second = client.post("", &body("9")).await;
    assert_eq!((first.status, second.status), (200, 200), "{}", second.text());
    assert_eq!(first.at("entry.0.response.status").as_deref(), Some("201 Created"));
    assert_eq!(second.at("entry.0.response.status").as_deref(), Some("200 OK"));
    assert_eq!(client.get("Patient?_total=accurate").await.at("total").as_deref(), Some("1"));
    let found = client.get(&format!("Observation?performer=Practitioner/dr&patient.identifier={SYSTEM}%7C1")).await;
    assert_eq!(found.count("entry"), 2, "{}", found.text());
    assert_eq!(found.at("entry.0.resource.performer.0.reference").as_deref(), Some("Practitioner/dr"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_names_by_address_is_followed() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let body = transaction(&[
        entry("http://old.example.org/fhir/Patient/77", "POST", "Patient", "", &Patient::new().id("77").json()),
        entry("http://old.example.org/fhir/Observation/1", "POST", "Observation", "", &observation("Patient/77", "2026-01-02", "70")),
        entry(
            "http://old.example.org/fhir/Observation/2",
            "POST",
            "Observation",
            "",
            &observation("http://old.example.org/fhir/Patient/77", "2026-01-03", "71"),
        ),
    ]);
    let reply = client.send("POST", "", &[("Prefer", "return=representation")], body.as_bytes()).await;
    let patient = format!("Patient/{}", reply.at("entry.0.resource.id").expect("an id"));
    assert_ne!(patient, "Patient/77");
    assert_eq!(reply.at("entry.1.resource.subject.reference"), Some(patient.clone()));
    assert_eq!(reply.at("entry.2.resource.subject.reference"), Some(patient.clone()));
    assert_eq!(client.get(&format!("{patient}/Observation")).await.count("entry"), 2);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_come_before_reads_whatever_their_order() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    client.put("Patient/old", &Patient::new().id("old").json()).await;
    let body = transaction(&[
        entry("", "GET", "Patient/new", "", ""),
        entry("", "GET", "Patient?_total=accurate", "", ""),
        entry("", "PUT", "Patient/new", "", &Patient::new().id("new").json()),
        entry("", "DELETE", "Patient/old", "", ""),
    ]);
    let reply = client.post("", &body).await;
    assert_eq!(reply.at("entry.0.resource.id").as_deref(), Some("new"), "{}", reply.text());
    assert_eq!(reply.at("entry.1.resource.total").as_deref(), Some("1"));
    assert_eq!(reply.at("entry.3.response.status").as_deref(), Some("204 No Content"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_of_a_batch_stand_alone() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let body = bundle(
        "batch",
        &[
            entry("", "POST", "Patient", "", &Patient::new().family("Filali").json()),
            entry("", "POST", "Patient", "", r#"{"resourceType":"Patient","gender":"unheard-of"}"#),
            entry("", "GET", "Patient/none", "", ""),
            entry("", "GET", "Patient?family=Filali", "", ""),
        ],
    );
    let reply = client.post("", &body).await;
    assert_eq!((reply.status, reply.at("type").as_deref()), (200, Some("batch-response")));
    let statuses: Vec<_> = (0..4).map(|n| reply.at(&format!("entry.{n}.response.status")).expect("a status")).collect();
    assert_eq!(statuses, ["201 Created", "422 Unprocessable Entity", "404 Not Found", "200 OK"]);
    assert_eq!(reply.at("entry.1.response.outcome.issue.0.expression.0").as_deref(), Some("Bundle.entry[1].resource.gender"));
    assert_eq!(reply.count("entry.3.resource.entry"), 1);
    let other = client.post("", &bundle("collection", &[])).await;
    assert_eq!((other.status, other.code().as_deref()), (400, Some("RH-API-BUNDLE-TYPE")));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_of_a_batch_wait_together_and_keep_their_order() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let once = Patient::new().identifier("urn:x", "1").json();
    let family = |name: &str| entry("", "PUT", "Patient/p", "", &Patient::new().id("p").family(name).json());
    let mut entries = vec![family("One"), family("Two"), entry("", "GET", "Patient/p", "", ""), family("Three")];
    entries.extend((0..150).map(|_| entry("", "POST", "Patient", r#","ifNoneExist":"identifier=urn:x|1""#, &once)));
    entries.push(entry("", "GET", "Patient?identifier=urn:x|1&_summary=count", "", ""));
    let reply = client.post("", &bundle("batch", &entries)).await;
    assert_eq!((reply.status, reply.count("entry")), (200, 155), "{}", reply.text());
    assert_eq!(reply.at("entry.2.resource.name.0.family").as_deref(), Some("Two"), "a read sees what stands before it");
    assert_eq!(client.get("Patient/p").await.at("name.0.family").as_deref(), Some("Three"));
    let statuses: Vec<_> = (4..154).filter_map(|n| reply.at(&format!("entry.{n}.response.status"))).collect();
    assert_eq!(statuses.iter().filter(|status| status.starts_with("201")).count(), 1);
    assert_eq!(statuses.iter().filter(|status| status.starts_with("200")).count(), 149);
    assert_eq!(reply.at("entry.154.resource.total").as_deref(), Some("1"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transactions_frame_is_checked_as_its_resources_are() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let patient = Patient::new().family("Tazi").json();
    let twice = [entry(URN, "POST", "Patient", "", &patient), entry(URN, "GET", "Patient", "", "")];
    for (entries, expected) in [
        (twice.to_vec(), "Bundle.entry[1].fullUrl"),
        (vec![entry("Patient/1", "POST", "Patient", "", &patient)], "Bundle.entry[0].fullUrl"),
        (vec![entry("http://example.org/fhir/Patient/1/_history/2", "POST", "Patient", "", &patient)], "Bundle.entry[0].fullUrl"),
    ] {
        let refused = client.post("", &bundle("transaction", &entries)).await;
        assert_eq!((refused.status, refused.at("issue.0.expression.0").as_deref()), (422, Some(expected)), "{}", refused.text());
    }
    assert_eq!(client.get("Patient?_summary=count").await.at("total").as_deref(), Some("0"));
    site.stop().await;
}

//! What nobody honest sends: each gets a clear refusal, and the site goes on.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where something is wrong")]

use rihla_testkit::{Patient, TestSite, bundle, entry};

#[tokio::test(flavor = "multi_thread")]
async fn malformed_and_misplaced_bodies_are_told_apart() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let deep = "[".repeat(10_000);
    let cases: [(&[u8], u16, &str); 12] = [
        (b"", 400, "RH-API-BODY-EMPTY"),
        (b"   ", 400, "RH-API-BODY-EMPTY"),
        (b"{", 400, "RH-API-MALFORMED-JSON"),
        (b"{\"resourceType\":\"Patient\",}", 400, "RH-API-MALFORMED-JSON"),
        (b"\xff\xfe{}", 400, "RH-API-MALFORMED-JSON"),
        (b"{\"resourceType\":\"Patient\",\"language\":\"\xc3\"}", 400, "RH-API-MALFORMED-JSON"),
        (deep.as_bytes(), 400, "RH-API-JSON-LIMIT"),
        (b"[]", 400, "RH-API-NOT-A-RESOURCE"),
        (b"{}", 400, "RH-API-NOT-A-RESOURCE"),
        (b"{\"resourceType\":\"Patience\"}", 400, "RH-API-NOT-A-RESOURCE"),
        (b"{\"resourceType\":\"Group\",\"type\":\"person\",\"actual\":true}", 400, "RH-API-TYPE-MISMATCH"),
        (b"{\"resourceType\":\"Patient\",\"gender\":\"male\",\"gender\":\"female\"}", 422, "RH-FHIR-DUPLICATE-KEY"),
    ];
    for (body, status, code) in cases {
        let reply = client.send("POST", "Patient", &[("Content-Type", "application/json")], body).await;
        assert_eq!((reply.status, reply.code().as_deref()), (status, Some(code)), "{}", String::from_utf8_lossy(body.get(..40).unwrap_or(body)));
    }
    let xml = client
        .send("POST", "Patient", &[("Content-Type", "application/fhir+xml")], b"<!DOCTYPE x [<!ENTITY a 'b'>]><Patient xmlns='http://hl7.org/fhir'/>")
        .await;
    assert_eq!((xml.status, xml.code().as_deref()), (400, Some("RH-API-MALFORMED-XML")));
    assert_eq!(client.get("Patient?_total=accurate").await.at("total").as_deref(), Some("0"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_mean_nothing_are_refused() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    for (path, status) in [
        ("Patience", 404),
        ("Patience/1", 404),
        ("Patient/a_b", 400),
        ("Patient/..%2F..%2Fetc", 400),
        (&format!("Patient/{}", "x".repeat(65)), 400),
        ("Patient/1/_history/x", 400),
        ("Patient/1/2/3/4", 404),
        ("Patient?name=%ff", 400),
        ("Patient?_count=-1", 400),
        ("Patient?birthdate=yesterday", 400),
        ("Patient?_cursor=nonsense", 400),
        ("Patient/none", 404),
        ("Patient/none/$everything", 404),
        ("_history?_since=tomorrow", 400),
    ] {
        let reply = client.get(path).await;
        assert_eq!(reply.status, status, "{path}: {}", reply.text());
        assert_eq!(reply.at("resourceType").as_deref(), Some("OperationOutcome"), "{path}");
    }
    site.account("somebody", &[("nurse", None)], "").await;
    let elsewhere = client.send_raw(b"GET /elsewhere HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    assert_eq!(elsewhere.status, 404);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_refused_whether_or_not_it_says_so() {
    let site = TestSite::start().await;
    let body = vec![b' '; 100 << 20];
    let reply = site.client().await.send("POST", "Patient", &[("Content-Type", "application/fhir+json")], &body).await;
    assert_eq!((reply.status, reply.code().as_deref()), (413, Some("RH-API-BODY-TOO-LARGE")));
    let mut client = site.client().await;
    let mut chunked = b"POST /fhir/Patient HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/fhir+json\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..60 {
        chunked.extend_from_slice(b"100000\r\n");
        chunked.resize(chunked.len() + (1 << 20), b' ');
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    let reply = client.send_raw(&chunked).await;
    assert_eq!((reply.status, reply.code().as_deref()), (413, Some("RH-API-BODY-TOO-LARGE")));
    let asked = site
        .client()
        .await
        .send_raw(b"POST /fhir/Patient HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/fhir+json\r\nContent-Length: 104857600\r\nExpect: 100-continue\r\n\r\n")
        .await;
    assert_eq!(asked.status, 413, "whoever asks first need not send it");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_of_fifty_thousand_is_refused_or_taken_whole() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let one = entry("", "POST", "Patient", "", &Patient::new().json());
    let many = vec![one; 50_000];
    for kind in ["transaction", "batch"] {
        let reply = client.post("", &bundle(kind, &many)).await;
        assert_eq!((reply.status, reply.code().as_deref()), (413, Some("RH-API-TOO-MANY-ENTRIES")));
    }
    site.stop().await;
    let wide = TestSite::with(|serve| serve.max_entries = 50_000).await;
    let mut client = wide.client().await;
    let reply = client.post("", &bundle("transaction", &many)).await;
    assert_eq!((reply.status, reply.count("entry")), (200, 50_000));
    assert_eq!(client.get("Patient?_summary=count").await.at("total").as_deref(), Some("50000"));
    wide.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_without_what_they_need_are_named() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    for (inside, place) in [
        (r#"{"resource":{"resourceType":"Patient"}}"#, "Bundle.entry[0]"),
        (r#"{"request":{"method":"POST","url":"Patient"}}"#, "Bundle.entry[0]"),
        (r#"{"request":{"method":"POST","url":"Patience"},"resource":{"resourceType":"Patient"}}"#, "Bundle.entry[0]"),
        (r#"{"request":{"method":"POST","url":"Patient","url":"Group"},"resource":{"resourceType":"Patient"}}"#, "Bundle.entry.request"),
        (r#"{"request":{"method":"POST","url":"Patient","color":"red"},"resource":{"resourceType":"Patient"}}"#, "Bundle.entry.request"),
        ("7", "Bundle.entry"),
    ] {
        let reply = client.post("", &bundle("transaction", &[inside.to_owned()])).await;
        assert!((400..500).contains(&reply.status), "{inside}");
        assert_eq!(reply.at("issue.0.expression.0").as_deref(), Some(place), "{}", reply.text());
    }
    site.stop().await;
}

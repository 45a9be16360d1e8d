//! Forms, languages and addresses: <https://hl7.org/fhir/R4/http.html#mime-type>.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where something is wrong")]

use rihla_testkit::{Patient, TestSite};

#[tokio::test(flavor = "multi_thread")]
async fn a_resource_goes_in_and_out_as_json_and_xml() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let xml = r#"<Patient xmlns="http://hl7.org/fhir"><id value="x"/><name><family value="Tazi"/></name></Patient>"#;
    let created = client.send("PUT", "Patient/x", &[("Content-Type", "application/fhir+xml"), ("Accept", "application/fhir+xml")], xml.as_bytes()).await;
    assert_eq!((created.status, created.header("content-type")), (201, Some("application/fhir+xml; charset=utf-8")), "{}", created.text());
    assert!(created.text().contains(r#"<family value="Tazi"/>"#));
    let json = client.get("Patient/x").await;
    assert_eq!((json.header("content-type"), json.at("name.0.family").as_deref()), (Some("application/fhir+json; charset=utf-8"), Some("Tazi")));
    let by_parameter = client.send("GET", "Patient/x?_format=xml", &[("Accept", "application/json")], b"").await;
    assert!(by_parameter.text().starts_with("<?xml") || by_parameter.text().starts_with("<Patient"));
    let pretty = client.get("Patient/x?_pretty=true").await;
    assert!(pretty.text().starts_with("{\n  \"resourceType\": \"Patient\","));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_answered_or_read_is_refused() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    assert_eq!(client.send("GET", "Patient", &[("Accept", "text/turtle")], b"").await.status, 406);
    assert_eq!(client.get("Patient?_format=ttl").await.status, 406);
    let body = Patient::new().json();
    assert_eq!(client.send("POST", "Patient", &[("Content-Type", "text/plain")], body.as_bytes()).await.status, 415);
    assert_eq!(client.send("POST", "Patient/_search", &[("Content-Type", "application/json")], b"{}").await.status, 415);
    for path in ["Patient", "Patient/_search", "Binary"] {
        assert_eq!(client.send("POST", path, &[("Content-Encoding", "gzip")], body.as_bytes()).await.status, 415, "{path}");
    }
    let patch = client.send("PATCH", "Patient/1", &[], b"[]").await;
    assert_eq!((patch.status, patch.header("allow")), (405, Some("GET, HEAD, PUT, DELETE")));
    assert_eq!(client.post("Patient/1", &body).await.status, 405);
    assert_eq!(client.delete("metadata").await.status, 405);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_speak_the_readers_language() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let said = |reply: rihla_testkit::Reply| (reply.at("language").expect("a language"), reply.at("issue.0.details.text").expect("a text"));
    let french = said(client.get("Patience/1").await);
    assert_eq!(french, ("fr".into(), "« Patience » n’est pas un type de ressource FHIR R4.".into()));
    let english = said(client.send("GET", "Patience/1", &[("Accept-Language", "de, en;q=0.8")], b"").await);
    assert_eq!(english, ("en".into(), "\"Patience\" is no FHIR R4 resource type.".into()));
    let arabic = said(client.send("GET", "Patience/1", &[("Accept-Language", "ar-MA, fr;q=0.5")], b"").await);
    assert_eq!(arabic.0, "ar");
    let invalid = client.send("POST", "Patient", &[("Accept-Language", "en")], br#"{"resourceType":"Patient","birthDate":"1999-13-01","color":"red"}"#).await;
    assert_eq!((invalid.status, invalid.count("issue")), (422, 2), "{}", invalid.text());
    assert_eq!(invalid.at("issue.0.expression.0").as_deref(), Some("Patient.birthDate"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn links_carry_the_address_that_was_called() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    client.put("Patient/p", &Patient::new().id("p").json()).await;
    let found = client.get("Patient").await;
    assert_eq!(found.at("entry.0.fullUrl"), Some(format!("http://{}/fhir/Patient/p", site.address)));
    let hostile = client.send_raw(b"GET /fhir/Patient HTTP/1.1\r\nHost: evil\"<x>\r\n\r\n").await;
    assert!(matches!(hostile.status, 400 | 421), "{}", hostile.status);
    let foreign = client.send_raw(b"GET /fhir/Patient HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n").await;
    assert_eq!(foreign.status, 421, "a page that points its own name here reads nothing");
    site.stop().await;
}

//! Searching from outside: <https://hl7.org/fhir/R4/search.html>.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where something is wrong")]

use rihla_testkit::{Client, Patient, Reply, TestSite, bundle, entry, observation};
use std::collections::BTreeSet;

async fn ward(client: &mut Client) {
    for n in 0..12 {
        let patient = Patient::new().id(&format!("p{n}")).family(&format!("Family{n:02}")).birth_date(&format!("19{}-05-17", 50 + n));
        assert_eq!(client.put(&format!("Patient/p{n}"), &patient.json()).await.status, 201);
    }
    for n in 0..6 {
        let body = observation("Patient/p1", &format!("2026-01-{:02}", 10 + n), &format!("{}", 60 + n));
        assert_eq!(client.post("Observation", &body).await.status, 201);
    }
}

fn ids(reply: &Reply) -> Vec<String> {
    (0..reply.count("entry")).filter_map(|n| reply.at(&format!("entry.{n}.resource.id"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_hold_still_while_the_data_move() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    ward(&mut client).await;
    let mut page = client.get("Patient?_sort=birthdate&_count=5").await;
    let mut seen = ids(&page);
    client.put("Patient/p0", &Patient::new().id("p0").birth_date("2020-01-01").json()).await;
    client.put("Patient/p99", &Patient::new().id("p99").birth_date("1955-01-01").json()).await;
    client.delete("Patient/p11").await;
    while let Some(next) = page.link("next") {
        page = client.get(&next).await;
        assert_eq!(page.status, 200, "{}", page.text());
        seen.extend(ids(&page));
    }
    let expected: Vec<_> = (0..12).map(|n| format!("p{n}")).collect();
    assert_eq!(seen, expected, "each that was there, once, in the order of then");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_parameter_is_never_passed_over_in_silence() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    ward(&mut client).await;
    let lenient = client.get("Patient?family=Family03&shoe-size=44").await;
    assert_eq!((lenient.status, lenient.count("entry")), (200, 2));
    assert_eq!(lenient.at("entry.1.search.mode").as_deref(), Some("outcome"));
    assert_eq!(lenient.at("entry.1.resource.issue.0.severity").as_deref(), Some("warning"));
    assert_eq!(lenient.link("self").as_deref(), Some("Patient?family=Family03"), "what was not used is not in the link");
    let strict = client.send("GET", "Patient?family=Family03&shoe-size=44", &[("Prefer", "handling=strict")], b"").await;
    assert_eq!((strict.status, strict.at("issue.0.severity").as_deref()), (400, Some("error")));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_by_post_answers_as_one_by_get() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    ward(&mut client).await;
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let posted = client.send("POST", "Patient/_search?_count=2", &form, b"family=Family0&_sort=-birthdate").await;
    assert_eq!((posted.status, ids(&posted)), (200, vec!["p9".to_owned(), "p8".to_owned()]), "{}", posted.text());
    assert_eq!(client.get(&posted.link("next").expect("more")).await.count("entry"), 2);
    let system = client.send("POST", "_search", &form, b"_type=Patient,Observation&_total=accurate&_count=1").await;
    assert_eq!(system.at("total").as_deref(), Some("18"), "{}", system.text());
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_shows_less_and_says_so() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    ward(&mut client).await;
    let count = client.get("Patient?_summary=count").await;
    assert_eq!((count.at("total").as_deref(), count.count("entry")), (Some("12"), 0));
    let elements = client.get("Patient?_id=p1&_elements=birthDate").await;
    assert_eq!(elements.at("entry.0.resource.name"), None);
    assert_eq!(elements.at("entry.0.resource.birthDate").as_deref(), Some("1951-05-17"));
    assert_eq!(elements.at("entry.0.resource.meta.tag.0.code").as_deref(), Some("SUBSETTED"));
    let read = client.get("Patient/p1?_summary=true").await;
    assert_eq!((read.at("name.0.family").as_deref(), read.at("meta.tag.0.code").as_deref()), (Some("Family01"), Some("SUBSETTED")));
    assert_eq!(client.get("Patient/p1?_summary=perhaps").await.status, 400);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_a_patient_is_found_through_the_patient() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    ward(&mut client).await;
    let inside = client.get("Patient/p1/Observation?_sort=-date&_count=2").await;
    assert_eq!(inside.count("entry"), 2, "{}", inside.text());
    assert_eq!(inside.at("entry.0.resource.effectiveDateTime").as_deref(), Some("2026-01-15"));
    assert!(inside.link("next").is_some_and(|next| next.starts_with("Patient/p1/Observation?")));
    assert_eq!(client.get("Patient/p2/Observation").await.count("entry"), 0);
    assert_eq!(client.get("Patient/p1/*?_total=accurate").await.at("total").as_deref(), Some("7"));
    let everything = client.get("Patient/p1/$everything").await;
    assert_eq!((everything.status, everything.count("entry")), (200, 7));
    assert_eq!(client.get("Patient/p1/$everything?_type=Observation&start=2026-01-13").await.count("entry"), 3);
    let by_post = client.post("Patient/p1/$everything", r#"{"resourceType":"Parameters","parameter":[{"name":"_count","valueInteger":3}]}"#).await;
    assert_eq!((by_post.count("entry"), by_post.link("next").is_some()), (3, true), "{}", by_post.text());
    let unknown = client.get("Patient/p1/$magic").await;
    assert_eq!((unknown.status, unknown.code().as_deref()), (404, Some("RH-API-UNKNOWN-OPERATION")));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn neighbours_come_along_and_are_marked() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    ward(&mut client).await;
    let page = client.get("Observation?_include=Observation:subject&_count=3").await;
    assert_eq!(page.count("entry"), 4);
    assert_eq!(page.at("entry.3.search.mode").as_deref(), Some("include"));
    let back = client.get("Patient?_id=p1&_revinclude=Observation:subject").await;
    assert_eq!(back.count("entry"), 7);
    site.stop().await;
}

/// Follows a search to its end; how many matches it shows, and how many of them differ.
async fn walked(client: &mut Client, path: &str) -> (usize, usize) {
    let mut page = client.get(path).await;
    let mut seen = ids(&page);
    while let Some(next) = page.link("next") {
        page = client.get(&next).await;
        assert_eq!(page.status, 200, "{}", page.text());
        seen.extend(ids(&page));
    }
    (seen.len(), seen.iter().collect::<BTreeSet<_>>().len())
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_order_each_match_is_shown_once() {
    const MANY: usize = 405;
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let patient = |n: usize| entry("", "PUT", &format!("Patient/p{n}"), "", &Patient::new().id(&format!("p{n}")).json());
    let measured = |n: usize| {
        let subject = format!("Patient/p{}", n % 2);
        // Equal beginnings and equal numbers, whose ends and units go against the order in which they came.
        let body = observation(&subject, "2026-01-10", "60").replace("\"/min\"", &format!("\"u{:03}\"", 999 - n));
        let period = format!(r#""effectivePeriod":{{"start":"2026-01-10","end":"{}-03-01"}}"#, 2500 - n);
        entry("", "POST", "Observation", "", &body.replace(r#""effectiveDateTime":"2026-01-10""#, &period))
    };
    let entries: Vec<_> = (0..2).map(patient).chain((0..MANY).map(measured)).collect();
    assert_eq!(client.post("", &bundle("transaction", &entries)).await.status, 200);
    for order in ["subject", "code", "date", "-date", "-combo-value-quantity"] {
        assert_eq!(walked(&mut client, &format!("Observation?_sort={order}&_count=220")).await, (MANY, MANY), "by {order}");
    }
    for question in ["date=ge2026-01-01", "value-quantity=gt59"] {
        assert_eq!(walked(&mut client, &format!("Observation?{question}&_count=220")).await, (MANY, MANY), "{question}");
    }
    let first = client.get("Observation?_sort=-subject&_count=1").await;
    assert_eq!(first.at("entry.0.resource.subject.reference").as_deref(), Some("Patient/p1"));
    // A code and its whole system stand in different orders in the index.
    assert_eq!(walked(&mut client, "Observation?code=http://loinc.org%7C8867-4,http://loinc.org%7C&_count=220").await, (MANY, MANY));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_type_lacks_narrows_none() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    ward(&mut client).await;
    let both = client.get("?_type=Patient,Observation&family=Family03&_total=accurate").await;
    assert_eq!(both.at("total").as_deref(), Some("18"), "{}", both.text());
    let last = both.count("entry") - 1;
    assert_eq!(both.at(&format!("entry.{last}.search.mode")).as_deref(), Some("outcome"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identifier_is_found_by_the_text_of_its_type() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let body = r#"{"resourceType":"Patient","id":"p","identifier":[{"type":{"text":"Carte nationale"},"system":"urn:x","value":"1"}]}"#;
    assert_eq!(client.put("Patient/p", body).await.status, 201);
    assert_eq!(client.get("Patient?identifier:text=carte").await.count("entry"), 1);
    assert_eq!(client.get("Patient?name=---").await.status, 400, "of this nothing is left to compare, and all would be found");
    assert_eq!(client.get("Patient?identifier:text=passeport").await.count("entry"), 0);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pair_may_hold_a_reference() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let body = r#"{"resourceType":"DocumentReference","id":"d","status":"current","relatesTo":[{"code":"appends","target":{"reference":"DocumentReference/e"}},{"code":"signs","target":{"reference":"DocumentReference/f"}}],"content":[{"attachment":{"title":"x"}}]}"#;
    assert_eq!(client.put("DocumentReference/d", body).await.status, 201);
    for (value, total) in [("appends$DocumentReference/e", "1"), ("appends$e", "1"), ("appends$DocumentReference/f", "0"), ("signs$DocumentReference/f", "1")] {
        let found = client.get(&format!("DocumentReference?relationship={value}&_total=accurate")).await;
        assert_eq!((found.status, found.at("total").as_deref()), (200, Some(total)), "{value}: {}", found.text());
    }
    site.stop().await;
}

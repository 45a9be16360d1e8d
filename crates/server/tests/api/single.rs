//! One resource at a time, from outside: <https://hl7.org/fhir/R4/http.html>.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where something is wrong")]

use rihla_testkit::{Patient, TestSite};

#[tokio::test(flavor = "multi_thread")]
async fn a_resource_lives_from_create_to_delete_and_its_history_stays() {
    let site = TestSite::start().await;
    let mut client = site.client().await;

    let created = client.post("Patient", &Patient::new().id("ignored").family("Alami").json()).await;
    assert_eq!(created.status, 201, "{}", created.text());
    assert_eq!(created.header("etag"), Some("W/\"1\""));
    assert!(created.header("last-modified").is_some_and(|date| date.starts_with("Thu, 15 Jan 2026 08:00:0")));
    let (id, version) = created.location();
    assert_ne!(id, "ignored", "a create gives an id of the server's");
    assert_eq!((version, created.at("id").as_deref()), (1, Some(id.as_str())));

    let read = client.get(&format!("Patient/{id}")).await;
    assert_eq!((read.status, &read.body), (200, &created.body), "what was answered is what is read");

    let updated = client.put(&format!("Patient/{id}"), &Patient::new().id(&id).family("El Alami").json()).await;
    assert_eq!((updated.status, updated.header("etag")), (200, Some("W/\"2\"")));

    let deleted = client.delete(&format!("Patient/{id}")).await;
    assert_eq!((deleted.status, deleted.header("etag")), (204, Some("W/\"3\"")));
    assert_eq!(client.get(&format!("Patient/{id}")).await.status, 410);
    assert_eq!(client.delete(&format!("Patient/{id}")).await.status, 204, "what is not there is as good as deleted");

    let old = client.get(&format!("Patient/{id}/_history/1")).await;
    assert_eq!(old.body, created.body);
    let history = client.get(&format!("Patient/{id}/_history")).await;
    assert_eq!((history.at("type").as_deref(), history.at("total").as_deref(), history.count("entry")), (Some("history"), Some("3"), 3));
    let methods: Vec<_> = (0..3).map(|n| history.at(&format!("entry.{n}.request.method")).expect("a method")).collect();
    assert_eq!(methods, ["DELETE", "PUT", "POST"]);
    assert_eq!(history.at("entry.0.resource.id"), None);

    let revived = client.put(&format!("Patient/{id}"), &Patient::new().id(&id).json()).await;
    assert_eq!((revived.status, revived.header("etag")), (201, Some("W/\"4\"")));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_creates_under_the_clients_id_and_guards_versions() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let body = Patient::new().id("p-1").family("Bennani").json();
    assert_eq!(client.put("Patient/p-1", &body).await.status, 201);

    let stale = client.send("PUT", "Patient/p-1", &[("If-Match", "W/\"9\"")], body.as_bytes()).await;
    assert_eq!(stale.status, 412, "{}", stale.text());
    let fresh = client.send("PUT", "Patient/p-1", &[("If-Match", "W/\"1\"")], body.as_bytes()).await;
    assert_eq!(fresh.status, 200);
    let exists = client.send("PUT", "Patient/p-1", &[("If-None-Match", "*")], body.as_bytes()).await;
    assert_eq!(exists.status, 412);
    let any = [("If-Match", "*")];
    assert_eq!(client.send("PUT", "Patient/p-1", &any, body.as_bytes()).await.status, 200);
    let absent = client.send("PUT", "Patient/p-9", &any, body.replace("p-1", "p-9").as_bytes()).await;
    assert_eq!(absent.status, 412, "there is none to match: {}", absent.text());
    let unreadable = client.send("PUT", "Patient/p-1", &[("If-Match", "yesterday")], body.as_bytes()).await;
    assert_eq!((unreadable.status, unreadable.code().as_deref()), (400, Some("RH-API-BAD-CONDITION")));
    assert_eq!(client.send("DELETE", "Patient/p-1", &[("If-Match", "W/\"1\"")], b"").await.status, 412);

    let other = client.put("Patient/p-2", &body).await;
    assert_eq!((other.status, other.code().as_deref()), (400, Some("RH-API-ID-MISMATCH")));
    let nameless = client.put("Patient/p-2", &Patient::new().json()).await;
    assert_eq!(nameless.status, 400);
    let mistyped = client.put("Group/p-1", &body).await;
    assert_eq!((mistyped.status, mistyped.code().as_deref()), (400, Some("RH-API-TYPE-MISMATCH")));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_knows_the_version_is_told_nothing_new() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let created = client.put("Patient/p", &Patient::new().id("p").json()).await;
    let date = created.header("last-modified").expect("a date").to_owned();
    let known = client.send("GET", "Patient/p", &[("If-None-Match", "W/\"1\"")], b"").await;
    assert_eq!((known.status, known.body.len(), known.header("etag")), (304, 0, Some("W/\"1\"")));
    assert_eq!(client.send("GET", "Patient/p", &[("If-Modified-Since", &date)], b"").await.status, 304);
    assert_eq!(client.send("GET", "Patient/p", &[("If-Modified-Since", "Thu, 15 Jan 2015 08:00:00 GMT")], b"").await.status, 200);
    assert_eq!(client.send("GET", "Patient/p", &[("If-None-Match", "W/\"7\"")], b"").await.status, 200);

    let whole = client.get("Patient/p").await;
    let head = client.send("HEAD", "Patient/p", &[], b"").await;
    assert_eq!((head.status, head.header("content-length"), head.header("etag")), (200, Some(whole.body.len().to_string().as_str()), Some("W/\"1\"")));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_gets_back_what_it_prefers() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let body = Patient::new().json();
    let minimal = client.send("POST", "Patient", &[("Prefer", "return=minimal")], body.as_bytes()).await;
    assert_eq!((minimal.status, minimal.body.len()), (201, 0));
    let outcome = client.send("POST", "Patient", &[("Prefer", "return=OperationOutcome")], body.as_bytes()).await;
    assert_eq!((outcome.status, outcome.at("resourceType").as_deref(), outcome.code().as_deref()), (201, Some("OperationOutcome"), Some("RH-API-DONE")));
    let whole = client.send("POST", "Patient", &[("Prefer", "return=representation")], body.as_bytes()).await;
    assert_eq!((whole.status, whole.at("resourceType").as_deref()), (201, Some("Patient")));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_in_comes_back_to_the_byte() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let body = r#"{"resourceType":"Observation","id":"o","status":"final","code":{"text":"\u00e9preuve"},"valueQuantity":{"value":1.50,"unit":"mg"},"_issued":{"extension":[{"url":"http://example.org/x","valueDecimal":0.10}]},"effectiveDateTime":"2026-01-01T10:00:00+01:00"}"#;
    assert_eq!(client.put("Observation/o", body).await.status, 201);
    let read = client.get("Observation/o").await;
    let expected = body.replace(r#""id":"o","#, r#""id":"o","meta":{"versionId":"1","lastUpdated":"X"},"#);
    let updated = read.at("meta.lastUpdated").expect("a time");
    assert_eq!(read.text(), expected.replace("\"X\"", &format!("\"{updated}\"")));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_binary_is_a_resource_or_its_own_content() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let created = client.send("POST", "Binary", &[("Content-Type", "image/png")], b"\x89PNG\r\n").await;
    assert_eq!((created.status, created.at("contentType").as_deref(), created.at("data").as_deref()), (201, Some("image/png"), Some("iVBORw0K")));
    let (id, _) = created.location();
    let path = format!("Binary/{id}");
    let raw = client.send("GET", &path, &[("Accept", "image/png")], b"").await;
    assert_eq!((raw.status, raw.header("content-type"), raw.body.as_slice()), (200, Some("image/png"), &b"\x89PNG\r\n"[..]));
    assert_eq!(client.send("GET", &path, &[("Accept", "application/fhir+json")], b"").await.at("resourceType").as_deref(), Some("Binary"));
    site.stop().await;
}

fn statuses(reply: &rihla_testkit::Reply) -> Vec<String> {
    (0..reply.count("entry")).filter_map(|n| reply.at(&format!("entry.{n}.response.etag"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn history_shows_what_was_current_at_a_time() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let mut moments = Vec::new();
    for family in ["One", "Two", "Three"] {
        let written = client.put("Patient/p", &Patient::new().id("p").family(family).json()).await;
        moments.push(written.at("meta.lastUpdated").expect("a time"));
    }
    client.put("Patient/q", &Patient::new().id("q").json()).await;
    client.delete("Patient/p").await;
    for path in ["Patient/p/_history", "Patient/_history", "_history"] {
        let then = client.get(&format!("{path}?_at={}", moments[1])).await;
        assert_eq!((then.status, statuses(&then)), (200, vec!["W/\"2\"".to_owned()]), "{path}: {}", then.text());
        let before = client.get(&format!("{path}?_at=2020")).await;
        assert_eq!((before.status, before.count("entry")), (200, 0), "{path}");
    }
    let all = client.get("Patient/p/_history?_at=2026").await;
    assert_eq!((statuses(&all).len(), all.at("total").as_deref()), (4, Some("4")), "the deletion was made in that year");
    let later = client.get("_history?_at=2030").await;
    assert_eq!(later.count("entry"), 1, "only what is not deleted is current later: {}", later.text());
    let since = client.get(&format!("Patient/p/_history?_since={}", moments[2])).await;
    assert_eq!((statuses(&since).len(), since.at("total").as_deref()), (2, Some("2")), "the total is of what is asked for");
    assert_eq!(client.get("Patient/p/_history?_at=soon").await.status, 400);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_mark_serves_its_own_list_only() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    for id in ["p", "q"] {
        for _ in 0..3 {
            client.put(&format!("Patient/{id}"), &Patient::new().id(id).json()).await;
        }
    }
    let page = client.get("Patient/p/_history?_count=2").await;
    let next = page.link("next").expect("more");
    assert_eq!(statuses(&client.get(&next).await), ["W/\"1\""]);
    let (_, mark) = next.split_once("_cursor=").expect("a mark");
    for path in ["Patient/q/_history", "Patient/_history", "_history", "Patient/p/$everything", "Patient"] {
        let elsewhere = client.get(&format!("{path}?_count=2&_cursor={mark}")).await;
        assert_eq!((elsewhere.status, elsewhere.code().as_deref()), (400, Some("RH-SEARCH-CURSOR")), "{path}");
    }
    let nothing = client.get("Patient/p/_history?_count=0").await;
    assert_eq!((nothing.count("entry"), nothing.link("next"), nothing.at("total").as_deref()), (0, None, Some("3")));
    site.stop().await;
}

//! Conditions decided by the one writer: <https://hl7.org/fhir/R4/http.html#ccreate>.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where something is wrong")]

use rihla_testkit::{Patient, TestSite};

const SYSTEM: &str = "http://example.org/numbers";

fn numbered(value: &str) -> String {
    Patient::new().identifier(SYSTEM, value).json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conditional_create_finds_makes_or_refuses() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let criteria = format!("identifier={SYSTEM}|1");
    let headers = [("If-None-Exist", criteria.as_str())];
    let first = client.send("POST", "Patient", &headers, numbered("1").as_bytes()).await;
    let second = client.send("POST", "Patient", &headers, numbered("1").as_bytes()).await;
    assert_eq!((first.status, second.status), (201, 200), "{}", second.text());
    assert_eq!(first.location(), second.location());
    client.post("Patient", &numbered("1")).await;
    let third = client.send("POST", "Patient", &headers, numbered("1").as_bytes()).await;
    assert_eq!((third.status, third.code().as_deref()), (412, Some("RH-API-MANY-MATCHES")));
    let unknown = client.send("POST", "Patient", &[("If-None-Exist", "shoe-size=44")], numbered("1").as_bytes()).await;
    assert_eq!(unknown.status, 400, "a criterion that is not understood would widen the match");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conditional_update_and_delete_name_their_target_by_search() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let path = format!("Patient?identifier={SYSTEM}%7C5");
    let created = client.put(&path, &numbered("5")).await;
    assert_eq!(created.status, 201, "{}", created.text());
    let (id, _) = created.location();
    let updated = client.put(&path, &Patient::new().identifier(SYSTEM, "5").family("Idrissi").json()).await;
    assert_eq!((updated.status, updated.location()), (200, (id.clone(), 2)));
    let mismatched = client.put(&path, &Patient::new().id("other").identifier(SYSTEM, "5").json()).await;
    assert_eq!((mismatched.status, mismatched.code().as_deref()), (400, Some("RH-API-ID-MISMATCH")));
    assert_eq!(client.put("Patient", &numbered("5")).await.code().as_deref(), Some("RH-API-NO-CRITERIA"));

    assert_eq!(client.delete(&path).await.status, 204);
    assert_eq!(client.get(&format!("Patient/{id}")).await.status, 410);
    assert_eq!(client.delete(&path).await.status, 204);
    client.post("Patient", &numbered("5")).await;
    client.post("Patient", &numbered("5")).await;
    assert_eq!(client.delete(&path).await.status, 412);
    assert_eq!(client.delete("Patient").await.status, 400, "nothing is deleted without a criterion");
    site.stop().await;
}

/// Invariant 6 of docs/ARCHITECTURE.md.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_clients_that_create_one_identifier_make_one_patient() {
    let site = TestSite::start().await;
    let mut clients = Vec::new();
    for _ in 0..16 {
        clients.push(site.client().await);
    }
    let mut reader = site.client().await;
    for round in 0..200 {
        let mut racing = tokio::task::JoinSet::new();
        for mut client in clients.drain(..) {
            racing.spawn(async move {
                let criteria = format!("identifier={SYSTEM}|round-{round}");
                let body = numbered(&format!("round-{round}"));
                let reply = client.send("POST", "Patient", &[("If-None-Exist", &criteria), ("Prefer", "return=minimal")], body.as_bytes()).await;
                (client, reply.status)
            });
        }
        let mut created = 0;
        while let Some(ended) = racing.join_next().await {
            let (client, status) = ended.expect("a client");
            assert!(matches!(status, 200 | 201), "round {round}: {status}");
            created += usize::from(status == 201);
            clients.push(client);
        }
        let found = reader.get(&format!("Patient?identifier={SYSTEM}%7Cround-{round}&_total=accurate")).await;
        assert_eq!((created, found.at("total").as_deref()), (1, Some("1")), "round {round}");
    }
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_updates_without_if_match_are_all_applied() {
    let site = TestSite::start().await;
    let mut racing = tokio::task::JoinSet::new();
    for n in 0..16 {
        let mut client = site.client().await;
        racing.spawn(async move { client.put("Patient/one", &Patient::new().id("one").family(&format!("Name{n}")).json()).await.status });
    }
    let mut statuses = racing.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses, [[200].repeat(15), vec![201]].concat());
    let mut client = site.client().await;
    assert_eq!(client.get("Patient/one/_history").await.at("total").as_deref(), Some("16"));
    site.stop().await;
}

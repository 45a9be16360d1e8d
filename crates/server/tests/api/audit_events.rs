//! The audit chain as AuditEvents, by FHIR.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use rihla_testkit::{Client, Reply, TestSite};

/// Pages until the stored ones: every AuditEvent's action and the patients that it names, and the number of pages.
async fn all(client: &mut Client, path: &str) -> (Vec<String>, usize) {
    let (mut out, mut path, mut pages) = (Vec::new(), path.to_owned(), 0);
    loop {
        let reply = client.get(&path).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        pages += 1;
        for at in 0..reply.count("entry") {
            let part = |what: &str| reply.at(&format!("entry.{at}.resource.{what}")).unwrap_or_default();
            out.push(format!("{}{} {}", part("action"), part("outcome"), part("entity.0.what.reference")));
        }
        match reply.link("next") {
            Some(next) => path = next,
            None => return (out, pages),
        }
    }
}

async fn told(site: &TestSite, client: &mut Client) {
    for id in ["p1", "p2"] {
        assert_eq!(client.put(&format!("/Patient/{id}"), &format!(r#"{{"resourceType":"Patient","id":"{id}"}}"#)).await.status, 201);
    }
    site.pass(86_400_000);
    client.get("/Patient/p1").await;
    client.get("/Patient?_id=p1,p2").await;
    client.get("/Patient?_id=p2").await;
    let stored = r#"{"resourceType":"AuditEvent","type":{"system":"urn:t","code":"x"},"action":"E","recorded":"2026-01-01T00:00:00Z","agent":[{"requestor":true}],"source":{"observer":{"display":"other"}},"entity":[{"what":{"reference":"Patient/p1"}}]}"#;
    assert_eq!(client.post("/AuditEvent", stored).await.status, 201);
    site.node.for_task("chain").commit(vec![], vec![], vec![]).await.expect("chained");
}

fn diagnostics(reply: &Reply) -> String {
    (0..reply.count("entry")).filter_map(|at| reply.at(&format!("entry.{at}.resource.issue.0.details.coding.0.code"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_of_the_chain_are_found_by_patient_date_and_action_and_come_before_what_is_stored() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    told(&site, &mut client).await;
    let of_p1 = ["C0 Patient/p1", "E0 Patient/p1", "R0 Patient/p1", "C0 Patient/p1", "E Patient/p1"];
    let (found, pages) = all(&mut client, "/AuditEvent?patient=p1&_count=2").await;
    assert_eq!((found.as_slice(), pages), (of_p1.map(str::to_owned).as_slice(), 3));
    // The search for both names both; what is stored about p2 is nothing.
    assert_eq!(all(&mut client, "/AuditEvent?patient=Patient/p2&action=E&_count=9").await.0, ["E0 Patient/p2", "E0 Patient/p1"]);
    assert_eq!(all(&mut client, "/AuditEvent?patient=p1&date=lt2026-01-01").await.0.len(), 0);
    assert_eq!(all(&mut client, "/AuditEvent?patient=nobody").await.0.len(), 0);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_is_read_by_its_id_and_a_question_that_the_chain_cannot_answer_says_so() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    told(&site, &mut client).await;
    let found = client.get("/AuditEvent?patient=p1&action=R").await;
    let id = found.at("entry.0.resource.id").expect("an id");
    let read = client.get(&format!("/AuditEvent/{id}")).await;
    assert_eq!((read.status, read.at("id"), read.at("entity.0.what.reference")), (200, Some(id), Some("Patient/p1".into())), "{}", read.text());
    assert_eq!(client.get("/AuditEvent/chain-99999-0").await.status, 404);
    let partly = client.get("/AuditEvent?entity-name=x").await;
    assert!(partly.status == 200 && diagnostics(&partly).contains("RH-AUDIT-LEFT-OUT"), "{}", partly.text());
    site.stop().await;
}

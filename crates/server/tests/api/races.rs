//! Many clients whose bundles share whom they speak of: every one is kept whole, and nobody overwrites anybody.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

use rihla_testkit::{Client, TestSite, entry, transaction};
use std::collections::BTreeMap;

const CLIENTS: usize = 32;
/// Bundles a client in every run of the tests; `RIHLA_RACE_ROUNDS=75` takes about a minute.
const ROUNDS: usize = 12;
const DOCTORS: usize = 10;
const HOSPITALS: usize = 3;
const SYSTEM: &str = "urn:shared";

fn rounds() -> usize {
    std::env::var("RIHLA_RACE_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(ROUNDS)
}

fn numbered(ty: &str, number: usize) -> String {
    format!(r#"{{"resourceType":"{ty}","identifier":[{{"system":"{SYSTEM}","value":"{number}"}}]}}"#)
}

/// A doctor whose name says who wrote last.
fn doctor(number: usize, by: usize, round: usize) -> String {
    format!(r#"{{"resourceType":"Practitioner","id":"doctor-{number}","name":[{{"family":"Client{by}Round{round}"}}]}}"#)
}

fn observation(by: usize, round: usize, shared: &str) -> String {
    format!(
        r#"{{"resourceType":"Observation","identifier":[{{"system":"urn:of","value":"{by}-{round}"}}],"status":"final","code":{{"text":"x"}},"subject":{{"reference":"Patient/p{by}"}},"performer":[{shared}]}}"#
    )
}

/// A hospital and a doctor made unless they are there, another doctor written over, and an observation that names all.
fn admission(by: usize, round: usize) -> String {
    let (hospital, found, changed) = ((by + round) % HOSPITALS, (by * 7 + round) % DOCTORS, (by * 3 + round) % DOCTORS);
    let url = |at: usize| format!("urn:uuid:{by:08}-0000-4000-8000-{at:012}");
    let once = |number: usize| format!(r#","ifNoneExist":"identifier={SYSTEM}|{number}""#);
    let shared = format!(r#"{{"reference":"{}"}},{{"reference":"{}"}},{{"reference":"Practitioner/doctor-{changed}"}}"#, url(1), url(2));
    transaction(&[
        entry(&url(1), "POST", "Organization", &once(hospital), &numbered("Organization", hospital)),
        entry(&url(2), "POST", "Practitioner", &once(found), &numbered("Practitioner", found)),
        entry("", "PUT", &format!("Practitioner/doctor-{changed}"), "", &doctor(changed, by, round)),
        entry("", "POST", "Observation", "", &observation(by, round, &shared)),
    ])
}

/// Adds one to the count that a hospital's alias holds, as long as it takes.
async fn count_up(client: &mut Client) {
    loop {
        let read = client.get("Organization/counter").await;
        let (value, tag) = (read.at("alias.0").expect("a count"), read.header("etag").expect("a version").to_owned());
        let next = counter(value.parse::<usize>().expect("a number") + 1);
        match client.send("PUT", "Organization/counter", &[("If-Match", &tag)], next.as_bytes()).await.status {
            200 => return,
            412 => {}
            other => panic!("{other}"),
        }
    }
}

fn counter(value: usize) -> String {
    format!(r#"{{"resourceType":"Organization","id":"counter","name":"x","alias":["{value}"]}}"#)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn bundles_that_share_people_and_places_are_all_kept() {
    let (site, rounds) = (TestSite::start().await, rounds());
    let mut first = site.client().await;
    assert_eq!(first.put("Organization/counter", &counter(0)).await.status, 201);
    let mut racing = tokio::task::JoinSet::new();
    for by in 0..CLIENTS {
        let mut client = site.client().await;
        racing.spawn(async move {
            let mut written: BTreeMap<(usize, u32), String> = BTreeMap::new();
            for round in 0..rounds {
                let reply = client.post("", &admission(by, round)).await;
                assert_eq!(reply.status, 200, "client {by}, round {round}: {}", reply.text());
                let version = reply.at("entry.2.response.etag").and_then(|tag| tag.trim_matches(['W', '/', '"']).parse().ok()).expect("a version");
                written.insert(((by * 3 + round) % DOCTORS, version), format!("Client{by}Round{round}"));
                count_up(&mut client).await;
            }
            written
        });
    }
    let mut written = BTreeMap::new();
    for one in racing.join_all().await {
        let before = written.len() + one.len();
        written.extend(one);
        assert_eq!(written.len(), before, "no version was promised twice");
    }
    assert_eq!(first.get("Organization/counter").await.at("alias.0"), Some((CLIENTS * rounds).to_string()), "no change was lost");
    for ((doctor, version), name) in &written {
        let read = first.get(&format!("Practitioner/doctor-{doctor}/_history/{version}")).await;
        assert_eq!(read.at("name.0.family").as_ref(), Some(name), "doctor {doctor}, version {version}");
    }
    for (query, count) in [
        (format!("Organization?identifier={SYSTEM}%7C"), HOSPITALS),
        (format!("Practitioner?identifier={SYSTEM}%7C"), DOCTORS),
        ("Observation?".to_owned(), CLIENTS * rounds),
    ] {
        let found = first.get(&format!("{query}&_summary=count")).await;
        assert_eq!(found.at("total"), Some(count.to_string()), "{query}");
    }
    let report = site.node.backend.verify(site.node.store.indexer(), &mut |_| {}).expect("verifies");
    assert_eq!(report.faults, Vec::<String>::new());
    site.stop().await;
}

//! The hospital that lives by itself, against the record. The ids are those of `modules/simulation/spec.md`.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

use rihla_server::demo_data::lists;
use rihla_testkit::{Client, TestSite};
use rihla_twin::{Hospital, Setting};

const MINUTE: u64 = 60_000;

/// Both hospitals of the pack, empty, and a town around them.
async fn filled(site: &TestSite) -> Client {
    let mut client = site.client().await;
    let hospital = Hospital::new(lists(&site.node.pack, site.now()), Setting { seed: 3, patients: 0, now: site.now() }).expect("a hospital");
    let mut lines = hospital.ground();
    lines.extend(hospital.crowd(120));
    for part in lines.chunks(200) {
        let entries: Vec<String> = part.iter().map(|line| entry(line)).collect();
        let bundle = format!(r#"{{"resourceType":"Bundle","type":"batch","entry":[{}]}}"#, entries.join(","));
        let reply = client.post("", &bundle).await;
        assert!(reply.status == 200 && !reply.text().contains(r#""status":"4"#), "{}", reply.text());
    }
    client
}

fn entry(line: &str) -> String {
    let text = |name: &str| line.split_once(&format!("\"{name}\":\"")).and_then(|(_, rest)| rest.split('"').next()).expect("a member").to_owned();
    format!(r#"{{"resource":{line},"request":{{"method":"PUT","url":"{}/{}"}}}}"#, text("resourceType"), text("id"))
}

async fn total(client: &mut Client, search: &str) -> usize {
    let found = client.get(&format!("{search}&_summary=count")).await;
    found.at("total").and_then(|total| total.parse().ok()).unwrap_or_else(|| panic!("{}", found.text()))
}

/// SIM-1, SIM-2, SIM-3, SIM-4
#[tokio::test(flavor = "multi_thread")]
async fn two_hospitals_live_a_morning_by_the_forms_that_people_use() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut life = site.life().expect("life");
    for _ in 0..420 {
        site.pass(MINUTE);
        life.player.step().await.expect("a step");
    }
    let told = &life.played.told;
    assert_eq!(told.refused(), 0, "{:?}", told.last().iter().filter(|did| did.refused.is_some()).collect::<Vec<_>>());
    for place in 0..2 {
        for what in ["arrive", "triage", "box", "charge", "decide", "depart", "clean"] {
            assert!(told.count(place, what) > 0, "{what} at {place}");
        }
    }
    let arrived = told.count(0, "arrive") + told.count(1, "arrive");
    assert_eq!(total(&mut client, "Encounter?class=EMER").await as u64, arrived);
    assert_eq!(total(&mut client, "Observation?code=urn:rihla:triage|triage").await as u64, told.count(0, "triage") + told.count(1, "triage"));
    // Each visit belongs to its own site.
    for (place, code) in ["bsk", "rba"].into_iter().enumerate() {
        assert_eq!(total(&mut client, &format!("Encounter?class=EMER&service-provider=Organization/{code}")).await as u64, told.count(place, "arrive"));
    }
    site.stop().await;
}

/// SIM-3
#[tokio::test(flavor = "multi_thread")]
async fn there_is_no_page_where_nothing_is_played() {
    let site = TestSite::start().await;
    let mut nurse = site.screen("nurse").await;
    assert_eq!(nurse.get("/simulation").await.status, 404);
    assert!(!nurse.get("/beds").await.text().contains("Le temps passe"));
    site.stop().await;
}

/// SIM-5
#[tokio::test(flavor = "multi_thread")]
async fn a_record_of_real_patients_is_not_played() {
    let site = TestSite::production().await;
    let refused = site.life().err().expect("it is refused");
    assert!(refused.to_string().contains("real patients"), "{refused}");
    site.stop().await;
}

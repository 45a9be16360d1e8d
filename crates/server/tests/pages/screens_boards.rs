//! Boards of beds hear what happens on them, from whichever side it comes.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use rihla_testkit::{Client, Event, Events, Patient, TestSite};

fn location(id: &str, level: &str, above: &str, name: &str) -> String {
    let part = if above.is_empty() { String::new() } else { format!(r#","partOf":{{"reference":"Location/{above}"}}"#) };
    format!(
        r#"{{"resourceType":"Location","id":"{id}","status":"active","name":"{name}","physicalType":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"{level}"}}]}}{part}}}"#
    )
}

fn stay(status: &str, beds: &[(&str, &str)]) -> String {
    let physical = r#""physicalType":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"bd"}]}"#;
    let entry = |(bed, status): &(&str, &str)| format!(r#"{{"location":{{"reference":"Location/{bed}"}},"status":"{status}",{physical}}}"#);
    let entries = beds.iter().map(entry).collect::<Vec<_>>().join(",");
    format!(
        r#"{{"resourceType":"Encounter","id":"e","status":"{status}","class":{{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"IMP"}},"subject":{{"reference":"Patient/p"}},"location":[{entries}]}}"#
    )
}

async fn put(client: &mut Client, path: &str, json: &str) {
    let reply = client.put(path, json).await;
    assert!(reply.status < 300, "{path}: {}", reply.text());
}

/// Two wards with a room and a bed each.
async fn house(site: &TestSite) -> Client {
    let mut client = site.client().await;
    for ward in ["a", "ab"] {
        put(&mut client, &format!("Location/{ward}"), &location(ward, "wa", "", &format!("Service {ward}"))).await;
        put(&mut client, &format!("Location/{ward}-1"), &location(&format!("{ward}-1"), "ro", ward, "Chambre 1")).await;
        put(&mut client, &format!("Location/{ward}-1-1"), &location(&format!("{ward}-1-1"), "bd", &format!("{ward}-1"), &format!("Lit {ward}"))).await;
    }
    put(&mut client, "Patient/p", &Patient::new().id("p").family("Alaoui").json()).await;
    client
}

/// The next event that says so.
async fn says(events: &mut Events, told: impl Fn(&str) -> bool) -> Event {
    loop {
        let event = events.next().await.expect("an event");
        if told(&event.data) {
            return event;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bed_that_goes_to_another_ward_leaves_the_one_board_and_comes_to_the_other() {
    let site = TestSite::start().await;
    let mut client = house(&site).await;
    let mut manager = site.screen("bed-manager").await;
    let (from, to, all) = (manager.get("/beds/a").await, manager.get("/beds/ab").await, manager.get("/beds").await);
    assert!(from.text().contains("Lit a") && !to.text().contains("place-a-1-1"));
    let (mut from, mut to, mut all) = (manager.listen(&from).await, manager.listen(&to).await, manager.listen(&all).await);
    put(&mut client, "Location/a-1-1", &location("a-1-1", "bd", "ab-1", "Lit a")).await;
    says(&mut from, |board| board.contains("beds-board") && !board.contains("place-a-1-1")).await;
    says(&mut to, |board| board.contains("place-a-1-1")).await;
    says(&mut all, |board| board.contains("beds-group")).await;
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lies_somewhere_and_who_no_longer_does_is_on_the_board_also_when_another_system_wrote_it() {
    let site = TestSite::start().await;
    let mut client = house(&site).await;
    let mut manager = site.screen("bed-manager").await;
    let (from, to) = (manager.get("/beds/a").await, manager.get("/beds/ab").await);
    let (mut from, mut to) = (manager.listen(&from).await, manager.listen(&to).await);
    put(&mut client, "Encounter/e", &stay("in-progress", &[("a-1-1", "active")])).await;
    says(&mut from, |board| board.contains("ALAOUI")).await;
    // Another system says where they are, and no longer where they were.
    put(&mut client, "Encounter/e", &stay("in-progress", &[("ab-1-1", "active")])).await;
    says(&mut from, |board| !board.contains("ALAOUI")).await;
    says(&mut to, |board| board.contains("ALAOUI")).await;
    // Their name is corrected.
    put(&mut client, "Patient/p", &Patient::new().id("p").family("Lamrani").json()).await;
    says(&mut to, |board| board.contains("LAMRANI")).await;
    site.stop().await;
}

/// Two of one role may see the same; a form that names the other of them would be refused.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_to_two_nurses_names_each_of_them_in_their_own_forms() {
    let site = TestSite::start().await;
    let mut client = house(&site).await;
    let (mut one, mut other) = (site.screen("nurse").await, site.screen_of("n2", "nurse").await);
    let pages = (one.get("/beds/a").await, other.get("/beds/a").await);
    let marks = (pages.0.hidden("_author"), pages.1.hidden("_author"));
    assert!(marks.0 != marks.1 && !marks.0.is_empty(), "{marks:?}");
    let (mut first, mut second) = (one.listen(&pages.0).await, other.listen(&pages.1).await);
    put(&mut client, "Location/a-1-1", &location("a-1-1", "bd", "a-1", "Lit du fond")).await;
    for (events, own, others) in [(&mut first, &marks.0, &marks.1), (&mut second, &marks.1, &marks.0)] {
        let event = says(events, |board| board.contains("Lit du fond")).await;
        assert!(event.data.contains(own.as_str()) && !event.data.contains(others.as_str()), "{}", event.data);
    }
    site.stop().await;
}

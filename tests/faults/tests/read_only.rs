//! A server whose record takes nothing: it goes on reading where it can, says so on every page, refuses what is written
//! with nothing lost of what was typed, and writes again by itself.

#![allow(clippy::expect_used, clippy::panic, reason = "helpers of tests")]

use rihla_faults::disk::Disk;
use rihla_faults::vfs;
use rihla_test_postgres::{Proxy, Setup};
use rihla_testkit::{Events, PASSWORD, Patient, Place, Reply, Screen, TestSite};
use std::sync::Arc;

const ALERTS: &str = "/patients/p1/alerts";
const FULL: &str = "Lecture seule depuis";

async fn site_at(place: Place) -> TestSite {
    let site = TestSite::on(place).await;
    let mut client = site.client().await;
    assert_eq!(client.put("Patient/p1", &Patient::new().id("p1").family("Alaoui").json()).await.status, 201);
    client.take_into_care("p1").await;
    site
}

/// An alert as a browser sends it in.
async fn add(screen: &mut Screen, page: &Reply, text: &str) -> Reply {
    let (author, id) = (page.hidden("_author"), page.hidden("_id"));
    screen.post(ALERTS, &[("_patient", "p1"), ("_author", &author), ("_id", &id), ("kind", "safety"), ("text", text)]).await
}

/// The next time that an open page hears of writing.
async fn told(events: &mut Events) -> String {
    loop {
        let event = events.next().await.expect("an event");
        if event.data.contains("#standing") {
            return event.data;
        }
    }
}

fn retry_after(reply: &Reply) -> u32 {
    reply.header("retry-after").and_then(|seconds| seconds.parse().ok()).expect("when to try again")
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_disk_is_full_people_read_and_what_they_type_is_given_back() {
    let disk = Arc::new(Disk::new(1));
    assert!(vfs::register_for_all("full", &disk));
    let site = site_at(Place::in_a_folder()).await;
    let (mut nurse, mut doctor) = (site.screen("nurse").await, site.screen("physician").await);
    let physician = site.account("elalami", &[("physician", None)], "").await;
    let page = nurse.get(ALERTS).await;
    let chart = doctor.get("/patients/p1/chart").await;
    let mut open = doctor.listen(&chart).await;

    disk.leave_room(Some(0));
    let refused = add(&mut nurse, &page, "Risque de chute & <vertige>").await;
    assert_eq!(refused.status, 503, "{}", refused.text());
    assert!(retry_after(&refused) > 0);
    assert!(refused.text().contains("RH-STORE-DISK-FULL") && refused.text().contains("le disque du serveur est plein"));
    assert_eq!(refused.hidden("text"), "Risque de chute &#38; &#60;vertige&#62;", "what was typed comes back");
    assert!(told(&mut open).await.contains(FULL), "open pages are told");

    // The record is read for as long as it lasts, by who sat there, by who comes and by who comes back to a locked screen.
    site.pass(20 * 60 * 1000);
    let chart = nurse.get("/patients/p1/chart").await;
    assert!(chart.status == 303, "the screen had locked itself: {}", chart.status);
    assert_eq!(nurse.sign_in("nurse", PASSWORD).await.status, 303);
    let chart = nurse.get("/patients/p1/chart").await;
    assert!(chart.status == 200 && chart.text().contains("Synthèse") && chart.text().contains(FULL), "{}", chart.text());
    let mut other = site.stranger().await;
    assert_eq!(other.sign_in(&physician.login, PASSWORD).await.status, 303, "a new session is held in memory");
    assert!(other.get("/patients/p1/chart").await.text().contains(FULL));
    assert_eq!(other.post("/drafts", &[("_form", "chart.alert"), ("_patient", "p1"), ("_author", &page.hidden("_author")), ("text", "x")]).await.status, 409);
    let mut client = site.client().await;
    assert_eq!(client.get("Patient/p1").await.status, 200);
    let refused = client.put("Patient/p2", &Patient::new().id("p2").family("Bennani").json()).await;
    assert_eq!((refused.status, retry_after(&refused) > 0), (503, true));
    assert_eq!(nurse.post("/sign-out", &[]).await.status, 303, "and people can leave");

    // There is room again: the server finds out by itself, open pages are told, and what was held is kept.
    disk.leave_room(None);
    let again = loop {
        let said = told(&mut open).await;
        if !said.contains(FULL) {
            break said;
        }
    };
    assert!(!again.contains(FULL));
    assert_eq!(site.node.store.read_only(), None);
    let page = other.get(ALERTS).await;
    assert!(!page.text().contains(FULL) && !page.text().contains("vertige"), "nothing half kept");
    assert_eq!(add(&mut other, &page, "Risque de chute").await.status, 303);
    assert!(other.get(ALERTS).await.text().contains("Risque de chute"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_away_every_page_says_so_and_goes_on_by_itself() {
    let server = Setup::default().start();
    server.make_database("record");
    let line = Proxy::to(&server.socket());
    let site = site_at(Place::at(&line.url("record"))).await;
    let mut nurse = site.screen("nurse").await;
    let page = nurse.get(ALERTS).await;

    line.cut();
    let refused = add(&mut nurse, &page, "Risque de chute").await;
    assert!(refused.status == 503 && retry_after(&refused) > 0 && refused.text().contains("RH-STORE-"), "{}", refused.text());
    assert_eq!(refused.hidden("text"), "Risque de chute");
    let read = nurse.get("/patients/p1/chart").await;
    assert!(read.status == 503 && read.text().contains("La base de données ne répond pas"), "{}", read.text());
    assert!(read.text().contains("href=\"/patients/p1/chart\""), "the way to try again");

    line.pass();
    while site.node.store.read_only().is_some() {
        tokio::task::yield_now().await;
    }
    let page = nurse.get(ALERTS).await;
    assert!(page.status == 200 && !page.text().contains(FULL));
    assert_eq!(add(&mut nurse, &page, "Risque de chute").await.status, 303);
    site.stop().await;
}

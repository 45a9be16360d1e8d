//! Whose record opens to whom, from outside: patients in one's care, patients of others, and what a role is never shown.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use rihla_testkit::{Client, Patient, Reply, Screen, TestSite};

/// A patient in the care of the site, and one whom nothing ties to it; each with an alert.
async fn fill(client: &mut Client) {
    for (id, family) in [("ours", "Alaoui"), ("theirs", "Berrada")] {
        assert_eq!(client.put(&format!("Patient/{id}"), &Patient::new().id(id).family(family).json()).await.status, 201);
        let flag =
            format!(r#"{{"resourceType":"Flag","id":"{id}","status":"active","code":{{"text":"Alerte {id}"}},"subject":{{"reference":"Patient/{id}"}}}}"#);
        assert_eq!(client.put(&format!("Flag/{id}"), &flag).await.status, 201);
    }
    client.take_into_care("ours").await;
}

async fn break_glass(screen: &mut Screen, patient: &str, fields: &[(&str, &str)]) -> Reply {
    let path = format!("/patients/{patient}/glass");
    let page = screen.get(&path).await;
    let author = page.hidden("_author");
    let fields: Vec<_> = [("_author", author.as_str())].into_iter().chain(fields.iter().copied()).collect();
    screen.post(&path, &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_of_a_patient_of_others_opens_to_who_says_why_and_the_privacy_officer_sees_it() {
    let site = TestSite::start().await;
    fill(&mut site.client().await).await;
    let mut nurse = site.screen("nurse").await;
    assert_eq!(nurse.get("/patients/ours/chart").await.status, 200);
    let sent = nurse.get("/patients/theirs/alerts").await;
    assert_eq!((sent.status, sent.header("location")), (303, Some("/patients/theirs/glass?next=/patients/theirs/alerts")));
    let closed = nurse.get("/patients/theirs/glass?next=/patients/theirs/alerts").await;
    assert!(closed.text().contains("BERRADA") && !closed.text().contains("Alerte theirs") && closed.text().contains("Dossier protégé"));
    assert!(closed.text().contains("name=\"next\" value=\"/patients/theirs/alerts\""));

    let unsaid = break_glass(&mut nurse, "theirs", &[("why", "other"), ("more", "  ")]).await;
    assert!(unsaid.status == 400 && unsaid.text().contains("Dites en une phrase"), "{}", unsaid.status);
    let opened = break_glass(&mut nurse, "theirs", &[("why", "emergency"), ("next", "/patients/theirs/alerts")]).await;
    assert_eq!((opened.status, opened.header("location")), (303, Some("/patients/theirs/alerts")));
    let page = nurse.get("/patients/theirs/alerts").await;
    assert!(page.status == 200 && page.text().contains("Alerte theirs") && page.text().contains("Ouvert pour vous jusqu’au"), "{}", page.text());
    let mut colleague = site.screen("physician").await;
    assert_eq!(colleague.get("/patients/theirs/chart").await.status, 303, "the glass is one person's");

    let mut officer = site.screen("privacy-officer").await;
    let list = officer.get("/glasses").await;
    assert!(list.text().contains("BERRADA") && list.text().contains("Urgence") && list.text().contains("Personne nurse"), "{}", list.text());
    assert!(list.text().contains("class=\"waits\">1<"));
    let (author, event) = (list.hidden("_author"), list.hidden("event"));
    assert_eq!(officer.post("/glasses/seen", &[("_author", &author), ("event", &event)]).await.status, 303);
    let list = officer.get("/glasses").await;
    assert!(list.text().contains("Vu par") && !list.text().contains("class=\"waits\""));
    assert_eq!(nurse.get("/glasses").await.status, 403);

    let author = page.hidden("_author");
    assert_eq!(nurse.post("/patients/theirs/glass/end", &[("_author", &author)]).await.status, 303);
    assert_eq!(nurse.get("/patients/theirs/alerts").await.status, 303, "it was closed before its time");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_glass_mends_by_itself_and_is_not_for_every_role() {
    let site = TestSite::start().await;
    fill(&mut site.client().await).await;
    let mut nurse = site.screen("nurse").await;
    assert_eq!(break_glass(&mut nurse, "theirs", &[("why", "cover")]).await.status, 303);
    assert_eq!(nurse.get("/patients/theirs/chart").await.status, 200);
    site.pass(13 * 60 * 60 * 1000);
    let mut again = site.screen("nurse").await;
    assert_eq!(again.get("/patients/theirs/chart").await.status, 303);
    let mut student = site.screen("student").await;
    let closed = student.get("/patients/theirs/glass").await;
    assert!(closed.text().contains("Votre fonction ne permet pas de l’ouvrir") && !closed.text().contains("name=\"why\""));
    let mark = closed.text().split("data-who=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a mark");
    let forced = student.post("/patients/theirs/glass", &[("_author", mark), ("why", "emergency")]).await;
    assert_eq!((forced.status, forced.text().contains("RH-RIGHTS-GLASS")), (403, true));
    assert_eq!(student.get("/patients/nobody/glass").await.status, 404);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_page_shows_no_more_once_the_patient_is_in_the_care_of_others() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    fill(&mut client).await;
    let mut student = site.screen("student").await;
    let page = student.get("/patients/ours/chart").await;
    assert!(page.text().contains("Alerte ours"));
    let mut events = student.listen(&page).await;
    let over =
        r#"{"resourceType":"Appointment","id":"visit-ours","status":"cancelled","participant":[{"actor":{"reference":"Patient/ours"},"status":"declined"}]}"#;
    assert_eq!(client.put("Appointment/visit-ours", over).await.status, 200);
    site.pass(2 * 60_000);
    let flag = r#"{"resourceType":"Flag","id":"late","status":"active","code":{"text":"Trop tard"},"subject":{"reference":"Patient/ours"}}"#;
    assert_eq!(client.put("Flag/late", flag).await.status, 201);
    while let Some(event) = events.next().await {
        assert!(!event.data.contains("Trop tard"), "{}", event.data);
    }
    assert_eq!(student.get("/patients/ours/chart").await.status, 303);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_role_is_not_shown_is_never_said_to_be_absent() {
    let site = TestSite::start().await;
    fill(&mut site.client().await).await;
    let mut coder = site.screen("coder").await;
    let chart = coder.get("/patients/ours/chart").await;
    assert_eq!(chart.status, 200);
    assert!(!chart.text().contains("non demandées") && !chart.text().contains("Alerte ours"), "{}", chart.text());
    assert!(chart.text().matches("Votre fonction n’affiche pas").count() >= 3);
    assert!(!chart.text().contains("href=\"/patients/ours/results\"") && chart.text().contains("href=\"/patients/ours/problems\""));
    let problems = coder.get("/patients/ours/problems").await;
    assert!(problems.text().contains("Votre fonction n’affiche pas"));
    let results = coder.get("/patients/ours/results").await;
    assert!(results.text().contains("Votre fonction n’affiche pas"));
    site.stop().await;
}

//! What a guard of privacy is shown without asking, from outside.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use rihla_testkit::{Client, Patient, Screen, TestSite};

/// So many patients of nobody's, one masked, one in care, and one who has the name of somebody who works here.
async fn fill(client: &mut Client) {
    for (id, family) in [("ours", "Alaoui"), ("kin", "Nurse"), ("vip", "Berrada")]
        .map(|(id, family)| (id.to_owned(), family))
        .into_iter()
        .chain((0..25).map(|at| (format!("other{at}"), "Tazi")))
    {
        let label = if id == "vip" { r#""meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"CEL"}]},"# } else { "" };
        let patient = Patient::new().id(&id).family(family).json().replacen(r#""resourceType""#, &format!(r#"{label}"resourceType""#), 1);
        assert_eq!(client.put(&format!("Patient/{id}"), &patient).await.status, 201);
    }
    client.take_into_care("ours").await;
}

async fn open(screen: &mut Screen, patient: &str) {
    let path = format!("/patients/{patient}/glass");
    let author = screen.get(&path).await.hidden("_author");
    let reply = screen.post(&path, &[("_author", author.as_str()), ("why", "emergency"), ("next", &format!("/patients/{patient}/chart"))]).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    assert_eq!(screen.get(&format!("/patients/{patient}/chart")).await.status, 200);
}

async fn shown(site: &TestSite, officer: &mut Screen) -> Vec<String> {
    site.node.for_task("chain").commit(vec![], vec![], vec![]).await.expect("chained");
    let page = officer.get("/audit/unusual").await;
    assert_eq!(page.status, 200, "{}", page.text());
    let rows = page.text().split("<tbody>").nth(1).unwrap_or("").split("<tr>").skip(1).map(str::to_owned);
    rows.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn looks_that_are_unusual_are_listed_with_who_and_whose_and_an_ordinary_day_is_not() {
    let site = TestSite::start().await;
    fill(&mut site.client().await).await;
    let mut officer = site.screen("privacy-officer").await;
    let mut nurse = site.screen("nurse").await;
    for _ in 0..5 {
        assert_eq!(nurse.get("/patients/ours/chart").await.status, 200);
    }
    assert!(shown(&site, &mut officer).await.is_empty(), "an ordinary day");

    open(&mut nurse, "kin").await;
    open(&mut nurse, "vip").await;
    let rows = shown(&site, &mut officer).await;
    let of = |what: &str| rows.iter().find(|row| row.contains(what)).cloned();
    let kin = of("même nom, téléphone ou adresse").expect("one of the same name");
    assert!(kin.contains("Personne nurse") && kin.contains("/patients/kin/looked") && !kin.contains("/patients/vip/looked"), "{kin}");
    assert!(of("Dossier masqué").is_some_and(|row| row.contains("/patients/vip/looked")));
    assert!(of("en peu de temps").is_none() && of("répétés").is_none());

    for at in 0..22 {
        open(&mut nurse, &format!("other{at}")).await;
    }
    let rows = shown(&site, &mut officer).await;
    let crawl = rows.iter().find(|row| row.contains("en peu de temps")).expect("many in an hour");
    assert!(crawl.contains("autres personnes") && crawl.contains("name=\"login\" value=\"nurse\""), "{crawl}");
    assert!(rows.iter().any(|row| row.contains("répétés")), "broken again and again");
    assert!(!rows.iter().any(|row| row.contains("/patients/ours/looked")), "who is cared for is nobody's business");
    assert_eq!(nurse.get("/audit/unusual").await.status, 403);
    site.stop().await;
}

//! What the clinical screens say of records as they come: without words, in error, cut, in other units.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use rihla_testkit::{Client, Screen, TestSite};

/// Writes a resource under the type and id that it names.
async fn put(client: &mut Client, ty: &str, id: &str, members: &str) {
    let json = format!(r#"{{"resourceType":"{ty}","id":"{id}",{members}}}"#);
    let reply = client.put(&format!("{ty}/{id}"), &json).await;
    assert!(reply.status < 300, "{ty}/{id}: {}", reply.text());
}

async fn patient(client: &mut Client, id: &str, name: &str) {
    put(client, "Patient", id, &format!(r#""name":[{name}]"#)).await;
}

/// A page as it is read: its markup.
async fn page(screen: &mut Screen, path: &str) -> String {
    let reply = screen.get(path).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    reply.text().to_owned()
}

/// What stands after a heading until the next one.
fn below<'p>(page: &'p str, heading: &str) -> &'p str {
    let from = page.find(&format!("<h2>{heading}</h2>")).unwrap_or_else(|| panic!("no {heading}"));
    let rest = &page[from + 4..];
    &rest[..rest.find("<h2>").unwrap_or(rest.len())]
}

const SUBJECT: &str = r#""subject":{"reference":"Patient/p1"}"#;

#[tokio::test(flavor = "multi_thread")]
async fn homonyms_are_those_of_the_very_name_in_either_script() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let arabic = r#"{"family":"الإدريسي","given":["فاطمة","الزهراء"]}"#;
    patient(&mut client, "two", &format!(r#"{{"family":"El Idrissi","given":["Fatima","Zahra"]}},{arabic}"#)).await;
    patient(&mut client, "one", r#"{"family":"El Idrissi","given":["Fatima Zahra"]}"#).await;
    patient(&mut client, "script", &arabic.replace('إ', "ا")).await;
    patient(&mut client, "ali", r#"{"family":"Ben Ali","given":["Omar"]}"#).await;
    patient(&mut client, "benani", r#"{"family":"Benani","given":["Omar"]}"#).await;
    patient(&mut client, "longer", r#"{"family":"Ben Alia","given":["Omar"]}"#).await;
    let mut screen = site.screen("physician").await.speaking("en");
    let chart = page(&mut screen, "/patients/two/chart").await;
    assert!(chart.contains("2 other patients"), "{chart}");
    assert!(page(&mut screen, "/patients/one/chart").await.contains("warning homonym"));
    for alone in ["ali", "benani", "longer"] {
        assert!(!page(&mut screen, &format!("/patients/{alone}/chart")).await.contains("warning homonym"), "{alone}");
    }
    assert!(chart.contains(r#"<a href="/patients/two"><bdi>"#), "the banner leads to what this role may open");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_banner_reads_every_allergy_and_alert() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    patient(&mut client, "p1", r#"{"family":"Alaoui","given":["Omar"]}"#).await;
    put(&mut client, "AllergyIntolerance", "first", r#""patient":{"reference":"Patient/p1"},"criticality":"high","code":{"text":"Latex"}"#).await;
    for at in 0..220 {
        let old = r#""clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"resolved"}]}"#;
        put(&mut client, "AllergyIntolerance", &format!("a{at}"), &format!(r#""patient":{{"reference":"Patient/p1"}},{old},"code":{{"text":"Ancienne"}}"#)).await;
    }
    let mut screen = site.screen("physician").await;
    let chart = page(&mut screen, "/patients/p1/chart").await;
    assert!(chart.contains("item severe") && chart.contains("Latex"), "the oldest of 221 is in the banner");
    site.stop().await;
}

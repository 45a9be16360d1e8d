//! Whoever is not urgent is sent to a place where their need is met, and may come back; what is typed about it is kept. The ids
//! are those of `modules/emergency/spec.md`.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

use rihla_testkit::{Client, Reply, Screen, TestSite};

const MINUTE: u64 = 60_000;

/// A site where somebody known waits, sorted into a level; the site, its client and the path of the visit.
async fn waiting(level: &str) -> (TestSite, Client, String) {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    let er = r#"{"resourceType":"Location","id":"er","name":"Urgences","type":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-RoleCode","code":"ER"}]}],"physicalType":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"wa"}]}}"#;
    assert_eq!(client.put("Location/er", er).await.status, 201);
    let amal = r#"{"resourceType":"Patient","id":"amal","gender":"female","birthDate":"1984-05-02","name":[{"family":"Alami","given":["Amal"]}]}"#;
    assert_eq!(client.put("Patient/amal", amal).await.status, 201);
    let mut nurse = site.screen("triage-nurse").await;
    let form = nurse.get("/emergency/arrive").await;
    let (author, id) = (form.hidden("_author"), form.hidden("_id"));
    let fields = [("_author", author.as_str()), ("_id", &id), ("mode", "own"), ("reason", "fever"), ("patient", "amal")];
    assert_eq!(nurse.post("/emergency/arrive", &fields).await.status, 303);
    let visit = client.get("Encounter?patient=amal&class=EMER").await.at("entry.0.resource.id").expect("a visit");
    let path = format!("/emergency/{visit}");
    assert_eq!(triage(&mut nurse, &path, level).await.status, 303);
    (site, client, path)
}

async fn triage(screen: &mut Screen, visit: &str, level: &str) -> Reply {
    let path = format!("{visit}/triage");
    let page = screen.get(&path).await;
    let hidden: Vec<(&str, String)> = ["_author", "_id", "_version", "_began"].map(|name| (name, page.hidden(name))).into();
    let mut all: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.extend([("_patient", "amal"), ("level", level)]);
    screen.post(&path, &all).await
}

async fn send(screen: &mut Screen, visit: &str, fields: &[(&str, &str)]) -> Reply {
    let path = format!("{visit}/redirect");
    let page = screen.get(&path).await;
    let [author, version, id] = ["_author", "_version", "_id"].map(|name| page.hidden(name));
    let mut all = vec![("_author", author.as_str()), ("_version", &version), ("_id", &id), ("_patient", "amal")];
    all.extend(fields);
    screen.post(&path, &all).await
}

/// EMG-19
#[tokio::test(flavor = "multi_thread")]
async fn a_physician_sends_whoever_is_not_urgent_elsewhere_with_advice_and_they_may_come_back() {
    let (site, mut client, visit) = waiting("french 5").await;
    // A nurse may only under a protocol that somebody signed, and nobody did.
    let mut nurse = site.screen("triage-nurse").await;
    let page = nurse.get(&format!("{visit}/redirect")).await;
    assert!(page.text().contains("n’est pas signé") && !page.text().contains("name=\"advice\""), "{}", page.text());
    assert!(!nurse.get("/emergency").await.text().contains(&format!("{visit}/redirect")));
    let author = nurse.get("/emergency/arrive").await.hidden("_author");
    let fields = [("_author", author.as_str()), ("_patient", "amal"), ("_version", "2"), ("place", "consultation"), ("advice", "x")];
    assert_eq!(nurse.post(&format!("{visit}/redirect"), &fields).await.status, 403);
    let mut physician = site.screen("physician").await;
    assert!(physician.get("/emergency").await.text().contains(&format!("{visit}/redirect")));
    let form = physician.get(&format!("{visit}/redirect")).await;
    assert!(form.text().contains("jamais pour une question de paiement") && form.text().contains("n’est pas signé"), "{}", form.text());
    let refused = send(&mut physician, &visit, &[("place", "health-centre"), ("advice", "  ")]).await;
    assert!(
        refused.status == 422 && refused.text().contains("Notez le conseil") && refused.text().contains("value=\"health-centre\" selected"),
        "{}",
        refused.text()
    );
    let refused = send(&mut physician, &visit, &[("place", "cashier"), ("advice", "Revenir si fièvre")]).await;
    assert!(refused.status == 422 && refused.text().contains("Choisissez où") && refused.text().contains("Revenir si fièvre"), "{}", refused.text());
    assert_eq!(send(&mut physician, &visit, &[("place", "health-centre"), ("advice", "Revenir si fièvre")]).await.status, 303);
    // Gone, and not among those who left unseen.
    let board = physician.get("/emergency").await;
    assert!(board.text().contains("Réorientés") && board.text().contains("Centre de santé") && board.text().contains("Revenir si fièvre"), "{}", board.text());
    assert!(!board.text().contains("Partis sans être vus") && board.text().contains("Personne n’attend"), "{}", board.text());
    let text = client.get("Encounter?patient=amal&class=EMER").await.text().to_owned();
    assert!(text.contains(r#""valueCode":"redirected""#) && !text.contains("Revenir") && !text.contains("left-unseen"), "{text}");
    let told = client.get("Communication?patient=amal&category=urn:rihla:emergency|advice").await;
    assert!(told.text().contains("Revenir si fièvre") && told.text().contains("Personne physician"), "{}", told.text());
    // Who keeps the beds is shown where they went, and not what they were told.
    let board = site.screen("bed-manager").await.get("/emergency").await;
    assert!(board.text().contains("Centre de santé") && !board.text().contains("Revenir"), "{}", board.text());
    // Back into the same visit.
    site.pass(20 * MINUTE);
    let mut nurse = site.screen("triage-nurse").await;
    let stored = client.get(&format!("Encounter/{}", visit.rsplit('/').next().unwrap_or_default())).await;
    let version = stored.at("meta.versionId").expect("a version");
    let author = nurse.get("/emergency/arrive").await.hidden("_author");
    let back = nurse.post(&format!("{visit}/back"), &[("_author", author.as_str()), ("version", &version)]).await;
    assert_eq!(back.header("location"), Some("/emergency"), "{}", back.text());
    let text = client.get("Encounter?patient=amal&class=EMER").await.text().to_owned();
    assert!(text.contains(r#""status":"triaged""#) && text.matches(r#""resourceType":"Encounter""#).count() == 1, "{text}");
    assert!(!nurse.get("/emergency").await.text().contains("Réorientés"));
    site.stop().await;
}

/// EMG-19
#[tokio::test(flavor = "multi_thread")]
async fn nobody_more_urgent_nor_in_charge_is_sent_elsewhere() {
    let (site, mut client, visit) = waiting("french 3B").await;
    let mut physician = site.screen("physician").await;
    let page = physician.get(&format!("{visit}/redirect")).await;
    assert!(page.text().contains("ne peut pas être réorienté") && !page.text().contains("name=\"advice\""), "{}", page.text());
    let author = physician.get("/emergency/arrive").await.hidden("_author");
    let version = client.get("Encounter?patient=amal&class=EMER").await.at("entry.0.resource.meta.versionId").expect("a version");
    let fields = [("_author", author.as_str()), ("_patient", "amal"), ("_version", &version), ("place", "consultation"), ("advice", "Rentrez")];
    let refused = physician.post(&format!("{visit}/redirect"), &fields).await;
    assert!(refused.status == 422 && refused.text().contains("ne peut pas être réorienté"), "{}", refused.text());
    // Sorted again into the least urgent: it may be; after somebody took charge it may not.
    assert_eq!(triage(&mut physician, &visit, "french 4").await.status, 303);
    assert!(physician.get(&format!("{visit}/redirect")).await.text().contains("name=\"advice\""));
    let version = client.get("Encounter?patient=amal&class=EMER").await.at("entry.0.resource.meta.versionId").expect("a version");
    let form = physician.get(&format!("{visit}/redirect")).await;
    assert_eq!(physician.post(&format!("{visit}/charge"), &[("_author", &author), ("version", &version)]).await.status, 303);
    // What was typed meanwhile is there to be read, though it may not be sent any more.
    let (id, seen) = (form.hidden("_id"), form.hidden("_version"));
    let fields = [("_author", author.as_str()), ("_patient", "amal"), ("_id", &id), ("_version", &seen), ("place", "pharmacy"), ("advice", "Revenir demain")];
    let refused = physician.post(&format!("{visit}/redirect"), &fields).await;
    assert!(refused.status == 422 && refused.text().contains("Pharmacie de garde · Revenir demain"), "{}", refused.text());
    assert!(physician.get(&format!("{visit}/redirect")).await.text().contains("ne peut pas être réorienté"));
    site.stop().await;
}

/// EMG-20
#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_in_a_triage_or_a_redirection_is_kept_for_its_author_until_it_is_saved() {
    let (site, _, visit) = waiting("french 5").await;
    let mut physician = site.screen("physician").await;
    for (form, path, field) in [("emergency.triage", "triage", "note"), ("emergency.redirect", "redirect", "advice")] {
        let here = format!("{visit}/{path}");
        let page = physician.get(&here).await;
        let (author, stay) = (page.hidden("_author"), page.hidden("_stay"));
        assert_eq!((page.hidden("_form").as_str(), page.hidden("_patient").as_str()), (form, "amal"));
        let typed = [("_form", form), ("_patient", "amal"), ("_stay", &stay), ("_author", &author), ("_path", &here), (field, "Pâle, <seule>")];
        assert_eq!(physician.post("/drafts", &typed).await.status, 303);
        let again = physician.get(&here).await;
        assert!(again.text().contains("Brouillon retrouvé") && again.text().contains("Pâle, &#60;seule&#62;"), "{}", again.text());
        assert!(!site.screen("head-nurse").await.get(&here).await.text().contains("Pâle"));
    }
    // Saved: no draft any more.
    let page = physician.get(&format!("{visit}/triage")).await;
    let hidden: Vec<(&str, String)> = ["_author", "_id", "_version", "_began"].map(|name| (name, page.hidden(name))).into();
    let mut all: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.extend([("_patient", "amal"), ("level", "french 5"), ("note", "Pâle")]);
    assert_eq!(physician.post(&format!("{visit}/triage"), &all).await.status, 303);
    assert!(!physician.get(&format!("{visit}/triage")).await.text().contains("Brouillon retrouvé"));
    assert_eq!(send(&mut physician, &visit, &[("place", "consultation"), ("advice", "Demain 8 h")]).await.status, 303);
    assert!(!physician.get("/drafts").await.text().contains("Pâle"));
    site.stop().await;
}

//! The emergency department through the screens: arrival, triage, the board, decisions. The ids are those of
//! `modules/emergency/spec.md`.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

use rihla_testkit::{Client, Reply, Screen, TestSite};

const MINUTE: u64 = 60_000;

async fn filled(site: &TestSite) -> Client {
    let mut client = site.client().await;
    let er = r#"{"resourceType":"Location","id":"er","name":"Urgences","alias":["المستعجلات"],"type":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-RoleCode","code":"ER"}]}],"physicalType":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"wa"}]}}"#;
    assert_eq!(client.put("Location/er", er).await.status, 201);
    for (id, family, birth, more) in
        [("amal", "Alami", "1984-05-02", ""), ("enfant", "Petit", "2020-03-01", ""), ("mort", "Defunt", "1930-01-01", r#","deceasedBoolean":true"#)]
    {
        let json = format!(
            r#"{{"resourceType":"Patient","id":"{id}","gender":"female","birthDate":"{birth}","name":[{{"family":"{family}","given":["Amal"]}}]{more}}}"#
        );
        assert_eq!(client.put(&format!("Patient/{id}"), &json).await.status, 201);
    }
    client
}

async fn arrive(screen: &mut Screen, fields: &[(&str, &str)]) -> Reply {
    let page = screen.get("/emergency/arrive").await;
    let (author, id) = (page.hidden("_author"), page.hidden("_id"));
    let mut all = vec![("_author", author.as_str()), ("_id", id.as_str()), ("mode", "ambulance"), ("reason", "chest-pain")];
    all.retain(|(name, _)| !fields.iter().any(|(known, _)| known == name));
    all.extend(fields);
    screen.post("/emergency/arrive", &all).await
}

/// The visit of somebody: its id and its text.
async fn visit(client: &mut Client, patient: &str) -> (String, String) {
    let found = client.get(&format!("Encounter?patient={patient}&class=EMER")).await;
    (found.at("entry.0.resource.id").unwrap_or_default(), found.text().to_owned())
}

async fn triage(screen: &mut Screen, visit: &str, patient: &str, fields: &[(&str, &str)]) -> Reply {
    let path = format!("/emergency/{visit}/triage");
    let page = screen.get(&path).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let hidden: Vec<(&str, String)> = ["_author", "_id", "_version", "_began"].map(|name| (name, page.hidden(name))).into();
    let mut all: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.push(("_patient", patient));
    all.extend(fields);
    screen.post(&path, &all).await
}

/// An act of the board on a line as it stands there now.
async fn act(client: &mut Client, screen: &mut Screen, visit: &str, act: &str, fields: &[(&str, &str)]) -> String {
    let author = screen.get("/emergency/arrive").await.hidden("_author");
    let stored = client.get(&format!("Encounter/{visit}")).await;
    let version = stored.at("meta.versionId").expect("a version");
    let mut all = vec![("_author", author.as_str()), ("version", version.as_str())];
    all.extend(fields);
    let reply = screen.post(&format!("/emergency/{visit}/{act}"), &all).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    reply.header("location").unwrap_or_default().to_owned()
}

/// EMG-2, EMG-3, EMG-4
#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_is_on_the_board_before_anything_is_asked_of_payment() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut nurse = site.screen("triage-nurse").await;
    let form = nurse.get("/emergency/arrive").await;
    for word in ["name=\"cover\"", "Couverture", "caution"] {
        assert!(!form.text().contains(word), "{word}");
    }
    // Known.
    assert_eq!(arrive(&mut nurse, &[("patient", "amal")]).await.status, 303);
    let (_, text) = visit(&mut client, "amal").await;
    assert!(text.contains(r#""status":"arrived""#) && text.contains("Location/er") && text.contains("chest-pain"), "{text}");
    // Once more: still one visit.
    assert_eq!(arrive(&mut nurse, &[("patient", "amal")]).await.status, 303);
    assert_eq!(visit(&mut client, "amal").await.1.matches(r#""resourceType":"Encounter""#).count(), 1);
    // Unknown: what is missing is said, nothing typed is lost, and then the person has a number.
    let refused = arrive(&mut nurse, &[("sex", "male"), ("age", "40")]).await;
    assert!(refused.status == 422 && refused.text().contains("signe distinctif") && refused.text().contains("value=\"40\""), "{}", refused.text());
    assert_eq!(arrive(&mut nurse, &[("sex", "male"), ("age", "40"), ("note", "veste rouge")]).await.status, 303);
    let found = client.get("Patient?family=X").await;
    assert!(found.text().contains(r#""valueCode":"provisional""#) && found.text().contains("birth-within-years"), "{}", found.text());
    let board = nurse.get("/emergency").await;
    assert!(board.text().contains("ALAMI") && board.text().contains("veste rouge") && board.text().contains("Douleur thoracique"), "{}", board.text());
    // Whoever is recorded as dead is not admitted.
    assert_eq!(arrive(&mut nurse, &[("patient", "mort")]).await.status, 422);
    // The clerk writes arrivals and does not see the board.
    let mut clerk = site.screen("registration-clerk").await;
    assert_eq!(arrive(&mut clerk, &[("patient", "enfant")]).await.header("location"), Some("/patients/enfant"));
    assert_eq!(clerk.get("/emergency").await.status, 403);
    site.stop().await;
}

/// EMG-5, EMG-6, EMG-13
#[tokio::test(flavor = "multi_thread")]
async fn the_nurse_sorts_and_each_triage_is_kept() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut nurse = site.screen("triage-nurse").await;
    for patient in ["amal", "enfant"] {
        arrive(&mut nurse, &[("patient", patient)]).await;
    }
    site.pass(4 * MINUTE);
    let (id, _) = visit(&mut client, "amal").await;
    let refused = triage(&mut nurse, &id, "amal", &[("pain", "11"), ("note", "pâle")]).await;
    assert!(refused.status == 422 && refused.text().contains("pâle") && refused.text().contains("0 à 10"), "{}", refused.text());
    let saved = triage(&mut nurse, &id, "amal", &[("level", "french 3B"), ("pain", "6"), ("precaution", "droplet")]).await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    let text = visit(&mut client, "amal").await.1;
    assert!(
        text.contains(r#""status":"triaged""#) && text.contains("urn:rihla:triage:french") && text.contains(r#""statusHistory":[{"status":"arrived""#),
        "{text}"
    );
    site.pass(MINUTE);
    assert_eq!(triage(&mut nurse, &id, "amal", &[("level", "french 2")]).await.status, 303);
    let page = nurse.get(&format!("/emergency/{id}/triage")).await;
    assert!(page.text().contains("gouttelettes"), "{}", page.text());
    assert!(page.text().contains("Personne triage-nurse") && page.text().contains("Aucun score"), "{}", page.text());
    // Struck: kept with its reason, and the level is that of before.
    let last = client.get("Observation?patient=amal&code=urn:rihla:triage|triage&_sort=-date").await;
    let observation = last.at("entry.0.resource.id").expect("a triage");
    let author = page.hidden("_author");
    let path = format!("/emergency/{id}/triage/{observation}/strike");
    let struck = nurse.post(&path, &[("_author", author.as_str()), ("_patient", "amal"), ("version", "1"), ("reason", "autre patient")]).await;
    assert_eq!(struck.status, 303, "{}", struck.text());
    assert!(nurse.get(&format!("/emergency/{id}/triage")).await.text().contains("autre patient"));
    assert_eq!(client.get(&format!("Encounter/{id}")).await.at("priority.coding.0.code").as_deref(), Some("3B"));
    // No scale that somebody confirmed is made for a child: it cannot be chosen, by hand either.
    let (child, _) = visit(&mut client, "enfant").await;
    let page = nurse.get(&format!("/emergency/{child}/triage")).await;
    assert!(page.text().contains("appelez un médecin"), "{}", page.text());
    let mine = nurse.get("/emergency").await.hidden("_author");
    let fields = [("_author", mine.as_str()), ("_patient", "enfant"), ("_id", "x"), ("version", "1"), ("began", "0"), ("level", "french 2")];
    assert_eq!(nurse.post(&format!("/emergency/{child}/triage"), &fields).await.status, 422);
    site.stop().await;
}

/// EMG-7, EMG-8, EMG-9, EMG-10, EMG-12
#[tokio::test(flavor = "multi_thread")]
async fn the_board_says_who_waits_for_what_and_who_is_late() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut nurse = site.screen("triage-nurse").await;
    arrive(&mut nurse, &[("patient", "amal")]).await;
    site.pass(6 * MINUTE);
    let board = nurse.get("/emergency").await;
    assert!(board.text().contains("le tri") && board.text().contains("en retard de 1 min"), "{}", board.text());
    let (id, _) = visit(&mut client, "amal").await;
    triage(&mut nurse, &id, "amal", &[("level", "french 2")]).await;
    let board = nurse.get("/emergency").await;
    assert!(board.text().contains("le médecin") && !board.text().contains("en retard de"), "{}", board.text());
    assert!(!board.text().contains("Prendre en charge"), "a nurse takes nobody in charge");
    site.pass(21 * MINUTE);
    // Nobody's screen stays open that long.
    let mut physician = site.screen("physician").await;
    let board = physician.get("/emergency").await;
    assert!(board.text().contains("en retard de 7 min") && board.text().contains("À réévaluer"), "{}", board.text());
    // On a wall: initials, and no reason.
    let wall = physician.get("/emergency/wall").await;
    // EMG-14
    assert!(wall.text().contains("class=\"hung\"") && !wall.text().contains("class=\"rail\"") && !wall.text().contains("id=\"command\""));
    assert!(wall.text().contains("Attend depuis le plus longtemps") && wall.text().contains("track-sums"), "{}", wall.text());
    assert!(
        !wall.text().contains("ALAMI") && !wall.text().contains("Douleur thoracique") && !wall.text().contains("<form method=\"post\" action=\"/emergency/"),
        "{}",
        wall.text()
    );
    assert_eq!(act(&mut client, &mut physician, &id, "charge", &[]).await, "/emergency");
    assert!(act(&mut client, &mut physician, &id, "charge", &[]).await.contains("RH-STAY-STATE"));
    let text = visit(&mut client, "amal").await.1;
    assert!(text.contains(r#""status":"in-progress""#) && text.contains("Personne physician"), "{text}");
    assert!(physician.get("/emergency").await.text().contains("la décision"));
    let request = format!(
        r#"{{"resourceType":"ServiceRequest","id":"nfs","status":"active","intent":"order","code":{{"text":"Numération formule sanguine"}},"subject":{{"reference":"Patient/amal"}},"encounter":{{"reference":"Encounter/{id}"}}}}"#
    );
    assert_eq!(client.put("ServiceRequest/nfs", &request).await.status, 201);
    // EMG-21: which one, and never on the wall.
    let board = physician.get("/emergency").await;
    assert!(board.text().contains("un résultat</strong> <bdi>Numération formule sanguine</bdi>"), "{}", board.text());
    let wall = physician.get("/emergency/wall").await;
    assert!(wall.text().contains("un résultat") && !wall.text().contains("Numération"), "{}", wall.text());
    // Admitted: a stay that is ordered waits for a place.
    assert_eq!(act(&mut client, &mut physician, &id, "decide", &[("what", "admit")]).await, "/emergency");
    assert!(physician.get("/emergency").await.text().contains("un lit"));
    let planned = client.get("Encounter?patient=amal&status=planned").await;
    assert!(planned.text().contains("admission-order") && planned.text().contains(r#""code":"EM""#), "{}", planned.text());
    assert!(act(&mut client, &mut physician, &id, "decide", &[("what", "admit")]).await.contains("RH-STAY-STATE"));
    site.stop().await;
}

/// EMG-11, EMG-13
#[tokio::test(flavor = "multi_thread")]
async fn whoever_leaves_unseen_may_come_back() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut nurse = site.screen("triage-nurse").await;
    arrive(&mut nurse, &[("patient", "amal")]).await;
    site.pass(30 * MINUTE);
    let mut nurse = site.screen("triage-nurse").await;
    let (id, _) = visit(&mut client, "amal").await;
    assert!(act(&mut client, &mut nurse, &id, "left", &[("at", "2020-01-01T08:00")]).await.contains("RH-STAY-ORDER"));
    assert_eq!(act(&mut client, &mut nurse, &id, "left", &[]).await, "/emergency");
    let board = nurse.get("/emergency").await;
    assert!(board.text().contains("Partis sans être vus") && board.text().contains("Personne n’attend"), "{}", board.text());
    site.pass(10 * MINUTE);
    let mut nurse = site.screen("triage-nurse").await;
    assert_eq!(act(&mut client, &mut nurse, &id, "back", &[]).await, "/emergency");
    let text = visit(&mut client, "amal").await.1;
    assert!(text.contains("left-unseen") && text.contains(r#""valueCode":"return""#) && text.contains(r#""status":"arrived""#), "{text}");
    assert!(!nurse.get("/emergency").await.text().contains("Partis sans être vus"));
    site.stop().await;
}

/// EMG-3, EMG-20: two at the same instant.
#[tokio::test(flavor = "multi_thread")]
async fn two_at_the_same_instant_write_one_visit_and_neither_loses_what_they_typed() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let (mut one, mut two) = (site.screen("triage-nurse").await, site.screen("head-nurse").await);
    let (ours, theirs) = (one.get("/emergency/arrive").await, two.get("/emergency/arrive").await);
    let (mine, yours) = (ours.hidden("_author"), theirs.hidden("_author"));
    let came = [("_id", "x"), ("patient", "amal"), ("mode", "own"), ("reason", "fever")];
    let left: Vec<(&str, &str)> = came.into_iter().chain([("_author", mine.as_str())]).collect();
    let right: Vec<(&str, &str)> = came.into_iter().chain([("_author", yours.as_str())]).collect();
    let (first, second) = tokio::join!(one.post("/emergency/arrive", &left), two.post("/emergency/arrive", &right));
    assert_eq!([first.status, second.status], [303, 303]);
    let (id, text) = visit(&mut client, "amal").await;
    assert_eq!(text.matches(r#""resourceType":"Encounter""#).count(), 1, "{text}");
    // Both sort her: one triage is written, and the other form comes back with its words.
    let path = format!("/emergency/{id}/triage");
    let forms = [one.get(&path).await, two.get(&path).await];
    let sent = [("mal au dos", "french 4"), ("pâle", "french 2")];
    let fields: Vec<Vec<(&str, String)>> = forms
        .iter()
        .zip(sent)
        .map(|(form, (note, level))| {
            let hidden = ["_author", "_id", "_version", "_began"].map(|name| (name, form.hidden(name)));
            hidden.into_iter().chain([("_patient", "amal".to_owned()), ("note", note.to_owned()), ("level", level.to_owned())]).collect()
        })
        .collect();
    let [left, right] = [0, 1].map(|at: usize| fields[at].iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>());
    let (first, second) = tokio::join!(one.post(&path, &left), two.post(&path, &right));
    let (saved, refused) = if first.status == 303 { (&first, &second) } else { (&second, &first) };
    let words = if first.status == 303 { sent[1].0 } else { sent[0].0 };
    assert_eq!([saved.status, refused.status], [303, 422]);
    assert!(refused.text().contains("entre-temps") && refused.text().contains(words) && refused.text().contains("id=\"changed\""), "{}", refused.text());
    assert_eq!(client.get("Observation?patient=amal&code=urn:rihla:triage|triage").await.text().matches(r#""status":"final""#).count(), 1);
    // She left while somebody typed: what they typed is still there to be read.
    let form = one.get(&path).await;
    let hidden: Vec<(&str, String)> = ["_author", "_id", "_version", "_began"].map(|name| (name, form.hidden(name))).into();
    assert_eq!(act(&mut client, &mut two, &id, "left", &[]).await, "/emergency");
    let mut all: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.extend([("_patient", "amal"), ("level", "french 4"), ("note", "tousse")]);
    let over = one.post(&path, &all).await;
    assert!(over.status == 422 && over.text().contains("pas été enregistrée") && over.text().contains("tousse"), "{}", over.text());
    site.stop().await;
}

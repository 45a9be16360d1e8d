//! What hangs on the wall of the emergency department, and how waits are said. The ids are those of
//! `modules/emergency/spec.md`.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is wrong")]

use rihla_testkit::{Client, Screen, TestSite};

const MINUTE: u64 = 60_000;

fn place(id: &str, name: &str, more: &str) -> String {
    format!(
        r#"{{"resourceType":"Location","id":"{id}","name":"{name}","type":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/v3-RoleCode","code":"ER"}}]}}],"physicalType":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"wa"}}]}}{more}}}"#
    )
}

async fn filled(site: &TestSite) -> Client {
    let mut client = site.client().await;
    for (id, name) in [("er", "Urgences adultes"), ("paed", "Urgences enfants")] {
        assert_eq!(client.put(&format!("Location/{id}"), &place(id, name, "")).await.status, 201);
    }
    for (id, family) in [("amal", "Alami"), ("badr", "Bennis")] {
        let json =
            format!(r#"{{"resourceType":"Patient","id":"{id}","gender":"female","birthDate":"1984-05-02","name":[{{"family":"{family}","given":["Amal"]}}]}}"#);
        assert_eq!(client.put(&format!("Patient/{id}"), &json).await.status, 201);
    }
    client
}

async fn arrive(screen: &mut Screen, fields: &[(&str, &str)]) {
    let page = screen.get("/emergency/arrive").await;
    let (author, id) = (page.hidden("_author"), page.hidden("_id"));
    let mut all = vec![("_author", author.as_str()), ("_id", id.as_str()), ("mode", "own"), ("reason", "fever")];
    all.extend(fields);
    let reply = screen.post("/emergency/arrive", &all).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
}

async fn triage(client: &mut Client, screen: &mut Screen, patient: &str, level: &str) {
    let visit = client.get(&format!("Encounter?patient={patient}&class=EMER")).await.at("entry.0.resource.id").expect("a visit");
    let path = format!("/emergency/{visit}/triage");
    let page = screen.get(&path).await;
    let hidden: Vec<(&str, String)> = ["_author", "_id", "_version", "_began"].map(|name| (name, page.hidden(name))).into();
    let mut all: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.extend([("_patient", patient), ("level", level)]);
    assert_eq!(screen.post(&path, &all).await.status, 303);
}

/// The line of somebody on a board, as text.
fn line<'t>(page: &'t str, what: &str) -> &'t str {
    page.split("<tr id=\"visit-").skip(1).find(|row| row.contains(what)).and_then(|row| row.split("</tr>").next()).unwrap_or_else(|| panic!("{what}: {page}"))
}

/// EMG-12, EMG-14
#[tokio::test(flavor = "multi_thread")]
async fn a_wall_says_who_waits_longest_and_how_many_for_what_of_its_zone_alone() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut nurse = site.screen("triage-nurse").await;
    arrive(&mut nurse, &[("patient", "amal"), ("unit", "er"), ("note", "")]).await;
    site.pass(2 * MINUTE);
    let mut nurse = site.screen("triage-nurse").await;
    arrive(&mut nurse, &[("note", "veste rouge"), ("unit", "paed")]).await;
    arrive(&mut nurse, &[("patient", "badr"), ("unit", "paed")]).await;
    triage(&mut client, &mut nurse, "badr", "french 2").await;
    let number = client.get("Patient?family=X").await.at("entry.0.resource.identifier.0.value").expect("a number");
    let wall = nurse.get("/emergency/wall").await;
    let sums = wall.text().split("track-sums").nth(1).and_then(|rest| rest.split("</ul>").next()).expect("sums");
    assert!(sums.contains("<li>Tri <strong>2</strong></li>") && sums.contains("<li>Médecin <strong>1</strong></li>"), "{sums}");
    let longest = wall.text().split("track-longest").nth(1).and_then(|rest| rest.split("</p>").next()).expect("the longest");
    assert!(longest.contains("A.A.") && longest.contains("le tri · 2 min"), "{longest}");
    // Whoever has no name yet is their number, once; nobody's name, reason or mark, and nothing to press.
    let unknown = line(wall.text(), &number);
    assert!(unknown.matches(&number).count() == 1 && !unknown.contains("X."), "{unknown}");
    for word in ["ALAMI", "Bennis", "Fièvre", "veste rouge", "<button class=\"primary\"", "action=\"/emergency/"] {
        assert!(!wall.text().contains(word), "{word}: {}", wall.text());
    }
    // On the board they are called unknown, with their number once.
    let board = nurse.get("/emergency").await;
    let unknown = line(board.text(), "veste rouge");
    assert!(
        unknown.contains("Inconnu")
            && unknown.split("<th").nth(1).is_some_and(|cell| cell.split("</a>").next().is_some_and(|name| name.matches(&number).count() == 1)),
        "{unknown}"
    );
    // One zone alone.
    let paed = nurse.get("/emergency/wall?zone=paed").await;
    assert!(paed.text().contains("2 patients présents") && !paed.text().contains("A.A.</bdi> "), "{}", paed.text());
    let sums = paed.text().split("track-sums").nth(1).and_then(|rest| rest.split("</ul>").next()).expect("sums");
    assert!(sums.contains("<li>Tri <strong>1</strong></li>"), "{sums}");
    site.stop().await;
}

/// EMG-7, EMG-8, EMG-22
#[tokio::test(flavor = "multi_thread")]
async fn a_wait_is_said_once_in_minutes_then_hours_then_days() {
    let site = TestSite::start().await;
    let mut client = filled(&site).await;
    let mut nurse = site.screen("triage-nurse").await;
    arrive(&mut nurse, &[("patient", "amal"), ("unit", "er")]).await;
    triage(&mut client, &mut nurse, "amal", "french 3B").await;
    let page =
        nurse.get(&format!("/emergency/{}/triage", client.get("Encounter?patient=amal&class=EMER").await.at("entry.0.resource.id").expect("a visit"))).await;
    for words in ["médecin en 20 min", "médecin en 1 h<", "médecin en 1 h 30", "médecin en 4 h<"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    let mut passed = 0;
    // Minutes since the arrival, how that is said, and how late it is.
    for (minutes, said, late) in [
        (59, "59 min sur 1 h 30", None),
        (60, "1 h sur 1 h 30", None),
        (61, "1 h 01 sur 1 h 30", None),
        (90, "1 h 30 sur 1 h 30", None),
        (91, "1 h 31 sur 1 h 30", Some("en retard de 1 min")),
        (119, "1 h 59 sur 1 h 30", Some("en retard de 29 min")),
        (150, "2 h 30 sur 1 h 30", Some("en retard de 1 h<")),
        (2_879, "47 h 59 sur 1 h 30", Some("en retard de 46 h 29")),
        (2_880, "2 jours sur 1 h 30", Some("en retard de 46 h 30")),
    ] {
        site.pass((minutes - passed) * MINUTE);
        passed = minutes;
        let mut nurse = site.screen("triage-nurse").await;
        let board = nurse.get("/emergency").await;
        let line = line(board.text(), "ALAMI");
        assert!(line.contains(said), "{minutes}: {line}");
        assert!(late.map_or(!line.contains("en retard"), |late| line.contains(late)), "{minutes}: {line}");
        assert!(!line.contains("il y a"), "said once: {line}");
    }
    // It was not today: the day stands beside the time.
    let mut nurse = site.screen("triage-nurse").await;
    let board = nurse.get("/emergency").await;
    assert!(line(board.text(), "ALAMI").contains("janv. 2026"), "{}", board.text());
    site.stop().await;
}

//! Finding people on the screen.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use rihla_testkit::{Screen, TestSite};

const PEOPLE: [(&str, &str); 4] = [
    (
        "a",
        r#""name":[{"family":"El Idrissi","given":["Fatima","Zahra"]},{"family":"الإدريسي","given":["فاطمة","الزهراء"]}],"birthDate":"1975-03-12","identifier":[{"system":"urn:rihla:ma:cin","value":"BK123456"}],"telecom":[{"system":"phone","value":"+212 612-345678"}]"#,
    ),
    ("b", r#""name":[{"family":"Benali","given":["Mohamed"]}],"birthDate":"1980""#),
    ("c", r#""name":[{"family":"Hélène","given":["Aïcha"]}],"birthDate":"2001-01-31""#),
    ("d", r#""name":[{"family":"Benali","given":["Mohamed"]}],"birthDate":"1991""#),
];

async fn site() -> TestSite {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    for (id, more) in PEOPLE {
        let reply = client.put(&format!("Patient/{id}"), &format!(r#"{{"resourceType":"Patient","id":"{id}",{more}}}"#)).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
    }
    site.node.store.fill_people().expect("the finder fills");
    site
}

/// The ids of those shown, in their order.
async fn found(screen: &mut Screen, typed: &str) -> Vec<String> {
    let reply = screen.part("/patients/find", &[("q", typed)]).await;
    assert_eq!(reply.status, 200, "{typed}");
    let url = reply.header("hx-replace-url").unwrap_or("").to_owned();
    assert!(url.starts_with("/patients?list="), "{typed}: {url}");
    reply.text().split("href=\"/patients/").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pat_1_any_part_in_any_order_script_and_spelling() {
    let site = site().await;
    let mut screen = site.screen("registration-clerk").await;
    for typed in ["idrissi", "zahra idr", "fati el id", "Fatima-Zahra", "الادريسي", "فاطمة ادر", "elidrissi"] {
        assert_eq!(found(&mut screen, typed).await, ["a"], "{typed}");
    }
    for typed in ["helene", "AICHA", "aïcha hel"] {
        assert_eq!(found(&mut screen, typed).await, ["c"], "{typed}");
    }
    for typed in ["محمد", "mohammed ben ali"] {
        let mut both = found(&mut screen, typed).await;
        both.sort();
        assert_eq!(both, ["b", "d"], "{typed}");
    }
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pat_2_numbers_telephones_and_births() {
    let site = site().await;
    let mut screen = site.screen("registration-clerk").await;
    for typed in ["BK123456", "bk 1234", "0612345678", "+212612345678", "12/03/1975", "1975-03-12", "fatima 1975"] {
        assert_eq!(found(&mut screen, typed).await, ["a"], "{typed}");
    }
    assert_eq!(found(&mut screen, "benali 1991").await, ["d"]);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pat_3_homonyms_are_marked() {
    let site = site().await;
    let mut screen = site.screen("registration-clerk").await;
    let reply = screen.part("/patients/find", &[("q", "benali")]).await;
    assert_eq!(reply.text().matches("badge homonym").count(), 2);
    let reply = screen.part("/patients/find", &[("q", "idrissi")]).await;
    assert_eq!(reply.text().matches("badge homonym").count(), 0);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pat_4_and_5_a_list_is_come_back_to_and_no_address_holds_a_name() {
    let site = site().await;
    let mut screen = site.screen("registration-clerk").await;
    let sent = screen.post("/patients/find", &[("q", "Idrissi")]).await;
    assert_eq!(sent.status, 303);
    let list = sent.header("location").expect("an address").to_owned();
    assert!(list.starts_with("/patients?list=") && !list.to_lowercase().contains("idrissi"));
    let back = screen.get(&list).await;
    assert!(back.text().contains("value=\"Idrissi\"") && back.text().contains("/patients/a\""));
    // The page goes on under its own name; another page of the same person has another one.
    let name = back.hidden("list");
    let longer = screen.post("/patients/find", &[("q", "Idrissi Fatima"), ("list", &name)]).await;
    assert_eq!(longer.header("location"), Some(list.as_str()));
    let beside = screen.post("/patients/find", &[("q", "Idrissi"), ("list", "")]).await;
    assert_ne!(beside.header("location"), Some(list.as_str()));
    assert!(screen.get(&list).await.text().contains("value=\"Idrissi Fatima\""));
    let mut other = site.screen_of("d2", "registration-clerk").await;
    let theirs = other.get(&list).await;
    assert!(!theirs.text().contains("Idrissi"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pat_6_nothing_found_says_what_else_to_try() {
    let site = site().await;
    let mut screen = site.screen("registration-clerk").await;
    let reply = screen.part("/patients/find", &[("q", "xyzxyz")]).await;
    assert!(reply.text().contains("class=\"empty\"") && reply.text().contains("Personne ne correspond"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pat_7_my_patients_are_those_whose_stay_or_team_names_me() {
    let site = site().await;
    let mut client = site.client().await;
    for (path, json) in [
        ("Practitioner/d1", r#"{"resourceType":"Practitioner","id":"d1","name":[{"family":"Tazi"}]}"#),
        (
            "PractitionerRole/r1",
            r#"{"resourceType":"PractitionerRole","id":"r1","active":true,"practitioner":{"reference":"Practitioner/d1"},"code":[{"coding":[{"code":"physician"}]}]}"#,
        ),
        ("Location/l1", r#"{"resourceType":"Location","id":"l1","name":"Lit 7"}"#),
        (
            "Encounter/e1",
            r#"{"resourceType":"Encounter","id":"e1","status":"in-progress","class":{"code":"IMP"},"subject":{"reference":"Patient/a"},"participant":[{"individual":{"reference":"Practitioner/d1"}}],"location":[{"location":{"reference":"Location/l1"}}],"period":{"start":"2026-01-14"}}"#,
        ),
        (
            "Encounter/e2",
            r#"{"resourceType":"Encounter","id":"e2","status":"finished","class":{"code":"IMP"},"subject":{"reference":"Patient/b"},"participant":[{"individual":{"reference":"Practitioner/d1"}}]}"#,
        ),
        (
            "CareTeam/t1",
            r#"{"resourceType":"CareTeam","id":"t1","status":"active","name":"Diabète","subject":{"reference":"Patient/c"},"participant":[{"member":{"reference":"Practitioner/d1"}}]}"#,
        ),
    ] {
        let reply = client.put(path, json).await;
        assert_eq!(reply.status, 201, "{path}: {}", reply.text());
    }
    let mut me = site.screen_of("d1", "").await;
    let mine = me.get("/patients/mine").await;
    assert!(mine.text().contains("/patients/a\"") && mine.text().contains("Lit 7"));
    assert!(mine.text().contains("/patients/c\"") && mine.text().contains("Diabète"));
    assert!(!mine.text().contains("/patients/b\""), "that stay is over");
    let mut unnamed = site.screen("physician").await;
    assert!(unnamed.get("/patients/mine").await.text().contains("class=\"empty\""));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pat_8_the_command_bar_finds_people_and_pages() {
    let site = site().await;
    let mut screen = site.screen("physician").await;
    let people = screen.part("/commands", &[("q", "idriss")]).await;
    assert!(people.text().contains("href=\"/patients/a\""));
    let pages = screen.part("/commands", &[("q", "mes")]).await;
    assert!(pages.text().contains("href=\"/patients/mine\""));
    // Without JavaScript it is a page.
    let page = screen.post("/commands", &[("q", "idriss")]).await;
    assert!(page.text().starts_with("<!doctype html>") && page.text().contains("href=\"/patients/a\""));
    site.stop().await;
}

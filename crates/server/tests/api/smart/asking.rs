//! Being asked and letting in: standalone, from a chart, on a screen that nobody is signed in at.

use super::*;
use rihla_smart::NewKind;

#[tokio::test(flavor = "multi_thread")]
async fn a_program_asks_a_person_and_sees_the_patient_whom_they_choose() {
    let site = clinic().await;
    let (client, _) = program(&site, NewKind::Public, CHART).await;
    let scopes = "openid fhirUser launch/patient patient/*.rs";
    let mut screen = at_screen(&site, "doctor").await;
    let page = screen.get(&address(&asking(&site, &client, scopes))).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(
        page.text().contains("Courbes") && page.text().contains("app.test") && page.text().contains("10\u{a0}minutes") || page.text().contains("10 minutes")
    );
    assert!(page.header("content-security-policy").unwrap().ends_with("form-action 'self' https://app.test"), "{:?}", page.header("content-security-policy"));
    // Without a patient the page stays; names are looked for by a form, never in an address.
    let stayed = answer(&mut screen, &page, "allow", scopes, "").await;
    assert_eq!((stayed.status, stayed.text().contains("Choisissez d")), (422, true));
    let (author, ticket) = (page.hidden("_author"), page.hidden("ticket"));
    let fields = [("_author", author.as_str()), ("ticket", ticket.as_str()), ("act", "find"), ("q", "amal"), ("scope", "patient/*.rs")];
    let found = screen.post("/oauth/consent", &fields).await;
    assert!(found.text().contains("name=\"patient\" value=\"amal\"") && !found.text().contains("value=\"badr\""), "{}", found.text());
    let sent = answer(&mut screen, &found, "allow", scopes, "amal").await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let back = sent.header("location").unwrap().to_owned();
    assert_eq!(field(&back, "iss"), Some(format!("http://{}", site.address)));
    let reply = exchange(&site, &client, &field(&back, "code").unwrap()).await;
    assert_eq!((reply.at("patient").as_deref(), reply.at("scope").as_deref(), reply.at("refresh_token")), (Some("amal"), Some(scopes), None));
    assert_eq!((reply.header("cache-control"), reply.header("access-control-allow-origin")), (Some("no-store"), Some("*")));
    let token = reply.at("access_token").unwrap();
    assert_eq!(get(&site, &token, "Patient/amal").await.status, 200);
    assert_eq!(get(&site, &token, "Patient/badr").await.status, 404);
    assert_eq!(found_types(&site, &token).await, ["amal-laboratory", "amal-vital-signs"]);
    // The chosen scopes alone are granted.
    let fewer = code_with(&site, &client, scopes, "launch/patient patient/*.rs").await;
    assert_eq!(fewer.at("scope").as_deref(), Some("launch/patient patient/*.rs"));
    site.stop().await;
}

async fn found_types(site: &rihla_testkit::TestSite, token: &str) -> Vec<String> {
    found(site, token, "Observation").await
}

async fn code_with(site: &rihla_testkit::TestSite, client: &str, scopes: &str, left: &str) -> rihla_testkit::Reply {
    let mut screen = at_screen(site, "doctor").await;
    let page = screen.get(&address(&asking(site, client, scopes))).await;
    let sent = answer(&mut screen, &page, "allow", left, "amal").await;
    exchange(site, client, &field(sent.header("location").unwrap(), "code").unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_no_sends_the_program_away() {
    let site = clinic().await;
    let (client, _) = program(&site, NewKind::Public, CHART).await;
    let mut screen = at_screen(&site, "doctor").await;
    let page = screen.get(&address(&asking(&site, &client, "user/*.rs"))).await;
    let sent = answer(&mut screen, &page, "refuse", "user/*.rs", "").await;
    let back = sent.header("location").unwrap();
    assert_eq!((field(back, "error").as_deref(), field(back, "code"), field(back, "state").as_deref()), (Some("access_denied"), None, Some("the-state")));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_opens_from_a_chart_once() {
    let site = clinic().await;
    let (client, _) = program(&site, NewKind::Public, CHART).await;
    let mut screen = at_screen(&site, "doctor").await;
    let page = screen.get("/patients/amal/programs").await;
    assert_eq!((page.status, page.text().contains("Courbes")), (200, true), "{}", page.text());
    assert!(page.header("content-security-policy").unwrap().ends_with("form-action 'self' https://app.test"));
    assert!(page.text().contains("class=\"button quiet programs\""), "the chart has a way here");
    let author = page.hidden("_author");
    let opened = screen.post("/patients/amal/programs", &[("_author", &author), ("program", &client)]).await;
    let launch = opened.header("location").unwrap().to_owned();
    assert!(launch.starts_with(LAUNCH) && !launch.contains("amal"), "{launch}");
    assert_eq!(field(&launch, "iss"), Some(format!("http://{}/fhir", site.address)));
    let scopes = "launch patient/Observation.rs";
    let asked = address(&with(asking(&site, &client, scopes), "launch", &field(&launch, "launch").unwrap()));
    // Another person's browser cannot use it.
    let mut other = at_screen(&site, "nurse").await;
    assert_eq!(field(other.get(&asked).await.header("location").unwrap(), "error").as_deref(), Some("invalid_request"));
    let page = screen.get(&asked).await;
    assert!(page.text().contains("<bdi>AMAL") || page.text().contains("amal"), "{}", page.text());
    let sent = answer(&mut screen, &page, "allow", scopes, "").await;
    let reply = exchange(&site, &client, &field(sent.header("location").unwrap(), "code").unwrap()).await;
    assert_eq!((reply.at("patient").as_deref(), reply.at("encounter").as_deref()), (Some("amal"), Some("stay-amal")), "{}", reply.text());
    assert_eq!(field(screen.get(&asked).await.header("location").unwrap(), "error").as_deref(), Some("invalid_request"), "a launch is good once");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_sent_by_a_page_of_elsewhere_comes_back_with_their_session() {
    let site = clinic().await;
    let (client, _) = program(&site, NewKind::Public, CHART).await;
    let asked = address(&asking(&site, &client, "user/*.rs"));
    // Browsers keep the session back from what another origin began.
    let mut browser = site.stranger().await;
    let on = browser.send("GET", &asked, &[("Sec-Fetch-Site", "cross-site")], "").await;
    assert_eq!((on.status, on.header("refresh").map(str::to_owned)), (200, Some(format!("0; url={asked}"))));
    let door = browser.send("GET", &asked, &[("Sec-Fetch-Site", "same-origin")], "").await;
    assert_eq!((door.status, door.header("location").is_some_and(|to| to.starts_with("/sign-in?next=/oauth/authorize"))), (303, true));
    // A program may ask by a form; it is asked again by an address.
    let form = asked.split_once('?').unwrap().1;
    let posted = browser.send("POST", "/oauth/authorize", &[("Sec-Fetch-Site", "cross-site"), ("Origin", "https://app.test")], form).await;
    assert!(posted.status == 200 && posted.header("refresh").unwrap().starts_with("0; url=/oauth/authorize?response_type=code"));
    // What was wrong is told to the program even where a form of ours led there.
    let mut screen = at_screen(&site, "doctor").await;
    let wrong = address(&with(asking(&site, &client, "user/*.rs"), "response_type", "token"));
    let told = screen.send("GET", &wrong, &[("Sec-Fetch-Site", "same-origin")], "").await;
    assert!(told.header("refresh").unwrap().starts_with("0; url=https://app.test/cb?error=unsupported_response_type"));
    site.stop().await;
}

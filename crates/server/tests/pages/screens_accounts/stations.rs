//! A shared station on a ward.

use super::{HOUR, MINUTE, send, signed_in};
use rihla_testkit::{PASSWORD, Reply, Screen, TestSite};

const BADGES: [(&str, &str, &str); 2] = [("souad", "04A2B3C4", "4827"), ("omar", "04FFEE01", "7391")];

/// A ward with a station, and two nurses with badge and PIN who signed in wholly this morning.
async fn ward() -> (TestSite, Screen) {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    assert_eq!(client.put("Patient/p1", r#"{"resourceType":"Patient","id":"p1","name":[{"family":"Alami"}]}"#).await.status, 201);
    client.take_into_care("p1").await;
    site.account("chef", &[("administrator", None)], "").await;
    let mut station = signed_in(&site, "chef").await;
    assert_eq!(send(&mut station, "/stations", "/stations", &[("name", "Cardiologie, poste 2")]).await.status, 303);
    for (login, badge, pin) in BADGES {
        let account = site.account(login, &[("nurse", None)], "").await;
        let page = format!("/accounts/{}", account.id.to_text());
        assert_eq!(send(&mut station, &page, &format!("{page}/badge"), &[("badge", badge)]).await.status, 303);
        let mut own = signed_in(&site, login).await;
        assert_eq!(send(&mut own, "/account/pin", "/account/pin", &[("pin", pin)]).await.status, 303);
    }
    station.post("/sign-out", &[]).await;
    (site, station)
}

async fn touch(screen: &mut Screen, badge: &str, pin: &str, next: &str) -> Reply {
    screen.post("/sign-in/badge", &[("badge", badge), ("pin", pin), ("next", next)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_one_comes_in_by_badge_and_pin_and_sees_nothing_of_the_one_before() {
    let (site, mut station) = ward().await;
    assert!(station.get("/sign-in").await.text().contains("Cardiologie, poste 2"));
    assert_eq!(touch(&mut station, "04a2b3c4", "4827", "").await.header("location"), Some("/"), "readers differ in case");
    let page = station.get("/patients/p1/alerts").await;
    let mark = page.hidden("_author");
    let typed = [
        ("_author", mark.as_str()),
        ("_form", "chart.alert"),
        ("_patient", "p1"),
        ("_stay", ""),
        ("_path", "/patients/p1/alerts"),
        ("text", "Moitié de phrase"),
    ];
    assert_eq!(station.part("/drafts", &typed).await.status, 200);
    let mut events = station.listen(&page).await;
    let locked = station.post("/lock", &[("next", "/patients/p1/alerts")]).await;
    assert_eq!(locked.header("location"), Some("/sign-in?next=/patients/p1/alerts"));
    assert_eq!(station.get("/patients/p1/alerts").await.status, 303, "a locked screen shows nothing");
    assert_eq!(station.part("/drafts", &typed).await.status, 401);
    let mut client = site.client().await;
    let flag = r#"{"resourceType":"Flag","id":"f1","status":"active","code":{"text":"Secret"},"subject":{"reference":"Patient/p1"}}"#;
    assert_eq!(client.put("Flag/f1", flag).await.status, 201);
    assert_eq!(events.next().await, None, "nor does a page that was open");

    let before = station.cookie("rihla_session").expect("a session").to_owned();
    let other = touch(&mut station, "04FFEE01", "7391", "/patients/p1/alerts").await;
    assert_eq!(other.header("location"), Some("/"), "where the one before was is not shown to the next");
    let page = station.get("/patients/p1/alerts").await;
    assert!(page.text().contains("Personne omar") && !page.text().contains("Moitié de phrase") && !page.text().contains("souad"));
    assert_eq!(station.part("/drafts", &typed).await.status, 409, "what their page still sends is not the next one's");
    let now = station.cookie("rihla_session").expect("a session").to_owned();
    station.set_cookie("rihla_session", &before);
    assert_eq!(station.get("/patients").await.status, 303, "the session before has ended");
    station.set_cookie("rihla_session", &now);

    // Back to the first: their place and their words are there.
    let back = touch(&mut station, "04A2B3C4", "4827", "/patients/p1/alerts").await;
    assert_eq!(back.header("location"), Some("/"), "another was here in between");
    station.post("/lock", &[]).await;
    let again = touch(&mut station, "04A2B3C4", "4827", "/patients/p1/alerts").await;
    assert_eq!(again.header("location"), Some("/patients/p1/alerts"));
    assert!(station.get("/patients/p1/alerts").await.text().contains("Moitié de phrase"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_sends_enter_is_asked_for_the_pin() {
    let (site, mut station) = ward().await;
    let asked = touch(&mut station, "04A2B3C4", "", "").await;
    assert_eq!(asked.status, 200);
    assert!(
        asked.text().contains("value=\"04A2B3C4\"")
            && asked.text().contains("name=\"pin\" type=\"password\" inputmode=\"numeric\" autocomplete=\"off\" dir=\"ltr\" autofocus")
    );
    assert_eq!(asked.text().matches(" autofocus").count(), 1);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_found_badge_opens_nothing_elsewhere_or_by_guessing_or_after_the_shift() {
    let (site, mut station) = ward().await;
    let mut elsewhere = site.stranger().await;
    let refused = touch(&mut elsewhere, "04A2B3C4", "4827", "").await;
    assert!(refused.status == 403 && refused.text().contains("n’est pas un poste partagé"));
    let wrong = touch(&mut station, "04A2B3C4", "0000", "").await;
    let unknown = touch(&mut station, "0400000000", "4827", "").await;
    assert_eq!((wrong.status, unknown.status), (403, 403));
    assert_eq!(wrong.text(), unknown.text(), "a number that is nobody's is answered alike");
    for _ in 0..4 {
        touch(&mut station, "04A2B3C4", "0000", "").await;
    }
    let whole = touch(&mut station, "04A2B3C4", "4827", "").await;
    assert!(whole.status == 403 && whole.text().contains("Connectez-vous une fois avec votre mot de passe"), "{}", whole.text());
    assert_eq!(touch(&mut station, "04FFEE01", "7391", "").await.status, 303, "others go on");
    assert_eq!(station.sign_in("souad", PASSWORD).await.status, 303);
    assert_eq!(touch(&mut station, "04A2B3C4", "4827", "").await.status, 303);
    site.pass(13 * HOUR);
    assert_eq!(touch(&mut station, "04A2B3C4", "4827", "").await.status, 403, "yesterday's sign-in is no proof today");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pin_is_no_proof_for_risky_acts_and_a_station_locks_sooner() {
    let (site, mut station) = ward().await;
    touch(&mut station, "04A2B3C4", "4827", "").await;
    assert_eq!(station.get("/account/password").await.header("location"), Some("/sign-in?again=1&next=/account/password"));
    let page = station.get("/patients").await;
    assert!(page.text().contains("data-lock=\"300000\""), "the page covers itself when the server locks");
    site.pass(6 * MINUTE);
    assert_eq!(station.get("/patients").await.status, 303);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_badge_is_taken_away_by_its_button_and_not_by_an_empty_field() {
    let (site, mut station) = ward().await;
    let mut chef = signed_in(&site, "chef").await;
    let souad = site.account("souad", &[("nurse", None)], "").await;
    let page = format!("/accounts/{}", souad.id.to_text());
    let empty = send(&mut chef, &page, &format!("{page}/badge"), &[("badge", "")]).await;
    assert!(empty.status == 400 && empty.text().contains("4 à 64"), "{}", empty.status);
    assert_eq!(touch(&mut station, "04A2B3C4", "4827", "").await.status, 303);
    assert_eq!(send(&mut chef, &page, &format!("{page}/badge"), &[("drop", "1")]).await.status, 303);
    assert_eq!(touch(&mut station, "04A2B3C4", "4827", "").await.status, 403);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_station_that_was_retired_takes_no_badge() {
    let (site, mut station) = ward().await;
    let mut chef = signed_in(&site, "chef").await;
    let fingerprint = chef.get("/stations").await.hidden("station");
    assert_eq!(send(&mut chef, "/stations", "/stations/retire", &[("station", &fingerprint)]).await.status, 303);
    assert_eq!(touch(&mut station, "04A2B3C4", "4827", "").await.status, 403);
    assert!(!station.get("/sign-in").await.text().contains("name=\"badge\""));
    site.stop().await;
}

//! Second factors, and codes for whoever loses them.

use super::{MINUTE, between, code, send, signed_in, with_app};
use rihla_testkit::{PASSWORD, TestSite};

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_confirmed_by_its_first_code_and_asked_for_from_then_on() {
    let site = TestSite::start().await;
    site.account("souad", &[("nurse", None)], "").await;
    let mut screen = signed_in(&site, "souad").await;
    let begun = send(&mut screen, "/account/app", "/account/app/begin", &[]).await;
    assert!(begun.text().contains("<svg") && !begun.text().contains("style="));
    let wrong = send(&mut screen, "/account/app", "/account/app", &[("code", "000000")]).await;
    assert!(wrong.status == 403 && wrong.text().contains("name=\"code\"") && !wrong.text().contains("class=\"seed\""), "the seed is shown once");
    assert_eq!(signed_in(&site, "souad").await.get("/patients").await.status, 200, "nothing was switched on yet");
    let seed = with_app(&site, &mut screen).await;

    site.pass(MINUTE);
    let mut other = site.stranger().await;
    let entered = other.post("/sign-in", &[("login", "souad"), ("password", PASSWORD), ("next", "/drafts")]).await;
    assert_eq!(entered.header("location"), Some("/sign-in/second?next=/drafts"));
    assert_eq!(other.get("/drafts").await.status, 303, "the password alone opens nothing");
    assert!(other.get("/sign-in/second?next=/drafts").await.text().contains("name=\"code\""));
    let used = code(&site, &seed);
    let second = other.post("/sign-in/second", &[("code", &used), ("next", "/drafts")]).await;
    assert_eq!((second.status, second.header("location")), (303, Some("/drafts")), "{}", second.text());
    assert_eq!(other.get("/drafts").await.status, 200);

    // Whoever looked over the shoulder has a code that was used.
    let mut thief = site.stranger().await;
    thief.sign_in("souad", PASSWORD).await;
    let replayed = thief.post("/sign-in/second", &[("code", &used)]).await;
    assert!(replayed.status == 403 && replayed.text().contains("a déjà servi"), "{}", replayed.text());
    assert_eq!(thief.get("/drafts").await.status, 303);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn recovery_codes_are_shown_once_and_each_opens_once() {
    let site = TestSite::start().await;
    site.account("souad", &[("nurse", None)], "").await;
    let mut screen = signed_in(&site, "souad").await;
    let none = send(&mut screen, "/account/codes", "/account/codes", &[]).await;
    assert_eq!(none.status, 422, "there is nothing that they would stand in for");
    with_app(&site, &mut screen).await;
    let made = send(&mut screen, "/account/codes", "/account/codes", &[]).await;
    let list = between(made.text(), "class=\"secrets\"", "</ol>").to_owned();
    let codes: Vec<&str> = list.split("<code>").skip(1).filter_map(|rest| rest.split('<').next()).collect();
    assert_eq!(codes.len(), 10);
    assert!(!screen.get("/account/codes").await.text().contains(codes[0]));

    let mut other = site.stranger().await;
    for (at, expected) in [(0, 303), (0, 403), (1, 303)] {
        other.sign_in("souad", PASSWORD).await;
        assert_eq!(other.post("/sign-in/second", &[("recovery", codes[at])]).await.status, expected, "code {at}");
    }
    assert!(screen.get("/account").await.text().contains("8 codes restants"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_step_without_a_password_before_it_begins_again() {
    let site = TestSite::start().await;
    site.account("souad", &[("nurse", None)], "").await;
    let mut screen = signed_in(&site, "souad").await;
    let seed = with_app(&site, &mut screen).await;
    site.pass(MINUTE);
    let mut other = site.stranger().await;
    assert_eq!(other.get("/sign-in/second").await.header("location"), Some("/sign-in"));
    assert_eq!(other.post("/sign-in/second", &[("code", &code(&site, &seed))]).await.header("location"), Some("/sign-in"));
    other.sign_in("souad", PASSWORD).await;
    site.pass(6 * MINUTE);
    assert_eq!(other.post("/sign-in/second", &[("code", &code(&site, &seed))]).await.header("location"), Some("/sign-in"), "too late");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_that_nobody_has_opens_nothing() {
    let site = TestSite::start().await;
    site.account("souad", &[("nurse", None)], "").await;
    let mut screen = site.stranger().await;
    let offer = screen.post("/sign-in/passkey/offer", &[]).await;
    assert!(offer.status == 200 && offer.text().contains("\"rpId\":\"localhost\""), "{}", offer.text());
    let challenge = between(offer.text(), "\"challenge\":\"", "\"").to_owned();
    let forged = r#"{"rawId":"AAAA","response":{"clientDataJSON":"e30","authenticatorData":"AAAA","signature":"AAAA","userHandle":""}}"#;
    for (answer, expected) in [(forged, 403), ("{}", 400), ("", 400)] {
        let refused = screen.post("/sign-in/passkey", &[("challenge", &challenge), ("passkey", answer)]).await;
        assert!(refused.status == expected && refused.text().contains("role=\"alert\""), "{answer}: {}", refused.status);
    }
    assert_eq!(screen.get("/patients").await.status, 303);
    site.stop().await;
}

//! The door.

use super::{HOUR, MINUTE, OTHER_PASSWORD, send, signed_in, site_of};
use rihla_testkit::{PASSWORD, TestSite};

#[tokio::test(flavor = "multi_thread")]
async fn a_person_comes_back_to_where_they_were_and_leaves() {
    let (site, mut screen) = site_of("souad", "nurse").await;
    let sent = screen.get("/patients?list=1").await;
    let door = sent.header("location").expect("the door").to_owned();
    assert_eq!(door, "/sign-in?next=/patients%3Flist%3D1");
    let next = screen.get(&door).await.hidden("next");
    let entered = screen.post("/sign-in", &[("login", " SOUAD "), ("password", PASSWORD), ("next", &next)]).await;
    assert_eq!(entered.header("location"), Some("/patients?list=1"));
    let page = screen.get("/patients").await;
    assert!(page.text().contains("Personne souad") && page.text().contains("Infirmier") && page.text().contains("Formation"), "{}", page.text());
    let arabic = screen.speaking("ar");
    let mut screen = arabic;
    assert!(screen.get("/patients").await.text().contains("شخص souad"), "the name in the reader's script");
    let left = screen.post("/sign-out", &[]).await;
    assert_eq!((left.header("location"), left.header("clear-site-data")), (Some("/sign-in"), Some("\"cache\", \"storage\"")));
    assert_eq!(screen.get("/patients").await.status, 303);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_name_are_answered_alike() {
    let (site, mut screen) = site_of("souad", "nurse").await;
    let told = |page: &str| page.replace("value=\"souad\"", "").replace("value=\"nobody\"", "");
    let wrong = screen.sign_in("souad", "not it").await;
    let unknown = screen.sign_in("nobody", "not it").await;
    assert_eq!((wrong.status, unknown.status), (403, 403));
    assert_eq!(told(wrong.text()), told(unknown.text()));
    assert!(wrong.text().contains("role=\"alert\"") && wrong.text().contains("value=\"souad\"") && !wrong.text().contains("not it"));
    assert_eq!(wrong.headers("set-cookie"), Vec::<String>::new());
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_tries_too_often_is_told_how_long_to_wait_and_then_comes_in() {
    let (site, mut screen) = site_of("souad", "nurse").await;
    let mut last = screen.sign_in("souad", "x").await;
    for _ in 0..8 {
        last = screen.sign_in("souad", "x").await;
    }
    assert_eq!(last.status, 503, "{}", last.text());
    assert!(last.header("retry-after").is_some_and(|after| after.parse::<u32>().is_ok_and(|after| after > 0)));
    assert!(last.text().contains("Trop d’essais. Attendez"));
    assert_eq!(screen.sign_in("souad", PASSWORD).await.status, 503, "the right one waits too");
    site.pass(HOUR);
    assert_eq!(screen.sign_in("souad", PASSWORD).await.status, 303);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_browser_comes_in_while_strangers_guess() {
    let site = TestSite::start().await;
    site.account("souad", &[("nurse", None)], "").await;
    let mut own = signed_in(&site, "souad").await;
    own.post("/sign-out", &[]).await;
    let mut stranger = site.stranger().await;
    for _ in 0..12 {
        stranger.sign_in("souad", "x").await;
    }
    assert_eq!(stranger.sign_in("souad", PASSWORD).await.status, 503);
    assert_eq!(own.sign_in("souad", PASSWORD).await.status, 303);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_is_asked_for_twice_and_ends_the_other_sessions() {
    let site = TestSite::start().await;
    site.account("souad", &[("nurse", None)], "").await;
    let (mut here, mut there) = (signed_in(&site, "souad").await, signed_in(&site, "souad").await);
    let twice = [("password", OTHER_PASSWORD), ("again", "another one altogether")];
    let differing = send(&mut here, "/account/password", "/account/password", &twice).await;
    assert!(differing.status == 400 && differing.text().contains("ne sont pas les mêmes"), "{}", differing.text());
    let short = send(&mut here, "/account/password", "/account/password", &[("password", "court"), ("again", "court")]).await;
    assert!(short.text().contains("Trop court"), "{}", short.text());
    let set = send(&mut here, "/account/password", "/account/password", &[("password", OTHER_PASSWORD), ("again", OTHER_PASSWORD)]).await;
    assert_eq!((set.status, set.header("location")), (303, Some("/account?done=password")));
    assert_eq!(here.get("/patients").await.status, 200);
    assert_eq!(there.get("/patients").await.status, 303);
    assert_eq!(there.sign_in("souad", PASSWORD).await.status, 403);
    assert_eq!(there.sign_in("souad", OTHER_PASSWORD).await.status, 303);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_risky_page_asks_for_the_password_again_after_five_minutes_and_comes_back() {
    let site = TestSite::start().await;
    site.account("souad", &[("nurse", None)], "").await;
    let mut screen = signed_in(&site, "souad").await;
    site.pass(4 * MINUTE);
    assert_eq!(screen.get("/account/password").await.status, 200);
    site.pass(2 * MINUTE);
    let asked = screen.get("/account/password").await;
    assert_eq!(asked.header("location"), Some("/sign-in?again=1&next=/account/password"));
    let door = screen.get("/sign-in?again=1&next=/account/password").await;
    assert!(door.text().contains("Confirmez que c’est vous") && door.text().contains("value=\"souad\""));
    let again = screen.post("/sign-in", &[("login", "souad"), ("password", PASSWORD), ("next", "/account/password")]).await;
    assert_eq!(again.header("location"), Some("/account/password"));
    assert_eq!(screen.get("/account/password").await.status, 200);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sees_their_sessions_and_ends_the_one_they_do_not_know() {
    let site = TestSite::start().await;
    site.account("souad", &[("nurse", None)], "").await;
    let (mut here, mut there) = (signed_in(&site, "souad").await, signed_in(&site, "souad").await);
    let list = here.get("/account/sessions").await;
    assert_eq!(list.text().matches("name=\"session\"").count(), 1, "the one at hand is not among those to be ended");
    let other = list.hidden("session");
    assert_eq!(send(&mut here, "/account/sessions", "/account/sessions", &[("session", &other)]).await.status, 303);
    assert_eq!(there.get("/patients").await.status, 303);
    let mut third = signed_in(&site, "souad").await;
    assert_eq!(send(&mut here, "/account/sessions", "/account/sessions", &[]).await.status, 303);
    assert_eq!((third.get("/patients").await.status, here.get("/patients").await.status), (303, 200));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_that_nobody_uses_is_locked_and_shows_nothing() {
    let site = TestSite::start().await;
    site.account("souad", &[("nurse", None)], "").await;
    let mut screen = signed_in(&site, "souad").await;
    site.pass(10 * MINUTE);
    assert_eq!(screen.post("/here", &[]).await.status, 204, "somebody reads");
    site.pass(10 * MINUTE);
    assert_eq!(screen.listen_at("/live?since=0", &[]).await.err(), None, "a page that asks by itself is answered");
    site.pass(6 * MINUTE);
    assert_eq!(screen.get("/patients").await.header("location"), Some("/sign-in?next=/patients"), "and has kept nothing open");
    let part = screen.part("/commands", &[("q", "x")]).await;
    assert_eq!((part.status, part.header("hx-redirect")), (401, Some("/sign-in")));
    let door = screen.get("/sign-in").await;
    assert!(door.text().contains("Poste verrouillé par") && door.text().contains("Personne souad"));
    assert_eq!(screen.sign_in("souad", PASSWORD).await.status, 303);
    assert_eq!(screen.get("/patients").await.status, 200);
    site.stop().await;
}

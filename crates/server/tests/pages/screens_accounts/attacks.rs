//! What attackers try on the pages.

use super::{OTHER_PASSWORD, signed_in, site_of};
use rihla_testkit::{PASSWORD, TestSite};

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_planted_is_nobodys_after_the_sign_in() {
    let (site, mut victim) = site_of("souad", "nurse").await;
    site.account("thief", &[("student", None)], "").await;
    let mut thief = signed_in(&site, "thief").await;
    let planted = thief.cookie("rihla_session").expect("a session").to_owned();
    victim.set_cookie("rihla_session", &planted);
    victim.sign_in("souad", PASSWORD).await;
    assert_ne!(victim.cookie("rihla_session"), Some(planted.as_str()), "a sign-in makes a token of its own");
    assert!(victim.get("/patients").await.text().contains("Personne souad"));
    assert_eq!(thief.get("/patients").await.status, 303, "and ends the one that it found");
    let mut made_up = site.stranger().await;
    made_up.set_cookie("rihla_session", "0123456789abcdef0123456789abcdef");
    made_up.sign_in("souad", PASSWORD).await;
    assert_ne!(made_up.cookie("rihla_session"), Some("0123456789abcdef0123456789abcdef"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_elsewhere_acts_on_nothing() {
    let site = TestSite::start().await;
    site.account("chef", &[("administrator", None)], "").await;
    let mut chef = signed_in(&site, "chef").await;
    let author = chef.get("/accounts/new").await.hidden("_author");
    let body = format!("_author={author}&login=souad&name=x&role_0=administrator&password={}&again={}", "x".repeat(20), "x".repeat(20));
    let paths = [
        "/sign-in",
        "/sign-in/second",
        "/sign-in/passkey",
        "/sign-in/badge",
        "/sign-out",
        "/lock",
        "/invitation",
        "/setup",
        "/acting",
        "/account/password",
        "/account/pin",
        "/account/app/begin",
        "/account/codes",
        "/account/passkeys",
        "/account/sessions",
        "/accounts/new",
        "/stations",
    ];
    for path in paths {
        for headers in [[("Origin", "http://elsewhere")], [("Sec-Fetch-Site", "cross-site")]] {
            let refused = chef.send("POST", path, &headers, &body).await;
            assert!(refused.status == 403 && refused.text().contains("RH-WEB-FOREIGN"), "{path}: {}", refused.status);
            assert!(refused.headers("set-cookie").is_empty(), "{path}");
        }
    }
    assert_eq!(chef.get("/accounts").await.status, 200, "still signed in");
    assert_eq!(site.accounts.identity.accounts().expect("reads").len(), 1);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_another_began_is_refused() {
    let site = TestSite::start().await;
    for login in ["chef", "adjoint"] {
        site.account(login, &[("administrator", None)], "").await;
    }
    let souad = site.account("souad", &[("nurse", None)], "").await;
    let theirs = signed_in(&site, "adjoint").await.get("/account/password").await.hidden("_author");
    let mut chef = signed_in(&site, "chef").await;
    let page = format!("/accounts/{}", souad.id.to_text());
    let acts = [
        "/account/password",
        "/account/pin",
        "/account/app",
        "/account/app/begin",
        "/account/app/drop",
        "/account/codes",
        "/account/passkeys",
        "/account/passkeys/drop",
        "/account/sessions",
        "/acting",
        "/accounts/new",
        "/stations",
        "/stations/retire",
    ];
    let of_page = ["edit", "move", "invite", "badge"].map(|act| format!("{page}/{act}"));
    for path in acts.iter().map(|path| (*path).to_owned()).chain(of_page) {
        for mark in [theirs.as_str(), ""] {
            let fields = [
                ("_author", mark),
                ("password", OTHER_PASSWORD),
                ("again", OTHER_PASSWORD),
                ("pin", "4827"),
                ("way", "suspend"),
                ("version", "1"),
                ("name", "x"),
                ("login", "xx"),
            ];
            let refused = chef.post(&path, &fields).await;
            assert!(refused.status == 409 && refused.text().contains("RH-WEB-OTHER-PERSON"), "{path}: {}", refused.status);
        }
    }
    assert_eq!(signed_in(&site, "souad").await.get("/patients").await.status, 200);
    assert_eq!(signed_in(&site, "chef").await.get("/accounts").await.status, 200, "the password is the old one");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_tls_cookies_are_for_this_server_alone_and_the_proxy_says_who_calls() {
    let site = TestSite::with(|serve| serve.base = Some("https://dossier.example/fhir".into())).await;
    site.account("souad", &[("nurse", None)], "").await;
    let mut screen = site.stranger().await;
    let entered = screen.sign_in("souad", PASSWORD).await;
    let cookies = entered.headers("set-cookie");
    assert!(
        cookies.len() >= 3 && cookies.iter().all(|cookie| cookie.contains("; Secure") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict")),
        "{cookies:?}"
    );
    let offer = screen.post("/sign-in/passkey/offer", &[]).await;
    assert!(offer.text().contains("\"rpId\":\"dossier.example\""));
    // Guesses from one address slow that address; others come in.
    let mut guesser = site.stranger().await;
    for _ in 0..8 {
        guesser.send("POST", "/sign-in", &[("X-Forwarded-For", "198.51.100.7")], "login=souad&password=x").await;
    }
    let mut fresh = site.stranger().await;
    let guessing = fresh.send("POST", "/sign-in", &[("X-Forwarded-For", "198.51.100.7")], "login=souad&password=x").await;
    let other = fresh.send("POST", "/sign-in", &[("X-Forwarded-For", "203.0.113.9, 203.0.113.20")], "login=souad&password=x").await;
    assert_eq!((guessing.status, other.status), (503, 403));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_accounts_hold_no_script_no_style_and_no_key_without_words() {
    let site = TestSite::start().await;
    site.account("chef", &[("administrator", None), ("nurse", None)], "").await;
    let hostile = r#"<script>x</script>"'"#;
    let souad = site.account("souad", &[("nurse", Some("w1"))], "").await;
    let mut chef = signed_in(&site, "chef").await;
    super::send(&mut chef, "/acting", "/acting", &[("acting", "administrator/")]).await;
    assert_eq!(
        super::send(&mut chef, "/accounts/new", "/accounts/new", &[("name", hostile), ("login", "hostile"), ("role_0", "nurse"), ("site_0", "1")]).await.status,
        200
    );
    let page = format!("/accounts/{}", souad.id.to_text());
    let paths = [
        "/account",
        "/account/password",
        "/account/pin",
        "/account/app",
        "/account/codes",
        "/account/passkeys",
        "/account/sessions",
        "/acting",
        "/accounts",
        "/accounts/new",
        "/stations",
        "/sign-in",
        "/sign-in?again=1",
        "/invitation",
        &page,
        &format!("{page}/edit"),
    ];
    for lang in ["fr", "ar", "en"] {
        chef = chef.speaking(lang);
        for path in paths {
            let reply = chef.get(path).await;
            let text = reply.text();
            assert_eq!(reply.status, 200, "{lang} {path}");
            assert!(!text.contains(" style=") && !text.contains("<style") && !text.contains("<script>"), "{lang} {path}");
            assert!(!text.contains(">account-") && !text.contains("\"account-wrong") && !text.contains(">web-"), "{lang} {path}: a key without words");
            assert!(reply.header("cache-control").is_some_and(|control| control == "no-store"), "{lang} {path}");
        }
    }
    site.stop().await;
}

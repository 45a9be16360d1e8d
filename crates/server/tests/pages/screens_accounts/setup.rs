//! The first start.

use super::{OTHER_PASSWORD, code, send, with_app};
use rihla_testkit::TestSite;

const FIRST: [(&str, &str); 5] =
    [("name", "Souad Bénani"), ("name_ar", "سعاد بناني"), ("login", "souad"), ("password", OTHER_PASSWORD), ("again", OTHER_PASSWORD)];

fn with(code: &str) -> Vec<(&str, &str)> {
    FIRST.into_iter().chain([("code", code)]).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_leads_to_the_first_start_and_the_code_works_once() {
    let site = TestSite::production().await;
    let mut screen = site.stranger().await;
    for path in ["/", "/sign-in", "/patients", "/accounts", "/nowhere"] {
        assert_eq!(screen.get(path).await.header("location"), Some("/setup"), "{path}");
    }
    let old = site.accounts.identity.setup_code().await.expect("a code").expect("no account yet");
    let newest = site.accounts.identity.setup_code().await.expect("a code").expect("no account yet");
    for wrong in ["", "0000-0000-0000-0000-0000-0000", old.as_str()] {
        let refused = screen.post("/setup", &with(wrong)).await;
        assert!(refused.status == 403 && refused.text().contains("value=\"Souad Bénani\""), "what was typed stays: {}", refused.status);
        assert!(!refused.text().contains(OTHER_PASSWORD));
    }
    let made = screen.post("/setup", &with(newest.as_str())).await;
    assert_eq!((made.status, made.header("location")), (303, Some("/account")), "{}", made.text());
    let mut late = site.stranger().await;
    assert_eq!(late.get("/setup").await.header("location"), Some("/"));
    let twice = late.post("/setup", &with(newest.as_str())).await;
    assert_eq!((twice.status, twice.header("location")), (303, Some("/")), "nobody becomes the first twice");
    assert_eq!(late.cookie("rihla_session"), None);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_administrator_sets_up_a_second_factor_before_anything_else() {
    let site = TestSite::production().await;
    let setup = site.accounts.identity.setup_code().await.expect("a code").expect("no account yet");
    let mut screen = site.stranger().await;
    screen.post("/setup", &with(setup.as_str())).await;
    for path in ["/", "/accounts", "/stations"] {
        assert_eq!(screen.get(path).await.header("location"), Some("/account?owed=1"), "{path}");
    }
    assert!(screen.get("/account?owed=1").await.text().contains("demande un deuxième facteur"));
    let seed = with_app(&site, &mut screen).await;
    // Having it is not enough: it is shown at the door.
    site.pass(super::MINUTE);
    screen.sign_in("souad", OTHER_PASSWORD).await;
    screen.post("/sign-in/second", &[("code", &code(&site, &seed))]).await;
    assert_eq!(screen.get("/accounts").await.status, 200);
    let made = send(&mut screen, "/accounts/new", "/accounts/new", &[("name", "Omar"), ("login", "omar"), ("role_0", "nurse"), ("site_0", "1")]).await;
    assert!(made.status == 200 && made.text().contains("/invitation?code="), "{}", made.text());
    site.stop().await;
}

//! People with several roles.

use super::{send, signed_in};
use rihla_testkit::TestSite;

#[tokio::test(flavor = "multi_thread")]
async fn who_has_several_roles_says_in_which_they_act_and_may_switch() {
    let site = TestSite::start().await;
    let mut client = site.client().await;
    assert_eq!(client.put("Location/w1", r#"{"resourceType":"Location","id":"w1","name":"Cardiologie","alias":["أمراض القلب"]}"#).await.status, 201);
    site.account("souad", &[("registration-clerk", None), ("physician", Some("w1"))], "").await;
    let mut screen = signed_in(&site, "souad").await;
    let asked = screen.get("/patients").await;
    assert_eq!(asked.header("location"), Some("/acting?next=/patients"));
    let page = screen.get("/acting?next=/patients").await;
    assert!(page.text().contains("Médecin · Cardiologie") && page.text().contains("Agent d’admission"), "{}", page.text());
    let foreign = send(&mut screen, "/acting", "/acting", &[("acting", "administrator/")]).await;
    assert_eq!(foreign.status, 400, "a role of nobody's");
    let chosen = send(&mut screen, "/acting", "/acting", &[("acting", "registration-clerk/"), ("next", "/patients")]).await;
    assert_eq!(chosen.header("location"), Some("/patients"));
    let clerk = screen.get("/patients").await;
    assert!(clerk.text().contains("Agent d’admission") && clerk.text().contains("href=\"/acting\""));
    assert_eq!(screen.get("/patients/none/chart").await.status, 403);

    // The next session begins as the last one ended; what is chosen there changes nothing here.
    let mut other = signed_in(&site, "souad").await;
    assert!(other.get("/patients").await.text().contains("Agent d’admission"));
    assert_eq!(send(&mut other, "/acting", "/acting", &[("acting", "physician/w1")]).await.status, 303);
    assert_eq!(other.get("/patients/none/chart").await.status, 404);
    assert!(other.speaking("ar").get("/patients").await.text().contains("أمراض القلب"));
    assert_eq!(screen.get("/patients/none/chart").await.status, 403);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_role_here_is_told_whom_to_ask() {
    let site = TestSite::start().await;
    site.account("souad", &[], "").await;
    let mut screen = signed_in(&site, "souad").await;
    assert_eq!(screen.get("/patients").await.header("location"), Some("/acting?next=/patients"));
    assert!(screen.get("/acting").await.text().contains("Aucune fonction dans cet établissement"));
    assert_eq!(screen.post("/sign-out", &[]).await.status, 303);
    site.stop().await;
}

//! An administrator's screens.

use super::{MINUTE, OTHER_PASSWORD, between, send, signed_in};
use rihla_testkit::{PASSWORD, Screen, TestSite};

async fn hospital() -> (TestSite, Screen) {
    let site = TestSite::start().await;
    site.account("chef", &[("administrator", None)], "").await;
    let screen = signed_in(&site, "chef").await;
    (site, screen)
}

const OMAR: [(&str, &str); 5] = [("name", "Omar Tazi"), ("name_ar", "عمر التازي"), ("login", "o.tazi"), ("role_0", "nurse"), ("site_0", "1")];

/// Looks for somebody; the first link of the list. No address holds what was typed.
async fn found(screen: &mut Screen, q: &str) -> Option<String> {
    let list = screen.post("/accounts", &[("q", q)]).await.header("location").expect("a list").to_owned();
    assert!(!list.contains(q), "{list}");
    let text = screen.get(&list).await;
    let rows = text.text().split("<tbody>").nth(1)?.to_owned();
    Some(between(&rows, "href=\"", "\"").to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_invited_chooses_a_password_and_works_in_their_role() {
    let (site, mut chef) = hospital().await;
    let made = send(&mut chef, "/accounts/new", "/accounts/new", &OMAR).await;
    assert_eq!(made.status, 200, "{}", made.text());
    let link = between(made.text(), "dir=\"ltr\">http://", "<");
    let path = link.split_once('/').map(|(_, path)| format!("/{path}")).expect("an address");
    let mut omar = site.stranger().await;
    let moved = omar.get(&path).await;
    assert_eq!(moved.header("location"), Some("/invitation"), "the code leaves the address");
    let page = omar.get("/invitation").await;
    assert!(page.text().contains("Omar Tazi") && page.text().contains("o.tazi"));
    let weak = omar.post("/invitation", &[("password", "Omar Tazi 2026!!"), ("again", "Omar Tazi 2026!!")]).await;
    assert!(weak.text().contains("qu’on devine d’abord"), "{}", weak.text());
    let taken = omar.post("/invitation", &[("password", OTHER_PASSWORD), ("again", OTHER_PASSWORD)]).await;
    assert_eq!((taken.status, taken.header("location")), (303, Some("/account")));
    assert_eq!(omar.cookie("rihla_invitation"), None);
    assert_eq!(omar.get("/patients").await.status, 200);
    let mut second = site.stranger().await;
    assert_eq!(second.get(&path).await.status, 303);
    assert!(second.get("/invitation").await.text().contains("a servi"), "it works once");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_found_by_any_part_of_a_name_in_either_script() {
    let (site, mut chef) = hospital().await;
    send(&mut chef, "/accounts/new", "/accounts/new", &OMAR).await;
    for q in ["tazi", "OM taz", "التازي", "o.tazi"] {
        assert!(found(&mut chef, q).await.is_some(), "{q}");
    }
    assert_eq!(found(&mut chef, "nobody").await, None);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_for_a_unit_and_who_changed_meanwhile_is_told() {
    let (site, mut chef) = hospital().await;
    let mut client = site.client().await;
    let ward = r#"{"resourceType":"Location","id":"w1","name":"Cardiologie","physicalType":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"wa"}]}}"#;
    assert_eq!(client.put("Location/w1", ward).await.status, 201);
    send(&mut chef, "/accounts/new", "/accounts/new", &OMAR).await;
    let page = found(&mut chef, "omar").await.expect("listed");
    let edit = format!("{page}/edit");
    let form = chef.get(&edit).await;
    assert!(form.text().contains("<option value=\"w1\">Cardiologie</option>"), "{}", form.text());
    let version = form.hidden("version");

    site.account("adjoint", &[("administrator", None)], "").await;
    let mut other = signed_in(&site, "adjoint").await;
    let theirs: Vec<_> = OMAR.into_iter().filter(|(name, _)| *name != "role_0").chain([("role_0", "midwife"), ("version", &version)]).collect();
    assert_eq!(send(&mut other, &edit, &edit, &theirs).await.status, 303);

    let mine: Vec<_> = OMAR.into_iter().chain([("unit_0", "w1"), ("version", &version)]).collect();
    let told = send(&mut chef, &edit, &edit, &mine).await;
    assert_eq!(told.status, 409);
    assert!(told.text().contains("Sage-femme") && told.text().contains("<option value=\"w1\" selected>"), "theirs is shown, mine is kept: {}", told.text());
    let newest = told.hidden("version");
    let mine: Vec<_> = OMAR.into_iter().chain([("unit_0", "w1"), ("version", &newest)]).collect();
    assert_eq!(send(&mut chef, &edit, &edit, &mine).await.status, 303);
    assert!(chef.get(&page).await.text().contains("Infirmier · Cardiologie"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_suspended_is_out_at_once_and_nobody_decides_about_themselves() {
    let (site, mut chef) = hospital().await;
    let souad = site.account("souad", &[("nurse", None)], "").await;
    let mut nurse = signed_in(&site, "souad").await;
    let page = format!("/accounts/{}", souad.id.to_text());
    let version = chef.get(&page).await.hidden("version");
    let moved = send(&mut chef, &page, &format!("{page}/move"), &[("way", "suspend"), ("version", &version)]).await;
    assert_eq!(moved.header("location"), Some(format!("{page}?done=suspend").as_str()));
    assert_eq!(nurse.get("/patients").await.status, 303);
    assert_eq!(nurse.sign_in("souad", PASSWORD).await.status, 403);
    let stale = send(&mut chef, &page, &format!("{page}/move"), &[("way", "resume"), ("version", &version)]).await;
    assert_eq!(stale.status, 409);
    let version = chef.get(&page).await.hidden("version");
    assert_eq!(send(&mut chef, &page, &format!("{page}/move"), &[("way", "resume"), ("version", &version)]).await.status, 303);
    assert_eq!(nurse.sign_in("souad", PASSWORD).await.status, 303);

    let own = found(&mut chef, "chef").await.expect("listed");
    let shown = chef.get(&own).await;
    assert!(!shown.text().contains("value=\"suspend\""));
    let author = chef.get("/accounts/new").await.hidden("_author");
    let refused = chef.post(&format!("{own}/move"), &[("_author", &author), ("way", "suspend"), ("version", "1")]).await;
    assert!(refused.status == 403 && refused.text().contains("Personne ne décide de son propre compte"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lost_the_phone_is_invited_anew_and_only_then_is_the_factor_gone() {
    let (site, mut chef) = hospital().await;
    let souad = site.account("souad", &[("nurse", None)], "").await;
    let mut nurse = signed_in(&site, "souad").await;
    super::with_app(&site, &mut nurse).await;
    let page = format!("/accounts/{}", souad.id.to_text());
    let handed = send(&mut chef, &page, &format!("{page}/invite"), &[("lost", "1")]).await;
    let code = between(handed.text(), "data-code>", "<").to_owned();
    let mut anew = site.stranger().await;
    assert_eq!(anew.sign_in("souad", PASSWORD).await.header("location"), Some("/sign-in/second?next=/"), "the old way works until it is taken");
    anew.post("/invitation", &[("code", &code)]).await;
    let taken = anew.post("/invitation", &[("password", OTHER_PASSWORD), ("again", OTHER_PASSWORD)]).await;
    assert_eq!(taken.header("location"), Some("/account"), "{}", taken.text());
    assert_eq!(nurse.get("/patients").await.status, 303, "the sessions of before ended");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_role_opens_or_sends_what_is_an_administrators() {
    let (site, mut chef) = hospital().await;
    let souad = site.account("souad", &[("nurse", None)], "").await;
    let page = format!("/accounts/{}", souad.id.to_text());
    for role in site.node.pack.roles.list.iter().filter(|role| role.code != "administrator") {
        let mut screen = site.screen(&role.code).await;
        for path in ["/accounts", "/accounts/new", "/stations", &page, &format!("{page}/edit")] {
            assert_eq!(screen.get(path).await.status, 403, "{} {path}", role.code);
        }
    }
    let mut nurse = signed_in(&site, "souad").await;
    let author = nurse.get("/account/password").await.hidden("_author");
    let posts = [
        "/accounts",
        "/accounts/new",
        &format!("{page}/edit"),
        &format!("{page}/move"),
        &format!("{page}/invite"),
        &format!("{page}/badge"),
        "/stations",
        "/stations/retire",
    ];
    for path in posts {
        let refused =
            nurse.post(path, &[("_author", &author), ("name", "x"), ("login", "xx"), ("way", "close"), ("version", "1"), ("role_0", "administrator")]).await;
        assert_eq!(refused.status, 403, "{path}");
    }
    // An act of administration is signed in for anew.
    site.pass(6 * MINUTE);
    let author = chef.get(&page).await.hidden("_author");
    let asked = chef.post(&format!("{page}/move"), &[("_author", &author), ("way", "suspend"), ("version", "1")]).await;
    assert_eq!(asked.header("location"), Some(format!("/sign-in?again=1&next={page}").as_str()));
    assert_eq!(nurse.get("/patients").await.status, 200);
    site.stop().await;
}

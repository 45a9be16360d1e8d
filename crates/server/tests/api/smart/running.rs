//! Tokens in use: refreshed, asked about, ended by the program, its person, or an administrator.

use super::*;
use rihla_smart::NewKind;
use rihla_store::trail::{EventKind, SeenWhat, TrailQuestion};
use rihla_testkit::{Reply, TestSite};

const SCOPES: &str = "offline_access user/*.rs";

async fn refresh(site: &TestSite, client: &str, token: &str) -> Reply {
    call(site, "/oauth/token", &[("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", client)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_is_good_once_and_an_old_one_ends_all() {
    let site = clinic().await;
    let (client, _) = program(&site, NewKind::Public, CHART).await;
    let first = tokens(&site, "doctor", &client, SCOPES, "").await;
    let old = first.at("refresh_token").expect("a refresh token");
    let second = refresh(&site, &client, &old).await;
    let access = second.at("access_token").expect("a token");
    assert_eq!((second.status, get(&site, &access, "Patient/amal").await.status), (200, 200));
    assert_eq!(refresh(&site, &client, &old).await.at("error").as_deref(), Some("invalid_grant"));
    assert_eq!(get(&site, &access, "Patient/amal").await.status, 401);
    assert_eq!(refresh(&site, &client, &second.at("refresh_token").unwrap()).await.status, 400);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_token_is_worth_is_told_to_its_program_until_it_is_revoked() {
    let site = clinic().await;
    let (client, secret) = program(&site, NewKind::Secret, CHART).await;
    let secret = secret.expect("a secret");
    let code = code(&site, "doctor", &client, SCOPES, "").await;
    let own = [("client_id", client.as_str()), ("client_secret", secret.as_str())];
    let form = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", BACK), ("code_verifier", VERIFIER)];
    let got = call(&site, "/oauth/token", &[form.as_slice(), &own].concat()).await;
    let (access, refresh) = (got.at("access_token").expect("a token"), got.at("refresh_token").expect("one"));
    let worth = async |token: &str| call(&site, "/oauth/introspect", &[[("token", token)].as_slice(), &own].concat()).await.at("active");
    assert_eq!((worth(&access).await.as_deref(), worth(&refresh).await.as_deref(), worth("x").await.as_deref()), (Some("true"), Some("true"), Some("false")));
    assert_eq!(call(&site, "/oauth/introspect", &[("token", &access)]).await.status, 401);
    let revoked = call(&site, "/oauth/revoke", &[[("token", refresh.as_str())].as_slice(), &own].concat()).await;
    assert_eq!((revoked.status, worth(&access).await.as_deref(), get(&site, &access, "Patient/amal").await.status), (200, Some("false"), 401));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sees_what_they_let_in_and_takes_it_back() {
    let site = clinic().await;
    let (client, _) = program(&site, NewKind::Public, CHART).await;
    let access = tokens(&site, "doctor", &client, SCOPES, "").await.at("access_token").unwrap();
    let mut screen = at_screen(&site, "doctor").await;
    let page = screen.get("/account/programs").await;
    assert!(page.text().contains("Courbes") && screen.get("/account").await.text().contains("/account/programs"));
    let (author, grant) = (page.hidden("_author"), page.hidden("grant"));
    let mut other = at_screen(&site, "nurse").await;
    let theirs = other.get("/account/programs").await;
    assert!(!theirs.text().contains("Courbes"));
    // Another person's act does nothing to it.
    let foreign = other.get("/account/password").await.hidden("_author");
    other.post("/account/programs", &[("_author", &foreign), ("grant", &grant)]).await;
    assert_eq!(get(&site, &access, "Patient/amal").await.status, 200);
    assert_eq!(screen.post("/account/programs", &[("_author", &author), ("grant", &grant)]).await.status, 303);
    assert_eq!((get(&site, &access, "Patient/amal").await.status, screen.get("/account/programs").await.text().contains("Courbes")), (401, false));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_out_of_use_takes_its_programs_with_it() {
    let site = clinic().await;
    let (client, _) = program(&site, NewKind::Public, CHART).await;
    let got = tokens(&site, "nurse", &client, SCOPES, "").await;
    let (access, again) = (got.at("access_token").unwrap(), got.at("refresh_token").unwrap());
    let nurse = site.accounts.identity.accounts().unwrap().into_iter().find(|account| account.login == "nurse").unwrap();
    let path = format!("/accounts/{}", nurse.id.to_text());
    let mut screen = at_screen(&site, "admin").await;
    for way in ["suspend", "resume"] {
        let page = screen.get(&path).await;
        let (author, version) = (page.hidden("_author"), page.hidden("version"));
        let moved = screen.post(&format!("{path}/move"), &[("_author", &author), ("version", &version), ("way", way)]).await;
        assert_eq!(moved.status, 303, "{way}: {}", moved.text());
    }
    // Back in use, the person is asked again.
    assert_eq!((get(&site, &access, "Patient/amal").await.status, refresh(&site, &client, &again).await.status), (401, 400));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_acts_in_the_role_in_which_it_was_let_in() {
    let site = clinic().await;
    let token = token(&site, "nurse", "user/*.rs", "").await;
    assert_eq!(get(&site, &token, "Patient/amal").await.status, 200);
    let identity = &site.accounts.identity;
    let nurse = identity.accounts().unwrap().into_iter().find(|account| account.login == "nurse").unwrap();
    let grants = vec![rihla_identity::Grant::new("nurse", site.node.site, Some("surgery"))];
    let profile = rihla_identity::Profile { login: nurse.login.clone(), names: nurse.names.clone(), grants, practitioner: None };
    identity.change(rihla_identity::By::Node("test"), nurse.id, nurse.version, profile).await.expect("changed");
    assert_eq!(get(&site, &token, "Patient/amal").await.status, 401);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn online_access_ends_with_the_session() {
    let site = clinic().await;
    let (client, _) = program(&site, NewKind::Public, CHART).await;
    let mut screen = at_screen(&site, "doctor").await;
    let page = screen.get(&address(&asking(&site, &client, "online_access user/*.rs"))).await;
    let sent = answer(&mut screen, &page, "allow", "online_access user/*.rs", "").await;
    let got = exchange(&site, &client, &field(sent.header("location").unwrap(), "code").unwrap()).await;
    let first = refresh(&site, &client, &got.at("refresh_token").unwrap()).await;
    assert_eq!(first.status, 200);
    assert_eq!(screen.post("/sign-out", &[]).await.status, 303);
    assert_eq!(refresh(&site, &client, &first.at("refresh_token").unwrap()).await.status, 400);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_tells_of_the_leave_and_of_each_call_who_by_which_program_from_where() {
    let site = clinic().await;
    let (client, _) = program(&site, NewKind::Public, CHART).await;
    let access = tokens(&site, "doctor", &client, SCOPES, "").await.at("access_token").unwrap();
    assert_eq!(get(&site, &access, "Patient/amal").await.status, 200);
    let mut screen = at_screen(&site, "doctor").await;
    let page = screen.get("/account/programs").await;
    let (author, grant) = (page.hidden("_author"), page.hidden("grant"));
    screen.post("/account/programs", &[("_author", &author), ("grant", &grant)]).await;
    site.node.for_task("chain").commit(vec![], vec![], vec![]).await.expect("chained");
    let entries = site.node.store.trail(&TrailQuestion::all(10_000)).expect("found").entries;
    let consents = entries.iter().rev().filter_map(|seen| match &seen.what {
        SeenWhat::Event { kind: EventKind::Consent, subject, detail, .. } => Some(format!("{subject} {detail}")),
        _ => None,
    });
    assert_eq!(consents.collect::<Vec<_>>(), [format!("Client/{client} given"), format!("Client/{client} ended")]);
    let call = entries.iter().find(|seen| seen.actor.id().ends_with(&format!(" Client/{client}"))).expect("the program's call");
    assert_eq!((call.origin.address(), call.origin.program()), (Some("127.0.0.1"), Some(format!("Client/{client}").as_str())));
    site.account("privacy", &[("privacy-officer", None)], "").await;
    let mut officer = at_screen(&site, "privacy").await;
    let shown = officer.get("/patients/amal/looked").await;
    assert!(shown.text().contains("Courbes"), "the page names person and program: {}", shown.text());
    site.stop().await;
}

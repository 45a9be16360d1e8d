//! Signing in with an account at the hospital's identity provider (`crates/oidc/spec.md`).

use super::idp::{Idp, Spoil, field, site_with};
use super::{code, send, signed_in};
use rihla_testkit::{PASSWORD, TestSite};

const MAKES: &str = "make_accounts = true\n[two_factors]\namr = ['otp']\n[claims]\nroles = 'realm_access.roles'\n[[role]]\nvalue = 'med'\nrole = 'physician'\n[[role]]\nvalue = 'inf'\nrole = 'nurse'";
const PHYSICIAN: [(&str, &str); 3] = [("preferred_username", "\"s.alami\""), ("name", "\"Salma Alami\""), ("realm_access", r#"{"roles":["med","other"]}"#)];

fn with_roles(roles: &'static str) -> Vec<(&'static str, &'static str)> {
    PHYSICIAN.into_iter().filter(|(name, _)| *name != "realm_access").chain([("realm_access", roles)]).collect()
}

fn account(site: &TestSite, login: &str) -> Option<rihla_identity::Account> {
    site.accounts.identity.accounts().expect("accounts").into_iter().find(|account| account.login == login)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_3_and_4_somebody_new_gets_an_account_whose_roles_follow_the_provider() {
    let (site, idp) = site_with(MAKES).await;
    site.account("chef", &[("administrator", None)], "").await;
    let mut screen = site.stranger().await;
    assert!(screen.get("/sign-in").await.text().contains("Entrer par : <bdi>Compte de la fondation</bdi>"));
    let arrived = idp.enter(&site, &mut screen, &PHYSICIAN).await;
    assert_eq!((arrived.status, arrived.header("location")), (303, Some("/patients")), "{}", arrived.text());
    assert_eq!(screen.cookie("rihla_provider"), None);
    assert!(screen.get("/account").await.text().contains("Salma Alami"));
    assert_eq!(screen.sign_in("s.alami", PASSWORD).await.status, 403, "it has no password");

    let mut elsewhere = site.stranger().await;
    idp.enter(&site, &mut elsewhere, &with_roles(r#"{"roles":"inf"}"#)).await;
    assert!(elsewhere.get("/account").await.text().contains("Infirmier"));
    assert_eq!(screen.get("/account").await.status, 303, "the session of the old roles is over");
    let refused = idp.enter(&site, &mut screen, &with_roles(r#"{"roles":["other"]}"#)).await;
    assert_eq!(refused.status, 403);
    assert!(refused.text().contains("aucune fonction"), "{}", refused.text());
    assert_eq!(elsewhere.get("/account").await.status, 303, "who has no role left is out everywhere");
    assert!(account(&site, "s.alami").expect("kept").grants.is_empty());
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_2_nobody_comes_into_an_account_by_its_name_and_a_link_is_ones_own_act() {
    let (site, idp) = site_with(MAKES).await;
    site.account("s.alami", &[("nurse", None)], "").await;
    let mut thief = site.stranger().await;
    let refused = idp.enter(&site, &mut thief, &PHYSICIAN).await;
    assert_eq!(refused.status, 409, "{}", refused.text());
    assert!(refused.text().contains("appartient ici à un autre compte") && thief.cookie("rihla_session").is_none());

    let mut salma = signed_in(&site, "s.alami").await;
    let on = send(&mut salma, "/account/provider", "/account/provider/link", &[]).await;
    let address = on.header("refresh").and_then(|refresh| refresh.split_once("url=")).expect("goes on").1.to_owned();
    assert_eq!(field(&address, "prompt"), "login");
    let linked = idp.come_back(&site, &mut salma, &address, &PHYSICIAN).await;
    assert_eq!(linked.header("location"), Some("/account?done=linked"), "{}", linked.text());
    assert!(salma.get("/account").await.text().contains("relié"));

    let mut later = site.stranger().await;
    assert_eq!(idp.enter(&site, &mut later, &PHYSICIAN).await.status, 303);
    assert!(later.get("/account").await.text().contains("Infirmier"), "roles of a linked account are this house's");
    let dropped = send(&mut later, "/account/provider", "/account/provider/drop", &[]).await;
    assert_eq!(dropped.header("location"), Some("/account?done=unlinked"));
    assert_eq!(idp.enter(&site, &mut later, &PHYSICIAN).await.status, 409);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_goes_to_whoever_began_it_and_to_nobody_else() {
    let (site, idp) = site_with("").await;
    site.account("salma", &[("nurse", None)], "").await;
    site.account("omar", &[("nurse", None)], "").await;
    let mut salma = signed_in(&site, "salma").await;
    let on = send(&mut salma, "/account/provider", "/account/provider/link", &[]).await;
    let address = on.header("refresh").and_then(|refresh| refresh.split_once("url=")).expect("goes on").1.to_owned();
    let begun = salma.cookie("rihla_provider").expect("begun").to_owned();
    // Omar sits down at the screen meanwhile.
    let mut omar = signed_in(&site, "omar").await;
    omar.set_cookie("rihla_provider", &begun);
    let turned = idp.come_back(&site, &mut omar, &address, &[]).await;
    assert!(turned.header("location").is_some_and(|to| to.starts_with("/sign-in")), "{}", turned.text());
    let mut stranger = site.stranger().await;
    let unknown = idp.enter(&site, &mut stranger, &[]).await;
    assert!(unknown.status == 403 && unknown.text().contains("relié à aucun"), "nothing was linked, and none is made: {}", unknown.text());
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tr_2_and_3_a_token_that_is_not_the_providers_for_us_of_now_lets_nobody_in() {
    let (site, idp) = site_with(MAKES).await;
    site.account("chef", &[("administrator", None)], "").await;
    let (old, later) = ((site.now() / 1000 - 3600).to_string(), (site.now() / 1000 + 3600).to_string());
    let claims: [(&str, &str); 14] = [
        ("iss", "\"https://evil.test\""),
        ("iss", ""),
        ("aud", "\"another\""),
        ("aud", r#"["rihla","another"]"#),
        ("azp", "\"another\""),
        ("exp", &old),
        ("exp", ""),
        ("iat", &old),
        ("iat", &later),
        ("nbf", &later),
        ("nonce", "\"of another sign-in\""),
        ("nonce", ""),
        ("sub", "\"\""),
        ("sub", ""),
    ];
    for (name, value) in claims {
        let mut screen = site.stranger().await;
        let said: Vec<_> = PHYSICIAN.into_iter().chain([(name, value)]).collect();
        let refused = idp.enter(&site, &mut screen, &said).await;
        assert_eq!((refused.status, screen.cookie("rihla_session")), (403, None), "{name} {value}: {}", refused.text());
        assert!(refused.text().contains("n’est pas sûre"), "{name} {value}");
    }
    for (algorithm, kid, kind) in [
        ("none", "k1", "JWT"),
        ("HS256", "k1", "JWT"),
        ("ES384", "k1", "JWT"),
        ("ES256", "k0", "JWT"),
        ("ES256", "../k1", "JWT"),
        ("ES256", "k1", "at+jwt"),
        ("ES256", "k1", "logout+jwt"),
    ] {
        *idp.header.lock().unwrap() = (algorithm.into(), kid.into(), kind.into());
        let mut screen = site.stranger().await;
        assert_eq!(idp.enter(&site, &mut screen, &PHYSICIAN).await.status, 403, "{algorithm} {kid} {kind}");
    }
    *idp.header.lock().unwrap() = ("ES256".into(), "k1".into(), "JWT".into());
    let spoils: [Spoil; 4] = [
        |token| format!("{}.", token.rsplit_once('.').unwrap().0),
        |token| token.replacen('.', ".x", 1),
        |token| token.split('.').next().unwrap().to_owned(),
        |_| "nothing".to_owned(),
    ];
    for spoil in spoils {
        *idp.spoil.lock().unwrap() = Some(spoil);
        let mut screen = site.stranger().await;
        assert_eq!(idp.enter(&site, &mut screen, &PHYSICIAN).await.status, 403);
    }
    *idp.spoil.lock().unwrap() = None;
    assert!(account(&site, "s.alami").is_none(), "nobody was made");
    let mut screen = site.stranger().await;
    let among: Vec<_> = PHYSICIAN.into_iter().chain([("aud", r#"["rihla","another"]"#), ("azp", "\"rihla\"")]).collect();
    assert_eq!(idp.enter(&site, &mut screen, &among).await.status, 303, "for several, and asked for by us");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tr_4_what_begins_in_one_browser_ends_in_it_once_and_soon() {
    let (site, idp) = site_with(MAKES).await;
    site.account("chef", &[("administrator", None)], "").await;
    let mut screen = site.stranger().await;
    let start = |reply: rihla_testkit::Reply| reply.header("location").expect("a provider").to_owned();
    let address = start(screen.get("/sign-in/provider").await);
    let mut other = site.stranger().await;
    let theirs = start(other.get("/sign-in/provider").await);
    let own = screen.cookie("rihla_provider").expect("begun").to_owned();

    // Cross-site, a browser brings no cookie: a page of ours sends it on, once.
    let mut bare = site.stranger().await;
    let on = bare.get(&idp.let_in(&address)).await;
    assert!(on.status == 200 && on.header("refresh").is_some_and(|to| to.contains("&here=1")), "{}", on.text());
    assert_eq!(bare.get(&format!("{}&here=1", idp.let_in(&address))).await.status, 403, "a browser that began nothing");
    let crossed = idp.come_back(&site, &mut screen, &theirs, &PHYSICIAN).await;
    assert_eq!(crossed.status, 403, "the state of another browser");

    for spoil in ["&iss=https%3A%2F%2Fevil.test", "&state=x", "&code=y"] {
        screen.set_cookie("rihla_provider", &own);
        assert_eq!(screen.get(&format!("{}{spoil}", idp.let_in(&address))).await.status, 403, "{spoil}");
    }
    screen.set_cookie("rihla_provider", &own);
    let mixed = idp.let_in(&address).replace("iss=", "isx=");
    assert_eq!(screen.get(&mixed).await.status, 403, "a provider that names itself always does");
    screen.set_cookie("rihla_provider", &own);
    let denied = screen.get(&format!("{}&error=access_denied", idp.let_in(&address))).await;
    assert!(denied.status == 403 && denied.text().contains("ne vous a pas laissé entrer"));

    screen.set_cookie("rihla_provider", &own);
    let back = idp.let_in(&address);
    idp.say(&Idp::times(&site).iter().map(|(name, value)| (*name, value.as_str())).chain(PHYSICIAN).collect::<Vec<_>>());
    assert_eq!(screen.get(&back).await.status, 303);
    screen.set_cookie("rihla_provider", &own);
    assert_eq!(screen.get(&back).await.status, 403, "a code works once");
    site.pass(11 * 60_000);
    screen.set_cookie("rihla_provider", &own);
    assert_eq!(screen.get(&idp.let_in(&address)).await.status, 403, "ten minutes have passed");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tr_5_claims_that_the_token_lacks_are_asked_for_of_the_same_person() {
    let (site, idp) = site_with(MAKES).await;
    site.account("chef", &[("administrator", None)], "").await;
    let mut screen = site.stranger().await;
    *idp.userinfo.lock().unwrap() = r#"{"sub":"p-2","preferred_username":"x","name":"X","realm_access":{"roles":["med"]}}"#.into();
    assert_eq!(idp.enter(&site, &mut screen, &[]).await.status, 403, "it speaks of somebody else");
    *idp.userinfo.lock().unwrap() =
        r#"{"sub":"p-1","preferred_username":"s.alami","name":"Salma Alami","name#ar":"سلمى العلمي","realm_access":{"roles":["med"]}}"#.into();
    assert_eq!(idp.enter(&site, &mut screen, &[]).await.status, 303);
    assert_eq!(account(&site, "s.alami").expect("made").name("ar"), "سلمى العلمي");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lv_1_one_factor_there_and_one_here_or_two_there() {
    let (site, idp) = site_with("[two_factors]\namr = ['otp']").await;
    site.account("salma", &[("nurse", None)], "").await;
    let mut salma = signed_in(&site, "salma").await;
    let on = send(&mut salma, "/account/provider", "/account/provider/link", &[]).await;
    let address = on.header("refresh").and_then(|refresh| refresh.split_once("url=")).expect("goes on").1.to_owned();
    idp.come_back(&site, &mut salma, &address, &[]).await;
    let begun = send(&mut salma, "/account/app", "/account/app/begin", &[]).await;
    let seed: String = super::between(begun.text(), "class=\"seed\">", "</b>").chars().filter(char::is_ascii_alphanumeric).collect();
    let seed = seed.chars().filter(|sign| sign.is_ascii_uppercase() || sign.is_ascii_digit()).collect::<String>();
    assert_eq!(send(&mut salma, "/account/app", "/account/app", &[("code", &code(&site, &seed))]).await.status, 303);

    let mut one = site.stranger().await;
    let asked = idp.enter(&site, &mut one, &[("amr", r#"["pwd"]"#)]).await;
    assert_eq!(asked.header("location"), Some("/sign-in/second?next=/patients"));
    assert_eq!(one.cookie("rihla_session"), None);
    site.pass(30_000);
    assert_eq!(one.post("/sign-in/second", &[("code", &code(&site, &seed))]).await.status, 303);
    let mut two = site.stranger().await;
    let arrived = idp.enter(&site, &mut two, &[("amr", r#"["pwd","otp"]"#)]).await;
    assert_eq!(arrived.header("location"), Some("/patients"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lv_2_who_proves_themselves_once_more_was_asked_there_just_now() {
    let (site, idp) = site_with(MAKES).await;
    site.account("chef", &[("administrator", None)], "").await;
    let mut screen = site.stranger().await;
    idp.enter(&site, &mut screen, &PHYSICIAN).await;
    site.pass(6 * 60_000);
    let again = screen.get("/account/password").await;
    assert!(again.header("location").is_some_and(|to| to.starts_with("/sign-in?again=1")), "{:?}", again.header("location"));
    let there = screen.get("/sign-in/provider?again=1&next=/account/password").await;
    let address = there.header("location").expect("a provider").to_owned();
    assert_eq!((field(&address, "prompt"), field(&address, "max_age")), ("login".into(), "0".into()));
    let (old, own) = ((site.now() / 1000 - 600).to_string(), screen.cookie("rihla_provider").expect("begun").to_owned());
    for known in [old.as_str(), ""] {
        screen.set_cookie("rihla_provider", &own);
        let said: Vec<_> = PHYSICIAN.into_iter().chain([("auth_time", known)]).collect();
        assert_eq!(idp.come_back(&site, &mut screen, &address, &said).await.status, 403, "auth_time {known}");
    }
    screen.set_cookie("rihla_provider", &own);
    assert_eq!(idp.come_back(&site, &mut screen, &address, &PHYSICIAN).await.header("location"), Some("/account/password"));
    assert_eq!(screen.get("/account/password").await.status, 200);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn end_2_the_provider_ends_the_sessions_of_one_person() {
    let (site, idp) = site_with(MAKES).await;
    site.account("chef", &[("administrator", None)], "").await;
    let mut screen = site.stranger().await;
    idp.enter(&site, &mut screen, &PHYSICIAN).await;
    let mut machine = site.stranger().await;
    let ends = ("events", r#"{"http://schemas.openid.net/event/backchannel-logout":{}}"#);
    let typed = |kind: &str| *idp.header.lock().unwrap() = ("ES256".into(), "k1".into(), kind.into());
    let mut told = async |more: &[(&str, &str)]| {
        let times = Idp::times(&site);
        let all: Vec<_> =
            times.iter().map(|(name, value)| (*name, value.as_str())).chain([("jti", "\"1\""), ("nonce", "")]).chain(more.iter().copied()).collect();
        idp.say(&all);
        machine.post("/sign-in/provider/ended", &[("logout_token", &idp.signed(""))]).await.status
    };
    assert_eq!(told(&[ends]).await, 400, "a token that is not typed as one of an end");
    typed("logout+jwt");
    assert_eq!(told(&[]).await, 400, "one that says nothing of an end");
    assert_eq!(told(&[ends, ("nonce", "\"n\"")]).await, 400);
    assert_eq!(told(&[ends, ("aud", "\"another\"")]).await, 400);
    assert_eq!(told(&[ends, ("sub", "\"somebody else\"")]).await, 200);
    assert_eq!(screen.get("/account").await.status, 200);
    assert_eq!(told(&[ends]).await, 200);
    assert_eq!(screen.get("/account").await.status, 303);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn aw_1_and_who_5_away_or_suspended_the_door_says_so() {
    let (site, idp) = site_with(MAKES).await;
    site.account("chef", &[("administrator", None)], "").await;
    let mut screen = site.stranger().await;
    idp.enter(&site, &mut screen, &PHYSICIAN).await;
    let salma = account(&site, "s.alami").expect("made");
    let identity = &site.accounts.identity;
    let suspended = identity.move_account(rihla_identity::By::Node("test"), salma.id, salma.version, rihla_identity::Move::Suspend).await.expect("suspended");
    assert_eq!(idp.enter(&site, &mut screen, &PHYSICIAN).await.status, 403);
    let resumed = identity.move_account(rihla_identity::By::Node("test"), salma.id, suspended.version, rihla_identity::Move::Resume).await.expect("resumed");
    assert_eq!(resumed.state(), rihla_identity::State::Active, "who has no password was active all the same");

    let file = std::env::temp_dir().join(format!("rihla-away-{}.toml", std::process::id()));
    std::fs::write(&file, "issuer = 'http://127.0.0.1:1'\nclient_id = 'rihla'\n[names]\nfr = 'Compte'\n").expect("a file");
    let alone = TestSite::with(|serve| serve.provider = Some(file.clone())).await;
    alone.account("chef", &[("administrator", None)], "").await;
    let mut screen = alone.stranger().await;
    let away = screen.get("/sign-in/provider").await;
    assert!(away.status == 503 && away.text().contains("ne répond pas") && away.text().contains("name=\"password\""), "{}", away.text());
    std::fs::remove_file(file).expect("removed");
    alone.stop().await;
    let none = TestSite::start().await;
    none.account("chef", &[("administrator", None)], "").await;
    let mut screen = none.stranger().await;
    assert_eq!(screen.get("/sign-in/provider").await.status, 404);
    assert!(!screen.get("/sign-in").await.text().contains("/sign-in/provider"));
    none.stop().await;
    site.stop().await;
}

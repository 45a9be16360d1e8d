//! Codes, access tokens and refresh tokens.

use crate::house::*;
use rihla_smart::{Error, NewKind, Refused, Tokens};

const ALL: &str = "openid fhirUser launch/patient offline_access patient/*.rs";

fn error(answer: Result<Tokens, Refused>) -> Error {
    answer.expect_err("refused").error
}

#[tokio::test]
async fn tk_1_tokens_say_who_what_and_until_when() {
    let house = House::new().await;
    let client = house.public().await;
    let tokens = house.tokens(&client, ALL).await;
    assert_eq!((tokens.expires_in, tokens.scope.as_str(), tokens.patient.as_deref()), (600, ALL, Some("p1")));
    let bearer = house.smart.bearer(&tokens.access).expect("good");
    assert_eq!((bearer.client.as_str(), bearer.account), (client.as_str(), Some(amal().account)));
    assert_eq!((bearer.granted.scopes.to_string().as_str(), bearer.granted.patient.as_deref()), (ALL, Some("p1")));
    assert_eq!(bearer.fhir_user.as_deref(), Some("https://rihla.hopital.test/fhir/Practitioner/doctor"));
    assert_eq!(bearer.actor().id(), format!("Account/{} Client/{client}", amal().account.to_text()));
    let reply = tokens.reply();
    assert_eq!((reply.status, member(&reply.body, "token_type").as_deref(), member(&reply.body, "patient").as_deref()), (200, Some("Bearer"), Some("p1")));
    assert!(reply.headers.contains(&("cache-control", "no-store".to_owned())));
}

#[tokio::test]
async fn tk_9_an_id_token_tells_its_program_who_signed_in() {
    let house = House::new().await;
    let client = house.public().await;
    let tokens = house.tokens(&client, ALL).await;
    let said = claims(tokens.id_token.as_deref().expect("an id token"));
    let is = |name: &str, value: &str| assert_eq!(member(&said, name).as_deref(), Some(value), "{name}");
    is("iss", ISSUER);
    is("aud", &client);
    is("sub", &amal().account.to_text());
    is("nonce", "n-1");
    is("auth_time", &(BEGIN / 1000 - 60).to_string());
    is("fhirUser", "https://rihla.hopital.test/fhir/Practitioner/doctor");
    // It opens nothing.
    assert!(!house.is_good(tokens.id_token.as_deref().expect("an id token")));
    let plain = house.tokens(&client, "patient/*.rs").await;
    assert_eq!((plain.id_token, plain.refresh), (None, None));
}

#[tokio::test]
async fn tk_1_a_token_is_good_from_its_time_to_its_end() {
    let house = House::new().await;
    let client = house.public().await;
    let tokens = house.tokens(&client, ALL).await;
    house.pass(10 * MINUTE - 1);
    assert!(house.is_good(&tokens.access));
    house.pass(1);
    assert!(!house.is_good(&tokens.access));
    assert_eq!(house.smart.bearer(&tokens.access).expect_err("over").error, Error::InvalidToken);
    assert!(house.smart.bearer(&tokens.access).expect_err("over").challenge().starts_with("Bearer realm=\"rihla\", error=\"invalid_token\""));
}

#[tokio::test]
async fn az_4_a_code_that_comes_again_ends_what_came_of_it() {
    let house = House::new().await;
    let client = house.public().await;
    let code = house.code(&client, ALL).await;
    let tokens = house.exchange(&client, &code).await.expect("tokens");
    assert!(house.is_good(&tokens.access));
    assert_eq!(error(house.exchange(&client, &code).await), Error::InvalidGrant);
    assert!(!house.is_good(&tokens.access));
    assert_eq!(error(house.refresh(&client, tokens.refresh.as_deref().expect("a refresh token"), None).await), Error::InvalidGrant);
    // Also long after the code's own end, and after a restart.
    let (code, other) = (house.code(&client, ALL).await, house.tokens(&client, ALL).await);
    let tokens = house.exchange(&client, &code).await.expect("tokens");
    house.pass(5 * MINUTE);
    house.smart.sweep().await.expect("swept");
    let house = house.restarted().await;
    assert_eq!(error(house.exchange(&client, &code).await), Error::InvalidGrant);
    assert!(!house.is_good(&tokens.access) && house.is_good(&other.access));
}

#[tokio::test]
async fn az_4_a_code_lives_a_minute() {
    let house = House::new().await;
    let client = house.public().await;
    let code = house.code(&client, ALL).await;
    house.pass(60 * SECOND);
    assert_eq!(error(house.exchange(&client, &code).await), Error::InvalidGrant);
}

#[tokio::test]
async fn az_4_a_wrong_use_of_a_code_is_its_last() {
    let house = House::new().await;
    let (client, other) = (house.public().await, house.public().await);
    let other_verifier = "a".repeat(43);
    for (name, value) in [
        ("client_id", other.as_str()),
        ("redirect_uri", "https://app.test/other?tenant=1"),
        ("code_verifier", &other_verifier),
        ("code_verifier", "short"),
        // The challenge itself, as it would be with the method plain.
        ("code_verifier", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
    ] {
        let code = house.code(&client, ALL).await;
        assert_eq!(error(house.smart.token(&form(with(exchange(&client, &code), name, value)), None).await), Error::InvalidGrant, "{name}={value}");
        assert_eq!(error(house.exchange(&client, &code).await), Error::InvalidGrant, "{name}={value}");
    }
    let code = house.code(&client, ALL).await;
    for name in ["code_verifier", "redirect_uri", "code"] {
        assert_eq!(error(house.smart.token(&form(with(exchange(&client, &code), name, "")), None).await), Error::InvalidRequest, "{name}");
    }
    assert_eq!(error(house.exchange(&client, "made-up").await), Error::InvalidGrant);
    // A program that does not prove who it is does not touch the code.
    assert_eq!(error(house.exchange("nobody", &code).await), Error::InvalidClient);
    house.exchange(&client, &code).await.expect("the code is good");
}

#[tokio::test]
async fn az_4_two_with_one_code_at_once_keep_nothing() {
    let house = House::new().await;
    let client = house.public().await;
    let code = house.code(&client, ALL).await;
    let (one, two) = tokio::join!(house.exchange(&client, &code), house.exchange(&client, &code));
    assert!(one.is_ok() != two.is_ok());
    assert!(!house.is_good(&one.or(two).expect("one of them").access));
}

#[tokio::test]
async fn tk_5_a_refresh_token_is_good_once_and_brings_the_next() {
    let house = House::new().await;
    let client = house.public().await;
    let first = house.tokens(&client, ALL).await;
    let old = first.refresh.expect("a refresh token");
    house.pass(9 * MINUTE);
    let second = house.refresh(&client, &old, None).await.expect("tokens");
    let next = second.refresh.clone().expect("the next");
    assert!(next != old && house.is_good(&second.access) && house.is_good(&first.access));
    assert_eq!((second.scope.as_str(), second.patient.as_deref()), (ALL, Some("p1")));
    // The old one again: somebody has a copy, and nobody knows who.
    assert_eq!(error(house.refresh(&client, &old, None).await), Error::InvalidGrant);
    assert_eq!(error(house.refresh(&client, &next, None).await), Error::InvalidGrant);
    assert!(!house.is_good(&second.access) && !house.is_good(&first.access));
}

#[tokio::test]
async fn tk_5_two_with_one_refresh_token_at_once_keep_nothing() {
    let house = House::new().await;
    let client = house.public().await;
    let old = house.tokens(&client, ALL).await.refresh.expect("a refresh token");
    let (one, two) = tokio::join!(house.refresh(&client, &old, None), house.refresh(&client, &old, None));
    assert!(one.is_ok() != two.is_ok());
    let kept = one.or(two).expect("one of them");
    assert!(!house.is_good(&kept.access));
    assert_eq!(error(house.refresh(&client, &kept.refresh.expect("the next"), None).await), Error::InvalidGrant);
}

#[tokio::test]
async fn tk_5_a_made_up_refresh_token_ends_nobodys_grant_and_anothers_ends_it() {
    let house = House::new().await;
    let (client, other) = (house.public().await, house.public().await);
    let tokens = house.tokens(&client, ALL).await;
    let refresh = tokens.refresh.expect("a refresh token");
    for place in [0, 40, 60, refresh.len() - 2] {
        let mut forged = refresh.clone().into_bytes();
        forged[place] = if forged[place] == b'A' { b'B' } else { b'A' };
        assert_eq!(error(house.refresh(&client, std::str::from_utf8(&forged).expect("text"), None).await), Error::InvalidGrant, "{place}");
    }
    let next = house.refresh(&client, &refresh, None).await.expect("still good").refresh.expect("the next");
    assert_eq!(error(house.refresh(&other, &next, None).await), Error::InvalidGrant);
    assert_eq!(error(house.refresh(&client, &next, None).await), Error::InvalidGrant);
    assert!(!house.is_good(&tokens.access));
}

#[tokio::test]
async fn tk_11_a_public_client_refreshes_without_its_name_and_another_does_not() {
    let house = House::new().await;
    let public = house.public().await;
    let bare = |token: &str| form(owned(&[("grant_type", "refresh_token"), ("refresh_token", token)]));
    let first = house.tokens(&public, ALL).await.refresh.expect("one");
    let next = house.smart.token(&bare(&first), None).await.expect("refreshed").refresh.expect("one");
    assert!(house.smart.token(&bare(&first), None).await.is_err() && house.smart.token(&bare(&next), None).await.is_err(), "an old one ends all");
    let last = house.tokens(&public, ALL).await.refresh.expect("one");
    house.smart.suspend(rihla_smart::By::Node("test"), &public).await.expect("out");
    assert_eq!(house.smart.token(&bare(&last), None).await.expect_err("refused").error, Error::InvalidClient);
}

#[tokio::test]
async fn tk_6_a_refresh_brings_no_more_than_was_granted() {
    let house = House::new().await;
    let client = house.public().await;
    let token = house.tokens(&client, "offline_access patient/Observation.rs").await.refresh.expect("a refresh token");
    for more in ["patient/Observation.cruds", "patient/*.rs", "user/Observation.rs", "patient/Observation.rs openid", "nonsense"] {
        assert_eq!(error(house.refresh(&client, &token, Some(more)).await), Error::InvalidScope, "{more}");
    }
    let less = house.refresh(&client, &token, Some("patient/Observation.r")).await.expect("fewer");
    assert_eq!(less.scope, "patient/Observation.r");
    assert_eq!(house.smart.bearer(&less.access).expect("good").granted.scopes.to_string(), "patient/Observation.r");
    let again = house.refresh(&client, &less.refresh.expect("the next"), None).await.expect("all again");
    assert_eq!(again.scope, "offline_access patient/Observation.rs");
}

#[tokio::test]
async fn tk_7_access_ends_with_session_person_and_time() {
    let house = House::new().await;
    let client = house.public().await;
    let online = house.tokens(&client, "online_access patient/*.rs").await.refresh.expect("a refresh token");
    let offline = house.tokens(&client, "offline_access patient/*.rs").await.refresh.expect("a refresh token");
    let online = house.refresh(&client, &online, None).await.expect("the session goes on").refresh.expect("the next");
    house.town.closed.lock().expect("whole").insert(amal().session);
    assert_eq!(error(house.refresh(&client, &online, None).await), Error::InvalidGrant);
    let mut offline = house.refresh(&client, &offline, None).await.expect("needs no session").refresh.expect("the next");
    for _ in 0..3 {
        house.pass(29 * DAY);
        offline = house.refresh(&client, &offline, None).await.expect("in use").refresh.expect("the next");
    }
    house.pass(3 * DAY);
    assert_eq!(error(house.refresh(&client, &offline, None).await), Error::InvalidGrant, "ninety days in all");
    let idle = house.tokens(&client, "offline_access patient/*.rs").await.refresh.expect("a refresh token");
    let tokens = house.tokens(&client, "offline_access patient/*.rs").await;
    house.town.gone.lock().expect("whole").insert(amal().account.to_text());
    assert_eq!(error(house.refresh(&client, &tokens.refresh.expect("a refresh token"), None).await), Error::InvalidGrant);
    assert!(!house.is_good(&tokens.access), "with the grant its tokens");
    house.town.gone.lock().expect("whole").clear();
    house.pass(30 * DAY);
    assert_eq!(error(house.refresh(&client, &idle, None).await), Error::InvalidGrant, "thirty days without use");
}

#[tokio::test]
async fn tk_7_a_code_of_somebody_who_left_meanwhile_is_worth_nothing() {
    let house = House::new().await;
    let client = house.public().await;
    let code = house.code(&client, ALL).await;
    house.town.gone.lock().expect("whole").insert(amal().account.to_text());
    assert_eq!(error(house.exchange(&client, &code).await), Error::InvalidGrant);
}

#[tokio::test]
async fn a_program_with_a_secret_and_one_with_keys_come_the_same_way() {
    let house = House::new().await;
    let secret = house.client(NewKind::Secret, SCOPES).await;
    let code = house.code(&secret.client.id, ALL).await;
    let fields = with(exchange(&secret.client.id, &code), "client_secret", secret.secret.as_deref().expect("a secret"));
    house.smart.token(&form(fields), None).await.expect("tokens");
    let pair = Pair::p384();
    let keys = house.client(NewKind::Keys(&pair.jwks("k1")), SCOPES).await.client.id;
    let code = house.code(&keys, ALL).await;
    let fields = crate::alone::asserting(&house, &pair, &keys, exchange(&keys, &code), "j1");
    house.smart.token(&form(fields), None).await.expect("tokens");
}

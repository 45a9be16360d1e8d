//! Ending tokens, asking about them, and the documents.

use crate::house::*;
use rihla_smart::{Error, NewKind, Refused, Reply, Tokens};

const ALL: &str = "offline_access patient/*.rs";

struct Program {
    id: String,
    secret: String,
}

async fn program(house: &House) -> (Program, Tokens) {
    let made = house.client(NewKind::Secret, SCOPES).await;
    let program = Program { id: made.client.id, secret: made.secret.expect("a secret") };
    let code = house.code(&program.id, ALL).await;
    let tokens = house.smart.token(&form(with(exchange(&program.id, &code), "client_secret", &program.secret)), None).await.expect("tokens");
    (program, tokens)
}

fn fields(program: &Program, token: &str) -> rihla_smart::Form {
    form(owned(&[("client_id", &program.id), ("client_secret", &program.secret), ("token", token)]))
}

async fn is_active(house: &House, program: &Program, token: &str) -> bool {
    let reply = house.smart.introspect(&fields(program, token), None).await.expect("asked");
    member(&reply.body, "active").as_deref() == Some("true")
}

#[tokio::test]
async fn tk_8_a_refresh_token_ends_with_its_access_tokens() {
    let house = House::new().await;
    let (program, tokens) = program(&house).await;
    let refresh = tokens.refresh.expect("a refresh token");
    assert!(is_active(&house, &program, &refresh).await && is_active(&house, &program, &tokens.access).await);
    let reply = house.smart.revoke(&fields(&program, &refresh), None).await.expect("ended");
    assert_eq!(reply.status, 200);
    assert!(!is_active(&house, &program, &refresh).await && !is_active(&house, &program, &tokens.access).await && !house.is_good(&tokens.access));
    let house = house.restarted().await;
    assert!(!house.is_good(&tokens.access), "also after a restart");
    assert_eq!(house.smart.grants(amal().account).expect("listed"), []);
}

#[tokio::test]
async fn tk_8_an_access_token_ends_alone() {
    let house = House::new().await;
    let (program, tokens) = program(&house).await;
    house.smart.revoke(&fields(&program, &tokens.access), None).await.expect("ended");
    assert!(!house.is_good(&tokens.access) && is_active(&house, &program, &tokens.refresh.expect("a refresh token")).await);
    for nothing in ["made-up", "a.b.c", &tokens.access] {
        assert_eq!(house.smart.revoke(&fields(&program, nothing), None).await.expect("nothing to do").status, 200);
        assert!(!is_active(&house, &program, nothing).await);
    }
}

#[tokio::test]
async fn tk_8_a_program_has_to_do_with_its_own_tokens_alone() {
    let house = House::new().await;
    let (_, tokens) = program(&house).await;
    let (other, _) = program(&house).await;
    let refresh = tokens.refresh.clone().expect("a refresh token");
    for token in [&tokens.access, &refresh] {
        assert!(!is_active(&house, &other, token).await);
        assert_eq!(house.smart.revoke(&fields(&other, token), None).await.expect_err("another's").error, Error::InvalidGrant);
    }
    assert!(house.is_good(&tokens.access));
    let error = |answer: Result<Reply, Refused>| answer.expect_err("refused").error;
    let nobody = form(owned(&[("client_id", "nobody"), ("token", &tokens.access)]));
    assert_eq!(error(house.smart.introspect(&nobody, None).await), Error::InvalidClient);
    assert_eq!(error(house.smart.revoke(&nobody, None).await), Error::InvalidClient);
    let public = house.public().await;
    let asked = form(owned(&[("client_id", &public), ("token", &tokens.access)]));
    assert_eq!(error(house.smart.introspect(&asked, None).await), Error::UnauthorizedClient);
}

#[tokio::test]
async fn tk_8_what_a_token_is_worth_is_said() {
    let house = House::new().await;
    let (program, tokens) = program(&house).await;
    let body = house.smart.introspect(&fields(&program, &tokens.access), None).await.expect("asked").body;
    let is = |name: &str, value: &str| assert_eq!(member(&body, name).as_deref(), Some(value), "{name}");
    is("scope", ALL);
    is("client_id", &program.id);
    is("sub", &amal().account.to_text());
    is("aud", FHIR);
    is("exp", &(house.seconds() + 600).to_string());
    house.pass(10 * MINUTE);
    let body = house.smart.introspect(&fields(&program, &tokens.access), None).await.expect("asked").body;
    assert_eq!(body, r#"{"active":false}"#, "and nothing else of one that is over");
}

#[tokio::test]
async fn a_person_takes_their_leave_back_and_an_account_is_put_out() {
    let house = House::new().await;
    let client = house.public().await;
    let (one, two) = (house.tokens(&client, ALL).await, house.tokens(&client, ALL).await);
    let grants = house.smart.grants(amal().account).expect("listed");
    assert_eq!((grants.len(), house.smart.grants(badr().account).expect("listed").len()), (2, 0));
    house.smart.take_back(badr().account, &grants[0].id).await.expect("not theirs: nothing");
    assert!(house.is_good(&one.access) && house.is_good(&two.access));
    house.smart.take_back(amal().account, &grants[0].id).await.expect("taken back");
    assert!(house.is_good(&one.access) != house.is_good(&two.access));
    house.smart.end_person(amal().account).await.expect("put out");
    assert!(!house.is_good(&one.access) && !house.is_good(&two.access));
}

#[tokio::test]
async fn the_documents_say_where_to_go() {
    let house = House::new().await;
    let (smart, oauth) = (house.smart.smart_configuration(), house.smart.metadata());
    for body in [&smart.body, &oauth.body] {
        let is = |name: &str, value: &str| assert_eq!(member(body, name).as_deref(), Some(value), "{name}");
        is("issuer", ISSUER);
        is("authorization_endpoint", "https://rihla.hopital.test/oauth/authorize");
        is("token_endpoint", "https://rihla.hopital.test/oauth/token");
        is("jwks_uri", "https://rihla.hopital.test/oauth/jwks");
        assert!(body.contains(r#""code_challenge_methods_supported":["S256"]"#) && !body.contains("plain"));
    }
    assert!(smart.body.contains(r#""launch-ehr","launch-standalone""#));
    assert_eq!((smart.status, oauth.headers[0].1.as_str()), (200, "application/json"));
    assert!(member(&house.smart.jwks().body, "keys").is_some());
}

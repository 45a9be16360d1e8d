//! Who is let in.

use crate::house::*;
use rihla_fhir::base64;
use rihla_smart::{By, Error, NewClient, NewKind, Refused, ScopeSet, State, Tokens};

fn basic(id: &str, secret: &str) -> String {
    let mut out = Vec::new();
    base64::encode_into(format!("{id}:{secret}").as_bytes(), &mut out);
    format!("Basic {}", String::from_utf8(out).expect("text"))
}

fn error(answer: Result<Tokens, Refused>) -> Error {
    answer.expect_err("refused").error
}

const DESCRIPTION: &str = r#"{"client_name":"Courbes","redirect_uris":["https://app.test/callback"],"scope":"patient/*.rs launch/patient system/*.rs",
    "token_endpoint_auth_method":"none","grant_types":["authorization_code"],"logo_uri":"https://app.test/logo.png"}"#;

#[tokio::test]
async fn cl_1_a_program_that_registers_itself_waits_until_it_is_let_in() {
    let house = House::new().await;
    let reply = house.smart.register(DESCRIPTION.as_bytes()).await.expect("asked for");
    let id = member(&reply.body, "client_id").expect("an id");
    assert_eq!((reply.status, member(&reply.body, "scope").as_deref()), (201, Some("patient/*.rs launch/patient")));
    assert_eq!(member(&reply.body, "client_secret"), None);
    assert_eq!(house.ask(house.request(&id, "patient/*.rs")).expect_err("waits").error, Error::InvalidClient);
    assert_eq!(error(house.exchange(&id, "x").await), Error::InvalidClient);
    let fewer = ScopeSet::parse("patient/Observation.cruds launch/patient");
    let client = house.smart.approve(By::Node("administrator"), &id, Some(&fewer)).await.expect("let in");
    assert_eq!(client.scopes.to_string(), "patient/Observation.rs launch/patient");
    let said: Vec<_> = client.history.iter().map(|standing| (standing.state, standing.by.as_str())).collect();
    assert_eq!(said, [(State::Asked, "self"), (State::Approved, "administrator")]);
    assert_eq!(house.tokens(&id, "launch/patient patient/*.rs").await.scope, "launch/patient patient/Observation.rs");
}

#[tokio::test]
async fn cl_1_what_does_not_fit_is_not_registered() {
    let house = House::new().await;
    let pair = Pair::p256();
    let jwks = format!(r#""jwks":{}"#, pair.jwks("k1"));
    let private = jwks.replace(r#""kty""#, r#""d":"AA","kty""#);
    let keys = |keys: &str| DESCRIPTION.replace(r#""none""#, &format!(r#""private_key_jwt",{keys}"#));
    for (text, error) in [
        ("nonsense".to_owned(), Error::InvalidClientMetadata),
        (DESCRIPTION.replace("https://app.test/callback", "https://app.test/callback#x"), Error::InvalidRedirectUri),
        (DESCRIPTION.replace("https://app.test/callback", "http://evil.test/"), Error::InvalidRedirectUri),
        (DESCRIPTION.replace(r#"["https://app.test/callback"]"#, "[]"), Error::InvalidRedirectUri),
        (DESCRIPTION.replace(r#"["https://app.test/callback"]"#, "[1]"), Error::InvalidRedirectUri),
        (DESCRIPTION.replace("authorization_code", "implicit"), Error::InvalidClientMetadata),
        (DESCRIPTION.replace("authorization_code", "client_credentials"), Error::InvalidClientMetadata),
        (DESCRIPTION.replace("patient/*.rs launch/patient", "nothing"), Error::InvalidClientMetadata),
        (DESCRIPTION.replace(r#""none""#, r#""client_secret_jwt""#), Error::InvalidClientMetadata),
        (DESCRIPTION.replace(r#""none""#, r#""none","jwks_uri":"https://app.test/jwks""#), Error::InvalidClientMetadata),
        (DESCRIPTION.replace(r#""none""#, r#""none","client_name":"Autre""#), Error::InvalidClientMetadata),
        (keys(r#""x":1"#), Error::InvalidClientMetadata),
        (keys(r#""jwks":{"keys":[]}"#), Error::InvalidClientMetadata),
        (keys(&private), Error::InvalidClientMetadata),
        (keys(&jwks.replace("P-256", "P-521")), Error::InvalidClientMetadata),
        (keys(&jwks.replace(r#""kty":"EC""#, r#""kty":"oct","k":"AA""#)), Error::InvalidClientMetadata),
        (keys(&jwks.replace(r#""kty":"EC""#, r#""kty":"RSA","n":"AQAB","e":"AQAB""#)), Error::InvalidClientMetadata),
        (keys(&jwks.replace(r#""kid":"k1","#, "")), Error::InvalidClientMetadata),
    ] {
        let refused = house.smart.register(text.as_bytes()).await.expect_err(&text);
        assert_eq!((refused.error, refused.reply().status), (error, 400), "{text}");
    }
    house.smart.register(keys(&jwks).as_bytes()).await.expect("with its public key");
    assert_eq!(house.smart.clients().expect("listed").len(), 1);
}

#[tokio::test]
async fn cl_7_those_who_wait_are_few_and_go() {
    let house = House::new().await;
    for _ in 0..3 {
        house.smart.register(DESCRIPTION.as_bytes()).await.expect("asked for");
    }
    let refused = house.smart.register(DESCRIPTION.as_bytes()).await.expect_err("too many");
    assert_eq!((refused.error, refused.reply().status), (Error::TemporarilyUnavailable, 503));
    let kept = house.public().await;
    house.pass(30 * DAY);
    assert_eq!(house.smart.sweep().await.expect("swept"), 3);
    house.smart.register(DESCRIPTION.as_bytes()).await.expect("room again");
    assert!(house.smart.client(&kept).expect("read").is_some());
}

#[tokio::test]
async fn cl_4_a_secret_is_shown_once_and_not_kept() {
    let house = House::new().await;
    let registered = house.client(NewKind::Secret, SCOPES).await;
    let (id, secret) = (registered.client.id, registered.secret.expect("a secret"));
    let kept = house.vault.list("").expect("listed");
    assert!(!kept.iter().any(|(_, bytes)| bytes.windows(secret.len()).any(|part| part == secret.as_bytes())));
    let fields = |code: &str| with(exchange(&id, code), "client_id", "");
    for header in [basic(&id, "wrong"), basic(&id, ""), basic("nobody", &secret), "Basic !".into(), format!("Bearer {secret}"), "Basic".into()] {
        let code = house.code(&id, "patient/*.rs").await;
        let refused = house.smart.token(&form(fields(&code)), Some(&header)).await.expect_err(&header);
        assert_eq!((refused.error, refused.reply().status), (Error::InvalidClient, 401), "{header}");
        assert!(refused.reply().headers.iter().any(|(name, _)| *name == "www-authenticate"));
        house.smart.token(&form(fields(&code)), Some(&basic(&id, &secret))).await.expect("the right one");
    }
}

#[tokio::test]
async fn cl_4_a_program_proves_itself_in_its_own_way_and_in_one() {
    let house = House::new().await;
    let registered = house.client(NewKind::Secret, SCOPES).await;
    let (id, secret, public) = (registered.client.id, registered.secret.expect("a secret"), house.public().await);
    let code = house.code(&id, "patient/*.rs").await;
    // With its name alone; with a secret in two places; under another name than the header's.
    assert_eq!(error(house.exchange(&id, &code).await), Error::InvalidClient);
    let twice = with(exchange(&id, &code), "client_secret", &secret);
    assert_eq!(error(house.smart.token(&form(twice), Some(&basic(&id, &secret))).await), Error::InvalidRequest);
    assert_eq!(error(house.smart.token(&form(exchange(&public, &code)), Some(&basic(&id, &secret))).await), Error::InvalidClient);
    // A public program has no secret to show.
    let code = house.code(&public, "patient/*.rs").await;
    assert_eq!(error(house.smart.token(&form(with(exchange(&public, &code), "client_secret", "x")), None).await), Error::InvalidClient);
    assert_eq!(error(house.smart.token(&form(with(exchange(&public, &code), "client_id", "")), None).await), Error::InvalidClient);
}

#[tokio::test]
async fn cl_6_a_program_that_is_put_out_is_out_at_once() {
    let house = House::new().await;
    let (id, other) = (house.public().await, house.public().await);
    let (tokens, others) = (house.tokens(&id, "offline_access patient/*.rs").await, house.tokens(&other, "patient/*.rs").await);
    let code = house.code(&id, "patient/*.rs").await;
    let refresh = tokens.refresh.expect("a refresh token");
    house.smart.suspend(By::Node("administrator"), &id).await.expect("out");
    assert!(!house.is_good(&tokens.access) && house.is_good(&others.access));
    assert_eq!(error(house.exchange(&id, &code).await), Error::InvalidClient);
    assert_eq!(error(house.refresh(&id, &refresh, None).await), Error::InvalidClient);
    assert_eq!(house.ask(house.request(&id, "patient/*.rs")).expect_err("out").error, Error::InvalidClient);
    let house = house.restarted().await;
    assert!(!house.is_good(&tokens.access) && house.is_good(&others.access), "also after a restart");
    house.smart.approve(By::Node("administrator"), &id, None).await.expect("in again");
    house.pass(SECOND);
    let next = house.refresh(&id, &refresh, None).await.expect("in again");
    assert!(house.is_good(&next.access) && !house.is_good(&tokens.access));
}

#[tokio::test]
async fn a_name_is_a_name() {
    let house = House::new().await;
    for name in ["", "  ", "a\u{0}b", &"x".repeat(81)] {
        let new = NewClient { name, kind: NewKind::Public, redirects: &[BACK], launch: None, scopes: SCOPES };
        assert_eq!(house.smart.add_client(By::Node("test"), new).await.expect_err(name).error, Error::InvalidClientMetadata);
    }
    for id in ["", "../../x", "a/b", "é", &"a".repeat(65)] {
        assert_eq!(house.smart.client(id).expect("looked up"), None, "{id}");
    }
    assert_eq!(house.smart.suspend(By::Node("test"), "nobody").await.expect_err("nobody").code, "RH-SMART-CLIENT");
}

//! Programs without a person.

use crate::house::*;
use rihla_smart::{Error, NewKind, Refused, Tokens};

const SCOPE: &str = "system/Observation.rs system/Patient.r";
const AUD: &str = "https://rihla.hopital.test/oauth/token";
const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn good(house: &House, client: &str, jti: &str) -> String {
    format!(r#"{{"iss":"{client}","sub":"{client}","aud":"{AUD}","exp":{},"jti":"{jti}"}}"#, house.seconds() + 300)
}

/// Fields with an assertion that is right.
pub fn asserting(house: &House, pair: &Pair, client: &str, fields: Vec<(String, String)>, jti: &str) -> Vec<(String, String)> {
    let header = format!(r#"{{"alg":"{}","typ":"JWT","kid":"k1"}}"#, pair.algorithm);
    let fields = with(fields, "client_assertion", &pair.sign(&header, &good(house, client, jti)));
    with(fields, "client_assertion_type", TYPE)
}

async fn ask(house: &House, assertion: &str) -> Result<Tokens, Refused> {
    let fields = [("grant_type", "client_credentials"), ("scope", SCOPE), ("client_assertion_type", TYPE), ("client_assertion", assertion)];
    house.smart.token(&form(owned(&fields)), None).await
}

#[tokio::test]
async fn bs_1_a_program_signs_and_gets_what_systems_get() {
    let house = House::new().await;
    for pair in [Pair::p256(), Pair::p384()] {
        let client = house.client(NewKind::Backend(&pair.jwks("k1")), "system/*.rs user/*.rs").await.client.id;
        let fields = owned(&[("grant_type", "client_credentials"), ("scope", "system/Observation.cruds user/Patient.rs openid")]);
        let tokens = house.smart.token(&form(asserting(&house, &pair, &client, fields, "j")), None).await.expect("tokens");
        assert_eq!((tokens.scope.as_str(), &tokens.refresh, &tokens.id_token), ("system/Observation.rs", &None, &None));
        let bearer = house.smart.bearer(&tokens.access).expect("good");
        assert_eq!((bearer.account, bearer.actor().id().to_owned()), (None, format!("Client/{client}")));
        let bare = owned(&[("grant_type", "client_credentials")]);
        let tokens = house.smart.token(&form(asserting(&house, &pair, &client, bare, "k")), None).await.expect("tokens");
        assert_eq!(tokens.scope, "system/*.rs", "who leaves the scope out gets what was registered");
    }
}

#[tokio::test]
async fn bs_1_an_assertion_by_any_other_key_or_algorithm_is_refused() {
    let house = House::new().await;
    let (pair, foreign) = (Pair::p256(), Pair::p256());
    let client = house.client(NewKind::Backend(&pair.jwks("k1")), "system/*.rs").await.client.id;
    let other = house.client(NewKind::Backend(&foreign.jwks("k1")), "system/*.rs").await.client.id;
    let said = good(&house, &client, "j");
    let header = |text: &str| format!(r#"{{"alg":"ES256","typ":"JWT","kid":"k1"{text}}}"#);
    let mut refused = vec![
        foreign.sign(&header(""), &said),
        pair.sign(&header("").replace("k1", "k2"), &said),
        pair.sign(&header("").replace("ES256", "ES384"), &said),
        pair.sign(&header("").replace("ES256", "none"), &said),
        pair.sign(&header("").replace("JWT", "at+jwt"), &said),
        pair.sign(&header(r#","jku":"https://evil.test/jwks""#), &said),
        pair.sign(&header(r#","crit":["x"]"#), &said),
        pair.sign(r#"{"alg":"ES256"}"#, &said),
        pair.sign(&header(""), &said.replace(&client, &other)),
        pair.sign(&header(""), &said.replace(&client, "nobody")),
        String::from("x.y.z"),
    ];
    let whole = pair.sign(&header(""), &said);
    refused.push(format!("{}.", whole.rsplit_once('.').expect("three parts").0));
    for assertion in refused {
        assert_eq!(ask(&house, &assertion).await.expect_err("refused").error, Error::InvalidClient, "{assertion}");
    }
    ask(&house, &whole).await.expect("the right one");
}

#[tokio::test]
async fn bs_2_an_assertion_is_by_its_client_for_this_endpoint_and_short() {
    let house = House::new().await;
    let pair = Pair::p256();
    let client = house.client(NewKind::Backend(&pair.jwks("k1")), "system/*.rs").await.client.id;
    let (said, now) = (good(&house, &client, "j"), house.seconds());
    let exp = format!(r#""exp":{}"#, now + 300);
    let claims = [
        said.replace(&format!(r#""sub":"{client}""#), r#""sub":"other""#),
        said.replace(&format!(r#""sub":"{client}","#), ""),
        said.replace(AUD, "https://evil.test/oauth/token"),
        said.replace(AUD, FHIR),
        said.replace(AUD, &format!("{AUD}/")),
        said.replace(&format!(r#""aud":"{AUD}""#), &format!(r#""aud":["{AUD}","https://evil.test"]"#)),
        said.replace(&exp, &format!(r#""exp":{now}"#)),
        said.replace(&exp, &format!(r#""exp":{}"#, now + 301)),
        said.replace(&exp, r#""exp":"soon""#),
        said.replace(&format!("{exp},"), ""),
        said.replace(&exp, &format!(r#"{exp},"nbf":{}"#, now + 10)),
        said.replace(&exp, &format!(r#"{exp},"iat":{}"#, now + 10)),
        said.replace(&exp, &format!(r#"{exp},"exp":{}"#, now + 10)),
        said.replace(r#","jti":"j""#, ""),
        said.replace(r#""jti":"j""#, r#""jti":"""#),
        "[]".to_owned(),
    ];
    for claims in claims {
        let refused = ask(&house, &pair.sign(r#"{"alg":"ES256","kid":"k1"}"#, &claims)).await.expect_err(&claims);
        assert_eq!((refused.error, refused.reply().status), (Error::InvalidClient, 401), "{claims}");
    }
    ask(&house, &pair.sign(r#"{"alg":"ES256","kid":"k1"}"#, &said.replace(&format!(r#""{AUD}""#), &format!(r#"["{AUD}"]"#)))).await.expect("a list of one");
}

#[tokio::test]
async fn bs_3_an_assertion_is_taken_once() {
    let house = House::new().await;
    let pair = Pair::p256();
    let client = house.client(NewKind::Backend(&pair.jwks("k1")), "system/*.rs").await.client.id;
    let other = house.client(NewKind::Backend(&pair.jwks("k1")), "system/*.rs").await.client.id;
    let sign = |client: &str, jti: &str| pair.sign(r#"{"alg":"ES256","kid":"k1"}"#, &good(&house, client, jti));
    let assertion = sign(&client, "j");
    ask(&house, &assertion).await.expect("once");
    assert_eq!(ask(&house, &assertion).await.expect_err("twice").error, Error::InvalidClient);
    assert_eq!(ask(&house, &sign(&client, "j")).await.expect_err("the same number").error, Error::InvalidClient);
    ask(&house, &sign(&other, "j")).await.expect("another program's number");
    let both = sign(&client, "both");
    let (one, two) = tokio::join!(ask(&house, &both), ask(&house, &both));
    assert!(one.is_ok() != two.is_ok());
    house.pass(4 * MINUTE);
    house.smart.sweep().await.expect("swept");
    let house = house.restarted().await;
    assert_eq!(ask(&house, &assertion).await.expect_err("after a restart").error, Error::InvalidClient);
    house.pass(MINUTE);
    assert!(house.smart.sweep().await.expect("swept") >= 3, "what is past is not kept");
}

#[tokio::test]
async fn each_kind_of_program_has_its_own_ways() {
    let house = House::new().await;
    let pair = Pair::p256();
    let backend = house.client(NewKind::Backend(&pair.jwks("k1")), "system/*.rs").await.client.id;
    let public = house.public().await;
    let token = |fields: Vec<(String, String)>| async { house.smart.token(&form(fields), None).await.expect_err("refused").error };
    let fields = owned(&[("grant_type", "refresh_token"), ("refresh_token", "x")]);
    assert_eq!(token(asserting(&house, &pair, &backend, fields, "1")).await, Error::UnauthorizedClient);
    assert_eq!(token(owned(&[("grant_type", "client_credentials"), ("client_id", &public), ("scope", SCOPE)])).await, Error::UnauthorizedClient);
    assert_eq!(token(owned(&[("grant_type", "client_credentials"), ("client_id", &backend), ("scope", SCOPE)])).await, Error::InvalidClient);
    assert_eq!(token(owned(&[("grant_type", "password"), ("client_id", &public)])).await, Error::UnsupportedGrantType);
    let none = owned(&[("grant_type", "client_credentials"), ("scope", "patient/*.rs user/*.rs")]);
    assert_eq!(token(asserting(&house, &pair, &backend, none, "2")).await, Error::InvalidScope);
    assert_eq!(house.ask(house.request(&backend, "system/*.rs")).expect_err("no address").error, Error::InvalidRequest);
}

//! Tokens that are not ours, or not for us.

use crate::house::*;
use rihla_identity::keeping::{base64url, from_base64url};
use ring::hmac;

const ALL: &str = "offline_access patient/*.rs";

fn header(token: &str) -> String {
    String::from_utf8(from_base64url(token.split('.').next().expect("a header")).expect("base64url")).expect("text")
}

/// A good token, its parts, and one of ours with other claims would need our key: so claims are changed under a foreign one.
async fn good() -> (House, String) {
    let house = House::new().await;
    let client = house.public().await;
    let token = house.tokens(&client, ALL).await.access;
    assert!(house.is_good(&token));
    (house, token)
}

#[tokio::test]
async fn tk_2_the_token_does_not_choose_its_algorithm() {
    let (house, token) = good().await;
    let (header, said) = (header(&token), claims(&token));
    let kid = member(&header, "kid").expect("a kid");
    let part = |text: &str| base64url(text.as_bytes());
    for algorithm in ["none", "None", "NONE", "nOnE", ""] {
        let header = format!(r#"{{"alg":"{algorithm}","typ":"at+jwt","kid":"{kid}"}}"#);
        assert!(!house.is_good(&format!("{}.{}.", part(&header), part(&said))), "{algorithm}");
        let signed = token.rsplit('.').next().expect("a signature");
        assert!(!house.is_good(&format!("{}.{}.{signed}", part(&header), part(&said))), "{algorithm}");
    }
    // The public key as the secret of an HMAC, in the forms in which a reader may hold it.
    let jwks = house.smart.jwks().body;
    let key = jwks.split_once("[").expect("a list").1.rsplit_once("]").expect("a list").0.to_owned();
    let point = [vec![4], from_base64url(&member(&key, "x").expect("x")).expect("x"), from_base64url(&member(&key, "y").expect("y")).expect("y")].concat();
    let message = format!("{}.{}", part(&format!(r#"{{"alg":"HS256","typ":"at+jwt","kid":"{kid}"}}"#)), part(&said));
    for secret in [point.as_slice(), &point[1..], key.as_bytes(), jwks.as_bytes()] {
        let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message.as_bytes());
        assert!(!house.is_good(&format!("{message}.{}", base64url(mac.as_ref()))));
    }
}

#[tokio::test]
async fn tk_2_the_key_is_one_of_ours_by_its_exact_name() {
    let (house, token) = good().await;
    let (kid, said, pair) = (member(&header(&token), "kid").expect("a kid"), claims(&token), Pair::p256());
    let sign = |header: &str| pair.sign(header, &said);
    for other in [kid.as_str(), "", "unknown", "../../etc/passwd", "/dev/null", "oa/key/x", "' or 1=1 --", &kid.to_lowercase(), &format!("{kid}/")] {
        assert!(!house.is_good(&sign(&format!(r#"{{"alg":"ES256","typ":"at+jwt","kid":"{other}"}}"#))), "{other}");
    }
    let jwk = pair.jwks(&kid);
    let own = jwk.split_once("[").expect("a list").1.rsplit_once("]").expect("a list").0;
    for more in
        [format!(r#""jwk":{own}"#), r#""jku":"https://evil.test/jwks""#.to_owned(), r#""x5u":"https://evil.test/x""#.to_owned(), r#""crit":["exp"]"#.to_owned()]
    {
        assert!(!house.is_good(&sign(&format!(r#"{{"alg":"ES256","typ":"at+jwt","kid":"{kid}",{more}}}"#))), "{more}");
    }
    assert!(!house.is_good(&sign(r#"{"alg":"ES256","typ":"at+jwt"}"#)));
}

#[tokio::test]
async fn tk_2_no_byte_of_a_token_can_be_changed() {
    let (house, token) = good().await;
    for place in 0..token.len() {
        let mut forged = token.clone().into_bytes();
        forged[place] = if forged[place] == b'A' { b'B' } else { b'A' };
        assert!(!house.is_good(std::str::from_utf8(&forged).expect("text")), "byte {place}");
    }
    let (message, signature) = token.rsplit_once('.').expect("three parts");
    for other in [
        "",
        ".",
        "..",
        "...",
        message,
        &format!("{message}."),
        &format!("{token}."),
        &format!("{token}.x"),
        &format!("{token}="),
        &format!(" {token}"),
        signature,
    ] {
        assert!(!house.is_good(other), "{other}");
    }
    assert!(!house.is_good(&"a".repeat(1 << 20)));
}

#[tokio::test]
async fn tk_1_a_token_is_for_one_issuer_and_one_audience() {
    let (house, token) = good().await;
    // The same keys, so that nothing but the claims is in the way.
    assert!(house.under(ISSUER, FHIR).await.bearer(&token).is_ok());
    assert!(house.under("https://other.hopital.test", FHIR).await.bearer(&token).is_err());
    assert!(house.under(ISSUER, "https://rihla.hopital.test/other").await.bearer(&token).is_err());
}

#[tokio::test]
async fn tk_1_a_token_of_a_later_time_is_not_good_yet() {
    let house = House::new().await;
    let client = house.public().await;
    house.pass(DAY);
    let token = house.tokens(&client, ALL).await.access;
    // A clock that was set back.
    let behind = House { clock: std::sync::Arc::new(rihla_kernel::ManualClock::at(BEGIN)), ..house };
    let earlier = behind.under(ISSUER, FHIR).await;
    assert!(earlier.bearer(&token).is_err());
    behind.pass(DAY);
    assert!(earlier.bearer(&token).is_ok());
}

#[tokio::test]
async fn tk_4_keys_turn_without_a_token_being_refused() {
    let house = House::new().await;
    let client = house.public().await;
    let count = |house: &House| house.smart.jwks().body.matches("\"kid\"").count();
    let kid = |token: &str| member(&header(token), "kid").expect("a kid");
    let first = kid(&house.tokens(&client, ALL).await.access);
    assert_eq!(count(&house), 1);
    house.pass(89 * DAY);
    house.smart.turn_keys().await.expect("turned");
    assert_eq!((count(&house), kid(&house.tokens(&client, ALL).await.access)), (2, first.clone()), "published, and does not sign yet");
    house.smart.turn_keys().await.expect("turned");
    assert_eq!(count(&house), 2, "once");
    house.pass(DAY - MINUTE);
    let last = house.tokens(&client, ALL).await.access;
    house.pass(MINUTE);
    house.smart.turn_keys().await.expect("turned");
    let next = house.tokens(&client, ALL).await.access;
    assert!(kid(&last) == first && kid(&next) != first && house.is_good(&last) && house.is_good(&next));
    let house = house.restarted().await;
    assert!(house.is_good(&last) && house.is_good(&next));
    house.pass(9 * MINUTE);
    house.smart.turn_keys().await.expect("turned");
    assert!(!house.is_good(&last) && count(&house) == 2);
    house.pass(MINUTE);
    house.smart.turn_keys().await.expect("turned");
    assert_eq!(count(&house), 1);
    assert!(house.smart.jwks().body.contains(&kid(&next)));
}

#[tokio::test]
async fn private_keys_are_of_no_use_without_the_servers_own() {
    let house = House::new().await;
    assert_eq!(house.with_another_key().await.err().expect("refused").code, "RH-SMART-KEYS");
    assert!(!house.smart.jwks().body.contains("\"d\""));
}

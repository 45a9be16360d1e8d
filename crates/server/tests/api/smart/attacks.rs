//! What attackers try over HTTP. The rules themselves are tested beside `rihla_smart`; here nothing on the way undoes them.

use super::*;
use rihla_identity::keeping::{base64url, from_base64url};
use rihla_smart::NewKind;
use rihla_testkit::TestSite;
use ring::hmac;

async fn is_refused(site: &TestSite, token: &str) -> bool {
    let reply = get(site, token, "Patient/amal").await;
    reply.status == 401 && reply.at("resourceType").as_deref() == Some("OperationOutcome") && reply.header("www-authenticate").is_some()
}

fn text(part: &str) -> String {
    String::from_utf8(from_base64url(part).expect("base64url")).expect("text")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_token_opens_nothing() {
    let site = clinic().await;
    let token = token(&site, "doctor", "user/*.rs", "").await;
    assert!(!is_refused(&site, &token).await);
    let parts: Vec<_> = token.split('.').collect();
    let (header, claims) = (text(parts[0]), text(parts[1]));
    let kid = header.split("\"kid\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let part = |text: &str| base64url(text.as_bytes());
    for algorithm in ["none", "None", "NONE", ""] {
        let head = part(&format!(r#"{{"alg":"{algorithm}","typ":"at+jwt","kid":"{kid}"}}"#));
        assert!(
            is_refused(&site, &format!("{head}.{}.", parts[1])).await && is_refused(&site, &format!("{head}.{}.{}", parts[1], parts[2])).await,
            "{algorithm}"
        );
    }
    // Our public key as the secret of an HMAC.
    let jwks = site.stranger().await.get("/oauth/jwks").await;
    let point = [vec![4], from_base64url(&jwks.at("keys.0.x").unwrap()).unwrap(), from_base64url(&jwks.at("keys.0.y").unwrap()).unwrap()].concat();
    let message = format!("{}.{}", part(&format!(r#"{{"alg":"HS256","typ":"at+jwt","kid":"{kid}"}}"#)), parts[1]);
    for secret in [point.as_slice(), jwks.body.as_slice()] {
        let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message.as_bytes());
        assert!(is_refused(&site, &format!("{message}.{}", base64url(mac.as_ref()))).await);
    }
    // A key of the attacker's own, under names that lead elsewhere.
    let pair = Pair::made();
    for other in [kid.as_str(), "../../../etc/passwd", "/dev/null", "' or 1=1 --", "http://evil.test/k"] {
        assert!(is_refused(&site, &pair.sign(&format!(r#"{{"alg":"ES256","typ":"at+jwt","kid":"{other}"}}"#), &claims)).await, "{other}");
    }
    let widened = part(&claims.replace("user/*.rs", "user/*.cruds"));
    assert!(is_refused(&site, &format!("{}.{widened}.{}", parts[0], parts[2])).await);
    for odd in ["", "x", "..", "Bearer", &"a".repeat(4000)] {
        assert!(is_refused(&site, odd).await, "{odd}");
    }
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_server_or_another_time_opens_nothing() {
    let site = clinic().await;
    // The same key, under another address: issuer and audience differ.
    let other = clinic_with(|serve| serve.base = Some("https://elsewhere.test/fhir".into())).await;
    let token = token(&site, "doctor", "user/*.rs", "").await;
    assert!(!is_refused(&site, &token).await && is_refused(&other, &token).await);
    // An id_token is no access token.
    let (client, _) = program(&site, NewKind::Public, CHART).await;
    let got = tokens(&site, "doctor", &client, "openid fhirUser user/*.rs", "").await;
    assert!(is_refused(&site, &got.at("id_token").unwrap()).await);
    site.pass(11 * 60_000);
    assert!(is_refused(&site, &token).await, "expired");
    other.stop().await;
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_once_for_its_program_address_and_verifier() {
    let site = clinic().await;
    let (client, _) = program(&site, NewKind::Public, CHART).await;
    let (other, _) = program(&site, NewKind::Public, CHART).await;
    let good = |code: &str| {
        [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", BACK), ("client_id", &client), ("code_verifier", VERIFIER)]
            .map(|(name, value)| (name, value.to_owned()))
    };
    for (name, value) in [
        ("client_id", other.as_str()),
        ("redirect_uri", "https://app.test/other"),
        ("code_verifier", "another-verifier-that-is-long-enough-as-well-43"),
        ("code_verifier", ""),
    ] {
        let code = code(&site, "doctor", &client, "user/*.rs", "").await;
        let fields = with(good(&code).to_vec(), name, value);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(call(&site, "/oauth/token", &fields).await.status, 400, "{name}={value}");
        // Whatever came of it, the code was used, unless the request was not whole.
        assert_eq!(exchange(&site, &client, &code).await.status, if value.is_empty() { 200 } else { 400 }, "{name}");
    }
    let code = code(&site, "doctor", &client, "user/*.rs", "").await;
    let access = exchange(&site, &client, &code).await.at("access_token").unwrap();
    assert_eq!(exchange(&site, &client, &code).await.at("error").as_deref(), Some("invalid_grant"));
    assert!(is_refused(&site, &access).await, "a replayed code ends what came of it");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pkce_is_not_left_out_or_weakened() {
    let site = clinic().await;
    let (client, _) = program(&site, NewKind::Public, CHART).await;
    let mut screen = at_screen(&site, "doctor").await;
    let asked = asking(&site, &client, "user/*.rs");
    for (name, value) in [("code_challenge", ""), ("code_challenge_method", ""), ("code_challenge_method", "plain"), ("code_challenge", "short")] {
        let sent = screen.get(&address(&with(asked.clone(), name, value))).await;
        assert_eq!(field(sent.header("location").unwrap(), "error").as_deref(), Some("invalid_request"), "{name}={value}");
    }
    for (name, value) in [("aud", "https://evil.test/fhir"), ("aud", ""), ("state", ""), ("response_type", "token"), ("request", "x")] {
        let sent = screen.get(&address(&with(asked.clone(), name, value))).await;
        assert!(field(sent.header("location").unwrap(), "error").is_some(), "{name}={value}");
    }
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_sent_to_an_address_that_is_not_registered() {
    let site = clinic().await;
    let (client, _) = program(&site, NewKind::Public, CHART).await;
    let mut screen = at_screen(&site, "doctor").await;
    let asked = asking(&site, &client, "user/*.rs");
    for evil in
        ["https://evil.test/", "https://app.test/cb/../x", "https://app.test/cb?x", "https://app.test.evil.test/cb", "//evil.test", "javascript:alert(1)", ""]
    {
        let wrong = screen.get(&address(&with(asked.clone(), "redirect_uri", evil))).await;
        assert_eq!((wrong.status, wrong.header("location"), wrong.header("refresh")), (400, None, None), "{evil}");
        assert!(!wrong.text().contains("evil.test"), "{evil}");
    }
    for unknown in ["", "nobody", "../../x"] {
        let wrong = screen.get(&address(&with(asked.clone(), "client_id", unknown))).await;
        assert!(wrong.status >= 400 && wrong.header("location").is_none(), "{unknown}");
    }
    let twice = format!("{}&redirect_uri=https%3A%2F%2Fevil.test%2F", address(&asked));
    assert_eq!((screen.get(&twice).await.status, screen.get(&twice).await.header("location").is_none()), (400, true));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_the_persons_own() {
    let site = clinic().await;
    let (client, _) = program(&site, NewKind::Public, CHART).await;
    let mut doctor = at_screen(&site, "doctor").await;
    let page = doctor.get(&address(&asking(&site, &client, "user/*.rs"))).await;
    let (author, ticket) = (page.hidden("_author"), page.hidden("ticket"));
    let fields = [("_author", author.as_str()), ("ticket", ticket.as_str()), ("act", "allow"), ("scope", "user/*.rs")];
    // A page of elsewhere cannot answer, nor another person's browser, nor another session of the same person.
    let body = query(&fields);
    assert_eq!(doctor.send("POST", "/oauth/consent", &[("Sec-Fetch-Site", "cross-site")], &body).await.status, 403);
    let mut nurse = at_screen(&site, "nurse").await;
    assert_eq!(nurse.post("/oauth/consent", &fields).await.status, 409);
    let own = nurse.get("/account/password").await.hidden("_author");
    let stolen = nurse.post("/oauth/consent", &[("_author", own.as_str()), ("ticket", &ticket), ("act", "allow"), ("scope", "user/*.rs")]).await;
    assert_eq!((stolen.status, stolen.header("location")), (400, None));
    let mut again = at_screen(&site, "doctor").await;
    assert_eq!(again.post("/oauth/consent", &fields).await.status, 400);
    // More than was asked is not granted by ticking it.
    let more = [("_author", author.as_str()), ("ticket", ticket.as_str()), ("act", "allow"), ("scope", "user/*.cruds")];
    let sent = doctor.post("/oauth/consent", &more).await;
    let got = exchange(&site, &client, &field(sent.header("location").unwrap(), "code").unwrap()).await;
    assert_eq!(got.at("scope").as_deref(), Some("user/*.rs"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn endpoints_take_forms_that_say_each_thing_once() {
    let site = clinic().await;
    let twice = [("grant_type", "authorization_code"), ("grant_type", "client_credentials")];
    assert_eq!(call(&site, "/oauth/token", &twice).await.at("error").as_deref(), Some("invalid_request"));
    let json =
        site.client().await.send_raw(b"POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}").await;
    assert_eq!((json.status, json.at("error").as_deref()), (400, Some("invalid_request")));
    let long = "x".repeat(100_000);
    assert_eq!(call(&site, "/oauth/token", &[("grant_type", &long)]).await.status, 400);
    site.stop().await;
}

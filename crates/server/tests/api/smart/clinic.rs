//! A clinic with two wards, people who work there, and programs.

use rihla_fhir_api::{Loader, read_json};
use rihla_identity::keeping::{base64url, sha256};
use rihla_smart::{By, NewClient, NewKind};
use rihla_testkit::{PASSWORD, Reply, Screen, TestSite};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};

pub const BACK: &str = "https://app.test/cb";
pub const LAUNCH: &str = "https://app.test/launch";
pub const VERIFIER: &str = "a-verifier-that-is-long-enough-for-anybody-43";
pub const CHART: &str = "openid fhirUser launch launch/patient offline_access online_access patient/*.cruds user/*.cruds";
pub const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Amal lies in the ward, Badr in surgery; each has a pulse and a laboratory result.
pub async fn clinic() -> TestSite {
    clinic_with(|_| {}).await
}

pub async fn clinic_with(change: impl FnOnce(&mut rihla_server::serve::ServeOptions)) -> TestSite {
    let site = TestSite::with(|serve| {
        serve.open_fhir = false;
        change(serve);
    })
    .await;
    put(&site, r#"{"resourceType":"Location","id":"ward","status":"active","name":"Salle 1"}"#).await;
    put(&site, r#"{"resourceType":"Location","id":"surgery","status":"active","name":"Chirurgie"}"#).await;
    put(&site, r#"{"resourceType":"Practitioner","id":"doctor","name":[{"family":"Alaoui"}]}"#).await;
    for (patient, unit) in [("amal", "ward"), ("badr", "surgery")] {
        put(&site, &format!(r#"{{"resourceType":"Patient","id":"{patient}","name":[{{"family":"{patient}"}}],"birthDate":"1980-01-01"}}"#)).await;
        put(&site, &stay(patient, unit)).await;
        for kind in ["vital-signs", "laboratory"] {
            put(&site, &observation(&format!("{patient}-{kind}"), patient, kind)).await;
        }
    }
    site.account("nurse", &[("nurse", Some("ward"))], "").await;
    site.account("doctor", &[("physician", Some("ward"))], "doctor").await;
    site.account("admin", &[("administrator", None)], "").await;
    site
}

fn stay(patient: &str, unit: &str) -> String {
    format!(
        r#"{{"resourceType":"Encounter","id":"stay-{patient}","status":"in-progress","class":{{"code":"IMP"}},"subject":{{"reference":"Patient/{patient}"}},"location":[{{"location":{{"reference":"Location/{unit}"}},"status":"active"}}]}}"#
    )
}

pub fn observation(id: &str, patient: &str, kind: &str) -> String {
    format!(
        r#"{{"resourceType":"Observation","id":"{id}","status":"final","category":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"{kind}"}}]}}],"code":{{"text":"x"}},"subject":{{"reference":"Patient/{patient}"}}}}"#
    )
}

/// Writes as the node does.
pub async fn put(site: &TestSite, json: &str) {
    let record = site.node.for_task("test");
    let loader = Loader::new(&record, site.node.store.indexer().zone());
    let doc = read_json(json.as_bytes()).expect("json");
    let parts = loader.parts(doc.root()).expect("a resource");
    loader.commit(&parts, &[]).await.expect("kept");
}

pub async fn program(site: &TestSite, kind: NewKind<'_>, scopes: &str) -> (String, Option<String>) {
    let redirects: &[&str] = if matches!(kind, NewKind::Backend(_)) { &[] } else { &[BACK] };
    let new = NewClient { name: "Courbes", kind, redirects, launch: Some(LAUNCH), scopes };
    let made = site.accounts.smart.add_client(By::Node("test"), new).await.expect("registered");
    (made.client.id, made.secret)
}

/// Somebody who is signed in.
pub async fn at_screen(site: &TestSite, login: &str) -> Screen {
    let mut screen = site.stranger().await;
    assert_eq!(screen.sign_in(login, PASSWORD).await.status, 303);
    screen
}

pub fn encoded(text: &str) -> String {
    text.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

pub fn query(fields: &[(&str, &str)]) -> String {
    fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&")
}

/// What a program asks with, from its page.
pub fn asking(site: &TestSite, client: &str, scope: &str) -> Vec<(&'static str, String)> {
    let challenge = base64url(&sha256(VERIFIER.as_bytes()));
    [
        ("response_type", "code"),
        ("client_id", client),
        ("redirect_uri", BACK),
        ("scope", scope),
        ("state", "the-state"),
        ("aud", &format!("http://{}/fhir", site.address)),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}

pub fn address(fields: &[(&'static str, String)]) -> String {
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    format!("/oauth/authorize?{}", query(&fields))
}

/// The same with one field said otherwise, or left out.
pub fn with(mut fields: Vec<(&'static str, String)>, name: &'static str, value: &str) -> Vec<(&'static str, String)> {
    fields.retain(|(known, _)| *known != name);
    if !value.is_empty() {
        fields.push((name, value.to_owned()));
    }
    fields
}

/// A field of an address, decoded.
pub fn field(address: &str, name: &str) -> Option<String> {
    let value = address.split_once('?')?.1.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    let mut bytes = value.bytes();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        let mut digit = || (bytes.next().unwrap() as char).to_digit(16).unwrap() as u8;
        out.push(if byte == b'%' { digit() << 4 | digit() } else { byte });
    }
    String::from_utf8(out).ok()
}

/// Answers the page that asks.
pub async fn answer(screen: &mut Screen, page: &Reply, act: &str, scopes: &str, patient: &str) -> Reply {
    let (author, ticket) = (page.hidden("_author"), page.hidden("ticket"));
    assert!(!ticket.is_empty(), "{} {}", page.status, page.text());
    let mut fields = vec![("_author", author.as_str()), ("ticket", ticket.as_str()), ("act", act), ("patient", patient)];
    fields.extend(scopes.split_whitespace().map(|scope| ("scope", scope)));
    screen.post("/oauth/consent", &fields).await
}

/// Lets a program in; returns its code.
pub async fn code(site: &TestSite, login: &str, client: &str, scopes: &str, patient: &str) -> String {
    let mut screen = at_screen(site, login).await;
    let page = screen.get(&address(&asking(site, client, scopes))).await;
    let sent = answer(&mut screen, &page, "allow", scopes, patient).await;
    let back = sent.header("location").unwrap_or_else(|| panic!("{} {}", sent.status, sent.text())).to_owned();
    assert!(back.starts_with(BACK) && field(&back, "state").as_deref() == Some("the-state"), "{back}");
    field(&back, "code").unwrap_or_else(|| panic!("{back}"))
}

/// Somebody outside who calls endpoints: no cookie, no page.
pub async fn call(site: &TestSite, path: &str, fields: &[(&str, &str)]) -> Reply {
    site.stranger().await.post(path, fields).await
}

pub async fn exchange(site: &TestSite, client: &str, code: &str) -> Reply {
    let fields = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", BACK), ("client_id", client), ("code_verifier", VERIFIER)];
    call(site, "/oauth/token", &fields).await
}

/// Lets a public program in and gets its tokens.
pub async fn tokens(site: &TestSite, login: &str, client: &str, scopes: &str, patient: &str) -> Reply {
    let code = code(site, login, client, scopes, patient).await;
    let reply = exchange(site, client, &code).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply
}

/// A token of a new public program.
pub async fn token(site: &TestSite, login: &str, scopes: &str, patient: &str) -> String {
    let (client, _) = program(site, NewKind::Public, CHART).await;
    tokens(site, login, &client, scopes, patient).await.at("access_token").expect("a token")
}

pub async fn fhir(site: &TestSite, token: &str, method: &str, path: &str, body: &str) -> Reply {
    let bearer = format!("Bearer {token}");
    site.client().await.send(method, path, &[("Authorization", bearer.as_str())], body.as_bytes()).await
}

pub async fn get(site: &TestSite, token: &str, path: &str) -> Reply {
    fhir(site, token, "GET", path, "").await
}

/// Ids of what a search finds, in their order.
pub async fn found(site: &TestSite, token: &str, path: &str) -> Vec<String> {
    let reply = get(site, token, path).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    let mut ids: Vec<_> = (0..reply.count("entry")).filter_map(|at| reply.at(&format!("entry.{at}.resource.id"))).collect();
    ids.sort();
    ids
}

/// A pair of keys of somebody outside.
pub struct Pair(EcdsaKeyPair);

impl Pair {
    pub fn made() -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a pair");
        Self(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).expect("a pair"))
    }

    pub fn jwks(&self) -> String {
        let point = &self.0.public_key().as_ref()[1..];
        let (x, y) = point.split_at(32);
        format!(r#"{{"keys":[{{"kty":"EC","crv":"P-256","kid":"k1","x":"{}","y":"{}"}}]}}"#, base64url(x), base64url(y))
    }

    pub fn sign(&self, header: &str, claims: &str) -> String {
        let message = format!("{}.{}", base64url(header.as_bytes()), base64url(claims.as_bytes()));
        let signature = self.0.sign(&SystemRandom::new(), message.as_bytes()).expect("signs");
        format!("{message}.{}", base64url(signature.as_ref()))
    }

    /// What a program without a person proves itself by.
    pub fn assertion(&self, site: &TestSite, client: &str, jti: &str) -> String {
        let (aud, ends) = (format!("http://{}/oauth/token", site.address), site.now() / 1000 + 240);
        self.sign(r#"{"alg":"ES256","typ":"JWT","kid":"k1"}"#, &format!(r#"{{"iss":"{client}","sub":"{client}","aud":"{aud}","exp":{ends},"jti":"{jti}"}}"#))
    }
}

/// A token of a program without a person.
pub async fn alone(site: &TestSite, scopes: &str) -> String {
    let pair = Pair::made();
    let (client, _) = program(site, NewKind::Backend(&pair.jwks()), scopes).await;
    let assertion = pair.assertion(site, &client, "one");
    let fields = [("grant_type", "client_credentials"), ("scope", scopes), ("client_assertion_type", TYPE), ("client_assertion", assertion.as_str())];
    let reply = call(site, "/oauth/token", &fields).await;
    assert_eq!((reply.status, reply.at("refresh_token")), (200, None), "{}", reply.text());
    reply.at("access_token").expect("a token")
}

//! An identity provider of a test's own: it says what the test has it say.

use axum::Router;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use rihla_identity::keeping::{base64url, sha256};
use rihla_testkit::{Folder, Reply, Screen, TestSite};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// What is done to a token before it is sent.
pub type Spoil = fn(String) -> String;

/// What is known of a code that was given out.
struct Given {
    challenge: String,
    nonce: String,
}

pub struct Idp {
    pub address: SocketAddr,
    pair: EcdsaKeyPair,
    codes: Mutex<HashMap<String, Given>>,
    /// The claims of the next token, as JSON values by their names, over those that are usual.
    pub claims: Mutex<BTreeMap<String, String>>,
    /// The algorithm and the key that the next token's header names, and its kind.
    pub header: Mutex<(String, String, String)>,
    /// Takes away from, or puts into, the next token.
    pub spoil: Mutex<Option<Spoil>>,
    pub userinfo: Mutex<String>,
}

/// A provider, and a site that names it in a file that says `more`.
pub async fn site_with(more: &str) -> (TestSite, Arc<Idp>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("its address");
    let random = SystemRandom::new();
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a pair");
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, made.as_ref(), &random).expect("a pair");
    let header = Mutex::new(("ES256".to_owned(), "k1".to_owned(), "JWT".to_owned()));
    let idp = Idp { address, pair, codes: Mutex::default(), claims: Mutex::default(), header, spoil: Mutex::default(), userinfo: Mutex::new(String::new()) };
    let idp = Arc::new(idp);
    let routes = Router::new()
        .route("/.well-known/openid-configuration", get(description))
        .route("/keys", get(keys))
        .route("/token", post(token))
        .route("/me", get(me))
        .with_state(idp.clone());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let folder = Folder::new();
    let file = folder.path().join("provider.toml");
    std::fs::write(folder.path().join("secret"), "s3 cret:ü\n").expect("a secret");
    let least = format!("issuer = 'http://{address}'\nclient_id = 'rihla'\nclient_secret_file = 'secret'\n{more}\n[names]\nfr = 'Compte de la fondation'\n");
    std::fs::write(&file, least).expect("a file");
    let site = TestSite::with(|serve| serve.provider = Some(file)).await;
    (site, idp)
}

async fn description(State(idp): State<Arc<Idp>>) -> String {
    let at = format!("http://{}", idp.address);
    format!(
        r#"{{"issuer":"{at}","authorization_endpoint":"{at}/authorize","token_endpoint":"{at}/token","jwks_uri":"{at}/keys","userinfo_endpoint":"{at}/me","authorization_response_iss_parameter_supported":true}}"#
    )
}

async fn keys(State(idp): State<Arc<Idp>>) -> String {
    let point = idp.pair.public_key().as_ref();
    let (x, y) = (base64url(&point[1..33]), base64url(&point[33..]));
    format!(r#"{{"keys":[{{"kty":"oct","kid":"k0"}},{{"kty":"EC","crv":"P-256","kid":"k1","x":"{x}","y":"{y}","alg":"ES256","use":"sig"}}]}}"#)
}

async fn token(State(idp): State<Arc<Idp>>, headers: HeaderMap, Form(form): Form<HashMap<String, String>>) -> Result<String, StatusCode> {
    // `rihla:s3+cret%3A%C3%BC` as RFC 6749, 2.3.1 encodes it, with %20 for a space.
    let proven = headers.get("authorization").is_some_and(|basic| basic == "Basic cmlobGE6czMlMjBjcmV0JTNBJUMzJUJD");
    let given = idp.codes.lock().unwrap().remove(form.get("code").map_or("", String::as_str)).ok_or(StatusCode::BAD_REQUEST)?;
    let verifier = form.get("code_verifier").expect("PKCE");
    assert!(proven, "the client proves itself: {headers:?}");
    assert_eq!(base64url(&sha256(verifier.as_bytes())), given.challenge);
    Ok(format!(r#"{{"token_type":"Bearer","access_token":"opens-me","id_token":"{}"}}"#, idp.signed(&given.nonce)))
}

async fn me(State(idp): State<Arc<Idp>>, headers: HeaderMap) -> String {
    assert_eq!(headers.get("authorization").expect("a token"), "Bearer opens-me");
    idp.userinfo.lock().unwrap().clone()
}

impl Idp {
    /// Sets claims of the next tokens, each as JSON.
    pub fn say(&self, claims: &[(&str, &str)]) {
        *self.claims.lock().unwrap() = claims.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    }

    /// A token with the claims that are set.
    pub fn signed(&self, nonce: &str) -> String {
        let claims = self.claims.lock().unwrap().clone();
        let mut all: BTreeMap<String, String> = BTreeMap::from([
            ("iss".into(), format!("\"http://{}\"", self.address)),
            ("aud".into(), "\"rihla\"".into()),
            ("sub".into(), "\"p-1\"".into()),
            ("nonce".into(), format!("\"{nonce}\"")),
        ]);
        all.extend(claims);
        all.retain(|_, value| !value.is_empty());
        let claims: Vec<String> = all.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        let (algorithm, kid, kind) = self.header.lock().unwrap().clone();
        let header = format!(r#"{{"alg":"{algorithm}","kid":"{kid}","typ":"{kind}","x5t":"of no use here"}}"#);
        let message = format!("{}.{}", base64url(header.as_bytes()), base64url(format!("{{{}}}", claims.join(",")).as_bytes()));
        let signature = self.pair.sign(&SystemRandom::new(), message.as_bytes()).expect("signed");
        let token = format!("{message}.{}", base64url(signature.as_ref()));
        self.spoil.lock().unwrap().map_or(token.clone(), |spoil| spoil(token))
    }

    /// What a provider does with a browser that was sent to `address`: the way back to the server, with a code.
    pub fn let_in(&self, address: &str) -> String {
        let (nonce, challenge, state) = (field(address, "nonce"), field(address, "code_challenge"), field(address, "state"));
        assert_eq!((field(address, "response_type").as_str(), field(address, "code_challenge_method").as_str()), ("code", "S256"));
        let code = format!("code-{nonce}");
        self.codes.lock().unwrap().insert(code.clone(), Given { challenge, nonce });
        format!("/sign-in/provider/back?code={code}&state={state}&iss=http%3A%2F%2F{}", self.address)
    }

    /// The times that a token of now says.
    pub fn times(site: &TestSite) -> [(&'static str, String); 3] {
        let now = site.now() / 1000;
        [("iat", now.to_string()), ("exp", (now + 300).to_string()), ("auth_time", now.to_string())]
    }

    /// Signs somebody in from the button on; the last answer.
    pub async fn enter(&self, site: &TestSite, screen: &mut Screen, claims: &[(&str, &str)]) -> Reply {
        let sent = screen.get("/sign-in/provider?next=/patients").await;
        let address = sent.header("location").expect("a provider").to_owned();
        self.come_back(site, screen, &address, claims).await
    }

    pub async fn come_back(&self, site: &TestSite, screen: &mut Screen, address: &str, claims: &[(&str, &str)]) -> Reply {
        let times = Self::times(site);
        let usual = times.iter().map(|(name, value)| (*name, value.as_str()));
        let all: Vec<(&str, &str)> = usual.chain(claims.iter().copied()).collect();
        self.say(&all);
        screen.get(&self.let_in(address)).await
    }
}

/// A parameter of an address, where none is encoded.
pub fn field(address: &str, name: &str) -> String {
    let found = address.split(['?', '&']).find_map(|pair| pair.strip_prefix(&format!("{name}=")));
    found.unwrap_or_else(|| panic!("{name} in {address}")).to_owned()
}

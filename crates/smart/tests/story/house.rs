//! A hospital that lets programs in, with a clock that moves when told.

use rihla_fhir::json::{Limits, parse};
use rihla_identity::keeping::{base64url, from_base64url, sha256};
use rihla_identity::{AccountId, Change, Committed, Keys, MemoryVault, Vault};
use rihla_kernel::{Clock, Fault, Instant, ManualClock, SeededEntropy};
use rihla_smart::{Authorized, By, Decision, Form, NewClient, NewKind, People, Person, Policy, Refused, Registered, Settings, Signed, Smart, Tokens};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

pub const ISSUER: &str = "https://rihla.hopital.test";
pub const FHIR: &str = "https://rihla.hopital.test/fhir";
pub const BACK: &str = "https://app.test/callback";
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const SCOPES: &str = "openid fhirUser launch launch/patient offline_access online_access patient/*.cruds user/*.rs";
/// 2026-01-15T08:00:00Z.
pub const BEGIN: i64 = 1_768_464_000_000;
pub const SECOND: u64 = 1_000;
pub const MINUTE: u64 = 60 * SECOND;
pub const DAY: u64 = 24 * 60 * MINUTE;

/// Who may come in, and whose session goes on.
#[derive(Default)]
pub struct Town {
    pub gone: Mutex<BTreeSet<String>>,
    pub closed: Mutex<BTreeSet<String>>,
}

impl People for Town {
    fn person(&self, account: AccountId) -> Result<Option<Person>, Fault> {
        let gone = self.gone.lock().expect("whole").contains(&account.to_text());
        Ok((!gone).then(|| Person { practitioner: Some("doctor".into()) }))
    }

    fn goes_on(&self, _: AccountId, session: &str) -> Result<bool, Fault> {
        Ok(!self.closed.lock().expect("whole").contains(session))
    }
}

/// A vault that lets others look before it writes: two who come at once have both seen the same.
struct Slow(MemoryVault);

impl Vault for Slow {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Fault> {
        self.0.read(name)
    }

    fn list(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, Fault> {
        self.0.list(prefix)
    }

    fn commit(&self, change: Change) -> Committed<'_> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            self.0.commit(change).await
        })
    }
}

pub struct House {
    pub smart: Smart,
    pub clock: Arc<ManualClock>,
    pub vault: Arc<dyn Vault>,
    pub town: Arc<Town>,
}

async fn open(vault: &Arc<dyn Vault>, clock: &Arc<ManualClock>, town: &Arc<Town>, seed: u64, issuer: &str, fhir: &str, key: u8) -> Result<Smart, Fault> {
    let settings = Settings { issuer: issuer.into(), fhir_base: fhir.into(), policy: Policy { asked_max: 3, ..Policy::default() } };
    let sealer = Keys::new(&[key; 32]).and_then(|keys| keys.sealer(Smart::PURPOSE)).expect("a key");
    Smart::open(vault.clone(), clock.clone(), Arc::new(SeededEntropy::new(seed)), town.clone(), sealer, settings).await
}

impl House {
    pub async fn new() -> Self {
        let (clock, town) = (Arc::new(ManualClock::at(BEGIN)), Arc::new(Town::default()));
        let vault: Arc<dyn Vault> = Arc::new(Slow(MemoryVault::default()));
        let smart = open(&vault, &clock, &town, 1, ISSUER, FHIR, 7).await.expect("opens");
        Self { smart, clock, vault, town }
    }

    /// Ends the server and starts it again on what it kept.
    pub async fn restarted(self) -> Self {
        let Self { smart, clock, vault, town } = self;
        drop(smart);
        let smart = open(&vault, &clock, &town, 2, ISSUER, FHIR, 7).await.expect("opens");
        Self { smart, clock, vault, town }
    }

    /// Another server with the same keys, under other addresses.
    pub async fn under(&self, issuer: &str, fhir: &str) -> Smart {
        open(&self.vault, &self.clock, &self.town, 3, issuer, fhir, 7).await.expect("opens")
    }

    pub async fn with_another_key(&self) -> Result<Smart, Fault> {
        open(&self.vault, &self.clock, &self.town, 4, ISSUER, FHIR, 8).await
    }

    pub fn pass(&self, millis: u64) {
        self.clock.advance(millis);
    }

    pub fn seconds(&self) -> i64 {
        self.clock.now().0 / 1000
    }

    pub async fn client(&self, kind: NewKind<'_>, scopes: &str) -> Registered {
        let redirects: &[&str] = if matches!(kind, NewKind::Backend(_)) { &[] } else { &[BACK, "https://app.test/other?tenant=1"] };
        let new = NewClient { name: "Courbes", kind, redirects, launch: Some("https://app.test/launch"), scopes };
        self.smart.add_client(By::Node("test"), new).await.expect("registered")
    }

    /// A program on a telephone.
    pub async fn public(&self) -> String {
        self.client(NewKind::Public, SCOPES).await.client.id
    }

    pub fn request(&self, client: &str, scope: &str) -> Vec<(String, String)> {
        let challenge = base64url(&sha256(VERIFIER.as_bytes()));
        let fields = [
            ("response_type", "code"),
            ("client_id", client),
            ("redirect_uri", BACK),
            ("scope", scope),
            ("state", "s p&=é"),
            ("aud", FHIR),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("nonce", "n-1"),
        ];
        owned(&fields)
    }

    pub fn ask(&self, request: Vec<(String, String)>) -> Result<Authorized, Refused> {
        self.smart.authorize(&form(request), &amal())
    }

    /// Where the browser goes after the person said yes, and chose a patient if asked.
    pub async fn allowed(&self, request: Vec<(String, String)>) -> String {
        match self.ask(request).expect("read") {
            Authorized::Ask(ask) => {
                let patient = ask.choose_patient.then_some("p1");
                self.smart.decide(&amal(), &ask.ticket, Decision { allow: true, scopes: None, patient }).await.expect("decided")
            }
            Authorized::Send(address) => panic!("sent to {address}"),
        }
    }

    pub async fn code(&self, client: &str, scope: &str) -> String {
        field(&self.allowed(self.request(client, scope)).await, "code").expect("a code")
    }

    pub async fn exchange(&self, client: &str, code: &str) -> Result<Tokens, Refused> {
        self.smart.token(&form(exchange(client, code)), None).await
    }

    /// Tokens of a public client.
    pub async fn tokens(&self, client: &str, scope: &str) -> Tokens {
        let code = self.code(client, scope).await;
        self.exchange(client, &code).await.expect("tokens")
    }

    pub async fn refresh(&self, client: &str, token: &str, scope: Option<&str>) -> Result<Tokens, Refused> {
        let mut fields = owned(&[("grant_type", "refresh_token"), ("client_id", client), ("refresh_token", token)]);
        fields.extend(scope.map(|scope| ("scope".to_owned(), scope.to_owned())));
        self.smart.token(&form(fields), None).await
    }

    pub fn is_good(&self, access: &str) -> bool {
        self.smart.bearer(access).is_ok()
    }
}

pub fn exchange(client: &str, code: &str) -> Vec<(String, String)> {
    owned(&[("grant_type", "authorization_code"), ("client_id", client), ("code", code), ("redirect_uri", BACK), ("code_verifier", VERIFIER)])
}

pub fn owned(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The same with one field of another value; an empty one is left out.
pub fn with(mut fields: Vec<(String, String)>, name: &str, value: &str) -> Vec<(String, String)> {
    fields.retain(|(known, _)| known != name);
    fields.push((name.to_owned(), value.to_owned()));
    fields
}

pub fn form(fields: Vec<(String, String)>) -> Form {
    Form::new(fields).expect("a form")
}

pub fn account(last: char) -> AccountId {
    AccountId::parse(&format!("00000000000000000000000{last}00")).expect("an account")
}

/// A physician who is signed in.
pub fn amal() -> Signed {
    Signed { account: account('1'), session: "session-of-amal".into(), proved: Instant(BEGIN - 60_000), acting: "physician/".into() }
}

pub fn badr() -> Signed {
    Signed { account: account('2'), session: "session-of-badr".into(), proved: Instant(BEGIN), acting: "nurse/ward".into() }
}

/// A field of an address, decoded.
pub fn field(address: &str, name: &str) -> Option<String> {
    let (_, query) = address.split_once('?')?;
    let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    let mut bytes = value.bytes();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        let mut digit = || (bytes.next().expect("a digit") as char).to_digit(16).expect("a digit") as u8;
        out.push(if byte == b'%' { digit() << 4 | digit() } else { byte });
    }
    String::from_utf8(out).ok()
}

/// A member of a JSON object: a text without its quotes, anything else as written.
pub fn member(json: &str, name: &str) -> Option<String> {
    let doc = parse(json.as_bytes(), &Limits::default()).expect("json");
    let value = doc.root().get(name)?;
    Some(value.as_str().map_or_else(|| value.source().to_owned(), |text| text.into_owned()))
}

/// The claims of a token.
pub fn claims(token: &str) -> String {
    String::from_utf8(from_base64url(token.split('.').nth(1).expect("claims")).expect("base64url")).expect("text")
}

/// A pair of keys of somebody outside.
pub struct Pair {
    pair: EcdsaKeyPair,
    curve: &'static str,
    pub algorithm: &'static str,
}

impl Pair {
    pub fn p256() -> Self {
        Self::of(&ECDSA_P256_SHA256_FIXED_SIGNING, "P-256", "ES256")
    }

    pub fn p384() -> Self {
        Self::of(&ring::signature::ECDSA_P384_SHA384_FIXED_SIGNING, "P-384", "ES384")
    }

    fn of(how: &'static EcdsaSigningAlgorithm, curve: &'static str, algorithm: &'static str) -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(how, &random).expect("a pair");
        Self { pair: EcdsaKeyPair::from_pkcs8(how, pkcs8.as_ref(), &random).expect("a pair"), curve, algorithm }
    }

    pub fn jwks(&self, kid: &str) -> String {
        let point = &self.pair.public_key().as_ref()[1..];
        let (x, y) = point.split_at(point.len() / 2);
        format!(r#"{{"keys":[{{"kty":"EC","crv":"{}","kid":"{kid}","x":"{}","y":"{}"}}]}}"#, self.curve, base64url(x), base64url(y))
    }

    pub fn sign(&self, header: &str, claims: &str) -> String {
        let message = format!("{}.{}", base64url(header.as_bytes()), base64url(claims.as_bytes()));
        let signature = self.pair.sign(&SystemRandom::new(), message.as_bytes()).expect("signs");
        format!("{message}.{}", base64url(signature.as_ref()))
    }
}

//! The one door: sending somebody to the provider, and what comes back.

use crate::begun::{Begun, LASTS};
use crate::fetch::{Asked, Fetch};
use crate::file::Settings;
use crate::fresh::Known;
use crate::metadata::Metadata;
use crate::people::{person, says_enough};
use crate::token::{Expected, For, believed};
use rihla_identity::keeping::{base64url, decode, encode, from_base64url, random, same, sha256};
use rihla_identity::{Outside, Sealer};
use rihla_jose::json::{object, text};
use rihla_jose::{PublicKey, read_provider, read_provider_set, with_query};
use rihla_kernel::{Clock, Entropy, Fault, FaultKind, SiteId};
use std::sync::{Arc, Mutex, PoisonError};

/// To what the sealed cookie is bound.
const OWNER: &[u8] = b"sign-in provider";
const NEXT_MAX: usize = 1024;

/// What somebody wants of the provider.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wish<'w> {
    pub next: &'w str,
    /// They have to prove who they are, even if the provider knows them already.
    pub anew: bool,
    /// The id of their account here, if they are to be linked and not let in.
    pub link: &'w str,
}

/// Where the browser goes, and what it keeps meanwhile.
#[derive(Clone, Debug)]
pub struct Start {
    pub address: String,
    pub cookie: String,
    pub lasts_s: i64,
}

/// Who came back.
#[derive(Clone, Debug)]
pub struct Back {
    pub outside: Outside,
    pub next: String,
    /// The account that they wanted to be linked with.
    pub link: Option<String>,
}

/// An identity provider, as this server knows it.
pub struct Provider {
    settings: Settings,
    secret: Option<String>,
    /// Where the provider sends people back.
    redirect: String,
    site: SiteId,
    /// This machine may be called without TLS.
    plain: bool,
    fetch: Arc<dyn Fetch>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    sealer: Sealer,
    known: Mutex<Option<Arc<Known>>>,
}

/// What a provider is made of.
pub struct Parts {
    pub settings: Settings,
    pub secret: Option<String>,
    pub redirect: String,
    pub site: SiteId,
    pub plain: bool,
    pub fetch: Arc<dyn Fetch>,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub sealer: Sealer,
}

impl Provider {
    /// For what the server's key seals here.
    pub const PURPOSE: &str = "sign-in provider";

    pub fn new(parts: Parts) -> Self {
        let Parts { settings, secret, redirect, site, plain, fetch, clock, entropy, sealer } = parts;
        Self { settings, secret, redirect, site, plain, fetch, clock, entropy, sealer, known: Mutex::default() }
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Begins; the provider is asked where people sign in, if that is not known.
    pub async fn begin(&self, wish: Wish<'_>) -> Result<Start, Fault> {
        let known = self.known(None).await?;
        let token = || base64url(&random::<32>(self.entropy.as_ref()));
        let mut begun = Begun::new(token(), token(), token(), self.clock.now());
        begun.anew = wish.anew;
        begun.next = if wish.next.len() <= NEXT_MAX { wish.next.to_owned() } else { String::new() };
        begun.link = wish.link.to_owned();
        let challenge = base64url(&sha256(begun.verifier.as_bytes()));
        let scopes = self.settings.scopes.join(" ");
        let mut fields = vec![
            ("response_type", "code"),
            ("client_id", &self.settings.client_id),
            ("redirect_uri", &self.redirect),
            ("scope", &scopes),
            ("state", &begun.state),
            ("nonce", &begun.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        if begun.anew {
            fields.extend([("prompt", "login"), ("max_age", "0")]);
        }
        let address = with_query(&known.metadata.authorization, &fields);
        let sealed = self.sealer.seal(&encode(&begun), OWNER, self.entropy.as_ref()).ok_or_else(|| unusable("the server's key seals nothing"))?;
        Ok(Start { address, cookie: base64url(&sealed), lasts_s: LASTS / 1000 })
    }

    /// Ends what was begun. `answer`: the parameters with which the provider sent the browser back.
    pub async fn finish(&self, cookie: &str, answer: &[(String, String)]) -> Result<Back, Fault> {
        let begun = self.begun(cookie).ok_or_else(stale)?;
        let get = |name: &str| one(answer, name);
        if !get("state").is_some_and(|state| same(state.as_bytes(), begun.state.as_bytes())) {
            return Err(stale());
        }
        let known = self.known(None).await?;
        let named = get("iss");
        if named.is_some_and(|issuer| issuer != self.settings.issuer) || (named.is_none() && known.metadata.names_itself) {
            return Err(distrusted("the answer is of another provider"));
        }
        if get("error").is_some() {
            return Err(denied());
        }
        let code = get("code").ok_or_else(stale)?;
        let (token, access) = self.exchange(&known.metadata, code, &begun.verifier).await?;
        let purpose = For::SignIn { nonce: &begun.nonce, anew: begun.anew.then_some(begun.at.0 / 1000) };
        let claims = self.believed(&token, &purpose).await?;
        let outside = self.person(&known.metadata, &claims, &access).await?;
        let link = Some(begun.link).filter(|link| !link.is_empty());
        Ok(Back { outside, next: begun.next, link })
    }

    /// About whom the provider says, by a token of its own, that their sessions are over: their `sub`.
    pub async fn ended(&self, token: &str) -> Result<String, Fault> {
        let claims = self.believed(token, &For::End).await?;
        object(&claims).and_then(|doc| text(doc.root(), "sub")).ok_or_else(|| distrusted("it names nobody"))
    }

    fn begun(&self, cookie: &str) -> Option<Begun> {
        let bytes = self.sealer.unseal(&from_base64url(cookie)?, OWNER)?;
        decode::<Begun>(&bytes).ok().filter(|begun| begun.goes_on(self.clock.now()))
    }

    /// The token about the person, and the one that opens the userinfo endpoint.
    async fn exchange(&self, metadata: &Metadata, code: &str, verifier: &str) -> Result<(String, Option<String>), Fault> {
        let fields = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", &self.redirect), ("code_verifier", verifier)];
        let mut form = with_query("", &fields);
        let client = &self.settings.client_id;
        let basic = match &self.secret {
            Some(secret) if !metadata.secret_in_form => Some(basic(client, secret)),
            Some(secret) => {
                form = with_query(&form, &[("client_id", client), ("client_secret", secret)]);
                None
            }
            None => {
                form = with_query(&form, &[("client_id", client)]);
                None
            }
        };
        let asked = Asked { url: &metadata.token, authorization: basic.as_deref(), form: Some(form.trim_start_matches('?')) };
        let (status, body) = self.fetch.fetch(asked).await?;
        // What it says of a code that it does not take is no matter for the person: they begin again.
        match status {
            200 => {}
            400 => return Err(stale()),
            401 => return Err(unusable("it refuses this server: compare client_id and secret")),
            _ => return Err(away()),
        }
        let doc = object(&body).ok_or_else(|| distrusted("its answer is no JSON object"))?;
        let token = text(doc.root(), "id_token").ok_or_else(|| distrusted("its answer has no id_token"))?;
        Ok((token, text(doc.root(), "access_token")))
    }

    async fn believed(&self, token: &str, purpose: &For<'_>) -> Result<Vec<u8>, Fault> {
        let kid = read_provider(token).map(|read| read.kid).ok_or_else(|| distrusted("it is no signed token"))?;
        let known = self.known(Some(&kid)).await?;
        let expected = Expected { issuer: &self.settings.issuer, client: &self.settings.client_id, now: self.clock.now().0 / 1000 };
        believed(token, &known.keys, &expected, purpose).map_err(distrusted)
    }

    async fn person(&self, metadata: &Metadata, claims: &[u8], access: &Option<String>) -> Result<Outside, Fault> {
        let unread = || distrusted("its claims are no JSON object");
        let (subject, enough) = {
            let doc = object(claims).ok_or_else(unread)?;
            (text(doc.root(), "sub"), says_enough(doc.root(), &self.settings))
        };
        let more = match (metadata.userinfo.as_deref(), access) {
            (Some(url), Some(access)) if !enough => Some(self.userinfo(url, access).await?),
            _ => None,
        };
        let doc = object(claims).ok_or_else(unread)?;
        let more = more.as_deref().map(|bytes| object(bytes).ok_or_else(unread)).transpose()?;
        let about = more.as_ref().map(|more| text(more.root(), "sub"));
        if about.is_some_and(|about| about != subject) {
            return Err(distrusted("the userinfo endpoint speaks of somebody else"));
        }
        person(doc.root(), more.as_ref().map(|more| more.root()), &self.settings, self.site).ok_or_else(|| distrusted("it names nobody"))
    }

    async fn userinfo(&self, url: &str, access: &str) -> Result<Vec<u8>, Fault> {
        let bearer = format!("Bearer {access}");
        let (status, body) = self.fetch.fetch(Asked { url, authorization: Some(&bearer), form: None }).await?;
        if status == 200 { Ok(body) } else { Err(away()) }
    }

    /// What the provider said of itself. `kid`: a key that has to be among its keys; if it is not, they are asked for again.
    async fn known(&self, kid: Option<&str>) -> Result<Arc<Known>, Fault> {
        let now = self.clock.now();
        let kept = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = kept.filter(|known| known.is_good(now)) {
            let enough = kid.is_none_or(|kid| known.has(kid)) || !known.may_be_asked_again(now);
            if enough {
                return Ok(known);
            }
        }
        let url = format!("{}/.well-known/openid-configuration", self.settings.issuer.trim_end_matches('/'));
        let metadata = Metadata::read(&self.get(&url).await?, &self.settings.issuer, self.plain).map_err(unusable)?;
        let keys: Vec<PublicKey> = read_provider_set(&self.get(&metadata.keys).await?).map_err(unusable)?;
        let known = Arc::new(Known { metadata, keys, at: now });
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(known.clone());
        Ok(known)
    }

    async fn get(&self, url: &str) -> Result<Vec<u8>, Fault> {
        let (status, body) = self.fetch.fetch(Asked { url, authorization: None, form: None }).await?;
        if status == 200 { Ok(body) } else { Err(away()) }
    }
}

/// A parameter that came once.
fn one<'a>(answer: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut all = answer.iter().filter(|(known, _)| known == name);
    let first = all.next()?;
    all.next().is_none().then_some(first.1.as_str())
}

/// Id and secret as a header carries them, each encoded as in a form (RFC 6749, 2.3.1).
fn basic(client: &str, secret: &str) -> String {
    let encoded = |text: &str| with_query("", &[("", text)]).trim_start_matches("?=").to_owned();
    let mut out = b"Basic ".to_vec();
    rihla_fhir::base64::encode_into(format!("{}:{}", encoded(client), encoded(secret)).as_bytes(), &mut out);
    String::from_utf8(out).unwrap_or_default()
}

fn stale() -> Fault {
    Fault::new(FaultKind::Forbidden, "RH-OIDC-STALE", "This sign-in took too long, or was begun elsewhere. Begin again.")
}

fn denied() -> Fault {
    Fault::new(FaultKind::Forbidden, "RH-OIDC-DENIED", "The sign-in service did not let you in. Try again, or sign in with your password here.")
}

/// What carries requests says so too when nobody answers.
pub fn away() -> Fault {
    Fault::new(FaultKind::Unavailable, "RH-OIDC-AWAY", "The sign-in service does not answer. Sign in with your password here, or try again in a moment.")
}

fn distrusted(why: &'static str) -> Fault {
    Fault::new(FaultKind::Forbidden, "RH-OIDC-TOKEN", format!("What the sign-in service said cannot be trusted: {why}."))
}

fn unusable(why: &'static str) -> Fault {
    Fault::new(FaultKind::Unavailable, "RH-OIDC-SETUP", format!("The sign-in service cannot be used as it is set up: {why}."))
}

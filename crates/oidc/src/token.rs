//! Whether a token is the provider's, for us, of now (<https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation>).

use rihla_fhir::json::Value;
use rihla_jose::json::{number, object, text, texts};
use rihla_jose::{PublicKey, read_provider};

/// Clocks may differ by so much, in seconds.
pub(crate) const SKEW: i64 = 60;
/// A token that is older is of no sign-in that goes on.
const OLD: i64 = 10 * 60;
const SUB_MAX: usize = 255;
/// What a token about the end of a session says of itself.
const ENDED: &str = "http://schemas.openid.net/event/backchannel-logout";

/// What a token has to say; times in seconds.
pub(crate) struct Expected<'e> {
    pub issuer: &'e str,
    pub client: &'e str,
    pub now: i64,
}

/// What kind of token it has to be.
pub(crate) enum For<'e> {
    SignIn {
        nonce: &'e str,
        /// They had to prove who they are since then.
        anew: Option<i64>,
    },
    End,
}

impl For<'_> {
    fn kind(&self) -> &'static str {
        match self {
            Self::SignIn { .. } => "jwt",
            Self::End => "logout+jwt",
        }
    }
}

/// The claims of a token that may be believed, as JSON; the text says why it may not.
pub(crate) fn believed(token: &str, keys: &[PublicKey], expected: &Expected<'_>, purpose: &For<'_>) -> Result<Vec<u8>, &'static str> {
    let read = read_provider(token).ok_or("it is no signed token, or its header asks for more than is understood")?;
    let key = keys.iter().find(|key| key.kid == read.kid).ok_or("it is signed by no key of the provider")?;
    if read.algorithm != key.algorithm.name() || !key.verify(read.message, &read.signature) {
        return Err("its signature is not right");
    }
    // A token that was made for another purpose says so (RFC 8725, 3.11).
    let kind = read.kind.as_deref().unwrap_or("JWT").to_ascii_lowercase();
    if kind != purpose.kind() {
        return Err("it is a token of another kind");
    }
    let doc = object(&read.payload).ok_or("its claims are no JSON object")?;
    common(doc.root(), expected)?;
    match purpose {
        For::SignIn { nonce, anew } => signing_in(doc.root(), nonce, *anew)?,
        For::End => ending(doc.root())?,
    }
    drop(doc);
    Ok(read.payload)
}

fn common(claims: Value<'_>, expected: &Expected<'_>) -> Result<(), &'static str> {
    if text(claims, "iss").is_none_or(|said| said != expected.issuer) {
        return Err("it is of another issuer");
    }
    let own = |said: Option<String>| said.as_deref() == Some(expected.client);
    let alone = own(text(claims, "aud")) || texts(claims, "aud").is_some_and(|all| all == [expected.client]);
    let among = texts(claims, "aud").is_some_and(|all| all.iter().any(|one| one == expected.client)) && own(text(claims, "azp"));
    let other = claims.get("azp").is_some() && !own(text(claims, "azp"));
    if !(alone || among) || other {
        return Err("it is for another program");
    }
    if number(claims, "exp").is_none_or(|ends| ends.saturating_add(SKEW) <= expected.now) {
        return Err("it is past its end");
    }
    let age = number(claims, "iat").map(|made| expected.now.saturating_sub(made)).ok_or("it does not say when it was made")?;
    if !(-SKEW..=OLD).contains(&age) {
        return Err("it was made long ago, or is of a later time: compare the clocks");
    }
    if number(claims, "nbf").is_some_and(|begins| begins > expected.now.saturating_add(SKEW)) {
        return Err("it is of a later time: compare the clocks");
    }
    match text(claims, "sub") {
        Some(subject) if (1..=SUB_MAX).contains(&subject.len()) => Ok(()),
        _ => Err("it names nobody"),
    }
}

fn signing_in(claims: Value<'_>, nonce: &str, anew: Option<i64>) -> Result<(), &'static str> {
    if text(claims, "nonce").is_none_or(|said| said != nonce) {
        return Err("it is of another sign-in");
    }
    match anew {
        Some(since) if number(claims, "auth_time").is_none_or(|at| at.saturating_add(SKEW) < since) => Err("the person was not asked once more"),
        _ => Ok(()),
    }
}

fn ending(claims: Value<'_>) -> Result<(), &'static str> {
    let is_one = claims.get("events").and_then(|events| events.get(ENDED)).is_some_and(|event| event.is_object());
    if is_one && claims.get("nonce").is_none() && text(claims, "jti").is_some() { Ok(()) } else { Err("it is no token about the end of a session") }
}

/// What stands somewhere in the claims: a name with dots in it stands for itself first.
pub(crate) fn at<'v>(claims: Value<'v>, path: &str) -> Option<Value<'v>> {
    claims.get(path).or_else(|| path.split('.').try_fold(claims, |inside, name| inside.get(name)))
}

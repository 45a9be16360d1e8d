//! The compact form of a signed text (RFC 7515, 3.1), with what RFC 8725 says about reading it.

use crate::json::{object, text};
use rihla_identity::keeping::{base64url, from_base64url};

/// Longer is no token of anybody.
const TOKEN_MAX: usize = 16 << 10;

/// A text whose signature has not been looked at.
pub struct Jws<'t> {
    pub algorithm: String,
    pub kid: String,
    pub kind: Option<String>,
    /// What was signed.
    pub message: &'t [u8],
    pub signature: Vec<u8>,
    pub payload: Vec<u8>,
}

/// None: no such text, or one whose header says more than is understood here: where a key is, or what must be understood.
pub fn read(token: &str) -> Option<Jws<'_>> {
    read_if(token, |name| matches!(name, "alg" | "kid" | "typ"))
}

/// One of an identity provider, which may say more of its keys: it is not looked at, since keys come from the provider's own
/// list alone. What must be understood is still refused (RFC 7515, 4.1.11).
pub fn read_provider(token: &str) -> Option<Jws<'_>> {
    read_if(token, |name| !matches!(name, "crit" | "b64"))
}

fn read_if(token: &str, known: impl Fn(&str) -> bool) -> Option<Jws<'_>> {
    if token.len() > TOKEN_MAX {
        return None;
    }
    let (message, signature) = token.rsplit_once('.')?;
    let (header, payload) = message.split_once('.')?;
    let header = from_base64url(header)?;
    let header = object(&header)?;
    let header = header.root();
    if !header.members().all(|member| known(member.key().as_ref())) {
        return None;
    }
    Some(Jws {
        algorithm: text(header, "alg")?,
        kid: text(header, "kid")?,
        kind: text(header, "typ"),
        message: message.as_bytes(),
        signature: from_base64url(signature)?,
        payload: from_base64url(payload)?,
    })
}

/// Header and claims, ready to be signed.
pub fn message(header: &str, claims: &str) -> String {
    format!("{}.{}", base64url(header.as_bytes()), base64url(claims.as_bytes()))
}

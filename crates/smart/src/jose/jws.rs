//! The compact form of a signed text (RFC 7515, 3.1), with what RFC 8725 says about reading it.

use crate::json::{object, text};
use rihla_identity::keeping::{base64url, from_base64url};

/// Longer is no token of anybody.
const TOKEN_MAX: usize = 16 << 10;

/// A text whose signature has not been looked at.
pub(crate) struct Jws<'t> {
    pub algorithm: String,
    pub kid: String,
    pub kind: Option<String>,
    /// What was signed.
    pub message: &'t [u8],
    pub signature: Vec<u8>,
    pub payload: Vec<u8>,
}

/// None: no such text, or one whose header says more than is understood here: where a key is, or what must be understood.
pub(crate) fn read(token: &str) -> Option<Jws<'_>> {
    if token.len() > TOKEN_MAX {
        return None;
    }
    let (message, signature) = token.rsplit_once('.')?;
    let (header, payload) = message.split_once('.')?;
    let header = from_base64url(header)?;
    let header = object(&header)?;
    let header = header.root();
    if header.members().any(|member| !matches!(member.key().as_ref(), "alg" | "kid" | "typ")) {
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
pub(crate) fn message(header: &str, claims: &str) -> String {
    format!("{}.{}", base64url(header.as_bytes()), base64url(claims.as_bytes()))
}

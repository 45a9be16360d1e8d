//! What a browser hands over: the JSON of `PublicKeyCredential.toJSON()`, and the client data within.

use crate::refusal::Refusal;
use crate::secret::from_base64url;
use rihla_fhir::json::{Limits, Value, parse};
use rihla_kernel::FaultKind;

/// Bytes of an answer that are looked at.
const LONGEST: usize = 64 << 10;

/// A new credential (<https://www.w3.org/TR/webauthn-3/#dictdef-registrationresponsejson>).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    pub client_data: Vec<u8>,
    pub attestation: Vec<u8>,
}

/// A proof of holding a credential (<https://www.w3.org/TR/webauthn-3/#dictdef-authenticationresponsejson>).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    pub credential: Vec<u8>,
    pub client_data: Vec<u8>,
    pub authenticator_data: Vec<u8>,
    pub signature: Vec<u8>,
    /// The user handle, where the authenticator gives one.
    pub user: Option<Vec<u8>>,
}

impl Registration {
    pub fn from_json(text: &str) -> Result<Self, Refusal> {
        answer(text, |_, response| Some(Self { client_data: bytes(response, "clientDataJSON")?, attestation: bytes(response, "attestationObject")? }))
    }
}

impl Assertion {
    pub fn from_json(text: &str) -> Result<Self, Refusal> {
        answer(text, |root, response| {
            Some(Self {
                credential: bytes(root, "rawId")?,
                client_data: bytes(response, "clientDataJSON")?,
                authenticator_data: bytes(response, "authenticatorData")?,
                signature: bytes(response, "signature")?,
                user: bytes(response, "userHandle").filter(|user| !user.is_empty()),
            })
        })
    }
}

fn answer<T>(text: &str, read: impl FnOnce(Value<'_>, Value<'_>) -> Option<T>) -> Result<T, Refusal> {
    let malformed = || Refusal::new(FaultKind::Invalid, "RH-ID-PASSKEY-FORM", "The browser's answer about the passkey is not as it has to be.");
    if text.len() > LONGEST {
        return Err(malformed());
    }
    let doc = parse(text.as_bytes(), &Limits::default()).map_err(|_| malformed())?;
    let root = doc.root();
    root.get("response").and_then(|response| read(root, response)).ok_or_else(malformed)
}

fn bytes(value: Value<'_>, name: &str) -> Option<Vec<u8>> {
    from_base64url(&value.get(name)?.as_str()?)
}

/// What the browser says it was asked, and by whom (<https://www.w3.org/TR/webauthn-3/#dictdef-collectedclientdata>).
pub(crate) struct ClientData {
    pub kind: String,
    pub challenge: Vec<u8>,
    pub origin: String,
    /// The page stood inside one of another origin.
    pub framed: bool,
}

impl ClientData {
    pub fn read(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > LONGEST {
            return None;
        }
        // A byte order mark may stand before it (WebAuthn 3, 7.2 step 10).
        let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
        let doc = parse(bytes, &Limits::default()).ok()?;
        let root = doc.root();
        let once = |name: &str| root.members().filter(|member| member.is(name)).count() <= 1;
        if !["type", "challenge", "origin", "crossOrigin", "topOrigin"].into_iter().all(once) {
            return None;
        }
        let text = |name: &str| Some(root.get(name)?.as_str()?.into_owned());
        let framed = root.get("topOrigin").is_some() || root.get("crossOrigin").is_some_and(|value| value.as_bool() != Some(false));
        Some(Self { kind: text("type")?, challenge: from_base64url(&text("challenge")?)?, origin: text("origin")?, framed })
    }
}

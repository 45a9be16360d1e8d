//! What a page hands to the browser: `PublicKeyCredential.parseCreationOptionsFromJSON()` and `parseRequestOptionsFromJSON()`
//! read it (<https://www.w3.org/TR/webauthn-3/#dictdef-publickeycredentialcreationoptionsjson>).

use super::ALGORITHMS;
use crate::account::Account;
use crate::identity::RelyingParty;
use crate::secret::{Token, base64url};
use rihla_fhir::json::escape_into;

/// A question for a passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// To be sent back with the answer.
    pub challenge: Token,
    /// The options as JSON.
    pub options: String,
}

/// For making a passkey. Those that the person has are named, so that a device makes no second one.
pub(crate) fn creation(party: &RelyingParty, issuer: &str, account: &Account, has: &[Vec<u8>], challenge: Token, timeout_ms: i64) -> Offer {
    let algorithms = ALGORITHMS.map(|algorithm| format!("{{\"type\":\"public-key\",\"alg\":{algorithm}}}")).join(",");
    let options = format!(
        "{{\"rp\":{{\"id\":{},\"name\":{}}},\"user\":{{\"id\":\"{}\",\"name\":{},\"displayName\":{}}},\"challenge\":\"{}\",\
         \"pubKeyCredParams\":[{algorithms}],\"timeout\":{timeout_ms},\"excludeCredentials\":[{}],\
         \"authenticatorSelection\":{{\"residentKey\":\"preferred\",\"userVerification\":\"preferred\"}},\"attestation\":\"none\"}}",
        text(&party.id),
        text(issuer),
        base64url(&account.id.0),
        text(&account.login),
        text(account.name("fr")),
        challenge.as_str(),
        credentials(has),
    );
    Offer { challenge, options }
}

/// For answering by a passkey; by any of the device's if none is named. `alone`: its person has to be verified.
pub(crate) fn request(party: &RelyingParty, allowed: &[Vec<u8>], alone: bool, challenge: Token, timeout_ms: i64) -> Offer {
    let verification = if alone { "required" } else { "preferred" };
    let options = format!(
        "{{\"challenge\":\"{}\",\"timeout\":{timeout_ms},\"rpId\":{},\"allowCredentials\":[{}],\"userVerification\":\"{verification}\"}}",
        challenge.as_str(),
        text(&party.id),
        credentials(allowed),
    );
    Offer { challenge, options }
}

fn credentials(ids: &[Vec<u8>]) -> String {
    ids.iter().map(|id| format!("{{\"type\":\"public-key\",\"id\":\"{}\"}}", base64url(id))).collect::<Vec<_>>().join(",")
}

fn text(text: &str) -> String {
    let mut out = Vec::new();
    escape_into(text, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

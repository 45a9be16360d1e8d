//! How a client proves who it is (RFC 6749 2.3, RFC 7523, SMART asymmetric authentication).

use super::{Client, Kind, State};
use crate::answer::{Error, Refused};
use crate::form::Form;
use crate::names;
use crate::smart::{Smart, seconds};
use rihla_fhir::base64;
use rihla_identity::keeping::{same, sha256};
use rihla_identity::{CHANGED, Change};
use rihla_jose as jws;
use rihla_jose::decoded;
use rihla_jose::json::{number, object, text, texts};
use rihla_kernel::Instant;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const JTI_MAX: usize = 256;

/// One answer whatever the reason, so that nobody learns which clients there are.
fn unknown() -> Refused {
    Refused::new(Error::InvalidClient, "The client is not known, is not let in, or did not prove who it is.")
}

fn bad(text: &str) -> Refused {
    Refused::new(Error::InvalidClient, text)
}

impl Smart {
    /// The client that sent a form. It is let in, and it used its own way to prove itself and no other.
    pub(crate) async fn prove(&self, form: &Form, authorization: Option<&str>) -> Result<Client, Refused> {
        let basic = authorization.map(|header| basic(header).ok_or_else(unknown)).transpose()?;
        let ways = [basic.is_some(), form.get("client_secret").is_some(), form.get("client_assertion").is_some()];
        if ways.into_iter().filter(|used| *used).count() > 1 {
            return Err(Refused::new(Error::InvalidRequest, "Prove who the client is in one way, not in several."));
        }
        let named = form.get("client_id");
        if let Some(assertion) = form.get("client_assertion") {
            if form.get("client_assertion_type") != Some(ASSERTION_TYPE) {
                return Err(Refused::new(Error::InvalidRequest, format!("The client_assertion_type has to be {ASSERTION_TYPE}.")));
            }
            return self.asserted(assertion, named).await;
        }
        let (id, secret) = match &basic {
            Some((id, _)) if named.is_some_and(|named| named != id) => return Err(unknown()),
            Some((id, secret)) => (id.as_str(), Some(secret.as_str())),
            None => (named.ok_or_else(unknown)?, form.get("client_secret")),
        };
        let client = self.let_in(id)?;
        match (&client.kind, secret) {
            (Kind::Public, None) => Ok(client),
            (Kind::Secret(hash), Some(secret)) if same(hash, &sha256(secret.as_bytes())) => Ok(client),
            _ => Err(unknown()),
        }
    }

    pub(crate) fn let_in(&self, id: &str) -> Result<Client, Refused> {
        self.client(id)?.filter(|client| client.state() == State::Approved).ok_or_else(unknown)
    }

    async fn asserted(&self, assertion: &str, named: Option<&str>) -> Result<Client, Refused> {
        let read = jws::read(assertion).ok_or_else(|| bad("The assertion is no signed JWT, or its header has more than alg, kid and typ."))?;
        let claims = object(&read.payload).ok_or_else(|| bad("The claims of the assertion are no JSON object."))?;
        let claims = claims.root();
        let id = text(claims, "iss").ok_or_else(unknown)?;
        let client = self.let_in(&id)?;
        let key = client.kind.keys().iter().find(|key| key.kid == read.kid).ok_or_else(unknown)?;
        let typed = read.kind.as_deref().is_none_or(|kind| kind.eq_ignore_ascii_case("jwt"));
        if !typed || read.algorithm != key.algorithm.name() || !key.verify(read.message, &read.signature) {
            return Err(unknown());
        }
        if text(claims, "sub").as_ref() != Some(&client.id) || named.is_some_and(|named| named != client.id) {
            return Err(bad("The sub of the assertion is not its client."));
        }
        let (address, now) = (self.address(crate::discovery::TOKEN), seconds(self.now()));
        let aimed = text(claims, "aud").is_some_and(|aud| aud == address) || texts(claims, "aud").is_some_and(|all| all == [address.as_str()]);
        if !aimed {
            return Err(bad("The aud of the assertion is not the token endpoint."));
        }
        let ends = number(claims, "exp").filter(|ends| *ends > now && *ends <= now.saturating_add(self.policy().assertion / 1000));
        let ends = ends.ok_or_else(|| bad("The exp of the assertion is past, or more than five minutes ahead."))?;
        let begun = |name: &str| claims.get(name).is_none() || number(claims, name).is_some_and(|at| at <= now);
        if !begun("nbf") || !begun("iat") {
            return Err(bad("The assertion is of a later time. Compare the clocks."));
        }
        let jti = text(claims, "jti").filter(|jti| !jti.is_empty() && jti.len() <= JTI_MAX).ok_or_else(|| bad("The assertion has no jti."))?;
        let (name, mut change) = (names::assertion(&client.id, &jti), Change::default());
        change.expect(name.clone(), None).put(name, moment(Instant(ends.saturating_mul(1000))));
        match self.vault.commit(change).await {
            Ok(()) => Ok(client),
            Err(fault) if fault.code == CHANGED => Err(bad("The assertion was used already. Make a new one with a jti of its own.")),
            Err(fault) => Err(fault.into()),
        }
    }
}

/// A time as the whole of what is kept under a name.
fn moment(at: Instant) -> Vec<u8> {
    at.0.to_be_bytes().to_vec()
}

/// Id and secret of a Basic header, each as a form encodes it (RFC 6749, 2.3.1).
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, value) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(base64::decode(value.trim())?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((decoded(id)?, decoded(secret)?))
}

//! The keys that we sign with: made here, kept sealed, turned over in time.

use crate::names;
use crate::policy::Policy;
use rihla_identity::keeping::{Fields, Later, Taken, Wire, base64url, decode, encode, random};
use rihla_identity::{CHANGED, Change, Sealer, Vault};
use rihla_jose as jws;
use rihla_jose::json::Object;
use rihla_kernel::{Entropy, Fault, FaultKind, Instant};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, UnparsedPublicKey};
use std::sync::Arc;

pub(crate) const ALGORITHM: &str = "ES256";

/// As it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Kept {
    sealed: Vec<u8>,
    /// Signs from then on, until the next one does.
    from: Instant,
    later: Later,
}

impl Wire for Kept {
    fn put(&self, out: &mut Fields) {
        out.bytes(1, &self.sealed);
        out.time(2, self.from);
        out.later(&self.later);
    }

    fn take(from: &mut Taken<'_>) -> Option<Self> {
        Some(Self { sealed: from.bytes(1)?.to_vec(), from: from.time(2)?, later: from.later() })
    }
}

struct SigningKey {
    kid: String,
    pair: EcdsaKeyPair,
    from: Instant,
}

/// All keys that are published, the one that signs last first.
pub(crate) struct SigningKeys(Vec<Arc<SigningKey>>);

impl SigningKeys {
    pub fn read(vault: &dyn Vault, sealer: &Sealer) -> Result<Self, Fault> {
        let mut keys = Vec::new();
        for (name, bytes) in vault.list(names::KEYS)? {
            let kid = name.strip_prefix(names::KEYS).unwrap_or("").to_owned();
            let kept: Kept = decode(&bytes)?;
            let private = sealer.unseal(&kept.sealed, kid.as_bytes()).ok_or_else(unreadable)?;
            let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &private, &SystemRandom::new()).map_err(|_| unreadable())?;
            keys.push(Arc::new(SigningKey { kid, pair, from: kept.from }));
        }
        keys.sort_by(|one, two| (two.from, &two.kid).cmp(&(one.from, &one.kid)));
        Ok(Self(keys))
    }

    /// The place of the key that signs now: the newest whose time has come.
    fn signing(&self, now: Instant) -> Option<usize> {
        self.0.iter().position(|key| key.from <= now)
    }

    pub fn sign(&self, kind: &str, claims: &str, now: Instant) -> Result<String, Fault> {
        let key = self.signing(now).and_then(|place| self.0.get(place)).ok_or_else(unreadable)?;
        let header = Object::new().text("alg", ALGORITHM).text("typ", kind).text("kid", &key.kid).done();
        let message = jws::message(&header, claims);
        let signature = key.pair.sign(&SystemRandom::new(), message.as_bytes()).map_err(|_| unreadable())?;
        Ok(format!("{message}.{}", base64url(signature.as_ref())))
    }

    /// What a text of ours of this kind says; none if it is not ours.
    pub fn open(&self, token: &str, kind: &str) -> Option<Vec<u8>> {
        let read = jws::read(token)?;
        let key = self.0.iter().find(|key| key.kid == read.kid)?;
        let meant = read.algorithm == ALGORITHM && read.kind.is_some_and(|own| own.eq_ignore_ascii_case(kind));
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.pair.public_key());
        (meant && public.verify(read.message, &read.signature).is_ok()).then_some(read.payload)
    }

    /// The public halves (RFC 7517, 5).
    pub fn document(&self) -> String {
        let public = |key: &Arc<SigningKey>| {
            let point = key.pair.public_key().as_ref();
            let part = |from: usize, to: usize| base64url(point.get(from..to).unwrap_or(&[]));
            let head = Object::new().text("kty", "EC").text("crv", "P-256").text("use", "sig").text("alg", ALGORITHM).text("kid", &key.kid);
            head.text("x", &part(1, 33)).text("y", &part(33, 65))
        };
        Object::new().objects("keys", self.0.iter().map(public)).done()
    }

    /// What has to change now: a key to come, and keys whose last token ended.
    pub fn turn(&self, policy: &Policy, sealer: &Sealer, entropy: &dyn Entropy, now: Instant) -> Result<Option<Change>, Fault> {
        let mut change = Change::default();
        let due = self.0.first().map(|key| key.from.0.saturating_add(policy.key));
        let make = due.is_none_or(|due| now.0 >= due.saturating_sub(policy.key_ahead));
        if make {
            // The very first signs at once: nobody holds an older set. A late one is still published before it signs.
            let from = due.map_or(now, |due| Instant(due.max(now.0.saturating_add(policy.key_ahead))));
            let kid = base64url(&random::<16>(entropy));
            let pair = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).map_err(|_| unreadable())?;
            let sealed = sealer.seal(pair.as_ref(), kid.as_bytes(), entropy).ok_or_else(unreadable)?;
            let name = names::key(&kid);
            change.expect(name.clone(), None).put(name, encode(&Kept { sealed, from, later: Later::default() }));
        }
        // A key stopped when the one before it in the list began.
        let old = self.0.windows(2).filter_map(|pair| match pair {
            [next, key] if now.0 >= next.from.0.saturating_add(policy.access()) => Some(&key.kid),
            _ => None,
        });
        let old: Vec<&String> = old.collect();
        old.iter().for_each(|kid| _ = change.remove(names::key(kid)));
        Ok((make || !old.is_empty()).then_some(change))
    }
}

/// Makes the keys that are due, and reads all.
pub(crate) async fn turned(vault: &dyn Vault, sealer: &Sealer, policy: &Policy, entropy: &dyn Entropy, now: Instant) -> Result<SigningKeys, Fault> {
    // Two who turn at once would each make a key.
    let turned = vault.read(names::TURNED)?;
    let keys = SigningKeys::read(vault, sealer)?;
    let Some(mut change) = keys.turn(policy, sealer, entropy, now)? else { return Ok(keys) };
    change.expect(names::TURNED, turned).put(names::TURNED, random::<8>(entropy).to_vec());
    match vault.commit(change).await {
        Err(fault) if fault.code != CHANGED => Err(fault),
        _ => SigningKeys::read(vault, sealer),
    }
}

fn unreadable() -> Fault {
    Fault::new(FaultKind::Internal, "RH-SMART-KEYS", "The keys that sign tokens cannot be used. Start with the server's own key file, or ask for help.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tk_2_what_we_signed_for_another_purpose_or_by_another_name_of_the_algorithm_is_not_opened() {
        let random = SystemRandom::new();
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a pair");
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, made.as_ref(), &random).expect("a pair");
        let keys = SigningKeys(vec![Arc::new(SigningKey { kid: "k".into(), pair, from: Instant(5) })]);
        let opened = |token: &str| keys.open(token, "at+jwt").is_some();
        assert!(opened(&keys.sign("at+jwt", "{}", Instant(5)).expect("signed")) && !opened(&keys.sign("JWT", "{}", Instant(5)).expect("signed")));
        assert_eq!(keys.sign("at+jwt", "{}", Instant(4)).expect_err("published, and does not sign yet").code, "RH-SMART-KEYS");
        for (algorithm, good) in [("ES256", true), ("ES384", false), ("none", false), ("HS256", false)] {
            let message = jws::message(&format!(r#"{{"alg":"{algorithm}","typ":"at+jwt","kid":"k"}}"#), "{}");
            let signature = keys.0[0].pair.sign(&random, message.as_bytes()).expect("signed");
            assert_eq!(opened(&format!("{message}.{}", base64url(signature.as_ref()))), good, "{algorithm}");
        }
        assert!(!opened(&keys.sign("at+jwt", "{}", Instant(5)).expect("signed").replace(".", "..")));
    }
}

//! AES-256-GCM whose nonces are made of what is sealed: docs/decisions/0020-at-rest.md.

use super::damaged;
use rihla_kernel::Fault;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;

/// What a seal adds: nonce and tag.
pub const SEAL: usize = NONCE_LEN + 16;

/// A key derived from another one for one purpose: the first block of HKDF-Expand
/// (<https://www.rfc-editor.org/rfc/rfc5869#section-2.3>).
pub fn derive(key: &[u8], purpose: &str) -> [u8; 32] {
    let info = [b"rihla 1 ".as_slice(), purpose.as_bytes(), &[1]].concat();
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), &info);
    tag.as_ref().first_chunk().copied().unwrap_or_default()
}

/// Seals and opens for one purpose.
pub struct Seal {
    key: LessSafeKey,
    nonces: hmac::Key,
}

impl Seal {
    pub fn new(key: &[u8], purpose: &str) -> Result<Self, Fault> {
        let sealing = UnboundKey::new(&AES_256_GCM, &derive(key, &format!("{purpose} seal"))).map_err(|_| damaged())?;
        Ok(Self { key: LessSafeKey::new(sealing), nonces: hmac::Key::new(hmac::HMAC_SHA256, &derive(key, &format!("{purpose} nonce"))) })
    }

    /// Appends what `plain` becomes at the place that `at` names.
    pub fn seal(&self, at: &[u8], plain: &[u8], out: &mut Vec<u8>) -> Result<(), Fault> {
        let mut context = hmac::Context::with_key(&self.nonces);
        context.update(&(at.len() as u64).to_be_bytes());
        context.update(at);
        context.update(plain);
        let nonce: [u8; NONCE_LEN] = context.sign().as_ref().first_chunk().copied().ok_or_else(damaged)?;
        out.reserve(plain.len() + SEAL);
        out.extend_from_slice(&nonce);
        let from = out.len();
        out.extend_from_slice(plain);
        let fresh = out.get_mut(from..).ok_or_else(damaged)?;
        let tag = self.key.seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(at), fresh).map_err(|_| damaged())?;
        out.extend_from_slice(tag.as_ref());
        Ok(())
    }

    pub fn open(&self, at: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        let (nonce, rest) = sealed.split_first_chunk::<NONCE_LEN>().ok_or_else(damaged)?;
        let mut out = rest.to_vec();
        let length = self.key.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(at), &mut out).map_err(|_| damaged())?.len();
        out.truncate(length);
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_at_its_place_only() {
        let (seal, other) = (Seal::new(&[1; 32], "body").expect("a key"), Seal::new(&[1; 32], "state").expect("a key"));
        for plain in [&b""[..], b"a", &[7; 5000]] {
            let (mut sealed, mut again, mut elsewhere) = (Vec::new(), Vec::new(), Vec::new());
            seal.seal(b"row 1", plain, &mut sealed).expect("seals");
            seal.seal(b"row 1", plain, &mut again).expect("seals");
            seal.seal(b"row 2", plain, &mut elsewhere).expect("seals");
            assert_eq!((sealed.len(), sealed == again), (plain.len() + SEAL, true));
            assert_ne!(sealed.get(..NONCE_LEN), elsewhere.get(..NONCE_LEN));
            assert_eq!(seal.open(b"row 1", &sealed), Ok(plain.to_vec()));
            assert!(seal.open(b"row 2", &sealed).is_err() && other.open(b"row 1", &sealed).is_err());
            for at in [0, NONCE_LEN, sealed.len() - 1] {
                let mut changed = sealed.clone();
                changed[at] ^= 1;
                assert!(seal.open(b"row 1", &changed).is_err(), "{at}");
            }
        }
        assert!(seal.open(b"row 1", b"short").is_err());
    }
}

//! Public keys as authenticators give them, and signatures by them (RFC 9052, RFC 9053).

use super::cbor::{self, Item};
use ring::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey};

/// Algorithms that a browser is to offer, the best first (<https://www.iana.org/assignments/cose>).
pub(crate) const ALGORITHMS: [i32; 3] = [ES256, EDDSA, RS256];

const ES256: i32 = -7;
const EDDSA: i32 = -8;
const RS256: i32 = -257;

enum Key<'k> {
    /// An uncompressed point.
    P256([u8; 65]),
    Ed25519(&'k [u8]),
    Rsa {
        n: &'k [u8],
        e: &'k [u8],
    },
}

/// Whether this is a key that signatures can be checked by.
pub(crate) fn is_key(cose: &[u8]) -> bool {
    read(cose).is_some()
}

pub(crate) fn verify(cose: &[u8], message: &[u8], signature: &[u8]) -> bool {
    match read(cose) {
        Some(Key::P256(point)) => UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_ASN1, point).verify(message, signature).is_ok(),
        Some(Key::Ed25519(point)) => UnparsedPublicKey::new(&signature::ED25519, point).verify(message, signature).is_ok(),
        Some(Key::Rsa { n, e }) => RsaPublicKeyComponents { n, e }.verify(&signature::RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok(),
        None => false,
    }
}

fn read(cose: &[u8]) -> Option<Key<'_>> {
    let map = cbor::whole(cose)?;
    let number = |label: i128| map.get(&Item::Number(label)).and_then(Item::number);
    let bytes = |label: i128| map.get(&Item::Number(label)).and_then(Item::bytes);
    let (kind, algorithm, curve) = (number(1)?, i32::try_from(number(3)?).ok()?, number(-1));
    match (kind, algorithm, curve) {
        (2, ES256, Some(1)) => {
            let (x, y) = (bytes(-2)?, bytes(-3)?);
            (x.len() == 32 && y.len() == 32).then(|| [&[4], x, y].concat().try_into().ok().map(Key::P256)).flatten()
        }
        (1, EDDSA, Some(6)) => bytes(-2).filter(|x| x.len() == 32).map(Key::Ed25519),
        (3, RS256, _) => {
            let (n, e) = (bytes(-1)?, bytes(-2)?);
            // What ring checks: at least 2,048 bits, no leading zero.
            ((256..=1024).contains(&n.len()) && n.first() != Some(&0) && e.first().is_some_and(|first| *first != 0)).then_some(Key::Rsa { n, e })
        }
        _ => None,
    }
}

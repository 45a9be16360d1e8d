//! Keys, random values, and how secrets are recognised without being kept.

use rihla_kernel::{Entropy, Instant};
use ring::{aead, digest, hmac};
use std::fmt;

/// The server's own key: 32 random bytes that stand outside the store, so that who has the store, or a backup of it, can
/// neither guess PINs nor compute codes. Lost, it takes all passwords with it: it is backed up as carefully as the store,
/// and apart from it.
pub struct Keys {
    /// Mixed into every password and PIN (NIST SP 800-63B-4, 3.1.1.2).
    pub(crate) pepper: [u8; 32],
    badge: hmac::Key,
    device: hmac::Key,
    master: hmac::Key,
    sealing: aead::LessSafeKey,
}

impl Keys {
    pub fn new(master: &[u8; 32]) -> Option<Self> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, master);
        let derived = |label: &str| hmac::sign(&key, label.as_bytes());
        let sealing = aead::UnboundKey::new(&aead::CHACHA20_POLY1305, derived("sealing").as_ref()).ok()?;
        Some(Self {
            pepper: derived("pepper").as_ref().try_into().ok()?,
            badge: hmac::Key::new(hmac::HMAC_SHA256, derived("badge").as_ref()),
            device: hmac::Key::new(hmac::HMAC_SHA256, derived("device").as_ref()),
            sealing: aead::LessSafeKey::new(sealing),
            master: key,
        })
    }

    /// Tells whether a store was written with this key, and tells nothing else of it.
    pub(crate) fn check(&self) -> Vec<u8> {
        hmac::sign(&self.master, b"check").as_ref().get(..16).unwrap_or(&[]).to_vec()
    }

    /// What is kept of a badge's number: numbers are few, so a plain hash would give them away.
    pub(crate) fn badge(&self, number: &str) -> String {
        hex(hmac::sign(&self.badge, number.as_bytes()).as_ref())
    }

    /// The key of tickets of one run of the server: those of an earlier run are worth nothing.
    pub(crate) fn of_this_run(&self, run: &[u8; 16]) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&self.master, &[b"run".as_slice(), run].concat()).as_ref())
    }

    pub(crate) fn device(&self) -> &hmac::Key {
        &self.device
    }

    /// Hides a secret that has to be read again. `owner` is bound to it, so that it cannot be moved to somebody else.
    pub(crate) fn seal(&self, secret: &[u8], owner: &[u8], entropy: &dyn Entropy) -> Option<Vec<u8>> {
        sealed_by(&self.sealing, secret, owner, entropy)
    }

    pub(crate) fn unseal(&self, sealed: &[u8], owner: &[u8]) -> Option<Vec<u8>> {
        unsealed_by(&self.sealing, sealed, owner)
    }

    /// A key for one purpose of another part of the server: what is sealed for one opens for no other.
    pub fn sealer(&self, purpose: &str) -> Option<Sealer> {
        let derived = |label: &str| hmac::sign(&self.master, &[label.as_bytes(), purpose.as_bytes()].concat());
        let sealing = aead::UnboundKey::new(&aead::CHACHA20_POLY1305, derived("sealing for ").as_ref()).ok()?;
        Some(Sealer { sealing: aead::LessSafeKey::new(sealing), marking: hmac::Key::new(hmac::HMAC_SHA256, derived("marking for ").as_ref()) })
    }
}

/// Hides what has to be read again, and marks what has to be known again, without keeping it.
pub struct Sealer {
    sealing: aead::LessSafeKey,
    marking: hmac::Key,
}

impl Sealer {
    /// `owner` is bound to the secret, so that it cannot be moved to another place.
    pub fn seal(&self, secret: &[u8], owner: &[u8], entropy: &dyn Entropy) -> Option<Vec<u8>> {
        sealed_by(&self.sealing, secret, owner, entropy)
    }

    pub fn unseal(&self, sealed: &[u8], owner: &[u8]) -> Option<Vec<u8>> {
        unsealed_by(&self.sealing, sealed, owner)
    }

    /// 32 bytes that only the holder of the server's key can make.
    pub fn mark(&self, text: &[u8]) -> Vec<u8> {
        hmac::sign(&self.marking, text).as_ref().to_vec()
    }

    pub fn is_marked(&self, text: &[u8], mark: &[u8]) -> bool {
        hmac::verify(&self.marking, text, mark).is_ok()
    }
}

fn sealed_by(key: &aead::LessSafeKey, secret: &[u8], owner: &[u8], entropy: &dyn Entropy) -> Option<Vec<u8>> {
    let nonce: [u8; aead::NONCE_LEN] = random(entropy);
    let mut out = secret.to_vec();
    let tag = key.seal_in_place_separate_tag(aead::Nonce::assume_unique_for_key(nonce), aead::Aad::from(owner), &mut out).ok()?;
    Some([nonce.as_slice(), &out, tag.as_ref()].concat())
}

fn unsealed_by(key: &aead::LessSafeKey, sealed: &[u8], owner: &[u8]) -> Option<Vec<u8>> {
    let (nonce, body) = sealed.split_first_chunk::<{ aead::NONCE_LEN }>()?;
    let mut body = body.to_vec();
    let opened = key.open_in_place(aead::Nonce::assume_unique_for_key(*nonce), aead::Aad::from(owner), &mut body).ok()?;
    Some(opened.to_vec())
}

/// What a browser or a person holds and the server does not keep. Shown once; never printed in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// 256 random bits (OWASP ASVS 5, 7.2.3 asks for 128).
    pub(crate) fn new(entropy: &dyn Entropy) -> Self {
        Self(base64url(&random::<32>(entropy)))
    }

    pub(crate) fn of(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Token(…)")
    }
}

pub fn random<const N: usize>(entropy: &dyn Entropy) -> [u8; N] {
    let mut out = [0; N];
    for chunk in out.chunks_mut(8) {
        let bytes = entropy.next_u64().to_le_bytes();
        chunk.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
    }
    out
}

pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.iter_mut().zip(digest::digest(&digest::SHA256, bytes).as_ref()).for_each(|(place, byte)| *place = *byte);
    out
}

/// The name under which something secret with much randomness is found again.
pub fn fingerprint(secret: &str) -> String {
    hex(&sha256(secret.as_bytes()))
}

/// In a time that does not tell where two secrets differ.
pub fn same(one: &[u8], other: &[u8]) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"same");
    hmac::verify(&key, one, hmac::sign(&key, other).as_ref()).is_ok()
}

/// What a ticket was made for: none is taken for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Errand {
    /// The password was right; a second factor is asked for.
    SecondFactor = 1,
    /// The challenge of a passkey that signs in.
    PasskeyIn = 2,
    /// The challenge of a passkey that is being registered.
    PasskeyNew = 3,
}

/// Something that the server said and takes back within some minutes, without keeping it: so a flood of beginnings fills no
/// memory and pushes out nobody's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ticket {
    pub errand: Errand,
    pub ends: Instant,
    pub nonce: [u8; 16],
    /// The account that it is about; zeros if about none.
    pub account: [u8; 16],
    /// Its value when the ticket was made; a ticket of an earlier one is void.
    pub epoch: u64,
}

const TICKET_BYTES: usize = 1 + 8 + 16 + 16 + 8;

impl Ticket {
    pub fn sealed(&self, key: &hmac::Key) -> Vec<u8> {
        let mut out = vec![self.errand as u8];
        out.extend(self.ends.0.to_be_bytes());
        out.extend(self.nonce);
        out.extend(self.account);
        out.extend(self.epoch.to_be_bytes());
        let mac = hmac::sign(key, &out);
        out.extend(mac.as_ref());
        out
    }

    /// The ticket, if it is one of this run, for this errand, and not past its end.
    pub fn read(bytes: &[u8], errand: Errand, now: Instant, key: &hmac::Key) -> Option<Self> {
        let (body, mac) = bytes.split_at_checked(TICKET_BYTES)?;
        hmac::verify(key, body, mac).ok()?;
        let (kind, body) = body.split_first()?;
        let (ends, body) = body.split_first_chunk::<8>()?;
        let (nonce, body) = body.split_first_chunk::<16>()?;
        let (account, epoch) = body.split_first_chunk::<16>()?;
        let ends = Instant(i64::from_be_bytes(*ends));
        let fits = *kind == errand as u8 && now < ends;
        fits.then_some(Self { errand, ends, nonce: *nonce, account: *account, epoch: u64::from_be_bytes(epoch.try_into().ok()?) })
    }
}

pub fn hex(bytes: &[u8]) -> String {
    digits(bytes, 4, b"0123456789abcdef")
}

/// Base 64 for addresses, without padding (RFC 4648, 5).
pub fn base64url(bytes: &[u8]) -> String {
    digits(bytes, 6, BASE64URL)
}

/// As authenticator apps read secrets (RFC 4648, 6), without padding.
pub(crate) fn base32(bytes: &[u8]) -> String {
    digits(bytes, 5, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
}

/// Crockford's digits in lower case: nothing that is taken for another sign when it is read aloud or typed.
pub(crate) fn spoken(bytes: &[u8]) -> String {
    digits(bytes, 5, SPOKEN)
}

const BASE64URL: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const SPOKEN: &[u8] = b"0123456789abcdefghjkmnpqrstvwxyz";

fn digits(bytes: &[u8], bits: u32, alphabet: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 8 / bits as usize + 1);
    let (mut held, mut count) = (0u32, 0u32);
    let mask = (1u32 << bits) - 1;
    let mut push = |value: u32| out.push(char::from(alphabet.get(value as usize).copied().unwrap_or(b'0')));
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        count += 8;
        while count >= bits {
            count -= bits;
            push(held >> count & mask);
            held &= (1 << count) - 1;
        }
    }
    if count > 0 {
        push(held << (bits - count) & mask);
    }
    out
}

pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    from_digits(text, 6, |byte| BASE64URL.iter().position(|known| *known == byte))
}

/// What [`spoken`] wrote, however it was typed: upper case, hyphens, `o` for `0`, `i` and `l` for `1`.
pub(crate) fn from_spoken(text: &str) -> Option<Vec<u8>> {
    let plain: String = text.chars().filter(|sign| !matches!(sign, '-' | ' ')).map(|sign| sign.to_ascii_lowercase()).collect();
    from_digits(&plain, 5, |byte| {
        let byte = match byte {
            b'o' => b'0',
            b'i' | b'l' => b'1',
            other => other,
        };
        SPOKEN.iter().position(|known| *known == byte)
    })
}

/// Refuses what no bytes are written as, so that one value has one text.
fn from_digits(text: &str, bits: u32, value: impl Fn(u8) -> Option<usize>) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * bits as usize / 8);
    let (mut held, mut count) = (0u32, 0u32);
    for byte in text.bytes() {
        held = held << bits | u32::try_from(value(byte)?).ok()?;
        count += bits;
        if count >= 8 {
            count -= 8;
            out.push((held >> count) as u8);
            held &= (1 << count) - 1;
        }
    }
    (count < bits && held == 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rihla_kernel::SeededEntropy;

    fn keys(seed: u8) -> Keys {
        Keys::new(&[seed; 32]).expect("a key")
    }

    proptest! {
        #[test]
        fn bytes_come_back_from_text(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            prop_assert_eq!(from_base64url(&base64url(&bytes)).expect("own text"), bytes.clone());
            prop_assert_eq!(from_spoken(&spoken(&bytes).to_uppercase()).expect("own text"), bytes);
        }

        #[test]
        fn a_value_has_one_text(text in "[A-Za-z0-9_-]{0,12}") {
            if let Some(bytes) = from_base64url(&text) {
                prop_assert_eq!(base64url(&bytes), text);
            }
        }
    }

    #[test]
    fn texts_are_those_of_rfc_4648() {
        assert_eq!((base64url(b"foobar"), base64url(b"fo")), ("Zm9vYmFy".into(), "Zm8".into()));
        assert_eq!((base32(b"foobar"), base32(b"fooba")), ("MZXW6YTBOI".into(), "MZXW6YTB".into()));
        assert_eq!(base64url(&[0xFB, 0xFF]), "-_8");
    }

    #[test]
    fn what_is_sealed_opens_for_its_owner_and_key_only() {
        let sealed = keys(1).seal(b"seed", b"a", &SeededEntropy::new(1)).expect("sealed");
        assert!(!sealed.windows(4).any(|window| window == b"seed"));
        assert_eq!(keys(1).unseal(&sealed, b"a").as_deref(), Some(b"seed".as_slice()));
        assert_eq!(keys(1).unseal(&sealed, b"b"), None);
        assert_eq!(keys(2).unseal(&sealed, b"a"), None);
    }

    #[test]
    fn what_is_sealed_or_marked_for_one_purpose_serves_no_other() {
        let sealer = |seed: u8, purpose: &str| keys(seed).sealer(purpose).expect("a sealer");
        let (one, sealed) = (sealer(1, "one"), sealer(1, "one").seal(b"seed", b"a", &SeededEntropy::new(1)).expect("sealed"));
        assert_eq!(one.unseal(&sealed, b"a").as_deref(), Some(b"seed".as_slice()));
        assert!(one.is_marked(b"text", &sealer(1, "one").mark(b"text")));
        for other in [sealer(1, "two"), sealer(2, "one")] {
            assert_eq!(other.unseal(&sealed, b"a"), None);
            assert!(!other.is_marked(b"text", &one.mark(b"text")));
        }
        assert_eq!((one.unseal(&sealed, b"b"), keys(1).unseal(&sealed, b"a")), (None, None));
    }

    #[test]
    fn a_ticket_is_good_for_its_errand_its_run_and_its_time() {
        let (run, other) = (keys(1).of_this_run(&[1; 16]), keys(1).of_this_run(&[2; 16]));
        let ticket = Ticket { errand: Errand::PasskeyIn, ends: Instant(100), nonce: [7; 16], account: [9; 16], epoch: 3 };
        let sealed = ticket.sealed(&run);
        assert_eq!(Ticket::read(&sealed, Errand::PasskeyIn, Instant(99), &run), Some(ticket));
        assert_eq!(Ticket::read(&sealed, Errand::PasskeyIn, Instant(100), &run), None);
        assert_eq!(Ticket::read(&sealed, Errand::PasskeyNew, Instant(99), &run), None);
        assert_eq!(Ticket::read(&sealed, Errand::PasskeyIn, Instant(99), &other), None);
        for at in 0..sealed.len() {
            let mut forged = sealed.clone();
            forged[at] ^= 1;
            assert_eq!(Ticket::read(&forged, Errand::PasskeyIn, Instant(99), &run), None, "byte {at}");
        }
    }

    #[test]
    fn a_token_is_not_printed() {
        assert_eq!(format!("{:?}", Token::new(&SeededEntropy::new(1))), "Token(…)");
        assert_eq!(Token::new(&SeededEntropy::new(1)).as_str().len(), 43);
    }
}

//! A page that opens itself: sealed under a passphrase, with the few lines of script that a browser needs to open it without
//! any program. AES-256-GCM (<https://csrc.nist.gov/pubs/sp/800/38/d/final>) under a key that PBKDF2-HMAC-SHA-256 makes of
//! the passphrase: what every browser's WebCrypto has (<https://www.w3.org/TR/WebCryptoAPI/>).

use askama::Template;
use rihla_fhir::base64::{decode, encode_into};
use rihla_kernel::{Fault, FaultKind};
use rihla_web::text::Voice;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::pbkdf2;
use std::num::NonZeroU32;

/// Rounds of PBKDF2, the count that OWASP names for HMAC-SHA-256
/// (<https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#pbkdf2>).
pub const TURNS: u32 = 600_000;
/// The shortest passphrase, in characters: four words.
pub const SHORTEST: usize = 16;
/// A passphrase of fewer different characters is no better than a short one.
const DIFFERENT: usize = 6;
/// More rounds than any page of ours asks for: a page from elsewhere may not hold a machine for hours.
const MOST_TURNS: u32 = 10_000_000;
const NONCE: usize = 12;
const SALT: usize = 16;

/// What seals pages; made once, because making it is slow on purpose.
pub struct Lock {
    key: LessSafeKey,
    salt: [u8; SALT],
}

#[derive(Template)]
#[template(path = "locked.html")]
struct Page<'p> {
    voice: &'p Voice,
    title: &'p str,
    salt: String,
    turns: u32,
    nonce: String,
    bound: &'p str,
    sealed: String,
}

/// A page under a lock, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub struct Locked {
    salt: Vec<u8>,
    turns: u32,
    nonce: Vec<u8>,
    bound: String,
    sealed: Vec<u8>,
}

fn fault(code: &'static str, text: &'static str) -> Fault {
    Fault::new(FaultKind::Invalid, code, text)
}

fn no_key() -> Fault {
    Fault::new(FaultKind::Internal, "RH-DOWNTIME-SEAL", "The page could not be sealed.")
}

fn key_of(passphrase: &str, salt: &[u8], turns: u32) -> Result<LessSafeKey, Fault> {
    let turns = NonZeroU32::new(turns).filter(|turns| turns.get() <= MOST_TURNS).ok_or_else(damaged)?;
    let mut key = [0; 32];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, turns, salt, passphrase.as_bytes(), &mut key);
    UnboundKey::new(&AES_256_GCM, &key).map(LessSafeKey::new).map_err(|_| no_key())
}

fn damaged() -> Fault {
    fault("RH-DOWNTIME-PAGE", "This is no page of a downtime pack, or it was changed or cut.")
}

impl Lock {
    /// `salt`: random, for this lock alone. Refuses what is guessed too soon.
    pub fn new(passphrase: &str, salt: [u8; SALT]) -> Result<Self, Fault> {
        let mut letters: Vec<char> = passphrase.chars().collect();
        let long = letters.len() >= SHORTEST;
        letters.sort_unstable();
        letters.dedup();
        if !long || letters.len() < DIFFERENT {
            let text = "The passphrase of the downtime pack is too weak: take four words or more, at least 16 characters, 6 of them different.";
            return Err(fault("RH-DOWNTIME-PASSPHRASE", text));
        }
        Ok(Self { key: key_of(passphrase, &salt, TURNS)?, salt })
    }

    /// `nonce`: random, for this page alone. `bound`: the pack and the name of the page, which its seal covers.
    pub fn seal(&self, voice: &Voice, title: &str, bound: &str, html: &str, nonce: [u8; NONCE]) -> Result<String, Fault> {
        let mut sealed = html.as_bytes().to_vec();
        self.key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(bound), &mut sealed).map_err(|_| no_key())?;
        let (salt, nonce, sealed) = (encode(&self.salt), encode(&nonce), encode(&sealed));
        Page { voice, title, salt, turns: TURNS, nonce, bound, sealed }.render().map_err(|_| no_key())
    }
}

/// The page that was locked. Says whether the passphrase is wrong or the page.
pub fn unlock(page: &str, passphrase: &str) -> Result<String, Fault> {
    let Locked { salt, turns, nonce, bound, mut sealed } = Locked::read(page).ok_or_else(damaged)?;
    let nonce = Nonce::try_assume_unique_for_key(&nonce).map_err(|_| damaged())?;
    let opened = key_of(passphrase, &salt, turns)?.open_in_place(nonce, Aad::from(bound.as_bytes()), &mut sealed).map(|plain| plain.to_vec());
    let wrong = |_| fault("RH-DOWNTIME-OPEN", "The page does not open: the passphrase is another one, or the page was changed.");
    String::from_utf8(opened.map_err(wrong)?).map_err(|_| damaged())
}

impl Locked {
    /// `None`: this is no locked page.
    pub fn read(page: &str) -> Option<Self> {
        let (_, rest) = page.split_once("<script type=\"text/plain\" id=\"sealed\"")?;
        let (head, rest) = rest.split_once('>')?;
        let (body, _) = rest.split_once("</script>")?;
        let told = |name: &str| head.split_once(&format!("{name}=\""))?.1.split_once('"').map(|(value, _)| value);
        Some(Self {
            salt: decode(told("data-salt")?)?,
            turns: told("data-turns")?.parse().ok()?,
            nonce: decode(told("data-nonce")?)?,
            bound: told("data-bound")?.to_owned(),
            sealed: decode(body)?,
        })
    }
}

fn encode(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len() / 3 * 4 + 4);
    encode_into(bytes, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;
    use rihla_kernel::{Instant, Lang};
    use rihla_web::text::Words;
    use std::sync::Arc;

    const PASSPHRASE: &str = "cheval agrafe pile correcte";

    fn voice() -> Voice {
        Voice::new(Arc::new(Words::new(&[&crate::WORDS]).expect("words")), Lang::French, TimeZone::UTC, Instant(0))
    }

    #[test]
    fn a_page_opens_with_its_passphrase_alone_and_shows_nothing_before() {
        let lock = Lock::new(PASSPHRASE, [7; 16]).expect("a lock");
        let html = "<!doctype html><title>Médecine</title><p>ALAMI Amal · العلمي أمل</p>";
        let page = lock.seal(&voice(), "Médecine", "20260115 ward-m", html, [3; 12]).expect("sealed");
        assert!(!page.contains("ALAMI") && page.contains("data-turns=\"600000\""), "{page}");
        assert_eq!(unlock(&page, PASSPHRASE).expect("opens"), html);
        assert_eq!(unlock(&page, "cheval agrafe pile incorrecte").expect_err("another passphrase").code, "RH-DOWNTIME-OPEN");
        let moved = page.replace("20260115 ward-m", "20260116 ward-m");
        assert_eq!(unlock(&moved, PASSPHRASE).expect_err("of another pack").code, "RH-DOWNTIME-OPEN");
        assert_eq!(unlock("<html></html>", PASSPHRASE).expect_err("no page").code, "RH-DOWNTIME-PAGE");
        assert_eq!(unlock(&page.replace("600000", "4000000000"), PASSPHRASE).expect_err("a trap").code, "RH-DOWNTIME-PAGE");
    }

    #[test]
    fn a_passphrase_that_is_soon_guessed_is_refused() {
        for weak in ["", "rihla", "quinze lettres.", "aaaaaaaaaaaaaaaaaaaaaaaa", "ababababababababab"] {
            assert_eq!(Lock::new(weak, [7; 16]).map(|_| ()).expect_err(weak).code, "RH-DOWNTIME-PASSPHRASE", "{weak}");
        }
    }
}

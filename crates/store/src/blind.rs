//! Values in the index that say nothing without a key: docs/decisions/0020-at-rest.md.
//!
//! What names people stands in the index of a sealed store as the beginning of an HMAC. Equal values are found by it, and
//! texts by their first letters; what it leaves open is decided on the body.

use crate::key::{CODE_BYTES, KeyBuf};
use ring::digest::{SHA256, digest};
use ring::hmac;

/// Types of which every field is blind.
pub const TYPES: [&str; 6] = ["Patient", "Person", "RelatedPerson", "Practitioner", "Coverage", "Account"];

/// How many letters of a text a key knows. Every text has a key of the first kind, however short it is.
const LEVELS: [usize; 3] = [3, 6, 9];
/// Bytes of a blind text.
pub const TEXT_BYTES: usize = 5;
/// Names of claims longer than this may be kept as their beginning and their hash.
const CLAIM: usize = 1000;

const CODE: u8 = 1;
const SYSTEM: u8 = 2;
const TEXT: u8 = 3;
const URI: u8 = 4;
const CLAIMED: u8 = 5;

/// The key of a blind index.
#[derive(Clone, Debug)]
pub struct Blind(hmac::Key);

impl Blind {
    pub fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    fn bytes(&self, kind: u8, value: &[u8]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(&[kind]);
        context.update(value);
        context.sign().as_ref().first_chunk().copied().unwrap_or_default()
    }

    fn number(&self, kind: u8, value: &[u8]) -> u64 {
        self.bytes(kind, value).first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
    }

    fn code_bits(&self, code: &str) -> u64 {
        (self.number(CODE, code.as_bytes()) >> 24).max(1)
    }

    fn system_bits(&self, system: &str) -> u64 {
        (self.number(SYSTEM, system.as_bytes()) & 0xFF_FFFF).max(1)
    }

    /// See [`crate::key::token`].
    pub fn token(&self, code: Option<&str>, system: Option<&str>) -> u64 {
        code.map_or(0, |code| self.code_bits(code)) << 24 | system.map_or(0, |system| self.system_bits(system))
    }

    pub fn code_head(&self, code: &str) -> [u8; CODE_BYTES] {
        let [_, _, _, head @ ..] = self.code_bits(code).to_be_bytes();
        head
    }

    pub fn system_tail(&self, system: &str) -> [u8; 8 - CODE_BYTES] {
        let [.., a, b, c] = self.system_bits(system).to_be_bytes();
        [a, b, c]
    }

    fn beginning(&self, level: usize, folded: &str) -> [u8; TEXT_BYTES] {
        let head = folded.char_indices().nth(level).map_or(folded, |(end, _)| folded.get(..end).unwrap_or(folded));
        let mut value = vec![level as u8];
        value.extend_from_slice(head.as_bytes());
        self.bytes(TEXT, &value).first_chunk().copied().unwrap_or_default()
    }

    /// The keys of a folded text, each behind `head`.
    pub fn push_text(&self, head: &[u8], folded: &str, out: &mut KeyBuf) {
        let letters = folded.chars().count();
        for level in LEVELS.into_iter().filter(|level| *level == 3 || *level <= letters) {
            out.push_with(|key| {
                key.extend_from_slice(head);
                key.extend_from_slice(&self.beginning(level, folded));
            });
        }
    }

    /// Where the texts stand that begin so, among others; `None`: anywhere.
    pub fn text_head(&self, folded: &str) -> Option<[u8; TEXT_BYTES]> {
        let letters = folded.chars().count();
        LEVELS.into_iter().rfind(|level| *level <= letters).map(|level| self.beginning(level, folded))
    }

    /// Where a whole text stands, among others.
    pub fn text(&self, folded: &str) -> [u8; TEXT_BYTES] {
        self.text_head(folded).unwrap_or_else(|| self.beginning(3, folded))
    }

    pub fn uri(&self, uri: &str) -> [u8; 8] {
        self.number(URI, uri.as_bytes()).to_be_bytes()
    }

    /// A name that nobody else may hold. `name`: whole, or as a back end keeps it that cuts long ones.
    pub fn claim(&self, name: &[u8]) -> String {
        let cut = name.get(..CLAIM - 32).filter(|_| name.len() > CLAIM).map(|head| [head, digest(&SHA256, name).as_ref()].concat());
        let bytes = self.bytes(CLAIMED, cut.as_deref().unwrap_or(name));
        let hex = bytes.iter().take(16).map(|byte| format!("{byte:02x}"));
        std::iter::once("\u{1}".to_owned()).chain(hex).collect()
    }
}

/// Whether a claim is blind already.
pub fn is_blind_claim(name: &[u8]) -> bool {
    name.first() == Some(&1)
}

/// Which fields are blind in one store.
#[derive(Clone, Copy)]
pub struct Blinds<'b> {
    pub key: Option<&'b Blind>,
    pub fields: &'b [bool],
}

impl<'b> Blinds<'b> {
    /// No field is.
    pub const NONE: Self = Self { key: None, fields: &[] };

    pub fn of(&self, field: u16) -> Option<&'b Blind> {
        self.key.filter(|_| self.fields.get(usize::from(field)).copied().unwrap_or(false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_by_how_it_begins() {
        let blind = Blind::new(&[7; 32]);
        for text in ["li", "ben", "bennani", "el alami idrissi", "بنعلي"] {
            let mut keys = KeyBuf::new();
            blind.push_text(b"h", text, &mut keys);
            for end in text.char_indices().map(|(at, _)| at).skip(1).chain([text.len()]) {
                let Some(head) = blind.text_head(&text[..end]) else { continue };
                assert!(keys.iter().any(|key| key[1..] == head), "{text} {end}");
            }
            assert!(keys.iter().any(|key| key[1..] == blind.text(text)), "{text}");
        }
        assert_ne!(Blind::new(&[8; 32]).text("ben"), blind.text("ben"));
    }

    #[test]
    fn a_long_claim_is_the_same_whole_and_cut() {
        let blind = Blind::new(&[7; 32]);
        let long = "x".repeat(1500);
        let cut = [&long.as_bytes()[..968], digest(&SHA256, long.as_bytes()).as_ref()].concat();
        assert_eq!(blind.claim(long.as_bytes()), blind.claim(&cut));
        assert!(is_blind_claim(blind.claim(b"a|1").as_bytes()));
    }
}

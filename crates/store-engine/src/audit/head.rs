//! Signed statements about where the chain was: (store, link, hash, time), each over the statement before.
//!
//! As text a head is one line of nine words; what is signed is all before the last one.

use super::{HASH_BYTES, Hash};
use ring::digest::{SHA256, digest};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use std::collections::BTreeMap;

const SIGNATURE: usize = 64;
const FORM: &str = "rihla-head-1";

/// The public half of the key that signs heads.
pub type PublicKey = [u8; 32];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// From 1.
    pub number: u64,
    /// The hash of the chain's first link: which chain it is.
    pub store: Hash,
    pub link: i64,
    pub hash: Hash,
    pub millis: i64,
    /// SHA-256 of the line of the head before; zeros of the first.
    pub before: Hash,
    pub key: PublicKey,
    pub signature: [u8; SIGNATURE],
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let value = |digit: &u8| char::from(*digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let bytes: Option<Vec<u8>> = text.as_bytes().chunks(2).map(|pair| Some(value(pair.first()?)? << 4 | value(pair.get(1)?)?)).collect();
    bytes?.try_into().ok()
}

impl Head {
    fn signed(&self) -> String {
        let Self { number, link, millis, .. } = self;
        format!("{FORM} {number} {} {link} {} {millis} {} {}", hex(&self.store), hex(&self.hash), hex(&self.before), hex(&self.key))
    }

    pub fn to_line(&self) -> String {
        format!("{} {}", self.signed(), hex(&self.signature))
    }

    pub fn parse(line: &str) -> Option<Self> {
        let mut words = line.trim().split(' ');
        if words.next()? != FORM {
            return None;
        }
        let head = Self {
            number: words.next()?.parse().ok()?,
            store: unhex(words.next()?)?,
            link: words.next()?.parse().ok()?,
            hash: unhex(words.next()?)?,
            millis: words.next()?.parse().ok()?,
            before: unhex(words.next()?)?,
            key: unhex(words.next()?)?,
            signature: unhex(words.next()?)?,
        };
        words.next().is_none().then_some(head)
    }

    /// What the next head says of this one.
    fn fingerprint(&self) -> Hash {
        digest(&SHA256, self.to_line().as_bytes()).as_ref().first_chunk().copied().unwrap_or_default()
    }

    /// Whether the key that it names signed it.
    pub fn is_signed(&self) -> bool {
        UnparsedPublicKey::new(&ED25519, self.key).verify(self.signed().as_bytes(), &self.signature).is_ok()
    }
}

/// A public key as it is shown and named on a command line.
pub fn key_text(key: &PublicKey) -> String {
    hex(key)
}

pub fn parse_key(text: &str) -> Option<PublicKey> {
    unhex(text.trim())
}

/// The names of the marks that keep heads begin so.
pub fn head_marks() -> &'static str {
    "audit:head:"
}

pub fn head_mark(number: u64) -> String {
    format!("{}{number:012}", head_marks())
}

/// Signs heads.
pub struct HeadSigner {
    pair: Ed25519KeyPair,
    key: PublicKey,
}

impl HeadSigner {
    pub fn new(seed: &[u8; 32]) -> Option<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).ok()?;
        let key = pair.public_key().as_ref().first_chunk().copied()?;
        Some(Self { pair, key })
    }

    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// The statement that follows `before` (the first one: `store` is the first link's hash).
    pub fn sign(&self, before: Option<&Head>, store: Hash, link: i64, hash: Hash, millis: i64) -> Head {
        let number = before.map_or(1, |before| before.number + 1);
        let before = before.map_or([0; HASH_BYTES], Head::fingerprint);
        let mut head = Head { number, store, link, hash, millis, before, key: self.key, signature: [0; SIGNATURE] };
        head.signature = self.pair.sign(head.signed().as_bytes()).as_ref().first_chunk().copied().unwrap_or([0; SIGNATURE]);
        head
    }
}

/// What heads say of a link: which head, the link's hash, and which chain it belongs to.
pub(super) type Said = BTreeMap<i64, Vec<(String, Hash, Hash)>>;

/// The heads that a chain is held against.
#[derive(Debug, Default)]
pub struct Heads {
    /// Kept with the chain; complete.
    kept: BTreeMap<u64, Head>,
    /// From elsewhere; some of them.
    outside: Vec<Head>,
    /// What was wrong with lines and marks themselves.
    faults: Vec<String>,
}

impl Heads {
    /// A mark of the store.
    pub fn keep(&mut self, mark: &str, value: &[u8]) {
        let head = std::str::from_utf8(value).ok().and_then(Head::parse);
        match head.filter(|head| head_mark(head.number) == mark) {
            Some(head) => _ = self.kept.insert(head.number, head),
            None => self.faults.push(format!("audit: the head {mark} cannot be read")),
        }
    }

    /// The lines of a file that stood outside.
    pub fn outside(&mut self, text: &str) {
        for (at, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            match Head::parse(line) {
                Some(head) => self.outside.push(head),
                None => self.faults.push(format!("audit: line {at} of the heads from outside cannot be read")),
            }
        }
    }

    pub fn newest(&self) -> Option<&Head> {
        self.kept.values().next_back()
    }

    pub fn all(&self) -> impl Iterator<Item = &Head> {
        self.kept.values()
    }

    pub fn len(&self) -> usize {
        self.kept.len()
    }

    pub fn is_empty(&self) -> bool {
        self.kept.is_empty() && self.outside.is_empty()
    }

    /// The keys by which they are signed, with how many heads each.
    pub fn keys(&self) -> BTreeMap<PublicKey, usize> {
        let mut keys = BTreeMap::new();
        for head in self.kept.values().chain(&self.outside) {
            *keys.entry(head.key).or_default() += 1;
        }
        keys
    }

    /// Holds the heads against each other and the keys that are trusted (all, if none is named). Returns what each says of
    /// a link, and what is wrong.
    pub(super) fn check(&self, trusted: &[PublicKey]) -> (Said, Vec<String>) {
        let (mut said, mut faults): (Said, Vec<String>) = (BTreeMap::new(), self.faults.clone());
        let mut before: Option<&Head> = None;
        for head in self.kept.values() {
            let name = format!("head {}", head.number);
            let expected = before.map_or((1, [0; HASH_BYTES]), |before| (before.number + 1, before.fingerprint()));
            if (head.number, head.before) != expected {
                faults.push(format!("audit: {name} does not follow the head before it"));
            }
            before = Some(head);
            check_one(head, name, trusted, &mut said, &mut faults);
        }
        for head in &self.outside {
            if self.kept.get(&head.number) != Some(head) {
                faults.push(format!("audit: head {} is known outside, and the store has lost or changed it", head.number));
            }
            check_one(head, format!("head {} from outside", head.number), trusted, &mut said, &mut faults);
        }
        (said, faults)
    }
}

fn check_one(head: &Head, name: String, trusted: &[PublicKey], said: &mut Said, faults: &mut Vec<String>) {
    if !head.is_signed() {
        faults.push(format!("audit: {name} is not signed by the key that it names"));
    } else if !trusted.is_empty() && !trusted.contains(&head.key) {
        faults.push(format!("audit: {name} is signed by another key than the one trusted"));
    }
    said.entry(head.link).or_default().push((name, head.hash, head.store));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain() -> Vec<Head> {
        let signer = HeadSigner::new(&[7; 32]).expect("a key");
        let mut heads: Vec<Head> = Vec::new();
        for number in 1..=4u8 {
            let head = signer.sign(heads.last(), [1; 32], i64::from(number) * 10, [number; 32], 1_790_000_000_000);
            heads.push(head);
        }
        heads
    }

    fn kept(heads: &[Head]) -> Heads {
        let mut all = Heads::default();
        heads.iter().for_each(|head| all.keep(&head_mark(head.number), head.to_line().as_bytes()));
        all
    }

    #[test]
    fn a5_heads_come_back_and_each_follows_the_one_before() {
        let heads = chain();
        heads.iter().for_each(|head| assert_eq!(Head::parse(&head.to_line()).as_ref(), Some(head)));
        assert_eq!(kept(&heads).check(&[heads[0].key]).1, Vec::<String>::new());
        assert_eq!(kept(&[&heads[..1], &heads[2..]].concat()).check(&[]).1, ["audit: head 3 does not follow the head before it"]);
        assert_eq!(kept(&heads).check(&[[9; 32]]).1.len(), 4);
    }

    #[test]
    fn a5_an_edited_head_is_named_and_one_that_was_known_outside_is_missed() {
        let heads = chain();
        let mut edited = heads.clone();
        edited[3].link = 39;
        assert_eq!(kept(&edited).check(&[]).1, ["audit: head 4 is not signed by the key that it names"]);
        let mut cut = kept(&heads[..3]);
        cut.outside(&heads[3].to_line());
        assert_eq!(cut.check(&[]).1, ["audit: head 4 is known outside, and the store has lost or changed it"]);
        cut.outside("nonsense");
        assert_eq!(cut.check(&[]).1.len(), 2);
    }
}

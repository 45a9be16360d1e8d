//! The head of a file: who can open it, and a seal over that.

use super::{Identity, Recipient, derive, unreadable};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use std::io::{self, Read};
use x25519_dalek::{PublicKey, StaticSecret};

const INTRO: &str = "age-encryption.org/v1";
const WRAP: &str = "age-encryption.org/v1/X25519";
const LINE: usize = 64;
/// The longest head: some hundreds of recipients.
const LONGEST: usize = 1 << 16;

pub type FileKey = [u8; 16];

const CHARS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base 64 without filling (<https://www.rfc-editor.org/rfc/rfc4648#section-4>).
pub fn encode(bytes: &[u8]) -> String {
    let mut out = String::new();
    for part in bytes.chunks(3) {
        let value = part.iter().chain([0, 0].iter()).take(3).fold(0u32, |value, byte| value << 8 | u32::from(*byte));
        let chars = (0..=part.len()).filter_map(|at| CHARS.get((value >> (18 - 6 * at) & 63) as usize));
        out.extend(chars.map(|byte| char::from(*byte)));
    }
    out
}

/// Undoes [`encode`]; one text for one value only.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    for part in text.as_bytes().chunks(4) {
        let value = part.iter().try_fold(0u32, |value, byte| Some(value << 6 | CHARS.iter().position(|own| own == byte)? as u32))?;
        let value = value << (6 * (4 - part.len()));
        out.extend(value.to_be_bytes().into_iter().skip(1).take(part.len().checked_sub(1).filter(|bytes| *bytes > 0)?));
    }
    (encode(&out) == text).then_some(out)
}

fn sealing(shared: &[u8; 32], share: &[u8; 32], recipient: &[u8; 32]) -> io::Result<LessSafeKey> {
    if *shared == [0; 32] {
        return Err(unreadable("a recipient is no point of the curve"));
    }
    let key = derive(shared, &[share.as_slice(), recipient].concat(), WRAP)?;
    UnboundKey::new(&CHACHA20_POLY1305, &key).map(LessSafeKey::new).map_err(|_| unreadable("no key"))
}

/// The key wraps one value only.
fn once() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

fn mac_key(file_key: &FileKey) -> io::Result<hmac::Key> {
    Ok(hmac::Key::new(hmac::HMAC_SHA256, &derive(file_key, &[], "header")?))
}

/// `secrets`: one for each recipient, used once.
pub fn write(file_key: &FileKey, recipients: &[Recipient], secrets: Vec<[u8; 32]>) -> io::Result<Vec<u8>> {
    let mut out = format!("{INTRO}\n");
    for (Recipient(recipient), secret) in recipients.iter().zip(secrets) {
        let secret = StaticSecret::from(secret);
        let share = PublicKey::from(&secret).to_bytes();
        let shared = secret.diffie_hellman(&PublicKey::from(*recipient)).to_bytes();
        let mut body = file_key.to_vec();
        sealing(&shared, &share, recipient)?.seal_in_place_append_tag(once(), Aad::empty(), &mut body).map_err(|_| unreadable("not sealed"))?;
        out.push_str(&format!("-> X25519 {}\n{}\n", encode(&share), encode(&body)));
    }
    out.push_str("---");
    let mac = hmac::sign(&mac_key(file_key)?, out.as_bytes());
    out.push_str(&format!(" {}\n", encode(mac.as_ref())));
    Ok(out.into_bytes())
}

/// A line without its end; nothing beyond it is read.
fn line(from: &mut dyn Read, head: &mut Vec<u8>) -> io::Result<String> {
    let begin = head.len();
    let mut byte = [0];
    loop {
        from.read_exact(&mut byte).map_err(|_| unreadable("the file ends in its head: it is no age file, or was cut"))?;
        head.extend_from_slice(&byte);
        if byte == *b"\n" {
            let text = head.get(begin..head.len() - 1).unwrap_or_default();
            return String::from_utf8(text.to_vec()).map_err(|_| unreadable("this is no age file"));
        }
        if head.len() > LONGEST {
            return Err(unreadable("this is no age file"));
        }
    }
}

/// What a recipient's part of the head holds.
struct Stanza {
    words: Vec<String>,
    body: Vec<u8>,
}

impl Stanza {
    fn read(from: &mut dyn Read, head: &mut Vec<u8>, first: &str) -> io::Result<Self> {
        let words: Vec<String> = first.split(' ').map(str::to_owned).collect();
        if words.iter().any(|word| word.is_empty() || word.bytes().any(|byte| !byte.is_ascii_graphic())) {
            return Err(unreadable("the head names a recipient in a way that is not known"));
        }
        let mut body = String::new();
        loop {
            let next = line(from, head)?;
            let last = next.len() < LINE;
            if next.len() > LINE {
                return Err(unreadable("a line of the head is too long"));
            }
            body.push_str(&next);
            if last {
                break;
            }
        }
        Ok(Self { words, body: decode(&body).ok_or_else(|| unreadable("the head is damaged"))? })
    }

    /// The file's key, if this part is for that identity.
    fn open(&self, Identity(secret): &Identity) -> io::Result<Option<FileKey>> {
        let [kind, share] = self.words.as_slice() else {
            return if self.words.first().is_some_and(|kind| kind == "X25519") { Err(unreadable("the head is damaged")) } else { Ok(None) };
        };
        if kind != "X25519" {
            return Ok(None);
        }
        let share: [u8; 32] = decode(share).and_then(|share| share.try_into().ok()).ok_or_else(|| unreadable("the head is damaged"))?;
        if self.body.len() != 32 {
            return Err(unreadable("the head is damaged"));
        }
        let shared = secret.diffie_hellman(&PublicKey::from(share)).to_bytes();
        let mut body = self.body.clone();
        let opened = sealing(&shared, &share, PublicKey::from(secret).as_bytes())?.open_in_place(once(), Aad::empty(), &mut body);
        Ok(opened.ok().and_then(|key| key.first_chunk().copied()))
    }
}

pub fn read(from: &mut dyn Read, identities: &[Identity]) -> io::Result<FileKey> {
    let mut head = Vec::new();
    if line(from, &mut head)? != INTRO {
        return Err(unreadable("this is no age file"));
    }
    let mut stanzas = Vec::new();
    let last = loop {
        let next = line(from, &mut head)?;
        match next.strip_prefix("-> ") {
            Some(first) => stanzas.push(Stanza::read(from, &mut head, first)?),
            None => break next,
        }
    };
    let mac = last.strip_prefix("--- ").and_then(decode).filter(|_| !stanzas.is_empty()).ok_or_else(|| unreadable("the head is damaged"))?;
    let told = head.get(..head.len() - (last.len() + 1) + "---".len()).unwrap_or_default();
    for (stanza, identity) in stanzas.iter().flat_map(|stanza| identities.iter().map(move |identity| (stanza, identity))) {
        if let Some(key) = stanza.open(identity)? {
            hmac::verify(&mac_key(&key)?, told, &mac).map_err(|_| unreadable("the head was changed"))?;
            return Ok(key);
        }
    }
    Err(unreadable("none of the identities opens this file: it was sealed for others"))
}

//! Files sealed for recipients, in the format of age: <https://age-encryption.org/v1>. What is sealed here is opened by the
//! program `age`, and what that sealed is opened here. Of the ways to name a recipient only X25519 is known.

mod bech32;
mod header;
mod stream;

pub use stream::{Opener, Sealer};

use rihla_kernel::{Entropy, Fault};
use rihla_store_engine::frame::new_key;
use ring::hkdf::{HKDF_SHA256, KeyType, Salt};
use std::io::{self, Read, Write};
use x25519_dalek::{PublicKey, StaticSecret};

const RECIPIENT: &str = "age";
const IDENTITY: &str = "age-secret-key-";

/// Who can open a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recipient([u8; 32]);

impl Recipient {
    /// As age writes it: `age1…`.
    pub fn parse(text: &str) -> Option<Self> {
        bech32::decode(RECIPIENT, text).map(Self)
    }

    pub fn to_text(&self) -> String {
        bech32::encode(RECIPIENT, &self.0)
    }
}

/// What opens a file.
pub struct Identity(StaticSecret);

impl Identity {
    pub fn new(entropy: &dyn Entropy) -> Result<Self, Fault> {
        Ok(Self(StaticSecret::from(new_key(entropy)?)))
    }

    /// As age writes it: `AGE-SECRET-KEY-1…`.
    pub fn parse(text: &str) -> Option<Self> {
        bech32::decode(IDENTITY, text).map(|bytes| Self(StaticSecret::from(bytes)))
    }

    /// All identities of a file, one a line; lines that begin with # are remarks.
    pub fn parse_file(text: &str) -> Option<Vec<Self>> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.map(Self::parse).collect::<Option<Vec<_>>>().filter(|all| !all.is_empty())
    }

    pub fn to_text(&self) -> String {
        bech32::encode(IDENTITY, self.0.as_bytes()).to_ascii_uppercase()
    }

    pub fn recipient(&self) -> Recipient {
        Recipient(PublicKey::from(&self.0).to_bytes())
    }
}

/// Why a file does not open.
pub fn unreadable(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why.to_owned())
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// HKDF-SHA-256.
fn derive(key: &[u8], salt: &[u8], info: &str) -> io::Result<[u8; 32]> {
    let mut out = [0; 32];
    let fill = Salt::new(HKDF_SHA256, salt).extract(key).expand(&[info.as_bytes()], Length(32)).and_then(|keys| keys.fill(&mut out));
    fill.map(|()| out).map_err(|_| unreadable("no key could be derived"))
}

/// Begins a file for some recipients; what is written into the result is sealed.
pub fn seal<W: Write>(mut out: W, recipients: &[Recipient], entropy: &dyn Entropy) -> io::Result<Sealer<W>> {
    let no_key = |fault: Fault| io::Error::other(fault.text);
    let file_key = *new_key(entropy).map_err(no_key)?.first_chunk::<16>().ok_or_else(|| unreadable("no key"))?;
    let shares = recipients.iter().map(|_| new_key(entropy)).collect::<Result<Vec<_>, _>>().map_err(no_key)?;
    out.write_all(&header::write(&file_key, recipients, shares)?)?;
    let nonce = *new_key(entropy).map_err(no_key)?.first_chunk::<16>().ok_or_else(|| unreadable("no nonce"))?;
    out.write_all(&nonce)?;
    Sealer::new(out, &derive(&file_key, &nonce, "payload")?)
}

/// Opens a file with one of some identities.
pub fn open<R: Read>(mut from: R, identities: &[Identity]) -> io::Result<Opener<R>> {
    let file_key = header::read(&mut from, identities)?;
    let mut nonce = [0; 16];
    from.read_exact(&mut nonce)?;
    Opener::new(from, &derive(&file_key, &nonce, "payload")?)
}

#[cfg(test)]
mod tests;

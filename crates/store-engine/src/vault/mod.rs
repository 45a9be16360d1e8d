//! What of a store is sealed, with which key, and where: docs/decisions/0020-at-rest.md.
//!
//! A store without a ring is not sealed, and everything here then gives back what it is given. What was written before a
//! store was sealed is read as it is: each row says itself which key it needs.

pub mod keeping;
mod keyring;
mod reseal;
mod seal;

pub use keeping::Keeps;
pub use keyring::{DataKey, Keyring, MARK, RootKey, Stage, missing, root_id_of};
pub use reseal::{Rows, SLICE, Stored, retire, slice};
pub use seal::{SEAL, Seal, derive};

use rihla_kernel::{Fault, FaultKind};
use rihla_store::backend::{Packed, VersionRow, is_own_mark};
use rihla_store::blob::BlobHash;
use ring::hmac;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, RwLock};

pub const KEY: usize = 32;

/// Begins what is sealed where the row does not say so. No text holds the first byte.
const MAGIC: &[u8; 4] = b"\xF5RS1";
/// The number of a body's key stands above that of its dictionary.
const KEY_SHIFT: u32 = 16;
const DICTIONARY: u32 = (1 << KEY_SHIFT) - 1;
/// The highest number that a column of 31 bits has room for.
const LAST_KEY: u16 = 0x7FFF;

pub fn damaged() -> Fault {
    Fault::new(
        FaultKind::Internal,
        "RH-STORE-SEAL",
        "Something sealed in the store does not open: it was changed, or put in another's place. Run `rihla verify`, and restore it from a backup.",
    )
}

/// Gives the root key when a store asks for it.
pub trait Roots: Send + Sync {
    fn root(&self) -> Result<RootKey, Fault>;
}

/// What one data key seals.
struct Opened {
    body: Seal,
    state: Seal,
    blob: Seal,
}

impl Opened {
    fn of(key: &DataKey) -> Result<Arc<Self>, Fault> {
        let seal = |purpose| Seal::new(&key.key, purpose);
        Ok(Arc::new(Self { body: seal("body")?, state: seal("state")?, blob: seal("blob")? }))
    }
}

/// A ring that is open.
struct Held {
    ring: Keyring,
    root: [u8; 8],
    wrap: Arc<Seal>,
    names: hmac::Key,
    /// Keys that left the ring stay here: a view may still read what they sealed.
    keys: HashMap<u16, Arc<Opened>>,
}

/// Seals and opens what a store keeps.
#[derive(Default)]
pub struct Vault(RwLock<Option<Arc<Held>>>);

/// State that is read without the key: the node's own facts, and the signed heads of the audit chain, which whoever audits
/// checks without any secret of the server's.
pub(crate) fn stays_clear(name: &str) -> bool {
    is_own_mark(name) || name.starts_with(crate::audit::head_marks())
}

impl Vault {
    /// Opens the ring of a store, if it has one. `dictionary`: what the newest row that holds a body says of it.
    pub fn open(mark: Option<&[u8]>, dictionary: u32, roots: Option<&dyn Roots>) -> Result<Self, Fault> {
        let vault = Self::default();
        let Some(mark) = mark else {
            // Who takes the ring away would have everything written in the clear from then on.
            return if dictionary >> KEY_SHIFT == 0 { Ok(vault) } else { Err(ring_lost()) };
        };
        let root = match roots {
            Some(roots) => roots.root().map_err(|fault| missing(mark, &format!(" ({})", fault.text)))?,
            None => return Err(missing(mark, "")),
        };
        vault.take(Keyring::unwrap(mark, &root)?, &root)?;
        Ok(vault)
    }

    fn held(&self) -> Option<Arc<Held>> {
        self.0.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    /// Whether the store is sealed.
    pub fn is_on(&self) -> bool {
        self.held().is_some()
    }

    pub fn ring(&self) -> Option<Keyring> {
        self.held().map(|held| held.ring.clone())
    }

    /// Which root key the ring is wrapped with, in hexadecimal.
    pub fn root(&self) -> Option<String> {
        self.held().map(|held| held.root.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    pub fn is_blind(&self) -> bool {
        self.held().is_some_and(|held| held.ring.blind)
    }

    /// The ring of a store whose index becomes blind.
    pub fn blind_ring(&self) -> Result<Keyring, Fault> {
        let mut ring = self.ring().ok_or_else(not_sealed)?;
        ring.blind = true;
        Ok(ring)
    }

    /// The key of the blind index, once the index is blind.
    pub fn blind(&self) -> Option<[u8; KEY]> {
        self.held().filter(|held| held.ring.blind).map(|held| held.ring.index)
    }

    /// Works with a ring from now on, wrapped by that root.
    pub fn take(&self, ring: Keyring, root: &RootKey) -> Result<(), Fault> {
        self.install(ring, root.id(), Arc::new(root.wrap()?))
    }

    /// Works with a changed ring from now on.
    pub fn change(&self, ring: Keyring) -> Result<(), Fault> {
        let held = self.held().ok_or_else(not_sealed)?;
        self.install(ring, held.root, held.wrap.clone())
    }

    fn install(&self, ring: Keyring, root: [u8; 8], wrap: Arc<Seal>) -> Result<(), Fault> {
        let mut slot = self.0.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        let mut keys = slot.as_ref().map_or_else(HashMap::new, |held| held.keys.clone());
        for key in &ring.keys {
            keys.insert(key.number, Opened::of(key)?);
        }
        let names = hmac::Key::new(hmac::HMAC_SHA256, &derive(&ring.index, "names of contents"));
        *slot = Some(Arc::new(Held { ring, root, wrap, names, keys }));
        Ok(())
    }

    /// A ring as its mark holds it.
    pub fn wrapped(&self, ring: &Keyring) -> Result<Vec<u8>, Fault> {
        let held = self.held().ok_or_else(not_sealed)?;
        ring.wrap(&held.wrap, held.root)
    }

    /// A body as it is kept at its place.
    pub fn seal_body(&self, at: &VersionRow, packed: Packed) -> Result<Packed, Fault> {
        let Some(held) = self.held() else { return Ok(packed) };
        let number = held.ring.current()?.number;
        let opened = held.keys.get(&number).ok_or_else(damaged)?;
        let mut bytes = Vec::new();
        opened.body.seal(&held.place(at, packed.dictionary), &packed.bytes, &mut bytes)?;
        Ok(Packed { dictionary: packed.dictionary | u32::from(number) << KEY_SHIFT, bytes })
    }

    /// A body as it was before it was sealed; and its dictionary.
    pub fn open_body<'b>(&self, at: &VersionRow, dictionary: u32, stored: &'b [u8]) -> Result<(u32, Cow<'b, [u8]>), Fault> {
        let number = (dictionary >> KEY_SHIFT) as u16;
        let held = self.held();
        if number == 0 {
            return if held.is_some_and(|held| held.is_whole()) { Err(damaged()) } else { Ok((dictionary, Cow::Borrowed(stored))) };
        }
        let held = held.ok_or_else(damaged)?;
        let opened = held.keys.get(&number).ok_or_else(damaged)?;
        let plain = opened.body.open(&held.place(at, dictionary & DICTIONARY), stored)?;
        Ok((dictionary & DICTIONARY, Cow::Owned(plain)))
    }

    /// Whether a body is sealed with the key that seals now.
    pub fn is_current_body(&self, dictionary: u32) -> bool {
        self.held().is_some_and(|held| held.ring.current().is_ok_and(|key| u32::from(key.number) == dictionary >> KEY_SHIFT))
    }

    /// Operational state, as it is kept under its name.
    pub fn seal_state<'b>(&self, name: &str, value: &'b [u8]) -> Result<Cow<'b, [u8]>, Fault> {
        if stays_clear(name) {
            return Ok(Cow::Borrowed(value));
        }
        self.seal_named(|opened| &opened.state, &[b"state ", name.as_bytes()].concat(), value)
    }

    pub fn open_state(&self, name: &str, stored: Vec<u8>) -> Result<Vec<u8>, Fault> {
        if stays_clear(name) {
            return Ok(stored);
        }
        self.open_named(|opened| &opened.state, &[b"state ", name.as_bytes()].concat(), stored)
    }

    pub fn seal_dictionary<'b>(&self, ty: u16, bytes: &'b [u8]) -> Result<Cow<'b, [u8]>, Fault> {
        self.seal_named(|opened| &opened.state, &[b"dictionary ".as_slice(), &ty.to_be_bytes()].concat(), bytes)
    }

    pub fn open_dictionary(&self, ty: u16, stored: Vec<u8>) -> Result<Vec<u8>, Fault> {
        self.open_named(|opened| &opened.state, &[b"dictionary ".as_slice(), &ty.to_be_bytes()].concat(), stored)
    }

    /// The key of a content, as it is kept beside its name.
    pub fn seal_key<'b>(&self, content: &BlobHash, key: &'b [u8]) -> Result<Cow<'b, [u8]>, Fault> {
        self.seal_named(|opened| &opened.blob, &[b"content ".as_slice(), &content.0].concat(), key)
    }

    pub fn open_key(&self, content: &BlobHash, stored: Vec<u8>) -> Result<Vec<u8>, Fault> {
        self.open_named(|opened| &opened.blob, &[b"content ".as_slice(), &content.0].concat(), stored)
    }

    fn seal_named<'b>(&self, of: impl Fn(&Opened) -> &Seal, name: &[u8], value: &'b [u8]) -> Result<Cow<'b, [u8]>, Fault> {
        let Some(held) = self.held() else { return Ok(Cow::Borrowed(value)) };
        let number = held.ring.current()?.number;
        let opened = held.keys.get(&number).ok_or_else(damaged)?;
        let mut out = MAGIC.to_vec();
        out.extend_from_slice(&number.to_be_bytes());
        of(opened).seal(&[&held.ring.store, name].concat(), value, &mut out)?;
        Ok(Cow::Owned(out))
    }

    fn open_named(&self, of: impl Fn(&Opened) -> &Seal, name: &[u8], stored: Vec<u8>) -> Result<Vec<u8>, Fault> {
        let Some((number, sealed)) = sealed_with(&stored) else {
            let odd = !stored.is_empty() && self.held().is_some_and(|held| held.is_whole());
            return if odd { Err(damaged()) } else { Ok(stored) };
        };
        let held = self.held().ok_or_else(damaged)?;
        let opened = held.keys.get(&number).ok_or_else(damaged)?;
        of(opened).open(&[&held.ring.store, name].concat(), sealed)
    }

    /// How contents are named from now on.
    pub fn names(&self) -> Names {
        Names(self.held().map(|held| held.names.clone()))
    }
}

/// How contents are named: by their SHA-256, in a sealed store by an HMAC of it.
#[derive(Clone)]
pub struct Names(Option<hmac::Key>);

impl Names {
    pub fn of(&self, digest: [u8; 32]) -> BlobHash {
        BlobHash(self.0.as_ref().and_then(|key| hmac::sign(key, &digest).as_ref().first_chunk().copied()).unwrap_or(digest))
    }

    /// Whether a content whose SHA-256 this is goes by a name: it may have been kept before the store was sealed.
    pub fn fit(&self, name: &BlobHash, digest: [u8; 32]) -> bool {
        name.0 == digest || *name == self.of(digest)
    }
}

impl Held {
    /// Whether all of the store is sealed, which the index is last: what is not was put there by somebody else.
    fn is_whole(&self) -> bool {
        self.ring.blind
    }

    /// What a sealed body is bound to.
    fn place(&self, at: &VersionRow, dictionary: u32) -> Vec<u8> {
        let mut out = self.ring.store.to_vec();
        out.extend_from_slice(b"body ");
        for number in [at.row, at.res, u32::from(at.ty), at.vid, dictionary] {
            out.extend_from_slice(&number.to_be_bytes());
        }
        out
    }
}

/// With which key something is sealed that says so itself.
fn sealed_with(stored: &[u8]) -> Option<(u16, &[u8])> {
    let (number, sealed) = stored.strip_prefix(MAGIC)?.split_first_chunk()?;
    Some((u16::from_be_bytes(*number), sealed))
}

fn ring_lost() -> Fault {
    Fault::new(
        FaultKind::Unavailable,
        "RH-STORE-KEY",
        "This store is sealed, and its key ring is gone: somebody took it away. Nothing is written to it. Restore the last backup.",
    )
}

pub fn not_sealed() -> Fault {
    Fault::new(FaultKind::Invalid, "RH-STORE-NOT-SEALED", "This store is not sealed. `rihla keys seal` does it.")
}

pub fn sealed_already() -> Fault {
    Fault::new(
        FaultKind::Conflict,
        "RH-STORE-SEALED",
        "This store is sealed already. `rihla keys status` says with what, `rihla keys rotate` gives it a new key.",
    )
}

pub fn under_way() -> Fault {
    Fault::new(FaultKind::Conflict, "RH-STORE-SEALING", "An earlier sealing is not finished. `rihla keys resume` goes on with it; then begin the next one.")
}

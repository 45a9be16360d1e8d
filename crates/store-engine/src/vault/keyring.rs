//! The key ring: what a store is sealed with, wrapped by a key that stands outside of it.

use super::seal::{Seal, derive};
use super::{KEY, damaged};
use rihla_kernel::{Fault, FaultKind, Instant};
use ring::hmac;

/// The mark that holds it.
pub const MARK: &str = "keyring";

const FORM: u8 = 1;
const STORE: usize = 16;
const ROOT_ID: usize = 8;

/// The key that opens a store.
#[derive(Clone)]
pub struct RootKey([u8; KEY]);

impl RootKey {
    pub fn new(bytes: [u8; KEY]) -> Self {
        Self(bytes)
    }

    /// The root key of a store that has none of its own: it follows from the server's key.
    pub fn of_server(key: &[u8; KEY]) -> Self {
        Self(derive(key, "root"))
    }

    /// Tells root keys apart, and tells nothing else of one.
    pub fn id(&self) -> [u8; ROOT_ID] {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &self.0), b"rihla 1 id");
        tag.as_ref().first_chunk().copied().unwrap_or_default()
    }

    pub(super) fn wrap(&self) -> Result<Seal, Fault> {
        Seal::new(&self.0, "wrap")
    }
}

/// A data key.
#[derive(Clone)]
pub struct DataKey {
    pub number: u16,
    pub made: Instant,
    pub key: [u8; KEY],
}

/// What is sealed anew, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// All versions up to this row are done.
    Bodies(u32),
    Dictionaries,
    /// All names up to this one are done.
    State(String),
    /// All contents up to this one are done.
    Contents(Option<[u8; 32]>),
    /// The index and the claims of a store that was not sealed before.
    Index,
    /// Nothing is left to do.
    Done,
}

/// All keys of a store, and how far they have come.
#[derive(Clone)]
pub struct Keyring {
    pub store: [u8; STORE],
    pub index: [u8; KEY],
    /// Whether the index and the claims are blind.
    pub blind: bool,
    pub stage: Stage,
    /// The last one seals.
    pub keys: Vec<DataKey>,
}

impl Keyring {
    /// The data key that seals.
    pub fn current(&self) -> Result<&DataKey, Fault> {
        self.keys.last().ok_or_else(damaged)
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.index.to_vec();
        out.push(u8::from(self.blind));
        let (stage, place) = match &self.stage {
            Stage::Bodies(row) => (0, row.to_be_bytes().to_vec()),
            Stage::Dictionaries => (1, Vec::new()),
            Stage::State(name) => (2, name.as_bytes().to_vec()),
            Stage::Contents(hash) => (3, hash.map_or_else(Vec::new, |hash| hash.to_vec())),
            Stage::Index => (4, Vec::new()),
            Stage::Done => (5, Vec::new()),
        };
        out.push(stage);
        out.extend_from_slice(&(place.len() as u32).to_be_bytes());
        out.extend_from_slice(&place);
        for DataKey { number, made, key } in &self.keys {
            out.extend_from_slice(&number.to_be_bytes());
            out.extend_from_slice(&made.0.to_be_bytes());
            out.extend_from_slice(key);
        }
        out
    }

    fn parse(store: [u8; STORE], bytes: &[u8]) -> Option<Self> {
        let (index, rest) = bytes.split_first_chunk::<KEY>()?;
        let ([blind, stage], rest) = rest.split_first_chunk::<2>()?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let (place, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        let stage = match stage {
            0 => Stage::Bodies(u32::from_be_bytes(*place.first_chunk()?)),
            1 => Stage::Dictionaries,
            2 => Stage::State(String::from_utf8(place.to_vec()).ok()?),
            3 => Stage::Contents(place.first_chunk().copied()),
            4 => Stage::Index,
            5 => Stage::Done,
            _ => return None,
        };
        let (entries, rest) = rest.as_chunks::<{ 10 + KEY }>();
        let entry = |entry: &[u8; 10 + KEY]| {
            let (number, rest) = entry.split_first_chunk::<2>()?;
            let (made, key) = rest.split_first_chunk::<8>()?;
            Some(DataKey { number: u16::from_be_bytes(*number), made: Instant(i64::from_be_bytes(*made)), key: *key.first_chunk()? })
        };
        let keys = entries.iter().map(entry).collect::<Option<Vec<_>>>()?;
        (rest.is_empty() && !keys.is_empty()).then_some(Self { store, index: *index, blind: *blind == 1, stage, keys })
    }

    /// As the mark holds it, wrapped by a root key.
    pub fn wrapped_by(&self, root: &RootKey) -> Result<Vec<u8>, Fault> {
        self.wrap(&root.wrap()?, root.id())
    }

    pub(super) fn wrap(&self, wrap: &Seal, root: [u8; ROOT_ID]) -> Result<Vec<u8>, Fault> {
        let mut out = vec![FORM];
        out.extend_from_slice(&root);
        out.extend_from_slice(&self.store);
        let at = out.clone();
        wrap.seal(&at, &self.to_bytes(), &mut out)?;
        Ok(out)
    }

    pub fn unwrap(mark: &[u8], root: &RootKey) -> Result<Self, Fault> {
        let wanted = root_id_of(mark).ok_or_else(damaged)?;
        if wanted != root.id() {
            return Err(wrong(wanted, root.id()));
        }
        let (head, sealed) = mark.split_at_checked(1 + ROOT_ID + STORE).ok_or_else(damaged)?;
        let store = head.last_chunk().copied().ok_or_else(damaged)?;
        let bytes = root.wrap()?.open(head, sealed)?;
        Self::parse(store, &bytes).ok_or_else(damaged)
    }
}

/// Which root key a ring is wrapped with.
pub fn root_id_of(mark: &[u8]) -> Option<[u8; ROOT_ID]> {
    mark.split_first().filter(|(form, _)| **form == FORM)?.1.first_chunk().copied()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The key of a store is not there.
pub fn missing(mark: &[u8], why: &str) -> Fault {
    let id = root_id_of(mark).map_or_else(|| "?".into(), |id| hex(&id));
    Fault::new(
        FaultKind::Unavailable,
        "RH-STORE-KEY",
        format!(
            "This store is sealed with the root key {id}, which is not at hand{why}. Name the place of the server's key with --key-file or --key-command, or that of the root key with --root-key-file or --root-key-command; without it nobody can read the store."
        ),
    )
}

fn wrong(wanted: [u8; ROOT_ID], given: [u8; ROOT_ID]) -> Fault {
    Fault::new(
        FaultKind::Unavailable,
        "RH-STORE-KEY",
        format!(
            "This store is sealed with the root key {}; the key given is {}. Name the right one with --key-file, --root-key-file or --root-key-command, or put it back from its backup.",
            hex(&wanted),
            hex(&given)
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_comes_back_with_its_key_and_with_no_other() {
        let key = |number: u16| DataKey { number, made: Instant(5), key: [number as u8; KEY] };
        let root = RootKey::new([3; KEY]);
        for stage in [
            Stage::Bodies(77),
            Stage::Dictionaries,
            Stage::State("draft:é".into()),
            Stage::Contents(None),
            Stage::Contents(Some([9; 32])),
            Stage::Index,
            Stage::Done,
        ] {
            let ring = Keyring { store: [1; 16], index: [2; KEY], blind: true, stage: stage.clone(), keys: vec![key(1), key(300)] };
            let mark = ring.wrap(&root.wrap().expect("a key"), root.id()).expect("wraps");
            let back = Keyring::unwrap(&mark, &root).expect("opens");
            assert_eq!((back.store, back.index, back.blind, back.stage), ([1; 16], [2; KEY], true, stage));
            assert_eq!(back.keys.iter().map(|key| (key.number, key.key[0])).collect::<Vec<_>>(), [(1, 1), (300, 44)]);
            assert_eq!(Keyring::unwrap(&mark, &RootKey::new([4; KEY])).map(|_| ()).expect_err("refused").code, "RH-STORE-KEY");
            let mut changed = mark;
            changed[12] ^= 1;
            assert_eq!(Keyring::unwrap(&changed, &root).map(|_| ()).expect_err("refused").code, "RH-STORE-SEAL");
        }
    }
}

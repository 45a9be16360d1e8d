//! Content as sealed frames: AES-256-GCM, the number of the frame as nonce.
//!
//! A key serves one content only, so counting from 0 never repeats a nonce. The last frame is marked in its nonce, so
//! that a file cut at the border of a frame is no whole file (<https://eprint.iacr.org/2015/189>, the STREAM construction).

use rihla_kernel::{Entropy, Fault, FaultKind};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

/// Content bytes of a frame; the last may be shorter.
pub const FRAME: usize = 256 << 10;
/// What a frame's seal adds to it.
pub const SEAL: usize = 16;
pub const KEY: usize = 32;

const CONTEXT: &[u8] = b"rihla blob 1";

pub fn damaged() -> Fault {
    Fault::new(
        FaultKind::Internal,
        "RH-STORE-BLOB-DAMAGED",
        "Stored content could not be read as it was kept. Run `rihla verify`, and restore it from a backup.",
    )
}

/// A key that nothing else is sealed with.
pub fn new_key(entropy: &dyn Entropy) -> Result<[u8; KEY], Fault> {
    let mut key = [0; KEY];
    for part in key.as_chunks_mut::<8>().0 {
        *part = entropy.next_u64().to_le_bytes();
    }
    if key == [0; KEY] {
        return Err(Fault::new(FaultKind::Unavailable, "RH-STORE-ENTROPY", "The system gave no randomness to make a key of; nothing was kept. Try again."));
    }
    Ok(key)
}

/// Seals and opens the frames of one content.
pub struct Sealer(LessSafeKey);

impl Sealer {
    pub fn new(key: &[u8]) -> Result<Self, Fault> {
        UnboundKey::new(&AES_256_GCM, key).map(|key| Self(LessSafeKey::new(key))).map_err(|_| damaged())
    }

    /// Seals a frame in place.
    pub fn seal(&self, number: u64, last: bool, frame: &mut Vec<u8>) -> Result<(), Fault> {
        self.0.seal_in_place_append_tag(nonce(number, last), Aad::from(CONTEXT), frame).map_err(|_| damaged())
    }

    /// Opens a frame in place.
    pub fn open(&self, number: u64, last: bool, frame: &mut Vec<u8>) -> Result<(), Fault> {
        let length = self.0.open_in_place(nonce(number, last), Aad::from(CONTEXT), frame).map_err(|_| damaged())?.len();
        frame.truncate(length);
        Ok(())
    }
}

fn nonce(number: u64, last: bool) -> Nonce {
    let mut bytes = [0; NONCE_LEN];
    for (to, from) in bytes.iter_mut().rev().zip(number.to_le_bytes()) {
        *to = from;
    }
    if let Some(first) = bytes.first_mut() {
        *first = u8::from(last);
    }
    Nonce::assume_unique_for_key(bytes)
}

/// How many frames hold so many bytes. Nothing is one empty frame.
pub fn frames(bytes: u64) -> u64 {
    bytes.div_ceil(FRAME as u64).max(1)
}

/// The length of the file that holds so many bytes.
pub fn file_bytes(bytes: u64) -> u64 {
    bytes + frames(bytes) * SEAL as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use rihla_kernel::SeededEntropy;

    #[test]
    fn a_frame_opens_only_as_what_it_was_sealed_as() {
        let entropy = SeededEntropy::new(1);
        let (key, other) = (new_key(&entropy).expect("a key"), new_key(&entropy).expect("a key"));
        let sealer = Sealer::new(&key).expect("a key");
        let mut sealed = b"content".to_vec();
        sealer.seal(5, false, &mut sealed).expect("seals");
        assert_eq!(sealed.len(), 7 + SEAL);
        let open = |sealer: &Sealer, number, last, change: usize| {
            let mut frame = sealed.clone();
            if let Some(byte) = frame.get_mut(change) {
                *byte ^= 1;
            }
            sealer.open(number, last, &mut frame).map(|()| frame)
        };
        assert_eq!(open(&sealer, 5, false, 99), Ok(b"content".to_vec()));
        let wrong = [
            open(&sealer, 4, false, 99),
            open(&sealer, 5, true, 99),
            open(&sealer, 5, false, 0),
            open(&sealer, 5, false, 22),
            open(&Sealer::new(&other).expect("a key"), 5, false, 99),
        ];
        assert!(wrong.iter().all(Result::is_err));
    }

    #[test]
    fn without_randomness_there_is_no_key() {
        struct Silent;
        impl Entropy for Silent {
            fn next_u64(&self) -> u64 {
                0
            }
        }
        assert_eq!(new_key(&Silent).expect_err("refused").code, "RH-STORE-ENTROPY");
    }
}

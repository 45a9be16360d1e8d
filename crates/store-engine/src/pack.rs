//! Bodies made small: zstd with a dictionary for each type.
//!
//! A dictionary is trained on the first bodies of its type and kept for ever; types that name people get none, so that
//! no fragment of a person outlives the rows it came from. Measured in docs/PERFORMANCE.md.

use rihla_kernel::{Fault, FaultKind};
use rihla_store::backend::{Packed, TypeKey};
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Mutex, RwLock};
use zstd::zstd_safe::{CCtx, CDict, CParameter, DCtx, DDict, DParameter, FrameFormat, ResetDirective};

const LEVEL: i32 = 1;
const DICTIONARY_BYTES: usize = 24 << 10;
/// Samples enough to train on, in bytes of bodies.
const SAMPLE_BYTES: usize = 700 << 10;
const SAMPLE_COUNT: usize = 200;
/// The largest body that unpacking will make room for.
const BODY_MAX: usize = 256 << 20;

/// A dictionary ready for use. They are few and live as long as the process, hence `'static`.
struct Dictionary {
    number: u32,
    compress: CDict<'static>,
    expand: DDict<'static>,
}

#[derive(Default)]
struct Samples {
    bytes: Vec<u8>,
    sizes: Vec<usize>,
    done: bool,
}

/// Packs and unpacks bodies; learns dictionaries as bodies pass.
pub struct Packer {
    by_type: RwLock<HashMap<TypeKey, &'static Dictionary>>,
    by_number: RwLock<HashMap<u32, &'static Dictionary>>,
    samples: Mutex<HashMap<TypeKey, Samples>>,
    without: Vec<TypeKey>,
}

/// Bodies enough to train a dictionary on, which takes a tenth of a second: not for a request's thread.
pub struct Lesson {
    pub ty: TypeKey,
    bytes: Vec<u8>,
    sizes: Vec<usize>,
}

impl Lesson {
    /// The dictionary, to be stored before it is [`Packer::install`]ed.
    pub fn learn(&self) -> Option<Vec<u8>> {
        zstd::dict::from_continuous(&self.bytes, &self.sizes, DICTIONARY_BYTES).ok()
    }
}

thread_local! {
    static COMPRESS: RefCell<Option<CCtx<'static>>> = const { RefCell::new(None) };
    static EXPAND: RefCell<Option<DCtx<'static>>> = const { RefCell::new(None) };
}

impl Packer {
    /// `without` names the types that never get a dictionary.
    pub fn new(without: Vec<TypeKey>) -> Self {
        Self { by_type: RwLock::default(), by_number: RwLock::default(), samples: Mutex::default(), without }
    }

    /// Makes a stored dictionary usable.
    pub fn install(&self, number: u32, ty: TypeKey, bytes: &[u8]) {
        let dictionary: &'static Dictionary = Box::leak(Box::new(Dictionary { number, compress: CDict::create(bytes, LEVEL), expand: DDict::create(bytes) }));
        self.by_number.write().unwrap_or_else(|poisoned| poisoned.into_inner()).insert(number, dictionary);
        self.by_type.write().unwrap_or_else(|poisoned| poisoned.into_inner()).insert(ty, dictionary);
        let mut samples = self.samples.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        samples.insert(ty, Samples { done: true, ..Samples::default() });
    }

    /// Begins to gather bodies of a type anew, after a lesson whose outcome could not be kept.
    pub fn unlearn(&self, ty: TypeKey) {
        self.samples.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).remove(&ty);
    }

    pub fn pack(&self, ty: TypeKey, body: &[u8]) -> Result<(Packed, Option<Lesson>), Fault> {
        let dictionary = self.by_type.read().unwrap_or_else(|poisoned| poisoned.into_inner()).get(&ty).copied();
        let lesson = if dictionary.is_none() { self.sample(ty, body) } else { None };
        let bytes = compress(body, dictionary)?;
        Ok((Packed { dictionary: dictionary.map_or(0, |found| found.number), bytes }, lesson))
    }

    /// Keeps a copy to learn from; returns a lesson once there is enough.
    fn sample(&self, ty: TypeKey, body: &[u8]) -> Option<Lesson> {
        if self.without.contains(&ty) || body.len() > SAMPLE_BYTES / 8 {
            return None;
        }
        let (bytes, sizes) = {
            let mut all = self.samples.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            let samples = all.entry(ty).or_default();
            if samples.done {
                return None;
            }
            samples.bytes.extend_from_slice(body);
            samples.sizes.push(body.len());
            if samples.bytes.len() < SAMPLE_BYTES || samples.sizes.len() < SAMPLE_COUNT {
                return None;
            }
            samples.done = true;
            (std::mem::take(&mut samples.bytes), std::mem::take(&mut samples.sizes))
        };
        Some(Lesson { ty, bytes, sizes })
    }

    pub fn unpack(&self, dictionary: u32, packed: &[u8]) -> Result<Vec<u8>, Fault> {
        let found = match dictionary {
            0 => None,
            number => Some(*self.by_number.read().unwrap_or_else(|poisoned| poisoned.into_inner()).get(&number).ok_or_else(damaged)?),
        };
        expand(packed, found)
    }
}

fn damaged() -> Fault {
    Fault::new(FaultKind::Internal, "RH-STORE-BODY", "A stored resource could not be read. Run `rihla verify`, and restore it from a backup.")
}

fn compress(body: &[u8], dictionary: Option<&'static Dictionary>) -> Result<Vec<u8>, Fault> {
    COMPRESS.with_borrow_mut(|slot| {
        let context = slot.get_or_insert_with(CCtx::create);
        let prepared = context.reset(ResetDirective::SessionAndParameters).and_then(|_| {
            // Every frame is ours: what the columns say already is not written again.
            context.set_parameter(CParameter::Format(FrameFormat::Magicless))?;
            context.set_parameter(CParameter::ChecksumFlag(false))?;
            context.set_parameter(CParameter::DictIdFlag(false))?;
            match dictionary {
                Some(dictionary) => context.ref_cdict(&dictionary.compress),
                None => context.set_parameter(CParameter::CompressionLevel(LEVEL)),
            }
        });
        let mut out = Vec::with_capacity(zstd::zstd_safe::compress_bound(body.len()));
        prepared.and_then(|_| context.compress2(&mut out, body)).map_err(|_| damaged())?;
        out.shrink_to_fit();
        Ok(out)
    })
}

fn expand(packed: &[u8], dictionary: Option<&'static Dictionary>) -> Result<Vec<u8>, Fault> {
    EXPAND.with_borrow_mut(|slot| {
        let context = slot.get_or_insert_with(DCtx::create);
        let prepared = context.reset(ResetDirective::SessionAndParameters).and_then(|_| {
            context.set_parameter(DParameter::Format(FrameFormat::Magicless))?;
            match dictionary {
                Some(dictionary) => context.ref_ddict(&dictionary.expand),
                None => Ok(0),
            }
        });
        prepared.map_err(|_| damaged())?;
        let size = content_size(packed).filter(|size| *size <= BODY_MAX).ok_or_else(damaged)?;
        let mut out = Vec::with_capacity(size);
        context.decompress(&mut out, packed).map_err(|_| damaged())?;
        Ok(out)
    })
}

/// The size that a frame without magic number says of its content
/// (<https://www.rfc-editor.org/rfc/rfc8878#name-frame-header>); our frames have no dictionary id.
fn content_size(frame: &[u8]) -> Option<usize> {
    let descriptor = *frame.first()?;
    let single_segment = descriptor & 0x20 != 0;
    let at = if single_segment { 1 } else { 2 };
    let field = frame.get(at..)?;
    let read = |count: usize| field.get(..count).map(|bytes| bytes.iter().rev().fold(0usize, |value, byte| value << 8 | usize::from(*byte)));
    match descriptor >> 6 {
        0 if single_segment => read(1),
        0 => None,
        1 => read(2).map(|size| size + 256),
        2 => read(4),
        _ => read(8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(at: usize) -> Vec<u8> {
        format!(
            "\x1f\"status\":\"final\",\"code\":{{\"coding\":[{{\"system\":\"http://loinc.org\",\"code\":\"{}-{}\"}}]}},\"valueQuantity\":{{\"value\":{}.50}}{}",
            at * 7919 % 9973,
            at % 10,
            at,
            "x".repeat(at * 31 % 1500)
        )
        .into_bytes()
    }

    #[test]
    fn bodies_come_back_with_and_without_a_dictionary() {
        let packer = Packer::new(vec![9]);
        let mut packed = Vec::new();
        let mut trained = None;
        for at in 0..4000 {
            let (one, dictionary) = packer.pack(7, &body(at)).expect("packs");
            if let Some(lesson) = dictionary {
                packer.install(1, lesson.ty, &lesson.learn().expect("enough to learn from"));
                trained = Some(at);
            }
            packed.push(one);
        }
        assert!(trained.is_some());
        assert!(packed.iter().any(|one| one.dictionary == 1));
        for (at, one) in packed.iter().enumerate() {
            assert_eq!(packer.unpack(one.dictionary, &one.bytes).expect("unpacks"), body(at));
        }
    }

    #[test]
    fn types_that_name_people_teach_nothing() {
        let packer = Packer::new(vec![9]);
        assert!((0..4000).all(|at| packer.pack(9, &body(at)).is_ok_and(|(one, trained)| one.dictionary == 0 && trained.is_none())));
    }

    #[test]
    fn damage_is_an_error() {
        let packer = Packer::new(vec![]);
        assert!(packer.unpack(0, b"").is_err());
        assert!(packer.unpack(3, b"abc").is_err());
        assert!(packer.unpack(0, &[0xFF; 40]).is_err());
    }

    #[test]
    fn empty_and_large_bodies_pack() {
        let packer = Packer::new(vec![]);
        for size in [0usize, 1, 255, 256, 257, 65_791, 65_792, 3_000_000] {
            let body = vec![b'a'; size];
            let (packed, _) = packer.pack(1, &body).expect("packs");
            assert_eq!(packer.unpack(0, &packed.bytes).expect("unpacks"), body, "{size}");
        }
    }
}

//! A store on its way into another one, on the same back end or another: docs/decisions/0018-moving.md.
//!
//! What is truth travels as rows in a form that every back end reads and writes; what follows from it is made at the target.
//! Rows go in the order of their keys, some thousands at a time, and each step is one commit together with the mark that says
//! how far it is. So a move that was killed goes on where it was.

mod cells;
mod go;
mod proof;

pub use cells::{Cell, Cells, bytes_of, int_of};
pub use go::{Hears, Moving, Said, carry, identity};
pub use proof::{Proof, prove};

use crate::frame::{self, FRAME, SEAL};
use rihla_kernel::{Fault, FaultKind};
use rihla_store::blob::BlobHash;

/// The rows of a store, in the order in which they are carried. The columns of a row, its key first:
///
/// | part | columns |
/// |---|---|
/// | actors | actor, kind, id |
/// | dictionaries | dictionary, ty, bytes |
/// | resources | res, ty, row, patient, born, shard, id or null |
/// | versions | row, res, ty, vid, prev, hlc, shard of the resource, actor, site, dictionary, body or null |
/// | claims | name, res |
/// | audit | seq, entries, hash |
/// | marks | name, value; those of [`OWN`] stay behind |
/// | contents | hash, bytes, born, key or null; their sealed frames go with them |
/// | uses | hash, row |
///
/// Which row was replaced by which, and the directory of ids that clients chose, follow from versions and resources: the
/// target writes them along. What finds entries of the audit chain is made there with the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Actors,
    Dictionaries,
    Resources,
    Versions,
    Claims,
    Audit,
    Marks,
    Contents,
    Uses,
}

impl Part {
    pub const ALL: [Self; 9] =
        [Self::Actors, Self::Dictionaries, Self::Resources, Self::Versions, Self::Claims, Self::Audit, Self::Marks, Self::Contents, Self::Uses];

    pub fn name(self) -> &'static str {
        match self {
            Self::Actors => "actors",
            Self::Dictionaries => "dictionaries",
            Self::Resources => "resources",
            Self::Versions => "versions",
            Self::Claims => "claims",
            Self::Audit => "audit links",
            Self::Marks => "marks",
            Self::Contents => "contents",
            Self::Uses => "uses of contents",
        }
    }

    /// How many columns its key has.
    pub fn key(self) -> usize {
        if self == Self::Uses { 2 } else { 1 }
    }
}

/// How far a back end's index reaches: each back end writes it in its own way.
pub const INDEX: &str = "index";
/// In a target that is not finished: see [`Moving`].
pub const MOVING: &str = "moving";
/// In a source whose move is done: where to.
pub const MOVED: &str = "moved";
/// Marks of a store about itself, which are not carried.
pub const OWN: [&str; 3] = [INDEX, MOVING, MOVED];

/// How much is in memory at once.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    pub rows: usize,
    /// The row that exceeds it is the last one.
    pub bytes: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self { rows: 5_000, bytes: 4 << 20 }
    }
}

/// A store that is read row by row. Nobody else has it open.
pub trait Source {
    /// The rows of a part after a key, in the order of their keys; none at the end.
    fn rows(&mut self, part: Part, after: Option<&[Cell]>, pace: Pace) -> Result<Vec<Cells>, Fault>;

    /// The row with the highest key.
    fn last(&mut self, part: Part) -> Result<Option<Cells>, Fault>;

    /// A sealed frame of a content, of that length.
    fn frame(&mut self, hash: &BlobHash, number: u64, length: usize) -> Result<Vec<u8>, Fault>;

    fn mark(&mut self, name: &str) -> Result<Option<Vec<u8>>, Fault>;

    /// Sets or takes away one of [`OWN`], durably.
    fn set_mark(&mut self, name: &str, value: Option<&[u8]>) -> Result<(), Fault>;
}

/// Gives the sealed frames of a content in their order, by number and length.
pub type Frames<'f> = dyn FnMut(u64, usize) -> Result<Vec<u8>, Fault> + 'f;

/// A store that is written row by row.
pub trait Target: Source {
    /// Adds rows together with the mark [`MOVING`], or nothing.
    fn add(&mut self, part: Part, rows: &[Cells], moving: &[u8]) -> Result<(), Fault>;

    /// Adds a content of so many bytes with its frames, together with the mark [`MOVING`]. It is durable before the mark is.
    fn add_content(&mut self, row: &Cells, frames: &mut Frames<'_>, moving: &[u8]) -> Result<(), Fault>;

    /// Makes ready for opening: the index, which is empty, is said to be whole, since it is made anew right after. What opens
    /// it would else take every key into memory.
    fn seem_indexed(&mut self) -> Result<(), Fault>;
}

/// The frames of a content, by number and length.
pub fn frames_of(bytes: u64) -> impl Iterator<Item = (u64, usize)> {
    (0..frame::frames(bytes)).map(move |number| (number, (bytes - number * FRAME as u64).min(FRAME as u64) as usize + SEAL))
}

/// The name and length of a content that a row speaks of, and its key; `None`: purged.
pub fn content_of(row: &Cells) -> Result<(BlobHash, u64, Option<&[u8]>), Fault> {
    let hash = row.first().and_then(bytes_of).and_then(|bytes| bytes.try_into().ok()).map(BlobHash).ok_or_else(odd_row)?;
    let bytes = row.get(1).and_then(int_of).and_then(|bytes| u64::try_from(bytes).ok()).ok_or_else(odd_row)?;
    Ok((hash, bytes, row.get(3).and_then(bytes_of)))
}

/// Whether a store may be opened for work, by its own marks. `moving`: it is opened by the move itself.
pub fn may_open(moved: Option<&[u8]>, unfinished: bool, moving: bool) -> Result<(), Fault> {
    if let Some(to) = moved {
        return Err(moved_to(&String::from_utf8_lossy(to)));
    }
    if unfinished && !moving {
        return Err(Fault::new(
            FaultKind::Unavailable,
            "RH-STORE-MOVING",
            "This store is the target of a move that is not finished. Call the same `rihla move` again; it goes on where it was.",
        ));
    }
    Ok(())
}

pub fn moved_to(to: &str) -> Fault {
    Fault::new(
        FaultKind::Unavailable,
        "RH-STORE-MOVED",
        format!(
            "This store was moved to {to}, where the record goes on. Use that one. If it was given up, and only then, `rihla move --reopen` makes this one usable again."
        ),
    )
}

pub fn nothing_there() -> Fault {
    Fault::new(FaultKind::NotFound, "RH-MOVE-NOTHING", "There is no store to be moved at that address. Check it; nothing was changed.")
}

pub fn old_schema() -> Fault {
    Fault::new(
        FaultKind::Invalid,
        "RH-MOVE-OLD",
        "The store to be moved has tables of another version of the program. Open it once with this one, as with `rihla status`, then move it.",
    )
}

pub fn target_used() -> Fault {
    Fault::new(FaultKind::Conflict, "RH-MOVE-USED", "There is a store already where this one should go. Name an empty folder or database; nothing was changed.")
}

pub(crate) fn another_move() -> Fault {
    Fault::new(
        FaultKind::Conflict,
        "RH-MOVE-OTHER",
        "The target belongs to a move of another store, or the source was written to since the move began. Empty the target and begin again.",
    )
}

pub fn odd_row() -> Fault {
    Fault::new(FaultKind::Internal, "RH-MOVE-ROW", "A row of the store is not as this program writes it. Run `rihla verify` on the source.")
}

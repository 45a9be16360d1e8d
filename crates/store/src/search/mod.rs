//! Answering a [`crate::query::Query`] from the index, with access applied to every version before it is shown.

mod bind;
mod candidate;
mod compile;
mod cursor;
mod few;
mod gate;
mod include;
mod matcher;
mod negative;
mod page;
mod run;
mod sort;
mod span;
mod window;

pub use cursor::{Cursor, fingerprint};
pub use gate::Gate;
pub use include::{included, mentioned};
pub use page::{Answer, answer, only_match};
pub use run::Run;

use rihla_kernel::{Fault, FaultKind};

/// A search that would cost too much, and what to do about it.
fn too_wide(why: &str) -> Fault {
    Fault::new(FaultKind::TooLarge, "RH-SEARCH-TOO-WIDE", format!("The search is too wide: {why}."))
}

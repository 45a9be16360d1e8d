//! The master patient index: which records may be one person's, and merging them. `spec.md` beside this crate has the rules,
//! each with an id.

mod crowd;
mod decide;
mod index;
mod learn;
mod links;
mod moved;
mod person;
mod stay;

pub use crowd::{Crowd, key_of};
pub use decide::Decision;
pub use index::{Found, Mpi, Pair, Standing};
pub use learn::{LEAST, Learning, MOST, learnt};
pub use links::{Links, MergeFault, merged, unmerged};
pub use moved::moved;
pub use person::{BIRTH_ABOUT, person};
pub use stay::{MovedResource, moved_all, moved_stay, of_stay};

//! What happens here as ADT messages for others.

mod adt;
pub mod event;
pub mod moved;
mod partner;
mod pid;
mod pv1;

pub use adt::{Announcement, Moved, announce};
pub use partner::{Authority, Partner};

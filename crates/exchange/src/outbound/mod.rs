//! What happens here, and what is asked for, as messages for others: ADT, ORM.

mod adt;
pub mod event;
pub mod moved;
pub mod order;
mod partner;
mod pid;
mod pv1;

pub use adt::{Announcement, Moved, announce};
pub use partner::{Authority, Partner};

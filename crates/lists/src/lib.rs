//! Lists of patients, of stays and of codes that another system wrote as CSV, and what a row of one is here. `spec.md` beside this
//! crate has the rules, each with an id.
//!
//! Pure: bytes, a map and the time in; Patients, Encounters and reasons out. Files, the record and the index of people
//! belong to the caller.

mod cells;
pub mod codes;
pub mod date;
pub mod map;
mod patient;
pub mod reason;
mod rows;
mod stay;
mod text;

pub use cells::Cells;
pub use map::Map;
pub use patient::Person;
pub use reason::{Outcome, Reason};
pub use rows::{Row, Rows, Unread};
pub use stay::{StayRow, answers};
pub use text::Encoding;

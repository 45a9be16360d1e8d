//! The twin of a hospital: made-up people with believable stories, for showing, teaching and measuring.
//!
//! What a country is made of (names, communes, cover, identifier systems) is handed in; what medicine is made of stands
//! in `data/`. The same seed and the same instant give the same bytes.

#[macro_use]
mod json;
pub mod calibrate;
pub mod hospital;
pub mod living;
pub mod sim;
pub mod story;
mod student;
pub mod verify;

pub use story::{Hospital, Lists, Setting, TwinError};

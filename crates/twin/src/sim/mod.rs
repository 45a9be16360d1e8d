//! A simulation by events: what happens next happens next, ties in the order in which they were planned.
//!
//! Time is a number of minutes from the beginning. Everything random is drawn from [`Stream`]s, so that one seed gives one
//! run, and two policies meet the same patients.

mod agenda;
mod draw;
mod ledger;
mod sample;
mod station;

pub use agenda::Agenda;
pub use draw::{Draw, Stream};
pub use ledger::Ledger;
pub use sample::Sample;
pub use station::{Discipline, First, Station};

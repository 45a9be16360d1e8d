//! The commands that several workflows share: how a stay begins, moves and ends, and what becomes of places. `spec.md`
//! beside this crate has the rules, each with an id.
//!
//! [`request`]: what is asked of others about a patient, step by step, and what its result makes others do.
//!
//! [`queue`]: who waits at the desks, and who is called next.
//!
//! What a stay is and would be is decided without I/O ([`Stay`]); [`Act`] reads, decides and commits.

pub mod emergency;
pub mod exit;
mod mend;
#[cfg(test)]
mod model_tests;
mod movement;
mod moves;
mod object;
mod place;
mod planned;
pub mod propose;
pub mod queue;
pub mod refusal;
pub mod request;
mod run;
mod stay;
mod structure;

pub use mend::DEPARTURE;
pub use movement::{Answers, Kind, Movement, Named, Spot, Status};
pub use object::{Object, concept, quoted, reference, written};
pub use place::{Hygiene, Place, Service, called};
pub use planned::planned;
pub use run::{Act, Change, Draft};
pub use stay::{Belongings, ExitStep, Signed, State, Stay};
pub use structure::{House, Seen, stays_at, stays_in, stays_that_go_on};

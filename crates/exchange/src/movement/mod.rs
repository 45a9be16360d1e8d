//! What an ADT message asks for, as a description that does nothing: whom, which stay, which movement, and the act.
//!
//! The commands that admit, move and discharge are called with it by whoever wires a channel. Facts of ITI-30 (patient
//! identity) and ITI-31 (encounters) of IHE PAM, ITI TF-2, 3.30 and 3.31; ZBE-7 to ZBE-9 are of its national extensions.

mod act;
mod event;
mod read;

pub use act::{Act, Action, Asked, Carer, Movement, PatientNumber, Person, Stay, Told, Unit};
pub use event::{Concerns, Event};
pub use read::{Refusal, person, read};

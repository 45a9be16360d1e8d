//! A hospital that lives by itself: made-up staff who do, through the same pages as people, what is due by the record
//! ([`rihla_twin::living`]). For records whose patients are made up; a store in production refuses it.

mod clock;
mod hands;
mod look;
mod run;
mod told;

pub use clock::{FASTEST, HospitalClock};
pub use run::{Parts, Player};
pub use told::{Did, Told};

//! The search for a good plan.

mod anneal;
mod budget;
mod moves;
mod nursing;

pub use anneal::{Annealer, Outcome, Settings};
pub use budget::{Budget, Clock, NoClock, Spent};

//! The search for a good plan.

mod anneal;
mod budget;
mod moves;
mod nursing;
pub mod repair;
mod scarcity;

pub use anneal::{Annealer, KINDS, Kind, Settings};
pub use budget::{Budget, Clock, NoClock, Spent};

//! The search for a good plan.

mod anneal;
mod budget;
mod cascade;
mod exchange;
mod moves;
mod nursing;
pub mod repair;
mod scarcity;
mod sketch;

pub use anneal::{Annealer, KINDS, Kind, MOVES, Settings};
pub use budget::{Budget, Clock, NoClock, Spent};

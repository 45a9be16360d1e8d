//! Planning kernels: which patient is admitted on which day, operated on in which theatre, put in which room, and
//! which nurse looks after that room on each shift. Pure: texts and numbers in, texts and numbers out; files, clocks
//! and screens belong to the caller.
//!
//! The problem, its rules and its file formats are those of the Integrated Healthcare Timetabling Competition 2024.

mod build;
pub mod error;
pub mod evaluate;
pub mod explain;
pub mod generate;
pub mod instance;
pub mod model;
pub mod rng;
pub mod search;
pub mod solution;
pub mod solve;
pub mod state;
pub mod terms;

pub use error::{InstanceError, SolutionError};
pub use evaluate::{Verdict, evaluate};
pub use instance::Instance;
pub use model::{Model, Spot};
pub use solution::Plan;
pub use solve::{Limit, Options, Progress, Solved, solve, solve_moves};
pub use terms::Terms;

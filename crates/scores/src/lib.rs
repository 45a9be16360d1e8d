//! Clinical scores as data, and the growth of children: pure, without record and without I/O.
//!
//! A score is a file of `packs/scores`: items with cut-points or choices, what a total means, and of whom it says anything.
//! Reckoning gives points for each item, the total and its meaning, or what is missing: never a total of some of its items.

mod file;
pub mod growth;
mod number;
mod reckon;
mod score;
mod shipped;

pub use file::Fault;
pub use number::Number;
pub use reckon::{Bar, Given, Lack, Person, Reading, Values, reckon};
pub use score::{Applies, Band, Choice, Item, Kind, Level, Scale, Score, Step, Table, Words};
pub use shipped::Scores;

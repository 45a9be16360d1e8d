//! Who waits at the desks, and who is next: the pages of `modules/queue` and whoever else issues tickets. A ticket is a Task;
//! what may become of it ([`Ticket`]), who is called next ([`in_order`]) and how long it will take ([`estimate`]) is decided
//! without I/O, [`Act`] reads and commits.

mod counter;
mod estimate;
mod order;
pub mod refusal;
mod run;
mod ticket;

#[cfg(test)]
mod model_tests;

pub use counter::{Counter, Pause, SERVICE};
pub use estimate::{Hour, Past, Range, estimate};
pub use order::{Turn, Why, in_order};
pub use run::{Act, NUMBER, New};
pub use ticket::{CODE, CODING, Moment, Priority, State, TICKET, Ticket, Time};

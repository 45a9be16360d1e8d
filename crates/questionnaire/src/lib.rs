//! Forms by FHIR's Questionnaire (<https://hl7.org/fhir/R4/questionnaire.html>): read, worked out, answered. See `spec.md`.
//!
//! Pure: no clock, no record, no page. [`read()`] gives a [`Form`] or every fault; [`Filling`] holds what was typed; [`evaluate()`]
//! says what is asked, calculated, missing and wrong; [`items`] writes the response and [`observed`] what comes of it.

mod answer;
mod begin;
mod check;
pub mod edit;
mod evaluate;
pub mod expr;
mod fault;
mod filling;
mod model;
mod number;
mod options;
mod pattern;
mod read;
mod response;
mod words;

pub use answer::{Answer, Coding, Quantity};
pub use begin::begin;
pub use evaluate::{Evaluated, Launch, Part, Reply, evaluate};
pub use expr::text_of;
pub use fault::Fault;
pub use filling::{Filling, Key, LONGEST, Said, Step, Why};
pub use model::{Choice, Form, Item, Kind, Operator, When};
pub use number::Number;
pub use options::{ValueSets, Within, enumerated};
pub use read::read;
pub use response::{Observed, faults, items, observed};
pub use words::{Words, quoted};

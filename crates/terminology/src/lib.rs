//! Lists of codes that a site loads, and finding one of their entries by what somebody types. See `spec.md`.

mod concepts;
mod index;

pub use concepts::{Concept, Concepts, Unfit};
pub use index::Index;
pub use rihla_fhirpath::normalize;

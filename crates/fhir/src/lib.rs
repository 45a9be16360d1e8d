//! FHIR R4 as tables of facts, and resources as bytes and trees.

pub mod issue;
pub mod json;
pub mod r4;
pub mod validate;
pub mod xml;

//! Data types of HL7 v2 as FHIR data types, one family a file. A value that says nothing gives nothing.

pub mod address;
pub mod coded;
pub mod identifier;
pub mod name;
pub mod quantity;
pub mod telecom;
pub mod time;

//! FHIR R4 over HTTP (<https://hl7.org/fhir/R4/http.html>): one file an interaction, all of them over one handle to the record.

mod answer;
mod api;
mod ask;
mod batch;
mod binary;
mod bundle;
mod capabilities;
mod create;
mod delete;
mod everything;
mod format;
mod headers;
mod history;
mod incoming;
mod intake;
mod lang;
mod load;
pub mod messages;
mod operation;
mod pairs;
mod read;
mod refusal;
mod route;
mod search;
mod subset;
mod summary;
mod trail;
mod transaction;
mod update;
mod write;
mod xml;

pub use api::{Api, Limits, Settings};
pub use lang::Lang;
pub use load::{Loader, read_json};
pub use refusal::{Issue, Refusal, Severity};
pub use transaction::Part;

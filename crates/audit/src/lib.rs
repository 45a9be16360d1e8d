//! Entries of the audit chain for those who read them: as AuditEvent, and as what a privacy officer should look at.
//! Why so: docs/decisions/0019-audit.md.

mod anomaly;
pub mod atna;
mod event;
mod visits;

pub use anomaly::{Anomaly, Finding, Looked, find};
pub use event::{codes_of, event_id, place_of_id, push_event};
pub use visits::{Visit, visits};

//! Search-parameter plans: what of a resource is indexed, and under which field.

pub mod expr;
mod text;
mod time;

pub use text::{normalize, normalize_into};
pub use time::{Span, UnknownZone, Zone, parse_date};

//! Dates as ranges of UTC milliseconds, in the zone of a site.

mod parse;
mod zone;

pub use parse::{Span, parse_date};
pub use zone::{UnknownZone, Zone};

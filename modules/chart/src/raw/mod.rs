//! The resources as they are stored, with their versions and what changed between any two.

mod compare;
mod list;
mod one;

pub use compare::compare;
pub use list::list;
pub use one::show;

use rihla_fhir::json::{Limits, parse, push_pretty};
use rihla_store::Stored;

/// The resource laid out for people.
fn pretty(stored: &Stored) -> String {
    let json = stored.json();
    let Ok(doc) = parse(&json, &Limits { values: usize::MAX, ..Limits::default() }) else { return String::new() };
    let mut out = Vec::with_capacity(json.len() * 2);
    push_pretty(doc.root(), 0, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

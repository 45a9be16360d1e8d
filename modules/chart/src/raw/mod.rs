//! The resources as they are stored, with their versions and what changed between any two.

mod compare;
mod list;
mod one;

pub use compare::compare;
pub use list::list;
pub use one::show;

use crate::chart::Chart;
use rihla_fhir::json::{Limits, parse, push_pretty};
use rihla_fhir::view::Look;
use rihla_store::Stored;
use rihla_web::look;

/// Whether a resource is this patient's: their own record, or of their compartment.
fn is_of(stored: &Stored, ty: &str, chart: &Chart) -> bool {
    if ty == "Patient" {
        return stored.id.to_text() == chart.id();
    }
    let places = ["subject", "patient", "beneficiary", "individual", "participant.actor", "member", "for"];
    let named = |value: rihla_fhir::json::Value<'_>| {
        places.iter().any(|place| value.all(place).iter().any(|found| found.reference("reference", "Patient").as_deref() == Some(chart.id())))
    };
    look(stored, named).unwrap_or(false)
}

/// The resource laid out for people.
fn pretty(stored: &Stored) -> String {
    let json = stored.json();
    let Ok(doc) = parse(&json, &Limits { values: usize::MAX, ..Limits::default() }) else { return String::new() };
    let mut out = Vec::with_capacity(json.len() * 2);
    push_pretty(doc.root(), 0, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

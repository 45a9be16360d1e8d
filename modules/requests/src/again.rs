//! What is asked for again while it is still open: said, and not kept from anybody.

use crate::whose::Whose;
use rihla_fhir::view::Concept;
use rihla_fhir::view::Look;
use rihla_kernel::Instant;
use rihla_store::body::instant_text;
use rihla_web::{Refusal, look};

const MOST: &str = "100";

/// Codes of what was asked for within the pack's hours and is open, with since when in words.
pub fn open(whose: &Whose) -> Result<Vec<(String, String)>, Refusal> {
    let hours = i64::from(whose.catalogue().duplicate_hours);
    let from = format!("ge{}", instant_text(Instant(whose.voice().now().0 - hours * 60 * 60 * 1000)));
    let asked = [("patient", whose.id()), ("status", "draft,active,on-hold"), ("authored", from.as_str()), ("_count", MOST)];
    let found = whose.desk.search("ServiceRequest", &asked)?;
    let read = |stored| {
        look(stored, |value| {
            let code = Concept::at(value, "code")?.code(rihla_clinical::request::ORDERABLE)?.into_owned();
            Some((code, whose.voice().ago(value.text("authoredOn")?.as_ref())))
        })
        .flatten()
    };
    Ok(found.matches.iter().filter_map(read).collect())
}

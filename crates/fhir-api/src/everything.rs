//! All that the record holds about one patient (<https://hl7.org/fhir/R4/patient-operation-everything.html>).

use crate::answer::Answer;
use crate::ask::Ask;
use crate::caller::Interaction;
use crate::messages;
use crate::refusal::{Refusal, Result};
use crate::search::answer;
use crate::subset::Shape;
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhirpath::parse_date;
use rihla_kernel::Instant;
use rihla_store::EverythingQuery;

fn of_patients() -> Result<TypeId> {
    tables().resource_type("Patient").ok_or_else(|| Refusal::new(&messages::DEFECT))
}

pub fn everything(ask: &Ask<'_>, patient: &str) -> Result<Answer> {
    let mut query = EverythingQuery::default();
    for (name, value) in &ask.pairs {
        let bad = || Refusal::with(&messages::BAD_QUERY, name.clone());
        let span = |value: &str| parse_date(value, ask.zone).ok_or_else(bad);
        match name.as_str() {
            "start" => query.start = Some(span(value)?.lo),
            "end" => query.end = Some(span(value)?.hi),
            "_since" => query.since = Some(Instant(span(value)?.lo)),
            "_count" => query.count = Some(value.parse().map_err(|_| bad())?),
            "_cursor" => query.cursor = Some(value.clone()),
            "_type" => {
                for name in value.split(',') {
                    query.types.push(tables().resource_type(name).ok_or_else(|| Refusal::with(&messages::UNKNOWN_TYPE, name))?);
                }
            }
            "_summary" | "_elements" => {}
            _ => return Err(bad()),
        }
    }
    let shape = Shape::of(&ask.pairs)?;
    let page = ask.on(Interaction::Search, of_patients()?)?.everything(patient, &query)?;
    Ok(answer(ask, page, Vec::new(), &shape, &format!("Patient/{patient}/$everything"), &ask.pairs))
}

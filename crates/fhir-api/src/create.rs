//! Creating a resource, always or only if a search finds none (<https://hl7.org/fhir/R4/http.html#create>).

use crate::answer::Answer;
use crate::ask::Ask;
use crate::caller::Interaction;
use crate::incoming::{Incoming, examine};
use crate::messages;
use crate::pairs;
use crate::refusal::{Refusal, Result};
use crate::write::{ATTEMPTS, existing, prepare, put, raced};
use rihla_fhir::json::Value;
use rihla_fhir::r4::TypeId;
use rihla_store::Resolution;
use rihla_store::backend::{Assertion, Expect, Name};

pub async fn create(ask: &Ask<'_>, ty: TypeId, resource: Value<'_>) -> Result<Answer> {
    ask.on(Interaction::Create, ty)?;
    let incoming = examine(ask.zone, resource, Some(ty))?;
    match &ask.conditions.if_none_exist {
        None => create_new(ask, &incoming, Vec::new()).await,
        Some(criteria) => create_unless(ask, &incoming, criteria).await,
    }
}

async fn create_unless(ask: &Ask<'_>, incoming: &Incoming<'_>, criteria: &str) -> Result<Answer> {
    let query = ask.criteria(incoming.ty, &pairs::parse(criteria)?)?;
    let record = ask.on(Interaction::Search, incoming.ty)?;
    for _ in 0..ATTEMPTS {
        let resolution = record.resolve(&query)?;
        match &resolution {
            Resolution::Many => return Err(Refusal::new(&messages::MANY_MATCHES)),
            Resolution::One(ty, id) => return existing(ask, *ty, &id.to_text()),
            Resolution::None => {}
        }
        let unchanged = record.unchanged(query.clone(), resolution);
        match create_new(ask, incoming, vec![unchanged]).await {
            Err(refusal) if raced(&refusal) => {}
            decided => return decided,
        }
    }
    Err(Refusal::new(&messages::CONTENDED))
}

/// Creates under an id of the server's. An id that the resource brings is ignored, as R4 asks.
pub async fn create_new(ask: &Ask<'_>, incoming: &Incoming<'_>, assertions: Vec<Assertion>) -> Result<Answer> {
    let content = prepare(ask, incoming)?;
    let id = ask.caller.record(Interaction::Create)?.reserve(incoming.ty, content.home.as_deref())?;
    put(ask, content, incoming.ty, Name::New(id), Expect::Absent, assertions).await
}

//! Replacing a resource, by id or by a search that finds it (<https://hl7.org/fhir/R4/http.html#update>).

use crate::answer::Answer;
use crate::ask::Ask;
use crate::caller::Interaction;
use crate::create::create_new;
use crate::incoming::{Incoming, examine};
use crate::messages;
use crate::refusal::{Refusal, Result};
use crate::route::check_id;
use crate::write::{ATTEMPTS, prepare, put, raced};
use rihla_fhir::json::Value;
use rihla_fhir::r4::TypeId;
use rihla_store::Resolution;
use rihla_store::backend::{Expect, Name};

/// Replaces the resource of that id, or creates it under that id.
pub async fn update(ask: &Ask<'_>, ty: TypeId, id: &str, resource: Value<'_>) -> Result<Answer> {
    ask.on(Interaction::Update, ty)?;
    let incoming = examine(ask.zone, resource, Some(ty))?;
    if incoming.id().as_deref() != Some(id) {
        return Err(Refusal::new(&messages::ID_MISMATCH).at("Resource.id"));
    }
    put(ask, prepare(ask, &incoming)?, ty, Name::Id(id.into()), ask.conditions.expectation(), Vec::new()).await
}

/// Replaces the one resource that the query finds, or creates one (<https://hl7.org/fhir/R4/http.html#cond-update>).
pub async fn update_conditional(ask: &Ask<'_>, ty: TypeId, resource: Value<'_>) -> Result<Answer> {
    ask.on(Interaction::Update, ty)?;
    let incoming = examine(ask.zone, resource, Some(ty))?;
    let query = ask.criteria(ty, &ask.pairs)?;
    let record = ask.on(Interaction::Search, ty)?;
    for _ in 0..ATTEMPTS {
        let resolution = record.resolve(&query)?;
        let unchanged = vec![record.unchanged(query.clone(), resolution.clone())];
        let decided = match target(&resolution, &incoming)? {
            // If-Match speaks of a version that exists.
            Target::New if ask.conditions.if_match.is_some() => Err(Refusal::new(&messages::CHANGED)),
            Target::New => create_new(ask, &incoming, unchanged).await,
            Target::Created(id) => put(ask, prepare(ask, &incoming)?, ty, Name::Id(id.into()), Expect::Absent, unchanged).await,
            Target::Found(id) => put(ask, prepare(ask, &incoming)?, ty, Name::Id(id.into()), ask.conditions.expectation(), unchanged).await,
        };
        match decided {
            Err(refusal) if raced(&refusal) => {}
            decided => return decided,
        }
    }
    Err(Refusal::new(&messages::CONTENDED))
}

/// What a conditional update writes to.
pub enum Target {
    /// A resource under an id of the server's.
    New,
    /// A resource that does not exist yet, under the id that it brings.
    Created(String),
    Found(String),
}

/// Decides by R4's table of matches and ids.
pub fn target(resolution: &Resolution, incoming: &Incoming<'_>) -> Result<Target> {
    match (resolution, incoming.id()) {
        (Resolution::Many, _) => Err(Refusal::new(&messages::MANY_MATCHES)),
        (Resolution::None, None) => Ok(Target::New),
        (Resolution::None, Some(id)) => {
            check_id(&id)?;
            Ok(Target::Created(id))
        }
        (Resolution::One(_, found), given) => {
            let found = found.to_text();
            if given.is_some_and(|given| given != found) {
                return Err(Refusal::new(&messages::ID_MISMATCH).at("Resource.id"));
            }
            Ok(Target::Found(found))
        }
    }
}

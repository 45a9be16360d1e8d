//! Deleting a resource: a version that says so; nothing is lost (<https://hl7.org/fhir/R4/http.html#delete>).

use crate::answer::{Answer, Content};
use crate::ask::Ask;
use crate::caller::Interaction;
use crate::headers::Return;
use crate::messages;
use crate::refusal::{Issue, Refusal, Result};
use crate::write::{ATTEMPTS, one, raced};
use axum::http::StatusCode;
use rihla_fhir::r4::TypeId;
use rihla_store::Resolution;
use rihla_store::backend::{Assertion, Step};

/// Deletes the resource of that id. One that is not there is as good as deleted.
pub async fn delete(ask: &Ask<'_>, ty: TypeId, id: &str) -> Result<Answer> {
    delete_asserting(ask, ty, id, Vec::new()).await
}

/// Deletes the one resource that the query finds (<https://hl7.org/fhir/R4/http.html#3.1.0.7.1>).
pub async fn delete_conditional(ask: &Ask<'_>, ty: TypeId) -> Result<Answer> {
    let query = ask.criteria(ty, &ask.pairs)?;
    let record = ask.on(Interaction::Search, ty)?;
    for _ in 0..ATTEMPTS {
        let resolution = record.resolve(&query)?;
        let id = match &resolution {
            Resolution::Many => return Err(Refusal::new(&messages::MANY_MATCHES)),
            Resolution::None => return Ok(done(ask)),
            Resolution::One(_, id) => id.to_text(),
        };
        let unchanged = record.unchanged(query.clone(), resolution);
        match delete_asserting(ask, ty, &id, vec![unchanged]).await {
            Err(refusal) if raced(&refusal) => {}
            decided => return decided,
        }
    }
    Err(Refusal::new(&messages::CONTENDED))
}

async fn delete_asserting(ask: &Ask<'_>, ty: TypeId, id: &str, assertions: Vec<Assertion>) -> Result<Answer> {
    let step = Step::Delete { ty: ty.0, id: id.into(), expect: ask.conditions.expectation() };
    let outcome = one(ask.on(Interaction::Delete, ty)?.commit(vec![step], assertions, Vec::new()).await?)?;
    let version = (!outcome.unchanged).then(|| (outcome.vid, outcome.hlc.instant()));
    Ok(Answer { version, ..done(ask) })
}

fn done(ask: &Ask<'_>) -> Answer {
    if ask.shows() == Return::OperationOutcome {
        return Answer::of(StatusCode::OK, Content::Issues(vec![Issue::information(&messages::DONE)]));
    }
    Answer::of(StatusCode::NO_CONTENT, Content::None)
}

//! What all single writes share: one step committed, and the answer to its sender.

use crate::answer::{Answer, Content};
use crate::ask::{Ask, version_of};
use crate::caller::Interaction;
use crate::headers::Return;
use crate::incoming::Incoming;
use crate::messages;
use crate::refusal::{Issue, Refusal, Result};
use axum::http::StatusCode;
use rihla_fhir::json::Edits;
use rihla_fhir::r4::{TypeId, tables};
use rihla_store::backend::{Assertion, Expect, Name, Outcome, Step};
use rihla_store::body::{Head, compose_into};
use rihla_store::indexer::Rewrites;
use rihla_store::prepared::Prepared;

/// How often a condition is decided again when somebody else was faster. Each failure means that another writer got on.
pub const ATTEMPTS: usize = 64;

/// The store's word for "the condition no longer holds as it was decided".
const RACED: &str = "RH-STORE-RACED";

pub fn raced(refusal: &Refusal) -> bool {
    refusal.code() == RACED
}

/// Makes a checked resource ready for the log.
pub fn prepare(ask: &Ask<'_>, incoming: &Incoming<'_>) -> Result<Prepared> {
    Ok(ask.caller.record(Interaction::Update)?.prepare(incoming.ty, incoming.value, &Edits::default(), &incoming.entries, &Rewrites::default())?)
}

/// Writes one version and answers as the sender prefers.
pub async fn put(ask: &Ask<'_>, content: Prepared, ty: TypeId, name: Name, expect: Expect, assertions: Vec<Assertion>) -> Result<Answer> {
    // A copy: what the caller may write is judged by the content itself.
    let shown = if ask.shows() == Return::Representation { Some(content.body.clone()) } else { None };
    let step = Step::Put { ty: ty.0, name, expect, content: Box::new(content) };
    let outcome = one(ask.caller.record(Interaction::Update)?.commit(vec![step], assertions, Vec::new()).await?)?;
    Ok(written(ask, ty, &outcome, shown.as_deref()))
}

/// The only outcome of a commit of one step.
pub fn one(outcomes: Vec<Outcome>) -> Result<Outcome> {
    outcomes.into_iter().next().ok_or_else(|| Refusal::new(&messages::DEFECT))
}

fn written(ask: &Ask<'_>, ty: TypeId, outcome: &Outcome, shown: Option<&[u8]>) -> Answer {
    let content = match (ask.shows(), shown) {
        (Return::Representation, Some(stored)) => {
            let mut json = Vec::new();
            push_written(ty, outcome, stored, &mut json);
            Content::Json(json)
        }
        (Return::OperationOutcome, _) => Content::Issues(vec![Issue::information(&messages::DONE)]),
        _ => Content::None,
    };
    Answer {
        status: if outcome.created { StatusCode::CREATED } else { StatusCode::OK },
        version: Some((outcome.vid, outcome.hlc.instant())),
        location: Some(location(ty, &outcome.id.to_text(), outcome.vid)),
        content,
    }
}

/// Appends what a later read of this version will show.
pub fn push_written(ty: TypeId, outcome: &Outcome, stored: &[u8], out: &mut Vec<u8>) {
    let head = Head { resource_type: tables().type_name(ty), id: &outcome.id, vid: outcome.vid, last_updated: outcome.hlc.instant() };
    compose_into(&head, stored, out);
}

/// The address of a version below the base.
pub fn location(ty: TypeId, id: &str, vid: u32) -> String {
    format!("{}/{id}/_history/{vid}", tables().type_name(ty))
}

/// The answer to a conditional create that found its resource (<https://hl7.org/fhir/R4/http.html#ccreate>).
pub fn existing(ask: &Ask<'_>, ty: TypeId, id: &str) -> Result<Answer> {
    let stored = ask.on(Interaction::Read, ty)?.read(ty, id)?;
    let content = match ask.shows() {
        Return::Representation => Content::Json(stored.json()),
        Return::OperationOutcome => Content::Issues(vec![Issue::information(&messages::DONE)]),
        Return::Minimal => Content::None,
    };
    Ok(Answer { status: StatusCode::OK, version: Some(version_of(&stored)), location: Some(location(ty, id, stored.vid)), content })
}

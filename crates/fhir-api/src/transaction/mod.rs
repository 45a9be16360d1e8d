//! Several interactions that happen together or not at all (<https://hl7.org/fhir/R4/http.html#transaction>).

mod attempt;
mod links;
mod part;

pub use attempt::{Target, type_of};
pub use links::examine_linked;
pub use part::{Destination, Job, Part, Request, entries, place, read, read_request};

use crate::answer::{Answer, Content};
use crate::api::{long, perform};
use crate::ask::{Ask, Criterion};
use crate::batch::push_answer;
use crate::bundle::BundleWriter;
use crate::caller::{Caller, Interaction};
use crate::headers::{Preferences, Return};
use crate::messages;
use crate::pairs;
use crate::refusal::{Issue, Refusal, Result};
use crate::write::{ATTEMPTS, location, push_written, raced};
use axum::http::{Method, StatusCode};
use rihla_fhir::json::Value;
use rihla_store::backend::Outcome;

/// What became of one entry.
pub struct Done {
    pub target: Target,
    /// `None` where nothing was written.
    pub outcome: Option<Outcome>,
    /// The stored form of what was written, if asked for.
    pub body: Vec<u8>,
}

/// Carries out a transaction bundle.
pub async fn transaction(ask: &Ask<'_>, bundle: Value<'_>) -> Result<Answer> {
    let size = bundle.source().len();
    let parts = long(size, || part::read(ask, bundle))?;
    let read_criteria = |ty, text: &str| ask.criteria(ty, &pairs::parse(text)?);
    let keep_bodies = ask.shows() == Return::Representation;
    let done = commit(ask.caller, &parts, &read_criteria, &[], keep_bodies).await?;
    answer(ask, parts, done).await
}

/// Writes all parts in one commit, together with `marks`. Decides again when another writer changed what a condition
/// stood on.
pub async fn commit(
    caller: &dyn Caller,
    parts: &[Part<'_>],
    read_criteria: Criterion<'_>,
    marks: &[(String, Vec<u8>)],
    keep_bodies: bool,
) -> Result<Vec<Done>> {
    for _ in 0..ATTEMPTS {
        let mut attempt = attempt::decide(caller, parts, read_criteria, keep_bodies)?;
        let mut done: Vec<Done> = attempt.targets.into_iter().map(|target| Done { target, outcome: None, body: Vec::new() }).collect();
        if attempt.steps.is_empty() && marks.is_empty() && attempt.assertions.is_empty() {
            return Ok(done);
        }
        match caller.record(Interaction::Update)?.commit(attempt.steps, attempt.assertions, marks.to_vec()).await {
            Err(fault) => {
                let refusal = Refusal::from(fault);
                if !raced(&refusal) {
                    return Err(refusal);
                }
            }
            Ok(outcomes) => {
                for (position, outcome) in attempt.origin.into_iter().zip(outcomes) {
                    let Some(done) = done.get_mut(position) else { continue };
                    done.outcome = Some(outcome);
                    if let Some(body) = attempt.bodies.get_mut(position) {
                        done.body = std::mem::take(body);
                    }
                }
                return Ok(done);
            }
        }
    }
    Err(Refusal::new(&messages::CONTENDED))
}

async fn answer(ask: &Ask<'_>, parts: Vec<Part<'_>>, done: Vec<Done>) -> Result<Answer> {
    let mut bundle = BundleWriter::new("transaction-response", None, &[]);
    for (part, done) in parts.into_iter().zip(done) {
        let ty = type_of(&part);
        let answer = match part.job {
            // R4: if a read fails, so does the transaction's answer; what was written stays written, so say so in place.
            Job::Read { route, pairs, conditions } => {
                let inner = Ask { pairs, conditions, prefer: Preferences::default(), ..*ask };
                Box::pin(perform(&inner, &Method::GET, &route, None)).await
            }
            Job::Delete { .. } => Ok(deleted(&done)),
            Job::Create { .. } | Job::Update { .. } => written(ask, ty, &done),
        };
        push_answer(&mut bundle, ask, answer);
    }
    Ok(Answer::of(StatusCode::OK, Content::Json(bundle.finish())))
}

fn deleted(done: &Done) -> Answer {
    let version = done.outcome.as_ref().filter(|outcome| !outcome.unchanged).map(|outcome| (outcome.vid, outcome.hlc.instant()));
    Answer { version, ..Answer::of(StatusCode::NO_CONTENT, Content::None) }
}

fn written(ask: &Ask<'_>, ty: Option<rihla_fhir::r4::TypeId>, done: &Done) -> Result<Answer> {
    let Some(ty) = ty else { return Err(Refusal::new(&messages::DEFECT)) };
    let Some(outcome) = &done.outcome else {
        let Target::Existing(id) = &done.target else { return Err(Refusal::new(&messages::DEFECT)) };
        return crate::write::existing(ask, ty, id);
    };
    let content = match ask.shows() {
        Return::Minimal => Content::None,
        Return::OperationOutcome => Content::Issues(vec![Issue::information(&messages::DONE)]),
        Return::Representation => {
            let mut json = Vec::new();
            push_written(ty, outcome, &done.body, &mut json);
            Content::Json(json)
        }
    };
    Ok(Answer {
        status: if outcome.created { StatusCode::CREATED } else { StatusCode::OK },
        version: Some((outcome.vid, outcome.hlc.instant())),
        location: Some(location(ty, &outcome.id.to_text(), outcome.vid)),
        content,
    })
}

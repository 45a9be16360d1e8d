//! Several interactions in one request, each by itself (<https://hl7.org/fhir/R4/http.html#transaction>).

use crate::answer::{Answer, Content};
use crate::api::perform;
use crate::ask::Ask;
use crate::bundle::BundleWriter;
use crate::refusal::{Refusal, Result, push_outcome};
use crate::route::Route;
use crate::transaction::{Request, entries, place, read_request};
use axum::http::{Method, StatusCode};
use rihla_fhir::json::Value;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

/// Writes that wait for their commit together. More would gain little and hold more memory.
const WAVE: usize = 100;

type Work<'w> = Pin<Box<dyn Future<Output = Result<Answer>> + Send + 'w>>;

/// Carries out a batch bundle. An entry that fails says so in its place; the others are not touched by it.
///
/// Writes are begun in the bundle's order and wait together, so that they share commits; what reads waits for all before it.
pub async fn batch(ask: &Ask<'_>, bundle: Value<'_>) -> Result<Answer> {
    let mut out = BundleWriter::new("batch-response", None, &[]);
    let mut wave: Vec<Work<'_>> = Vec::new();
    let mut done = 0;
    for entry in entries(ask, bundle)? {
        let request = read_request(entry);
        let reads = request.as_ref().is_ok_and(|request| !writes(request));
        if reads || wave.len() == WAVE {
            done = finish(&mut wave, done, ask, &mut out).await;
        }
        wave.push(Box::pin(one(ask, request, entry)));
        if reads {
            done = finish(&mut wave, done, ask, &mut out).await;
        }
    }
    finish(&mut wave, done, ask, &mut out).await;
    Ok(Answer::of(StatusCode::OK, Content::Json(out.finish())))
}

fn writes(request: &Request<'_>) -> bool {
    matches!((&request.method, &request.route), (&Method::POST, Route::Type(_)) | (&Method::PUT | &Method::DELETE, _))
}

async fn one(ask: &Ask<'_>, request: Result<Request<'_>>, entry: Value<'_>) -> Result<Answer> {
    let request = request?;
    let inner = Ask { pairs: crate::pairs::parse(&request.query)?, conditions: request.conditions, ..*ask };
    perform(&inner, &request.method, &request.route, entry.get("resource")).await
}

/// Waits for all that was begun and puts the answers in order; `done` is how many stand there already.
async fn finish(wave: &mut Vec<Work<'_>>, done: usize, ask: &Ask<'_>, out: &mut BundleWriter) -> usize {
    let answers = all(std::mem::take(wave)).await;
    let after = done + answers.len();
    for (position, answer) in (done..).zip(answers) {
        push_answer(out, ask, answer.map_err(|refusal| place(refusal, position)));
    }
    after
}

/// Runs all work at once, begun in order, and returns what came of each.
async fn all(work: Vec<Work<'_>>) -> Vec<Result<Answer>> {
    let mut slots: Vec<(Work<'_>, Option<Result<Answer>>)> = work.into_iter().map(|work| (work, None)).collect();
    poll_fn(|context| {
        let mut waiting = false;
        for (work, answer) in slots.iter_mut().filter(|(_, answer)| answer.is_none()) {
            match work.as_mut().poll(context) {
                Poll::Ready(ready) => *answer = Some(ready),
                Poll::Pending => waiting = true,
            }
        }
        if waiting { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    slots.into_iter().filter_map(|(_, answer)| answer).collect()
}

/// Puts an interaction's answer into the response bundle.
pub fn push_answer(out: &mut BundleWriter, ask: &Ask<'_>, answer: Result<Answer>) {
    match answer {
        Ok(answer) => {
            let outcome = match &answer.content {
                Content::Issues(issues) => Some(outcome(issues, ask)),
                _ => None,
            };
            let resource = match &answer.content {
                Content::Json(json) => Some(json.as_slice()),
                _ => None,
            };
            let location = answer.location.map(|location| format!("{}/{location}", ask.base));
            out.response(resource, answer.status, location.as_deref(), answer.version, outcome.as_deref());
        }
        Err(Refusal { status, issues, .. }) => out.response(None, status, None, None, Some(&outcome(&issues, ask))),
    }
}

fn outcome(issues: &[crate::refusal::Issue], ask: &Ask<'_>) -> Vec<u8> {
    let mut json = Vec::new();
    push_outcome(issues, ask.lang, &mut json);
    json
}

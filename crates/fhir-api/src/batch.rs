//! Several interactions in one request, each by itself (<https://hl7.org/fhir/R4/http.html#transaction>).

use crate::answer::{Answer, Content};
use crate::api::perform;
use crate::ask::Ask;
use crate::bundle::BundleWriter;
use crate::refusal::{Refusal, Result, push_outcome};
use crate::transaction::{entries, place, read_request};
use axum::http::StatusCode;
use rihla_fhir::json::Value;

/// Carries out a batch bundle. An entry that fails says so in its place; the others are not touched by it.
pub async fn batch(ask: &Ask<'_>, bundle: Value<'_>) -> Result<Answer> {
    let mut out = BundleWriter::new("batch-response", None, &[]);
    for (position, entry) in entries(ask, bundle)?.enumerate() {
        let answer = one(ask, entry).await.map_err(|refusal| place(refusal, position));
        push_answer(&mut out, ask, answer);
    }
    Ok(Answer::of(StatusCode::OK, Content::Json(out.finish())))
}

async fn one(ask: &Ask<'_>, entry: Value<'_>) -> Result<Answer> {
    let request = read_request(entry)?;
    let inner = Ask { pairs: crate::pairs::parse(&request.query)?, conditions: request.conditions, ..*ask };
    Box::pin(perform(&inner, &request.method, &request.route, entry.get("resource"))).await
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

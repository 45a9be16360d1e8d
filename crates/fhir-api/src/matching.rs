//! `Patient/$match`: which records may be this person's (<https://hl7.org/fhir/R4/patient-operation-match.html>).

use crate::answer::{Answer, Content};
use crate::ask::Ask;
use crate::bundle::BundleWriter;
use crate::caller::Interaction;
use crate::messages;
use crate::refusal::{Refusal, Result};
use crate::subset::Shape;
use axum::http::StatusCode;
use rihla_fhir::json::Value;
use rihla_fhir::r4::tables;
use rihla_kernel::Fault;

/// A record that may be the person's.
#[derive(Clone, Debug)]
pub struct Likely {
    pub id: String,
    /// From 0 to 1.
    pub score: f64,
    /// <http://hl7.org/fhir/R4/valueset-match-grade.html>
    pub grade: &'static str,
}

/// Who knows which records may be one person's, whoever may see them.
pub trait Matching: Send + Sync {
    /// The likeliest first.
    fn who_may_be(&self, patient: Value<'_>, limit: usize) -> std::result::Result<Vec<Likely>, Fault>;
}

/// Records of an answer, unless fewer are asked for.
const MOST: usize = 100;

pub fn matched(ask: &Ask<'_>, parameters: Option<Value<'_>>) -> Result<Answer> {
    let matching = ask.matching.ok_or_else(|| Refusal::with(&messages::UNKNOWN_OPERATION, "$match"))?;
    let ty = tables().resource_type("Patient").ok_or_else(|| Refusal::new(&messages::DEFECT))?;
    let record = ask.on(Interaction::Search, ty)?;
    let asked = Asked::read(parameters)?;
    let mut shown = Vec::new();
    for likely in matching.who_may_be(asked.patient, asked.count)? {
        if asked.certain && likely.grade != "certain" {
            continue;
        }
        // What the caller may not see is not there for them.
        if let Ok(stored) = record.read(ty, &likely.id) {
            shown.push((stored, likely));
        }
    }
    let mut bundle = BundleWriter::new("searchset", Some(shown.len() as u64), &[]);
    for (stored, likely) in &shown {
        bundle.likely(ask.base, stored, &Shape::of(&[])?, likely);
    }
    Ok(Answer::of(StatusCode::OK, Content::Json(bundle.finish())))
}

/// The parameters of the operation.
struct Asked<'a> {
    patient: Value<'a>,
    certain: bool,
    count: usize,
}

impl<'a> Asked<'a> {
    fn read(parameters: Option<Value<'a>>) -> Result<Self> {
        let bad = |what: &str| Refusal::with(&messages::BAD_QUERY, what.to_owned());
        let parameters = parameters.ok_or_else(|| bad("resource"))?;
        let text = |value: Value<'a>, name: &str| value.get(name).and_then(|found| found.as_str()).map(|found| found.into_owned());
        // A Patient may come by itself, which R4 does not ask for and many send.
        if text(parameters, "resourceType").as_deref() == Some("Patient") {
            return Ok(Self { patient: parameters, certain: false, count: MOST });
        }
        let (mut patient, mut certain, mut count) = (None, false, MOST);
        for parameter in parameters.get("parameter").into_iter().flat_map(|list| list.items()) {
            match text(parameter, "name").as_deref() {
                Some("resource") => patient = parameter.get("resource").filter(|resource| text(*resource, "resourceType").as_deref() == Some("Patient")),
                Some("onlyCertainMatches") => {
                    certain = parameter.get("valueBoolean").and_then(|value| value.as_bool()).ok_or_else(|| bad("onlyCertainMatches"))?
                }
                Some("count") => {
                    let asked = parameter.get("valueInteger").and_then(|value| value.number_source()).and_then(|source| source.parse::<usize>().ok());
                    count = asked.filter(|asked| *asked > 0).ok_or_else(|| bad("count"))?.min(MOST);
                }
                other => return Err(bad(other.unwrap_or("parameter"))),
            }
        }
        Ok(Self { patient: patient.ok_or_else(|| bad("resource"))?, certain, count })
    }
}

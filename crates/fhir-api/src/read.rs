//! Reading a resource, at its present or at an earlier version (<https://hl7.org/fhir/R4/http.html#read>).

use crate::answer::{Answer, Content};
use crate::ask::{Ask, version_of};
use crate::bundle::push_shaped;
use crate::caller::Interaction;
use crate::headers::modified_since;
use crate::refusal::Result;
use crate::subset::Shape;
use crate::trail;
use axum::http::StatusCode;
use rihla_fhir::r4::TypeId;
use rihla_store::Stored;

pub fn read(ask: &Ask<'_>, ty: TypeId, id: &str) -> Result<Answer> {
    let record = ask.on(Interaction::Read, ty)?;
    if let Some(answer) = trail::read(record, ty, id)? {
        return Ok(answer);
    }
    let stored = record.read(ty, id)?;
    answer(ask, &stored)
}

pub fn vread(ask: &Ask<'_>, ty: TypeId, id: &str, vid: u32) -> Result<Answer> {
    let stored = ask.on(Interaction::Read, ty)?.vread(ty, id, vid)?;
    answer(ask, &stored)
}

fn answer(ask: &Ask<'_>, stored: &Stored) -> Result<Answer> {
    let version = Some(version_of(stored));
    if is_known(ask, stored) {
        return Ok(Answer { version, ..Answer::of(StatusCode::NOT_MODIFIED, Content::None) });
    }
    let shape = Shape::of(&ask.pairs)?;
    let mut json = Vec::new();
    push_shaped(stored, &shape, &mut json);
    Ok(Answer { version, ..Answer::of(StatusCode::OK, Content::Json(json)) })
}

/// Whether the reader has this version already. If-None-Match goes before If-Modified-Since
/// (<https://www.rfc-editor.org/rfc/rfc9110#name-precedence-of-preconditions>).
fn is_known(ask: &Ask<'_>, stored: &Stored) -> bool {
    match (&ask.conditions.if_none_match, ask.conditions.if_modified_since) {
        (Some(known), _) => known.matches(stored.vid),
        (None, Some(since)) => !modified_since(stored.last_updated, since),
        (None, None) => false,
    }
}

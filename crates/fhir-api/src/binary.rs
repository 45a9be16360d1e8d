//! Binary: a document as it is, or as a resource (<https://hl7.org/fhir/R4/binary.html#rest>).

use crate::answer::{Answer, Content};
use crate::ask::version_of;
use crate::caller::{Caller, Interaction, on};
use crate::format::Format;
use crate::refusal::Result;
use crate::route::Route;
use axum::http::{HeaderMap, StatusCode, header};
use rihla_fhir::base64::{decode, encode_into};
use rihla_fhir::json::{Limits, escape_into, parse};
use rihla_fhir::r4::{TypeId, tables};
use rihla_kernel::weighted;

fn is_binary(ty: TypeId) -> bool {
    tables().type_name(ty) == "Binary"
}

/// The Binary whose own content is asked for, if the request asks for that: a reader that names a form of FHIR, or
/// anything at all, gets the resource.
pub fn wanted<'r>(route: &'r Route, is_read: bool, headers: &HeaderMap, format: Option<&str>) -> Option<(TypeId, &'r str, Option<u32>)> {
    let (ty, id, vid) = match route {
        Route::Instance(ty, id) => (*ty, id, None),
        Route::Version(ty, id, vid) => (*ty, id, Some(*vid)),
        _ => return None,
    };
    if !is_read || !is_binary(ty) || format.is_some() {
        return None;
    }
    let accept = headers.get(header::ACCEPT)?.to_str().ok()?;
    let first = weighted(accept.split(',').next()?).0;
    let is_other = first != "*/*" && Format::accepted(&only(first)?, None).is_err();
    is_other.then_some((ty, id.as_str(), vid))
}

fn only(media_type: &str) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, media_type.parse().ok()?);
    Some(headers)
}

/// Answers with the content in its own form; a Binary without content, or with none that decodes, as a resource.
pub fn read(caller: &dyn Caller, (ty, id, vid): (TypeId, &str, Option<u32>)) -> Result<Answer> {
    let record = on(caller, Interaction::Read, ty)?;
    let stored = match vid {
        Some(vid) => record.vread(ty, id, vid)?,
        None => record.read(ty, id)?,
    };
    let version = Some(version_of(&stored));
    let json = stored.json();
    let content = parse(&json, &Limits::default()).ok().and_then(|doc| {
        let content_type = doc.root().get("contentType")?.as_str()?.into_owned();
        let bytes = decode(doc.root().get("data")?.as_plain_str()?)?;
        Some(Content::Raw { content_type, bytes })
    });
    Ok(Answer { version, ..Answer::of(StatusCode::OK, content.unwrap_or(Content::Json(json))) })
}

/// Whether a body is a Binary's content rather than a resource.
pub fn is_raw(ty: TypeId, headers: &HeaderMap) -> bool {
    is_binary(ty) && headers.contains_key(header::CONTENT_TYPE) && Format::of_body(headers).is_err()
}

/// Makes a Binary of content that came in its own form.
pub fn wrap(headers: &HeaderMap, route: &Route, bytes: &[u8]) -> Vec<u8> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("application/octet-stream");
    let mut out = Vec::with_capacity(bytes.len() / 3 * 4 + 256);
    out.extend_from_slice(b"{\"resourceType\":\"Binary\"");
    if let Route::Instance(_, id) = route {
        out.extend_from_slice(b",\"id\":");
        escape_into(id, &mut out);
    }
    if let Some(context) = headers.get("x-security-context").and_then(|value| value.to_str().ok()) {
        out.extend_from_slice(b",\"securityContext\":{\"reference\":");
        escape_into(context, &mut out);
        out.push(b'}');
    }
    out.extend_from_slice(b",\"contentType\":");
    escape_into(content_type, &mut out);
    out.extend_from_slice(b",\"data\":\"");
    encode_into(bytes, &mut out);
    out.extend_from_slice(b"\"}");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_reader_that_names_another_form_gets_the_content() {
        let binary = tables().resource_type("Binary").expect("a type of R4");
        let route = Route::Instance(binary, "1".into());
        let asks = |accept: &str| wanted(&route, true, &only(accept).expect("header"), None).is_some();
        assert!(asks("image/png") && asks("application/pdf, */*"));
        assert!(!asks("*/*") && !asks("application/fhir+json") && !asks("application/fhir+xml;q=0.9, image/png"));
        assert!(wanted(&route, true, &HeaderMap::new(), None).is_none());
    }
}

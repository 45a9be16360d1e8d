//! Searching: within a type, within a compartment, or through several types (<https://hl7.org/fhir/R4/search.html>).

use crate::answer::{Answer, Content};
use crate::ask::{Ask, warnings};
use crate::bundle::{BundleWriter, Mode};
use crate::history::{address, name, next_address};
use crate::messages;
use crate::refusal::{Refusal, Result};
use crate::subset::Shape;
use crate::trail;
use axum::http::StatusCode;
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhirpath::compartment;
use rihla_kernel::Fault;
use rihla_store::SearchPage;
use rihla_store::query::{Criterion, Query};

pub fn search_type(ask: &Ask<'_>, ty: TypeId) -> Result<Answer> {
    let record = ask.searching(&[ty])?;
    if let Some(answer) = trail::search(ask, record, ty)? {
        return Ok(answer);
    }
    let (pairs, mut said) = trail::stored_pairs(ask, record, ty)?;
    let (query, ignored) = ask.query(&[ty], &pairs)?;
    said.extend(ignored);
    found(ask, &[ty], &query, said, name(ty))
}

/// All types, or those that `_type` names.
pub fn search_system(ask: &Ask<'_>) -> Result<Answer> {
    let types = match named_types(ask)? {
        Some(types) => types,
        None => ask.searchable(tables().resource_types())?,
    };
    let (query, ignored) = ask.query(&types, &ask.pairs)?;
    found(ask, &types, &query, ignored, "")
}

/// Members of one compartment (<https://hl7.org/fhir/R4/http.html#vsearch>).
pub fn search_compartment(ask: &Ask<'_>, of: TypeId, id: &str, ty: Option<TypeId>) -> Result<Answer> {
    let Some(compartment) = compartment(name(of)) else { return Err(Refusal::new(&messages::NO_SUCH_PATH)) };
    let types = match (ty, named_types(ask)?) {
        (Some(ty), _) => vec![ty],
        (None, Some(types)) => types,
        (None, None) => ask.searchable(compartment.members().map(|(ty, _)| ty))?,
    };
    let (mut query, ignored) = ask.query(&types, &ask.pairs)?;
    query.parts.retain(|part| compartment.membership(part.ty).is_some());
    for part in &mut query.parts {
        let Some(membership) = compartment.membership(part.ty) else { continue };
        part.criteria.push(Criterion::Compartment { fields: membership.fields.clone(), ty: of, id: id.to_owned(), itself: membership.itself });
    }
    // The compartment is a part of the question, so its cursors fit no other.
    query.fingerprint = id.bytes().chain(of.0.to_be_bytes()).fold(query.fingerprint, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let path = format!("{}/{id}/{}", name(of), ty.map_or("*", name));
    found(ask, &types, &query, ignored, &path)
}

fn named_types(ask: &Ask<'_>) -> Result<Option<Vec<TypeId>>> {
    let mut types = Vec::new();
    let mut named = false;
    for (_, list) in ask.pairs.iter().filter(|(name, _)| name == "_type") {
        named = true;
        for name in list.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            let ty = tables().resource_type(name).ok_or_else(|| Refusal::with(&messages::BAD_QUERY, "_type"))?;
            if !types.contains(&ty) {
                types.push(ty);
            }
        }
    }
    Ok(named.then_some(types))
}

fn found(ask: &Ask<'_>, types: &[TypeId], query: &Query, ignored: Vec<Fault>, path: &str) -> Result<Answer> {
    let shape = Shape::of(&ask.pairs)?;
    let page = ask.searching(types)?.search(query)?;
    let used = if ignored.is_empty() { None } else { Some(ask.used_pairs(types)) };
    Ok(answer(ask, page, ignored, &shape, path, used.as_deref().unwrap_or(&ask.pairs)))
}

/// Puts a page into a searchset. `used` are the parameters that it answers: the others are missing from its own link
/// and said in an entry (<https://hl7.org/fhir/R4/search.html#conformance>).
pub fn answer(ask: &Ask<'_>, page: SearchPage, mut ignored: Vec<Fault>, shape: &Shape, path: &str, used: &[(String, String)]) -> Answer {
    ignored.extend(page.warnings);
    let mut links = vec![("self", address(ask.base, path, used))];
    if let Some(cursor) = page.next {
        links.push(("next", next_address(ask.base, path, used, cursor)));
    }
    let mut bundle = BundleWriter::new("searchset", page.total, &links);
    for stored in &page.matches {
        bundle.found(ask.base, stored, shape, Mode::Match);
    }
    for stored in &page.included {
        bundle.found(ask.base, stored, shape, Mode::Include);
    }
    if !ignored.is_empty() {
        bundle.said(&warnings(ignored), ask.lang);
    }
    Answer::of(StatusCode::OK, Content::Json(bundle.finish()))
}

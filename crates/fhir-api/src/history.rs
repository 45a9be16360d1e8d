//! What became of a resource, a type or the whole record over time (<https://hl7.org/fhir/R4/http.html#history>).

use crate::answer::{Answer, Content};
use crate::ask::Ask;
use crate::bundle::BundleWriter;
use crate::caller::Interaction;
use crate::messages;
use crate::pairs;
use crate::refusal::{Refusal, Result};
use crate::subset::Shape;
use axum::http::StatusCode;
use rihla_fhir::r4::{TypeId, tables};
use rihla_fhirpath::parse_date;
use rihla_kernel::Instant;
use rihla_store::{HistoryOf, HistoryQuery, Scoped};

/// Entries of a page where the reader does not say.
const PAGE: usize = 50;
/// The most entries of a page.
const LARGEST_PAGE: usize = 1_000;

/// `path` is the address below the base, for the links.
pub fn history(ask: &Ask<'_>, of: HistoryOf, path: &str) -> Result<Answer> {
    let shape = Shape::of(&ask.pairs)?;
    let mut query = HistoryQuery { of, since: None, at: None, count: PAGE, cursor: None };
    for (name, value) in &ask.pairs {
        let bad = || Refusal::with(&messages::BAD_QUERY, name.clone());
        match name.as_str() {
            "_count" => query.count = value.parse::<usize>().map_err(|_| bad())?.min(LARGEST_PAGE),
            "_since" => query.since = Some(Instant(parse_date(value, ask.zone).ok_or_else(bad)?.lo)),
            "_at" => {
                let span = parse_date(value, ask.zone).ok_or_else(bad)?;
                query.at = Some((Instant(span.lo), Instant(span.hi)));
            }
            "_cursor" => query.cursor = Some(value.clone()),
            "_summary" | "_elements" => {}
            _ => return Err(bad()),
        }
    }
    let page = record_for(ask, &query.of)?.history(&query)?;
    let mut links = vec![("self", address(ask.base, path, &ask.pairs))];
    if let Some(cursor) = page.next {
        links.push(("next", next_address(ask.base, path, &ask.pairs, cursor)));
    }
    let mut bundle = BundleWriter::new("history", page.total, &links);
    if shape != Shape::Count {
        for stored in &page.entries {
            bundle.version(ask.base, stored, &shape);
        }
    }
    Ok(Answer::of(StatusCode::OK, Content::Json(bundle.finish())))
}

/// The past of one resource is read; that of many is searched.
fn record_for<'a>(ask: &'a Ask<'_>, of: &HistoryOf) -> Result<&'a Scoped> {
    match of {
        HistoryOf::Instance(ty, _) => ask.on(Interaction::Read, *ty),
        HistoryOf::Type(ty) => ask.on(Interaction::Search, *ty),
        HistoryOf::System => {
            ask.searchable(tables().resource_types())?;
            Ok(ask.caller.record(Interaction::Search)?)
        }
    }
}

pub fn name(ty: TypeId) -> &'static str {
    tables().type_name(ty)
}

/// The address of a question.
pub fn address(base: &str, path: &str, pairs: &[(String, String)]) -> String {
    let mark = if pairs.is_empty() { "" } else { "?" };
    let slash = if path.is_empty() { "" } else { "/" };
    format!("{base}{slash}{path}{mark}{}", pairs::write(pairs))
}

/// The address of the page that follows.
pub fn next_address(base: &str, path: &str, pairs: &[(String, String)], cursor: String) -> String {
    let mut pairs: Vec<_> = pairs.iter().filter(|(name, _)| name != "_cursor").cloned().collect();
    pairs.push(("_cursor".into(), cursor));
    address(base, path, &pairs)
}

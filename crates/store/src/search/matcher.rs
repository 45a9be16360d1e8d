//! Whether a resource itself fulfils a condition: what the index left open is decided on the body.

use crate::indexer::Indexer;
use crate::query::{Comparison, TokenSystem, Want};
use rihla_fhirpath::{Entry, FieldUse, IndexValue, Target, normalize};

/// Whether one of the entries under one of the fields is wanted.
pub fn any_matches(fields: &[FieldUse], want: &[Want], entries: &[Entry<'_>], indexer: &Indexer) -> bool {
    entries.iter().any(|entry| {
        fields.iter().any(|used| {
            used.field == entry.field && fits_filter(used, &entry.value) && want.iter().any(|want| matches(want, &entry.value, is_code(used, indexer)))
        })
    })
}

/// Whether there is any value at all.
pub fn has_value(fields: &[FieldUse], entries: &[Entry<'_>]) -> bool {
    entries.iter().any(|entry| fields.iter().any(|used| used.field == entry.field && fits_filter(used, &entry.value)))
}

fn is_code(used: &FieldUse, indexer: &Indexer) -> bool {
    indexer.is_plain_code(used.field)
}

/// `where(resolve() is T)` and `where(system='phone')`.
pub fn fits_filter(used: &FieldUse, value: &IndexValue<'_>) -> bool {
    match value {
        IndexValue::Reference { target } => used.target_filter.is_none_or(|only| target.type_id().is_none_or(|ty| ty == only)),
        IndexValue::Token { system, .. } => used.system_filter.is_none_or(|only| system.as_deref() == Some(only)),
        _ => true,
    }
}

/// `plain_code`: the element is of type code, whose system is implied by its binding and not written.
pub fn matches(want: &Want, value: &IndexValue<'_>, plain_code: bool) -> bool {
    match (want, value) {
        (Want::Token { system, code }, IndexValue::Token { system: found, code: has, .. }) => {
            (system_fits(system, found.as_deref()) || plain_code)
                && code.as_ref().is_none_or(|code| has.as_deref() == Some(code))
                && (has.is_some() || found.is_some())
        }
        (Want::Text(text), IndexValue::Token { display: Some(display), .. }) => normalize(display).starts_with(text.as_str()),
        (Want::StringStarts(text), IndexValue::String(found)) => normalize(found).starts_with(text.as_str()),
        (Want::StringContains(text), IndexValue::String(found)) => normalize(found).contains(text.as_str()),
        (Want::StringExact(text), IndexValue::String(found)) => found == text,
        (Want::Date(comparisons), IndexValue::Date { lo, hi }) => comparisons.iter().all(|comparison| comparison.admits(*lo, *hi)),
        (Want::Number(comparison), IndexValue::Number { value }) => admits_point(comparison, *value),
        (Want::Quantity { value, system, code }, IndexValue::Quantity { value: found, system: has_system, code: has_code, unit, .. }) => {
            admits_point(value, *found)
                && system.as_ref().is_none_or(|system| has_system.as_deref() == Some(system))
                && code.as_ref().is_none_or(|code| has_code.as_deref() == Some(code) || (system.is_none() && unit.as_deref() == Some(code)))
        }
        (Want::Uri(uri), IndexValue::Uri(found)) => found == uri,
        (Want::UriBelow(uri), IndexValue::Uri(found)) => is_below(found, uri),
        (Want::Composite(wants), IndexValue::Composite(parts)) => {
            wants.len() == parts.len() && wants.iter().zip(parts).all(|(want, part)| matches(want, part, true))
        }
        (Want::Reference { .. } | Want::ReferenceUrl(_) | Want::ReferenceIdentifier { .. }, IndexValue::Reference { target }) => target_matches(want, target),
        _ => false,
    }
}

/// Numbers are stored as points; precision is the question's.
pub fn admits_point(comparison: &Comparison<f64>, value: f64) -> bool {
    match *comparison {
        // The upper end of a precision range is not part of it.
        Comparison::Within(from, to) => value >= from && (value < to || from == to),
        Comparison::NotWithin(from, to) => !(value >= from && (value < to || from == to)),
        ref other => other.admits(value, value),
    }
}

/// Whether `uri` is `base` or lies under it (<https://hl7.org/fhir/R4/search.html#uri>).
pub fn is_below(uri: &str, base: &str) -> bool {
    uri.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || base.ends_with('/'))
}

fn system_fits(system: &TokenSystem, found: Option<&str>) -> bool {
    match system {
        TokenSystem::Any => true,
        TokenSystem::None => found.is_none(),
        TokenSystem::Is(system) => found == Some(system),
    }
}

fn target_matches(want: &Want, target: &Target<'_>) -> bool {
    match (want, target) {
        (Want::Reference { ty, id }, Target::Local { type_id, id: found, .. }) => found == id && ty.is_none_or(|ty| ty == *type_id),
        (Want::ReferenceUrl(url), Target::Absolute { url: found, .. } | Target::Urn { urn: found, .. }) => found == url,
        (Want::ReferenceUrl(url), Target::Canonical { url: found, version }) => match url.split_once('|') {
            None => found == url,
            Some((bare, wanted)) => found == bare && version.as_deref() == Some(wanted),
        },
        (Want::ReferenceIdentifier { system, code }, Target::Identifier { system: found, value, .. }) => {
            system_fits(system, found.as_deref()) && code.as_ref().is_none_or(|code| value.as_deref() == Some(code))
        }
        _ => false,
    }
}

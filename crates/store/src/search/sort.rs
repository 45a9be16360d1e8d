//! Order other than the driver's own.

use super::candidate::Candidate;
use super::cursor::Phase;
use super::page::{Page, Stop};
use super::run::{Driver, Run, Walk, order_bytes};
use super::span::{Order, Place, Span};
use super::{bind::materialise, compile::whole_field, too_wide};
use crate::key::KeyRange;
use crate::query::{Criterion, Sort, SortBy};
use rihla_fhir::r4::tables;
use rihla_fhirpath::{Entry, IndexValue, SearchParam, Target};
use rihla_kernel::Fault;

/// Candidates that are sorted one by one from their bodies rather than through the index.
const FEW: usize = 400;
/// Candidates that a sort without an index may collect.
const COLLECTED_MAX: usize = 20_000;

impl Run<'_> {
    /// A page of a search sorted by one parameter.
    pub fn page_by_param(&self, walk: Walk<'_>, param: &SearchParam, descending: bool, page: &mut Page) -> Result<Stop, Fault> {
        if page.phase == Phase::Natural && walk.driver.is_by_date() && walk.of_patients && self.is_clinical_date(param) {
            return self.page_by_clinical_date(walk, descending, page);
        }
        self.page_through_index(walk, param, descending, page)
    }

    pub fn is_clinical_date(&self, param: &SearchParam) -> bool {
        matches!(param.fields.as_slice(), [only] if self.indexer.clinical_date(self.ty) == Some(only.field) && !self.indexer.repeats(only.field))
    }

    /// A patient's own rows stand by date already; those without one come last either way.
    fn page_by_clinical_date(&self, mut walk: Walk<'_>, descending: bool, page: &mut Page) -> Result<Stop, Fault> {
        let Driver::Spans(spans, _) = &walk.driver else { return Ok(Stop::End) };
        if !descending {
            return self.fill(&mut walk, false, page, None);
        }
        let split = |spans: &[Span], dated: bool| -> Vec<Span> { spans.iter().map(|span| dated_part(span, dated)).collect() };
        let (with, without) = (split(spans, true), split(spans, false));
        let undated = page.after.as_ref().is_some_and(|place| place.order == [0xFF; 6]);
        if !undated {
            walk.driver = Driver::Spans(with, false);
            if let Stop::Full = self.fill(&mut walk, true, page, None)? {
                return Ok(Stop::Full);
            }
            page.after = None;
        }
        walk.driver = Driver::Spans(without, false);
        self.fill(&mut walk, true, page, None)
    }

    /// Walks the sort parameter's index and keeps the candidates; then those that have no value.
    fn page_through_index(&self, walk: Walk<'_>, param: &SearchParam, descending: bool, page: &mut Page) -> Result<Stop, Fault> {
        let mut walk = self.behind(walk)?;
        if page.phase != Phase::Valueless {
            page.phase = Phase::Sorted;
            walk.driver = Driver::Spans(param.fields.iter().flat_map(|used| whole_field(used.field.0, param.kind)).collect(), false);
            let repeats = param.fields.len() > 1 || param.fields.iter().any(|used| self.indexer.repeats(used.field) || used.system_filter.is_some());
            if let Stop::Full = self.fill(&mut walk, descending, page, repeats.then_some((param.fields.as_slice(), &[])))? {
                return Ok(Stop::Full);
            }
            (page.phase, page.after) = (Phase::Valueless, None);
        }
        let fields = param.fields.clone();
        let valueless = Criterion::Missing { fields, missing: true };
        walk.driver = Driver::Spans(vec![super::bind::type_span(self.ty)], true);
        self.fill_where(&mut walk, page, &valueless)
    }

    /// Turns a walk's driver into one more condition, as a set where it is not in row order.
    fn behind<'q>(&self, mut walk: Walk<'q>) -> Result<Walk<'q>, Fault> {
        match std::mem::replace(&mut walk.driver, Driver::Set(Default::default())) {
            Driver::Set(rows) => walk.demote_set(rows),
            Driver::Spans(spans, true) => walk.demote_rows(spans),
            Driver::Spans(spans, false) => {
                let rows = materialise(&spans, self.view)?;
                walk.demote_set(rows);
            }
        }
        Ok(walk)
    }

    /// All candidates with what they are sorted by, if they are at most `limit`.
    fn collect(&self, walk: &mut Walk<'_>, sort: &[Sort], limit: usize) -> Result<Option<Vec<Sorted>>, Fault> {
        let mut all: Vec<Sorted> = Vec::new();
        let mut seen = roaring::RoaringBitmap::new();
        let ended = self.walk(walk, false, None, &mut |mut candidate| {
            if seen.insert(candidate.row) {
                let keys = sort.iter().map(|by| self.sort_key(by, &mut candidate)).collect::<Result<_, _>>()?;
                all.push(Sorted { keys, row: candidate.row });
            }
            Ok(all.len() <= limit)
        })?;
        Ok(ended.then_some(all))
    }

    fn sort_key(&self, sort: &Sort, candidate: &mut Candidate) -> Result<Option<Vec<u8>>, Fault> {
        match &sort.by {
            SortBy::Id => Ok(Some(candidate.hit(self)?.resource.id.to_text().into_bytes())),
            SortBy::LastUpdated => Ok(Some(candidate.row.to_be_bytes().to_vec())),
            SortBy::Param(param) => {
                let mut best: Option<Vec<u8>> = None;
                candidate.with_entries(self, |entries| {
                    let own = entries
                        .iter()
                        .filter(|entry| param.fields.iter().any(|used| used.field == entry.field && super::matcher::fits_filter(used, &entry.value)));
                    let orders = own.filter_map(sort_bytes);
                    best = if sort.descending { orders.max() } else { orders.min() };
                    true
                })?;
                Ok(best)
            }
        }
    }

    /// A page of a search that is sorted as a whole, if it is small enough (or has to be).
    pub fn page_collected(&self, walk: &mut Walk<'_>, sort: &[Sort], page: &mut Page, must: bool) -> Result<Option<Stop>, Fault> {
        let limit = if must { COLLECTED_MAX } else { FEW };
        let Some(mut all) = self.collect(walk, sort, limit)? else {
            return if must {
                Err(too_wide("more than 20,000 resources would have to be put in this order; narrow the search or sort by one parameter"))
            } else {
                Ok(None)
            };
        };
        all.sort_by(|a, b| compare(a, b, sort));
        let start = match &page.after {
            Some(place) => all.iter().position(|one| one.row == place.row).map_or(all.len(), |at| at + 1),
            None => 0,
        };
        page.phase = Phase::Collected;
        for one in all.iter().skip(start) {
            if page.hits.len() == page.count {
                return Ok(Some(Stop::Full));
            }
            if let Some(hit) = self.view.hit(one.row, true)? {
                page.push(Place { order: Vec::new(), row: one.row }, hit);
            }
        }
        Ok(Some(Stop::End))
    }
}

/// A value as people put it in order: codes and references by what is written.
fn sort_bytes(entry: &Entry<'_>) -> Option<Vec<u8>> {
    match &entry.value {
        IndexValue::Token { code, .. } => code.as_ref().map(|code| code.as_bytes().to_vec()),
        IndexValue::Reference { target } => match target {
            Target::Local { type_id, id, .. } => Some(format!("{}/{id}", tables().type_name(*type_id)).into_bytes()),
            Target::Absolute { url, .. } | Target::Canonical { url, .. } => Some(url.as_bytes().to_vec()),
            _ => None,
        },
        _ => Some(order_bytes(entry)),
    }
}

struct Sorted {
    keys: Vec<Option<Vec<u8>>>,
    row: u32,
}

/// By each key in turn; what has no value comes last; ties by row.
fn compare(a: &Sorted, b: &Sorted, sort: &[Sort]) -> std::cmp::Ordering {
    for ((left, right), by) in a.keys.iter().zip(&b.keys).zip(sort) {
        let order = match (left, right) {
            (Some(left), Some(right)) if by.descending => right.cmp(left),
            (Some(left), Some(right)) => left.cmp(right),
            (left, right) => right.is_some().cmp(&left.is_some()),
        };
        if order.is_ne() {
            return order;
        }
    }
    a.row.cmp(&b.row)
}

/// The part of a patient's span with, or without, a clinical date.
fn dated_part(span: &Span, dated: bool) -> Span {
    let at = match span.order {
        Order::Bytes { at, .. } => at,
        _ => return span.clone(),
    };
    let mut border = span.range.from.get(..at).unwrap_or(&[]).to_vec();
    border.extend_from_slice(&[0xFF; 6]);
    // A span that was narrowed to a time may end, or begin, on either side of the border.
    let KeyRange { from, to } = span.range.clone();
    let range = if dated { KeyRange { from, to: to.min(border) } } else { KeyRange { from: from.max(border), to } };
    Span::of(range, at, span.order, span.filter.clone())
}

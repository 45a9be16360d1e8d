//! One page of an answer.

use super::bind::materialise;
use super::bind::{Source, Verify};
use super::candidate::Candidate;
use super::cursor::{Cursor, Lead, Phase};
use super::run::{Driver, Run, Walk};
use super::span::Place;
use crate::backend::{Hit, Snapshot};
use crate::indexer::Indexer;
use crate::query::{Criterion, Part, Query, Sort, SortBy, Summary, Total, Want};
use crate::scope::AccessScope;
use rihla_fhirpath::{FieldUse, ParamKind};
use rihla_kernel::Fault;
use roaring::RoaringBitmap;

/// What a search gives.
#[derive(Debug)]
pub struct Answer {
    pub hits: Vec<Hit>,
    pub total: Option<u64>,
    pub next: Option<Cursor>,
}

/// A page being filled.
pub struct Page {
    pub count: usize,
    pub after: Option<Place>,
    pub phase: Phase,
    pub lead: Lead,
    pub hits: Vec<Hit>,
    last: Option<Place>,
}

impl Page {
    pub fn push(&mut self, place: Place, hit: Hit) {
        self.last = Some(place);
        self.hits.push(hit);
    }
}

/// Why filling stopped.
pub enum Stop {
    /// The page is full and more follows.
    Full,
    End,
}

/// Rows up to which an inexact count looks at each body.
const COUNT_LOOKS: u64 = 2_000;

/// Answers one page of a query.
pub fn answer(view: &dyn Snapshot, indexer: &Indexer, scope: &AccessScope, query: &Query, cursor: Option<Cursor>) -> Result<Answer, Fault> {
    let total = match (query.total, query.summary) {
        (Total::Accurate, _) | (_, Summary::Count) => Some(total(view, indexer, scope, query)?),
        _ => None,
    };
    let mut out = Answer { hits: Vec::new(), total, next: None };
    if query.summary == Summary::Count {
        return Ok(out);
    }
    let (mut part_at, mut phase, mut lead, mut after) =
        cursor.map_or((0, Phase::Natural, Lead::Free, None), |cursor| (usize::from(cursor.part), cursor.phase, cursor.lead, Some(cursor.place)));
    while let Some(part) = query.parts.get(part_at) {
        let mut page = Page { count: query.count - out.hits.len(), after: after.take(), phase, lead, hits: Vec::new(), last: None };
        let run = Run { view, indexer, scope, ty: part.ty };
        let stop = if scope.allows_type(part.ty.0) { run.page(part, &mut page)? } else { Stop::End };
        let last = page.last.take();
        out.hits.append(&mut page.hits);
        if let (Stop::Full, Some(place)) = (stop, last) {
            out.next = Some(Cursor {
                tick: view.tick(),
                part: part_at as u16,
                phase: page.phase,
                lead: page.lead,
                place,
                question: query.fingerprint,
                scope: scope.fingerprint(),
            });
            return Ok(out);
        }
        (part_at, phase, lead) = (part_at + 1, Phase::Natural, Lead::Free);
        if out.hits.len() == query.count {
            // Whether a further type holds anything is found out by asking for it.
            let more = query.parts.get(part_at).is_some();
            out.next = more.then(|| Cursor {
                tick: view.tick(),
                part: part_at as u16,
                phase,
                lead,
                place: Place { order: Vec::new(), row: 0 },
                question: query.fingerprint,
                scope: scope.fingerprint(),
            });
            return Ok(out);
        }
    }
    Ok(out)
}

/// The one resource that fulfils all criteria; `Err(true)` if several do, `Err(false)` if none.
pub fn only_match(view: &dyn Snapshot, indexer: &Indexer, scope: &AccessScope, part: &Part) -> Result<Result<Hit, bool>, Fault> {
    let run = Run { view, indexer, scope, ty: part.ty };
    let mut walk = run.plan(run.bind(part)?)?;
    let mut found: Vec<Hit> = Vec::new();
    run.walk(&mut walk, false, None, &mut |candidate| {
        let hit = candidate.into_hit(&run)?;
        if found.iter().all(|other| other.version.res != hit.version.res) {
            found.push(hit);
        }
        Ok(found.len() < 2)
    })?;
    Ok(match (found.pop(), found.is_empty()) {
        (Some(hit), true) => Ok(hit),
        (found, _) => Err(found.is_some()),
    })
}

fn total(view: &dyn Snapshot, indexer: &Indexer, scope: &AccessScope, query: &Query) -> Result<u64, Fault> {
    let mut sum = 0;
    for part in query.parts.iter().filter(|part| scope.allows_type(part.ty.0)) {
        sum += Run { view, indexer, scope, ty: part.ty }.count(part)?;
    }
    Ok(sum)
}

impl Run<'_> {
    fn page(&self, part: &Part, page: &mut Page) -> Result<Stop, Fault> {
        let begun = page.lead;
        let walk = || self.plan_led(self.bind(part)?, begun);
        let first = walk()?;
        page.lead = first.led;
        match part.sort.as_slice() {
            [] => self.page_natural(first, page),
            [Sort { by: SortBy::LastUpdated, descending }] => self.page_by_row(first, *descending, page),
            [Sort { by: SortBy::Param(param), descending }] => {
                // References stand with what they refer to, codes by their hashes, and what is blind by an HMAC: the index has them
                // in no order to show.
                let blind = !matches!(param.kind, ParamKind::Date | ParamKind::Number) && self.is_blind(&param.fields);
                if blind || matches!(param.kind, ParamKind::Reference | ParamKind::Token) {
                    let mut walk = first;
                    return Ok(self.page_collected(&mut walk, &part.sort, page, true)?.unwrap_or(Stop::End));
                }
                let dated = first.driver.is_by_date() && first.of_patients && self.is_clinical_date(param);
                if !dated && matches!(page.phase, Phase::Natural | Phase::Collected) {
                    let must = page.phase == Phase::Collected;
                    if let Some(stop) = self.page_collected(&mut walk()?, &part.sort, page, must)? {
                        return Ok(stop);
                    }
                }
                self.page_by_param(first, param, *descending, page)
            }
            many => {
                let mut walk = first;
                Ok(self.page_collected(&mut walk, many, page, true)?.unwrap_or(Stop::End))
            }
        }
    }

    /// In the order in which the index gives them.
    fn page_natural(&self, mut walk: Walk<'_>, page: &mut Page) -> Result<Stop, Fault> {
        let blind = matches!(walk.lead_criterion(), Some(Criterion::Any { fields, want, .. }) if self.is_blind(fields) && !want.iter().all(|want| matches!(want, Want::Date(_))));
        if blind || !walk.driver.has_one_order() {
            return self.page_by_row(walk, false, page);
        }
        let several = match walk.lead_criterion() {
            Some(Criterion::Any { fields, want, .. })
                if walk.driver.is_by_value() && (!walk.driver.is_by_date() || want.iter().all(|want| matches!(want, Want::Date(_)))) =>
            {
                let repeats = fields.len() > 1 || fields.iter().any(|used| self.indexer.repeats(used.field));
                repeats.then(|| (fields.clone(), want.clone()))
            }
            _ => None,
        };
        match several {
            // A pair has no one order of its own: by row.
            Some((_, want)) if want.iter().any(|want| matches!(want, Want::Composite(_))) => self.page_by_row(walk, false, page),
            Some((fields, want)) => self.fill(&mut walk, false, page, Some((&fields, &want))),
            None => self.fill(&mut walk, false, page, None),
        }
    }

    fn is_blind(&self, fields: &[FieldUse]) -> bool {
        fields.iter().any(|used| self.indexer.blind_of(used.field).is_some())
    }

    fn page_by_row(&self, mut walk: Walk<'_>, descending: bool, page: &mut Page) -> Result<Stop, Fault> {
        if let Driver::Spans(spans, false) = &walk.driver {
            walk.driver = Driver::Set(materialise(spans, self.view)?);
        }
        self.fill(&mut walk, descending, page, None)
    }

    /// Fills the page from a walk. `first_of`: fields that may hold several values; a row is shown at its first only.
    pub fn fill(&self, walk: &mut Walk<'_>, reverse: bool, page: &mut Page, first_of: Option<(&[FieldUse], &[Want])>) -> Result<Stop, Fault> {
        let after = page.after.take();
        // On the first page a row is met at its first value; only later pages can meet it again.
        let first_of = first_of.filter(|_| after.is_some());
        let mut seen = RoaringBitmap::new();
        let ended = self.walk(walk, reverse, after, &mut |mut candidate| {
            if !seen.insert(candidate.row) {
                return Ok(true);
            }
            if let Some((fields, want)) = first_of {
                let first = self.first_order(fields, want, reverse, &mut candidate)?;
                if first.as_ref() != Some(&candidate.place.order) {
                    seen.remove(candidate.row);
                    return Ok(true);
                }
            }
            self.take(candidate, page)
        })?;
        Ok(if ended { Stop::End } else { Stop::Full })
    }

    /// Fills the page with the candidates that also fulfil one more condition.
    pub fn fill_where(&self, walk: &mut Walk<'_>, page: &mut Page, criterion: &Criterion) -> Result<Stop, Fault> {
        let after = page.after.take();
        let ended = self.walk(walk, false, after, &mut |mut candidate| {
            if !self.fulfils(criterion, &mut candidate)? {
                return Ok(true);
            }
            self.take(candidate, page)
        })?;
        Ok(if ended { Stop::End } else { Stop::Full })
    }

    /// Takes a candidate onto the page; says stop when the page was full before it.
    fn take(&self, candidate: Candidate, page: &mut Page) -> Result<bool, Fault> {
        if page.hits.len() == page.count {
            return Ok(false);
        }
        let place = candidate.place.clone();
        let hit = candidate.into_hit(self)?;
        page.push(place, hit);
        Ok(true)
    }

    /// How many resources fulfil the conditions and may be seen.
    fn count(&self, part: &Part) -> Result<u64, Fault> {
        if part.criteria.is_empty() && self.scope.is_everything() {
            return Ok(self.view.count(self.ty.0));
        }
        let mut binding = self.bind(part)?;
        self.settle_negatives(&mut binding)?;
        let indexed = binding.bounds.iter().all(|bound| !matches!(bound.source, Source::Body) && !matches!(bound.verify, Verify::Full));
        if indexed && self.scope.is_everything() && !binding.bounds.is_empty() {
            let inexact = binding.bounds.iter().any(|bound| !matches!(bound.verify, Verify::Sure));
            let rows = self.intersect(&binding)?;
            // With its system a token is sixty-four bits; only a code asked for without one can be mistaken, and then
            // only where codes are so many that each is rare.
            if !inexact || rows.len() > COUNT_LOOKS {
                return Ok(rows.len());
            }
        }
        let mut rows = RoaringBitmap::new();
        self.walk(&mut self.plan(self.bind(part)?)?, false, None, &mut |candidate| {
            rows.insert(candidate.row);
            Ok(true)
        })?;
        Ok(rows.len())
    }

    fn intersect(&self, binding: &super::bind::Binding<'_>) -> Result<RoaringBitmap, Fault> {
        let mut all: Option<RoaringBitmap> = None;
        for bound in &binding.bounds {
            let rows = match &bound.source {
                Source::Rows(spans) | Source::Spans(spans) => materialise(spans, self.view)?,
                Source::Set(rows) => rows.clone(),
                Source::Body => continue,
            };
            all = Some(match all {
                Some(before) => before & rows,
                None => rows,
            });
        }
        let rows = all.unwrap_or_default();
        Ok(rows.into_iter().filter(|row| *row >= binding.first && *row <= binding.last && self.view.is_current(*row)).collect())
    }
}

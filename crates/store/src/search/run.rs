//! Walking candidates in order and keeping those that are wanted.

use super::bind::{Binding, Bound, Source, Verify, materialise, type_span};
use super::candidate::Candidate;
use super::compile::head_of;
use super::cursor::Lead;
use super::gate::Gate;
use super::matcher::{any_matches, fits_filter, has_value, matches};
use super::span::{Order, Place, Span, Union, any_holds};
use crate::backend::Snapshot;
use crate::indexer::Indexer;
use crate::key::{KeyBuf, KeyRange, ResKey, Row};
use crate::keys::{push_date_order, push_value, token_of};
use crate::query::{Criterion, TokenSystem, Want};
use crate::scope::AccessScope;
use rihla_fhir::r4::TypeId;
use rihla_fhirpath::{Entry, FieldUse, IndexValue, Target};
use rihla_kernel::{Fault, FaultKind};
use roaring::RoaringBitmap;

/// One search under way, within one type.
pub struct Run<'r> {
    pub view: &'r dyn Snapshot,
    pub indexer: &'r Indexer,
    pub scope: &'r AccessScope,
    pub ty: TypeId,
}

/// Candidates looked at one by one before the rest of the conditions are read out of the index as sets.
const LOOKS: usize = 300;
/// Candidates that one request may try on their bodies: some seconds of work.
const LOOKS_MAX: usize = 200_000;
/// Keys counted to choose where to begin.
const ESTIMATE: usize = 128;

/// What drives a walk.
pub enum Driver {
    /// In the spans' own order; the flag says that it is the row's.
    Spans(Vec<Span>, bool),
    Set(RoaringBitmap),
}

/// A walk's candidates and what each must still fulfil.
pub struct Walk<'q> {
    pub driver: Driver,
    /// The condition that drives, kept for its verification.
    lead: Option<Bound<'q>>,
    pub led: Lead,
    rest: Vec<Bound<'q>>,
    first: Row,
    last: Row,
    /// Led by stretches of patients, which stand by date.
    pub of_patients: bool,
}

fn expired() -> Fault {
    Fault::new(FaultKind::Gone, "RH-SEARCH-EXPIRED", "This list was begun too long ago to be continued as it was. Start it again.")
}

impl<'r> Run<'r> {
    /// The same search for another type: the inside of a chain.
    pub fn of_type(&self, ty: TypeId) -> Run<'r> {
        Run { view: self.view, indexer: self.indexer, scope: self.scope, ty }
    }

    pub fn gate(&self) -> Gate<'r> {
        Gate { view: self.view, indexer: self.indexer, scope: self.scope }
    }

    /// Chooses where to begin: the condition with the fewest rows.
    pub fn plan<'q>(&self, binding: Binding<'q>) -> Result<Walk<'q>, Fault> {
        self.plan_led(binding, Lead::Free)
    }

    /// Begins where a first page has begun.
    pub fn plan_led<'q>(&self, binding: Binding<'q>, lead: Lead) -> Result<Walk<'q>, Fault> {
        let Binding { mut bounds, first, last, pinned, few } = binding;
        let best = match lead {
            Lead::Free => self.fewest(&bounds, few)?,
            Lead::Type => None,
            Lead::Condition(at) => {
                let at = usize::from(at);
                let led = bounds.get(at).is_some_and(|bound| !matches!(bound.source, Source::Body));
                Some(at).filter(|_| led).map(Some).ok_or_else(expired)?
            }
        };
        let led = best.map_or(Lead::Type, |at| u8::try_from(at).ok().filter(|at| *at < 250).map_or(Lead::Free, Lead::Condition));
        let mut lead = best.map(|at| bounds.remove(at));
        let driver = match lead.as_mut().map(|bound| std::mem::replace(&mut bound.source, Source::Body)) {
            Some(Source::Rows(spans)) => Driver::Spans(spans, true),
            Some(Source::Spans(spans)) => Driver::Spans(spans, false),
            Some(Source::Set(rows)) => Driver::Set(rows),
            Some(Source::Body) | None => Driver::Spans(vec![type_span(self.ty)], true),
        };
        // Each row is judged by the scope in any case: what only says the same is worth nothing beside another lead.
        bounds.retain(|bound| !bound.is_the_scopes());
        let of_patients = pinned.is_some() || (few.is_some() && best == few && !lead.as_ref().is_some_and(Bound::is_the_scopes));
        Ok(Walk { driver, lead, led, rest: bounds, first, last, of_patients })
    }

    /// The condition with the fewest rows, if one can be followed.
    fn fewest(&self, bounds: &[Bound<'_>], few: Option<usize>) -> Result<Option<usize>, Fault> {
        let usable = bounds.iter().filter(|bound| !matches!(bound.source, Source::Body)).count();
        let mut best: Option<(usize, u64)> = None;
        for (at, bound) in bounds.iter().enumerate() {
            let count = match &bound.source {
                Source::Body => continue,
                Source::Set(rows) => rows.len(),
                Source::Rows(_) | Source::Spans(_) if usable == 1 => 0,
                Source::Rows(spans) => self.estimate(spans)?,
                // Out of row order costs more; a tie goes to the others.
                Source::Spans(spans) => self.estimate(spans)? + 1,
            };
            if best.is_none_or(|(_, least)| count < least) {
                best = Some((at, count));
            }
        }
        // Of many rows those of the patients who may be seen at all are best: the others would be judged one by one.
        Ok(best.map(|(at, count)| if count >= ESTIMATE as u64 { few.unwrap_or(at) } else { at }))
    }

    fn estimate(&self, spans: &[Span]) -> Result<u64, Fault> {
        Ok(self.count_up_to(spans, ESTIMATE)? as u64)
    }

    pub fn count_up_to(&self, spans: &[Span], limit: usize) -> Result<usize, Fault> {
        let mut count = 0;
        super::span::each_row(spans, self.view, limit, &mut |_| {
            count += 1;
            count < limit
        })?;
        Ok(count)
    }

    /// All rows that fulfil the conditions, if they are at most `limit`.
    pub fn few_rows(&self, criteria: &[Criterion], limit: usize) -> Result<Option<Vec<Row>>, Fault> {
        let mut walk = self.plan(self.bind_all(self.ty, criteria)?)?;
        if let (Driver::Spans(spans, _), true) = (&walk.driver, walk.rest.is_empty())
            && self.count_up_to(spans, limit * 2)? >= limit * 2
        {
            return Ok(None);
        }
        let mut rows = RoaringBitmap::new();
        let mut seen = 0usize;
        let mut each = |hit: Candidate| {
            rows.insert(hit.row);
            seen += 1;
            Ok(rows.len() <= limit as u64 && seen <= limit * 4)
        };
        let ended = self.walk(&mut walk, false, None, &mut each)?;
        Ok(ended.then(|| rows.iter().collect()))
    }

    /// Shows every wanted candidate to `each`, in the driver's order, until it says stop. Returns whether all were seen.
    pub fn walk(
        &self,
        walk: &mut Walk<'_>,
        reverse: bool,
        after: Option<Place>,
        each: &mut dyn FnMut(Candidate) -> Result<bool, Fault>,
    ) -> Result<bool, Fault> {
        let mut looks = 0;
        let driver = std::mem::replace(&mut walk.driver, Driver::Set(RoaringBitmap::new()));
        let mut rows = Rows::new(driver, reverse, after, walk.first);
        while let Some(place) = rows.next(self.view)? {
            if place.row < walk.first || place.row > walk.last || !self.view.is_current(place.row) {
                continue;
            }
            looks += 1;
            if looks == LOOKS {
                self.deepen(walk)?;
            }
            if looks > LOOKS_MAX && walk.rest.iter().any(|bound| matches!(bound.source, Source::Body)) {
                return Err(super::too_wide(
                    "a condition that the index cannot answer would have to be tried on too many resources; add one that narrows, such as a patient, a code or a date",
                ));
            }
            if let Some(candidate) = self.admit(place, walk)?
                && !each(candidate)?
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Few of the candidates fit: reads the other conditions out of the index once, so that each is a set.
    fn deepen(&self, walk: &mut Walk<'_>) -> Result<(), Fault> {
        for bound in &mut walk.rest {
            match &bound.source {
                Source::Spans(spans) => bound.source = Source::Set(materialise(spans, self.view)?),
                Source::Body => {
                    if let Some(rows) = self.rows_without(bound.criterion)? {
                        (bound.source, bound.verify) = (Source::Set(rows), Verify::Sure);
                    }
                }
                Source::Rows(_) | Source::Set(_) => {}
            }
        }
        Ok(())
    }

    fn admit(&self, place: Place, walk: &Walk<'_>) -> Result<Option<Candidate>, Fault> {
        let row = place.row;
        let mut scratch = KeyBuf::new();
        let mut candidate = Candidate::at(place);
        for bound in &walk.rest {
            match &bound.source {
                Source::Rows(spans) if !any_holds(spans, row, self.view, &mut scratch)? => return Ok(None),
                Source::Set(rows) if !rows.contains(row) => return Ok(None),
                _ => {}
            }
        }
        if !self.scope.is_everything() && !self.gate().lets(candidate.hit(self)?)? {
            return Ok(None);
        }
        for bound in walk.rest.iter().chain(&walk.lead) {
            let is_lead = walk.lead.as_ref().is_some_and(|lead| std::ptr::eq(lead, bound));
            let unknown = !is_lead && matches!(bound.source, Source::Spans(_) | Source::Body);
            if (unknown || !matches!(bound.verify, Verify::Sure)) && !self.verify(bound, unknown, &mut candidate)? {
                return Ok(None);
            }
        }
        Ok(Some(candidate))
    }

    fn verify(&self, bound: &Bound<'_>, unknown: bool, candidate: &mut Candidate) -> Result<bool, Fault> {
        if let (Verify::Text(texts), false) = (&bound.verify, unknown) {
            let body = &candidate.hit(self)?.body;
            if texts.iter().any(|text| find(body, text.as_bytes())) {
                return Ok(true);
            }
        }
        self.fulfils(bound.criterion, candidate)
    }

    /// Whether a candidate fulfils a condition, decided on its own body.
    pub fn fulfils(&self, criterion: &Criterion, candidate: &mut Candidate) -> Result<bool, Fault> {
        Ok(match criterion {
            Criterion::Any { fields, want, negated } => candidate.with_entries(self, |entries| any_matches(fields, want, entries, self.indexer))? != *negated,
            Criterion::Missing { fields, missing } => candidate.with_entries(self, |entries| has_value(fields, entries))? != *missing,
            Criterion::Id(ids) => {
                let id = candidate.hit(self)?.resource.id.to_text();
                ids.contains(&id)
            }
            Criterion::LastUpdated(times) => {
                let at = candidate.hit(self)?.version.hlc.instant().0;
                times.iter().any(|time| time.admits(at, at))
            }
            Criterion::Chain { fields, ty, inner } => self.chain_holds(fields, *ty, inner, candidate)?,
            Criterion::Has { fields, ty, inner } => self.is_referred(fields, *ty, inner, candidate)?,
            Criterion::Compartment { fields, ty, id, itself } => {
                let own = *itself && candidate.hit(self)?.resource.id.to_text() == *id;
                let want = [Want::Reference { ty: Some(*ty), id: id.clone() }];
                own || candidate.with_entries(self, |entries| any_matches(fields, &want, entries, self.indexer))?
            }
            Criterion::Either(ways) => {
                for way in ways {
                    if self.fulfils(way, candidate)? {
                        return Ok(true);
                    }
                }
                false
            }
        })
    }

    fn chain_holds(&self, fields: &[FieldUse], ty: TypeId, inner: &[Criterion], candidate: &mut Candidate) -> Result<bool, Fault> {
        let run = self.of_type(ty);
        for res in self.references_of(candidate.row, fields)? {
            let Some(hit) = self.view.current(res, true)?.filter(|hit| hit.version.ty == ty.0 && !hit.version.deleted) else { continue };
            if !self.gate().lets(&hit)? {
                continue;
            }
            let mut target = Candidate::of(hit);
            let mut all = true;
            for criterion in inner {
                all &= run.fulfils(criterion, &mut target)?;
            }
            if all {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a resource that fulfils `inner` refers to the candidate.
    fn is_referred(&self, fields: &[FieldUse], ty: TypeId, inner: &[Criterion], candidate: &mut Candidate) -> Result<bool, Fault> {
        let run = self.of_type(ty);
        if let Some(found) = run.probe_patient(fields, inner, candidate.row)? {
            return Ok(found);
        }
        let hit = candidate.hit(self)?;
        let (own, id) = (TypeId(hit.version.ty), hit.resource.id.to_text());
        let reference = Criterion::Any { fields: fields.to_vec(), want: vec![Want::Reference { ty: Some(own), id }], negated: false };
        let criteria: Vec<Criterion> = std::iter::once(reference).chain(inner.iter().cloned()).collect();
        let mut walk = run.plan(run.bind_all(ty, &criteria)?)?;
        let mut found = false;
        run.walk(&mut walk, false, None, &mut |_| {
            found = true;
            Ok(false)
        })?;
        Ok(found)
    }

    /// Whether the question is for one of some coded concepts of a patient, by way of the field that decides the home.
    pub fn asks_home_concept(&self, fields: &[FieldUse], inner: &[Criterion]) -> bool {
        let ([home], [Criterion::Any { fields: of, want, negated: false }]) = (fields, inner) else { return false };
        let concept = |used: &FieldUse| self.indexer.is_in_patient(self.ty, used.field) && used.system_filter.is_none();
        let coded = want.iter().all(|want| matches!(want, Want::Token { code: Some(_), .. }));
        self.is_sole_home(home) && self.scope.is_everything() && coded && of.iter().all(concept)
    }

    /// Whether the patient of a row has one of some concepts: one seek. `None` where that is not the question.
    fn probe_patient(&self, fields: &[FieldUse], inner: &[Criterion], row: Row) -> Result<Option<bool>, Fault> {
        let [Criterion::Any { fields: of, want, .. }] = inner else { return Ok(None) };
        if !self.asks_home_concept(fields, inner) {
            return Ok(None);
        }
        let Some(patient) = self.view.resource_of(row)? else { return Ok(Some(false)) };
        for used in of {
            for one in want {
                let Want::Token { system, code: Some(code) } = one else { return Ok(None) };
                let blind = self.indexer.blind_of(used.field);
                let mut head = crate::keys::in_patient_head(patient, used.field.0);
                match system {
                    TokenSystem::Any => head.extend_from_slice(&head_of(code, blind)),
                    TokenSystem::None => head.extend_from_slice(&token_of(Some(code), None, blind).to_be_bytes()),
                    TokenSystem::Is(system) => head.extend_from_slice(&token_of(Some(code), Some(system), blind).to_be_bytes()),
                }
                if self.any_current(KeyRange::prefix(head))? {
                    return Ok(Some(true));
                }
            }
        }
        Ok(Some(false))
    }

    fn any_current(&self, range: KeyRange) -> Result<bool, Fault> {
        let span = Span::of(range, 0, Order::From(0), None);
        let mut found = false;
        super::span::each_row(&[span], self.view, 2, &mut |row| {
            found = self.view.is_current(row);
            !found
        })?;
        Ok(found)
    }

    /// Whether a reference field alone decides with which patient a resource of this type lives.
    pub fn is_sole_home(&self, used: &FieldUse) -> bool {
        matches!(self.indexer.home_fields(self.ty), [home] if home.field == used.field) && !self.indexer.repeats(used.field)
    }

    /// The resources that a version refers to through some fields.
    pub fn references_of(&self, row: Row, fields: &[FieldUse]) -> Result<Vec<ResKey>, Fault> {
        let Some(hit) = self.view.hit(row, true)? else { return Ok(Vec::new()) };
        let mut names: Vec<(u16, String)> = Vec::new();
        Candidate::of(hit).with_entries(self, |entries| {
            for entry in entries {
                let used = fields.iter().any(|used| used.field == entry.field && fits_filter(used, &entry.value));
                match &entry.value {
                    IndexValue::Reference { target: Target::Local { type_id, id, .. } } if used => names.push((type_id.0, id.to_string())),
                    IndexValue::Reference { target: Target::Absolute { url, .. } | Target::Canonical { url, .. } } if used => names.push((0, url.to_string())),
                    _ => {}
                }
            }
            true
        })?;
        let mut out = Vec::with_capacity(names.len());
        for (ty, id) in names {
            out.extend(self.view.find(ty, &id)?);
        }
        Ok(out)
    }

    /// Where a row stands first among the values of some fields: a row with several values is shown once, there.
    pub fn first_order(&self, fields: &[FieldUse], want: &[Want], reverse: bool, candidate: &mut Candidate) -> Result<Option<Vec<u8>>, Fault> {
        let mut best: Option<Vec<u8>> = None;
        candidate.with_entries(self, |entries| {
            for entry in entries.iter().filter(|entry| fields.iter().any(|used| used.field == entry.field && fits_filter(used, &entry.value))) {
                if !want.is_empty() && !want.iter().any(|want| matches(want, &entry.value, true)) {
                    continue;
                }
                let order = order_bytes(entry);
                if best.as_ref().is_none_or(|best| (order < *best) != reverse && order != *best) {
                    best = Some(order);
                }
            }
            true
        })?;
        Ok(best)
    }
}

/// A value as its key orders it.
pub fn order_bytes(entry: &Entry<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    match &entry.value {
        IndexValue::Date { lo, hi } => push_date_order(*lo, *hi, &mut out),
        value => push_value(value, &mut out),
    }
    out
}

fn find(body: &[u8], text: &[u8]) -> bool {
    memchr::memmem::find(body, text).is_some()
}

/// Rows in the driver's order.
enum Rows {
    Union(Box<Union>),
    Set { rows: RoaringBitmap, reverse: bool },
}

impl Rows {
    fn new(driver: Driver, reverse: bool, after: Option<Place>, first: Row) -> Self {
        match driver {
            Driver::Spans(spans, by_row) => {
                let mut union = Union::new(spans, reverse, after);
                if by_row && !reverse && first > 1 {
                    union.seek(first);
                }
                Self::Union(Box::new(union))
            }
            Driver::Set(mut rows) => {
                if let Some(place) = after {
                    if reverse {
                        rows.remove_range(place.row..);
                    } else {
                        rows.remove_range(..=place.row);
                    }
                }
                Self::Set { rows, reverse }
            }
        }
    }

    fn next(&mut self, view: &dyn Snapshot) -> Result<Option<Place>, Fault> {
        match self {
            Self::Union(union) => union.next(view),
            Self::Set { rows, reverse } => {
                let row = if *reverse { rows.max() } else { rows.min() };
                if let Some(row) = row {
                    rows.remove(row);
                }
                Ok(row.map(|row| Place { order: Vec::new(), row }))
            }
        }
    }
}

impl<'q> Walk<'q> {
    pub fn lead_criterion(&self) -> Option<&'q Criterion> {
        self.lead.as_ref().map(|lead| lead.criterion)
    }

    /// Makes what drove the walk one of its other conditions.
    pub fn demote_set(&mut self, rows: RoaringBitmap) {
        self.demote(Source::Set(rows));
    }

    pub fn demote_rows(&mut self, spans: Vec<Span>) {
        self.demote(Source::Rows(spans));
    }

    fn demote(&mut self, source: Source) {
        if let Some(lead) = self.lead.take() {
            self.rest.push(Bound { source, ..lead });
        }
    }
}

impl Driver {
    /// Whether rows come in an order other than their own.
    pub fn is_by_value(&self) -> bool {
        matches!(self, Driver::Spans(_, false))
    }

    /// Whether all its rows stand in one order, so that a row met twice is met at the same place.
    pub fn has_one_order(&self) -> bool {
        match self {
            Driver::Spans(spans, false) => spans.windows(2).all(|pair| matches!(pair, [one, next] if one.order == next.order)),
            Driver::Spans(_, true) | Driver::Set(_) => true,
        }
    }

    /// Whether rows come by clinical date.
    pub fn is_by_date(&self) -> bool {
        matches!(self, Driver::Spans(spans, false) if spans.iter().all(|span| matches!(span.order, Order::Bytes { len: 6, .. })))
    }
}

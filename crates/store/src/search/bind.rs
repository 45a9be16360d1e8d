//! Conditions bound to the data: where their rows stand, and what is left to decide on the body.

use super::compile::{Compiler, Found};
use super::run::Run;
use super::span::{Order, Span, each_row};
use crate::backend::Snapshot;
use crate::key::{FAMILY_TYPE, ResKey, Row};
use crate::keys::in_patient_head;
use crate::query::{Comparison, Criterion, Part, TokenSystem, Want};
use rihla_fhir::r4::TypeId;
use rihla_fhirpath::FieldUse;
use rihla_kernel::{Fault, Hlc};
use roaring::RoaringBitmap;

/// Where the rows of one condition stand.
pub enum Source {
    /// In row order.
    Rows(Vec<Span>),
    /// In another order.
    Spans(Vec<Span>),
    Set(RoaringBitmap),
    /// Nowhere in the index: each candidate is looked at.
    Body,
}

/// How sure the index is.
pub enum Verify {
    Sure,
    /// Rows are wanted if the body holds one of these texts in quotes; else look closer.
    Text(Vec<String>),
    Full,
}

pub struct Bound<'q> {
    pub criterion: &'q Criterion,
    pub source: Source,
    pub verify: Verify,
}

/// A part's conditions, and the rows between which the answer lies.
pub struct Binding<'q> {
    pub bounds: Vec<Bound<'q>>,
    pub first: Row,
    pub last: Row,
    /// The one patient that it is about, if its rows are to be had from the patient's own stretch of the index.
    pub pinned: Option<ResKey>,
    /// The condition whose rows are those of the few patients who may be seen; by date if it is one of the question's.
    pub few: Option<usize>,
}

/// Resources that a chain is followed through one by one; beyond, candidates are looked at instead.
const CHAIN_TARGETS: usize = 600;
/// Rows that a `_has` is turned round from; beyond, candidates are probed instead.
const HAS_ROWS: usize = 60;
/// The same where the rows' patients are known without reading bodies.
const CONCEPT_ROWS: usize = 120;

/// A patient's own rows that are looked at rather than asked about.
const FEW_OWN: usize = 64;
/// Rows of a condition that are read as a set beside a patient's own.
const RARE: usize = 4_096;

impl Run<'_> {
    pub fn bind<'q>(&self, part: &'q Part) -> Result<Binding<'q>, Fault> {
        self.bind_all(part.ty, &part.criteria)
    }

    pub fn bind_all<'q>(&self, ty: TypeId, criteria: &'q [Criterion]) -> Result<Binding<'q>, Fault> {
        let mut out = Binding { bounds: Vec::new(), first: 1, last: self.view.tick(), pinned: None, few: None };
        let pin = self.pin(ty, criteria)?;
        let few = if pin.is_none() { self.few_patients(ty) } else { None };
        for (at, criterion) in criteria.iter().enumerate() {
            if let Criterion::LastUpdated(times) = criterion {
                self.clip(times, &mut out)?;
            }
            if pin.as_ref().is_some_and(|(pinned, ..)| *pinned == at) {
                continue;
            }
            if let (Some(few), None) = (few, out.few)
                && let Some(bound) = self.among_few(ty, criterion, few)?
            {
                out.few = Some(out.bounds.len());
                out.bounds.push(bound);
                continue;
            }
            let in_patient = match (&pin, criterion) {
                (Some((_, patient, _)), Criterion::Any { fields, want, negated: false }) => self.in_patient(ty, *patient, fields, want)?,
                _ => None,
            };
            match in_patient {
                Some(bound) => {
                    out.pinned = pin.as_ref().map(|(_, patient, _)| *patient);
                    out.bounds.push(Bound { criterion, source: Source::Spans(bound.spans), verify: verify_of(criterion, bound.inexact) });
                }
                None if pin.is_some() => {
                    let own = pin.as_ref().map_or(&[][..], |(_, _, spans)| spans);
                    out.bounds.push(self.beside_patient(criterion, own)?);
                }
                None => out.bounds.push(self.bind_one(criterion)?),
            }
        }
        if let (Some((at, patient, spans)), None) = (pin, out.pinned)
            && let Some(criterion) = criteria.get(at)
        {
            out.pinned = Some(patient);
            out.bounds.insert(0, Bound { criterion, source: Source::Spans(spans), verify: Verify::Sure });
        }
        if let (Some(few), None) = (few, out.few) {
            out.few = Some(out.bounds.len());
            out.bounds.push(self.of_few(ty, few)?);
        }
        self.narrow(ty, criteria, &mut out)?;
        Ok(out)
    }

    /// A condition beside one patient's own rows. Most patients have few, and each is looked at; where they are many, what
    /// is rare among all patients (the stays that go on now) is read as a set.
    fn beside_patient<'q>(&self, criterion: &'q Criterion, own: &[Span]) -> Result<Bound<'q>, Fault> {
        let looked_at = Bound { criterion, source: Source::Body, verify: Verify::Full };
        let (Criterion::Any { negated: false, .. }, many) = (criterion, self.count_up_to(own, RARE)?) else { return Ok(looked_at) };
        if many <= FEW_OWN {
            return Ok(looked_at);
        }
        let bound = self.bind_one(criterion)?;
        match &bound.source {
            Source::Rows(spans) | Source::Spans(spans) if self.count_up_to(spans, many)? < many => {
                let set = materialise(spans, self.view)?;
                Ok(Bound { source: Source::Set(set), ..bound })
            }
            _ => Ok(looked_at),
        }
    }

    /// The condition that names one home patient, with the rows that refer to them.
    fn pin(&self, ty: TypeId, criteria: &[Criterion]) -> Result<Option<(usize, ResKey, Vec<Span>)>, Fault> {
        for (at, criterion) in criteria.iter().enumerate() {
            let Criterion::Any { fields, want, negated: false } = criterion else { continue };
            let [one] = fields.as_slice() else { continue };
            let patient = want.iter().find_map(|want| match want {
                Want::Reference { ty: Some(of), id } if of.0 == self.indexer.patient_type() => Some(id),
                _ => None,
            });
            // Other targets of a bare id (Group, Device) are looked for too, unless nothing of that name exists.
            let others = want.iter().any(|want| !matches!(want, Want::Reference { ty: Some(of), id } if of.0 == self.indexer.patient_type() || self.view.find(of.0, id).is_ok_and(|found| found.is_none())));
            let (Some(id), false) = (patient, others) else { continue };
            let single = want.iter().filter(|want| matches!(want, Want::Reference { ty: Some(of), .. } if of.0 == self.indexer.patient_type())).count() == 1;
            if !single || !self.of_type(ty).is_sole_home(one) {
                continue;
            }
            if let Some(res) = self.view.find(self.indexer.patient_type(), id)? {
                let span = self.compiler().reference(one.field.0, self.indexer.patient_type(), res);
                return Ok(Some((at, res, vec![span])));
            }
        }
        Ok(None)
    }

    /// The patient's own rows with one of these tokens.
    pub fn in_patient(&self, ty: TypeId, patient: ResKey, fields: &[FieldUse], want: &[Want]) -> Result<Option<Found>, Fault> {
        if !fields.iter().all(|used| self.indexer.is_in_patient(ty, used.field) && used.system_filter.is_none()) {
            return Ok(None);
        }
        let mut out = Found::default();
        for used in fields {
            let prefix = in_patient_head(patient, used.field.0);
            for one in want {
                let Want::Token { system, code: Some(code) } = one else { return Ok(None) };
                self.compiler().tokens(prefix.clone(), system, Some(code), false, self.indexer.blind_of(used.field), &mut out)?;
            }
        }
        for span in &mut out.spans {
            let at = span.shared().len();
            *span = Span::of(span.range.clone(), at, Order::Bytes { at, len: 6 }, None);
        }
        Ok(Some(out))
    }

    fn bind_one<'q>(&self, criterion: &'q Criterion) -> Result<Bound<'q>, Fault> {
        let body = || Bound { criterion, source: Source::Body, verify: Verify::Full };
        Ok(match criterion {
            Criterion::Any { negated: true, .. } | Criterion::Missing { .. } => body(),
            Criterion::Any { want, .. } if want.iter().any(Want::is_pair_with_reference) => body(),
            Criterion::Any { fields, want, .. } => {
                let found = self.compiler().any(fields, want)?;
                Bound { criterion, verify: verify_of(criterion, found.inexact), source: source_of(found.spans) }
            }
            Criterion::Id(ids) => Bound { criterion, source: Source::Set(self.rows_of_ids(ids)?), verify: Verify::Full },
            Criterion::LastUpdated(_) => body(),
            Criterion::Chain { fields, ty, inner } => match self.targets(*ty, inner)? {
                Some(targets) => {
                    let spans = targets.iter().flat_map(|res| fields.iter().map(|used| self.compiler().reference(used.field.0, ty.0, *res)));
                    Bound { criterion, source: source_of(spans.collect()), verify: Verify::Sure }
                }
                None => body(),
            },
            Criterion::Has { fields, ty, inner } => match self.referring(fields, *ty, inner)? {
                Some(rows) => Bound { criterion, source: Source::Set(rows), verify: Verify::Sure },
                None => body(),
            },
            Criterion::Compartment { fields, ty, id, itself } => Bound { criterion, source: self.compartment(fields, *ty, id, *itself)?, verify: Verify::Sure },
            Criterion::Either(ways) => self.either(criterion, ways)?,
        })
    }

    fn either<'q>(&self, criterion: &'q Criterion, ways: &'q [Criterion]) -> Result<Bound<'q>, Fault> {
        let mut all = Vec::new();
        for way in ways {
            match self.bind_one(way)?.source {
                Source::Rows(spans) | Source::Spans(spans) => all.extend(spans),
                Source::Set(rows) if rows.is_empty() => {}
                Source::Set(_) | Source::Body => return Ok(Bound { criterion, source: Source::Body, verify: Verify::Full }),
            }
        }
        Ok(Bound { criterion, source: source_of(all), verify: Verify::Full })
    }

    fn compartment(&self, fields: &[FieldUse], ty: TypeId, id: &str, itself: bool) -> Result<Source, Fault> {
        let Some(res) = self.view.find(ty.0, id)? else { return Ok(Source::Set(RoaringBitmap::new())) };
        if itself {
            let own = self.view.current(res, false)?.filter(|hit| !hit.version.deleted).map(|hit| hit.version.row);
            return Ok(Source::Set(own.into_iter().collect()));
        }
        Ok(source_of(fields.iter().map(|used| self.compiler().reference(used.field.0, ty.0, res)).collect()))
    }

    fn rows_of_ids(&self, ids: &[String]) -> Result<RoaringBitmap, Fault> {
        let mut rows = RoaringBitmap::new();
        for id in ids {
            let res = self.view.find(self.ty.0, id)?;
            let hit = res.map(|res| self.view.current(res, false)).transpose()?.flatten();
            rows.extend(hit.filter(|hit| !hit.version.deleted).map(|hit| hit.version.row));
        }
        Ok(rows)
    }

    /// The resources that fulfil a chain's inner condition, if they are few.
    fn targets(&self, ty: TypeId, inner: &[Criterion]) -> Result<Option<Vec<ResKey>>, Fault> {
        let Some(rows) = self.of_type(ty).few_rows(inner, CHAIN_TARGETS)? else { return Ok(None) };
        let mut out = Vec::with_capacity(rows.len());
        for row in rows {
            out.extend(self.view.resource_of(row)?);
        }
        Ok(Some(out))
    }

    /// The rows that resources fulfilling `inner` refer to, if those are few.
    fn referring(&self, fields: &[FieldUse], ty: TypeId, inner: &[Criterion]) -> Result<Option<RoaringBitmap>, Fault> {
        let run = self.of_type(ty);
        if run.asks_home_concept(fields, inner) {
            return run.patients_with(inner);
        }
        let Some(rows) = run.few_rows(inner, HAS_ROWS)? else { return Ok(None) };
        let mut out = RoaringBitmap::new();
        for row in rows {
            for res in self.references_of(row, fields)? {
                out.extend(self.view.current(res, false)?.filter(|hit| hit.version.ty == self.ty.0 && !hit.version.deleted).map(|hit| hit.version.row));
            }
        }
        Ok(Some(out))
    }

    /// The patients of the rows that have a concept, if those rows are few. The log knows each row's patient, so no body
    /// is read; that a code might share all its bits with another is left to the two hundred thousand million to one.
    fn patients_with(&self, inner: &[Criterion]) -> Result<Option<RoaringBitmap>, Fault> {
        let [Criterion::Any { fields, want, .. }] = inner else { return Ok(None) };
        let spans = self.compiler().any(fields, want)?.spans;
        let mut rows = Vec::new();
        each_row(&spans, self.view, CONCEPT_ROWS + 1, &mut |row| {
            rows.push(row);
            rows.len() <= CONCEPT_ROWS
        })?;
        if rows.len() > CONCEPT_ROWS {
            return Ok(None);
        }
        let mut patients = RoaringBitmap::new();
        for row in rows.into_iter().filter(|row| self.view.is_current(*row)) {
            patients.extend(self.view.patient_of(row)?);
        }
        let mut out = RoaringBitmap::new();
        for patient in patients {
            out.extend(self.view.current(patient, false)?.filter(|hit| !hit.version.deleted).map(|hit| hit.version.row));
        }
        Ok(Some(out))
    }

    /// `_lastUpdated` is a range of rows.
    fn clip(&self, times: &[Comparison<i64>], out: &mut Binding<'_>) -> Result<(), Fault> {
        let [only] = times else { return Ok(()) };
        // The hybrid clock counts within a millisecond: from its first value to its last.
        let before = |millis: i64| if millis <= 0 { Ok(0) } else { self.view.row_at(Hlc(((millis as u64) << 16) - 1)) };
        let (from, to) = match *only {
            Comparison::Within(from, to) | Comparison::About(from, to) => (from, to),
            Comparison::Above(bound) | Comparison::StartsAfter(bound) => (bound.saturating_add(1), i64::MAX >> 17),
            Comparison::AtLeast(bound) => (bound, i64::MAX >> 17),
            Comparison::Below(bound) | Comparison::EndsBefore(bound) => (0, bound.saturating_sub(1)),
            Comparison::AtMost(bound) => (0, bound),
            Comparison::NotWithin(..) => return Ok(()),
        };
        out.first = out.first.max(before(from.min(i64::MAX >> 17))? + 1);
        out.last = out.last.min(before(to.saturating_add(1).min(i64::MAX >> 17))?);
        Ok(())
    }

    pub fn compiler(&self) -> Compiler<'_> {
        Compiler { view: self.view, indexer: self.indexer }
    }
}

/// All versions of a type that hold data.
pub fn type_span(ty: TypeId) -> Span {
    let mut prefix = vec![FAMILY_TYPE];
    prefix.extend_from_slice(&ty.0.to_be_bytes());
    Span::rows(prefix)
}

/// Fills a set from spans.
pub fn materialise(spans: &[Span], view: &dyn Snapshot) -> Result<RoaringBitmap, Fault> {
    let mut rows = RoaringBitmap::new();
    each_row(spans, view, usize::MAX, &mut |row| {
        rows.insert(row);
        true
    })?;
    Ok(rows)
}

pub fn source_of(spans: Vec<Span>) -> Source {
    if spans.is_empty() {
        Source::Set(RoaringBitmap::new())
    } else if spans.iter().all(|span| span.order == Order::Row) {
        Source::Rows(spans)
    } else {
        Source::Spans(spans)
    }
}

pub fn verify_of(criterion: &Criterion, inexact: bool) -> Verify {
    if !inexact {
        return Verify::Sure;
    }
    let Criterion::Any { want, .. } = criterion else { return Verify::Full };
    let texts: Option<Vec<String>> = want
        .iter()
        .map(|want| match want {
            Want::Token { system: TokenSystem::Any, code: Some(code) }
                if code.bytes().all(|byte| byte > b' ' && byte != b'"' && byte != b'\\' && byte < 0x7F) =>
            {
                Some(format!("\"{code}\""))
            }
            _ => None,
        })
        .collect();
    texts.map_or(Verify::Full, Verify::Text)
}

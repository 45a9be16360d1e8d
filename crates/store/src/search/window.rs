//! A question about one patient that names a time: only that part of the patient's stretch is walked.
//!
//! The patient's keys hold when a thing began, not when it ended. So what began long before the time may still reach
//! into it: most things last no longer than a year, and those that do are looked up, if they are few.

use super::bind::{Binding, Source};
use super::compile::starts;
use super::run::Run;
use super::span::{Order, Span};
use crate::key::{FAMILY_ACROSS, KeyBuf, KeyRange, ResKey, ordered_time, push_u48, read_u48, row_of, successor, time_of};
use crate::keys::DateClass;
use crate::query::{Comparison, Criterion, Want};
use rihla_fhir::r4::TypeId;
use rihla_kernel::Fault;

/// Long-lasting things of all patients that are looked through for this patient's.
const LONG_KEYS: usize = 2_000;

impl Run<'_> {
    /// Narrows the stretches of a pinned patient to what can fulfil the conditions on the clinical date.
    pub fn narrow(&self, ty: TypeId, criteria: &[Criterion], out: &mut Binding<'_>) -> Result<(), Fault> {
        let (Some(patient), Some(field)) = (out.pinned, self.indexer.clinical_date(ty).filter(|field| !self.indexer.repeats(*field))) else { return Ok(()) };
        for criterion in criteria {
            let Criterion::Any { fields, want, negated: false } = criterion else { continue };
            let ([used], [Want::Date(comparisons)]) = (fields.as_slice(), want.as_slice()) else { continue };
            if used.field != field {
                continue;
            }
            let (from, to) = begin_within(comparisons, DateClass::Year);
            let from = self.earliest(field.0, patient, from, comparisons)?;
            for span in out.bounds.iter_mut().filter_map(|bound| if let Source::Spans(spans) = &mut bound.source { Some(spans) } else { None }).flatten() {
                clip(span, from, to);
            }
        }
        Ok(())
    }

    /// When the first of the patient's things begins that may reach into the time: before `from` if one lasts long.
    fn earliest(&self, field: u16, patient: ResKey, from: i64, comparisons: &[Comparison<i64>]) -> Result<i64, Fault> {
        let (_, to) = begin_within(comparisons, DateClass::Long);
        let mut prefix = vec![FAMILY_ACROSS];
        prefix.extend_from_slice(&field.to_be_bytes());
        prefix.push(DateClass::Long as u8);
        let at = prefix.len();
        let mut end = prefix.clone();
        push_u48(&mut end, ordered_time(from.min(to)));
        let mut keys = KeyBuf::new();
        self.view.scan(&KeyRange { from: prefix, to: end }, false, LONG_KEYS, &mut keys)?;
        if keys.len() == LONG_KEYS {
            return Ok(i64::MIN);
        }
        for key in keys.iter() {
            let row = row_of(key);
            if self.view.is_current(row) && self.view.patient_of(row)? == Some(patient) {
                return Ok(key.get(at..).map_or(i64::MIN, |date| time_of(read_u48(date))));
            }
        }
        Ok(from)
    }
}

/// Between which times a range can begin that fulfils all comparisons, if it is of a class no longer than `class`.
fn begin_within(comparisons: &[Comparison<i64>], class: DateClass) -> (i64, i64) {
    let each = comparisons.iter().map(|comparison| starts(comparison, class.longest()));
    each.fold((i64::MIN, i64::MAX), |(low, high), (first, last)| (low.max(first), high.min(last)))
}

/// Only spans of a patient stand by clinical date.
fn clip(span: &mut Span, from: i64, to: i64) {
    let Order::Bytes { at, len: 6 } = span.order else { return };
    let head = span.range.from.get(..at).unwrap_or(&[]);
    let bound = |time: i64| {
        let mut key = head.to_vec();
        push_u48(&mut key, ordered_time(time));
        key
    };
    let (first, last) = (bound(from), successor(&bound(to)));
    if first > span.range.from {
        span.range.from = first;
    }
    if last < span.range.to {
        span.range.to = last;
    }
}

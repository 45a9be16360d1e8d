//! From wanted values to stretches of the index.

use super::span::{Filter, Order, Span};
use crate::backend::Snapshot;
use crate::blind::Blind;
use crate::indexer::Indexer;
use crate::key::{
    CODE_BYTES, FAMILY_ACROSS, FAMILY_DISPLAY, FAMILY_LOGICAL, KeyBuf, KeyRange, STRING_BYTES, URI_BYTES, after, code_head, hash32, ordered_f64, ordered_time,
    push_u48, read_u48, successor, system_tail, time_of, token,
};
use crate::keys::{DateClass, across_head, cut, push_reference_prefix, token_of, unit_bits};
use crate::query::{Comparison, TokenSystem, Want};
use crate::search::matcher::admits_point;
use rihla_fhirpath::FieldUse;
use rihla_kernel::Fault;
use std::rc::Rc;

/// Where the rows of one or more wanted values stand.
#[derive(Default)]
pub struct Found {
    pub spans: Vec<Span>,
    /// A row from the spans may still not be wanted: look at its body.
    pub inexact: bool,
}

/// Systems under which one code may stand, and displays that one text may begin, before the search is called too wide.
const EXPANSIONS: usize = 400;

/// Binds wanted values to the data as they are in `view`.
pub struct Compiler<'c> {
    pub view: &'c dyn Snapshot,
    pub indexer: &'c Indexer,
}

impl Compiler<'_> {
    pub fn any(&self, fields: &[FieldUse], want: &[Want]) -> Result<Found, Fault> {
        let mut found = Found::default();
        for used in fields {
            for one in want {
                self.one(used, one, &mut found)?;
            }
        }
        Ok(found)
    }

    fn one(&self, used: &FieldUse, want: &Want, out: &mut Found) -> Result<(), Fault> {
        let prefix = across_head(used.field.0).to_vec();
        let blind = self.indexer.blind_of(used.field);
        match want {
            Want::Reference { ty: Some(ty), id } => {
                if used.target_filter.is_none_or(|only| only == *ty)
                    && let Some(res) = self.view.find(ty.0, id)?
                {
                    out.spans.push(self.reference(used.field.0, ty.0, res));
                }
            }
            Want::Reference { ty: None, .. } => {}
            Want::ReferenceUrl(url) => {
                if let Some(res) = self.view.find(0, url)? {
                    out.spans.push(self.reference(used.field.0, 0, res));
                }
            }
            Want::ReferenceIdentifier { system, code } => {
                let mut prefix = vec![FAMILY_LOGICAL];
                prefix.extend_from_slice(&used.field.0.to_be_bytes());
                self.tokens(prefix, system, code.as_deref(), false, self.indexer.blinds().key, out)?;
            }
            Want::Token { system, code } => match used.system_filter {
                None => self.tokens(prefix, system, code.as_deref(), self.indexer.is_plain_code(used.field), blind, out)?,
                // `phone=…`: the stored system is the kind of contact point.
                Some(only) => self.tokens(prefix, &TokenSystem::Is(only.into()), code.as_deref(), false, blind, out)?,
            },
            Want::Text(text) if blind.is_none() => self.texts(used.field.0, &prefix, text, out)?,
            Want::Composite(parts) => self.composite(prefix, parts, out)?,
            other => match blind {
                Some(blind) => blind_spans(prefix, other, blind, out),
                None => value_spans(prefix, other, out),
            },
        }
        Ok(())
    }

    /// What refers to `res` through a field.
    pub fn reference(&self, field: u16, ty: u16, res: u32) -> Span {
        let to_patient = ty == self.indexer.patient_type();
        let mut prefix = Vec::with_capacity(8);
        push_reference_prefix(field, to_patient, res, &mut prefix);
        if !to_patient {
            return Span::rows(prefix);
        }
        let at = prefix.len();
        Span::of(KeyRange::prefix(prefix), at, Order::Bytes { at, len: 6 }, None)
    }

    pub fn tokens(
        &self,
        prefix: Vec<u8>,
        system: &TokenSystem,
        code: Option<&str>,
        plain_code: bool,
        blind: Option<&Blind>,
        out: &mut Found,
    ) -> Result<(), Fault> {
        let token = |code, system| token_of(code, system, blind);
        match (system, code) {
            (TokenSystem::Is(system), Some(code)) => {
                out.spans.push(Span::rows(joined(&prefix, token(Some(code), Some(system)))));
                if plain_code {
                    out.spans.push(Span::rows(joined(&prefix, token(Some(code), None))));
                }
            }
            (TokenSystem::None, Some(code)) => out.spans.push(Span::rows(joined(&prefix, token(Some(code), None)))),
            (TokenSystem::Any, Some(code)) => {
                for exact in self.systems_of(&prefix, head_of(code, blind))? {
                    out.spans.push(Span::rows(exact));
                }
                // Forty bits of a code may be those of another one; with its system they are sixty-four.
                out.inexact = true;
            }
            (TokenSystem::Is(system), None) => {
                let (at, wanted) = (prefix.len() + CODE_BYTES, blind.map_or_else(|| system_tail(system), |blind| blind.system_tail(system)));
                let filter: Filter = Rc::new(move |key| key.get(at..at + wanted.len()) == Some(&wanted));
                out.spans.push(Span::of(KeyRange::prefix(prefix.clone()), prefix.len(), Order::From(prefix.len()), Some(filter)));
            }
            (TokenSystem::Any | TokenSystem::None, None) => {}
        }
        Ok(())
    }

    /// The code under each system that it occurs with: whole prefixes, so that their rows are in order.
    fn systems_of(&self, prefix: &[u8], code: [u8; CODE_BYTES]) -> Result<Vec<Vec<u8>>, Fault> {
        let mut head = prefix.to_vec();
        head.extend_from_slice(&code);
        let mut range = KeyRange::prefix(head.clone());
        let (mut out, mut key) = (Vec::new(), KeyBuf::new());
        while out.len() < EXPANSIONS {
            key.clear();
            self.view.scan(&range, false, 1, &mut key)?;
            let Some(exact) = key.get(0).and_then(|key| key.get(..prefix.len() + 8)) else { break };
            out.push(exact.to_vec());
            range.from = successor(exact);
        }
        Ok(out)
    }

    /// Tokens whose display begins with the text.
    fn texts(&self, field: u16, prefix: &[u8], text: &str, out: &mut Found) -> Result<(), Fault> {
        let mut head = vec![FAMILY_DISPLAY];
        head.extend_from_slice(&field.to_be_bytes());
        head.extend_from_slice(cut(text, STRING_BYTES).as_bytes());
        let mut keys = KeyBuf::new();
        self.view.scan(&KeyRange::prefix(head), false, EXPANSIONS, &mut keys)?;
        if keys.len() == EXPANSIONS {
            return Err(super::too_wide("so many different texts begin with this; give more of it"));
        }
        let mut tokens: Vec<u64> = keys.iter().filter_map(|key| key.last_chunk::<8>().map(|token| u64::from_be_bytes(*token))).collect();
        tokens.sort_unstable();
        tokens.dedup();
        out.spans.extend(tokens.into_iter().map(|token| Span::rows(joined(prefix, token))));
        out.inexact = true;
        Ok(())
    }

    fn composite(&self, prefix: Vec<u8>, parts: &[Want], out: &mut Found) -> Result<(), Fault> {
        let Some((last, heads)) = parts.split_last() else { return Ok(()) };
        let mut prefixes = vec![prefix];
        for head in heads {
            let mut next = Vec::new();
            for prefix in &prefixes {
                match head {
                    Want::Token { system: TokenSystem::Is(system), code: Some(code) } => next.push(joined(prefix, token(Some(code), Some(system)))),
                    Want::Token { system: TokenSystem::None, code: Some(code) } => next.push(joined(prefix, token(Some(code), None))),
                    Want::Token { system: TokenSystem::Any, code: Some(code) } => next.extend(self.systems_of(prefix, code_head(code))?),
                    // Not a token: all of the field, decided on the body.
                    _ => {
                        out.inexact = true;
                        out.spans.push(Span::of(KeyRange::prefix(prefix.clone()), prefix.len(), Order::From(prefix.len()), None));
                        return Ok(());
                    }
                }
            }
            prefixes = next;
        }
        out.inexact = true;
        for prefix in prefixes {
            match last {
                Want::Token { system, code } => self.tokens(prefix, system, code.as_deref(), true, None, out)?,
                other => value_spans(prefix, other, out),
            }
        }
        Ok(())
    }
}

fn joined(prefix: &[u8], token: u64) -> Vec<u8> {
    let mut out = prefix.to_vec();
    out.extend_from_slice(&token.to_be_bytes());
    out
}

/// The head of a code in the keys of a field.
pub fn head_of(code: &str, blind: Option<&Blind>) -> [u8; CODE_BYTES] {
    blind.map_or_else(|| code_head(code), |blind| blind.code_head(code))
}

/// Spans of values that name somebody: as near as the index comes, the rest is decided on the body.
fn blind_spans(prefix: Vec<u8>, want: &Want, blind: &Blind, out: &mut Found) {
    let at = |head: Option<&[u8]>| match head {
        Some(head) => Span::rows([&prefix, head].concat()),
        None => begins(prefix.clone(), "", None),
    };
    let span = match want {
        Want::StringStarts(text) => at(blind.text_head(text).as_ref().map(|head| head.as_slice())),
        Want::StringExact(text) => at(Some(&blind.text(&rihla_fhirpath::normalize(text)))),
        Want::StringContains(_) | Want::UriBelow(_) | Want::Text(_) => at(None),
        Want::Uri(uri) => at(Some(&blind.uri(uri))),
        other => return value_spans(prefix, other, out),
    };
    out.inexact = true;
    out.spans.push(span);
}

/// Spans of values that need nothing but their own bytes.
fn value_spans(prefix: Vec<u8>, want: &Want, out: &mut Found) {
    match want {
        Want::StringStarts(text) => {
            out.inexact |= text.len() > STRING_BYTES;
            out.spans.push(begins(prefix, cut(text, STRING_BYTES), None));
        }
        Want::StringContains(text) => {
            let (at, text) = (prefix.len(), text.clone());
            let filter: Filter = Rc::new(move |key| folded_of(key, at).is_some_and(|found| found.contains(&text)));
            out.spans.push(begins(prefix, "", Some(filter)));
        }
        Want::StringExact(text) => {
            let folded = rihla_fhirpath::normalize(text);
            out.inexact = true;
            out.spans.push(Span::rows(hashed(prefix, cut(&folded, STRING_BYTES), text)));
        }
        Want::Uri(uri) => out.spans.push(Span::rows(hashed(prefix, cut(uri, URI_BYTES), uri))),
        Want::UriBelow(uri) => {
            out.inexact = true;
            out.spans.push(begins(prefix, cut(uri, URI_BYTES), None));
        }
        Want::Date(comparison) => dates(&prefix, comparison, out),
        Want::Number(comparison) => out.spans.push(numbers(prefix, comparison, None)),
        Want::Quantity { value, system, code } => {
            out.inexact |= system.is_some();
            let by_code_only = system.is_some();
            out.spans.push(numbers(prefix, value, code.as_deref().map(|code| (unit_bits(Some(code)).to_be_bytes(), by_code_only))));
        }
        _ => {}
    }
}

fn begins(prefix: Vec<u8>, text: &str, filter: Option<Filter>) -> Span {
    let at = prefix.len();
    let mut from = prefix;
    from.extend_from_slice(text.as_bytes());
    Span::of(KeyRange::prefix(from), at, Order::From(at), filter)
}

fn hashed(mut prefix: Vec<u8>, head: &str, whole: &str) -> Vec<u8> {
    prefix.extend_from_slice(head.as_bytes());
    prefix.push(0);
    prefix.extend_from_slice(&hash32(whole).to_be_bytes());
    prefix
}

fn folded_of(key: &[u8], at: usize) -> Option<&str> {
    // Behind the text stand a mark, a hash and the row: nine bytes.
    key.get(at..key.len().checked_sub(9)?).and_then(|text| std::str::from_utf8(text).ok())
}

/// One range a class: where its ranges can begin, given how long they are at most.
fn dates(prefix: &[u8], comparisons: &[Comparison<i64>], out: &mut Found) {
    let shared: Rc<[Comparison<i64>]> = comparisons.into();
    for class in DateClass::ALL {
        let starts = comparisons.iter().map(|comparison| starts(comparison, class.longest()));
        let (first, last) = starts.fold((i64::MIN, i64::MAX), |(low, high), (first, last)| (low.max(first), high.min(last)));
        let mut head = prefix.to_vec();
        head.push(class as u8);
        let at = head.len();
        let (mut from, mut to) = (head.clone(), head);
        push_u48(&mut from, ordered_time(first));
        push_u48(&mut to, ordered_time(last));
        let all = shared.clone();
        let filter: Filter = Rc::new(move |key| date_of(key, at, class).is_some_and(|(lo, hi)| all.iter().all(|comparison| comparison.admits(lo, hi))));
        out.spans.push(Span::of(KeyRange { from, to: successor(&to) }, at, Order::Head { at, len: 6 }, Some(filter)));
    }
}

/// Between which times a range that is admitted can begin, if it is no longer than `longest`.
pub fn starts(comparison: &Comparison<i64>, longest: i64) -> (i64, i64) {
    match *comparison {
        Comparison::Within(from, to) => (from, to),
        Comparison::Above(bound) | Comparison::AtLeast(bound) => (bound.saturating_sub(longest), i64::MAX),
        Comparison::Below(bound) | Comparison::AtMost(bound) | Comparison::EndsBefore(bound) => (i64::MIN, bound),
        Comparison::StartsAfter(bound) => (bound, i64::MAX),
        Comparison::About(from, to) => (from.saturating_sub(longest), to),
        Comparison::NotWithin(..) => (i64::MIN, i64::MAX),
    }
}

/// The range that a date key holds.
pub fn date_of(key: &[u8], at: usize, class: DateClass) -> Option<(i64, i64)> {
    let lo = time_of(read_u48(key.get(at..at + 6)?));
    let hi = if class.has_end() { time_of(read_u48(key.get(at + 6..at + 12)?)) } else { lo.saturating_add(class.longest()) };
    Some((lo, hi))
}

fn numbers(prefix: Vec<u8>, comparison: &Comparison<f64>, unit: Option<([u8; 2], bool)>) -> Span {
    let at = prefix.len();
    let (low, high) = match *comparison {
        Comparison::Within(from, to) | Comparison::About(from, to) => (from, to),
        Comparison::Above(bound) | Comparison::AtLeast(bound) | Comparison::StartsAfter(bound) => (bound, f64::INFINITY),
        Comparison::Below(bound) | Comparison::AtMost(bound) | Comparison::EndsBefore(bound) => (f64::NEG_INFINITY, bound),
        Comparison::NotWithin(..) => (f64::NEG_INFINITY, f64::INFINITY),
    };
    let bounded = |value: f64| {
        let mut key = prefix.clone();
        key.extend_from_slice(&ordered_f64(value).to_be_bytes());
        key
    };
    let comparison = *comparison;
    let filter: Filter = Rc::new(move |key| {
        let unit_fits =
            unit.is_none_or(|(bits, code_only)| key.get(at + 8..at + 10) == Some(&bits) || (!code_only && key.get(at + 10..at + 12) == Some(&bits)));
        unit_fits
            && key
                .get(at..at + 8)
                .and_then(|value| value.first_chunk::<8>())
                .is_some_and(|value| admits_point(&comparison, float_of(u64::from_be_bytes(*value))))
    });
    Span::of(KeyRange { from: bounded(low), to: successor(&bounded(high)) }, at, Order::Head { at, len: 8 }, Some(filter))
}

/// Undoes [`ordered_f64`].
fn float_of(ordered: u64) -> f64 {
    f64::from_bits(if ordered >> 63 == 1 { ordered & !(1 << 63) } else { !ordered })
}

/// The range of a whole field, for ordering by it.
pub fn whole_field(field: u16, kind: rihla_fhirpath::ParamKind) -> Vec<Span> {
    let mut prefix = vec![FAMILY_ACROSS];
    prefix.extend_from_slice(&field.to_be_bytes());
    if kind != rihla_fhirpath::ParamKind::Date {
        let at = prefix.len();
        return vec![Span::of(KeyRange::prefix(prefix), at, Order::From(at), None)];
    }
    let of_class = |class: DateClass| {
        let mut head = prefix.clone();
        head.push(class as u8);
        let at = head.len();
        Span::of(KeyRange { to: successor(&head), from: after(&head) }, at, Order::Head { at, len: 6 }, None)
    };
    DateClass::ALL.into_iter().map(of_class).collect()
}

//! Composites: the values of several fields, paired within one instance of an element
//! (<https://hl7.org/fhir/R4/search.html#combining>).

use crate::plan::trie::{Composite, CompositePart};
use crate::{Entry, FieldId, IndexValue};
use std::ops::Range;

/// How many combinations one instance of a base element may give. Real resources give a handful; without a bound,
/// two long lists in one resource would multiply into millions.
const MOST: usize = 1_000;

/// Appends every combination of the components' values; components are looked for in `within`, or in `whole` if they
/// are read from the whole resource. Returns how many combinations were left out.
pub(super) fn combine(composite: &Composite, within: &Range<usize>, whole: &Range<usize>, picks: &mut Vec<usize>, out: &mut Vec<Entry<'_>>) -> usize {
    let ranges = |part: &CompositePart| if part.of_resource { whole.clone() } else { within.clone() };
    let all_there = composite.parts.iter().all(|part| ranges(part).any(|at| is_value(out, at, part)));
    if !all_there || composite.parts.is_empty() {
        return 0;
    }
    picks.clear();
    let mut made = 0;
    let mut from = None;
    // Depth first over the components: `picks` holds one entry each, `from` where the next component goes on.
    loop {
        let Some(part) = composite.parts.get(picks.len()) else {
            made += 1;
            if made <= MOST {
                push(composite.field, picks, out);
            }
            from = picks.pop().map(|last| last + 1);
            continue;
        };
        let range = ranges(part);
        let found = (from.unwrap_or(range.start)..range.end).find(|at| is_value(out, *at, part));
        match found {
            Some(at) => {
                picks.push(at);
                from = None;
            }
            None => match picks.pop() {
                Some(last) => from = Some(last + 1),
                None => return made.saturating_sub(MOST),
            },
        }
        if made > MOST * 10 {
            return made - MOST;
        }
    }
}

fn push(field: FieldId, picks: &[usize], out: &mut Vec<Entry<'_>>) {
    let values: Vec<_> = picks.iter().filter_map(|at| out.get(*at)).map(|entry| entry.value.clone()).collect();
    out.push(Entry { field, value: IndexValue::Composite(values) });
}

/// A concept's bare text is no value that a composite could be asked for.
fn is_value(out: &[Entry<'_>], at: usize, part: &CompositePart) -> bool {
    out.get(at).is_some_and(|entry| part.fields.contains(&entry.field) && !matches!(entry.value, IndexValue::Token { code: None, .. }))
}

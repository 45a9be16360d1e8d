//! Which facts touch which weeks, so that the figure of a month does not look at those of other months.

use crate::fact::Fact;
use rihla_store::key::ResKey;
use std::collections::{BTreeMap, BTreeSet};

const WEEK_MS: i64 = 7 * 86_400_000;
/// What lasts for more weeks is looked at whatever is asked.
const LONG: i64 = 60;

/// From when to when; the end is open where something goes on.
pub type Extent = (i64, Option<i64>);

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weeks {
    of: BTreeMap<i64, BTreeSet<ResKey>>,
    long: BTreeSet<ResKey>,
}

/// The week of an instant.
pub fn week(at: i64) -> i64 {
    at.div_euclid(WEEK_MS)
}

/// The weeks of something; none where it is open or long.
fn weeks((from, to): Extent) -> Option<std::ops::RangeInclusive<i64>> {
    let (first, last) = (week(from), week(to?.max(from)));
    (last - first <= LONG).then_some(first..=last)
}

impl Weeks {
    pub fn put(&mut self, key: ResKey, extent: Extent) {
        match weeks(extent) {
            Some(weeks) => weeks.for_each(|week| _ = self.of.entry(week).or_default().insert(key)),
            None => _ = self.long.insert(key),
        }
    }

    pub fn take(&mut self, key: ResKey, extent: Extent) {
        self.long.remove(&key);
        for week in weeks(extent).into_iter().flatten() {
            if let Some(own) = self.of.get_mut(&week) {
                own.remove(&key);
                if own.is_empty() {
                    self.of.remove(&week);
                }
            }
        }
    }

    /// All that may touch a time, in the order of the keys, and perhaps some that do not.
    pub fn touching(&self, from: i64, to: i64) -> Vec<ResKey> {
        if to < from {
            return Vec::new();
        }
        let weeks = self.of.range(week(from)..=week(to));
        let mut out: Vec<ResKey> = weeks.flat_map(|(_, keys)| keys).chain(&self.long).copied().collect();
        out.sort_unstable();
        out.dedup();
        out
    }
}

/// When a fact is of any interest to a figure of a period; none: never.
pub fn extent(fact: &Fact) -> Option<Extent> {
    match fact {
        Fact::Visit(visit) => visit.arrival.map(|arrival| (arrival, visit.end)),
        Fact::Stay(stay) => {
            let begins = stay.spans.iter().map(|span| span.from).chain(stay.from).chain(stay.to);
            let goes_on = stay.to.is_none() || stay.spans.iter().any(|span| span.to.is_none());
            let end = stay.spans.iter().filter_map(|span| span.to).chain(stay.to).max().filter(|_| !goes_on);
            begins.min().map(|begin| (begin, end))
        }
        Fact::Lab(lab) => lab.asked.map(|asked| (asked, Some(asked))),
        Fact::Ticket(ticket) => ticket.issued.map(|issued| (issued, Some(issued))),
        Fact::Place(_) | Fact::Dose { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_touches_a_time_is_found_and_what_was_taken_is_not(
            all in proptest::collection::vec((0i64..400, proptest::option::of(0i64..500)), 1..40), from in 0i64..400, long in 0i64..100, gone in 0usize..40,
        ) {
            let day = 86_400_000;
            let mut weeks = Weeks::default();
            let extents: Vec<Extent> = all.iter().map(|(begin, length)| (begin * day, length.map(|length| (begin + length) * day))).collect();
            for (key, extent) in extents.iter().enumerate() {
                weeks.put(key as ResKey, *extent);
            }
            if let Some(extent) = extents.get(gone) {
                weeks.take(gone as ResKey, *extent);
            }
            let (from, to) = (from * day, (from + long) * day);
            let found = weeks.touching(from, to);
            for (key, (begin, end)) in extents.iter().enumerate() {
                let touches = *begin <= to && end.is_none_or(|end| end >= from);
                prop_assert!(!touches || key == gone || found.contains(&(key as ResKey)));
            }
            prop_assert!(!found.contains(&(gone as ResKey)));
            prop_assert!(found.is_sorted());
        }
    }
}

//! Which people have a key: sorted runs of numbers that are merged as they grow, eight bytes an entry.

use std::collections::BTreeSet;

/// Entries that wait in a tree before they become a run.
const FRESH: usize = 1 << 14;

/// The upper half of an entry is the key's, the lower the person's place.
#[derive(Clone, Debug, Default)]
pub struct Postings {
    fresh: BTreeSet<u64>,
    /// Each at least twice as long as the next.
    runs: Vec<Vec<u64>>,
}

fn entry(key: u64, slot: u32) -> u64 {
    (key & 0xffff_ffff_0000_0000) | u64::from(slot)
}

impl Postings {
    pub fn add(&mut self, key: u64, slot: u32) {
        self.fresh.insert(entry(key, slot));
        if self.fresh.len() >= FRESH {
            self.runs.push(std::mem::take(&mut self.fresh).into_iter().collect());
            while let [.., longer, last] = self.runs.as_slice()
                && longer.len() < last.len() * 2
                && let (Some(last), Some(longer)) = (self.runs.pop(), self.runs.pop())
            {
                self.runs.push(merge(longer, last));
            }
        }
    }

    /// How many have a key.
    pub fn count(&self, key: u64) -> usize {
        let (from, to) = bounds(key);
        self.fresh.range(from..=to).count() + self.stretches(from, to).map(<[u64]>::len).sum::<usize>()
    }

    /// The places of all who have a key.
    pub fn each(&self, key: u64, mut take: impl FnMut(u32)) {
        let (from, to) = bounds(key);
        self.fresh.range(from..=to).for_each(|entry| take(*entry as u32));
        self.stretches(from, to).flatten().for_each(|entry| take(*entry as u32));
    }

    fn stretches(&self, from: u64, to: u64) -> impl Iterator<Item = &[u64]> {
        self.runs.iter().filter_map(move |run| {
            let begin = run.partition_point(|entry| *entry < from);
            let rest = run.get(begin..)?;
            rest.get(..rest.partition_point(|entry| *entry <= to))
        })
    }

    pub fn bytes(&self) -> usize {
        self.fresh.len() * 16 + self.runs.iter().map(|run| run.capacity() * 8).sum::<usize>()
    }
}

fn bounds(key: u64) -> (u64, u64) {
    let from = entry(key, 0);
    (from, from | 0xffff_ffff)
}

fn merge(longer: Vec<u64>, shorter: Vec<u64>) -> Vec<u64> {
    let mut out = Vec::with_capacity(longer.len() + shorter.len());
    let mut right = shorter.into_iter().peekable();
    for entry in longer {
        while let Some(smaller) = right.next_if(|other| *other < entry) {
            out.push(smaller);
        }
        out.push(entry);
    }
    out.extend(right);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_across_runs() {
        let mut postings = Postings::default();
        let key = |number: u64| crate::hash::mix(number % 500);
        for slot in 0..60_000u32 {
            postings.add(key(u64::from(slot) * 7), slot);
        }
        for number in [0, 7, 499] {
            let mut found = Vec::new();
            postings.each(key(number), |slot| found.push(slot));
            found.sort_unstable();
            let wanted: Vec<u32> = (0..60_000).filter(|slot| key(u64::from(*slot) * 7) == key(number)).collect();
            assert_eq!(found, wanted);
            assert_eq!(postings.count(key(number)), wanted.len());
        }
    }
}

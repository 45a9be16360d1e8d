//! Keys that are committed but not yet in the index on disk.
//!
//! Each commit adds one small sorted run; runs of like size are merged, so that a reader meets about a dozen. When
//! enough have gathered they are frozen and written to disk in order, which costs a third of writing them one commit at
//! a time (docs/decisions/0004). A crash loses nothing: the log holds the versions, and the keys are taken from them
//! again when the store is opened.

use crate::key::{KeyBuf, KeyRange, Row};
use std::sync::Arc;

/// A sorted list of keys.
#[derive(Debug)]
pub struct Run {
    keys: KeyBuf,
}

impl Run {
    pub fn from_unsorted(keys: &KeyBuf) -> Self {
        Self { keys: keys.sorted() }
    }

    pub fn keys(&self) -> &KeyBuf {
        &self.keys
    }

    fn lower_bound(&self, key: &[u8]) -> usize {
        let (mut low, mut high) = (0, self.keys.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.keys.get(middle).is_some_and(|found| found < key) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// An immutable view of all runs at a tick. Cheap to clone behind its `Arc`.
#[derive(Clone, Debug, Default)]
pub struct Runs {
    /// Being written to disk: kept visible until that is done.
    frozen: Vec<Arc<Run>>,
    active: Vec<Arc<Run>>,
    tick: Row,
}

impl Runs {
    pub fn at(tick: Row) -> Self {
        Self { tick, ..Self::default() }
    }

    /// The newest row that these runs speak of.
    pub fn tick(&self) -> Row {
        self.tick
    }

    pub fn active_keys(&self) -> usize {
        self.active.iter().map(|run| run.keys.len()).sum()
    }

    /// Keys that are not in the index on disk, those being written to it included.
    pub fn all_keys(&self) -> usize {
        self.frozen.iter().map(|run| run.keys.len()).sum::<usize>() + self.active_keys()
    }

    /// What was set aside last.
    pub fn frozen(&self) -> Option<&Arc<Run>> {
        self.frozen.last()
    }

    /// The view after one more commit.
    pub fn with(&self, run: Run, tick: Row) -> Self {
        let mut active = self.active.clone();
        active.push(Arc::new(run));
        while let [.., before, last] = active.as_slice() {
            if before.keys.len() > 4 * last.keys.len() {
                break;
            }
            let merged = Arc::new(merge(&[before.clone(), last.clone()]));
            active.truncate(active.len() - 2);
            active.push(merged);
        }
        Self { frozen: self.frozen.clone(), active, tick }
    }

    /// The same view with one more run that is never merged: keys not committed yet.
    pub fn beside(&self, run: Run) -> Self {
        let mut active = self.active.clone();
        active.push(Arc::new(run));
        Self { frozen: self.frozen.clone(), active, tick: self.tick }
    }

    /// Sets all runs aside for writing, as one.
    pub fn freeze(&self) -> Self {
        let all: Vec<Arc<Run>> = self.frozen.iter().chain(&self.active).cloned().collect();
        Self { frozen: vec![Arc::new(merge(&all))], active: Vec::new(), tick: self.tick }
    }

    /// The view once the frozen runs are on disk.
    pub fn thaw(&self) -> Self {
        Self { frozen: Vec::new(), active: self.active.clone(), tick: self.tick }
    }

    /// All keys of `range`, merged in order, at most `limit`, each once.
    pub fn scan(&self, range: &KeyRange, reverse: bool, limit: usize, out: &mut KeyBuf) {
        let mut cursors: Vec<Cursor<'_>> = self.frozen.iter().chain(&self.active).filter_map(|run| Cursor::open(run, range, reverse)).collect();
        let mut last: Option<&[u8]> = None;
        let mut taken = 0;
        while taken < limit {
            let best = cursors.iter().enumerate().filter_map(|(at, cursor)| cursor.peek(reverse).map(|key| (key, at)));
            let Some((key, at)) = (if reverse { best.max() } else { best.min() }) else {
                return;
            };
            if last != Some(key) {
                out.push(key);
                taken += 1;
            }
            last = Some(key);
            if let Some(cursor) = cursors.get_mut(at) {
                cursor.step(reverse);
            }
        }
    }
}

/// A place in a run, moving through a range from one end. One binary search opens it: most ranges are a few keys long.
struct Cursor<'r> {
    keys: &'r KeyBuf,
    range: &'r KeyRange,
    /// Keys before it are passed (or, in reverse, still to come).
    at: usize,
}

impl<'r> Cursor<'r> {
    fn open(run: &'r Run, range: &'r KeyRange, reverse: bool) -> Option<Self> {
        let at = run.lower_bound(if reverse { &range.to } else { &range.from });
        let cursor = Cursor { keys: &run.keys, range, at };
        cursor.peek(reverse).is_some().then_some(cursor)
    }

    fn peek(&self, reverse: bool) -> Option<&'r [u8]> {
        if reverse {
            let key = self.keys.get(self.at.checked_sub(1)?)?;
            (key >= self.range.from.as_slice()).then_some(key)
        } else {
            let key = self.keys.get(self.at)?;
            (key < self.range.to.as_slice()).then_some(key)
        }
    }

    fn step(&mut self, reverse: bool) {
        if reverse {
            self.at -= 1;
        } else {
            self.at += 1;
        }
    }
}

/// All keys of several runs as one.
pub fn merge(runs: &[Arc<Run>]) -> Run {
    let mut all = KeyBuf::with_capacity(runs.iter().map(|run| run.keys.len()).sum(), runs.iter().map(|run| run.keys.byte_len()).sum());
    if let [left, right] = runs {
        merge_two(&left.keys, &right.keys, &mut all);
        return Run { keys: all };
    }
    for run in runs {
        all.append(&run.keys);
    }
    Run { keys: all.sorted() }
}

fn merge_two(left: &KeyBuf, right: &KeyBuf, out: &mut KeyBuf) {
    let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
    loop {
        let take_left = match (left.peek(), right.peek()) {
            (Some(a), Some(b)) => {
                if a == b {
                    left.next();
                    continue;
                }
                a < b
            }
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => return,
        };
        if let Some(key) = if take_left { left.next() } else { right.next() } {
            out.push(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn run_of(keys: &[Vec<u8>]) -> Run {
        let mut buffer = KeyBuf::new();
        keys.iter().for_each(|key| buffer.push(key));
        Run::from_unsorted(&buffer)
    }

    proptest! {
        #[test]
        fn runs_answer_like_one_sorted_set(
            commits in prop::collection::vec(prop::collection::vec(prop::collection::vec(0u8..4, 1..4), 0..6), 1..12),
            freeze_after in 0usize..12, from in prop::collection::vec(0u8..4, 0..3), to in prop::collection::vec(0u8..5, 1..3),
            reverse: bool, limit in 1usize..20,
        ) {
            let mut runs = Runs::default();
            for (at, keys) in commits.iter().enumerate() {
                runs = runs.with(run_of(keys), at as Row + 1);
                if at == freeze_after {
                    runs = runs.freeze();
                }
            }
            let range = KeyRange { from, to };
            let model: BTreeSet<Vec<u8>> = commits.into_iter().flatten().filter(|key| range.contains(key)).collect();
            let mut expected: Vec<Vec<u8>> = model.into_iter().collect();
            if reverse {
                expected.reverse();
            }
            expected.truncate(limit);
            let mut found = KeyBuf::new();
            runs.scan(&range, reverse, limit, &mut found);
            prop_assert_eq!(found.iter().map(<[u8]>::to_vec).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn many_small_commits_stay_few_runs() {
        let mut runs = Runs::default();
        for tick in 1..=1000u32 {
            runs = runs.with(run_of(&[tick.to_be_bytes().to_vec()]), tick);
        }
        assert_eq!(runs.active_keys(), 1000);
        assert!(runs.active.len() <= 12, "{}", runs.active.len());
    }
}

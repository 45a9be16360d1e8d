//! Stretches of the index that a view has read: what is asked for next often stands beside what was asked for before.
//!
//! A question about one patient looks several times into the same few hundred bytes of the index: which systems use a code,
//! the newest dates of each, what has no date. Reading a little further with the first look saves the others.

use rihla_store::key::{FAMILY_PATIENT, KeyBuf, KeyRange, successor};

/// Keys read at once where more of them are likely to be asked for.
const WIDE: usize = 96;
/// A look for so few keys only asks what stands there.
const PROBE: usize = 2;
/// Length of what the keys of one patient begin with.
const PATIENT: usize = 5;
/// Stretches remembered.
const KEPT: usize = 8;

struct Stretch {
    from: Vec<u8>,
    /// Exclusive: all keys below it, from `from` on, are in `keys`.
    to: Vec<u8>,
    keys: KeyBuf,
}

#[derive(Default)]
pub struct Stretches(Vec<Stretch>);

/// What is read in place of a range.
pub struct Wider {
    pub range: KeyRange,
    pub limit: usize,
}

/// Whether to read further than asked: yes for a patient's own keys and for a look at what stands there.
pub fn wider(range: &KeyRange, reverse: bool, limit: usize) -> Option<Wider> {
    let patient = range.from.first() == Some(&FAMILY_PATIENT);
    if reverse || limit > WIDE || !(patient || limit <= PROBE) {
        return None;
    }
    let shared = if patient { range.from.get(..PATIENT)? } else { range.from.get(..1)? };
    let to = successor(shared);
    (to >= range.to).then(|| Wider { range: KeyRange { from: range.from.clone(), to }, limit: WIDE })
}

impl Stretches {
    /// Keeps what was read in place of a range.
    pub fn keep(&mut self, read: Wider, keys: KeyBuf) {
        let to = match keys.get(keys.len().wrapping_sub(1)) {
            // There may be more after the last one.
            Some(last) if keys.len() >= read.limit => last.iter().copied().chain([0]).collect(),
            _ => read.range.to,
        };
        if self.0.len() >= KEPT {
            self.0.remove(0);
        }
        self.0.push(Stretch { from: read.range.from, to, keys });
    }

    /// Answers from what was read, if that is the whole answer.
    pub fn answer(&self, range: &KeyRange, reverse: bool, limit: usize, out: &mut KeyBuf) -> bool {
        self.0.iter().any(|stretch| stretch.answer(range, reverse, limit, out))
    }
}

impl Stretch {
    fn answer(&self, range: &KeyRange, reverse: bool, limit: usize, out: &mut KeyBuf) -> bool {
        let begun = if reverse { range.to > self.from && range.to <= self.to } else { range.from >= self.from && range.from < self.to };
        let whole = range.from >= self.from && range.to <= self.to;
        if !begun {
            return false;
        }
        let inside = self.keys.iter().filter(|key| range.contains(key));
        let found: Vec<&[u8]> = if reverse { inside.rev().take(limit).collect() } else { inside.take(limit).collect() };
        if !whole && found.len() < limit {
            return false;
        }
        found.into_iter().for_each(|key| out.push(key));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(from: &[u8], to: &[u8]) -> KeyRange {
        KeyRange { from: from.to_vec(), to: to.to_vec() }
    }

    /// What a table that holds `keys` would answer.
    fn table(keys: &[Vec<u8>], range: &KeyRange, reverse: bool, limit: usize) -> Vec<Vec<u8>> {
        let mut inside: Vec<Vec<u8>> = keys.iter().filter(|key| range.contains(key)).cloned().collect();
        if reverse {
            inside.reverse();
        }
        inside.truncate(limit);
        inside
    }

    #[test]
    fn a_stretch_answers_as_the_table_does_or_not_at_all() {
        // Three patients; the second has more keys than are read at once.
        let keys: Vec<Vec<u8>> = [(1u8, 30u8), (2, 250), (3, 40)]
            .into_iter()
            .flat_map(|(patient, count)| (0..count).map(move |at| vec![FAMILY_PATIENT, 0, 0, 0, patient, at / 7, at]))
            .collect();
        let bounds: Vec<Vec<u8>> =
            (1..=4u8).flat_map(|patient| (0..=40u8).step_by(3).map(move |field| vec![FAMILY_PATIENT, 0, 0, 0, patient, field])).collect();
        let (mut answered, mut asked) = (0, 0);
        for first in &bounds {
            let probe = range(first, &successor(first));
            let Some(read) = wider(&probe, false, 1) else { panic!("a patient's keys are read widely") };
            let mut found = KeyBuf::new();
            table(&keys, &read.range, false, read.limit).iter().for_each(|key| found.push(key));
            let mut stretches = Stretches::default();
            stretches.keep(read, found);
            for (from, to) in bounds.iter().flat_map(|from| bounds.iter().filter(move |to| *to > from).map(move |to| (from, to))) {
                for (reverse, limit) in [(false, 1), (false, 24), (true, 2), (true, 500)] {
                    let (question, mut out) = (range(from, to), KeyBuf::new());
                    asked += 1;
                    if stretches.answer(&question, reverse, limit, &mut out) {
                        answered += 1;
                        let heard: Vec<Vec<u8>> = out.iter().map(<[u8]>::to_vec).collect();
                        assert_eq!(heard, table(&keys, &question, reverse, limit), "{question:?} {reverse} {limit} after {first:?}");
                    }
                }
            }
        }
        assert!(answered * 100 > asked, "{answered} of {asked}");
    }

    #[test]
    fn what_is_asked_in_bulk_is_read_as_asked() {
        let patient = range(&[FAMILY_PATIENT, 0, 0, 0, 1, 5], &[FAMILY_PATIENT, 0, 0, 0, 1, 6]);
        assert!(wider(&patient, false, 24).is_some() && wider(&patient, false, 5000).is_none() && wider(&patient, true, 1).is_none());
        let across = range(&[4, 5], &[4, 6]);
        assert!(wider(&across, false, 1).is_some() && wider(&across, false, 24).is_none());
    }
}

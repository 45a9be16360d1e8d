//! Which message may be worked with next: each patient has a lane, and only the first of a lane moves.
//!
//! A message about two patients (a merge) stands in both lanes and waits until it is first in both.

use super::names::Seq;
use rihla_kernel::Instant;
use std::collections::{BTreeSet, HashMap, VecDeque};

#[derive(Debug, Default)]
pub struct Lanes {
    lanes: HashMap<u64, VecDeque<Seq>>,
    keys: HashMap<Seq, Vec<u64>>,
    /// First in all their lanes, and nobody has them.
    ready: BTreeSet<Seq>,
    /// Not before this.
    due: HashMap<Seq, Instant>,
    /// How often a message was given back.
    tries: HashMap<Seq, u32>,
    taken: BTreeSet<Seq>,
    parked: BTreeSet<Seq>,
}

impl Lanes {
    pub fn len(&self) -> usize {
        self.keys.len() - self.parked.len()
    }

    pub fn parked(&self) -> usize {
        self.parked.len()
    }

    /// Appends a message; `keys` name its patients. One without a patient waits for nobody.
    pub fn push(&mut self, seq: Seq, mut keys: Vec<u64>) {
        keys.sort_unstable();
        keys.dedup();
        for key in &keys {
            self.lanes.entry(*key).or_default().push_back(seq);
        }
        self.keys.insert(seq, keys);
        self.look(seq);
    }

    /// The oldest that may be worked with, which is taken by this.
    pub fn next(&mut self, now: Instant) -> Option<Seq> {
        let seq = self.ready.iter().copied().find(|seq| self.due.get(seq).is_none_or(|due| *due <= now))?;
        self.ready.remove(&seq);
        self.taken.insert(seq);
        Some(seq)
    }

    /// Gives a message back, to be tried again from `due` on. Its lane waits for it.
    pub fn give_back(&mut self, seq: Seq, due: Instant) {
        if self.taken.remove(&seq) {
            self.due.insert(seq, due);
            self.ready.insert(seq);
            *self.tries.entry(seq).or_default() += 1;
        }
    }

    /// The earliest time at which one of those that were given back may be tried.
    pub fn due(&self) -> Option<Instant> {
        self.ready.iter().filter_map(|seq| self.due.get(seq)).min().copied()
    }

    pub fn tries(&self, seq: Seq) -> u32 {
        self.tries.get(&seq).copied().unwrap_or(0)
    }

    /// A message waits for a person; its lane waits with it.
    pub fn park(&mut self, seq: Seq) {
        if self.keys.contains_key(&seq) {
            self.taken.remove(&seq);
            self.ready.remove(&seq);
            self.parked.insert(seq);
        }
    }

    pub fn unpark(&mut self, seq: Seq) {
        if self.parked.remove(&seq) {
            self.due.remove(&seq);
            self.look(seq);
        }
    }

    /// A message is done with; those behind it move up.
    pub fn finish(&mut self, seq: Seq) {
        self.taken.remove(&seq);
        self.ready.remove(&seq);
        self.parked.remove(&seq);
        self.due.remove(&seq);
        self.tries.remove(&seq);
        for key in self.keys.remove(&seq).unwrap_or_default() {
            let Some(lane) = self.lanes.get_mut(&key) else { continue };
            lane.retain(|it| *it != seq);
            match lane.front().copied() {
                Some(first) => self.look(first),
                None => _ = self.lanes.remove(&key),
            }
        }
    }

    /// How many wait behind a message.
    pub fn behind(&self, seq: Seq) -> usize {
        let lanes = self.keys.get(&seq).into_iter().flatten().filter_map(|key| self.lanes.get(key));
        lanes.flat_map(|lane| lane.iter().filter(|it| **it > seq)).collect::<BTreeSet<_>>().len()
    }

    fn look(&mut self, seq: Seq) {
        if self.taken.contains(&seq) || self.parked.contains(&seq) {
            return;
        }
        let Some(keys) = self.keys.get(&seq) else { return };
        if keys.iter().all(|key| self.lanes.get(key).and_then(|lane| lane.front()) == Some(&seq)) {
            self.ready.insert(seq);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_patient_is_worked_with_in_order_and_nothing_is_left(
            messages in prop::collection::vec(prop::collection::vec(0u64..4, 0..3), 0..40),
            choices in prop::collection::vec((0u8..4, any::<prop::sample::Index>()), 0..400),
        ) {
            let mut lanes = Lanes::default();
            for (place, keys) in messages.iter().enumerate() {
                lanes.push(Seq(place as u64), keys.clone());
            }
            let (mut held, mut parked, mut done) = (Vec::new(), Vec::new(), Vec::new());
            let now = Instant(5);
            for (what, which) in choices {
                match what {
                    0 => held.extend(lanes.next(now)),
                    1 if !held.is_empty() => {
                        let seq = held.remove(which.index(held.len()));
                        lanes.finish(seq);
                        done.push(seq);
                    }
                    2 if !held.is_empty() => lanes.give_back(held.remove(which.index(held.len())), Instant(which.index(6) as i64)),
                    3 if !held.is_empty() => {
                        let seq = held.remove(which.index(held.len()));
                        lanes.park(seq);
                        parked.push(seq);
                    }
                    _ => {}
                }
            }
            parked.into_iter().for_each(|seq| lanes.unpark(seq));
            for seq in held {
                lanes.finish(seq);
                done.push(seq);
            }
            while let Some(seq) = lanes.next(Instant(i64::MAX)) {
                lanes.finish(seq);
                done.push(seq);
            }
            prop_assert_eq!(done.len(), messages.len());
            prop_assert_eq!(lanes.len(), 0);
            for key in 0..4 {
                let order: Vec<_> = done.iter().filter(|seq| messages[seq.0 as usize].contains(&key)).collect();
                prop_assert!(order.is_sorted(), "patient {}: {:?}", key, order);
            }
        }
    }

    #[test]
    fn who_waits_for_a_person_holds_their_own_lane_alone() {
        let mut lanes = Lanes::default();
        for (seq, key) in [(1, 7), (2, 7), (3, 8)] {
            lanes.push(Seq(seq), vec![key]);
        }
        assert_eq!(lanes.next(Instant(0)), Some(Seq(1)));
        lanes.park(Seq(1));
        assert_eq!((lanes.next(Instant(0)), lanes.next(Instant(0))), (Some(Seq(3)), None));
        assert_eq!((lanes.behind(Seq(1)), lanes.parked()), (1, 1));
        lanes.finish(Seq(1));
        assert_eq!(lanes.next(Instant(0)), Some(Seq(2)));
    }
}

//! What is going to happen, in the order of its time.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// Planned events of one run, and the time that it has come to, in minutes.
#[derive(Debug)]
pub struct Agenda<E> {
    planned: BinaryHeap<Reverse<Planned<E>>>,
    now: f64,
    count: u64,
}

#[derive(Debug)]
struct Planned<E> {
    at: f64,
    /// What was planned first happens first at one time.
    nth: u64,
    event: E,
}

impl<E> Ord for Planned<E> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.at.total_cmp(&other.at).then(self.nth.cmp(&other.nth))
    }
}

impl<E> PartialOrd for Planned<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> PartialEq for Planned<E> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<E> Eq for Planned<E> {}

impl<E> Default for Agenda<E> {
    fn default() -> Self {
        Self { planned: BinaryHeap::new(), now: 0.0, count: 0 }
    }
}

impl<E> Agenda<E> {
    pub fn now(&self) -> f64 {
        self.now
    }

    /// Plans something so many minutes from now; a time before now is now.
    pub fn after(&mut self, minutes: f64, event: E) {
        self.count += 1;
        self.planned.push(Reverse(Planned { at: self.now + minutes.max(0.0), nth: self.count, event }));
    }

    /// The next event before `until`, which becomes the present; none: the time is `until`.
    pub fn next_before(&mut self, until: f64) -> Option<E> {
        match self.planned.peek() {
            Some(Reverse(next)) if next.at < until => {
                let Reverse(next) = self.planned.pop()?;
                self.now = next.at;
                Some(next.event)
            }
            _ => {
                self.now = until;
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_in_their_order_and_what_was_planned_first_comes_first() {
        let mut agenda = Agenda::default();
        for (minutes, name) in [(5.0, 'c'), (1.0, 'a'), (5.0, 'd'), (-3.0, '0'), (9.0, 'z')] {
            agenda.after(minutes, name);
        }
        let seen: Vec<_> = std::iter::from_fn(|| agenda.next_before(9.0).map(|name| (name, agenda.now()))).collect();
        assert_eq!(seen, [('0', 0.0), ('a', 1.0), ('c', 5.0), ('d', 5.0)]);
        assert_eq!(agenda.now(), 9.0, "what is planned for the end does not happen any more");
    }
}

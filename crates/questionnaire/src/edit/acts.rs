//! What the buttons of the editor do.

use super::{By, ENTRIES, Entry, Work};
use crate::model::Kind;
use std::collections::BTreeMap;

impl Work {
    /// Does what a button is called: `add`, `add:3` (below the fourth), `up:3`, `down:3`, `in:3`, `out:3`, `copy:3`, `remove:3`,
    /// `option-up:3.1`, `option-remove:3.1`, `when-remove:3.0`. Where it can do nothing, nothing is done. The entry that it
    /// leaves in view.
    pub fn act(&mut self, act: &str) -> Option<usize> {
        let (name, place) = act.split_once(':').unwrap_or((act, ""));
        let (at, part) = place.split_once('.').unwrap_or((place, ""));
        let (at, part) = (at.parse::<usize>().ok(), part.parse::<usize>().ok());
        let there = at.filter(|at| *at < self.entries.len());
        let done = match (name, there) {
            ("add", _) => self.add(there),
            ("up", Some(at)) => self.before(at).map(|before| self.swap(before, at)),
            ("down", Some(at)) => self.after(at).map(|after| {
                self.swap(at, after);
                at + self.length(at)
            }),
            ("in", Some(at)) => self.inward(at),
            ("out", Some(at)) => self.outward(at),
            ("copy", Some(at)) => self.copy(at),
            ("remove", Some(at)) => {
                let length = self.length(at);
                self.entries.drain(at..at + length);
                Some(at.saturating_sub(1)).filter(|_| !self.entries.is_empty())
            }
            (_, Some(at)) => self.part(name, at, part),
            _ => None,
        };
        self.settle();
        done
    }

    fn part(&mut self, name: &str, at: usize, part: Option<usize>) -> Option<usize> {
        let (entry, part) = (self.entries.get_mut(at)?, part?);
        match name {
            "option-up" if part > 0 && part < entry.options.len() => entry.options.swap(part - 1, part),
            "option-remove" if part < entry.options.len() => {
                entry.options.remove(part);
            }
            "when-remove" if part < entry.when.len() => {
                entry.when.remove(part);
            }
            _ => return None,
        }
        Some(at)
    }

    /// A linkId that is free: those of entries that were there stay what they are, since answers name them.
    fn fresh(&self) -> String {
        let taken = |link: &str| self.entries.iter().any(|entry| entry.link == link);
        (1..=ENTRIES * 2).map(|number| format!("q{number}")).find(|link| !taken(link)).unwrap_or_default()
    }

    fn add(&mut self, below: Option<usize>) -> Option<usize> {
        if self.entries.len() >= ENTRIES {
            return None;
        }
        let (at, depth) = match below {
            // Into a group that it is asked for at; else beside.
            Some(at) if self.entries.get(at).is_some_and(|entry| entry.is() == Some(Kind::Group)) => (at + self.length(at), self.depth(at) + 1),
            Some(at) => (at + self.length(at), self.depth(at)),
            None => (self.entries.len(), 0),
        };
        let link = self.fresh();
        self.entries.insert(at, Entry { link, depth, kind: "boolean".to_owned(), ..Entry::default() });
        Some(at)
    }

    fn depth(&self, at: usize) -> usize {
        self.entries.get(at).map_or(0, |entry| entry.depth)
    }

    /// The neighbour before, within the same group.
    fn before(&self, at: usize) -> Option<usize> {
        let depth = self.depth(at);
        let near = (0..at).rev().find(|other| self.depth(*other) <= depth)?;
        (self.depth(near) == depth).then_some(near)
    }

    fn after(&self, at: usize) -> Option<usize> {
        let next = at + self.length(at);
        (next < self.entries.len() && self.depth(next) == self.depth(at)).then_some(next)
    }

    /// Two neighbours change places, with what lies in them.
    fn swap(&mut self, first: usize, second: usize) -> usize {
        let end = second + self.length(second);
        if let Some(both) = self.entries.get_mut(first..end) {
            both.rotate_left(second - first);
        }
        first
    }

    fn inward(&mut self, at: usize) -> Option<usize> {
        let before = self.before(at)?;
        (self.entries.get(before)?.is() == Some(Kind::Group)).then_some(())?;
        self.shift(at, self.length(at), 1);
        Some(at)
    }

    fn outward(&mut self, at: usize) -> Option<usize> {
        let depth = self.depth(at).checked_sub(1)?;
        let parent = (0..at).rev().find(|other| self.depth(*other) == depth)?;
        let (length, end) = (self.length(at), parent + self.length(parent));
        self.shift(at, length, -1);
        self.entries.get_mut(at..end)?.rotate_left(length);
        Some(end - length)
    }

    fn shift(&mut self, at: usize, length: usize, by: isize) {
        for entry in self.entries.iter_mut().skip(at).take(length) {
            entry.depth = entry.depth.saturating_add_signed(by);
        }
    }

    /// The copies have linkIds of their own, and what refers from one of them to another goes on to do so.
    fn copy(&mut self, at: usize) -> Option<usize> {
        let length = self.length(at);
        if self.entries.len() + length > ENTRIES {
            return None;
        }
        let mut copies: Vec<Entry> = self.entries.get(at..at + length)?.to_vec();
        let mut links: BTreeMap<String, String> = BTreeMap::new();
        for (offset, copy) in copies.iter_mut().enumerate() {
            let link = self.fresh();
            links.insert(std::mem::replace(&mut copy.link, link.clone()), link);
            self.entries.insert(at + length + offset, copy.clone());
        }
        let turned = |link: &mut String| {
            if let Some(new) = links.get(link.as_str()) {
                link.clone_from(new);
            }
        };
        for copy in self.entries.iter_mut().skip(at + length).take(length) {
            copy.when.iter_mut().for_each(|when| turned(&mut when.question));
            if copy.by == By::Sum {
                copy.summed.iter_mut().for_each(turned);
            }
        }
        Some(at + length)
    }
}

//! What was read lately and never changes: bounded, and forgotten by halves.
//!
//! What is put in is found until as much again as half the room was put in or asked for after it.

use rihla_store_engine::memory::lock;
use std::collections::HashMap;
use std::sync::Mutex;

/// Threads that look at once seldom look into the same part.
const PARTS: usize = 16;

pub struct Lately<V> {
    parts: [Mutex<Part<V>>; PARTS],
    /// Bytes that a part's newer half may hold.
    half: usize,
}

struct Part<V> {
    newer: HashMap<u32, (V, usize)>,
    older: HashMap<u32, (V, usize)>,
    held: usize,
}

impl<V> Default for Part<V> {
    fn default() -> Self {
        Self { newer: HashMap::new(), older: HashMap::new(), held: 0 }
    }
}

impl<V: Clone> Part<V> {
    fn put(&mut self, key: u32, value: V, bytes: usize, half: usize) {
        if self.held + bytes > half {
            self.older = std::mem::take(&mut self.newer);
            self.held = 0;
        }
        self.held += bytes;
        self.newer.insert(key, (value, bytes));
    }
}

impl<V: Clone> Lately<V> {
    /// `room` is in bytes.
    pub fn new(room: usize) -> Self {
        Self { parts: std::array::from_fn(|_| Mutex::default()), half: room / PARTS / 2 }
    }

    fn part(&self, key: u32) -> Option<&Mutex<Part<V>>> {
        self.parts.get(key as usize % PARTS)
    }

    pub fn get(&self, key: u32) -> Option<V> {
        let mut part = lock(self.part(key)?);
        if let Some((value, _)) = part.newer.get(&key) {
            return Some(value.clone());
        }
        let (value, bytes) = part.older.remove(&key)?;
        part.put(key, value.clone(), bytes, self.half);
        Some(value)
    }

    /// `bytes`: what the value takes. One that takes all the room is not kept.
    pub fn put(&self, key: u32, value: V, bytes: usize) {
        if bytes <= self.half
            && let Some(part) = self.part(key)
        {
            lock(part).put(key, value, bytes, self.half);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_stays_and_the_rest_goes() {
        let lately = Lately::new(PARTS * 200);
        // All in one part, which holds ten in each half.
        let key = |number: u32| number * PARTS as u32;
        for number in 0..100 {
            lately.put(key(number), number, 10);
            assert_eq!(lately.get(key(0)), Some(0), "after {number}");
        }
        assert_eq!(lately.get(key(99)), Some(99));
        assert_eq!(lately.get(key(50)), None);
        lately.put(key(200), 200, 101);
        assert_eq!(lately.get(key(200)), None);
        let held: usize = lately.parts.iter().map(lock).map(|part| part.newer.len() + part.older.len()).sum();
        assert!(held <= 20, "{held}");
    }
}

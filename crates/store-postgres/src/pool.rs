//! Lines for those who read, kept open between questions.

use crate::fault;
use crate::wire::{Line, Place};
use rihla_kernel::Fault;
use rihla_store_engine::memory::lock;
use std::sync::Mutex;

/// Lines kept for the next question; those beyond are closed after use.
const KEPT: usize = 32;

pub struct Pool {
    place: Place,
    idle: Mutex<Vec<Line>>,
}

impl Pool {
    pub fn new(place: Place) -> Self {
        Self { place, idle: Mutex::default() }
    }

    pub fn take(&self) -> Result<Line, Fault> {
        // Taken in a statement of its own: a connection is not made while the others wait.
        let idle = lock(&self.idle).pop();
        idle.map_or_else(|| self.fresh(), Ok)
    }

    /// A line that nobody used before.
    pub fn fresh(&self) -> Result<Line, Fault> {
        Line::open(&self.place).map_err(fault::of)
    }

    pub fn give(&self, line: Line) {
        let mut idle = lock(&self.idle);
        if idle.len() < KEPT {
            idle.push(line);
        }
    }

    /// One line broke, so most likely all did.
    pub fn forget(&self) {
        lock(&self.idle).clear();
    }
}

//! Finding a person as their name, number or birth is typed (docs/decisions/0010-people-finder.md).
//!
//! `rules` is what the country's pack knows; `question` reads what was typed; `index` holds the words of all names in
//! memory and is made by `fill`; `card` is what a Patient is found by. Numbers stand in the ordered index on disk.

mod answer;
mod card;
mod fill;
mod index;
mod near;
mod question;
mod rules;

pub use answer::{People, PeopleQuery, Person, WordMatch};
pub(crate) use card::Card;
pub use card::PeopleFields;
pub use question::How;
pub use rules::{NameRules, Particles, PhoneRules};

use crate::backend::{Backend, SharedBackend, Snapshot};
use crate::handle::Store;
use crate::indexer::Indexer;
use fill::{Source, catch_up, numbers_are_made};
use index::Index;
use rihla_kernel::{Fault, FaultKind};
use std::sync::{Arc, Mutex, RwLock, RwLockReadGuard};

/// Versions of people that a question takes in by itself; more are taken in aside.
const CATCH_UP: usize = 500;

/// The finder's state, shared by all handles of a store.
#[derive(Default)]
pub(crate) struct Finder {
    index: RwLock<Option<Ready>>,
    /// Held by whoever fills; a question that finds it taken does not wait.
    filling: Mutex<()>,
}

struct Ready {
    index: Index,
    /// Numbers of all people can be looked up.
    numbers: bool,
}

/// Figures of the finder, for operators and benchmarks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FinderStatus {
    /// Whether answers are complete.
    pub ready: bool,
    /// Versions of people that can be found.
    pub people: usize,
    pub words: usize,
    /// Memory that grows with the record.
    pub bytes: usize,
}

impl Store {
    /// Makes the finder of people ready, or waits for who does. A server calls it in a thread of its own once it has
    /// started; a question that comes before is answered with what there is, and says so.
    pub fn fill_people(&self) -> Result<(), Fault> {
        self.people.fill(&self.backend, self.indexer())
    }

    pub fn people_status(&self) -> FinderStatus {
        let ready = self.people.read();
        ready.as_ref().map_or_else(FinderStatus::default, |ready| FinderStatus {
            ready: true,
            people: ready.index.len(),
            words: ready.index.word_count(),
            bytes: ready.index.bytes(),
        })
    }
}

impl Finder {
    fn read(&self) -> RwLockReadGuard<'_, Option<Ready>> {
        self.index.read().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn fill(&self, backend: &SharedBackend, indexer: &Arc<Indexer>) -> Result<(), Fault> {
        let _one = self.filling.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if self.read().is_none() {
            let weak = Arc::downgrade(backend);
            let index = Source { backend: &weak, indexer }.fill()?;
            let numbers = numbers_are_made(backend.snapshot(None)?.as_ref(), &index)?;
            *self.index.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(Ready { index, numbers });
        }
        while !self.advance(backend.snapshot(None)?.as_ref(), indexer)? {}
        Ok(())
    }

    /// Takes in what is new up to the view, as far as that is little. Returns whether all is in.
    fn advance(&self, view: &dyn Snapshot, indexer: &Indexer) -> Result<bool, Fault> {
        if self.read().as_ref().is_some_and(|ready| ready.index.tick >= view.tick()) {
            return Ok(true);
        }
        let mut ready = self.index.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        match ready.as_mut() {
            Some(ready) if ready.index.tick < view.tick() => catch_up(view, indexer, CATCH_UP, &mut ready.index),
            found => Ok(found.is_some()),
        }
    }

    /// Fills in a thread of its own, unless somebody does already.
    fn fill_aside(self: &Arc<Self>, backend: &Arc<dyn Backend>, indexer: &Arc<Indexer>) {
        if self.filling.try_lock().is_err() {
            return;
        }
        let (finder, weak, indexer) = (self.clone(), Arc::downgrade(backend), indexer.clone());
        let work = move || {
            // A fault here comes again, and is said, when a question finds the index as it was.
            if let Some(backend) = weak.upgrade() {
                let _ = finder.fill(&backend, &indexer);
            }
        };
        let _ = std::thread::Builder::new().name("rihla-people".into()).spawn(work);
    }
}

fn not_ready() -> Fault {
    Fault::new(FaultKind::Unavailable, "RH-PEOPLE-FILLING", "The list of people is still being made ready; some may be missing. Ask again in a moment.")
}

fn numbers_missing() -> Fault {
    Fault::new(
        FaultKind::Unavailable,
        "RH-PEOPLE-NUMBERS",
        "This store's index was made by an earlier version of the program: not all people are found by their numbers. Run `rihla rebuild`.",
    )
}

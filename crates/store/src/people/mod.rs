//! Finding a person as their name, number or birth is typed (docs/decisions/0010-people-finder.md).
//!
//! `rules` is what the country's pack knows; `question` reads what was typed; `index` holds the words of all names in
//! memory and is made by `fill`; `card` is what a Patient is found by. Numbers stand in the ordered index on disk.

mod answer;
mod card;
mod everybody;
mod fill;
mod index;
mod near;
mod question;
mod rules;
#[cfg(test)]
mod tests;

pub use answer::{People, PeopleQuery, Person, WordMatch};
pub(crate) use card::KIND_REPLACED;
pub use card::PeopleFields;
pub(crate) use card::{Card, is_replaced};
pub use everybody::PlatformPatient;
pub(crate) use fill::body_of;
pub use question::How;
pub use rules::{NameRules, Particles, PhoneRules};

use crate::backend::{Backend, Snapshot};
use crate::handle::{Scoped, Store};
use crate::indexer::Indexer;
use fill::{Source, catch_up, numbers_are_made};
use index::Index;
use rihla_fhir::r4::TypeId;
use rihla_kernel::{Fault, FaultKind};
use roaring::RoaringBitmap;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, RwLock, RwLockReadGuard, Weak};

/// Versions of people that a question takes in by itself; more are taken in aside.
const CATCH_UP: usize = 500;

/// The finder's state, shared by all handles of a store.
#[derive(Default)]
pub(crate) struct Finder {
    index: RwLock<Option<Ready>>,
    /// Held by whoever fills; a question that finds it taken does not wait.
    filling: Mutex<()>,
    scopes: Mutex<Scopes>,
}

/// Who of the people each scope lets through, by the scope's fingerprint. What is shown is asked of the scope itself all
/// the same, so that two scopes of one fingerprint could hide somebody, never show.
type Scopes = HashMap<u64, Allowed>;

/// Of the first `people`.
#[derive(Clone)]
struct Allowed {
    people: u32,
    set: Arc<RoaringBitmap>,
}

/// Patients of a scope that are looked up one by one; for more, everyone is gone through.
const FEW_PATIENTS: u64 = 30_000;

/// Scopes remembered at most: some ten megabytes at two million people. Then the memory starts afresh.
const SCOPES: usize = 64;

struct Ready {
    index: Index,
    /// Numbers of all people are known to be in the index on disk.
    numbers: AtomicBool,
}

impl Ready {
    /// Asked again while they are not: a rebuild makes them.
    fn has_numbers(&self, view: &dyn Snapshot) -> Result<bool, Fault> {
        if !self.numbers.load(Ordering::Relaxed) {
            self.numbers.store(numbers_are_made(view, &self.index)?, Ordering::Relaxed);
        }
        Ok(self.numbers.load(Ordering::Relaxed))
    }
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
        self.people.fill(&Arc::downgrade(&self.backend), self.indexer())
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

    /// The store may be closed and dropped meanwhile: then this ends with a fault.
    fn fill(&self, backend: &Weak<dyn Backend>, indexer: &Arc<Indexer>) -> Result<(), Fault> {
        let _one = self.filling.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let source = Source { backend, indexer };
        if self.read().is_none() {
            let ready = Ready { index: source.fill()?, numbers: AtomicBool::new(false) };
            *self.index.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(ready);
        }
        while !source.viewed(|view| self.advance(view, indexer))? {}
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

    /// Who may be found by a handle; `None`: everyone.
    fn allowed(&self, index: &Index, by: &Scoped) -> Option<Arc<RoaringBitmap>> {
        if by.scope.is_everything() {
            return None;
        }
        let (name, people, patient) = (by.scope.fingerprint(), index.len() as u32, by.indexer().patient_type());
        let known = self.scopes().get(&name).cloned();
        let (from, mut set) = match &known {
            Some(known) if known.people >= people => return Some(known.set.clone()),
            Some(known) => (known.people, known.set.as_ref().clone()),
            None => (0, RoaringBitmap::new()),
        };
        let allows = |res, site| by.scope.allows_that(patient, site, res);
        match by.scope.patients_of(TypeId(patient)).filter(|patients| from == 0 && patients.len() < FEW_PATIENTS) {
            Some(patients) => set = index.allowed_of(patients, allows),
            None => index.extend_allowed(from, allows, &mut set),
        }
        let set = Arc::new(set);
        let mut scopes = self.scopes();
        if scopes.len() >= SCOPES {
            scopes.clear();
        }
        scopes.insert(name, Allowed { people, set: set.clone() });
        Some(set)
    }

    fn scopes(&self) -> MutexGuard<'_, Scopes> {
        self.scopes.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Fills in a thread of its own, unless somebody does already.
    fn fill_aside(self: &Arc<Self>, backend: &Arc<dyn Backend>, indexer: &Arc<Indexer>) {
        if self.filling.try_lock().is_err() {
            return;
        }
        let (finder, weak, indexer) = (self.clone(), Arc::downgrade(backend), indexer.clone());
        // A fault here comes again, and is said, when a question finds the index as it was.
        let work = move || finder.fill(&weak, &indexer).unwrap_or_default();
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

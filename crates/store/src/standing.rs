//! Whether the record takes what is written, and what has to go on while it does not.
//!
//! A full disk or a database that is away ends writing, and must not end reading: whoever reads needs a session, and a
//! session is written down. State of that kind ("passing": sessions, what somebody acts in, what they opened last) is kept
//! in memory meanwhile, is read as if it had been written, and goes along with the next commit that is taken. Nothing else
//! is: whoever saves something is told the truth.

use crate::handle::{Scoped, Store};
use rihla_kernel::{Code, Fault, FaultKind, Instant};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Marks that are kept in memory at most; beyond it the refusal stands.
const MOST: usize = 8192;
/// What a try to write writes: more than what a log may have room for that was made before the disk was full.
const TRIED: usize = 64 << 10;
/// The mark that a try writes and takes away again.
const TRY: &str = "standing/try";

/// Named operational state; an empty value takes a name away.
pub type Marks = Vec<(String, Vec<u8>)>;

/// The record takes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadOnly {
    pub since: Instant,
    /// Of the refusal that began it, such as `RH-STORE-DISK-FULL`.
    pub code: Code,
}

/// One for a store.
pub(crate) struct Standing {
    now: watch::Sender<Option<ReadOnly>>,
    held: Mutex<Held>,
}

impl Default for Standing {
    fn default() -> Self {
        Self { now: watch::Sender::new(None), held: Mutex::default() }
    }
}

#[derive(Default)]
struct Held {
    marks: BTreeMap<String, Kept>,
    turn: u64,
}

#[derive(Clone)]
struct Kept {
    value: Vec<u8>,
    turn: u64,
    /// A commit under way writes another value of this name: it is read already, and no other commit takes it along.
    under_way: bool,
}

/// What a commit took along, for when its end is heard.
#[derive(Default)]
pub(crate) struct Along {
    /// Names in memory that this commit writes, with the turn that it wrote.
    written: Vec<(String, u64)>,
    /// What stood in memory before this commit named its own value.
    before: Vec<(String, Kept)>,
}

impl Standing {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A value in memory; `None`: ask the store.
    pub(crate) fn mark(&self, name: &str) -> Option<Vec<u8>> {
        self.held().marks.get(name).map(|kept| kept.value.clone())
    }

    /// What the store lists, with what is in memory in its place.
    pub(crate) fn over(&self, prefix: &str, listed: Marks) -> Marks {
        let held = self.held();
        let mut own = held.marks.range(prefix.to_owned()..).take_while(|(name, _)| name.starts_with(prefix)).peekable();
        if own.peek().is_none() {
            return listed;
        }
        let mut all: BTreeMap<String, Vec<u8>> = listed.into_iter().collect();
        all.extend(own.map(|(name, kept)| (name.clone(), kept.value.clone())));
        all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Puts what is in memory into a commit that is about to be handed over; `submit` hands it over before anybody else
    /// can, so that what is written later comes later.
    pub(crate) fn along<T>(&self, mut marks: Marks, submit: impl FnOnce(Marks) -> T) -> (T, Along) {
        let mut held = self.held();
        let mut along = Along::default();
        if !held.marks.is_empty() {
            for (name, value) in &marks {
                held.turn += 1;
                let turn = held.turn;
                if let Some(kept) = held.marks.get_mut(name) {
                    along.before.push((name.clone(), kept.clone()));
                    *kept = Kept { value: value.clone(), turn, under_way: true };
                    along.written.push((name.clone(), turn));
                }
            }
            for (name, kept) in held.marks.iter().filter(|(_, kept)| !kept.under_way) {
                along.written.push((name.clone(), kept.turn));
                marks.push((name.clone(), kept.value.clone()));
            }
        }
        (submit(marks), along)
    }

    /// How a commit ended.
    pub(crate) fn heard<T>(&self, outcome: &Result<T, Fault>, along: Along, now: Instant) {
        let mut held = self.held();
        match outcome {
            Ok(_) => {
                for (name, turn) in along.written {
                    if held.marks.get(&name).is_some_and(|kept| kept.turn == turn) {
                        held.marks.remove(&name);
                    }
                }
            }
            Err(_) => {
                for ((name, before), (_, turn)) in along.before.into_iter().zip(along.written) {
                    if held.marks.get(&name).is_some_and(|kept| kept.turn == turn) {
                        held.marks.insert(name, before);
                    }
                }
            }
        }
        drop(held);
        let found = match outcome {
            Ok(_) => None,
            Err(fault) if takes_nothing(fault) => Some(ReadOnly { since: now, code: fault.code }),
            Err(_) => return,
        };
        self.now.send_if_modified(|now| {
            let changed = now.is_some() != found.is_some();
            if changed {
                *now = found;
            }
            changed
        });
    }

    /// Keeps state in memory, all of it or none.
    fn keep(&self, marks: Marks) -> bool {
        let mut held = self.held();
        if held.marks.len().saturating_add(marks.len()) > MOST {
            return false;
        }
        for (name, value) in marks {
            held.turn += 1;
            let turn = held.turn;
            held.marks.insert(name, Kept { value, turn, under_way: false });
        }
        true
    }
}

/// Whether a refusal says that the store takes nothing, whatever it is: room, a disk, a database.
fn takes_nothing(fault: &Fault) -> bool {
    fault.kind == FaultKind::Unavailable && fault.code.starts_with("RH-STORE-") && fault.code != "RH-STORE-STOPPED"
}

impl Store {
    /// Since when and why the record takes nothing; none while it does.
    pub fn read_only(&self) -> Option<ReadOnly> {
        *self.standing.now.borrow()
    }

    /// Changes when writing ends and when it goes on.
    pub fn standings(&self) -> watch::Receiver<Option<ReadOnly>> {
        self.standing.now.subscribe()
    }
}

impl Scoped {
    /// Writes state that has to be there at once and is not worth refusing somebody for: while the record takes nothing it is
    /// kept in memory, and a process that ends then forgets it.
    pub async fn commit_passing(&self, marks: Marks) -> Result<(), Fault> {
        match self.commit(Vec::new(), Vec::new(), marks.clone()).await {
            Err(fault) if takes_nothing(&fault) && self.standing.keep(marks) => Ok(()),
            outcome => outcome.map(drop),
        }
    }

    /// Tries whether the record takes something again; what waits in memory is written with it.
    pub async fn try_writing(&self) -> Result<(), Fault> {
        // Not one value, which a database would pack into nothing.
        let filling = (0..TRIED).scan(0x9E37_79B9_u32, |state, _| {
            *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Some(state.to_be_bytes()[0])
        });
        self.commit(Vec::new(), Vec::new(), vec![(TRY.to_owned(), filling.collect())]).await?;
        self.commit(Vec::new(), Vec::new(), vec![(TRY.to_owned(), Vec::new())]).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant(7);

    fn full() -> Result<(), Fault> {
        Err(Fault::new(FaultKind::Unavailable, "RH-STORE-DISK-FULL", "full"))
    }

    fn marks(pairs: &[(&str, &str)]) -> Marks {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect()
    }

    /// One commit: what it wrote is what the store holds afterwards, if it was taken.
    fn commit(standing: &Standing, own: Marks, outcome: &Result<(), Fault>) -> Marks {
        let (written, along) = standing.along(own, |marks| marks);
        standing.heard(outcome, along, NOW);
        written
    }

    #[test]
    fn what_is_kept_in_memory_is_read_and_goes_along_with_the_next_commit_that_is_taken() {
        let standing = Standing::default();
        commit(&standing, marks(&[("s/1", "a")]), &full());
        assert_eq!(*standing.now.borrow(), Some(ReadOnly { since: NOW, code: "RH-STORE-DISK-FULL" }));
        assert!(standing.mark("s/1").is_none(), "what was refused is not there");
        assert!(standing.keep(marks(&[("s/1", "a"), ("s/2", "")])));
        assert_eq!(standing.mark("s/1"), Some(b"a".to_vec()));
        assert_eq!(standing.over("s/", marks(&[("s/2", "x"), ("s/3", "y")])), marks(&[("s/1", "a"), ("s/3", "y")]));

        assert_eq!(commit(&standing, marks(&[("t", "1")]), &full()).len(), 3, "it is tried");
        assert_eq!(standing.mark("s/1"), Some(b"a".to_vec()), "and stays");
        assert_eq!(commit(&standing, marks(&[("t", "1")]), &Ok(())), marks(&[("t", "1"), ("s/1", "a"), ("s/2", "")]));
        assert_eq!((standing.mark("s/1"), *standing.now.borrow()), (None, None));
        assert_eq!(commit(&standing, marks(&[("t", "2")]), &Ok(())), marks(&[("t", "2")]), "once");
    }

    #[test]
    fn a_later_value_is_not_overtaken_by_what_waited() {
        let standing = Standing::default();
        assert!(standing.keep(marks(&[("s", "old")])));
        let (_, under_way) = standing.along(marks(&[("s", "new")]), |marks| marks);
        assert_eq!(standing.mark("s"), Some(b"new".to_vec()));
        let (beside, other) = standing.along(marks(&[("t", "1")]), |marks| marks);
        assert_eq!(beside, marks(&[("t", "1")]), "the old value would come after the new one");
        standing.heard(&Ok(()), other, NOW);
        standing.heard(&full(), under_way, NOW);
        assert_eq!(standing.mark("s"), Some(b"old".to_vec()), "what was refused was not written");
        let (_, under_way) = standing.along(marks(&[("s", "new")]), |marks| marks);
        standing.heard(&Ok(()), under_way, NOW);
        assert_eq!(standing.mark("s"), None);
    }

    #[test]
    fn a_refusal_of_one_change_says_nothing_of_the_store() {
        let standing = Standing::default();
        let conflict = Err(Fault::new(FaultKind::Conflict, "RH-STORE-CONFLICT", "changed"));
        commit(&standing, Marks::new(), &conflict);
        assert_eq!(*standing.now.borrow(), None);
        commit(&standing, Marks::new(), &full());
        commit(&standing, Marks::new(), &conflict);
        assert!(standing.now.borrow().is_some());
    }
}

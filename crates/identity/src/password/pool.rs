//! A few threads that hash, and no more work than they can do: whoever comes when it is full is told so at once, so that a
//! flood of tries takes nothing from those who are signed in.

use crate::refusal::Refusal;
use rihla_kernel::{Fault, FaultKind};
use std::collections::VecDeque;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// Whose turn it is: devices that signed in before go first and have places of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    Known,
    Stranger,
}

type Job = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Queue {
    known: VecDeque<Job>,
    strangers: VecDeque<Job>,
    closed: bool,
}

struct Inner {
    queue: Mutex<Queue>,
    work: Condvar,
    known_waiting: usize,
    strangers_waiting: usize,
}

pub(crate) struct Pool(Arc<Inner>);

impl Pool {
    pub fn start(threads: usize, known_waiting: usize, strangers_waiting: usize) -> Result<Self, Fault> {
        let inner = Arc::new(Inner { queue: Mutex::default(), work: Condvar::new(), known_waiting, strangers_waiting });
        for number in 0..threads.max(1) {
            let inner = inner.clone();
            let spawned = std::thread::Builder::new().name(format!("hash-{number}")).spawn(move || inner.run());
            spawned.map_err(|_| Fault::new(FaultKind::Unavailable, "RH-ID-THREADS", "The system gives no thread for checking passwords."))?;
        }
        Ok(Self(inner))
    }

    /// Puts work into the queue now, or refuses it (`RH-ID-BUSY`).
    pub fn submit<T, W>(&self, lane: Lane, work: W) -> Result<impl Future<Output = Result<T, Refusal>> + use<T, W>, Refusal>
    where
        T: Send + 'static,
        W: FnOnce() -> T + Send + 'static,
    {
        let (done, result) = oneshot::channel();
        let job: Job = Box::new(move || {
            // Nobody waits any more: no reason to hash.
            if !done.is_closed() {
                _ = done.send(work());
            }
        });
        let mut queue = self.0.lock();
        let (waiting, most) = match lane {
            Lane::Known => (&mut queue.known, self.0.known_waiting),
            Lane::Stranger => (&mut queue.strangers, self.0.strangers_waiting),
        };
        if waiting.len() >= most {
            return Err(Refusal::busy());
        }
        waiting.push_back(job);
        drop(queue);
        self.0.work.notify_one();
        Ok(async move { result.await.map_err(|_| Refusal::busy()) })
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        let mut queue = self.lock();
        loop {
            match queue.known.pop_front().or_else(|| queue.strangers.pop_front()) {
                Some(job) => {
                    drop(queue);
                    // A defect in one check takes no thread from the others.
                    _ = std::panic::catch_unwind(AssertUnwindSafe(job));
                    queue = self.lock();
                }
                None if queue.closed => return,
                None => queue = self.work.wait(queue).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.work.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    /// A pool of one thread that is busy until told.
    fn held(known: usize, strangers: usize) -> (Pool, mpsc::Sender<()>) {
        let pool = Pool::start(1, known, strangers).expect("a thread");
        let ((begun, begins), (go, gone)) = (mpsc::channel(), mpsc::channel::<()>());
        let holding = pool.submit(Lane::Known, move || {
            _ = begun.send(());
            _ = gone.recv();
        });
        let holding = holding.map_err(|refusal| refusal.code_of()).expect("room");
        begins.recv().expect("begun");
        // Its end is not waited for.
        std::mem::forget(holding);
        (pool, go)
    }

    #[tokio::test]
    async fn beyond_the_bound_tries_are_refused_at_once_and_known_devices_go_first() {
        let (pool, go) = held(2, 2);
        let order = Arc::new(Mutex::new(Vec::new()));
        let noting = |name: &'static str| {
            let order = order.clone();
            move || order.lock().expect("whole").push(name)
        };
        let first = pool.submit(Lane::Stranger, noting("stranger")).map_err(|_| ()).expect("room");
        let second = pool.submit(Lane::Stranger, noting("stranger")).map_err(|_| ()).expect("room");
        let refused = pool.submit(Lane::Stranger, noting("third")).map(drop).expect_err("full");
        assert_eq!((refused.code_of(), refused.retry_after_s), ("RH-ID-BUSY", Some(2)));
        let known = pool.submit(Lane::Known, noting("known")).map_err(|_| ()).expect("a place of their own");
        drop(go);
        known.await.expect("done");
        first.await.expect("done");
        second.await.expect("done");
        assert_eq!(*order.lock().expect("whole"), ["known", "stranger", "stranger"]);
    }

    #[tokio::test]
    async fn work_whose_asker_went_away_is_not_done() {
        let (pool, go) = held(4, 4);
        let (did, done) = mpsc::channel();
        let leaving = did.clone();
        drop(pool.submit(Lane::Known, move || leaving.send("left")).map_err(|_| ()).expect("room"));
        let staying = pool.submit(Lane::Known, move || did.send("stayed")).map_err(|_| ()).expect("room");
        drop(go);
        staying.await.expect("done").expect("sent");
        assert_eq!(done.iter().collect::<Vec<_>>(), ["stayed"]);
    }
}

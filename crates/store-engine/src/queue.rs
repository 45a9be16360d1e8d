//! What the one writer of a store is asked to do, and in which order it gets to it.

use crate::fault::stopped;
use crate::memory::lock;
use crate::pack::Lesson;
use rihla_kernel::Fault;
use rihla_store::backend::{Reply, TypeKey, Write};
use std::io;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, TryRecvError, channel, sync_channel};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

/// What a writer is asked to do.
enum Job<W> {
    Write(Box<Write>, Reply),
    /// Something between two batches: a backup, a dictionary, a rebuild's last step.
    Between(Box<dyn FnOnce(&mut W) + Send>),
    Stop(SyncSender<Result<(), Fault>>),
    /// Ends at once, as a crash would.
    Abandon,
}

/// Transactions committed together at most.
const BATCH_WRITES: usize = 512;
/// Keys after which a batch is closed.
const BATCH_KEYS: usize = 60_000;
/// How long reads may wait for their place in the audit chain when nothing is written.
const READS_WAIT: Duration = Duration::from_millis(500);

/// A back end's writer, as the queue works with it.
pub trait Works: Sized {
    /// Commits what waits together and answers each.
    fn commit(&mut self, waiting: Vec<(Write, Reply)>);

    /// Writes the reads noted so far into the chain, if nothing else has carried them.
    fn chain_reads(&mut self);

    /// Keeps the keys in memory bounded.
    fn flush_some(&mut self);

    /// Whether keys are on their way out and nothing holds them up: then the writer waits for nobody.
    fn is_flushing(&self) -> bool;

    /// Writes everything out.
    fn finish(&mut self) -> Result<(), Fault>;

    /// Around each turn.
    fn turn_begins(&mut self) {}
    fn turn_ends(&mut self) {}
}

/// The writer's thread, and the way to it.
pub struct Queue<W> {
    jobs: Sender<Job<W>>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

impl<W: Works + Send + 'static> Queue<W> {
    /// Sets a writer to work on a thread of its own.
    pub fn start(writer: W) -> io::Result<Self> {
        let (jobs, waiting) = channel();
        let thread = Builder::new().name("rihla-writer".into()).spawn(move || run(writer, &waiting))?;
        Ok(Self { jobs, writer: Mutex::new(Some(thread)) })
    }

    /// Hands a transaction over. The reply hears what became of it.
    pub fn submit(&self, write: Write, reply: Reply) {
        if let Err(refused) = self.jobs.send(Job::Write(Box::new(write), reply))
            && let Job::Write(_, reply) = refused.0
        {
            // Whoever asked may have gone away meanwhile.
            let _ = reply.send(Err(stopped()));
        }
    }

    /// Has the writer do something between two batches, and waits for it.
    pub fn between<T: Send + 'static>(&self, act: impl FnOnce(&mut W) -> Result<T, Fault> + Send + 'static) -> Result<T, Fault> {
        let (done, result) = sync_channel(1);
        let job = Job::Between(Box::new(move |writer| {
            // The asker waits below; if its thread died the result has no taker.
            let _ = done.send(act(writer));
        }));
        self.jobs.send(job).map_err(|_| stopped())?;
        result.recv().map_err(|_| stopped())?
    }

    /// Learns on a thread of its own, and has the writer keep what came of it; bodies go without a dictionary meanwhile.
    pub fn learn(&self, lesson: Lesson, keep: impl FnOnce(&mut W, TypeKey, &[u8]) + Send + 'static) {
        let jobs = self.jobs.clone();
        let teach = move || {
            let Some(bytes) = lesson.learn() else { return };
            // A store that closes meanwhile learns another time.
            let _ = jobs.send(Job::Between(Box::new(move |writer| keep(writer, lesson.ty, &bytes))));
        };
        let _ = Builder::new().name("rihla-dictionary".into()).spawn(teach);
    }

    /// Ends the writer as a crash would: what is committed stays, nothing is written out.
    pub fn abandon(&self) {
        // A writer that has ended already is what is wanted.
        let _ = self.jobs.send(Job::Abandon);
        if let Some(thread) = lock(&self.writer).take() {
            let _ = thread.join();
        }
    }

    /// Ends the writer once everything is written out.
    pub fn close(&self) -> Result<(), Fault> {
        let (done, result) = sync_channel(1);
        if self.jobs.send(Job::Stop(done)).is_err() {
            return Ok(());
        }
        let closed = result.recv().map_err(|_| stopped())?;
        if let Some(thread) = lock(&self.writer).take() {
            thread.join().map_err(|_| stopped())?;
        }
        closed
    }
}

/// Works until told to stop, or until nobody can ask any more.
fn run<W: Works>(mut writer: W, jobs: &Receiver<Job<W>>) {
    loop {
        let job = next(&writer, jobs);
        writer.turn_begins();
        match job {
            Ok(Some(Job::Write(first, reply))) => {
                if let Some(job) = gather(&mut writer, *first, reply, jobs)
                    && other(&mut writer, job)
                {
                    return;
                }
            }
            Ok(Some(job)) => {
                if other(&mut writer, job) {
                    return;
                }
            }
            Ok(None) => writer.chain_reads(),
            Err(()) => {
                let _ = writer.finish();
                return;
            }
        }
        writer.flush_some();
        writer.turn_ends();
    }
}

fn next<W: Works>(writer: &W, jobs: &Receiver<Job<W>>) -> Result<Option<Job<W>>, ()> {
    if writer.is_flushing() {
        return match jobs.try_recv() {
            Ok(job) => Ok(Some(job)),
            Err(TryRecvError::Empty) => Ok(None),
            Err(TryRecvError::Disconnected) => Err(()),
        };
    }
    match jobs.recv_timeout(READS_WAIT) {
        Ok(job) => Ok(Some(job)),
        Err(RecvTimeoutError::Timeout) => Ok(None),
        Err(RecvTimeoutError::Disconnected) => Err(()),
    }
}

/// Returns whether to stop.
fn other<W: Works>(writer: &mut W, job: Job<W>) -> bool {
    match job {
        Job::Write(first, reply) => writer.commit(vec![(*first, reply)]),
        Job::Between(act) => act(writer),
        Job::Abandon => return true,
        Job::Stop(done) => {
            // Nobody may be listening any more; the store is closed all the same.
            let _ = done.send(writer.finish());
            return true;
        }
    }
    false
}

/// Takes who else waits already and commits; returns a job that is no write and so ends the gathering.
fn gather<W: Works>(writer: &mut W, first: Write, reply: Reply, jobs: &Receiver<Job<W>>) -> Option<Job<W>> {
    let mut keys = key_count(&first);
    let mut waiting = vec![(first, reply)];
    let mut other = None;
    while waiting.len() < BATCH_WRITES && keys < BATCH_KEYS {
        match jobs.try_recv() {
            Ok(Job::Write(next, reply)) => {
                keys += key_count(&next);
                waiting.push((*next, reply));
            }
            Ok(job) => {
                other = Some(job);
                break;
            }
            Err(_) => break,
        }
    }
    writer.commit(waiting);
    other
}

fn key_count(write: &Write) -> usize {
    // An estimate is enough: about a dozen keys a resource.
    write.steps.len() * 12
}

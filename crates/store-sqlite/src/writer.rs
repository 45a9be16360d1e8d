//! The one writer: gathers who waits, commits them together with one fsync, then tells everyone.

use crate::fault;
use crate::flush::{FLUSH_KEYS, Flush};
use crate::shared::Shared;
use crate::tables::SqliteTables;
use rihla_kernel::{Actor, Fault, Hlc};
use rihla_store::backend::{Outcome, Reply, TypeKey, Write};
use rihla_store::key::Row;
use rihla_store_engine::audit;
use rihla_store_engine::batch::{Batch, Caches, Closed, Refusal};
use rihla_store_engine::memory::lock;
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError};
use std::time::Duration;
use tokio::sync::watch;

/// What the writer is asked to do.
pub enum Job {
    Write(Box<Write>, Reply),
    /// Something between two batches: a backup, a dictionary, a rebuild's last step.
    Between(Box<dyn FnOnce(&mut Writer) + Send>),
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

pub struct Writer {
    pub shared: Arc<Shared>,
    pub conn: Connection,
    pub caches: Caches,
    pub hlc: Hlc,
    pub row: Row,
    pub chain: [u8; audit::HASH_BYTES],
    pub patient_type: TypeKey,
    pub ticks: watch::Sender<Row>,
    flush: Option<Flush>,
    /// The disk refused the last slice of the flush: the next one waits for a job or a while, else it would be tried
    /// without pause.
    stalled: bool,
    /// Reads on their way into the chain. They stay here until they are durable.
    chaining: Vec<(Actor, audit::Entry)>,
}

type Answer = (Reply, Result<Vec<Outcome>, Fault>);

impl Writer {
    pub fn new(
        shared: Arc<Shared>,
        conn: Connection,
        hlc: Hlc,
        row: Row,
        chain: [u8; audit::HASH_BYTES],
        patient_type: TypeKey,
        ticks: watch::Sender<Row>,
    ) -> Self {
        Self { shared, conn, caches: Caches::default(), hlc, row, chain, patient_type, ticks, flush: None, stalled: false, chaining: Vec::new() }
    }

    pub fn run(mut self, jobs: &Receiver<Job>) {
        loop {
            let job = self.next_job(jobs);
            self.shared.readers.writing_begins();
            match job {
                Ok(Some(Job::Write(first, reply))) => {
                    if let Some(job) = self.gather(*first, reply, jobs)
                        && self.other(job)
                    {
                        return;
                    }
                }
                Ok(Some(job)) => {
                    if self.other(job) {
                        return;
                    }
                }
                Ok(None) => self.chain_reads(),
                Err(()) => {
                    let _ = self.finish();
                    return;
                }
            }
            self.flush_some();
            self.shared.readers.writing_ends();
        }
    }

    fn next_job(&self, jobs: &Receiver<Job>) -> Result<Option<Job>, ()> {
        if self.flush.is_some() && !self.stalled {
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
    fn other(&mut self, job: Job) -> bool {
        match job {
            Job::Write(first, reply) => self.commit(vec![(*first, reply)]),
            Job::Between(act) => act(self),
            Job::Abandon => return true,
            Job::Stop(done) => {
                // Nobody may be listening any more; the store is closed all the same.
                let _ = done.send(self.finish());
                return true;
            }
        }
        false
    }

    /// Takes who else waits already and commits; returns a job that is no write and so ends the gathering.
    fn gather(&mut self, first: Write, reply: Reply, jobs: &Receiver<Job>) -> Option<Job> {
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
        self.commit(waiting);
        other
    }

    fn commit(&mut self, waiting: Vec<(Write, Reply)>) {
        let mut answers: Vec<Answer> = Vec::with_capacity(waiting.len());
        match self.write_batch(waiting, &mut answers) {
            Ok((done, chain)) => self.publish(done, chain),
            Err(fault) => {
                self.caches = Caches::default();
                for (_, answer) in &mut answers {
                    *answer = Err(fault.clone());
                }
            }
        }
        for (reply, answer) in answers {
            // A caller that has gone away learns nothing; what was committed stays committed.
            let _ = reply.send(answer);
        }
    }

    fn write_batch(&mut self, waiting: Vec<(Write, Reply)>, answers: &mut Vec<Answer>) -> Result<(Closed, [u8; audit::HASH_BYTES]), Fault> {
        self.chaining.append(&mut lock(&self.shared.notes));
        let mut failed = None;
        let begun = self.conn.execute_batch("BEGIN IMMEDIATE").map_err(fault::of);
        let mut tables = SqliteTables { shared: &self.shared, conn: &self.conn };
        let mut batch = Batch::new(&self.shared.memory, &mut tables, &mut self.caches, self.hlc, self.row, self.patient_type);
        for (write, reply) in waiting {
            if let Some(fault) = begun.as_ref().err().or(failed.as_ref()) {
                answers.push((reply, Err(fault.clone())));
                continue;
            }
            match batch.apply(write) {
                Ok(outcomes) => answers.push((reply, Ok(outcomes))),
                Err(Refusal::Transaction(fault)) => answers.push((reply, Err(fault))),
                Err(Refusal::Batch(fault)) => {
                    answers.push((reply, Err(fault.clone())));
                    failed = Some(fault);
                }
            }
            if failed.is_none() && self.conn.is_autocommit() {
                // Some errors of the disk end SQLite's transaction by themselves; what follows would be kept one by one.
                failed = Some(fault::disk());
            }
        }
        begun?;
        let closed = match failed {
            Some(fault) => Err(fault),
            None => batch.close(self.chain, &self.chaining),
        };
        let committed = closed.and_then(|(done, chain)| self.conn.execute_batch("COMMIT").map_err(fault::of).map(|()| (done, chain)));
        match committed {
            Ok(done) => Ok(done),
            Err(fault) => {
                // After a failed COMMIT SQLite may have rolled back by itself; then this says so and is ignored.
                let _ = self.conn.execute_batch("ROLLBACK");
                Err(fault)
            }
        }
    }

    /// Makes a durable batch visible.
    fn publish(&mut self, done: Closed, chain: [u8; audit::HASH_BYTES]) {
        (self.hlc, self.row, self.chain) = (done.hlc, done.row, chain);
        self.chaining.clear();
        self.shared.publish(done);
        self.ticks.send_replace(self.row);
    }

    /// Writes the reads noted so far into the chain, if nothing else has carried them.
    fn chain_reads(&mut self) {
        if !self.chaining.is_empty() || !lock(&self.shared.notes).is_empty() {
            self.commit(Vec::new());
        }
    }

    /// Keeps the keys in memory bounded: one slice at a time, more when writers outrun it.
    fn flush_some(&mut self) {
        let gathered = self.shared.runs().active_keys();
        if self.flush.is_none() && gathered >= FLUSH_KEYS {
            self.flush = Some(Flush::begin(&self.shared));
        }
        let Some(mut flush) = self.flush.take() else {
            return;
        };
        let slices = 1 + gathered / (FLUSH_KEYS / 8);
        for _ in 0..slices {
            let stepped = flush.step(&self.shared, &mut self.conn);
            // The keys stay in memory and are tried again later; a full disk refuses writes meanwhile.
            self.stalled = stepped.is_err();
            match stepped {
                Ok(true) => return,
                Ok(false) => {}
                Err(_) => break,
            }
        }
        self.flush = Some(flush);
    }

    /// Writes all keys out.
    pub fn flush_all(&mut self) -> Result<(), Fault> {
        // Frozen keys without a flush are those of one that the disk refused.
        while self.flush.is_some() || self.shared.runs().all_keys() > 0 {
            let mut flush = self.flush.take().unwrap_or_else(|| Flush::begin(&self.shared));
            while !flush.step(&self.shared, &mut self.conn)? {}
        }
        Ok(())
    }

    /// Forgets a flush under way: what it has written stays, what it has not is still in memory.
    pub fn drop_flush(&mut self) {
        self.flush = None;
    }

    fn finish(&mut self) -> Result<(), Fault> {
        self.chain_reads();
        self.flush_all()?;
        self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(fault::of)
    }
}

fn key_count(write: &Write) -> usize {
    // An estimate is enough: about a dozen keys a resource.
    write.steps.len() * 12
}

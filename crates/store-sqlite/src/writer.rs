//! The one writer: gathers who waits, commits them together with one fsync, then tells everyone.

use crate::fault;
use crate::flush::{FLUSH_KEYS, Flush};
use crate::shared::Shared;
use crate::tables::SqliteTables;
use rihla_kernel::{Fault, Hlc};
use rihla_store::backend::{Outcome, Reply, TypeKey, Write};
use rihla_store::key::Row;
use rihla_store_engine::audit::{Chain, Noted};
use rihla_store_engine::batch::{Batch, Caches, Closed, Refusal};
use rihla_store_engine::memory::lock;
use rihla_store_engine::queue::Works;
use rusqlite::Connection;
use std::sync::Arc;
use tokio::sync::watch;

pub struct Writer {
    pub shared: Arc<Shared>,
    pub conn: Connection,
    pub caches: Caches,
    pub hlc: Hlc,
    pub row: Row,
    pub chain: Chain,
    pub patient_type: TypeKey,
    pub ticks: watch::Sender<Row>,
    flush: Option<Flush>,
    /// The disk refused the last slice of the flush: the next one waits for a job or a while, else it would be tried
    /// without pause.
    stalled: bool,
    /// Reads on their way into the chain. They stay here until they are durable.
    chaining: Vec<Noted>,
}

type Answer = (Reply, Result<Vec<Outcome>, Fault>);

impl Writer {
    pub fn new(shared: Arc<Shared>, conn: Connection, hlc: Hlc, row: Row, chain: Chain, patient_type: TypeKey, ticks: watch::Sender<Row>) -> Self {
        Self { shared, conn, caches: Caches::default(), hlc, row, chain, patient_type, ticks, flush: None, stalled: false, chaining: Vec::new() }
    }

    fn write_batch(&mut self, waiting: Vec<(Write, Reply)>, answers: &mut Vec<Answer>) -> Result<Closed, Fault> {
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
            None => batch.close(&self.chain, &self.chaining),
        };
        let committed = closed.and_then(|done| self.conn.execute_batch("COMMIT").map_err(fault::of).map(|()| done));
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
    fn publish(&mut self, mut done: Closed) {
        (self.hlc, self.row) = (done.hlc, done.row);
        done.link.take().into_iter().for_each(|link| self.chain.took(link));
        self.chaining.clear();
        self.shared.publish(done);
        self.ticks.send_replace(self.row);
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
}

impl Works for Writer {
    fn commit(&mut self, waiting: Vec<(Write, Reply)>) {
        let mut answers: Vec<Answer> = Vec::with_capacity(waiting.len());
        match self.write_batch(waiting, &mut answers) {
            Ok(done) => self.publish(done),
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

    fn chain_reads(&mut self) {
        if !self.chaining.is_empty() || !lock(&self.shared.notes).is_empty() {
            self.commit(Vec::new());
        }
    }

    /// One slice at a time, more when writers outrun it.
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

    fn is_flushing(&self) -> bool {
        self.flush.is_some() && !self.stalled
    }

    fn finish(&mut self) -> Result<(), Fault> {
        self.chain_reads();
        self.flush_all()?;
        self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(fault::of)
    }

    fn turn_begins(&mut self) {
        self.shared.readers.writing_begins();
    }

    fn turn_ends(&mut self) {
        self.shared.readers.writing_ends();
    }
}

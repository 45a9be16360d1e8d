//! The one writer: gathers who waits, commits them together in one flight, then tells everyone.

use crate::fault;
use crate::flight::{self, Turn};
use crate::flush::{FLUSH_KEYS, Flush};
use crate::owner::{self, Owner};
use crate::shared::Shared;
use crate::tables::{Batched, Known, PgTables};
use crate::wire::{Line, Trouble};
use rihla_kernel::{Fault, Hlc};
use rihla_store::backend::{Outcome, Reply, TypeKey, Write};
use rihla_store::key::Row;
use rihla_store_engine::audit::{Chain, Noted};
use rihla_store_engine::batch::{Batch, Caches, Closed, Refusal};
use rihla_store_engine::memory::lock;
use rihla_store_engine::queue::Works;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

const PAUSE: Duration = Duration::from_millis(50);
/// How often a commit is sent again that the database asks to be sent again.
const AGAIN: usize = 20;

pub struct Writer {
    pub shared: Arc<Shared>,
    line: Option<Line>,
    pub known: Known,
    caches: Caches,
    pub hlc: Hlc,
    pub row: Row,
    pub chain: Chain,
    patient_type: TypeKey,
    ticks: watch::Sender<Row>,
    owner: Owner,
    patience: Duration,
    flush: Option<Flush>,
    /// The database refused the last slice of the flush: the next one waits for a job or a while.
    stalled: bool,
    /// Reads on their way into the chain. They stay here until they are durable.
    chaining: Vec<Noted>,
    /// A commit of which nobody knows yet whether it is kept. Nothing else is written before that is known.
    doubtful: Option<(Done, i64)>,
    /// The database lost what it had acknowledged.
    behind: bool,
}

/// What a batch leaves for memory once it is durable.
struct Done {
    closed: Closed,
    batched: Batched,
}

/// What is taken up when a store is opened.
pub struct Taken {
    pub hlc: Hlc,
    pub row: Row,
    pub chain: Chain,
    pub owner: Owner,
    pub next_actor: u32,
    pub patience: Duration,
}

type Answer = (Reply, Result<Vec<Outcome>, Fault>);

impl Writer {
    pub fn new(shared: Arc<Shared>, line: Line, taken: Taken, patient_type: TypeKey, ticks: watch::Sender<Row>) -> Self {
        let Taken { hlc, row, chain, owner, next_actor, patience } = taken;
        Self {
            shared,
            line: Some(line),
            known: Known::new(next_actor),
            caches: Caches::default(),
            hlc,
            row,
            chain,
            patient_type,
            ticks,
            owner,
            patience,
            flush: None,
            stalled: false,
            chaining: Vec::new(),
            doubtful: None,
            behind: false,
        }
    }

    /// The writer's line, made anew if it broke. Waits for a database that is away, but not for ever.
    pub fn line(&mut self) -> Result<&mut Line, Fault> {
        if self.line.is_none() {
            let (line, there) = self.come_back()?;
            self.line = Some(line);
            // Now it is known what became of the commit that a broken line left open.
            match self.doubtful.take() {
                Some((done, turn)) if turn == there => {
                    self.owner.turn = there;
                    self.publish(done);
                }
                Some(_) => self.forget(),
                None => {}
            }
        }
        self.line.as_mut().ok_or_else(fault::away)
    }

    /// A new line, registered as the owner's, and the turn that the database has come to.
    fn come_back(&mut self) -> Result<(Line, i64), Fault> {
        let begun = Instant::now();
        loop {
            let tried = self.shared.pool.fresh().and_then(|mut line| match owner::register(&mut line, self.owner.epoch) {
                Ok(Some(owner)) => Ok((line, owner)),
                Ok(None) => Err(fault::taken()),
                Err(trouble) => Err(fault::of(trouble)),
            });
            match tried {
                Ok((line, owner)) => {
                    self.owner.epoch = owner.epoch;
                    // A database that went down may have lost slices that it did not wait for: they are written again.
                    self.flush = None;
                    self.behind |= owner.turn < self.owner.turn;
                    return if self.behind { Err(fault::behind()) } else { Ok((line, owner.turn)) };
                }
                Err(fault) if is_certain(&fault) || begun.elapsed() > self.patience => return Err(fault),
                Err(_) => owner::pause(PAUSE),
            }
        }
    }

    /// Nothing remembered is relied on after a batch failed.
    fn forget(&mut self) {
        self.caches = Caches::default();
        self.known = Known::new(self.known.next_actor);
    }

    /// Looks up what the transactions speak of; once more if the line broke while nobody used it.
    fn prefetch(&mut self, waiting: &[(Write, Reply)]) -> Result<Batched, Fault> {
        self.line()?;
        if let Ok(batched) = self.fetch(waiting) {
            return Ok(batched);
        }
        self.line = None;
        self.line()?;
        self.fetch(waiting).inspect_err(|_| self.line = None)
    }

    fn fetch(&mut self, waiting: &[(Write, Reply)]) -> Result<Batched, Fault> {
        let line = self.line.as_mut().ok_or_else(fault::away)?;
        let mut tables = PgTables::new(&self.shared, line, &mut self.known, self.row);
        tables.prefetch(waiting, self.patient_type)?;
        Ok(tables.batched)
    }

    /// Applies a batch and makes it durable; `None` if nothing changes.
    fn write_batch(&mut self, waiting: Vec<(Write, Reply)>, batched: Batched, answers: &mut Vec<Answer>) -> Result<Option<Done>, Fault> {
        self.chaining.append(&mut lock(&self.shared.notes));
        let done = self.apply(waiting, batched, answers).inspect_err(|_| self.line = None)?;
        if done.batched.is_empty() {
            return Ok(None);
        }
        let turn = Turn { epoch: self.owner.epoch, number: self.owner.turn + 1 };
        self.send(done, turn).map(Some)
    }

    fn apply(&mut self, waiting: Vec<(Write, Reply)>, batched: Batched, answers: &mut Vec<Answer>) -> Result<Done, Fault> {
        let mut failed: Option<Fault> = None;
        let Some(line) = self.line.as_mut() else {
            answers.extend(waiting.into_iter().map(|(_, reply)| (reply, Err(fault::away()))));
            return Err(fault::away());
        };
        let mut tables = PgTables { shared: &self.shared, line, known: &mut self.known, batched };
        let mut batch = Batch::new(&self.shared.memory, &mut tables, &mut self.caches, self.hlc, self.row, self.patient_type);
        for (write, reply) in waiting {
            if let Some(fault) = &failed {
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
        }
        let closed = match failed {
            Some(fault) => return Err(fault),
            None => batch.close(&self.chain, &self.chaining)?,
        };
        Ok(Done { closed, batched: tables.batched })
    }

    /// Sends a batch until it is known to be kept or refused. A line that breaks meanwhile leaves that open: the owner's turn
    /// tells on the next one, and what was not kept is sent again.
    fn send(&mut self, done: Done, mut turn: Turn) -> Result<Done, Fault> {
        let mut tries = 0;
        loop {
            let line = self.line.as_mut().ok_or_else(fault::away)?;
            match flight::send(line, &done.batched, turn) {
                Ok(()) => {
                    self.owner.turn = turn.number;
                    return Ok(done);
                }
                // Serialisation and deadlock: the database asks to be asked again.
                Err(Trouble::Refused(code)) if matches!(code.as_str(), "40001" | "40P01") && tries < AGAIN => tries += 1,
                Err(Trouble::Refused(code)) if code == "23502" => return Err(fault::taken()),
                Err(trouble) if trouble.is_lost() => {
                    self.line = None;
                    match self.come_back() {
                        Ok((line, there)) => {
                            self.line = Some(line);
                            if there == turn.number {
                                self.owner.turn = there;
                                return Ok(done);
                            }
                            turn.epoch = self.owner.epoch;
                        }
                        Err(fault) => {
                            self.doubtful = Some((done, turn.number));
                            return Err(if is_certain(&fault) { fault } else { fault::unknown() });
                        }
                    }
                }
                Err(trouble) => return Err(fault::of(trouble)),
            }
        }
    }

    /// Makes a durable batch visible.
    fn publish(&mut self, done: Done) {
        let Done { mut closed, batched } = done;
        (self.hlc, self.row) = (closed.hlc, closed.row);
        closed.link.take().into_iter().for_each(|link| self.chain.took(link));
        self.known.learn(batched);
        self.chaining.clear();
        self.shared.publish(closed);
        self.ticks.send_replace(self.row);
    }

    fn flush_slice(&mut self) -> Result<bool, Fault> {
        let shared = self.shared.clone();
        self.line()?;
        let begun = self.flush.take();
        let line = self.line()?;
        let mut flush = match begun {
            Some(flush) => flush,
            None => Flush::begin(&shared, line)?,
        };
        let stepped = flush.step(&shared, line);
        if !matches!(stepped, Ok(true)) {
            self.flush = Some(flush);
        }
        stepped.inspect_err(|_| self.line = None)
    }

    /// Writes all keys out.
    pub fn flush_all(&mut self) -> Result<(), Fault> {
        // Frozen keys without a flush are those of one that was given up.
        while self.flush.is_some() || self.shared.runs().all_keys() > 0 {
            while !self.flush_slice()? {}
        }
        Ok(())
    }

    /// Forgets a flush under way: what it has written stays, what it has not is still in memory.
    pub fn drop_flush(&mut self) {
        self.flush = None;
    }

    /// Nothing remembered is relied on after a rebuild.
    pub fn forget_all(&mut self) {
        self.forget();
    }

    /// Under which epoch this process writes.
    pub fn epoch(&self) -> i64 {
        self.owner.epoch
    }

    /// Gives up the line; the next use makes a new one.
    pub fn drop_line(&mut self) {
        self.line = None;
    }
}

/// Whether what happened to a commit is known: nothing of it was kept, and nothing more will be.
fn is_certain(fault: &Fault) -> bool {
    fault.code == fault::taken().code || fault.code == fault::behind().code
}

impl Works for Writer {
    fn commit(&mut self, waiting: Vec<(Write, Reply)>) {
        let mut answers: Vec<Answer> = Vec::with_capacity(waiting.len());
        let done = match self.prefetch(&waiting) {
            Ok(batched) => self.write_batch(waiting, batched, &mut answers),
            Err(fault) => {
                answers.extend(waiting.into_iter().map(|(_, reply)| (reply, Err(fault.clone()))));
                Err(fault)
            }
        };
        match done {
            Ok(Some(done)) => self.publish(done),
            Ok(None) => {}
            Err(fault) => {
                if self.doubtful.is_none() {
                    self.forget();
                }
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
        if self.line.is_none() || (self.flush.is_none() && gathered < FLUSH_KEYS) {
            return;
        }
        for _ in 0..=gathered / (FLUSH_KEYS / 8) {
            let stepped = self.flush_slice();
            // The keys stay in memory and are tried again later.
            self.stalled = stepped.is_err();
            if !matches!(stepped, Ok(false)) {
                return;
            }
        }
    }

    fn is_flushing(&self) -> bool {
        self.flush.is_some() && !self.stalled
    }

    fn finish(&mut self) -> Result<(), Fault> {
        self.chain_reads();
        self.flush_all()?;
        let epoch = self.owner.epoch;
        let line = self.line()?;
        owner::leave(line, epoch).map_err(fault::of)
    }
}

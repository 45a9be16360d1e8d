//! What was decided of a row, and the commits that are on their way.

use super::report::{Line, Report};
use crate::failure::{Failure, exit};
use rihla_kernel::{Fault, FaultKind};
use rihla_lists::{Outcome, Reason};
use rihla_store::backend;
use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use tokio::sync::oneshot;

/// Commits that are waited for together: enough to share their cost.
const IN_FLIGHT: usize = 64;

/// The answer of the writer, to come.
pub type Asked = oneshot::Receiver<Result<Vec<backend::Outcome>, Fault>>;

/// What is decided of a row.
#[derive(Debug)]
pub struct Taken {
    pub number: String,
    pub outcome: Outcome,
    pub reason: Reason,
    pub other: String,
    /// The commit that makes it true.
    pub asked: Option<Asked>,
    /// What names this row's newcomer, for whoever took it.
    pub key: u64,
}

impl Taken {
    pub fn decided(number: &str, outcome: Outcome, reason: Reason, other: &str) -> Self {
        Self { number: number.to_owned(), outcome, reason, other: other.to_owned(), asked: None, key: 0 }
    }

    pub fn rejected(number: &str, reason: Reason) -> Self {
        Self::decided(number, Outcome::Rejected, reason, "")
    }
}

/// A row whose line waits to be written.
struct Waiting {
    line: Line,
    header: Arc<[u8]>,
    asked: Option<Asked>,
    holds: Vec<String>,
    key: u64,
}

/// Rows in their order, of which some are not written yet.
pub struct Flow {
    waiting: VecDeque<Waiting>,
    /// The marks of numbers whose commits are on their way: what asks for one of them waits.
    held: HashSet<String>,
    pub report: Report,
}

/// A row as it was read.
pub struct Came {
    pub file: String,
    pub row: u64,
    pub raw: Vec<u8>,
    pub header: Arc<[u8]>,
    pub holds: Vec<String>,
}

impl Flow {
    pub fn new(report: Report) -> Self {
        Self { waiting: VecDeque::new(), held: HashSet::new(), report }
    }

    pub fn holds_any(&self, marks: &[String]) -> bool {
        marks.iter().any(|mark| self.held.contains(mark))
    }

    pub fn is_full(&self) -> bool {
        self.waiting.len() >= IN_FLIGHT
    }

    pub fn push(&mut self, came: Came, taken: Taken) {
        let Came { file, row, raw, header, holds } = came;
        let Taken { number, outcome, reason, other, asked, key } = taken;
        let holds = if asked.is_some() { holds } else { Vec::new() };
        self.held.extend(holds.iter().cloned());
        let line = Line { file, row, number, outcome, reason, other, raw };
        self.waiting.push_back(Waiting { line, header, asked, holds, key });
    }

    /// Writes the line of the first row that waits. Nothing if none does; else its key, and whether it was written to the record.
    pub async fn settle(&mut self) -> Result<Option<(u64, bool)>, Failure> {
        let Some(Waiting { mut line, header, asked, holds, key }) = self.waiting.pop_front() else { return Ok(None) };
        let mut written = true;
        if let Some(asked) = asked {
            let stopped = || Fault::new(FaultKind::Unavailable, "RH-STORE-STOPPED", "The store is shutting down.");
            if let Err(fault) = asked.await.unwrap_or_else(|_| Err(stopped())) {
                (line.outcome, line.reason, written) = (Outcome::Rejected, refused(&fault)?, false);
            }
        }
        holds.iter().for_each(|mark| _ = self.held.remove(mark));
        self.report.add(&line, &header)?;
        Ok(Some((key, written)))
    }
}

/// What is the row's fault. A full disk is not: the import stops, so that it can be called again.
pub fn refused(fault: &Fault) -> Result<Reason, Failure> {
    match fault.kind {
        FaultKind::Internal | FaultKind::Unavailable => {
            Err(Failure::new(exit::FAILED, format!("{fault}\nWhat was taken in is kept; call the import again to go on.")))
        }
        _ => Ok(Reason::fault(fault)),
    }
}

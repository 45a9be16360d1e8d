//! `rihla import`: bundles and ndjson into the record, exactly once, however often it is stopped.
//!
//! What is taken in is cut into units: a file with one document, or a stretch of lines. A unit is one commit, and the
//! mark that it was taken in is part of that commit, so a unit is in wholly or not at all.

mod progress;
mod rejects;
mod source;
mod unit;

use crate::failure::{Failure, exit};
use crate::node::{Node, Options};
pub use progress::Progress;
use rejects::Rejects;
use rihla_fhir_api::Lang;
use source::{Source, Unit, Units};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Semaphore;
use tokio::task::{JoinError, JoinSet};
use unit::{Kept, take};

/// What `import` is told.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    pub paths: Vec<PathBuf>,
    pub rejects: PathBuf,
    pub again: bool,
    /// One unit after another, so that the same input, clock and randomness give the same ids and numbers.
    pub in_order: bool,
    pub lang: Lang,
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub resources: u64,
    pub rejected: u64,
    /// Units that an earlier import had taken in.
    pub known: u64,
}

/// What all units share.
struct Shared {
    node: Node,
    options: ImportOptions,
    rejects: Rejects,
    progress: Progress,
    resources: AtomicU64,
    known: AtomicU64,
}

pub fn run(options: &Options, import: &ImportOptions) -> Result<u8, Failure> {
    // Looked for first: a mistyped path must not leave an empty store behind.
    let sources = source::find(&import.paths)?;
    let node = Node::open_with(options, Arc::new(crate::system::SystemClock))?;
    let (node, summary) = import_into(node, import, sources)?;
    node.close()?;
    Ok(if summary.rejected > 0 { exit::REJECTS } else { 0 })
}

/// Takes in what is named, on a node that is open already.
pub fn into(node: Node, import: &ImportOptions) -> Result<(Node, Summary), Failure> {
    let sources = source::find(&import.paths)?;
    import_into(node, import, sources)
}

/// Takes everything in and gives the node back.
fn import_into(node: Node, options: &ImportOptions, sources: Vec<Source>) -> Result<(Node, Summary), Failure> {
    let progress = Progress::new(sources.iter().map(|source| source.bytes).sum(), "resources", node.clock.clone());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(exit::FAILED, format!("no threads to run on: {error}")))?;
    let rejects = Rejects::to(&options.rejects);
    let shared = Arc::new(Shared { node, options: options.clone(), rejects, progress, resources: AtomicU64::new(0), known: AtomicU64::new(0) });
    let ended = runtime.block_on(all(&shared, sources));
    runtime.shutdown_background();
    // What was committed is kept; the rest is taken in when the import is called again.
    ended?;
    let shared = Arc::try_unwrap(shared).map_err(|_| Failure::new(exit::FAILED, "the import did not come to rest"))?;
    let summary =
        Summary { resources: shared.resources.load(Ordering::Relaxed), rejected: shared.rejects.count(), known: shared.known.load(Ordering::Relaxed) };
    shared.progress.finish(&summary, options);
    Ok((shared.node, summary))
}

/// Runs all sources; what waits for something that a later source may bring is tried again at the end.
async fn all(shared: &Arc<Shared>, sources: Vec<Source>) -> Result<(), Failure> {
    let room = Arc::new(Semaphore::new(IN_FLIGHT));
    let mut waiting = Vec::new();
    let mut running = JoinSet::new();
    for source in sources {
        let mut units = Units::open(source)?;
        loop {
            let cost = if shared.options.in_order { IN_FLIGHT } else { units.cost().clamp(1, IN_FLIGHT) } as u32;
            let Ok(taken) = Arc::clone(&room).acquire_many_owned(cost).await else { break };
            let Some(unit) = units.next()? else { break };
            let shared = Arc::clone(shared);
            running.spawn(async move {
                let kept = take(&shared, unit).await;
                // Room for the next unit.
                drop(taken);
                kept
            });
            while let Some(ended) = running.try_join_next() {
                keep(ended, &mut waiting)?;
            }
        }
    }
    while let Some(ended) = running.join_next().await {
        keep(ended, &mut waiting)?;
    }
    again(shared, waiting).await
}

/// Tries units again that referred to what was not there, for as long as that helps.
async fn again(shared: &Arc<Shared>, mut waiting: Vec<Unit>) -> Result<(), Failure> {
    waiting.sort_by(|a, b| a.source.path.cmp(&b.source.path));
    while !waiting.is_empty() {
        let before = waiting.len();
        let mut still = Vec::new();
        for unit in waiting {
            keep(Ok(take(shared, unit).await), &mut still)?;
        }
        if still.len() == before {
            for unit in still {
                take(shared, Unit { may_wait: false, ..unit }).await?;
            }
            break;
        }
        waiting = still;
    }
    Ok(())
}

fn keep(ended: Result<Result<Kept, Failure>, JoinError>, waiting: &mut Vec<Unit>) -> Result<(), Failure> {
    match ended {
        Ok(Ok(Kept::Waiting(unit))) => waiting.push(unit),
        Ok(Ok(Kept::Done)) => {}
        Ok(Err(failure)) => return Err(failure),
        Err(_) => {
            return Err(Failure::new(exit::FAILED, "the import was interrupted by a defect; what it took in is kept, and calling it again goes on from there"));
        }
    }
    Ok(())
}

/// Bytes of input that are worked on at once: each costs about four bytes of memory.
const IN_FLIGHT: usize = 12 << 20;

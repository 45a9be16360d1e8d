//! `rihla move`: a store carried into another one, proved, and taken up there.

use crate::failure::{Failure, exit};
use crate::held::{Held, is_postgres, shown};
use crate::keys::KeySources;
use crate::node::{self, Options};
use crate::orders::stepwise;
use crate::system::{SystemClock, SystemEntropy};
use rihla_kernel::{Clock, Entropy, Fault};
use rihla_store::indexer::Indexer;
use rihla_store_engine::carry::{self, Hears, MOVED, MOVING, Pace, Proof, Said, Source, Target};
use rihla_store_engine::vault::{self, Roots, Stage, Vault};
use rihla_store_engine::verify::Report;
use std::path::PathBuf;
use std::sync::Arc;

/// From where to where.
#[derive(Clone, Debug)]
pub struct MoveOrder {
    pub from: String,
    pub to: String,
}

/// What a move is done with.
pub struct Means {
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub indexer: Arc<Indexer>,
    /// Where the root key of a sealed store comes from; the target has the source's.
    pub roots: Option<Arc<dyn Roots>>,
    pub pace: Pace,
}

impl Means {
    pub fn of(options: &Options) -> Result<Self, Failure> {
        let indexer = node::place(options)?.indexer;
        Ok(Self { clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy::new()), indexer, roots: None, pace: Pace::default() })
    }
}

/// A store as a move sees it; this process owns it.
pub(crate) enum Carried {
    Sqlite(Box<rihla_store_sqlite::carry::Carried>),
    Postgres(Box<rihla_store_postgres::carry::Carried>),
}

impl Carried {
    pub(crate) fn source(url: &str, means: &Means) -> Result<Self, Failure> {
        let opened = if is_postgres(url) {
            rihla_store_postgres::carry::source(url, means.entropy.clone(), means.indexer.clone()).map(|carried| Self::Postgres(Box::new(carried)))
        } else {
            rihla_store_sqlite::carry::source(&folder(url)?).map(|carried| Self::Sqlite(Box::new(carried)))
        };
        opened.map_err(|fault| Failure::store(&shown(url), fault))
    }

    fn target(url: &str, means: &Means) -> Result<Self, Failure> {
        let opened = if is_postgres(url) {
            rihla_store_postgres::carry::target(url, means.entropy.clone(), means.indexer.clone()).map(|carried| Self::Postgres(Box::new(carried)))
        } else {
            rihla_store_sqlite::carry::target(&folder(url)?).map(|carried| Self::Sqlite(Box::new(carried)))
        };
        opened.map_err(|fault| Failure::store(&shown(url), fault))
    }

    pub(crate) fn as_source(&mut self) -> &mut dyn Source {
        match self {
            Self::Sqlite(carried) => carried.as_mut(),
            Self::Postgres(carried) => carried.as_mut(),
        }
    }

    fn as_target(&mut self) -> &mut dyn Target {
        match self {
            Self::Sqlite(carried) => carried.as_mut(),
            Self::Postgres(carried) => carried.as_mut(),
        }
    }

    pub(crate) fn leave(self) -> Result<(), Fault> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(carried) => carried.leave(),
        }
    }
}

fn folder(url: &str) -> Result<PathBuf, Failure> {
    Options { url: url.into(), pack: None, site: None, audit: true, keys: KeySources::default() }.folder()
}

pub fn run(options: &Options, order: &MoveOrder) -> Result<u8, Failure> {
    // The keys stand beside the source unless told where.
    let means = Means { roots: Some(options.keys.of(&folder(&order.from)?)), ..Means::of(options)? };
    carry_all(&means, order, &mut |line| println!("{line}"), &mut |_| Ok(())).map(|()| 0)
}

/// Does a whole move. A fault of `hears` ends it as a kill would.
pub fn carry_all(means: &Means, order: &MoveOrder, say: &mut dyn FnMut(&str), hears: &mut Hears<'_>) -> Result<(), Failure> {
    if order.from == order.to {
        return Err(Failure::new(exit::USAGE, "--to: a store cannot be moved onto itself"));
    }
    let mut source = Carried::source(&order.from, means)?;
    // Opened second: a mistyped source leaves no empty target behind.
    let mut target = Carried::target(&order.to, means)?;
    may_go_on(&mut source, &mut target, order)?;
    let vault = Vault::open(source.as_source().mark(vault::MARK)?.as_deref(), 0, means.roots.as_deref())?;
    if vault.ring().is_some_and(|ring| ring.stage != Stage::Done) {
        return Err(vault::under_way().into());
    }
    let mut told = told(say, hears);
    carry::carry(source.as_source(), target.as_target(), means.pace, &mut told)?;
    let proof = carry::prove(source.as_source(), target.as_source(), &vault, means.pace, &mut told)?;
    drop(told);
    print_proof(&proof, say);
    target.as_target().seem_indexed()?;
    target.leave()?;
    hears(Said::Proven)?;
    let report = take_up(means, order, say)?;
    if !report.faults.is_empty() {
        report.faults.iter().for_each(|fault| say(&format!("FAULT  {fault}")));
        return Err(Failure::new(exit::UNSOUND, "the store is not sound, so it was not moved; `rihla verify` on the source says the same. Repair it first"));
    }
    hears(Said::TakenUp)?;
    finish(means, order, source, hears)?;
    say(&format!("moved to {}; the record goes on there", shown(&order.to)));
    say(&format!("{} says so now and is not opened any more", shown(&order.from)));
    Ok(())
}

/// A source that was moved already goes on only to where it went.
fn may_go_on(source: &mut Carried, target: &mut Carried, order: &MoveOrder) -> Result<(), Failure> {
    let Some(to) = source.as_source().mark(MOVED)? else { return Ok(()) };
    let to = String::from_utf8_lossy(&to).into_owned();
    // It was killed between its last two steps.
    if to == shown(&order.to) && target.as_source().mark(MOVING)?.is_some() { Ok(()) } else { Err(Failure::store(&shown(&order.from), carry::moved_to(&to))) }
}

/// Versions between two lines that say how far it is.
const STEP: u64 = 100_000;

fn told<'t>(say: &'t mut dyn FnMut(&str), hears: &'t mut Hears<'_>) -> impl FnMut(Said) -> Result<(), Fault> + 't {
    let mut next = STEP;
    let mut under_way = None;
    move |said| {
        let (what, part, rows) = match said {
            Said::Carried(part, rows) => ("carried", part, rows),
            Said::Compared(part, rows) => ("compared", part, rows),
            said => {
                if said == Said::Resumed {
                    say("going on where an earlier move was stopped");
                }
                return hears(said);
            }
        };
        if under_way != Some((what, part)) {
            (under_way, next) = (Some((what, part)), STEP);
        }
        if rows >= next {
            say(&format!("{rows} {} {what}", part.name()));
            next = rows - rows % STEP + STEP;
        }
        hears(said)
    }
}

fn print_proof(proof: &Proof, say: &mut dyn FnMut(&str)) {
    say("equal at source and target, rows and the sum over all their columns:");
    for (part, sum) in &proof.parts {
        say(&format!("{:<17} {:>10}  {}", part.name(), sum.count, sum.to_text()));
    }
    say(&format!("contents read to their end: {}, {} bytes", proof.contents, proof.content_bytes));
}

/// Opens the target, makes its index and has everything checked.
fn take_up(means: &Means, order: &MoveOrder, say: &mut dyn FnMut(&str)) -> Result<Report, Failure> {
    let held = Held::open_target(&order.to, &folder(&order.to)?, means.roots.clone(), means.clock.clone(), means.entropy.clone(), means.indexer.clone());
    let held = held.map_err(|fault| Failure::store(&shown(&order.to), fault))?;
    say("making the index from the log");
    held.rebuild(&means.indexer, &mut stepwise(say, "versions indexed"))?;
    let report = held.verify(&means.indexer, &mut stepwise(say, "versions looked at"))?;
    held.shared().close()?;
    say(&format!("{} versions, {} resources, {} index keys, {} audit entries checked", report.versions, report.resources, report.keys, report.audit_entries));
    Ok(report)
}

/// The source stops being the record before the target becomes it: at no moment are there two.
fn finish(means: &Means, order: &MoveOrder, mut source: Carried, hears: &mut Hears<'_>) -> Result<(), Failure> {
    source.as_source().set_mark(MOVED, Some(shown(&order.to).as_bytes()))?;
    source.leave()?;
    hears(Said::Left)?;
    let mut target = Carried::target(&order.to, means)?;
    target.as_source().set_mark(MOVING, None)?;
    Ok(target.leave()?)
}

/// Makes the source of a move usable again.
pub fn reopen(options: &Options, url: &str) -> Result<u8, Failure> {
    let means = Means::of(options)?;
    let mut source = Carried::source(url, &means)?;
    let Some(to) = source.as_source().mark(MOVED)? else {
        return Err(Failure::new(exit::FAILED, format!("the store {}: it was not moved, so there is nothing to take back", shown(url))));
    };
    source.as_source().set_mark(MOVED, None)?;
    source.leave()?;
    println!("{} can be opened again; what was written at {} since is not in it", shown(url), String::from_utf8_lossy(&to));
    Ok(0)
}

//! Does everything agree: log, index, counts, claims, audit chain?
//!
//! Runs beside reads and writes, on one snapshot. The index is compared with what the log says as two sums over hashes
//! of keys, so that a store of any size is checked in bounded memory.

use crate::audit::{Checker, Heads, Says, head_marks, index_row};
use crate::replay::keys_of_row;
use crate::sum::Sum;
use rihla_kernel::Fault;
use rihla_store::backend::{Snapshot, TypeKey, VersionRow};
use rihla_store::blob::BlobHash;
use rihla_store::indexer::Indexer;
use rihla_store::key::{FAMILY_DELETED, FAMILY_DISPLAY, FAMILY_TYPE, KeyBuf, KeyRange, ResKey, Row, after, row_of};
use rihla_store::prepared::Prepared;
use rihla_store::runs::Run;
use rihla_store::trail::{BLOCK, EVERY_KEY, Name, NameOf, Trail};
use std::collections::{HashMap, HashSet};

/// A view whose tables hold still, and what it says of the tables that no question reads.
pub trait Books: Snapshot {
    fn snapshot(&self) -> &dyn Snapshot;

    /// Names that are referred to but hold nothing.
    fn dangling(&self) -> Result<u64, Fault>;

    /// How many of these claims a resource holds.
    fn held(&self, names: &HashSet<&str>, res: ResKey) -> Result<u64, Fault>;

    /// How many are held by resources that have not changed since a row.
    fn held_upto(&self, row: Row) -> Result<u64, Fault>;

    /// Whether a content that a version names is on record as named by it; `None` if it is not known.
    fn named_by(&self, hash: &BlobHash, row: Row) -> Result<Option<bool>, Fault>;

    /// The audit chain.
    fn trail(&self) -> &dyn Trail;

    /// What finds entries of the chain: key and block, in any order.
    fn each_block(&self, each: &mut dyn FnMut(i64, i64)) -> Result<(), Fault>;

    /// Marks whose names begin so, in order.
    fn marks(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, Fault>;
}

/// What was looked at, and what was found wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub versions: u64,
    pub resources: u64,
    pub keys: u64,
    pub audit_entries: u64,
    /// What the chain takes: entries and hashes.
    pub audit_bytes: u64,
    /// Names that are referred to but hold nothing: allowed, and worth knowing.
    pub dangling: u64,
    /// Contents outside the rows.
    pub blobs: u64,
    /// Contents that no version names: uploads under way, or given up and to be swept.
    pub blob_orphans: u64,
    /// Files of contents that nothing can read: an upload that a crash ended.
    pub blob_strays: u64,
    /// Numbers that nobody may share and that their carriers do not hold: made such after they were given.
    pub unheld: u64,
    /// Those that they do hold.
    pub held: u64,
    /// One line each, without patient data; empty means that all agrees.
    pub faults: Vec<String>,
}

/// Faults named at most.
const NAMED: usize = 50;
const CHUNK: usize = 4096;

impl Report {
    pub fn fault(&mut self, text: String) {
        if self.faults.len() < NAMED {
            self.faults.push(text);
        }
    }
}

/// Checks everything but the contents outside the rows. `tally` are the counts at the view's tick; `progress` hears how
/// many versions have been looked at.
pub fn check(view: &dyn Books, indexer: &Indexer, tally: HashMap<TypeKey, u64>, progress: &mut dyn FnMut(u64)) -> Result<Report, Fault> {
    let mut report = Report::default();
    let expected = check_log(view, indexer, tally, &mut report, progress)?;
    let found = sum_index(view, &mut report)?;
    if expected != found {
        report.fault(format!("index: {} keys follow from the log, {} were found, or they differ; run `rihla rebuild`", expected.count, found.count));
    }
    check_chain(view, &mut report)?;
    let held = view.held_upto(view.tick())?;
    if held != report.held {
        report.fault(format!("claims: {held} numbers are held, {} by who carries them", report.held));
    }
    Ok(report)
}

/// Reads every version and sums the keys that the index must hold.
fn check_log(view: &dyn Books, indexer: &Indexer, tally: HashMap<TypeKey, u64>, report: &mut Report, progress: &mut dyn FnMut(u64)) -> Result<Sum, Fault> {
    let mut expected = Sum::default();
    let mut counted: HashMap<TypeKey, u64> = HashMap::new();
    let mut last = 0;
    let mut last_hlc = rihla_kernel::Hlc::ZERO;
    loop {
        let versions = view.versions_after(last, CHUNK)?;
        let Some(end) = versions.last().map(|version| version.row) else { break };
        for version in versions {
            if version.hlc <= last_hlc {
                report.fault(format!("log: row {} is not later than the row before it", version.row));
            }
            last_hlc = version.hlc;
            check_version(view, &version, &mut counted, report)?;
            if let Some(content) = expect_keys(view, indexer, &version, &mut expected, report) {
                check_content(view, &version, &content, report)?;
            }
        }
        report.versions = u64::from(end);
        progress(report.versions);
        last = end;
    }
    for ty in counted.keys().chain(tally.keys()) {
        let (real, kept) = (counted.get(ty).copied().unwrap_or(0), tally.get(ty).copied().unwrap_or(0));
        if real != kept {
            report.fault(format!("counts: type {ty} has {real} current resources, {kept} were counted"));
        }
    }
    report.resources = counted.values().sum();
    report.dangling = view.dangling()?;
    Ok(expected)
}

fn check_version(view: &dyn Books, version: &VersionRow, counted: &mut HashMap<TypeKey, u64>, report: &mut Report) -> Result<(), Fault> {
    let Some(known) = view.resource(version.res)? else {
        report.fault(format!("log: row {} belongs to a resource that is not known", version.row));
        return Ok(());
    };
    let current = view.is_current(version.row);
    if current && !version.deleted {
        *counted.entry(version.ty).or_default() += 1;
    }
    if known.ty != version.ty {
        report.fault(format!("log: row {} is of another type than its resource", version.row));
    }
    if current != (known.row == version.row) && known.row <= view.tick() {
        report.fault(format!("log: row {} disagrees with its resource about being the newest", version.row));
    }
    if version.prev > 0 {
        match view.versions_after(version.prev - 1, 1)?.first() {
            Some(before) if before.row == version.prev && before.res == version.res && before.vid + 1 == version.vid => {}
            _ => report.fault(format!("log: row {} does not follow on its earlier version", version.row)),
        }
    } else if version.vid != 1 {
        report.fault(format!("log: row {} is a first version but is not numbered so", version.row));
    }
    Ok(())
}

fn expect_keys(view: &dyn Books, indexer: &Indexer, version: &VersionRow, expected: &mut Sum, report: &mut Report) -> Option<Prepared> {
    let mut keys = KeyBuf::new();
    let content = match keys_of_row(view.snapshot(), indexer, indexer.patient_type(), version.row, &mut keys) {
        Ok(content) => content,
        Err(fault) => {
            report.fault(format!("body: row {} cannot be read ({})", version.row, fault.code));
            return None;
        }
    };
    let current = view.is_current(version.row) || version.deleted;
    let run = Run::from_unsorted(&keys);
    run.keys().iter().filter(|key| must_stand(key, current)).for_each(|key| expected.add(key));
    Some(content)
}

/// Claims and contents follow from bodies too.
fn check_content(view: &dyn Books, version: &VersionRow, content: &Prepared, report: &mut Report) -> Result<(), Fault> {
    for hash in &content.blobs {
        let text = hash.to_text();
        match view.named_by(hash, version.row)? {
            None => report.fault(format!("blob: row {} names {text}, which is not known", version.row)),
            Some(false) => report.fault(format!("blob: row {} names {text}, which does not know it", version.row)),
            Some(true) => {}
        }
    }
    // A resource that has changed since the tick has its claims as of now.
    if !content.claims.is_empty() && view.resource(version.res)?.is_some_and(|known| known.row == version.row) {
        let names: HashSet<&str> = content.claims.iter().map(AsRef::as_ref).collect();
        let held = view.held(&names, version.res)?;
        report.held += held;
        report.unheld += names.len() as u64 - held;
    }
    Ok(())
}

/// Of a version that was replaced only its place in its type's history has to be in the index; a rebuild drops the rest.
/// Displays belong to no row.
fn must_stand(key: &[u8], current: bool) -> bool {
    match key.first() {
        Some(&FAMILY_DISPLAY) => false,
        Some(&(FAMILY_TYPE | FAMILY_DELETED)) => true,
        _ => current,
    }
}

fn sum_index(view: &dyn Books, report: &mut Report) -> Result<Sum, Fault> {
    let mut found = Sum::default();
    let mut range = KeyRange { from: Vec::new(), to: vec![0xFF; 8] };
    let mut keys = KeyBuf::new();
    loop {
        keys.clear();
        view.scan(&range, false, CHUNK, &mut keys)?;
        for key in keys.iter() {
            let row: Row = row_of(key);
            report.keys += 1;
            if key.first() != Some(&FAMILY_DISPLAY) && row <= view.tick() && must_stand(key, view.is_current(row)) {
                found.add(key);
            }
        }
        match keys.len().checked_sub(1).and_then(|last| keys.get(last)) {
            Some(last) if keys.len() == CHUNK => range.from = after(last),
            _ => return Ok(found),
        }
    }
}

/// Links read at once.
const LINKS: i64 = 4 * BLOCK;

fn check_chain(view: &dyn Books, report: &mut Report) -> Result<(), Fault> {
    let trail = view.trail();
    let mut heads = Heads::default();
    view.marks(head_marks())?.iter().for_each(|(name, value)| heads.keep(name, value));
    let noted = trail.blocks(EVERY_KEY, i64::MAX, 1)?.first().copied().unwrap_or(-1);
    let mut checker = Checker::new(&heads, &[], noted);
    let mut says = |name: &Name| {
        let same = match name.of {
            NameOf::Patient => view.resource(name.number)?.map(|known| known.id.to_text().as_bytes() == &*name.name),
            NameOf::Actor(kind) => trail.party(name.number)?.map(|party| party.kind() as u8 == kind && party.id().as_bytes() == &*name.name),
        };
        Ok(same.map_or(Says::Nothing, Says::of))
    };
    let last = trail.end()?.0;
    for from in (1..=last).step_by(LINKS as usize) {
        let mut links = Vec::new();
        trail.links(from, from + LINKS - 1, &mut |number, entries, hash| links.push((number, entries.to_vec(), hash.to_vec())))?;
        links.iter().try_for_each(|(number, entries, hash)| checker.link(*number, entries, hash, &mut says))?;
    }
    let checked = checker.finish();
    (report.audit_entries, report.audit_bytes) = (checked.entries, checked.bytes);
    checked.faults.into_iter().for_each(|fault| report.fault(fault));
    let mut found = Sum::default();
    view.each_block(&mut |key, block| {
        if block <= noted {
            found.add(&index_row(key, block));
        }
    })?;
    if found != checked.index {
        report.fault("audit: what finds entries does not agree with the chain; run `rihla rebuild`".into());
    }
    Ok(())
}

//! Versions with their resources: fetched several at a time, and remembered.

use crate::lately::Lately;
use crate::rows::{self, HITS, NEWEST};
use crate::view::View;
use crate::wire::{Fields, Trouble, Value};
use rihla_kernel::Fault;
use rihla_store::backend::{ResourceRow, Snapshot, VersionRow};
use rihla_store::key::{ResKey, Row};
use rihla_store_engine::memory::read;
use std::collections::HashMap;
use std::sync::Arc;

/// A version, and its resource as it was when this was its newest one.
pub struct Fetched {
    pub version: VersionRow,
    pub resource: ResourceRow,
    pub dictionary: u32,
    pub packed: Box<[u8]>,
}

/// What readers of this process read lately. A version never changes, and whether it is still its resource's newest is known
/// from memory at each look, so nothing here has to be taken back when something is written.
pub struct Read {
    versions: Lately<Arc<Fetched>>,
    /// The row of a resource when it was last seen.
    rows: Lately<Row>,
}

/// Bytes for versions: some hundred thousand of them.
const VERSIONS: usize = 96 << 20;
const ROWS: usize = 16 << 20;
/// What a version takes beside its body, and a row.
const HEAD: usize = 256;
const ROW: usize = 40;

impl Default for Read {
    fn default() -> Self {
        Self { versions: Lately::new(VERSIONS), rows: Lately::new(ROWS) }
    }
}

/// Rows that a scan gave are most likely asked for next, in that order: they are fetched several at a time.
#[derive(Default)]
pub struct Ahead {
    rows: Vec<Row>,
    kept: HashMap<Row, Arc<Fetched>>,
    /// How many are fetched next.
    step: usize,
}

/// Rows remembered from a scan, and fetched at once: at first as many as half a page shows.
pub const AHEAD: usize = 512;
const FIRST: usize = 12;
const STEP: usize = 32;

impl Ahead {
    pub fn expect(&mut self, rows: Vec<Row>) {
        self.rows = rows;
    }
}

impl View<'_> {
    fn fetched(&self, row: &mut Fields<'_>) -> Result<Fetched, Trouble> {
        let version = rows::version(row)?;
        let resource = rows::resource(row, self.shared.node)?;
        let dictionary = row.i32()? as u32;
        Ok(Fetched { version, resource, dictionary, packed: row.optional()?.unwrap_or_default().into() })
    }

    /// Whether nothing has replaced a row so far, whatever this view's tick.
    fn is_newest(&self, row: Row) -> bool {
        read(&self.shared.superseded).is_current_at(row, Row::MAX)
    }

    fn remembered(&self, row: Row) -> Option<Arc<Fetched>> {
        let may = self.may_remember() && self.is_newest(row);
        may.then(|| self.shared.lately.versions.get(row)).flatten()
    }

    /// The newest version of a resource, if it was read lately and nothing has replaced it since.
    pub fn remembered_newest(&self, res: ResKey) -> Option<Arc<Fetched>> {
        let row = if self.may_remember() { self.shared.lately.rows.get(res)? } else { return None };
        self.remembered(row)
    }

    fn remember(&self, found: &Arc<Fetched>) {
        let (version, resource) = (&found.version, &found.resource);
        // Of an older version the resource beside it is not the one of its time.
        if self.may_remember() && !version.deleted && resource.row == version.row {
            self.shared.lately.versions.put(version.row, found.clone(), found.packed.len() + HEAD);
            self.shared.lately.rows.put(resource.res, version.row, ROW);
        }
    }

    /// Whether a row is at hand, or comes with others that are asked for next.
    pub fn is_likely(&self, row: Row) -> bool {
        self.ahead.borrow().rows.contains(&row) || self.remembered(row).is_some()
    }

    pub fn fetch(&self, row: Row) -> Result<Option<Arc<Fetched>>, Fault> {
        if let Some(found) = self.ahead.borrow().kept.get(&row).cloned().or_else(|| self.remembered(row)) {
            return Ok(Some(found));
        }
        let mut ahead = self.ahead.borrow_mut();
        let wanted = self.wanted(&mut ahead, row);
        if ahead.kept.len() > AHEAD {
            ahead.kept.clear();
        }
        let mut keep = |mut fields: Fields<'_>| {
            let found = Arc::new(self.fetched(&mut fields)?);
            self.remember(&found);
            ahead.kept.insert(found.version.row, found);
            Ok(())
        };
        match wanted.as_slice() {
            [one] => self.ask(&format!("{HITS}= $1"), &[Value::I64(*one)], &mut keep)?,
            many => self.ask(&format!("{HITS}= ANY($1::bigint[])"), &[Value::I64s(many)], &mut keep)?,
        }
        Ok(ahead.kept.get(&row).cloned())
    }

    /// A row, and those after it in the last scan that will be asked for and are not at hand.
    fn wanted(&self, ahead: &mut Ahead, row: Row) -> Vec<i64> {
        let Some(at) = ahead.rows.iter().position(|next| *next == row) else { return vec![i64::from(row)] };
        ahead.step = if ahead.step == 0 { FIRST } else { STEP };
        let next = ahead.rows.iter().skip(at).copied().filter(|next| *next != row && *next <= self.tick && self.is_current(*next));
        let missing = next.filter(|next| self.remembered(*next).is_none());
        std::iter::once(row).chain(missing).take(ahead.step).map(i64::from).collect()
    }

    pub fn fetch_newest(&self, res: ResKey) -> Result<Option<Arc<Fetched>>, Fault> {
        if let Some(found) = self.remembered_newest(res) {
            return Ok(Some(found));
        }
        let found = self.one(NEWEST, &[Value::I64(i64::from(res))], |row| self.fetched(row))?.map(Arc::new);
        found.iter().for_each(|found| self.remember(found));
        Ok(found)
    }
}

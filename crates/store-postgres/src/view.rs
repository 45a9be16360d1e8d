//! A snapshot: the keys in memory and the tables, seen at one tick.
//!
//! Each question is a statement of its own, without a transaction. That is enough: versions never change, rows beyond the
//! tick do not exist here whatever the tables say, the runs are taken before the first statement, so that keys which move to
//! the index meanwhile are seen twice (and merged), and an index that a rebuild replaces stays until its last view ends. So
//! a line that broke is replaced in the midst of a view, and the question asked again.

use crate::fault;
use crate::rows::{self, HIT};
use crate::shared::{Index, Shared, shard_of, short};
use crate::tables::Batched;
use crate::wire::{Fields, Line, Trouble, Value};
use rihla_kernel::{Fault, Hlc, ServerId};
use rihla_store::backend::{Hit, LogicalId, ResourceRow, Snapshot, TypeKey, VersionRow};
use rihla_store::key::{KeyBuf, KeyRange, ResKey, Row, merge, row_of};
use rihla_store::runs::{Run, Runs};
use rihla_store_engine::batch::Pending;
use rihla_store_engine::memory::read;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

enum Conn<'s> {
    Writer(RefCell<&'s mut Line>),
    /// Taken with the first question, given back when the view ends.
    Pooled(RefCell<Option<Line>>),
}

/// Rows that a scan gave are most likely asked for next, in that order: they are fetched several at a time.
#[derive(Default)]
struct Ahead {
    rows: Vec<Row>,
    kept: HashMap<Row, Fetched>,
    /// How many are fetched next.
    step: usize,
}

struct Fetched {
    version: VersionRow,
    resource: ResourceRow,
    dictionary: u32,
    packed: Vec<u8>,
}

pub struct View<'s> {
    shared: &'s Shared,
    conn: Conn<'s>,
    runs: Arc<Runs>,
    index: Arc<Index>,
    tick: Row,
    pending: Option<&'s Pending>,
    batched: Option<&'s Batched>,
    /// Whether all statements belong to one transaction, which a broken line ends.
    pinned: Cell<bool>,
    ahead: RefCell<Ahead>,
}

/// Rows remembered from scans, and fetched at once.
const AHEAD: usize = 512;
const STEP: usize = 32;

impl<'s> View<'s> {
    pub fn of_reader(shared: &'s Shared, at: Option<Row>) -> Self {
        // Both at once: a rebuild exchanges them together.
        let (index, runs) = {
            let index = read(&shared.index);
            (index.clone(), shared.runs())
        };
        let tick = at.map_or(runs.tick(), |at| at.min(runs.tick()));
        Self::new(shared, Conn::Pooled(RefCell::new(None)), runs, index, tick)
    }

    fn new(shared: &'s Shared, conn: Conn<'s>, runs: Arc<Runs>, index: Arc<Index>, tick: Row) -> Self {
        Self { shared, conn, runs, index, tick, pending: None, batched: None, pinned: Cell::new(false), ahead: RefCell::default() }
    }

    /// The view of the writer in the midst of a batch.
    pub fn of_writer(shared: &'s Shared, line: &'s mut Line, pending: &'s Pending, batched: &'s Batched) -> Self {
        let runs = Arc::new(shared.runs().beside(Run::from_unsorted(&pending.keys)));
        let mut view = Self::new(shared, Conn::Writer(RefCell::new(line)), runs, shared.index(), Row::MAX);
        (view.pending, view.batched) = (Some(pending), Some(batched));
        view
    }

    /// The tables as the writer sees them, without any keys.
    pub fn of_tables(shared: &'s Shared, line: &'s mut Line) -> Self {
        Self::new(shared, Conn::Writer(RefCell::new(line)), Arc::default(), shared.index(), Row::MAX)
    }

    /// Says which rows are asked for next.
    pub fn expect(&self, rows: &[Row]) {
        self.ahead.borrow_mut().rows = rows.to_vec();
    }

    /// Holds the tables still for as long as the view lives.
    pub fn pin(&self) -> Result<(), Fault> {
        self.ask("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", &[], &mut |_| Ok(()))?;
        self.pinned.set(true);
        // A purge writes this table anew, which no snapshot outlives: it waits for who has touched it.
        self.ask("SELECT hash FROM blob LIMIT 1", &[], &mut |_| Ok(()))
    }

    /// Asks, and once more on a new line if the old one broke before an answer came: nothing is changed by asking.
    pub fn ask(&self, sql: &str, values: &[Value<'_>], each: &mut dyn FnMut(Fields<'_>) -> Result<(), Trouble>) -> Result<(), Fault> {
        let slot = match &self.conn {
            Conn::Writer(line) => return line.borrow_mut().ask(sql, values, each).map(|_| ()).map_err(fault::of),
            Conn::Pooled(slot) => slot,
        };
        let mut slot = slot.borrow_mut();
        let mut line = match slot.take() {
            Some(line) => line,
            None => self.shared.pool.take()?,
        };
        let mut heard = false;
        let mut listen = |row: Fields<'_>| {
            heard = true;
            each(row)
        };
        match line.ask(sql, values, &mut listen) {
            Err(trouble) if trouble.is_lost() => {
                self.shared.pool.forget();
                if heard || self.pinned.get() {
                    return Err(fault::of(trouble));
                }
                let mut fresh = self.shared.pool.fresh()?;
                let answer = fresh.ask(sql, values, each);
                if !answer.as_ref().is_err_and(Trouble::is_lost) {
                    *slot = Some(fresh);
                }
                answer.map(|_| ()).map_err(fault::of)
            }
            answer => {
                *slot = Some(line);
                answer.map(|_| ()).map_err(fault::of)
            }
        }
    }

    fn one<T>(&self, sql: &str, values: &[Value<'_>], read: impl Fn(&mut Fields<'_>) -> Result<T, Trouble>) -> Result<Option<T>, Fault> {
        let mut found = None;
        self.ask(sql, values, &mut |mut row| {
            found = Some(read(&mut row)?);
            Ok(())
        })?;
        Ok(found)
    }

    fn scan_tables(&self, range: &KeyRange, reverse: bool, limit: usize, out: &mut KeyBuf) -> Result<(), Fault> {
        let sql = if reverse { &self.index.backward } else { &self.index.forward };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.ask(sql, &[Value::Bytes(&range.from), Value::Bytes(&range.to), Value::I64(limit)], &mut |mut row| {
            out.push(row.bytes()?);
            Ok(())
        })
    }

    fn any_version(&self, row: Row) -> Result<Option<VersionRow>, Fault> {
        if let Some(made) = self.batched.and_then(|batched| batched.version(row)) {
            return Ok(Some(*made));
        }
        self.one(rows::VERSION, &[Value::I64(i64::from(row))], rows::version)
    }

    fn hit_of(&self, found: Fetched, with_body: bool) -> Result<Hit, Fault> {
        let Fetched { version, resource, dictionary, packed } = found;
        let body = if with_body && !version.deleted { self.shared.packer.unpack(dictionary, &packed)? } else { Vec::new() };
        Ok(Hit { version, resource, body })
    }

    fn fetched(&self, row: &mut Fields<'_>) -> Result<Fetched, Trouble> {
        let version = rows::version(row)?;
        let resource = rows::resource(row, self.shared.node)?;
        let dictionary = row.i32()? as u32;
        Ok(Fetched { version, resource, dictionary, packed: row.optional()?.unwrap_or_default().to_vec() })
    }

    /// The versions of the current rows that scans gave after `row`, this one first.
    fn fetch(&self, row: Row, with_body: bool) -> Result<Option<Fetched>, Fault> {
        let mut ahead = self.ahead.borrow_mut();
        if let Some(found) = ahead.kept.get(&row) {
            // Who looks without the body first asks for it next.
            let head = Fetched { version: found.version, resource: found.resource.clone(), dictionary: 0, packed: Vec::new() };
            return Ok(if with_body { ahead.kept.remove(&row) } else { Some(head) });
        }
        let wanted: Vec<i64> = match ahead.rows.iter().position(|next| *next == row) {
            Some(at) => {
                ahead.step = (ahead.step * 4).clamp(2, STEP);
                let next = ahead.rows.iter().skip(at).filter(|next| **next <= self.tick && self.is_current(**next));
                std::iter::once(row).chain(next.copied().filter(|next| *next != row)).take(ahead.step).map(i64::from).collect()
            }
            None => vec![i64::from(row)],
        };
        if ahead.kept.len() > AHEAD {
            ahead.kept.clear();
        }
        let mut found = None;
        let mut keep = |mut fields: Fields<'_>| {
            let one = self.fetched(&mut fields)?;
            if one.version.row == row {
                found = Some(one);
            } else {
                ahead.kept.insert(one.version.row, one);
            }
            Ok(())
        };
        match wanted.as_slice() {
            [one] => self.ask(&format!("{HIT} WHERE v.row = $1"), &[Value::I64(*one)], &mut keep)?,
            many => self.ask(&format!("{HIT} WHERE v.row = ANY($1::bigint[])"), &[Value::I64s(many)], &mut keep)?,
        }
        if !with_body && let Some(found) = found.take() {
            let head = Fetched { version: found.version, resource: found.resource.clone(), dictionary: 0, packed: Vec::new() };
            ahead.kept.insert(row, found);
            return Ok(Some(head));
        }
        Ok(found)
    }

    fn current_fetched(&self, sql: &str, values: &[Value<'_>]) -> Result<Option<Fetched>, Fault> {
        self.one(sql, values, |row| self.fetched(row))
    }

    fn at_tick(&self, found: Fetched, with_body: bool) -> Result<Option<Hit>, Fault> {
        if found.version.row <= self.tick {
            return self.hit_of(found, with_body).map(Some);
        }
        let mut prev = found.version.prev;
        while prev > self.tick {
            prev = self.any_version(prev)?.map_or(0, |version| version.prev);
        }
        if prev == 0 { Ok(None) } else { self.hit(prev, with_body) }
    }
}

impl Snapshot for View<'_> {
    fn tick(&self) -> Row {
        self.tick
    }

    fn scan(&self, range: &KeyRange, reverse: bool, limit: usize, out: &mut KeyBuf) -> Result<(), Fault> {
        let begun = out.len();
        let (mut memory, mut tables) = (KeyBuf::new(), KeyBuf::new());
        self.runs.scan(range, reverse, limit, &mut memory);
        self.scan_tables(range, reverse, limit, &mut tables)?;
        merge(&memory, &tables, reverse, limit, out);
        let mut ahead = self.ahead.borrow_mut();
        ahead.rows = (begun..out.len()).take(AHEAD).filter_map(|at| out.get(at)).map(row_of).collect();
        Ok(())
    }

    fn is_current(&self, row: Row) -> bool {
        if self.pending.is_some_and(|pending| pending.superseded.contains(&row)) {
            return false;
        }
        read(&self.shared.superseded).is_current_at(row, self.tick)
    }

    fn hit(&self, row: Row, with_body: bool) -> Result<Option<Hit>, Fault> {
        if row > self.tick {
            return Ok(None);
        }
        if let Some(batched) = self.batched
            && let Some(made) = batched.version(row)
        {
            let Some(resource) = self.resource(made.res)? else { return Ok(None) };
            let (dictionary, packed) = batched.body(row).unwrap_or((0, &[]));
            return self.hit_of(Fetched { version: *made, resource, dictionary, packed: packed.to_vec() }, with_body).map(Some);
        }
        match self.fetch(row, with_body)? {
            Some(found) => self.hit_of(found, with_body).map(Some),
            None => Ok(None),
        }
    }

    fn current(&self, res: ResKey, with_body: bool) -> Result<Option<Hit>, Fault> {
        if self.batched.is_some() {
            return match self.resource(res)?.filter(|known| known.row > 0) {
                Some(known) => self.hit(known.row, with_body),
                None => Ok(None),
            };
        }
        match self.current_fetched(&format!("{HIT} WHERE r.res = $1 AND v.row = r.row"), &[Value::I64(i64::from(res))])? {
            Some(found) => self.at_tick(found, with_body),
            None => Ok(None),
        }
    }

    fn named(&self, ty: TypeKey, id: &str) -> Result<Option<Hit>, Fault> {
        if let Some(own) = ServerId::parse(id).filter(|id| id.node() == self.shared.node)
            && let Ok(res) = ResKey::try_from(own.key())
            && let Some(hit) = self.current(res, true)?
            && hit.version.ty == ty
            && hit.resource.id == LogicalId::Server(own)
        {
            return Ok(Some(hit));
        }
        match self.find(ty, id)? {
            Some(res) => self.current(res, true),
            None => Ok(None),
        }
    }

    fn patient_of(&self, row: Row) -> Result<Option<ResKey>, Fault> {
        Ok(self.hit(row, false)?.map(|hit| hit.resource.patient).filter(|patient| *patient > 0))
    }

    fn version(&self, row: Row) -> Result<Option<VersionRow>, Fault> {
        if row > self.tick { Ok(None) } else { self.any_version(row) }
    }

    fn resource_of(&self, row: Row) -> Result<Option<ResKey>, Fault> {
        Ok(self.any_version(row)?.map(|version| version.res))
    }

    fn resource(&self, res: ResKey) -> Result<Option<ResourceRow>, Fault> {
        if let Some(known) = self.batched.and_then(|batched| batched.resource(res)) {
            return Ok(Some(known.clone()));
        }
        self.one(&format!("SELECT {} FROM resource r WHERE res = $1", rows::RESOURCE), &[Value::I64(i64::from(res))], |row| {
            rows::resource(row, self.shared.node)
        })
    }

    fn find(&self, ty: TypeKey, id: &str) -> Result<Option<ResKey>, Fault> {
        if let Some(own) = ServerId::parse(id).filter(|id| id.node() == self.shared.node)
            && let Ok(res) = ResKey::try_from(own.key())
            && let Some(found) = self.resource(res)?
            && found.ty == ty
            && found.id == LogicalId::Server(own)
        {
            return Ok(Some(res));
        }
        if let Some(res) = self.batched.and_then(|batched| batched.named(ty, id)) {
            return Ok(Some(res));
        }
        let name = short(id);
        self.one(rows::NAMED, &[Value::Bytes(&name), Value::I16(ty as i16), Value::I16(shard_of(id))], |row| row.key())
    }

    fn row_at(&self, hlc: Hlc) -> Result<Row, Fault> {
        let newest = self.one("SELECT coalesce(max(row), 0) FROM version", &[], |row| row.key())?.unwrap_or(0);
        let (mut low, mut high): (Row, Row) = (0, self.tick.min(newest));
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            match self.any_version(middle)? {
                Some(version) if version.hlc <= hlc => low = middle,
                _ => high = middle - 1,
            }
        }
        Ok(low)
    }

    fn versions_after(&self, after: Row, limit: usize) -> Result<Vec<VersionRow>, Fault> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut out = Vec::new();
        self.ask(rows::AFTER, &[Value::I64(i64::from(after)), Value::I64(i64::from(self.tick)), Value::I64(limit)], &mut |mut row| {
            out.push(rows::version(&mut row)?);
            Ok(())
        })?;
        Ok(out)
    }

    fn count(&self, ty: TypeKey) -> u64 {
        read(&self.shared.tally).get(&ty).copied().unwrap_or(0)
    }
}

impl Drop for View<'_> {
    fn drop(&mut self) {
        if let Conn::Pooled(slot) = &self.conn
            && let Some(mut line) = slot.take()
            && (!self.pinned.get() || line.run("ROLLBACK").is_ok())
        {
            self.shared.pool.give(line);
        }
    }
}

//! A snapshot: the keys in memory and the tables, seen at one tick.
//!
//! Each question is a statement of its own, without a transaction. That is enough: versions never change, rows beyond the
//! tick do not exist here whatever the tables say, the runs are taken before the first statement, so that keys which move to
//! the index meanwhile are seen twice (and merged), and an index that a rebuild replaces stays until its last view ends. So
//! a line that broke is replaced in the midst of a view, and the question asked again.

use crate::fault;
use crate::fetch::{AHEAD, Ahead, Fetched};
use crate::rows;
use crate::shared::{Index, Shared, shard_of, short};
use crate::stretch::{self, Stretches};
use crate::tables::{Batched, CLAIMS};
use crate::wire::{Fields, Line, Trouble, Value};
use rihla_kernel::{Fault, NodeId};
use rihla_store::backend::{Hit, ResourceRow, Snapshot, TypeKey, VersionRow};
use rihla_store::key::{KeyBuf, KeyRange, ResKey, Row, merge, row_of};
use rihla_store::runs::{Run, Runs};
use rihla_store_engine::batch::Pending;
use rihla_store_engine::memory::read;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

enum Conn<'s> {
    Writer(RefCell<&'s mut Line>),
    /// Taken with the first question, given back when the view ends.
    Pooled(RefCell<Option<Line>>),
}

pub struct View<'s> {
    pub shared: &'s Shared,
    conn: Conn<'s>,
    runs: Arc<Runs>,
    index: Arc<Index>,
    pub tick: Row,
    pending: Option<&'s Pending>,
    batched: Option<&'s Batched>,
    /// Whether all statements belong to one transaction, which a broken line ends.
    pinned: Cell<bool>,
    pub ahead: RefCell<Ahead>,
    stretches: RefCell<Stretches>,
}

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
        Self {
            shared,
            conn,
            runs,
            index,
            tick,
            pending: None,
            batched: None,
            pinned: Cell::new(false),
            ahead: RefCell::default(),
            stretches: RefCell::default(),
        }
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
        self.ahead.borrow_mut().expect(rows.to_vec());
    }

    /// Holds the tables still for as long as the view lives.
    pub fn pin(&self) -> Result<(), Fault> {
        self.ask("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", &[], &mut |_| Ok(()))?;
        self.pinned.set(true);
        // A purge writes this table anew, which no snapshot outlives: it waits for who has touched it.
        self.ask("SELECT hash FROM blob LIMIT 1", &[], &mut |_| Ok(()))
    }

    /// Whether what was read before may stand for what the tables say: not for the writer, and not for who checks them.
    pub fn may_remember(&self) -> bool {
        matches!(self.conn, Conn::Pooled(_)) && !self.pinned.get()
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

    pub fn one<T>(&self, sql: &str, values: &[Value<'_>], read: impl Fn(&mut Fields<'_>) -> Result<T, Trouble>) -> Result<Option<T>, Fault> {
        let mut found = None;
        self.ask(sql, values, &mut |mut row| {
            found = Some(read(&mut row)?);
            Ok(())
        })?;
        Ok(found)
    }

    fn scan_tables(&self, range: &KeyRange, reverse: bool, limit: usize, out: &mut KeyBuf) -> Result<(), Fault> {
        if self.stretches.borrow().answer(range, reverse, limit, out) {
            return Ok(());
        }
        let Some(wider) = stretch::wider(range, reverse, limit) else { return self.read_keys(range, reverse, limit, out) };
        let mut keys = KeyBuf::new();
        self.read_keys(&wider.range, false, wider.limit, &mut keys)?;
        let mut stretches = self.stretches.borrow_mut();
        stretches.keep(wider, keys);
        // What was read begins where the range does and holds at least as many keys.
        stretches.answer(range, reverse, limit, out);
        Ok(())
    }

    fn read_keys(&self, range: &KeyRange, reverse: bool, limit: usize, out: &mut KeyBuf) -> Result<(), Fault> {
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
        if self.is_likely(row) {
            return Ok(self.fetch(row)?.map(|found| found.version));
        }
        self.one(rows::VERSION, &[Value::I64(i64::from(row))], rows::version)
    }

    fn hit_of(&self, found: &Fetched, with_body: bool) -> Result<Hit, Fault> {
        let body = if with_body && !found.version.deleted { self.shared.body_of(&found.version, found.dictionary, &found.packed)? } else { Vec::new() };
        Ok(Hit { version: found.version, resource: found.resource.clone(), body })
    }

    fn at_tick(&self, found: &Fetched, with_body: bool) -> Result<Option<Hit>, Fault> {
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

    fn node(&self) -> NodeId {
        self.shared.node
    }

    fn scan(&self, range: &KeyRange, reverse: bool, limit: usize, out: &mut KeyBuf) -> Result<(), Fault> {
        let begun = out.len();
        let (mut memory, mut tables) = (KeyBuf::new(), KeyBuf::new());
        self.runs.scan(range, reverse, limit, &mut memory);
        self.scan_tables(range, reverse, limit, &mut tables)?;
        merge(&memory, &tables, reverse, limit, out);
        self.ahead.borrow_mut().expect((begun..out.len()).take(AHEAD).filter_map(|at| out.get(at)).map(row_of).collect());
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
            return self.hit_of(&Fetched { version: *made, resource, dictionary, packed: packed.into() }, with_body).map(Some);
        }
        self.fetch(row)?.map(|found| self.hit_of(&found, with_body)).transpose()
    }

    fn current(&self, res: ResKey, with_body: bool) -> Result<Option<Hit>, Fault> {
        if self.batched.is_some() {
            return match self.resource(res)?.filter(|known| known.row > 0) {
                Some(known) => self.hit(known.row, with_body),
                None => Ok(None),
            };
        }
        match self.fetch_newest(res)? {
            Some(found) => self.at_tick(&found, with_body),
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
        if let Some(found) = self.remembered_newest(res) {
            return Ok(Some(found.resource.clone()));
        }
        self.one(&format!("SELECT {} FROM resource r WHERE res = $1", rows::RESOURCE), &[Value::I64(i64::from(res))], |row| {
            rows::resource(row, self.shared.node)
        })
    }

    fn in_directory(&self, ty: TypeKey, id: &str) -> Result<Option<ResKey>, Fault> {
        if let Some(res) = self.batched.and_then(|batched| batched.named(ty, id)) {
            return Ok(Some(res));
        }
        let name = short(id);
        self.one(rows::NAMED, &[Value::Bytes(&name), Value::I16(ty as i16), Value::I16(shard_of(id))], |row| row.key())
    }

    fn claimed(&self, names: &[Box<str>]) -> Result<Vec<Option<ResKey>>, Fault> {
        let kept: Vec<_> = names.iter().map(|name| short(name)).collect();
        let keys: Vec<&[u8]> = kept.iter().map(AsRef::as_ref).collect();
        let shards: Vec<i16> = names.iter().map(|name| shard_of(name)).collect();
        let mut out = vec![None; names.len()];
        if names.is_empty() {
            return Ok(out);
        }
        self.ask(CLAIMS, &[Value::Byteas(&keys), Value::I16s(&shards)], &mut |mut row| {
            let at = usize::try_from(row.i64()? - 1).unwrap_or(usize::MAX);
            let holder = row.key()?;
            if let Some(slot) = out.get_mut(at) {
                *slot = Some(holder);
            }
            Ok(())
        })?;
        Ok(out)
    }

    fn last_row(&self) -> Result<Row, Fault> {
        Ok(self.one("SELECT coalesce(max(row), 0) FROM version", &[], |row| row.key())?.unwrap_or(0))
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

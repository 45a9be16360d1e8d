//! A snapshot: the keys in memory and the tables on disk, seen at one tick.
//!
//! The runs are taken before the first statement, so that keys which move to disk in between are seen twice (and merged),
//! never missed. Rows beyond the tick do not exist here whatever the tables say.

use crate::claims;
use crate::fault;
use crate::readers::Reader;
use crate::shared::Shared;
use rihla_kernel::{Fault, Hlc, Instant, NodeId, ServerId, Shard, SiteId};
use rihla_store::backend::{Hit, LogicalId, ResourceRow, Snapshot, TypeKey, VersionRow};
use rihla_store::key::{KeyBuf, KeyRange, ResKey, Row, merge};
use rihla_store::runs::{Run, Runs};
use rihla_store_engine::batch::Pending;
use rihla_store_engine::memory::read;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Row as SqlRow};
use std::sync::Arc;

enum Conn<'s> {
    Writer(&'s Connection),
    /// Given back to the pool when the view ends.
    Pooled(Option<Reader>),
}

pub struct View<'s> {
    shared: &'s Shared,
    conn: Conn<'s>,
    runs: Arc<Runs>,
    tick: Row,
    pending: Option<&'s Pending>,
}

impl<'s> View<'s> {
    pub fn of_reader(shared: &'s Shared, at: Option<Row>) -> Result<Self, Fault> {
        let runs = shared.runs();
        let conn = Conn::Pooled(Some(shared.take_reader()?));
        let tick = at.map_or(runs.tick(), |at| at.min(runs.tick()));
        Ok(Self { shared, conn, tick, runs, pending: None })
    }

    /// The view of the writer in the midst of a batch.
    pub fn of_writer(shared: &'s Shared, conn: &'s Connection, pending: &'s Pending) -> Self {
        let runs = Arc::new(shared.runs().beside(Run::from_unsorted(&pending.keys)));
        Self { shared, conn: Conn::Writer(conn), runs, tick: Row::MAX, pending: Some(pending) }
    }

    /// The tables as the writer sees them, without any keys.
    pub fn of_tables(shared: &'s Shared, conn: &'s Connection) -> Self {
        Self { shared, conn: Conn::Writer(conn), runs: Arc::default(), tick: Row::MAX, pending: None }
    }

    /// Holds the tables still for as long as the view lives; the transaction begins to with the first statement.
    pub fn pin(&self) -> Result<(), Fault> {
        self.statement("SELECT count(*) FROM sqlite_schema")?.query_row([], |_| Ok(())).map_err(fault::of)
    }

    pub fn connection(&self) -> Result<&Connection, Fault> {
        match &self.conn {
            Conn::Writer(conn) => Ok(conn),
            Conn::Pooled(reader) => reader.as_ref().map(|reader| &reader.conn).ok_or_else(fault::stopped),
        }
    }

    fn statement(&self, sql: &str) -> Result<CachedStatement<'_>, Fault> {
        self.connection()?.prepare_cached(sql).map_err(fault::of)
    }

    fn scan_disk(&self, range: &KeyRange, reverse: bool, limit: usize, out: &mut KeyBuf) -> Result<(), Fault> {
        let sql = if reverse {
            "SELECT key FROM search WHERE key >= ?1 AND key < ?2 ORDER BY key DESC LIMIT ?3"
        } else {
            "SELECT key FROM search WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT ?3"
        };
        let mut statement = self.statement(sql)?;
        let mut rows = statement.query((&range.from, &range.to, limit as i64)).map_err(fault::of)?;
        while let Some(row) = rows.next().map_err(fault::of)? {
            out.push(row.get_ref(0).and_then(|value| value.as_blob().map_err(Into::into)).map_err(fault::of)?);
        }
        Ok(())
    }

    /// A version whether this view may see it or not.
    fn any_version(&self, row: Row) -> Result<Option<VersionRow>, Fault> {
        let sql = "SELECT row, res, ty, vid, prev, hlc, actor, site, body IS NULL FROM version WHERE row = ?1";
        let mut statement = self.statement(sql)?;
        statement.query_row([row], version_of).optional().map_err(fault::of)
    }
}

pub fn version_of(row: &SqlRow<'_>) -> rusqlite::Result<VersionRow> {
    Ok(VersionRow {
        row: row.get(0)?,
        res: row.get(1)?,
        ty: row.get(2)?,
        vid: row.get(3)?,
        prev: row.get(4)?,
        hlc: Hlc(row.get::<_, i64>(5)? as u64),
        actor: row.get(6)?,
        site: SiteId(row.get(7)?),
        deleted: row.get(8)?,
    })
}

/// Reads `res, ty, row, patient, born, shard, id` beginning at column `at`.
pub fn resource_of(row: &SqlRow<'_>, at: usize, node: NodeId) -> rusqlite::Result<ResourceRow> {
    let res: ResKey = row.get(at)?;
    let id = match row.get_ref(at + 6)?.as_str_or_null()? {
        Some(id) => LogicalId::Chosen(id.into()),
        None => LogicalId::Server(ServerId::new(Instant(row.get(at + 4)?), Shard::new(u64::from(row.get::<_, u16>(at + 5)?)), node, u64::from(res))),
    };
    Ok(ResourceRow { res, ty: row.get(at + 1)?, row: row.get(at + 2)?, patient: row.get(at + 3)?, id })
}

impl Snapshot for View<'_> {
    fn tick(&self) -> Row {
        self.tick
    }

    fn node(&self) -> NodeId {
        self.shared.node
    }

    fn scan(&self, range: &KeyRange, reverse: bool, limit: usize, out: &mut KeyBuf) -> Result<(), Fault> {
        let mut memory = KeyBuf::new();
        self.runs.scan(range, reverse, limit, &mut memory);
        if memory.is_empty() {
            return self.scan_disk(range, reverse, limit, out);
        }
        let mut disk = KeyBuf::new();
        self.scan_disk(range, reverse, limit, &mut disk)?;
        merge(&memory, &disk, reverse, limit, out);
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
        let sql = "SELECT v.row, v.res, v.ty, v.vid, v.prev, v.hlc, v.actor, v.site, v.body IS NULL, \
                   r.res, r.ty, r.row, r.patient, r.born, r.shard, r.id, v.dictionary, v.body \
                   FROM version v JOIN resource r ON r.res = v.res WHERE v.row = ?1";
        let mut statement = self.statement(sql)?;
        let mut rows = statement.query([row]).map_err(fault::of)?;
        match rows.next().map_err(fault::of)? {
            Some(row) => self.hit_of(row, with_body).map(Some),
            None => Ok(None),
        }
    }

    fn current(&self, res: ResKey, with_body: bool) -> Result<Option<Hit>, Fault> {
        let sql = "SELECT v.row, v.res, v.ty, v.vid, v.prev, v.hlc, v.actor, v.site, v.body IS NULL, \
                   r.res, r.ty, r.row, r.patient, r.born, r.shard, r.id, v.dictionary, v.body \
                   FROM resource r JOIN version v ON v.row = r.row WHERE r.res = ?1";
        let found = {
            let mut statement = self.statement(sql)?;
            let mut rows = statement.query([res]).map_err(fault::of)?;
            match rows.next().map_err(fault::of)? {
                Some(row) => self.hit_of(row, with_body)?,
                None => return Ok(None),
            }
        };
        if found.version.row <= self.tick {
            return Ok(Some(found));
        }
        let mut prev = found.version.prev;
        while prev > self.tick {
            prev = self.any_version(prev)?.map_or(0, |version| version.prev);
        }
        if prev == 0 { Ok(None) } else { self.hit(prev, with_body) }
    }

    fn patient_of(&self, row: Row) -> Result<Option<ResKey>, Fault> {
        let mut statement = self.statement("SELECT r.patient FROM version v JOIN resource r ON r.res = v.res WHERE v.row = ?1 AND r.patient > 0")?;
        statement.query_row([row], |row| row.get(0)).optional().map_err(fault::of)
    }

    fn version(&self, row: Row) -> Result<Option<VersionRow>, Fault> {
        if row > self.tick { Ok(None) } else { self.any_version(row) }
    }

    fn resource_of(&self, row: Row) -> Result<Option<ResKey>, Fault> {
        self.statement("SELECT res FROM version WHERE row = ?1")?.query_row([row], |row| row.get(0)).optional().map_err(fault::of)
    }

    fn resource(&self, res: ResKey) -> Result<Option<ResourceRow>, Fault> {
        let sql = "SELECT res, ty, row, patient, born, shard, id FROM resource WHERE res = ?1";
        let mut statement = self.statement(sql)?;
        statement.query_row([res], |row| resource_of(row, 0, self.shared.node)).optional().map_err(fault::of)
    }

    fn in_directory(&self, ty: TypeKey, id: &str) -> Result<Option<ResKey>, Fault> {
        let mut statement = self.statement("SELECT res FROM directory WHERE ty = ?1 AND id = ?2")?;
        statement.query_row((ty, id), |row| row.get(0)).optional().map_err(fault::of)
    }

    fn claimed(&self, names: &[Box<str>]) -> Result<Vec<Option<ResKey>>, Fault> {
        let conn = self.connection()?;
        names.iter().map(|name| claims::holder(conn, name)).collect()
    }

    fn last_row(&self) -> Result<Row, Fault> {
        self.statement("SELECT ifnull(max(row), 0) FROM version")?.query_row([], |row| row.get(0)).map_err(fault::of)
    }

    fn versions_after(&self, after: Row, limit: usize) -> Result<Vec<VersionRow>, Fault> {
        let sql = "SELECT row, res, ty, vid, prev, hlc, actor, site, body IS NULL FROM version WHERE row > ?1 AND row <= ?2 ORDER BY row LIMIT ?3";
        let mut statement = self.statement(sql)?;
        let rows = statement.query_map((after, self.tick, limit as i64), version_of).map_err(fault::of)?;
        rows.collect::<Result<_, _>>().map_err(fault::of)
    }

    fn count(&self, ty: TypeKey) -> u64 {
        read(&self.shared.tally).get(&ty).copied().unwrap_or(0)
    }
}

impl View<'_> {
    fn hit_of(&self, row: &SqlRow<'_>, with_body: bool) -> Result<Hit, Fault> {
        let version = version_of(row).map_err(fault::of)?;
        let resource = resource_of(row, 9, self.shared.node).map_err(fault::of)?;
        let body = if with_body && !version.deleted {
            let dictionary = row.get(16).map_err(fault::of)?;
            let packed = row.get_ref(17).and_then(|value| value.as_blob().map_err(Into::into)).map_err(fault::of)?;
            self.shared.body_of(&version, dictionary, packed)?
        } else {
            Vec::new()
        };
        Ok(Hit { version, resource, body })
    }
}

impl Drop for View<'_> {
    fn drop(&mut self) {
        if let Conn::Pooled(slot) = &mut self.conn
            && let Some(reader) = slot.take()
        {
            self.shared.readers.give(reader);
        }
    }
}

//! The rows of a batch, in the writer's open SQLite transaction.

use crate::blobs;
use crate::claims;
use crate::fault;
use crate::shared::Shared;
use crate::trail;
use crate::view::View;
use rihla_kernel::{Actor, Fault, Instant, Shard};
use rihla_store::backend::{LogicalId, Packed, ResourceRow, Snapshot, TypeKey, VersionRow};
use rihla_store::blob::BlobHash;
use rihla_store::key::{ResKey, Row};
use rihla_store_engine::audit::HASH_BYTES;
use rihla_store_engine::batch::{Pending, Tables};
use rusqlite::{Connection, OptionalExtension};

pub struct SqliteTables<'w> {
    pub shared: &'w Shared,
    pub conn: &'w Connection,
}

impl SqliteTables<'_> {
    fn execute(&self, sql: &str, values: impl rusqlite::Params) -> Result<(), Fault> {
        self.conn.prepare_cached(sql).and_then(|mut statement| statement.execute(values)).map(|_| ()).map_err(fault::of)
    }
}

impl Tables for SqliteTables<'_> {
    fn resource(&mut self, res: ResKey) -> Result<Option<ResourceRow>, Fault> {
        View::of_tables(self.shared, self.conn).resource(res)
    }

    fn numbered(&mut self, row: Row) -> Result<Option<(u32, bool)>, Fault> {
        self.conn
            .prepare_cached("SELECT vid, body IS NULL FROM version WHERE row = ?1")
            .and_then(|mut statement| statement.query_row([row], |row| Ok((row.get(0)?, row.get(1)?))).optional())
            .map_err(fault::of)
    }

    fn named(&mut self, ty: TypeKey, id: &str) -> Result<Option<ResKey>, Fault> {
        self.conn
            .prepare_cached("SELECT res FROM directory WHERE ty = ?1 AND id = ?2")
            .and_then(|mut statement| statement.query_row((ty, id), |row| row.get(0)).optional())
            .map_err(fault::of)
    }

    fn holder(&mut self, claim: &str) -> Result<Option<ResKey>, Fault> {
        claims::holder(self.conn, claim)
    }

    fn keeps(&mut self, hashes: &[BlobHash]) -> Result<bool, Fault> {
        blobs::all_kept(self.shared, self.conn, hashes)
    }

    fn actor(&mut self, actor: &Actor) -> Result<u32, Fault> {
        let kind = actor.kind() as u8;
        self.conn
            .prepare_cached("INSERT INTO actor (kind, id) VALUES (?1, ?2) ON CONFLICT (kind, id) DO UPDATE SET id = excluded.id RETURNING actor")
            .and_then(|mut statement| statement.query_row((kind, actor.id()), |row| row.get(0)))
            .map_err(fault::of)
    }

    fn view<'a>(&'a mut self, pending: &'a Pending) -> Box<dyn Snapshot + 'a> {
        Box::new(View::of_writer(self.shared, self.conn, pending))
    }

    fn add_name(&mut self, ty: TypeKey, id: &str, res: ResKey) -> Result<(), Fault> {
        self.execute("INSERT INTO directory (ty, id, res) VALUES (?1, ?2, ?3)", (ty, id, res))?;
        self.execute("INSERT INTO resource (res, ty, row, patient, born, shard, id) VALUES (?1, ?2, 0, 0, 0, 0, ?3)", (res, ty, id))
    }

    fn save_resource(&mut self, known: &ResourceRow, shard: Shard) -> Result<(), Fault> {
        let (born, id) = match &known.id {
            LogicalId::Server(id) => (id.born(), None),
            LogicalId::Chosen(id) => (Instant(0), Some(id)),
        };
        self.execute(
            "INSERT INTO resource (res, ty, row, patient, born, shard, id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
             ON CONFLICT (res) DO UPDATE SET row = excluded.row, patient = excluded.patient, shard = excluded.shard",
            (known.res, known.ty, known.row, known.patient, born.0, shard.get(), id),
        )
    }

    fn add_version(&mut self, made: &VersionRow, shard: Shard, packed: Packed) -> Result<(), Fault> {
        self.execute(
            "INSERT INTO version (row, res, ty, vid, prev, hlc, shard, actor, site, node, dictionary, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10, ?11)",
            (made.row, made.res, made.ty, made.vid, made.prev, made.hlc.0 as i64, shard.get(), made.actor, made.site.0, packed.dictionary, &packed.bytes),
        )
    }

    fn add_deletion(&mut self, made: &VersionRow) -> Result<(), Fault> {
        self.execute("UPDATE resource SET row = ?2 WHERE res = ?1", (made.res, made.row))?;
        self.execute(
            "INSERT INTO version (row, res, ty, vid, prev, hlc, shard, actor, site, node, dictionary, body) \
             SELECT ?1, res, ty, ?2, ?3, ?4, shard, ?5, ?6, 0, 0, NULL FROM resource WHERE res = ?7",
            (made.row, made.vid, made.prev, made.hlc.0 as i64, made.actor, made.site.0, made.res),
        )
    }

    fn supersede(&mut self, row: Row, by: Row) -> Result<(), Fault> {
        self.execute("INSERT INTO superseded (row, by) VALUES (?1, ?2)", (row, by))
    }

    fn name_blob(&mut self, hash: &BlobHash, row: Row) -> Result<(), Fault> {
        blobs::name(self.conn, hash, row)
    }

    fn hold(&mut self, claims: &[Box<str>], res: ResKey, held_before: bool) -> Result<(), Fault> {
        claims::hold(self.conn, claims, res, held_before)
    }

    fn mark(&mut self, name: &str, value: Option<&[u8]>) -> Result<(), Fault> {
        match value {
            None => self.execute("DELETE FROM mark WHERE name = ?1", [name]),
            Some(value) => {
                self.execute("INSERT INTO mark (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value))
            }
        }
    }

    fn chain(&mut self, number: i64, entries: &[u8], hash: &[u8; HASH_BYTES]) -> Result<(), Fault> {
        self.execute("INSERT INTO audit (seq, entries, hash) VALUES (?1, ?2, ?3)", (number, entries, hash))
    }

    fn note_block(&mut self, block: i64, keys: &[i64]) -> Result<(), Fault> {
        trail::note(self.conn, block, keys)
    }
}

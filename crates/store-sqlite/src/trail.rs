//! The audit chain as it is read, and what finds entries in it.

use crate::backend::SqliteBackend;
use crate::fault;
use crate::view::View;
use crate::writer::Writer;
use rihla_kernel::{Actor, ActorKind, Fault};
use rihla_store::trail::{BLOCK, EVERY_KEY, EachLink, Trail};
use rihla_store_engine::audit::Chain;
use rusqlite::{Connection, OptionalExtension};

/// The kinds of parties by the numbers that stand for them.
pub fn kind_of(number: u8) -> ActorKind {
    [ActorKind::Person, ActorKind::System, ActorKind::Node].into_iter().find(|kind| *kind as u8 == number).unwrap_or(ActorKind::Place)
}

pub fn each_link(conn: &Connection, from: i64, upto: i64, each: &mut EachLink<'_>) -> Result<(), Fault> {
    let mut statement = conn.prepare_cached("SELECT seq, entries, hash FROM audit WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq").map_err(fault::of)?;
    let mut rows = statement.query([from, upto]).map_err(fault::of)?;
    while let Some(row) = rows.next().map_err(fault::of)? {
        let (seq, entries, hash): (i64, Vec<u8>, Vec<u8>) = (row.get(0).map_err(fault::of)?, row.get(1).map_err(fault::of)?, row.get(2).map_err(fault::of)?);
        each(seq, &entries, &hash);
    }
    Ok(())
}

fn blocks(conn: &Connection, key: i64, below: i64, limit: usize) -> Result<Vec<i64>, Fault> {
    let found = conn
        .prepare_cached("SELECT block FROM audit_index WHERE key = ?1 AND block < ?2 ORDER BY block DESC LIMIT ?3")
        .and_then(|mut statement| statement.query_map((key, below, limit as i64), |row| row.get(0))?.collect());
    found.map_err(fault::of)
}

/// Where the chain ends, with what of it is not noted yet.
pub fn load(conn: &Connection) -> Result<Chain, Fault> {
    let mut chain = Chain::default();
    let noted = blocks(conn, EVERY_KEY, i64::MAX, 1)?.first().copied().unwrap_or(-1);
    each_link(conn, noted * BLOCK + BLOCK + 1, i64::MAX, &mut |number, entries, hash| chain.found(number, entries, hash))?;
    if let Some((last, hash)) = end(conn)? {
        chain.last = last;
        chain.hash = hash.first_chunk().copied().unwrap_or_default();
    }
    Ok(chain)
}

/// Notes anew what finds entries; nothing is committed meanwhile.
pub fn rebuild(writer: &mut Writer) -> Result<(), Fault> {
    let mut chain = Chain::default();
    each_link(&writer.conn, 1, i64::MAX, &mut |number, entries, hash| chain.found(number, entries, hash))?;
    let step = writer.conn.transaction().map_err(fault::of)?;
    step.execute("DELETE FROM audit_index", []).map_err(fault::of)?;
    loop {
        let due: Vec<_> = chain.gather.due().cloned().collect();
        if due.is_empty() {
            break;
        }
        due.iter().try_for_each(|(block, keys)| note(&step, *block, keys))?;
        chain.gather.noted(due.len());
    }
    step.commit().map_err(fault::of)?;
    writer.chain = chain;
    Ok(())
}

pub fn note(conn: &Connection, block: i64, keys: &[i64]) -> Result<(), Fault> {
    let mut statement = conn.prepare_cached("INSERT OR IGNORE INTO audit_index (key, block) VALUES (?1, ?2)").map_err(fault::of)?;
    keys.iter().try_for_each(|key| statement.execute((key, block)).map(|_| ())).map_err(fault::of)
}

fn end(conn: &Connection) -> Result<Option<(i64, Vec<u8>)>, Fault> {
    conn.query_row("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", [], |row| Ok((row.get(0)?, row.get(1)?))).optional().map_err(fault::of)
}

impl Trail for View<'_> {
    fn end(&self) -> Result<(i64, Vec<u8>), Fault> {
        Ok(end(self.connection()?)?.unwrap_or_default())
    }

    fn links(&self, from: i64, upto: i64, each: &mut EachLink<'_>) -> Result<(), Fault> {
        each_link(self.connection()?, from, upto, each)
    }

    fn blocks(&self, key: i64, below: i64, limit: usize) -> Result<Vec<i64>, Fault> {
        blocks(self.connection()?, key, below, limit)
    }

    fn party(&self, number: u32) -> Result<Option<Actor>, Fault> {
        let mut statement = self.connection()?.prepare_cached("SELECT kind, id FROM actor WHERE actor = ?1").map_err(fault::of)?;
        let found = statement.query_row([number], |row| Ok(Actor::new(kind_of(row.get(0)?), &row.get::<_, String>(1)?)));
        found.optional().map_err(fault::of)
    }

    fn number_of(&self, actor: &Actor) -> Result<Option<u32>, Fault> {
        let mut statement = self.connection()?.prepare_cached("SELECT actor FROM actor WHERE kind = ?1 AND id = ?2").map_err(fault::of)?;
        statement.query_row((actor.kind() as u8, actor.id()), |row| row.get(0)).optional().map_err(fault::of)
    }
}

impl Trail for SqliteBackend {
    fn end(&self) -> Result<(i64, Vec<u8>), Fault> {
        View::of_reader(self.shared(), None)?.end()
    }

    fn links(&self, from: i64, upto: i64, each: &mut EachLink<'_>) -> Result<(), Fault> {
        View::of_reader(self.shared(), None)?.links(from, upto, each)
    }

    fn blocks(&self, key: i64, below: i64, limit: usize) -> Result<Vec<i64>, Fault> {
        View::of_reader(self.shared(), None)?.blocks(key, below, limit)
    }

    fn party(&self, number: u32) -> Result<Option<Actor>, Fault> {
        View::of_reader(self.shared(), None)?.party(number)
    }

    fn number_of(&self, actor: &Actor) -> Result<Option<u32>, Fault> {
        View::of_reader(self.shared(), None)?.number_of(actor)
    }
}

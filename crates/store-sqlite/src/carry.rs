//! The tables as a move reads and writes them.

use crate::blobs::{lost, place_in, sync_folder};
use crate::fault;
use crate::flush;
use crate::lock::{self, Ownership};
use crate::open;
use crate::schema;
use crate::shared::settle;
use rihla_kernel::Fault;
use rihla_store::blob::BlobHash;
use rihla_store::key::Row;
use rihla_store_engine::carry::{self, Cell, Cells, Frames, INDEX, MOVING, Pace, Part, Source, Target};
use rihla_store_engine::frame::{FRAME, SEAL};
use rihla_store_engine::memory::Memory;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, OpenFlags, OptionalExtension, ToSql, params_from_iter};
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// A store that is moved, or moved into. This process owns it until the value is dropped.
pub struct Carried {
    folder: PathBuf,
    conn: Connection,
    _ownership: Ownership,
}

/// Opens a store that is to be moved; its files are only read.
pub fn source(folder: &Path) -> Result<Carried, Fault> {
    if !folder.join("record.db").is_file() {
        return Err(carry::nothing_there());
    }
    let ownership = lock::take(folder)?;
    let conn = Connection::open_with_flags(folder.join("record.db"), OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(fault::of)?;
    settle(&conn)?;
    let version: i64 = conn.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(fault::of)?;
    if version != schema::newest() {
        return Err(carry::old_schema());
    }
    Ok(Carried { folder: folder.into(), conn, _ownership: ownership })
}

/// Opens the folder where a store shall be, with tables and nothing in them, or as an earlier move left it.
pub fn target(folder: &Path) -> Result<Carried, Fault> {
    open::make_folder(folder)?;
    let ownership = lock::take(folder)?;
    let mut conn = open::connect(folder, &None, 48 << 10)?;
    schema::migrate(&mut conn)?;
    Ok(Carried { folder: folder.into(), conn, _ownership: ownership })
}

/// Everything but the place where a part's rows begin.
fn select(part: Part) -> &'static str {
    match part {
        Part::Actors => "SELECT actor, kind, id FROM actor",
        Part::Dictionaries => "SELECT dictionary, ty, bytes FROM dictionary",
        Part::Resources => "SELECT res, ty, row, patient, born, shard, id FROM resource",
        // A version without its resource is damage; it is carried to be found.
        Part::Versions => {
            "SELECT v.row, v.res, v.ty, v.vid, v.prev, v.hlc, ifnull(r.shard, v.shard), v.actor, v.site, v.dictionary, v.body \
             FROM version v LEFT JOIN resource r ON r.res = v.res"
        }
        Part::Claims => "SELECT name, res FROM claim",
        Part::Audit => "SELECT seq, entries, hash FROM audit",
        Part::Marks => "SELECT name, value FROM mark",
        Part::Contents => "SELECT hash, bytes, born, key FROM blob",
        Part::Uses => "SELECT hash, row FROM blob_use",
    }
}

/// The key's columns, and what they are compared with.
fn key(part: Part) -> (&'static str, &'static str) {
    match part {
        Part::Actors => ("actor", "?1"),
        Part::Dictionaries => ("dictionary", "?1"),
        Part::Resources => ("res", "?1"),
        Part::Versions => ("v.row", "?1"),
        Part::Claims | Part::Marks => ("name", "CAST(?1 AS TEXT)"),
        Part::Audit => ("seq", "?1"),
        Part::Contents => ("hash", "?1"),
        Part::Uses => ("(hash, row)", "(?1, ?2)"),
    }
}

fn insert(part: Part) -> &'static str {
    match part {
        Part::Actors => "INSERT INTO actor (actor, kind, id) VALUES (?1, ?2, CAST(?3 AS TEXT))",
        Part::Dictionaries => "INSERT INTO dictionary (dictionary, ty, bytes) VALUES (?1, ?2, ?3)",
        Part::Resources => "INSERT INTO resource (res, ty, row, patient, born, shard, id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, CAST(?7 AS TEXT))",
        Part::Versions => {
            "INSERT INTO version (row, res, ty, vid, prev, hlc, shard, actor, site, node, dictionary, body) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10, ?11)"
        }
        Part::Claims => "INSERT INTO claim (name, res) VALUES (CAST(?1 AS TEXT), ?2)",
        Part::Audit => "INSERT INTO audit (seq, entries, hash) VALUES (?1, ?2, ?3)",
        Part::Marks => "INSERT INTO mark (name, value) VALUES (CAST(?1 AS TEXT), ?2)",
        Part::Contents => "INSERT INTO blob (hash, bytes, born, key) VALUES (?1, ?2, ?3, ?4)",
        Part::Uses => "INSERT INTO blob_use (hash, row) VALUES (?1, ?2)",
    }
}

/// What follows from a row and is written along.
fn follows(part: Part) -> Option<(&'static str, &'static [usize])> {
    match part {
        Part::Resources => Some(("INSERT INTO directory (res, ty, id) SELECT ?1, ?2, CAST(?3 AS TEXT) WHERE ?3 IS NOT NULL", &[0, 1, 6])),
        Part::Versions => Some(("INSERT INTO superseded (row, by) SELECT ?1, ?2 WHERE ?1 > 0", &[4, 0])),
        _ => None,
    }
}

/// The marks that stay behind.
fn filter(part: Part) -> &'static str {
    if part == Part::Marks { "name NOT IN ('index', 'moving', 'moved')" } else { "true" }
}

struct Bound<'c>(&'c Cell);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Cell::Null => ToSqlOutput::Owned(Value::Null),
            Cell::Int(value) => ToSqlOutput::Owned(Value::Integer(*value)),
            Cell::Bytes(value) => ToSqlOutput::Borrowed(ValueRef::Blob(value)),
        })
    }
}

fn cell(value: ValueRef<'_>) -> Result<Cell, Fault> {
    match value {
        ValueRef::Null => Ok(Cell::Null),
        ValueRef::Integer(value) => Ok(Cell::Int(value)),
        ValueRef::Text(value) | ValueRef::Blob(value) => Ok(Cell::Bytes(value.into())),
        ValueRef::Real(_) => Err(carry::odd_row()),
    }
}

fn read(conn: &Connection, sql: &str, after: &[Cell], pace: Pace) -> Result<Vec<Cells>, Fault> {
    let mut statement = conn.prepare_cached(sql).map_err(fault::of)?;
    let columns = statement.column_count();
    let mut rows = statement.query(params_from_iter(after.iter().map(Bound))).map_err(fault::of)?;
    let (mut out, mut weight) = (Vec::new(), 0);
    while let Some(row) = rows.next().map_err(fault::of)? {
        let cells = (0..columns).map(|at| cell(row.get_ref(at).map_err(fault::of)?)).collect::<Result<Cells, Fault>>()?;
        weight += cells.iter().map(Cell::weight).sum::<usize>();
        out.push(cells);
        if out.len() >= pace.rows || weight > pace.bytes {
            break;
        }
    }
    Ok(out)
}

impl Source for Carried {
    fn rows(&mut self, part: Part, after: Option<&[Cell]>, pace: Pace) -> Result<Vec<Cells>, Fault> {
        let (columns, value) = key(part);
        let begin = if after.is_some() { format!("{columns} > {value}") } else { "true".into() };
        let order = columns.trim_matches(['(', ')']);
        let sql = format!("{} WHERE {begin} AND {} ORDER BY {order}", select(part), filter(part));
        read(&self.conn, &sql, after.unwrap_or_default(), pace)
    }

    fn last(&mut self, part: Part) -> Result<Option<Cells>, Fault> {
        let order = key(part).0.trim_matches(['(', ')']).replace(", ", " DESC, ");
        let sql = format!("{} WHERE {} ORDER BY {order} DESC LIMIT 1", select(part), filter(part));
        Ok(read(&self.conn, &sql, &[], Pace::default())?.pop())
    }

    fn frame(&mut self, hash: &BlobHash, number: u64, length: usize) -> Result<Vec<u8>, Fault> {
        let mut frame = vec![0; length];
        let path = place_in(&self.folder.join("blobs"), hash);
        let mut read = || {
            let mut file = File::open(&path)?;
            file.seek(SeekFrom::Start(number * (FRAME + SEAL) as u64))?;
            file.read_exact(&mut frame)
        };
        read().map_err(|error| lost(&error))?;
        Ok(frame)
    }

    fn mark(&mut self, name: &str) -> Result<Option<Vec<u8>>, Fault> {
        self.conn.query_row("SELECT value FROM mark WHERE name = ?1", [name], |row| row.get(0)).optional().map_err(fault::of)
    }

    fn set_mark(&mut self, name: &str, value: Option<&[u8]>) -> Result<(), Fault> {
        // The source's own connection only reads.
        let conn = open::connect(&self.folder, &None, 1 << 10)?;
        set_mark(&conn, name, value)
    }
}

fn set_mark(conn: &Connection, name: &str, value: Option<&[u8]>) -> Result<(), Fault> {
    match value {
        Some(value) => conn.execute("INSERT INTO mark (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value)),
        None => conn.execute("DELETE FROM mark WHERE name = ?1", [name]),
    }
    .map(|_| ())
    .map_err(fault::of)
}

impl Target for Carried {
    fn add(&mut self, part: Part, rows: &[Cells], moving: &[u8]) -> Result<(), Fault> {
        let step = self.conn.transaction().map_err(fault::of)?;
        {
            let mut statement = step.prepare_cached(insert(part)).map_err(fault::of)?;
            for row in rows {
                statement.execute(params_from_iter(row.iter().map(Bound))).map_err(fault::of)?;
            }
            if let Some((sql, columns)) = follows(part) {
                let mut statement = step.prepare_cached(sql).map_err(fault::of)?;
                for row in rows {
                    statement.execute(params_from_iter(columns.iter().filter_map(|at| row.get(*at)).map(Bound))).map_err(fault::of)?;
                }
            }
        }
        set_mark(&step, MOVING, Some(moving))?;
        step.commit().map_err(fault::of)
    }

    fn add_content(&mut self, row: &Cells, frames: &mut Frames<'_>, moving: &[u8]) -> Result<(), Fault> {
        let (hash, bytes, _) = carry::content_of(row)?;
        let blobs = self.folder.join("blobs");
        let (new, place) = (blobs.join("new"), place_in(&blobs, &hash));
        let folder = place.parent().unwrap_or(&blobs);
        fs::create_dir_all(&new).and_then(|()| fs::create_dir_all(folder)).map_err(|error| fault::io(&error))?;
        let path = new.join(hash.to_text());
        let mut file = File::create(&path).map_err(|error| fault::io(&error))?;
        for (number, length) in carry::frames_of(bytes) {
            file.write_all(&frames(number, length)?).map_err(|error| fault::io(&error))?;
        }
        file.sync_all().and_then(|()| fs::rename(&path, &place)).map_err(|error| fault::io(&error))?;
        for folder in [folder, &blobs, &self.folder] {
            sync_folder(folder)?;
        }
        self.add(Part::Contents, std::slice::from_ref(row), moving)
    }

    fn seem_indexed(&mut self) -> Result<(), Fault> {
        let upto: Row = self.conn.query_row("SELECT ifnull(max(row), 0) FROM version", [], |row| row.get(0)).map_err(fault::of)?;
        let counts = flush::tally_after(&self.conn, 0)?.into_iter().map(|(ty, count)| (ty, count.max(0) as u64));
        set_mark(&self.conn, INDEX, Some(&Memory::counts_form(upto, counts)))
    }
}

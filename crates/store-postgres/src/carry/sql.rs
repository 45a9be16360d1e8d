//! The statements of a move.

use rihla_store_engine::carry::Part;

/// How a column travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Int,
    Bytes,
}

use Kind::{Bytes as B, Int as I};

pub const DIRECTORY: &str = "INSERT INTO directory (res, ty, shard, name) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[])";
pub const SUPERSEDED: &str = "INSERT INTO superseded (row, by, shard) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[])";
pub const MARK: &str = "INSERT INTO mark (shard, name, value) VALUES (0, $1, $2) ON CONFLICT (name, shard) DO UPDATE SET value = excluded.value";
pub const FRAME: &str = "SELECT p.bytes FROM blob b JOIN blob_part p ON p.upload = b.upload WHERE b.hash = $1 AND b.shard = $2 AND p.number = $3";
pub const FRAME_IN: &str = "INSERT INTO blob_part (upload, number, shard, bytes) VALUES ($1, $2, $3, $4)";

/// Where a part stands here.
struct Shape {
    table: &'static str,
    columns: &'static [(&'static str, Kind)],
    /// The column that may be large.
    large: &'static str,
    /// Columns that only the tables here have.
    beside: &'static [(&'static str, Kind)],
}

const SHARD: &[(&str, Kind)] = &[("shard", I)];

fn shape(part: Part) -> Shape {
    let shape = |table, columns, large, beside| Shape { table, columns, large, beside };
    match part {
        Part::Actors => shape("actor", &[("actor", I), ("kind", I), ("id", B)], "id", SHARD),
        Part::Dictionaries => shape("dictionary", &[("dictionary", I), ("ty", I), ("bytes", B)], "bytes", SHARD),
        Part::Resources => shape("resource", &[("res", I), ("ty", I), ("row", I), ("patient", I), ("born", I), ("shard", I), ("id", B)], "id", &[]),
        Part::Versions => shape(
            "version",
            &[("row", I), ("res", I), ("ty", I), ("vid", I), ("prev", I), ("hlc", I), ("shard", I), ("actor", I), ("site", I), ("dictionary", I), ("body", B)],
            "body",
            &[],
        ),
        Part::Claims => shape("claim", &[("name", B), ("res", I)], "name", SHARD),
        Part::Audit => shape("audit", &[("seq", I), ("entries", B), ("hash", B)], "entries", SHARD),
        Part::Marks => shape("mark", &[("name", B), ("value", B)], "value", SHARD),
        Part::Contents => shape("blob", &[("hash", B), ("bytes", I), ("born", I), ("key", B)], "hash", &[("upload", B), ("shard", I)]),
        Part::Uses => shape("blob_use", &[("hash", B), ("row", I)], "hash", SHARD),
    }
}

/// How the columns of a part are read.
pub fn read(part: Part) -> Vec<Kind> {
    shape(part).columns.iter().map(|(_, kind)| *kind).collect()
}

/// How they are written, with those that only the tables here have.
pub fn written(part: Part) -> Vec<Kind> {
    let Shape { columns, beside, .. } = shape(part);
    columns.iter().chain(beside).map(|(_, kind)| *kind).collect()
}

fn list(columns: &[(&str, Kind)]) -> String {
    let one = |(name, kind): &(&str, Kind)| if *kind == I { format!("{name}::bigint") } else { (*name).to_string() };
    columns.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn key(part: Part) -> Vec<&'static str> {
    shape(part).columns.iter().take(part.key()).map(|(name, _)| *name).collect()
}

/// The marks that stay behind.
fn filter(part: Part) -> &'static str {
    if part == Part::Marks { r"name NOT IN ('index', 'moving', 'moved')" } else { "true" }
}

/// The rows after a key, or the first ones. Rows of large columns are few: those whose bytes begin within the last parameter.
pub fn after(part: Part, begun: bool) -> String {
    let Shape { table, columns, large, .. } = shape(part);
    let key = key(part);
    let order = key.join(", ");
    let keys = if begun { key.len() } else { 0 };
    let place = |(at, (_, kind)): (usize, &(&str, Kind))| format!("${at}::{}", if *kind == I { "bigint" } else { "bytea" });
    let places: Vec<String> = (1..=keys).zip(columns).map(place).collect();
    let begin = if begun { format!("({order}) > ({})", places.join(", ")) } else { "true".into() };
    format!(
        "SELECT {} FROM (SELECT *, sum(coalesce(octet_length({large}), 0)) OVER (ORDER BY {order}) - coalesce(octet_length({large}), 0) AS before \
         FROM (SELECT * FROM {table} WHERE {begin} AND {} ORDER BY {order} LIMIT ${}::bigint) page) sized WHERE before <= ${}::bigint ORDER BY {order}",
        list(columns),
        filter(part),
        keys + 1,
        keys + 2,
    )
}

pub fn last(part: Part) -> String {
    let Shape { table, columns, .. } = shape(part);
    let order: Vec<String> = key(part).iter().map(|column| format!("{column} DESC")).collect();
    format!("SELECT {} FROM {table} WHERE {} ORDER BY {} LIMIT 1", list(columns), filter(part), order.join(", "))
}

pub fn insert(part: Part) -> String {
    let Shape { table, columns, beside, .. } = shape(part);
    let all: Vec<_> = columns.iter().chain(beside).collect();
    let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
    let arrays: Vec<String> = (1..).zip(&all).map(|(at, (_, kind))| format!("${at}::{}", if *kind == I { "bigint[]" } else { "bytea[]" })).collect();
    format!("INSERT INTO {table} ({}) SELECT * FROM unnest({})", names.join(", "), arrays.join(", "))
}

//! Names that only one resource may hold.

use crate::fault;
use rihla_kernel::Fault;
use rihla_store::key::{ResKey, Row};
use rusqlite::{Connection, OptionalExtension};
use std::collections::HashSet;

/// Has `res` hold these claims and no others.
pub fn hold(conn: &Connection, claims: &[Box<str>], res: ResKey, held_before: bool) -> Result<(), Fault> {
    let execute = |sql: &str, values: &[&dyn rusqlite::ToSql]| conn.prepare_cached(sql).and_then(|mut statement| statement.execute(values)).map_err(fault::of);
    if held_before {
        execute("DELETE FROM claim WHERE res = ?1", &[&res])?;
    }
    for claim in claims {
        // Who holds it still gives it up later in this transaction.
        execute("INSERT INTO claim (name, res) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET res = excluded.res", &[claim, &res])?;
    }
    Ok(())
}

/// Who holds a name.
pub fn holder(conn: &Connection, claim: &str) -> Result<Option<ResKey>, Fault> {
    conn.prepare_cached("SELECT res FROM claim WHERE name = ?1")
        .and_then(|mut statement| statement.query_row([claim], |row| row.get(0)).optional())
        .map_err(fault::of)
}

/// How many of these names a resource holds.
pub fn held(conn: &Connection, names: &HashSet<&str>, res: ResKey) -> Result<u64, Fault> {
    let mut held = 0;
    for name in names {
        let exists = conn.prepare_cached("SELECT 1 FROM claim WHERE name = ?1 AND res = ?2").and_then(|mut statement| statement.exists((name, res)));
        held += u64::from(exists.map_err(fault::of)?);
    }
    Ok(held)
}

/// How many are held by resources that have not changed since a row.
pub fn count(conn: &Connection, upto: Row) -> Result<u64, Fault> {
    let sql = "SELECT count(*) FROM claim LEFT JOIN resource USING (res) WHERE ifnull(resource.row, 0) <= ?1";
    conn.query_row(sql, [upto], |row| row.get::<_, u32>(0)).map(u64::from).map_err(fault::of)
}

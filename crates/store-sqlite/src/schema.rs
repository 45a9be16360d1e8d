//! Tables and their history. Migrations are numbered, each runs in one transaction, and none is ever changed.

use crate::fault;
use rihla_kernel::Fault;
use rihla_store_engine::fault::newer;
use rusqlite::Connection;

const MIGRATIONS: &[&str] =
    &[include_str!("../migrations/0001_record.sql"), include_str!("../migrations/0002_blobs.sql"), include_str!("../migrations/0003_audit.sql")];

/// The schema that this program writes.
pub fn newest() -> i64 {
    MIGRATIONS.len() as i64
}

/// The tables as this program writes them, for an empty file.
pub fn statements() -> String {
    let steps = (1i64..).zip(MIGRATIONS).map(|(number, sql)| format!("BEGIN;\n{sql}PRAGMA user_version = {number};\nCOMMIT;\n"));
    steps.collect()
}

pub fn migrate(conn: &mut Connection) -> Result<(), Fault> {
    migrate_to(conn, newest())
}

pub fn migrate_to(conn: &mut Connection, target: i64) -> Result<(), Fault> {
    let found: i64 = conn.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(fault::of)?;
    if found > newest() {
        return Err(newer());
    }
    for (number, sql) in (1i64..).zip(MIGRATIONS).filter(|(number, _)| *number > found && *number <= target) {
        let step = conn.transaction().map_err(fault::of)?;
        step.execute_batch(sql).map_err(fault::of)?;
        step.pragma_update(None, "user_version", number).map_err(fault::of)?;
        step.commit().map_err(fault::of)?;
    }
    Ok(())
}

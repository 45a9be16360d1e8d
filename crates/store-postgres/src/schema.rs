//! Tables and their history. Migrations are numbered, each runs in one transaction, and none is ever changed.

use crate::fault;
use crate::wire::Line;
use rihla_kernel::Fault;
use rihla_store_engine::fault::newer;

const MIGRATIONS: &[&str] = &[include_str!("../migrations/0001_record.sql"), include_str!("../migrations/0002_audit.sql")];

/// The schema that this program writes.
pub fn newest() -> i64 {
    MIGRATIONS.len() as i64
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_version (number bigint NOT NULL, shard smallint NOT NULL, PRIMARY KEY (number, shard))";

/// The tables as this program writes them, for an empty database.
pub fn statements() -> String {
    let steps =
        (1i64..).zip(MIGRATIONS).map(|(number, sql)| format!("\nBEGIN;\nINSERT INTO schema_version (number, shard) VALUES ({number}, 0);\n{sql}COMMIT;\n"));
    format!("{TABLE};\n{}", steps.collect::<String>())
}

/// Brings the tables up to date. Two processes that open a new store at once: the second finds the first one's lock on the
/// table of schemas, waits, and finds everything done.
pub fn migrate(line: &mut Line) -> Result<(), Fault> {
    line.run(TABLE).map_err(fault::of)?;
    let found = line.number("SELECT coalesce(max(number), 0) FROM schema_version", &[]).map_err(fault::of)?.unwrap_or(0);
    if found > newest() {
        return Err(newer());
    }
    for (number, sql) in (1i64..).zip(MIGRATIONS).filter(|(number, _)| *number > found) {
        let step =
            format!("BEGIN; LOCK TABLE schema_version IN EXCLUSIVE MODE; INSERT INTO schema_version (number, shard) VALUES ({number}, 0);\n{sql}\nCOMMIT");
        if let Err(trouble) = line.run(&step) {
            line.run("ROLLBACK").map_err(fault::of)?;
            return Err(fault::of(trouble));
        }
    }
    Ok(())
}

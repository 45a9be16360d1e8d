//! How small bodies become that no dictionary has seen.

use super::corpus::Made;
use super::place::Place;
use super::process;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use std::path::Path;

/// Imports the bundles that were kept aside and looks at what the log took for them.
pub fn held_out(program: &Path, store: &Place, made: &Made) -> Result<Value, String> {
    let folder = store.beside("held-out");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let (mut raw, mut resources) = (0usize, 0usize);
    for (at, bundle) in made.held_out.iter().enumerate() {
        let text = serde_json::to_vec(bundle).map_err(|error| error.to_string())?;
        std::fs::write(folder.join(format!("{at}.json")), text).map_err(|error| error.to_string())?;
        for entry in bundle["entry"].as_array().into_iter().flatten() {
            raw += serde_json::to_vec(&entry["resource"]).map_err(|error| error.to_string())?.len();
            resources += 1;
        }
    }
    let before = newest(store)?;
    process::import(program, store, &folder, resources, "off")?;
    let stored = stored_after(store, before)?;
    super::remove(&folder);
    let each = resources.max(1) as f64;
    Ok(json!({ "resources": resources, "raw_bytes": raw as f64 / each, "stored_bytes": stored as f64 / each }))
}

fn newest(store: &Place) -> Result<i64, String> {
    number(store, "SELECT max(row) FROM version")
}

fn stored_after(store: &Place, row: i64) -> Result<i64, String> {
    number(store, &format!("SELECT sum(length(body)) FROM version WHERE row > {row}"))
}

fn number(store: &Place, sql: &str) -> Result<i64, String> {
    match store {
        Place::Folder(folder) => {
            let connection = Connection::open_with_flags(folder.join("record.db"), OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(|error| error.to_string())?;
            connection.query_row(sql, [], |row| row.get(0)).map_err(|error| error.to_string())
        }
        Place::Database { .. } => store.sql(sql)?.parse().map_err(|_| "psql gave no number".into()),
    }
}

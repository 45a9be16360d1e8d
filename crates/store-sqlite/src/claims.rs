//! Names that only one resource may hold, and steps that may not stand in one transaction.

use crate::fault;
use rihla_kernel::{Fault, FaultKind};
use rihla_store::backend::{Name, Step, TypeKey};
use rihla_store::key::{ResKey, Row};
use rusqlite::{Connection, OptionalExtension};
use std::collections::{HashMap, HashSet};

/// Refuses a transaction that speaks of one resource twice: which of the two would be the newest is not said
/// (<https://hl7.org/fhir/R4/http.html#trules>).
pub fn each_once(steps: &[Step]) -> Result<(), Fault> {
    if steps.len() < 2 {
        return Ok(());
    }
    let mut seen: HashSet<(TypeKey, &str)> = HashSet::new();
    let named = steps.iter().filter_map(|step| match step {
        Step::Put { ty, name: Name::Id(id), .. } | Step::Delete { ty, id, .. } => Some((*ty, id.as_ref())),
        // Given by this node for this step alone.
        Step::Put { name: Name::New(_), .. } => None,
    });
    for name in named {
        if !seen.insert(name) {
            return Err(Fault::new(
                FaultKind::Invalid,
                "RH-STORE-TWICE",
                "The transaction changes one resource twice. Join the changes into one entry, or send two transactions.",
            ));
        }
    }
    Ok(())
}

/// Checks the claims of a transaction as a whole: what one step gives up another may take, and no two may take the same.
/// `changed` are the resources that the steps speak of.
pub fn check(conn: &Connection, steps: &[Step], changed: &[Option<ResKey>]) -> Result<Option<Fault>, Fault> {
    let mut takers: HashMap<&str, usize> = HashMap::new();
    for (at, step) in steps.iter().enumerate() {
        let Step::Put { content, .. } = step else { continue };
        for claim in &content.claims {
            // A resource may carry the same identifier twice.
            if *takers.entry(claim).or_insert(at) != at {
                return Ok(Some(claimed()));
            }
            let found: Option<ResKey> = conn
                .prepare_cached("SELECT res FROM claim WHERE name = ?1")
                .and_then(|mut statement| statement.query_row([claim], |row| row.get(0)).optional())
                .map_err(fault::of)?;
            // A holder that this transaction changes either asks for it again, which is met above, or gives it up.
            if found.is_some() && !changed.contains(&found) {
                return Ok(Some(claimed()));
            }
        }
    }
    Ok(None)
}

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

/// How many of a resource's claims it holds, and how many it does not.
pub fn of_resource(conn: &Connection, claims: &[Box<str>], res: ResKey) -> Result<(u64, u64), Fault> {
    let names: HashSet<&str> = claims.iter().map(AsRef::as_ref).collect();
    let mut held = 0;
    for name in &names {
        let exists = conn.prepare_cached("SELECT 1 FROM claim WHERE name = ?1 AND res = ?2").and_then(|mut statement| statement.exists((name, res)));
        held += u64::from(exists.map_err(fault::of)?);
    }
    Ok((held, names.len() as u64 - held))
}

/// How many are held by resources that have not changed since a row.
pub fn count(conn: &Connection, upto: Row) -> Result<u64, Fault> {
    let sql = "SELECT count(*) FROM claim LEFT JOIN resource USING (res) WHERE ifnull(resource.row, 0) <= ?1";
    conn.query_row(sql, [upto], |row| row.get::<_, u32>(0)).map(u64::from).map_err(fault::of)
}

fn claimed() -> Fault {
    Fault::new(
        FaultKind::Conflict,
        "RH-STORE-CLAIMED",
        "Another resource already holds one of the hospital's own identifiers given here. Look it up by that identifier before creating a new one.",
    )
}

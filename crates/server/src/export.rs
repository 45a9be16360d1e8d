//! `rihla export`: the present state of the record, one `Type.ndjson` a type, sorted by id, byte for byte what a read gives.

use crate::failure::Failure;
use crate::node::Node;
use rihla_fhir::r4::{TypeId, tables};
use rihla_store::Scoped;
use rihla_store::key::{ResKey, Row};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

/// Versions read from the feed at once.
const STEP: usize = 10_000;

/// Writes the files and says how many resources each holds.
pub fn write(node: &Node, dir: &Path, say: &mut dyn FnMut(&str)) -> Result<(), Failure> {
    fs::create_dir_all(dir).map_err(|error| Failure::path("cannot make", dir, &error))?;
    let record = node.for_task("export");
    let mut total = 0;
    for (ty, rows) in current(&record)? {
        let written = write_type(&record, ty, rows, dir)?;
        if written > 0 {
            say(&format!("{written} {}", tables().type_name(ty)));
        }
        total += written;
    }
    say(&format!("exported {total} resources to {}", dir.display()));
    Ok(())
}

/// The newest version of each resource that is not deleted, by type.
fn current(record: &Scoped) -> Result<BTreeMap<TypeId, Vec<Row>>, Failure> {
    // Keys are dense integers, so a plain list serves as the map from resource to version.
    let mut newest: Vec<(Row, u16)> = Vec::new();
    let mut after = 0;
    loop {
        let (versions, reached) = record.changes(after, STEP)?;
        for version in &versions {
            let place = version.res as ResKey as usize;
            if place >= newest.len() {
                newest.resize(place + 1, (0, 0));
            }
            if let Some(slot) = newest.get_mut(place) {
                *slot = if version.deleted { (0, 0) } else { (version.row, version.ty) };
            }
        }
        if reached == after {
            break;
        }
        after = reached;
    }
    let mut by_type: BTreeMap<TypeId, Vec<Row>> = BTreeMap::new();
    for (row, ty) in newest.into_iter().filter(|(row, _)| *row > 0) {
        by_type.entry(TypeId(ty)).or_default().push(row);
    }
    Ok(by_type)
}

fn write_type(record: &Scoped, ty: TypeId, rows: Vec<Row>, dir: &Path) -> Result<usize, Failure> {
    let mut named = Vec::with_capacity(rows.len());
    for row in rows {
        named.push((record.id_at_row(row)?.to_text().into_boxed_str(), row));
    }
    named.sort_unstable();
    let path = dir.join(format!("{}.ndjson", tables().type_name(ty)));
    let unwritable = |error: std::io::Error| Failure::path("cannot write", &path, &error);
    // A file under its own name is always whole.
    let part = path.with_extension("ndjson.part");
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&part).map_err(unwritable)?);
    let mut line = Vec::new();
    for (_, row) in &named {
        line.clear();
        record.at_row(*row)?.push_json(&mut line);
        line.push(b'\n');
        out.write_all(&line).map_err(unwritable)?;
    }
    out.into_inner().map_err(|error| unwritable(error.into_error()))?.sync_all().map_err(unwritable)?;
    fs::rename(&part, &path).map_err(unwritable)?;
    Ok(named.len())
}
